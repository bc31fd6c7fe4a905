import { describe, expect, test } from "vitest";
import type { Network } from "../../src/network/network.ts";
import { printNetwork } from "../../src/network/print-network.ts";
import { layer, life, parity, water } from "./samples.ts";

describe("printNetwork", () => {
  test("prefix parity, in full", () => {
    expect(printNetwork(parity)).toMatchInlineSnapshot(`
      "network parity
        source    SHA-256 0000000000000000000000000000000000000000000000000000000000000000
        size      2 channels, 2 hidden units, 46 weights, 7 of them not zero
        layers    3x3 2 -> 2, 1x1 2 -> 2
        schedule  free-running: p converges from the left
        clock     none: every step is an instruction
        stop      when a step changes nothing
        exact     in float32: integers, weights up to 8, activations up to 64
        predicts  p

      fields
        x  input   bit  starts as 0
        p  output  bit  starts as 0

      channels
        1  x  1 where x
        2  p  1 where p

      layer 1: 3x3 convolution, 2 -> 2, relu
        h1.1 "unit 0" = relu(-here.x + left.p)
        h1.2 "unit 1" = relu(here.x - left.p)

      layer 2: 1x1 convolution, 2 -> 2, and residual
        x' "unit 0" = x
        p' "unit 1" = h1.1 + h1.2
      "
    `);
  });

  test("neighbour counts, thresholds and a last layer without residual", () => {
    const text = printNetwork(life);
    expect(text).toContain('h1.1 "unit 0" = relu(2 count(around.alive) + here.alive)');
    expect(text).toContain('h2.3 "unit 2" = relu(h1.1 - 7)');
    expect(text).toContain(`alive' "unit 0" = h2.1 - h2.2 - h2.3 + h2.4`);
    expect(text).toContain("stop      never");
  });

  test("codes of every kind, a stop rule and equations of few and of no terms", () => {
    const text = printNetwork(water);
    expect(text).toMatch(/level +input +-1\.\.2 +starts as -1/);
    expect(text).toMatch(/mode +state +enum \{ dry, wet, done \} +starts as dry/);
    expect(text).toMatch(/mode=wet +1 where mode == wet/);
    expect(text).toMatch(/level>=0 +1 where level >= 0/);
    expect(text).toMatch(/inside +1 where the grid is/);
    expect(text).toContain("when every cell has mode=done and not mode=wet");
    expect(text).toContain(
      "relu(here.inside - left.inside + count(beside.[level>=0]) + here.[level>=0] - 1)",
    );
    expect(text).toContain(`inside' "unit 2" = inside\n  [level>=0]' "unit 3" = h1.5 - h1.6`);
  });

  test("numbers as the shortest decimal of their float32", () => {
    const trained: Network = {
      ...life,
      layers: [layer(3, [[0, 0.1, 0, 0, -1e-9, 0, 0, 0, 123456.7]], [-0.5])],
      exact: { largestWeight: 0, largestActivation: 0, formats: [] },
      residual: Float32Array.of(1),
    };
    const text = printNetwork(trained);
    expect(text).toContain("= alive - 1e-9 here.alive + 0.1 up.alive + 123456.7 downright.alive - 0.5");
    expect(text).toContain("exact     in no number format");
  });

  test("a network that snaps says so, and how", () => {
    const text = printNetwork({ ...parity, snap: true });
    expect(text).toContain("snap      every channel is rounded to 0 or 1, at 1/2, after each step\n");
    expect(text).toContain("2 -> 2, residual, and snap\n");
    expect(text).toContain(`x' "unit 0" = snap(x)\n  p' "unit 1" = snap(h1.1 + h1.2)\n`);
  });

  test("nothing at all is 0", () => {
    const nothing: Network = { ...life, layers: [layer(3, [[0, 0, 0, 0, 0, 0, 0, 0, 0]], [0])] };
    expect(printNetwork(nothing)).toContain(`alive' "unit 0" = 0\n`);
  });
});
