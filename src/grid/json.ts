// Grids as JSON: `{ "FIELD": rows }`, a row being an array of cells or a string as in a text grid. Where
// there is only one field, its rows alone will do.

import { z } from "zod";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { Grid } from "./grid.ts";
import { findJsonMistake } from "./json-mistake.ts";
import type { GridField, Layer, Row } from "./layers.ts";
import { cutRow, showRows } from "./text.ts";

const Rows = z.array(z.union([z.string(), z.array(z.unknown())]));
const File = z.record(z.string(), Rows);

/** Cuts a text into layers of rows. */
export function jsonLayers(text: string, file: string, fields: readonly GridField[]): Layer[] {
  const data = parseJson(text, file);
  if (Array.isArray(data) && fields.length === 1)
    return [{ name: null, rows: check(Rows, data, file).map(toRow) }];
  return Object.entries(check(File, data, file)).map(([name, rows]) => ({ name, rows: rows.map(toRow) }));
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { line, column, found } = findJsonMistake(text);
    throw new InputError(
      `${file}, line ${line}, column ${column}: this is not JSON: found ${found}; ` +
        'expected a file such as { "x": [[0, 1], [1, 0]] }',
      { cause: error },
    );
  }
}

/** The data, checked against a schema; otherwise an error about the first place that does not fit. */
function check<T>(schema: z.ZodType<T>, data: unknown, file: string): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path ?? [];
  const wrong = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], data);
  const found = `found ${shorten(JSON.stringify(wrong))}`;
  const row = path.find((key) => typeof key === "number");
  const field = path.find((key) => typeof key === "string");
  const place = [file, ...(field === undefined ? [] : [`field ${field}`])].join(", ");
  if (row !== undefined)
    throw new InputError(`${place}, row ${row + 1}: ${found}, expected an array of cells or a string`);
  if (field !== undefined) throw new InputError(`${place}: ${found}, expected an array of rows`);
  throw new InputError(`${place}: ${found}, expected an object such as { "x": [[0, 1], [1, 0]] }`);
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}...` : text);

function toRow(row: string | readonly unknown[]): Row {
  if (typeof row === "string") return { line: null, cells: (type) => cutRow(type, row) };
  const cells = row.map((cell) => {
    if (cell === null) return "";
    return typeof cell === "object" ? JSON.stringify(cell) : String(cell).trim();
  });
  return { line: null, cells: () => cells };
}

/** Writes fields of a grid, a line per row; numbers for bits and ranges, strings for enums. */
export function writeJson(grid: Grid, fields: readonly GridField[]): string {
  const layers = fields.map(({ name, type }) => {
    const rows = showRows(grid, name, type).map((cells) => {
      const values = type.kind === "enum" ? cells.map((cell) => JSON.stringify(cell)) : cells;
      return `    [${values.join(", ")}]`;
    });
    return `  ${JSON.stringify(name)}: [\n${rows.join(",\n")}\n  ]`;
  });
  return `{\n${layers.join(",\n")}\n}\n`;
}
