// Networks whose channels share no unit are decided slice by slice: what is found of each channel is what all cases say.

import { describe, expect, test } from "vitest";
import { directEngine } from "../../src/engines/direct.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { assembled, randomShare } from "../../src/learning/train/share.ts";
import { addNoise, type Weights, weightsOf } from "../../src/learning/train/weights.ts";
import { slicesOf } from "../../src/network/disjoint-slices.ts";
import type { Network } from "../../src/network/network.ts";
import { proveStep, workOfCases } from "../../src/proof/prove/prove-step.ts";
import { compileProgram } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

/** The network with a copy of its hidden units for each channel. */
function apart(network: Network, change: (value: number, channel: number) => number): Network {
  const channels = network.channels.length;
  const wide = {
    ...network,
    layers: network.layers.map((layer, at) =>
      at === network.layers.length - 1 ? layer : { ...layer, outputs: channels * layer.outputs },
    ),
  };
  // Only sizes are taken from it.
  const sized = withSizes(wide, network);
  const shares = network.channels.map((_, channel) => ({
    outputs: [channel],
    weights: weightsOf(network).map((layer, at, all) => {
      const isLast = at === all.length - 1;
      const weight = isLast
        ? layer.weight.slice(channel * layer.inputs, (channel + 1) * layer.inputs)
        : layer.weight;
      const bias = isLast ? layer.bias.slice(channel, channel + 1) : layer.bias;
      return {
        inputs: layer.inputs,
        outputs: bias.length,
        weight: weight.map((value) => change(value, channel)),
        bias,
      };
    }) satisfies Weights,
  }));
  return assembled(sized, shares);
}

function withSizes(wide: Network, { layers }: Network): Network {
  return {
    ...wide,
    layers: wide.layers.map((layer, at) => {
      const inputs = at === 0 ? layer.inputs : wide.layers[at - 1]!.outputs;
      const weight = {
        starts: new Int32Array(layer.outputs + 1),
        columns: new Int32Array(0),
        values: new Float32Array(0),
      };
      return { ...layer, inputs, weight, bias: new Float32Array(layer.outputs), units: layers[at]!.units };
    }),
  };
}

test("shares of any widths, also wider than the network, stay what they are by themselves", async () => {
  const { network } = compileProgram("sort", { tokens: false });
  const random = seededRandom(SEED);
  const own = network.layers.slice(0, -1).map(({ outputs }) => outputs);
  for (const most of [1, 3, Math.max(...own)]) {
    const shares = network.channels.map((_, channel) => {
      const widths = own.map(() => 1 + random.int(most));
      return { outputs: [channel], weights: randomShare(network, widths, 9, random) };
    });
    for (const { weights } of shares) addNoise(weights, 0.3, random);
    const whole = assembled(network, shares);
    for (const [at, width] of own.entries()) {
      const needed = shares.reduce((sum, { weights }) => sum + weights[at]!.outputs, 0);
      expect(whole.layers[at]!.outputs).toBe(Math.max(width, needed));
    }
    const shape = { rows: 3, cols: 4 };
    const size = shape.rows * shape.cols * network.channels.length;
    const state = Float32Array.from({ length: size }, () => random.int(2));
    const after = async (some: Network) => {
      const run = directEngine({ ...some, snap: false }).start(shape, [state]);
      await run.advance(1);
      return (await run.read())[0]!;
    };
    const together = await after(whole);
    for (const share of shares) {
      const alone = await after(assembled(network, [share]));
      for (let at = share.outputs[0]!; at < size; at += network.channels.length)
        expect(Math.abs(together[at]! - alone[at]!), again(SEED)).toBeLessThan(1e-4);
    }
  }
});

describe.each(["conjunction", "rule110", "sort", "parity"])("%s", (name) => {
  const { rule, network } = compileProgram(name, { prune: false });
  const noise = (random: ReturnType<typeof seededRandom>) => (value: number) =>
    value === 0 ? 0 : value + 1e-4 * (random.next() - 0.5);

  test("with units of its own for each channel, every channel is a slice, and proved", () => {
    const found = apart(network, noise(seededRandom(SEED)));
    expect(slicesOf(found, [...network.channels.keys()]).map(({ channels }) => channels)).toEqual(
      network.channels.map((_, channel) => [channel]),
    );
    const { outcome, channels } = proveStep(rule, found, { snap: true });
    expect(outcome).toBe("proved");
    expect(channels.map(({ how }) => how)).toEqual(network.channels.map(() => "enumeration"));
    expect(Math.max(...channels.map(({ inputs }) => inputs))).toBeGreaterThan(0);
  });

  test("with one channel's numbers changed, that channel alone differs", () => {
    const random = seededRandom(SEED);
    for (let trial = 0; trial < 6; trial++) {
      const wrong = random.int(network.channels.length);
      const small = noise(random);
      const found = apart(network, (value, channel) => (channel === wrong ? -1.5 : 1) * small(value));
      const exact = proveStep(
        rule,
        apart(network, (value, channel) => (channel === wrong ? -1.5 : 1) * value),
        {
          snap: true,
        },
      );
      const { channels } = proveStep(rule, found, { snap: true });
      expect(
        channels.map(({ outcome }) => outcome),
        again(SEED),
      ).toEqual(exact.channels.map(({ outcome }) => outcome));
      const others = [...network.channels.keys()].filter((channel) => channel !== wrong);
      expect(proveStep(rule, found, { snap: true, channels: others }).outcome).toBe("proved");
    }
  });

  test("with units that all share, it is decided as one, and takes more work", () => {
    const random = seededRandom(SEED);
    const found = apart(network, noise(random));
    expect(workOfCases(rule, found)).toBeLessThan(Number.POSITIVE_INFINITY);
    const last = found.layers.at(-1)!;
    const dense = Array.from({ length: last.outputs }, () => last.inputs);
    const starts = Int32Array.from([0, ...dense].map((_, at) => at * last.inputs));
    const columns = Int32Array.from({ length: last.outputs * last.inputs }, (_, at) => at % last.inputs);
    const mixed = {
      ...found,
      layers: [
        ...found.layers.slice(0, -1),
        { ...last, weight: { starts, columns, values: new Float32Array(columns.length).fill(1e-7) } },
      ],
    };
    expect(slicesOf(mixed, [...network.channels.keys()])).toHaveLength(1);
    expect(workOfCases(rule, mixed)).toBeGreaterThanOrEqual(workOfCases(rule, found));
  });
});
