// Which field holds what a read means. When a cell runs its instruction number T, a neighbour has run T + d of them;
// a read of an old value means what the neighbour held after T, of a new one after T + 1. So a field can be read
// itself if nothing that the neighbour ran between the two times writes it; else perhaps a shadow can.

import type { Read } from "../../compiler/lower/instructions.ts";
import { unreachable } from "../../diagnostics/diagnostic.ts";
import { cached } from "../../diagnostics/memo.ts";
import type { Place } from "../../grid/direction.ts";
import type { Line } from "./matching.ts";

/** How many instructions a neighbour may be ahead of a cell that runs a line; null: any number. */
export type Distances = readonly number[] | null;

/** The field to read, where the cell runs line `at` of the schedule; null if none is right for every distance. */
export function holder(lines: readonly Line[], at: number, read: Read, distances: Distances): string | null {
  if (read.place === "here") return read.field;
  const wanted = offsetOf(read);
  if (isRight(lines, at, read.field, wanted, distances)) return read.field;
  if (wanted !== 0) return null;
  const before = wholeOf(lines).previous[at]!;
  const copies = before.length === 1 ? lines[before[0]!]!.copies : [];
  const shadows = copies.filter(({ of }) => of === read.field).map(({ shadow }) => shadow);
  return shadows.find((shadow) => isRight(lines, at, shadow, 0, distances)) ?? null;
}

/** Instructions after which the value is meant, counted from T. A field that is not written has but one age. */
function offsetOf({ age }: Read): 0 | 1 {
  switch (age) {
    case "new":
      return 1;
    case "old":
    case "now":
      return 0;
    default:
      return unreachable(age);
  }
}

/** Tells whether the field is the same after T + d as after T + wanted, for every distance d. */
function isRight(
  lines: readonly Line[],
  at: number,
  field: string,
  wanted: number,
  distances: Distances,
): boolean {
  const writes = (line: number) => lines[line]!.writes.has(field);
  if (distances === null) return !wholeOf(lines).written.has(field);
  return distances.every((distance) => {
    const [from, to] = [Math.min(distance, wanted), Math.max(distance, wanted)];
    return Array.from({ length: to - from }, (_, nth) => from + nth).every(
      (offset) => !linesAt(lines, at, offset).some(writes),
    );
  });
}

/** The lines that may be run a number of instructions after this one. */
function linesAt(lines: readonly Line[], at: number, offset: number): number[] {
  let found = [at];
  for (let step = 0; step < Math.abs(offset); step++) {
    const next = found.flatMap((line) =>
      offset > 0 ? lines[line]!.targets.filter((to) => to < lines.length) : wholeOf(lines).previous[line]!,
    );
    found = [...new Set(next)];
  }
  return found;
}

/** Schedules' lines from which each may be reached, and the fields that any of them writes. */
interface Whole {
  readonly previous: readonly (readonly number[])[];
  readonly written: ReadonlySet<string>;
}

const wholes = new WeakMap<readonly Line[], Whole>();

const wholeOf = (lines: readonly Line[]): Whole =>
  cached(wholes, lines, () => {
    const previous = lines.map((): number[] => []);
    for (const [from, { targets }] of lines.entries()) for (const to of targets) previous[to]?.push(from);
    return { previous, written: new Set(lines.flatMap(({ writes }) => [...writes])) };
  });

/** Returns what is said of a read that no field holds. */
export function describeRead({ field, place, age }: Read, distances: Distances): string {
  const where = distances === null ? "anywhere in the program" : distances.map(showDistance).join(" or ");
  const kind = age === "now" ? "" : `${age} `;
  return `the ${kind}${field} of ${place satisfies Place}, which may then be ${where}, is in no field`;
}

function showDistance(distance: number): string {
  if (distance === 0) return "level";
  return distance > 0 ? `${distance} ahead` : `${-distance} behind`;
}
