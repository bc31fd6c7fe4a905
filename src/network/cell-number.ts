// One number for a whole cell: the single channel of the paper's Definition 5.
//
// The number is the sum of what the channels of all fields would hold, each times its worth. Worths are those of a number
// with a digit for each field, so that it has exactly one sum for each state of the cell:
//
//   inside + w1 (value of field 1) + w2 (value of field 2) + ...,   w2 = w1 (values of field 1), ...
//
// where values count from the first one of their field. So the number is 0 where all of them are the first ones, as they are
// off the grid. What tells the edge from such a cell adds 1 inside of the grid, before all digits.

import { groupBy } from "../diagnostics/group.ts";
import { cached } from "../diagnostics/memo.ts";
import { bounds } from "../grid/grid.ts";
import {
  type Channel,
  heldBy,
  largestOf,
  type Network,
  type NetworkField,
  type Part,
  worthOf,
} from "./network.ts";

/** The name of the only channel. */
const CELL = "cell";
/** What stands for all fields where a code names one. */
export const ALL_FIELDS = "*";

/** A part, but for what becomes of it. */
export type Worth = Omit<Part, "next">;

/** Worths for channels, with a digit for each field in that order, lowest first; fields of one value have none. */
export function worthsOf(
  channels: readonly Channel[],
  fields: readonly Pick<NetworkField, "name" | "type">[],
): Worth[] {
  const units = new Map<string, number>();
  let next = 1;
  for (const { name, type } of fields) {
    const { lo, hi } = bounds(type);
    units.set(name, next);
    next *= hi - lo + 1;
  }
  return channels.map(({ name, code }) => ({
    name,
    code,
    worth: code.kind === "inside" ? 1 : units.get(code.field)! * worthOf(code),
  }));
}

/** The channel that holds sums of parts up to a number. */
export const cellChannel = (to: number): Channel => ({
  name: CELL,
  code: { kind: "integer", field: ALL_FIELDS, from: 0, to },
});

/** The network as if it had a channel for each of its parts; its layers are still those of the number. */
export function withParts<N extends Pick<Network, "channels" | "parts">>(network: N): Omit<N, "parts"> {
  const { parts, ...others } = network;
  return parts === undefined ? network : { ...others, channels: parts };
}

/** Returns what a cell counts for whose parts hold these numbers, from an index on. */
export const sumOfParts = (parts: readonly Worth[], held: ArrayLike<number>, from = 0): number =>
  parts.reduce((sum, { worth }, at) => sum + worth * held[from + at]!, 0);

/** Returns what channels or parts hold in cells of the grid whose fields have these values, in their order. */
export function heldIn(
  channels: readonly Channel[],
  fields: readonly Pick<NetworkField, "name">[],
  states: readonly (readonly number[])[],
): number[][] {
  const columns = new Map(fields.map(({ name }, at) => [name, at]));
  return states.map((state) =>
    channels.map(({ code }) => (code.kind === "inside" ? 1 : heldBy(code, state[columns.get(code.field)!]!))),
  );
}

/** Returns what each part holds in a cell of that number, or the nearest one that there is. */
export function holding(
  parts: readonly Worth[],
  fields: readonly NetworkField[],
): (number: number) => Float32Array {
  const digits = digitsOf(parts, fields);
  const inside = parts.some(({ code }) => code.kind === "inside") ? 1 : 0;
  const known = new Map<number, Float32Array>();
  return (number) =>
    cached(known, number, () => {
      let rest = Math.max(Math.round(number) - inside, 0) || 0;
      const values = new Map<string, number>();
      for (const { name, lo, unit, most } of digits) {
        const digit = Math.min(Math.floor(rest / unit), most);
        rest -= digit * unit;
        values.set(name, lo + digit);
      }
      return Float32Array.from(parts, ({ code }) =>
        code.kind === "inside" ? 1 : heldBy(code, values.get(code.field)!),
      );
    });
}

/** A field as a digit of the number. */
interface Digit {
  readonly name: string;
  readonly lo: number;
  /** What a step from one value to the next adds. */
  readonly unit: number;
  readonly most: number;
}

/** The digits, highest first. */
function digitsOf(parts: readonly Worth[], fields: readonly NetworkField[]): Digit[] {
  const own = groupBy(parts, ({ code }) => (code.kind === "inside" ? ALL_FIELDS : code.field));
  return fields
    .flatMap(({ name, type }) => {
      const [part] = own.get(name) ?? [];
      if (part === undefined || part.code.kind === "inside") return [];
      const { lo, hi } = bounds(type);
      return [{ name, lo, unit: part.worth / worthOf(part.code), most: hi - lo }];
    })
    .sort((a, b) => b.unit - a.unit);
}

/** Lists what is wrong with parts, as sentences: each state of a cell must have a number of its own. */
export function partFaults({ parts, channels, fields }: Network): string[] {
  if (parts === undefined) return [];
  const digits = digitsOf(parts, fields);
  const expected = worthsOf(
    parts,
    digits.toReversed().flatMap(({ name }) => fields.filter((field) => field.name === name)),
  );
  const wrong = parts.findIndex(({ worth }, at) => worth !== expected[at]!.worth);
  if (wrong >= 0)
    return [`part ${parts[wrong]!.name} is worth ${parts[wrong]!.worth}, expected ${expected[wrong]!.worth}`];
  const [{ unit, most } = { unit: 1, most: 0 }] = digits;
  const inside = parts.some(({ code }) => code.kind === "inside") ? 1 : 0;
  const largest = inside + unit * (most + 1) - 1;
  const [found] = channels;
  const isCell = channels.length === 1 && found!.code.kind === "integer" && largestOf(found!.code) <= largest;
  return isCell ? [] : [`there is not a single channel ${CELL} that holds numbers up to ${largest}`];
}
