import { describe, expect, test } from "vitest";
import { byteEngine, fitsBytes } from "../../src/engines/bytes.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { denseOf } from "../../src/network/sparse.ts";
import { encode } from "../../src/network/state.ts";
import { withDense } from "../network/dense.ts";
import { randomGrid, randomNetwork, randomShape, SAMPLES } from "../network/samples.ts";

/** A bound of every partial sum of a step from zeros and ones, in magnitude. */
function largest({ layers, residual }: Network): number {
  let [reach, most] = [1, 1];
  for (const layer of layers) {
    const { outputs, bias } = layer;
    const weight = denseOf(layer);
    const row = weight.length / outputs;
    const sums = [...bias].map((value, out) =>
      weight
        .slice(out * row, (out + 1) * row)
        .reduce((sum, each) => sum + Math.abs(each) * reach, Math.abs(value)),
    );
    reach = Math.max(0, ...sums);
    most = Math.max(most, reach);
  }
  return most + Math.max(0, ...residual.map(Math.abs));
}

/** The states after 1, 2, 4 and 7 steps, by both engines. */
async function compare(network: Network, seed: number, grids: number): Promise<void> {
  const random = seededRandom(seed);
  const shape = randomShape(random);
  const states = Array.from({ length: grids }, () => encode(network, randomGrid(network, shape, random)));
  const runs = [directEngine(network).start(shape, states), byteEngine(network).start(shape, states)];
  for (const steps of [1, 1, 2, 3]) {
    for (const run of runs) await run.advance(steps);
    const [direct, bytes] = await Promise.all(runs.map((run) => run.read()));
    const plain = direct!.map((state) => state.map((value) => value + 0));
    expect(bytes, `${network.program}, seed ${seed}, ${grids} grids`).toEqual(plain);
  }
}

describe("byte engine", () => {
  test("agrees with the direct engine on the samples, for any number of grids", async () => {
    for (let seed = 0; seed < 40; seed++) {
      await compare(SAMPLES[seed % SAMPLES.length]!, seed, [0, 1, 15, 16, 17, 40][seed % 6]!);
    }
  });

  test("agrees with the direct engine wherever bytes do not overflow, weights of any size", async () => {
    let compared = 0;
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom(seed);
      const widths = [2 + random.int(3), 1 + random.int(4), 1 + random.int(3)].slice(0, 1 + random.int(3));
      const made = randomNetwork(widths, seed, (from) => (from.int(3) > 0 ? 0 : from.int(11) - 5));
      // Old values count once, not at all, or as often as you please.
      const network = { ...made, residual: made.residual.map((flag) => flag * (random.int(5) - 2)) };
      if (largest(network) <= 127) expect(fitsBytes(network), `seed ${seed}`).toBe(true);
      if (!fitsBytes(network)) continue;
      // After the first step, channels hold anything; and at last numbers that no byte holds.
      await compare(network, seed, 1 + random.int(20));
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
  });

  test("refuses grids that do not fit into memory, saying how many bytes they need", () => {
    const size = 40_000 ** 2 * SAMPLES[0]!.channels.length;
    const state = Object.create(Float32Array.prototype, { length: { value: size } });
    const start = () => byteEngine(SAMPLES[0]!).start({ rows: 40_000, cols: 40_000 }, [state]);
    expect(start).toThrow(/1 grids of 40000x40000 cells need \d+ bytes/);
  });

  test("refuses networks that do not fit, as our own bug", () => {
    const [first, ...others] = SAMPLES[0]!.layers;
    const large = withDense(first!, (weight) => weight.map((value) => 200 * value));
    // Whatever it claims.
    const exact = { largestWeight: 1, largestActivation: 1, formats: ["int8"] as const };
    const network = { ...SAMPLES[0]!, layers: [large, ...others], exact };
    expect(fitsBytes(network)).toBe(false);
    expect(() => byteEngine(network)).toThrow(/internal: .* is not exact in int8/);
  });
});
