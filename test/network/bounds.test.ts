// Bounds of sums before activation: no state goes beyond them, and in the first layer some state reaches them.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { preactivationBounds } from "../../src/network/exactness.ts";
import type { Layer } from "../../src/network/network.ts";
import { denseOf } from "../../src/network/sparse.ts";
import { readProgram } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

/** Sums of a layer, written as they are defined; `inputs[input * area + tap]`. */
const sumsOf = (layer: Layer, values: readonly number[]): number[] => {
  const { kernel, inputs, outputs, bias } = layer;
  const weight = denseOf(layer);
  return Array.from({ length: outputs }, (_, unit) => {
    const width = inputs * kernel * kernel;
    return values.reduce((sum, value, at) => sum + value * weight[unit * width + at]!, bias[unit]!);
  });
};

test.each(["gf2", "life", "sort", "wireworld"])(`of %s hold, seed ${SEED}`, (name) => {
  const { network } = compile(readProgram(name));
  const { layers } = network;
  const bounds = preactivationBounds(network);
  const random = seededRandom(SEED);
  for (let trial = 0; trial < 300; trial++) {
    let values = Array.from({ length: layers[0]!.inputs * 9 }, () => random.int(2));
    for (const [at, layer] of layers.entries()) {
      const sums = sumsOf(layer, values);
      for (const [unit, sum] of sums.entries()) {
        const [lo, hi] = bounds[at]![unit]!;
        expect(sum, again(SEED)).toBeGreaterThanOrEqual(lo);
        expect(sum, again(SEED)).toBeLessThanOrEqual(hi);
      }
      values = sums.map((sum) => Math.max(sum, 0));
    }
  }
  // Every weight that is positive, alone, gives the largest sum; every other, the least.
  const [first] = layers as [Layer];
  for (const [unit, [lo, hi]] of bounds[0]!.entries()) {
    const row = [...denseOf(first).subarray(unit * first.inputs * 9, (unit + 1) * first.inputs * 9)];
    expect(
      sumsOf(
        first,
        row.map((each) => Number(each > 0)),
      )[unit],
    ).toBe(hi);
    expect(
      sumsOf(
        first,
        row.map((each) => Number(each < 0)),
      )[unit],
    ).toBe(lo);
  }
});
