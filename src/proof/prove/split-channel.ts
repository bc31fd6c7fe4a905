// A network with a single channel, taken apart: as a network of a channel for each part of the number, in which the units
// that look at a number are no layer of their own any more. Both do the same from all of these states, so that what is
// proved of one holds for the other.
//
// Each unit of the first layer sees one place, so that what a unit of the second one adds up is a function of the number at
// each place. Only the numbers of states come up: where the function is a sum of what the parts hold there, that sum takes its
// place. The last layer is taken apart as the parts themselves say, which has to add up to the number's own row.

import { heldIn, sumOfParts, withParts } from "../../network/cell-number.ts";
import type { Layer, Network, Part } from "../../network/network.ts";
import { sparseRows, termsOf, weightRows } from "../../network/sparse.ts";
import { HERE } from "../../network/step.ts";
import { linearSolver } from "./linear-solver.ts";

type Held = readonly number[];

/** The same network with a channel for each part; null where it has no parts, or is not seen to be such a sum. */
export function takenApart(network: Network, states: readonly (readonly number[])[]): Network | null {
  const { parts, layers } = network;
  if (parts === undefined || layers.length < 3 || !addsUp(network, parts)) return null;
  const first = firstLayer(layers, parts, heldIn(parts, network.fields, states));
  if (first === null) return null;
  const last = layers.at(-1)!;
  const made: Layer = {
    ...last,
    outputs: parts.length,
    weight: sparseRows(parts.map(({ next }) => next.weights)),
    bias: Float32Array.from(parts, ({ next }) => next.bias),
    units: parts.map(({ name }) => name),
  };
  const residual = new Float32Array(parts.length);
  return { ...withParts(network), layers: [first, ...layers.slice(2, -1), made], residual };
}

/** Tells whether the last layer is the sum of what the parts say. */
function addsUp({ layers, residual }: Network, parts: readonly Part[]): boolean {
  const sums = new Map<number, number>();
  for (const { worth, next } of parts)
    for (const [unit, weight] of next.weights) sums.set(unit, (sums.get(unit) ?? 0) + worth * weight);
  for (const [unit, weight] of sums) if (weight === 0) sums.delete(unit);
  const last = layers.at(-1)!;
  const row = weightRows(last)[0]!;
  const bias = parts.reduce((sum, { worth, next }) => sum + worth * next.bias, 0);
  return (
    residual[0] === 0 &&
    bias === last.bias[0] &&
    row.length === sums.size &&
    row.every(([unit, weight]) => sums.get(unit) === weight)
  );
}

/** The second layer, as a 3x3 layer of what the parts hold. */
function firstLayer(layers: readonly Layer[], parts: readonly Part[], held: readonly Held[]): Layer | null {
  const [looks, above] = layers as [Layer, Layer, ...Layer[]];
  const seen = looksOf(looks, [0, ...held.map((cell) => sumOfParts(parts, cell))]);
  if (seen === null) return null;
  const solve = linearSolver(held);
  const bias = [...above.bias];
  const rows: [number, number][][] = [];
  for (let unit = 0; unit < above.outputs; unit++) {
    const row: [number, number][] = [];
    for (const [tap, [off, ...values]] of sumsByTap(above, unit, seen)) {
      // Off the grid, the sum may be something else than 0, which is so wherever a cell is.
      bias[unit]! += off!;
      const weights = solve(values.map((value) => value - off!));
      if (weights === null) return null;
      for (const [part, weight] of weights.entries()) row.push([part * 9 + tap, weight]);
    }
    rows.push(row);
  }
  if (bias.some((sum) => Math.fround(sum) !== sum)) return null;
  const { outputs, units } = above;
  const [inputs, weight] = [parts.length, sparseRows(rows)];
  return { kernel: 3, inputs, outputs, weight, bias: Float32Array.from(bias), units };
}

/** What a unit of the first layer sees, and what it hands on for each number there. */
interface Look {
  readonly tap: number;
  readonly values: readonly number[];
}

/** Null where a unit sees several places. */
function looksOf(layer: Layer, numbers: readonly number[]): Look[] | null {
  const made: Look[] = [];
  for (let unit = 0; unit < layer.outputs; unit++) {
    const [term, ...more] = termsOf(layer, unit);
    if (more.length > 0) return null;
    const { tap, weight } = term ?? { tap: HERE, weight: 0 };
    const values = numbers.map((number) => Math.max(weight * number + layer.bias[unit]!, 0));
    made.push({ tap, values });
  }
  return made;
}

/** By place, what a unit of the second layer adds up for each number. */
function sumsByTap(layer: Layer, unit: number, looks: readonly Look[]): ReadonlyMap<number, number[]> {
  const sums = new Map<number, number[]>();
  for (const { input, weight } of termsOf(layer, unit)) {
    const { tap, values } = looks[input]!;
    const sum = sums.get(tap) ?? values.map(() => 0);
    for (const [at, value] of values.entries()) sum[at]! += weight * value;
    sums.set(tap, sum);
  }
  return sums;
}
