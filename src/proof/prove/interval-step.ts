// Interval arithmetic through one network step, for boxes of neighbourhoods: what every slot adds to every unit of
// the first layer is tabulated once, so that fixing a slot costs one addition a unit.

import { memo } from "../../diagnostics/memo.ts";
import { type Place, tapOf } from "../../grid/direction.ts";
import { DiagramsTooLarge } from "../../logic/nodes.ts";
import { columnAt } from "../../network/columns.ts";
import { heldBy, type Layer, type Network } from "../../network/network.ts";
import { eachWeight } from "../../network/sparse.ts";
import { type Slot, valuesOfSlot } from "./neighbourhood.ts";

/** Intervals of the sums of the first layer's units; last, of what the residual keeps of the channel. */
export interface Sums {
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

export interface IntervalStep {
  /** Sums where the slots marked free are anything and the others add nothing yet, with cells at these places. */
  start(isFree: readonly boolean[], cells: readonly Place[]): Sums;
  /** Adds what a slot contributes to sums that lack it, in place. */
  add(sums: Sums, slot: number, value: number): void;
  /** Sums with a free slot fixed. */
  fix(sums: Sums, slot: number, value: number): Sums;
  /** Interval of the channel's next value. */
  bounds(sums: Sums): readonly [lo: number, hi: number];
  /** How far each slot can move the channel, bounded by the magnitudes of the weights. */
  readonly influence: readonly number[];
}

/** Tables of more numbers take too much memory. */
const MOST_NUMBERS = 1e7;

/** The step as far as it concerns one output channel. */
export function intervalStep(network: Network, channel: number, slots: readonly Slot[]): IntervalStep {
  const [first, ...upper] = network.layers as readonly [Layer, ...Layer[]];
  // A network of one layer computes its output there.
  const units = upper.length === 0 ? [channel] : Array.from({ length: first.outputs }, (_, unit) => unit);
  const width = units.length + 1;
  if (slots.reduce((sum, slot) => sum + valuesOfSlot(slot).length, 0) * width > MOST_NUMBERS)
    throw new DiagramsTooLarge();
  const insideAt = insideSums(network, channel, units);
  const tables = slots.map((slot) => tableOf(network, channel, units, slot));
  const gains = gainsOf(network.layers, channel, units);
  return {
    start(isFree, cells) {
      const lo = insideAt(cells);
      const hi = lo.slice();
      for (const [slot, free] of isFree.entries()) {
        if (!free) continue;
        const { least, most } = tables[slot]!;
        for (let at = 0; at < width; at++) {
          lo[at]! += least[at]!;
          hi[at]! += most[at]!;
        }
      }
      return { lo, hi };
    },
    add({ lo, hi }, slot, value) {
      const { base, rows } = tables[slot]!;
      const row = rows[value - base]!;
      for (let at = 0; at < width; at++) {
        lo[at]! += row[at]!;
        hi[at]! += row[at]!;
      }
    },
    fix(sums, slot, value) {
      const { base, rows, least, most } = tables[slot]!;
      const row = rows[value - base]!;
      const lo = sums.lo.slice();
      const hi = sums.hi.slice();
      for (let at = 0; at < width; at++) {
        lo[at]! += row[at]! - least[at]!;
        hi[at]! += row[at]! - most[at]!;
      }
      return { lo, hi };
    },
    bounds({ lo, hi }) {
      const [keptLo, keptHi] = [lo[width - 1]!, hi[width - 1]!];
      let values: Sums = { lo: lo.subarray(0, width - 1), hi: hi.subarray(0, width - 1) };
      for (const [at, layer] of upper.entries()) {
        values = through(layer, values, at === upper.length - 1 ? [channel] : null);
      }
      return [values.lo[0]! + keptLo, values.hi[0]! + keptHi];
    },
    influence: tables.map(({ least, most }) =>
      gains.reduce((sum, gain, at) => sum + gain * (most[at]! - least[at]!), 0),
    ),
  };
}

interface Table {
  /** The value of the first row. */
  readonly base: number;
  /** What the slot adds to each sum, by its value. */
  readonly rows: readonly Float64Array[];
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** Biases, and what the inside channel adds where there are cells. */
function insideSums({ channels, layers, residual }: Network, channel: number, units: readonly number[]) {
  const [first] = layers as [Layer];
  const inside = channels.findIndex(({ code }) => code.kind === "inside");
  const kept = inside === channel ? residual[channel]! : 0;
  const biases = Float64Array.from([...units.map((unit) => first.bias[unit]!), kept]);
  const added = memo((place: Place) => columnAt(first, inside, tapOf(place)));
  return (cells: readonly Place[]): Float64Array => {
    const sums = biases.slice();
    for (const place of inside < 0 ? [] : cells) {
      const column = added(place);
      for (let at = 0; at < units.length; at++) sums[at]! += column[units[at]!]!;
    }
    return sums;
  };
}

function tableOf(network: Network, channel: number, units: readonly number[], slot: Slot): Table {
  const { code } = network.channels[channel]!;
  const isOwn = slot.tag === "field" && slot.place === "here";
  const values = valuesOfSlot(slot).toSorted((a, b) => a - b);
  const rows = values.map((value) => {
    const row = slotSums(network, slot, value);
    const isKept = isOwn && code.kind !== "inside" && code.field === slot.field.name;
    const kept = isKept ? network.residual[channel]! * heldBy(code, value) : 0;
    return Float64Array.from([...units.map((unit) => row[unit]!), kept]);
  });
  const extreme = (of: (a: number, b: number) => number) =>
    rows[0]!.map((value, at) => rows.reduce((found, row) => of(found, row[at]!), value));
  return { base: values[0]!, rows, least: extreme(Math.min), most: extreme(Math.max) };
}

/** Returns what a slot adds to the sums of the first layer where it has a value. */
export function slotSums({ channels, layers }: Network, slot: Slot, value: number): Float64Array {
  const [first] = layers as [Layer];
  const sums = new Float64Array(first.outputs);
  if (slot.tag === "side") return sums;
  for (const [channel, { code }] of channels.entries()) {
    if (code.kind === "inside" || code.field !== slot.field.name) continue;
    const held = heldBy(code, value);
    if (held === 0) continue;
    const column = columnAt(first, channel, tapOf(slot.place));
    for (const [unit, weight] of column.entries()) sums[unit]! += held * weight;
  }
  return sums;
}

/** Intervals of a layer's outputs, or of some of them, for inputs that are rectified first. */
function through(layer: Layer, { lo, hi }: Sums, only: readonly number[] | null): Sums {
  const { outputs, weight, bias } = layer;
  const { starts, columns, values } = weight;
  const wanted = only ?? Array.from({ length: outputs }, (_, unit) => unit);
  const low = new Float64Array(wanted.length);
  const high = new Float64Array(wanted.length);
  for (const [at, unit] of wanted.entries()) {
    let [least, most] = [bias[unit]!, bias[unit]!];
    for (let term = starts[unit]!; term < starts[unit + 1]!; term++) {
      const [input, each] = [columns[term]!, values[term]!];
      const [a, b] = [Math.max(lo[input]!, 0), Math.max(hi[input]!, 0)];
      least += each * (each > 0 ? a : b);
      most += each * (each > 0 ? b : a);
    }
    low[at] = least;
    high[at] = most;
  }
  return { lo: low, hi: high };
}

/** Tells how much the channel can change with each sum of the first layer; 1 for the residual. */
function gainsOf(layers: readonly Layer[], channel: number, units: readonly number[]): number[] {
  let gain: number[] = [];
  for (const [at, layer] of [...layers.entries()].reverse()) {
    if (at === layers.length - 1)
      gain = Array.from({ length: layer.outputs }, (_, unit) => (unit === channel ? 1 : 0));
    if (at === 0) break;
    const above = gain;
    gain = new Array<number>(layer.inputs).fill(0);
    eachWeight(layer, (unit, input, value) => {
      gain[input]! += above[unit]! * Math.abs(value);
    });
  }
  return [...units.map((unit) => gain[unit]!), 1];
}
