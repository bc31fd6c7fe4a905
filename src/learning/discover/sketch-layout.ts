// Where the values of a sketch are kept: every field of a cell, and every entry of a hole, as some bits of its code,
// which is its value minus the first of its type. A bit of all lanes together is a plane.

import { type Bounds, bounds } from "../../grid/grid.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { Filling } from "../../language/analyse/fill.ts";
import { bitsFor } from "../../network/network.ts";
import { bitAt } from "./lane-words.ts";

export interface BitSlot {
  readonly name: string;
  readonly bounds: Bounds;
  /** The number of its first bit, and how many it has. */
  readonly first: number;
  readonly size: number;
}

export interface BitLayout {
  readonly program: CheckedProgram;
  /** Fields by name. */
  readonly fields: ReadonlyMap<string, BitSlot>;
  /** The number of the bit that says whether the cell has halted, behind those of all fields. */
  readonly halted: number;
  /** Entries of holes by their names, in order. */
  readonly entries: ReadonlyMap<string, BitSlot>;
  /** Bits of all holes. */
  readonly planes: number;
}

export function layoutOf(program: CheckedProgram): BitLayout {
  const fields = slotsOf(program.fields.map(({ name, type }) => [name, bounds(type)]));
  const entries = slotsOf(
    (program.holes ?? []).flatMap(({ entries: names, type }) =>
      names.map((name): [string, Bounds] => [name, bounds(type)]),
    ),
  );
  return { program, fields, halted: sizeOf(fields), entries, planes: sizeOf(entries) };
}

function slotsOf(list: readonly (readonly [name: string, bounds: Bounds])[]): ReadonlyMap<string, BitSlot> {
  const slots = new Map<string, BitSlot>();
  let first = 0;
  for (const [name, of] of list) {
    const size = bitsFor(of.hi - of.lo);
    slots.set(name, { name, bounds: of, first, size });
    first += size;
  }
  return slots;
}

const sizeOf = (slots: ReadonlyMap<string, BitSlot>): number =>
  [...slots.values()].reduce((sum, { size }) => sum + size, 0);

/** The bits of a value's code. */
export const codeOf = ({ size, bounds: { lo } }: BitSlot, value: number): number[] =>
  Array.from({ length: size }, (_, bit) => (bitAt(value - lo, bit) ? 1 : 0));

/** Returns what stands in each hole of a candidate: a bit for each plane of the holes. */
export function fillingOf({ program, entries }: BitLayout, candidate: Uint8Array): Filling {
  const entryOf = (name: string): number => {
    const { first, size, bounds: of } = entries.get(name)!;
    return candidate.subarray(first, first + size).reduce((sum, bit, at) => sum + bit * 2 ** at, of.lo);
  };
  return Object.fromEntries(
    (program.holes ?? []).map(({ name, entries: names }) => [name, names.map(entryOf)]),
  );
}

/** The bits of what stands in each hole. */
export function bitsOfFilling({ program, entries, planes }: BitLayout, filling: Filling): Uint8Array {
  const bits = new Uint8Array(planes);
  for (const { name, entries: names } of program.holes ?? [])
    for (const [at, entry] of names.entries()) {
      const slot = entries.get(entry)!;
      bits.set(codeOf(slot, filling[name]![at]!), slot.first);
    }
  return bits;
}
