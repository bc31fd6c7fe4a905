// A network with one field as a cellular automaton: the next value of a cell as a function of the values around it.
//
// The first layer only adds up what each neighbour's value contributes. So a rule is walked neighbour by neighbour with
// the sums so far, and two ways that lead to the same sums need never be told apart: a count of eight neighbours has
// nine values, not 256. What comes out is a value of the field again, so that networks which snap need no more.

import { shownNames } from "../../diagnostics/count.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { bounds, type Grid } from "../../grid/grid.ts";
import { through, transposed } from "../columns.ts";
import type { Layer, Network, NetworkField } from "../network.ts";
import { termsOf } from "../sparse.ts";
import { decode, encode } from "../state.ts";
import { requireSound } from "../validate.ts";

/** Where a neighbour is: rows down, columns to the right; [0, 0] is the cell itself. */
export type KernelPlace = readonly [row: number, col: number];

export interface CellRule {
  readonly field: NetworkField;
  /** How many values a cell can have; they are counted from 0, which is also what lies beyond the edge. */
  readonly values: number;
  /** Whether the four diagonal neighbours are read. */
  readonly diagonal: boolean;
  /** The sums before any neighbour is known. */
  readonly start: Sums;
  /** The sums once the neighbour at a place is known to have a value. */
  add(sums: Sums, place: KernelPlace, value: number): Sums;
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
  const around = PLACES.reduce((sums, place) => rule.add(sums, place, 0), rule.start);
  if (rule.next(around, 0) === 0) return;
  throw new InputError(
    `${program} fills empty grids: a cell of the first value, among such cells, does not stay so, which programs` +
      " for cellular automata expect; export it as onnx, pytorch, tfjs, npz or json",
  );
}

const PLACES: readonly KernelPlace[] = [-1, 0, 1].flatMap((row) =>
  [-1, 0, 1].map((col): KernelPlace => [row, col]),
);

/** The diagonal neighbours. */
export const CORNERS: readonly KernelPlace[] = [
  [-1, -1],
  [-1, 1],
  [1, -1],
  [1, 1],
];

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

/** What a neighbour at a place adds to each sum of the first layer, for each value that it may have. */
function contributions(
  layer: Layer,
  codes: readonly Float32Array[],
): (place: KernelPlace) => readonly Sums[] {
  const { kernel, outputs } = layer;
  const terms = Array.from({ length: outputs }, (_, out) => termsOf(layer, out));
  const taps = Array.from({ length: kernel * kernel }, (_, tap) => {
    const used = terms.map((each) => each.filter((term) => term.tap === tap));
    return codes.map((code) =>
      used.map((each) => each.reduce((sum, { input, weight }) => sum + code[input]! * weight, 0)),
    );
  });
  const nothing = codes.map(() => new Array<number>(outputs).fill(0));
  const middle = (kernel - 1) / 2;
  return ([row, col]) => {
    const isRead = Math.abs(row) <= middle && Math.abs(col) <= middle;
    return isRead ? taps[(row + middle) * kernel + col + middle]! : nothing;
  };
}
