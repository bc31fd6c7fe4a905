// Bounds of sums before activation: no state goes beyond them, and in the first layer some state reaches them.

import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { exactnessOf } from "../../src/network/exactness.ts";
import type { Layer } from "../../src/network/network.ts";
import { sumRanges } from "../../src/network/reach.ts";
import { denseOf, sparseRows } from "../../src/network/sparse.ts";
import { compileProgram } from "../programs/programs.ts";
import { expectWithin } from "../same.ts";
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
  const { network } = compileProgram(name);
  const { layers } = network;
  const bounds = sumRanges(network);
  const random = seededRandom(SEED);
  for (let trial = 0; trial < 300; trial++) {
    let values = Array.from({ length: layers[0]!.inputs * 9 }, () => random.int(2));
    for (const [at, layer] of layers.entries()) {
      const sums = sumsOf(layer, values);
      for (const [unit, sum] of sums.entries()) {
        const [lo, hi] = bounds[at]![unit]!;
        expectWithin(sum, lo, hi, `layer ${at + 1}, unit ${unit + 1}; ${again(SEED)}`);
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

type Row = readonly [bias: number, ...weights: number[]];

const layerOf = (rows: readonly Row[]): Layer => ({
  kernel: 1,
  inputs: rows[0]!.length - 1,
  outputs: rows.length,
  weight: sparseRows(rows.map(([, ...weights]) => weights.map((weight, column) => [column, weight]))),
  bias: Float32Array.from(rows, ([bias]) => bias),
  units: rows.map((_, at) => `unit ${at}`),
});

const stepOf = (inputs: number, ...layers: readonly (readonly Row[])[]) => ({
  layers: layers.map(layerOf),
  residual: new Float32Array(inputs),
});

test("two ramps of one sum are a step, also as copies, scaled and falling", () => {
  const sum = [1, 1, 1, 1] as const;
  const step = stepOf(
    4,
    [
      [-1, ...sum],
      [-2, ...sum],
      [6, -2, -2, -2, -2],
      [4, -2, -2, -2, -2],
    ],
    [
      [0, 1, 0, 0, 0],
      [0, 0, 1, 0, 0],
      [0, 0, 0, 1, 0],
      [0, 0, 0, 0, 1],
      [0, 1, -1, 0, 0],
    ],
    [
      [0, 1, -1, 0, 0, 0],
      [0, 0, 0, 1, -1, 0],
      [-1, 0, 0, 0, 0, 2],
      [0, 1, 0, 1, 0, 0],
    ],
  );
  const [, middle, last] = sumRanges(step);
  expect(middle!.at(-1)).toEqual([0, 1]);
  expect(last).toEqual([
    [0, 1],
    [0, 2],
    [-1, 1],
    [2, 6],
  ]);
  // Not that partial sums were smaller: in some order one ramp comes after the other.
  expect(exactnessOf(step).largestActivation).toBe(14);
});

/** Rows of which many are ramps of the same sum, and some copies. */
function randomRows(random: Random, inputs: number, count: number): Row[] {
  const number = () => random.int(7) - 3;
  const kinds = Array.from({ length: 2 }, () => Array.from({ length: inputs }, number));
  return Array.from({ length: count }, (): Row => {
    const kind = random.int(5);
    if (kind === 0) return [0, ...Array.from({ length: inputs }, number)];
    const single = random.int(inputs);
    if (kind === 1) return [-random.int(2), ...kinds[0]!.map((_, at) => (at === single ? 2 : 0))];
    const scale = number();
    return [3 * number(), ...kinds[random.int(2)]!.map((weight) => scale * weight)];
  });
}

test(`of random ramps hold in all states, seed ${SEED}`, () => {
  let narrower = 0;
  for (let trial = 0; trial < 400; trial++) {
    const random = seededRandom(SEED + trial);
    const step = stepOf(4, randomRows(random, 4, 6), randomRows(random, 6, 6), randomRows(random, 6, 6));
    const ranges = sumRanges(step);
    const found = ranges.map((units) =>
      units.map(() => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
    );
    for (let state = 0; state < 16; state++) {
      let values = [0, 1, 2, 3].map((bit) => (state >> bit) & 1);
      for (const [at, layer] of step.layers.entries()) {
        const sums = sumsOf(layer, values);
        for (const [unit, sum] of sums.entries()) {
          const [least, most] = found[at]![unit]!;
          found[at]![unit] = [Math.min(least!, sum), Math.max(most!, sum)];
        }
        values = sums.map((sum) => Math.max(sum, 0));
      }
    }
    for (const [at, units] of found.entries())
      for (const [unit, [least, most]] of units.entries()) {
        const [lo, hi] = ranges[at]![unit]!;
        const label = `layer ${at + 1}, unit ${unit + 1}; ${again(SEED + trial)}`;
        for (const found of [least!, most!]) expectWithin(found, lo, hi, label);
      }
    narrower += Number(
      ranges[2]!.some(([lo, hi], unit) => lo === found[2]![unit]![0] && hi === found[2]![unit]![1]),
    );
  }
  expect(narrower).toBeGreaterThan(100);
});
