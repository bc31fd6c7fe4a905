// One channel for a whole cell, and its step in 1x1 layers behind one 3x3 layer: the paper's Definition 5.
//
// A new first layer has units that look at one number each: relu(number - t). Any function of the number is a sum of these,
// with a bend at each t where its slope changes. So what a channel of the network holds at a place is such a sum, and the
// network's own first layer, a sum of channels, becomes a 1x1 layer above. Nothing is decoded step by step, and a step stays
// a step. What the residual kept is handed on by units. The last layer adds up the channels times their worths.
//
// Functions are free between numbers that come up in cells: they stay what they are until just before the next one, so that
// all slopes are whole. The fewer numbers come up, and the more of what is read at a place is in the highest digits, the
// fewer bends there are: the order of the digits is searched for.

import { groupBy } from "../../diagnostics/group.ts";
import { TAPS } from "../../grid/direction.ts";
import { cellChannel, heldIn, sumOfParts, type Worth, worthsOf } from "../../network/cell-number.ts";
import { exactnessOf } from "../../network/exactness.ts";
import type { Layer, Network, Part } from "../../network/network.ts";
import { withoutResidual } from "../../network/residual.ts";
import { networkLayer, rowsOfLayer, type SparseLayer, type SparseRow } from "../../network/rows.ts";
import { sparseRows, weightRows } from "../../network/sparse.ts";

/** The number of layers of the paper's Definition 5: a 3x3 layer, and 1x1 layers. */
export const PAPER_LAYERS = 5;

/** Values of all fields that a cell has together, in the order of the network's fields. */
type CellState = readonly number[];

/** A number that comes up, and what each part of it holds. */
interface CellCode {
  readonly number: number;
  readonly held: ArrayLike<number>;
}

/** Units of the first layer: relu(slope * number + offset), of the number at a place. */
interface Bend {
  readonly slope: number;
  readonly offset: number;
  /** What it adds to each of the functions. */
  readonly changes: readonly number[];
}

/** Functions of a cell's number as sums of bends and constants. */
interface Bent {
  readonly bends: readonly Bend[];
  readonly constants: readonly number[];
}

/** Makes such sums of functions, by what they are at each code. */
type Bending = (functions: readonly ArrayLike<number>[]) => Bent;

/**
 * The network with a single channel that does the same from all of these states.
 * @param states of cells that come up; others may do anything
 */
export function singleChannel(given: Network, states: readonly CellState[]): Network {
  const network = withoutResidual(withHiddenLayer(given));
  const { channels, fields } = network;
  // Off the grid all of them hold 0.
  const cells = [channels.map(() => 0), ...heldIn(channels, fields, states)];
  const made = MEASURES.map(
    (measure) => () => withWorths(network, bestWorths(network, cells, measure), cells),
  );
  let smallest: Network | null = null;
  for (const make of made) {
    const single = make();
    if (single.exact.formats.includes("float32")) return single;
    smallest ??= single;
  }
  return smallest!;
}

function withWorths(
  network: Network,
  worths: readonly Worth[],
  cells: readonly (readonly number[])[],
): Network {
  const codes = codesOf(worths, cells);
  const layers = singleLayers(network, worths, codes, bending(codes)).map(networkLayer);
  const residual = new Float32Array(1);
  const last = network.layers.at(-1)!;
  const next = weightRows(last).map((weights, at) => {
    return { bias: last.bias[at]!, weights };
  });
  const parts = worths.map((worth, at): Part => ({ ...worth, next: next[at]! }));
  const { tokens: _, ...others } = network;
  const made = { ...others, channels: [cellChannel(codes.at(-1)!.number)], parts, layers, residual };
  return { ...made, exact: exactnessOf(made) };
}

/** The same network, with a unit for each channel that is read where it had no hidden layer. */
function withHiddenLayer(network: Network): Network {
  const [only, ...more] = network.layers;
  if (more.length > 0) return network;
  const rows = weightRows(only!);
  const columns = [...new Set(rows.flatMap((row) => row.map(([column]) => column)))];
  const units = columns.map((column): SparseRow => {
    const place = TAPS[column % 9]!;
    const { name } = network.channels[Math.floor(column / 9)]!;
    return { name: place === "here" ? name : `${place}.${name}`, bias: 0, entries: [[column, 1]] };
  });
  const read = networkLayer({ kernel: 3, inputs: only!.inputs, rows: units });
  const weight = sparseRows(
    rows.map((row) => row.map(([column, value]) => [columns.indexOf(column), value])),
  );
  return { ...network, layers: [read, { ...only!, kernel: 1, inputs: units.length, weight }] };
}

/** The numbers of states and of what is off the grid, ascending. */
function codesOf(parts: readonly Worth[], cells: readonly (readonly number[])[]): CellCode[] {
  const codes = new Map<number, CellCode>();
  for (const held of cells) {
    const number = sumOfParts(parts, held);
    codes.set(number, { number, held });
  }
  return [...codes.values()].sort((a, b) => a.number - b.number);
}

/**
 * Bends at whole numbers: from each code to the next in a straight line, or in the last step where they are further apart.
 * Left of a number where all functions are flat, bends go up to the left, so that units stay small.
 */
function bending(codes: readonly CellCode[]): Bending {
  return (functions) => {
    const turns = turnsOf(codes, functions);
    const sizes = turns.map(({ changes }) => changes.reduce((sum, change) => sum + Math.abs(change), 0));
    const most = codes.at(-1)!.number;
    let right = turns.reduce((sum, { at }, nth) => sum + sizes[nth]! * (most - at), 0);
    let [least, turned] = [right, 0];
    let left = 0;
    for (const [nth, { at, isFlat }] of turns.entries()) {
      left += sizes[nth]! * at;
      right -= sizes[nth]! * (most - at);
      if (isFlat && left + right < least) [least, turned] = [left + right, nth + 1];
    }
    const constants = functions.map((_, of) =>
      turns.slice(0, turned).reduce((sum, { at, changes }) => sum - at * changes[of]!, 0),
    );
    const bends = turns.map(({ at, changes }, nth): Bend => {
      return nth < turned ? { slope: -1, offset: at, changes } : { slope: 1, offset: -at, changes };
    });
    return { bends, constants };
  };
}

/** Tells where slopes change, and by how much; `isFlat` where all are 0 from there on, up to the next one. */
function turnsOf(codes: readonly CellCode[], functions: readonly ArrayLike<number>[]) {
  const turns: { at: number; changes: readonly number[]; isFlat: boolean }[] = [];
  let before = functions.map(() => 0);
  const turn = (at: number, slopes: readonly number[]): void => {
    const changes = slopes.map((slope, nth) => slope - before[nth]!);
    if (changes.every((change) => change === 0)) return;
    turns.push({ at, changes, isFlat: slopes.every((slope) => slope === 0) });
    before = [...slopes];
  };
  const flat = functions.map(() => 0);
  for (let at = 1; at < codes.length; at++) {
    const [from, to] = [codes[at - 1]!.number, codes[at]!.number];
    const steps = functions.map((values) => values[at]! - values[at - 1]!);
    if (to - from > 1) turn(from, flat);
    if (to - from === 1 || steps.some((step) => step !== 0)) turn(to - 1, steps);
  }
  return turns;
}

/** Channels that the first layer reads, by the tap of the place. */
function sightsOf({ layers }: Network): ReadonlyMap<number, readonly number[]> {
  const columns = new Set(weightRows(layers[0]!).flatMap((row) => row.map(([column]) => column)));
  const reads = groupBy(
    [...columns].sort((a, b) => (a % 9) - (b % 9) || a - b),
    (column) => column % 9,
  );
  return new Map([...reads].map(([tap, own]) => [tap, own.map((column) => Math.floor(column / 9))]));
}

const heldBySome = (channels: readonly number[], codes: readonly CellCode[]): number[][] =>
  channels.map((channel) => codes.map(({ held }) => held[channel]!));

type Entry = readonly [column: number, weight: number];

/** All layers of the step, the new one first; those that Definition 5 has besides hand on what there is. */
function singleLayers(
  network: Network,
  worths: readonly Worth[],
  codes: readonly CellCode[],
  bent: Bending,
): SparseLayer[] {
  const [first, ...others] = network.layers as [Layer, ...Layer[]];
  const looks: SparseRow[] = [];
  const sums = first.units.map((name, unit) => ({
    name,
    bias: first.bias[unit]!,
    entries: new Map<number, number>(),
  }));
  const terms = weightRows(first).flatMap((row, unit) =>
    row.map(([column, weight]) => ({ column, weight, unit })),
  );
  const reading = groupBy(terms, ({ column }) => column);
  for (const [tap, channels] of sightsOf(network)) {
    const { bends, constants } = bent(heldBySome(channels, codes));
    const at = looks.length;
    for (const { slope, offset } of bends) looks.push(lookRow(tap, slope, offset));
    for (const [nth, channel] of channels.entries())
      for (const { weight, unit } of reading.get(channel * 9 + tap)!) {
        const { entries } = sums[unit]!;
        sums[unit]!.bias += weight * constants[nth]!;
        for (const [bend, { changes }] of bends.entries())
          entries.set(at + bend, (entries.get(at + bend) ?? 0) + weight * changes[nth]!);
      }
  }
  const hidden = others.slice(0, -1).map(rowsOfLayer);
  const below = sums.map(
    ({ name, bias, entries }): SparseRow => ({ name, bias, entries: entriesOf(entries) }),
  );
  return stacked(looks, [below, ...hidden], numberRow(others.at(-1)!, worths));
}

const entriesOf = (weights: ReadonlyMap<number, number>): Entry[] =>
  [...weights].filter(([, weight]) => weight !== 0);

function lookRow(tap: number, slope: number, offset: number): SparseRow {
  const place = TAPS[tap]!;
  const side = slope > 0 ? "above" : "below";
  const name = `${place === "here" ? "" : `${place}.`}cell ${side} ${Math.abs(offset / slope)}`;
  return { name, bias: offset, entries: [[tap, slope]] };
}

/** The sum of all channels, times their worths. */
function numberRow(layer: Layer, worths: readonly Worth[]): SparseRow {
  const total = new Map<number, number>();
  let bias = 0;
  for (const [channel, row] of rowsOfLayer(layer).entries()) {
    const { worth } = worths[channel]!;
    bias += worth * row.bias;
    for (const [column, weight] of row.entries) total.set(column, (total.get(column) ?? 0) + worth * weight);
  }
  return { name: "cell", bias, entries: entriesOf(total) };
}

/** Layers from rows; where they are fewer than the paper's, the narrowest of the hidden ones is handed on. */
function stacked(
  looks: readonly SparseRow[],
  hidden: readonly (readonly SparseRow[])[],
  output: SparseRow,
): SparseLayer[] {
  const narrowest = hidden.reduce(
    (least, { length }, at) => (length < hidden[least]!.length ? at : least),
    0,
  );
  const copy = hidden[narrowest]!.map(
    ({ name }, unit): SparseRow => ({ name, bias: 0, entries: [[unit, 1]] }),
  );
  const missing = Math.max(0, PAPER_LAYERS - 2 - hidden.length);
  const copies = Array.from({ length: missing }, () => copy);
  const all = [looks, ...hidden.toSpliced(narrowest + 1, 0, ...copies), [output]];
  return all.map((rows, at) => ({
    kernel: at === 0 ? 3 : 1,
    inputs: at === 0 ? 1 : all[at - 1]!.length,
    rows,
  }));
}

/** What an order of digits costs, for each place. */
type Measure = (bent: Bent, most: number) => number;

/** Few units; or, where sums of these are too large, small ones. */
const MEASURES: readonly Measure[] = [
  ({ bends }) => bends.length,
  ({ bends }, most) =>
    bends.reduce((total, { slope, offset, changes }) => {
      const size = changes.reduce((sum, change) => sum + Math.abs(change), 0);
      return total + size * (slope > 0 ? most + offset : offset);
    }, 0),
];

/** Orders that are tried, times the numbers that come up: beyond that, the best so far is taken. */
const MOST_TRIED = 300_000;

/** Worths with the digits in an order that costs little: fields change places with others as long as that helps. */
function bestWorths(network: Network, cells: readonly (readonly number[])[], measure: Measure): Worth[] {
  const { channels } = network;
  const sights = [...sightsOf(network).values()];
  let work = 0;
  const cost = (fields: readonly Network["fields"][number][]): number => {
    const parts = worthsOf(channels, fields);
    const codes = codesOf(parts, cells);
    work += codes.length;
    const bent = bending(codes);
    const most = codes.at(-1)!.number;
    const costs = sights.map((channels) => measure(bent(heldBySome(channels, codes)), most));
    return costs.reduce((sum, each) => sum + each, 0);
  };
  let order = network.fields;
  let least = cost(order);
  for (let isBetter = true; isBetter && work < MOST_TRIED; ) {
    isBetter = false;
    for (let from = 0; from < order.length; from++)
      for (let to = 0; to < order.length && work < MOST_TRIED; to++) {
        const moved = order.toSpliced(from, 1).toSpliced(to, 0, order[from]!);
        const count = cost(moved);
        if (count >= least) continue;
        [order, least, isBetter] = [moved, count, true];
      }
  }
  return worthsOf(channels, order);
}
