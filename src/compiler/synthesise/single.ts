// One channel for a whole cell, and its step in 1x1 layers behind one 3x3 layer: the paper's Definition 5.
//
// A new first layer has units that look at one number each: relu(number - t). Any function of the number is a sum of these,
// with a bend at each t where its slope changes. So what a channel of the network holds at a place is such a sum, and the
// network's own first layer, a sum of channels, becomes a 1x1 layer above. Nothing is decoded step by step, and a step stays
// a step. What the residual kept is one more sum, which a unit of each layer hands on. The last layer adds up the channels
// times their worths.
//
// Functions are free between numbers that come up in cells: they stay what they are until just before the next one, so that
// all slopes are whole. The fewer numbers come up, and the more of what is read at a place is in the highest digits, the
// fewer bends there are: the order of the digits is searched for.

import { groupBy } from "../../diagnostics/group.ts";
import { TAPS } from "../../grid/direction.ts";
import { exactnessOf } from "../../network/exactness.ts";
import { heldBy, type Network, type Part } from "../../network/network.ts";
import { cellChannel, sumOfParts, type Worth, worthsOf } from "../../network/parts.ts";
import { sparseRows, weightRows } from "../../network/sparse.ts";
import { HERE } from "../../network/step.ts";
import { networkLayer, type SparseLayer, type SparseRow } from "./sparse.ts";

/** The number of layers of the paper's Definition 5: a 3x3 layer, and 1x1 layers. */
export const PAPER_LAYERS = 5;

/** Values of all fields that a cell has together, in the order of the network's fields. */
type CellState = readonly number[];

/** A number that comes up, and what each part of it holds. */
export interface CellCode {
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
export interface Bent {
  readonly bends: readonly Bend[];
  readonly constants: readonly number[];
}

/** Makes such sums of functions, by what they are at each code. */
export type Bending = (functions: readonly ArrayLike<number>[]) => Bent;

/**
 * The network with a single channel that does the same from all of these states.
 * @param states of cells that come up; others may do anything
 */
export function singleChannel(given: Network, states: readonly CellState[]): Network {
  const network = withHiddenLayer(given);
  const made = MEASURES.map(
    (measure) => () => withWorths(network, bestWorths(network, states, measure), states),
  );
  let smallest: Network | null = null;
  for (const make of made) {
    const single = make();
    if (single.exact.formats.includes("float32")) return single;
    smallest ??= single;
  }
  return smallest!;
}

function withWorths(network: Network, worths: readonly Worth[], states: readonly CellState[]): Network {
  const codes = codesOf(network, worths, states);
  const layers = singleLayers(network, worths, codes, bending(codes)).map(networkLayer);
  const residual = new Float32Array(1);
  const last = network.layers.at(-1)!;
  const next = weightRows(last).map((weights, at) => {
    return { bias: last.bias[at]!, keeps: network.residual[at]!, weights };
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
export function codesOf(
  { channels, fields }: Pick<Network, "channels" | "fields">,
  parts: readonly Worth[],
  states: readonly CellState[],
): CellCode[] {
  const columns = new Map(fields.map(({ name }, at) => [name, at]));
  const codes = new Map<number, CellCode>([[0, { number: 0, held: new Float32Array(channels.length) }]]);
  for (const state of states) {
    const held = Float32Array.from(channels, ({ code }) =>
      code.kind === "inside" ? 1 : heldBy(code, state[columns.get(code.field)!]!),
    );
    const number = sumOfParts(parts, held);
    codes.set(number, { number, held });
  }
  return [...codes.values()].sort((a, b) => a.number - b.number);
}

/**
 * Bends at whole numbers: from each code to the next in a straight line, or in the last step where they are further apart.
 * Left of a number where all functions are flat, bends go up to the left, so that units stay small.
 */
export function bending(codes: readonly CellCode[]): Bending {
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

/** Where slopes change, and by how much; `isFlat` where all are 0 from there on, up to the next one. */
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

/** What the first layer looks at, at one place. */
interface Sight {
  readonly tap: number;
  /** Channels that are read there. */
  readonly channels: readonly number[];
  /** Whether what the residual keeps is among it. */
  readonly isKept: boolean;
}

function sightsOf({ layers, residual }: Network): Sight[] {
  const first = layers[0]!;
  const columns = new Set(weightRows(first).flatMap((row) => row.map(([column]) => column)));
  const reads = groupBy(
    [...columns].sort((a, b) => a - b),
    (column) => column % 9,
  );
  return TAPS.flatMap((_, tap): Sight[] => {
    const channels = (reads.get(tap) ?? []).map((column) => Math.floor(column / 9));
    const isKept = tap === HERE && residual.includes(1);
    return channels.length > 0 || isKept ? [{ tap, channels, isKept }] : [];
  });
}

/** What is looked at, at each code: channels, and then what is kept of the number. */
function functionsOf(
  { channels, isKept }: Sight,
  { channels: all, residual }: Network,
  parts: readonly Worth[],
  codes: readonly CellCode[],
): readonly ArrayLike<number>[] {
  const read = channels.map((channel) => codes.map(({ held }) => held[channel]!));
  const keeps = ({ held }: CellCode) =>
    sumOfParts(
      parts,
      all.map(({ code }, at) => (code.kind === "inside" ? 0 : residual[at]! * held[at]!)),
    );
  return isKept ? [...read, codes.map(keeps)] : read;
}

type Entry = readonly [column: number, weight: number];

/** All layers of the step, the new one first; those that Definition 5 has besides hand on what there is. */
export function singleLayers(
  network: Network,
  parts: readonly Worth[],
  codes: readonly CellCode[],
  bent: Bending,
): SparseLayer[] {
  const looks: SparseRow[] = [];
  const sums = network.layers[0]!.units.map((): Map<number, number> => new Map());
  const biases = [...network.layers[0]!.bias];
  const kept: Entry[] = [];
  let keptBias = 0;
  const rows = weightRows(network.layers[0]!);
  const reading = groupBy(
    rows.flatMap((row, unit) => row.map(([column, weight]) => ({ column, weight, unit }))),
    ({ column }) => column,
  );
  for (const sight of sightsOf(network)) {
    const { tap, channels, isKept } = sight;
    const { bends, constants } = bent(functionsOf(sight, network, parts, codes));
    if (isKept) keptBias += constants.at(-1)!;
    for (const [nth, channel] of channels.entries())
      for (const { weight, unit } of reading.get(channel * 9 + tap)!)
        biases[unit]! += weight * constants[nth]!;
    for (const { slope, offset, changes } of bends) {
      const at = looks.length;
      const place = TAPS[tap]!;
      looks.push({
        name: `${place === "here" ? "" : `${place}.`}cell ${slope > 0 ? "above" : "below"} ${Math.abs(offset / slope)}`,
        bias: offset,
        entries: [[tap, slope]],
      });
      for (const [nth, channel] of channels.entries())
        for (const { weight, unit } of changes[nth] === 0 ? [] : reading.get(channel * 9 + tap)!)
          sums[unit]!.set(at, (sums[unit]!.get(at) ?? 0) + weight * changes[nth]!);
      if (isKept && changes.at(-1) !== 0) kept.push([at, changes.at(-1)!]);
    }
  }
  const above = network.layers.map((layer, at) =>
    at === 0
      ? layer.units.map((name, unit) => ({ name, bias: biases[unit]!, entries: [...sums[unit]!] }))
      : weightRows(layer).map((entries, unit) => ({
          name: layer.units[unit]!,
          bias: layer.bias[unit]!,
          entries: entries as readonly Entry[],
        })),
  );
  return withOutput(network, parts, looks, above, {
    name: "what is kept of cell",
    bias: keptBias,
    entries: kept,
  });
}

/** Layers from rows: what is kept goes up beside them, and all channels become one number. */
function withOutput(
  { channels, residual }: Network,
  parts: readonly Worth[],
  looks: readonly SparseRow[],
  above: readonly (readonly SparseRow[])[],
  kept: SparseRow,
): SparseLayer[] {
  let carried = kept;
  const hidden = above.slice(0, -1).map((rows) => {
    if (kept.entries.length === 0) return rows;
    const made = [...rows, carried];
    carried = { ...kept, bias: 0, entries: [[rows.length, 1]] };
    return made;
  });
  const total = new Map<number, number>(carried.entries);
  let bias = 0;
  for (const [channel, row] of above.at(-1)!.entries()) {
    const { worth } = parts[channel]!;
    const isMark = channels[channel]!.code.kind === "inside";
    bias += worth * (row.bias + (isMark ? residual[channel]! : 0));
    for (const [column, weight] of row.entries) total.set(column, (total.get(column) ?? 0) + worth * weight);
  }
  const stages = [looks, ...hidden];
  const narrowest = stages.reduce(
    (least, { length }, at) => (at > 1 && length < stages[least]!.length ? at : least),
    1,
  );
  const copy = stages[narrowest]!.map(
    ({ name }, unit): SparseRow => ({ name, bias: 0, entries: [[unit, 1]] }),
  );
  while (stages.length < PAPER_LAYERS - 1) stages.splice(narrowest + 1, 0, copy);
  const output = { name: "cell", bias, entries: [...total].filter(([, weight]) => weight !== 0) };
  return [...stages, [output]].map((layer, at, all) => ({
    kernel: at === 0 ? 3 : 1,
    inputs: at === 0 ? 1 : all[at - 1]!.length,
    rows: layer,
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
function bestWorths(network: Network, states: readonly CellState[], measure: Measure): Worth[] {
  const { channels } = network;
  const sights = sightsOf(network);
  let work = 0;
  const cost = (fields: readonly Network["fields"][number][]): number => {
    const parts = worthsOf(channels, fields);
    const codes = codesOf(network, parts, states);
    work += codes.length;
    const bent = bending(codes);
    const most = codes.at(-1)!.number;
    return sights.reduce(
      (sum, sight) => sum + measure(bent(functionsOf(sight, network, parts, codes)), most),
      0,
    );
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
