// A network with one field as a cellular automaton: the next value of a cell as a function of the values around it.
//
// The first layer only adds up what each neighbour's value contributes. So a rule is walked neighbour by neighbour with
// the sums so far, and two ways that lead to the same sums need never be told apart: a count of eight neighbours has
// nine values, not 256. What comes out is a value of the field again, so that networks which snap need no more.

import { shownNames } from "../../diagnostics/count.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { type Direction, type Place, TAPS, tapOf } from "../../grid/direction.ts";
import { bounds, type Grid } from "../../grid/grid.ts";
import { columnAt, through, transposed } from "../columns.ts";
import type { Layer, Network, NetworkField } from "../network.ts";
import { decode, encode } from "../state.ts";
import { requireSound } from "../validate.ts";

export interface CellRule {
  readonly field: NetworkField;
  /** How many values a cell can have; they are counted from 0, which is also what lies beyond the edge. */
  readonly values: number;
  /** Whether the four diagonal neighbours are read. */
  readonly diagonal: boolean;
  /** The sums before any neighbour is known. */
  readonly start: Sums;
  /** The sums once the neighbour at a place is known to have a value. */
  add(sums: Sums, place: Place, value: number): Sums;
  /** The next value, once all are known; the cell itself has `value`. */
  next(sums: Sums, value: number): number;
}

type Sums = readonly number[];

const ONE_CELL = { rows: 1, cols: 1 };

/**
 * The rule of a network whose cells hold one value each.
 * @throws InputError if they hold more, or if the rule depends on where the edge is or fills empty grids
 */
export function cellRuleOf(network: Network): CellRule {
  const field = onlyField(requireSound(network));
  const { lo, hi } = bounds(field.type);
  const codes = Array.from({ length: hi - lo + 1 }, (_, value) =>
    encode(network, cellOf(field.name, lo + value)),
  );
  const [first, ...rest] = network.layers as [Layer, ...Layer[]];
  const added = contributions(first, codes);
  const upper = rest.map(transposed);
  const rule: CellRule = {
    field,
    values: hi - lo + 1,
    diagonal: CORNERS.some((corner) => added(corner).some((sums) => sums.some(Boolean))),
    start: [...first.bias],
    add: (sums, place, value) => {
      const more = added(place)[value]!;
      return sums.map((sum, unit) => sum + more[unit]!);
    },
    next: (sums, value) => {
      let units: Float64Array = Float64Array.from(sums);
      for (const layer of upper) units = through(layer, units);
      const code = codes[value]!;
      const state = Float32Array.from(
        units,
        (unit, channel) => unit + network.residual[channel]! * code[channel]!,
      );
      return decode(network, ONE_CELL, state).planes[field.name]![0]! - lo;
    },
  };
  requireQuiet(rule, network.program);
  return rule;
}

/** Programs for endless planes let empty parts be, also where a rule does not. */
function requireQuiet(rule: CellRule, program: string): void {
  const around = TAPS.reduce((sums, place) => rule.add(sums, place, 0), rule.start);
  if (rule.next(around, 0) === 0) return;
  throw new InputError(
    `${program} fills empty grids: a cell of the first value, among such cells, does not stay so, which programs` +
      " for cellular automata expect; export it as onnx, pytorch, tfjs, npz or json",
  );
}

/** The diagonal neighbours. */
export const CORNERS = ["upleft", "upright", "downleft", "downright"] as const satisfies readonly Direction[];

function onlyField({ program, fields, channels }: Network): NetworkField {
  const [field, ...others] = fields;
  if (field === undefined || others.length > 0)
    throw new InputError(
      `${program} is no cellular automaton with one value a cell: its cells hold ${fields.length} fields ` +
        `(${shownNames(fields.map(({ name }) => name))}); export it as onnx, pytorch, tfjs, npz or json`,
    );
  if (channels.some(({ code }) => code.kind === "inside"))
    throw new InputError(
      `${program} asks where the edge of the grid is, which a cellular automaton's rule cannot; ` +
        "export it as onnx, pytorch, tfjs, npz or json",
    );
  return field;
}

function cellOf(field: string, value: number): Grid {
  return { ...ONE_CELL, planes: { [field]: Int32Array.of(value) } };
}

/** Returns what a neighbour at a place adds to each sum of the first layer, for each value that it may have. */
function contributions(layer: Layer, codes: readonly Float32Array[]): (place: Place) => readonly Sums[] {
  const taps = TAPS.map((_, tap) => {
    const columns = Array.from({ length: layer.inputs }, (_, channel) => columnAt(layer, channel, tap));
    const sumAt = (code: Float32Array, unit: number): number =>
      columns.reduce((sum, column, channel) => sum + code[channel]! * column[unit]!, 0);
    return codes.map((code) => Array.from(layer.bias, (_, unit) => sumAt(code, unit)));
  });
  return (place) => taps[tapOf(place)]!;
}
