// What is said of a network's arithmetic holds in float32, whatever the order of its sums, fused or not, flushed or not.

import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { arithmeticOf } from "../../src/network/arithmetic.ts";
import type { Layer, Network } from "../../src/network/network.ts";
import { denseOf, sparseOf } from "../../src/network/sparse.ts";
import { expectWithin } from "../same.ts";
import { again, SEED } from "../seed.ts";
import { life, randomNetwork } from "./samples.ts";

/** A way to add in float32: which summand is next, whether products are rounded before, whether small results go. */
interface Way {
  readonly order: (count: number) => number[];
  readonly fused: boolean;
  readonly flush: boolean;
}

const ways = (random: Random): Way[] => {
  const indices = (count: number) => Array.from({ length: count }, (_, at) => at);
  const shuffled = (count: number) => indices(count).sort(() => random.next() - 0.5);
  return [
    { order: indices, fused: false, flush: false },
    { order: (count) => indices(count).reverse(), fused: true, flush: true },
    { order: shuffled, fused: false, flush: true },
    { order: shuffled, fused: true, flush: false },
  ];
};

/** Sums of the last layer in one cell, in which the first layer reads these numbers. */
function channelsBy(way: Way | null, { layers, residual }: Network, patch: readonly number[]): number[] {
  const round = (value: number): number => {
    if (way === null) return value;
    const rounded = Math.fround(value);
    return way.flush && Math.abs(rounded) < 2 ** -126 ? 0 : rounded;
  };
  let below = [...patch];
  for (const [at, layer] of layers.entries()) {
    const isLast = at === layers.length - 1;
    const dense = denseOf(layer);
    const row = dense.length / layer.outputs;
    below = Array.from({ length: layer.outputs }, (_, unit) => {
      const terms = [
        [layer.bias[unit]!, 1],
        ...below.map((value, input) => [dense[unit * row + input]!, value]),
        ...(isLast ? [[residual[unit]!, patch[unit * 9 + 4]!]] : []),
      ] as [number, number][];
      const order = way?.order(terms.length) ?? terms.keys();
      let sum = 0;
      for (const term of order) {
        const [weight, value] = terms[term]!;
        sum = round(sum + (way?.fused ? weight * value : round(weight * value)));
      }
      return isLast ? sum : Math.max(sum, 0);
    });
  }
  return below;
}

/** Weights that are learned, whole, dyadic, huge or tiny; with some of the whole ones, sums pass 2^24. */
const KINDS: readonly ((random: Random) => number)[] = [
  (random) => Math.fround(random.next() * 4 - 2),
  (random) => random.int(9) - 4,
  (random) => (random.int(9) - 4) / 8,
  (random) => (random.int(3) - 1) * 2 ** (random.int(240) - 120),
  (random) => Math.fround((random.next() - 0.5) * 10 ** (random.int(70) - 35)),
  (random) => (random.int(2 ** 13) - 2 ** 12) * 2 ** (random.int(5) - 2),
  (random) => random.int(2 ** 13) - 2 ** 12,
];

test(`random networks, seed ${SEED}`, () => {
  const seen = { exact: 0, rounding: 0, overflowing: 0 };
  for (let trial = 0; trial < 700; trial++) {
    const random = seededRandom(SEED + trial);
    const widths = [1 + random.int(2), 1 + random.int(4), 1 + random.int(3)].slice(0, 1 + random.int(3));
    const network = randomNetwork(widths, SEED + trial, (from) => KINDS[trial % KINDS.length]!(from));
    const { errors, overflow } = arithmeticOf(network);
    const kind = overflow !== null ? "overflowing" : errors.some((error) => error > 0) ? "rounding" : "exact";
    seen[kind]++;
    if (overflow !== null) continue;
    const note = `${network.program}; ${again(SEED + trial)}`;
    for (let each = 0; each < 6; each++) {
      const patch = Array.from({ length: 9 * widths[0]! }, () => random.int(2));
      const exact = channelsBy(null, network, patch);
      for (const way of ways(random))
        for (const [channel, sum] of channelsBy(way, network, patch).entries())
          expectWithin(Math.abs(sum - exact[channel]!), 0, errors[channel]!, `channel ${channel}; ${note}`);
    }
  }
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(10);
});

const chain = (...weights: number[]): Network => {
  const of = (weight: number, at: number): Layer => {
    const kernel = at === 0 ? 3 : 1;
    const values = new Float32Array(kernel ** 2);
    values[Math.floor(kernel ** 2 / 2)] = weight;
    return {
      kernel,
      inputs: 1,
      outputs: 1,
      weight: sparseOf(values, 1),
      bias: new Float32Array(1),
      units: ["unit"],
    };
  };
  return { ...life, layers: weights.map(of), residual: new Float32Array(1) };
};

/** One layer of a weight and a bias. */
function biased(weight: number, bias: number): Network {
  const network = chain(weight);
  return { ...network, layers: network.layers.map((layer) => ({ ...layer, bias: Float32Array.of(bias) })) };
}

/** One layer of a weight, which is added to what the channel holds. */
const kept = (weight: number): Network => ({ ...chain(weight), residual: Float32Array.of(1) });

test.each([
  ["powers of two in the normal range", chain(2 ** -60, 2 ** -60, 2 ** 60, 2 ** 60), "exact"],
  ["powers of two below it", chain(2 ** -70, 2 ** -70, 2 ** 70, 2 ** 70), "rounds"],
  ["tiny weights", chain(1e-30, 1e-30, 1e30, 1e30), "rounds"],
  ["huge weights", chain(3e38, 3e38, 1e-38, 1e-38), "overflows"],
  ["whole numbers to the last bit", chain(2 ** 12, 2 ** 12), "exact"],
  ["and beyond", chain(2 ** 12 + 1, 2 ** 12 + 1), "rounds"],
  ["a bias and a weight to the last bit", biased(2 ** 24 - 1, 1), "exact"],
  ["a bias and a weight beyond it", biased(2 ** 24 - 1, -2), "rounds"],
  ["a channel that is kept, and a weight, to the last bit", kept(2 ** 24 - 1), "exact"],
  ["a channel that is kept, and a weight below zero, to the last bit", kept(1 - 2 ** 24), "exact"],
  ["a channel that is kept, and the largest weight", kept(2 ** 24), "rounds"],
] as const)("%s", (_, network, wanted) => {
  const { errors, overflow } = arithmeticOf(network);
  expect(overflow !== null ? "overflows" : errors[0]! > 0 ? "rounds" : "exact").toBe(wanted);
});
