// Sums of full layers by SIMD are those of the direct engine's own loop, to the bit: of random layers on both sides of the
// size from which they are made so, with numbers of every kind, and with more layers than there is room for at a time.

import { expect, test } from "vitest";
import { applyLayer, type GatheredLayer, gather, offsetsOf, sumOf } from "../../src/engines/direct.ts";
import { isMadeFull } from "../../src/engines/full.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { sparseOf } from "../../src/network/sparse.ts";
import { again, cases, SEED } from "../seed.ts";

const SPECIAL = [0, -0, 1, -1, 1e-42, 3e38, -3e38, Number.POSITIVE_INFINITY, Number.NaN];

function numberOf(random: Random, isSpecial: boolean): number {
  if (isSpecial && random.int(4) === 0) return SPECIAL[random.int(SPECIAL.length)]!;
  // Of different sizes, so that sums are rounded, and the order shows.
  return (random.next() - 0.5) * 10 ** (random.int(7) - 3);
}

/** No weight is 0, so that the layer is full. */
function randomLayer(random: Random, inputs: number, outputs: number): GatheredLayer {
  const isSpecial = random.int(3) === 0;
  const kernel = random.int(2) === 0 ? 1 : 3;
  const weights = Float32Array.from(
    { length: outputs * inputs * kernel * kernel },
    () => Math.fround(numberOf(random, isSpecial)) || 1,
  );
  const bias = Float32Array.from({ length: outputs }, () => numberOf(random, isSpecial));
  return gather({ kernel, inputs, outputs, weight: sparseOf(weights, outputs), bias, units: [] });
}

function expectPlain(layer: GatheredLayer, random: Random, seed: number): void {
  const inputs = layer.inputs.reduce((most, input) => Math.max(most, input), 0) + 1;
  const border = { rows: 1, cols: 1, channels: inputs, stride: 3 * inputs, size: 9 * inputs };
  const offsets = offsetsOf(layer, border);
  const source = Float32Array.from({ length: border.size }, () => numberOf(random, seed % 3 === 0));
  const base = border.stride + inputs;
  const relu = random.int(2) === 0;
  const target = new Float32Array(layer.outputs);
  applyLayer(layer, offsets, source, base, target, relu);
  const plain = target.map((_, out) => {
    const sum = sumOf(layer, out, offsets, source, base);
    return relu && sum < 0 ? 0 : sum;
  });
  expect([...target], again(seed)).toEqual([...plain]);
}

test("random layers", () => {
  const made = [0, 0];
  for (let seed = SEED; seed < SEED + Math.max(60, cases(600)); seed++) {
    const random = seededRandom(seed);
    const layer = randomLayer(random, 1 + random.int(24), 1 + random.int(40));
    made[Number(isMadeFull(layer))]!++;
    expectPlain(layer, random, seed);
  }
  for (const count of made) expect(count).toBeGreaterThan(0);
});

test("more layers than there is room for, and one that is larger than the room", () => {
  const random = seededRandom(SEED);
  const layers = Array.from({ length: 9 }, (_, at) => randomLayer(random, 300, at === 5 ? 2000 : 500));
  for (let seed = SEED; seed < SEED + 14; seed++)
    expectPlain(layers[random.int(layers.length)]!, random, seed);
});
