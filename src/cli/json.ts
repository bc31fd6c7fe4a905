// What `--json` prints: one document, rows of grids in one line each.

import type { Grid, ValueType } from "../grid/grid.ts";
import type { GridField } from "../grid/layers.ts";
import { showSymbol } from "../grid/symbols.ts";
import type { Io } from "./io.ts";

/** Prints the one document that `--json` promises. */
export function printJson(io: Io, document: unknown): void {
  const text = JSON.stringify(document, null, 2);
  // Arrays without brackets inside; strings never contain a line break, so only the layout changes.
  const compact = text.replace(
    /\[\n\s+([^[\]{}]*?)\n\s+\]/g,
    (_, items: string) => `[${items.replace(/\n\s+/g, " ")}]`,
  );
  io.stdout.write(`${compact}\n`);
}

/** Numbers for bits and ranges, strings for enums. */
export type JsonValue = number | string;

export const jsonValue = (type: ValueType, value: number): JsonValue =>
  type.kind === "enum" ? showSymbol(type, value) : value;

/** The fields that a grid has. */
export const fieldsOn = <F extends GridField>({ planes }: Grid, fields: readonly F[]): F[] =>
  fields.filter(({ name }) => Object.hasOwn(planes, name));

/** The fields that a grid has by their names, row by row. */
export const jsonPlanes = (
  grid: Grid,
  fields: readonly GridField[],
): Readonly<Record<string, JsonValue[][]>> =>
  Object.fromEntries(fieldsOn(grid, fields).map(({ name, type }) => [name, jsonRows(grid, name, type)]));

function jsonRows({ rows, cols, planes }: Grid, name: string, type: ValueType): JsonValue[][] {
  const plane = planes[name];
  if (plane === undefined) throw new Error(`internal: the grid has no plane ${name}`);
  return Array.from({ length: rows }, (_, row) =>
    [...plane.subarray(row * cols, (row + 1) * cols)].map((value) => jsonValue(type, value)),
  );
}
