// Grids as JSON: `{ "FIELD": rows }`, a row being an array of cells or a string as in a text grid. Where
// there is only one field, its rows alone will do.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { Grid } from "./grid.ts";
import { findJsonMistake } from "./json-mistake.ts";
import type { GridField, Layer, Row } from "./layers.ts";
import { cutRow, showRows } from "./text.ts";

type JsonRow = string | readonly unknown[];

/** Cuts a text into layers of rows. */
export function jsonLayers(text: string, file: string, fields: readonly GridField[]): Layer[] {
  const data = parseJson(text, file);
  if (Array.isArray(data) && fields.length === 1)
    return [{ name: null, rows: rowsOf(data, file).map(toRow) }];
  if (typeof data !== "object" || data === null || Array.isArray(data))
    throw new InputError(`${file}: ${found(data)}, expected an object such as { "x": [[0, 1], [1, 0]] }`);
  return Object.entries(data).map(([name, value]) => {
    const place = `${file}, field ${name}`;
    if (!Array.isArray(value)) throw new InputError(`${place}: ${found(value)}, expected an array of rows`);
    return { name, rows: rowsOf(value, place).map(toRow) };
  });
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

/** The rows of a field. Throws InputError about the first that is none. */
function rowsOf(data: readonly unknown[], place: string): readonly JsonRow[] {
  const isRow = (row: unknown): row is JsonRow => typeof row === "string" || Array.isArray(row);
  if (data.every(isRow)) return data;
  const at = data.findIndex((row) => !isRow(row));
  throw new InputError(`${place}, row ${at + 1}: ${found(data[at])}, expected an array of cells or a string`);
}

const found = (value: unknown): string => `found ${shorten(JSON.stringify(value))}`;
const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}...` : text);

function toRow(row: JsonRow): Row {
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
