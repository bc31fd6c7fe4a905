// A network with a single channel, taken apart: as a network of a channel for each part of the number, in which the units
// that look at a number are no layer of their own any more. Both do the same from all of these states, so that what is
// proved of one holds for the other.
//
// Each unit of the first layer sees one place, so that what a unit of the second one adds up is a function of the number at
// each place. Only the numbers of states come up: where the function is a sum of what the parts hold there, that sum takes its
// place. The last layer is taken apart as the parts themselves say, which has to add up to the number's own row.

import { heldBy, type Layer, type Network, type Part } from "../../network/network.ts";
import { sumOfParts, withParts } from "../../network/parts.ts";
import { sparseRows, termsOf, weightRows } from "../../network/sparse.ts";
import { HERE } from "../../network/step.ts";
import { linearSolver } from "./linear-solver.ts";

type Held = readonly number[];

/** The same network with a channel for each part; null where it has no parts, or is not seen to be such a sum. */
export function takenApart(network: Network, states: readonly (readonly number[])[]): Network | null {
  const { parts, layers } = network;
  if (parts === undefined || layers.length < 3) return null;
  const held = heldIn(network, parts, states);
  const keeping = parts.map(({ code, next }) => (code.kind === "inside" ? 0 : next.keeps));
  const hasKept = keeping.some((keeps) => keeps !== 0);
  if (!addsUp(network, parts, hasKept)) return null;
  const above = hasKept ? withoutKept(layers.slice(2, -1)) : layers.slice(2, -1);
  const first = firstLayer(network, parts, held, hasKept ? keeping : null);
  if (above === null || first === null) return null;
  const last = layers.at(-1)!;
  const made: Layer = {
    kernel: 1,
    inputs: last.inputs - (hasKept ? 1 : 0),
    outputs: parts.length,
    weight: sparseRows(parts.map(({ next }) => next.weights)),
    bias: Float32Array.from(parts, ({ next }) => next.bias),
    units: parts.map(({ name }) => name),
  };
  const residual = Float32Array.from(parts, ({ next }) => next.keeps);
  return { ...withParts(network), layers: [first, ...above, made], residual };
}

/** What parts hold in each state. */
function heldIn(
  { fields }: Network,
  parts: readonly Part[],
  states: readonly (readonly number[])[],
): readonly Held[] {
  const columns = new Map(fields.map(({ name }, at) => [name, at]));
  return states.map((state) =>
    parts.map(({ code }) => (code.kind === "inside" ? 1 : heldBy(code, state[columns.get(code.field)!]!))),
  );
}

/** Whether the last layer is the sum of what the parts say, and of the unit that hands on what is kept. */
function addsUp({ layers, residual }: Network, parts: readonly Part[], hasKept: boolean): boolean {
  const last = layers.at(-1)!;
  const sums = new Map<number, number>();
  let bias = 0;
  for (const { code, worth, next } of parts) {
    bias += worth * (next.bias + (code.kind === "inside" ? next.keeps : 0));
    for (const [unit, weight] of next.weights) sums.set(unit, (sums.get(unit) ?? 0) + worth * weight);
  }
  // Parts must not read the unit that hands on.
  if (hasKept && sums.has(last.inputs - 1)) return false;
  if (hasKept) sums.set(last.inputs - 1, 1);
  for (const [unit, weight] of sums) if (weight === 0) sums.delete(unit);
  const row = weightRows(last)[0]!;
  return (
    residual[0] === 0 &&
    bias === last.bias[0] &&
    row.length === sums.size &&
    row.every(([unit, weight]) => sums.get(unit) === weight)
  );
}

/** Layers without their last unit; null where that is not the last one of the layer below, handed on and read by no other. */
function withoutKept(layers: readonly Layer[]): Layer[] | null {
  const made: Layer[] = [];
  for (const layer of layers) {
    const kept = layer.inputs - 1;
    const rows = weightRows(layer);
    const own = rows.pop()!;
    const isHandedOn = own.length === 1 && own[0]![0] === kept && own[0]![1] === 1;
    if (!isHandedOn || layer.bias.at(-1) !== 0) return null;
    if (rows.some((row) => row.some(([unit]) => unit === kept))) return null;
    made.push(layerOf(layer.kernel, kept, rows, layer.bias.subarray(0, -1), layer.units.slice(0, -1)));
  }
  return made;
}

const layerOf = (
  kernel: Layer["kernel"],
  inputs: number,
  rows: Parameters<typeof sparseRows>[0],
  bias: Float32Array,
  units: readonly string[],
): Layer => ({ kernel, inputs, outputs: rows.length, weight: sparseRows(rows), bias, units });

/** The second layer, as a 3x3 layer of what the parts hold; its last unit is what is `kept` of them, where anything is. */
function firstLayer(
  { layers }: Network,
  parts: readonly Part[],
  held: readonly Held[],
  kept: readonly number[] | null,
): Layer | null {
  const [looks, above] = layers as [Layer, Layer, ...Layer[]];
  const numbers = [0, ...held.map((cell) => sumOfParts(parts, cell))];
  const seen = looksOf(looks, numbers);
  if (seen === null) return null;
  const solve = linearSolver(held);
  const rows: [number, number][][] = [];
  const bias = [...above.bias];
  for (let unit = 0; unit < above.outputs; unit++) {
    const row: [number, number][] = [];
    for (const [tap, sums] of sumsByTap(above, unit, seen)) {
      const [off, ...values] = sums as [number, ...number[]];
      bias[unit]! += off;
      const differences = values.map((value) => value - off);
      const isKept = kept !== null && unit === above.outputs - 1;
      const weights = isKept ? keptWeights(parts, kept, held, tap, differences) : solve(differences);
      if (weights === null) return null;
      for (const [part, weight] of weights.entries()) row.push([part * 9 + tap, weight]);
    }
    rows.push(row);
  }
  if (bias.some((sum) => Math.fround(sum) !== sum)) return null;
  const biases = Float32Array.from(bias);
  if (kept === null) return layerOf(3, parts.length, rows, biases, above.units);
  if (bias.at(-1) !== 0 || rows.pop()!.length === 0) return null;
  return layerOf(3, parts.length, rows, biases.subarray(0, -1), above.units.slice(0, -1));
}

/** Of what is kept, the sum must be that of the parts that keep what they hold. */
function keptWeights(
  parts: readonly Part[],
  kept: readonly number[],
  held: readonly Held[],
  tap: number,
  values: readonly number[],
): readonly number[] | null {
  const wanted = parts.map(({ worth }, part) => worth * kept[part]!);
  const sum = (cell: Held) => cell.reduce((total, each, part) => total + wanted[part]! * each, 0);
  return tap === HERE && held.every((cell, at) => sum(cell) === values[at]) ? wanted : null;
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
