// Grids as JSON: `{ "FIELD": rows }`, a row being an array of cells or a string as in a text grid. Where
// there is only one field, its rows alone will do.

import { InputError } from "../diagnostics/diagnostic.ts";
import { keyTwice } from "../diagnostics/keys.ts";
import type { Grid } from "./grid.ts";
import {
  assembleGrid,
  type GridField,
  type GridFileFormat,
  matchLayers,
  type TextLayer,
  type TextRow,
} from "./layers.ts";
import { cutRow, showRows } from "./text.ts";

type JsonRow = string | readonly unknown[];

export const JSON_GRIDS = {
  extensions: [".json"],
  read: (text, file, fields, options) =>
    assembleGrid(matchLayers(jsonLayers(text, file, fields), fields, file), fields, file, options),
  write: writeJson,
} satisfies GridFileFormat;

/** Cuts a text into layers of rows. */
function jsonLayers(text: string, file: string, fields: readonly GridField[]): TextLayer[] {
  const data = parseJson(text, file);
  const twice = keyTwice(text);
  if (twice !== null) throw new InputError(`${file}: found two layers for the field ${twice}, expected one`);
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

function toRow(row: JsonRow): TextRow {
  if (typeof row === "string") return { line: null, cells: (type) => cutRow(type, row) };
  const cells = row.map((cell) => {
    if (cell === null) return "";
    return typeof cell === "object" ? JSON.stringify(cell) : String(cell).trim();
  });
  return { line: null, cells: () => cells };
}

/** Writes fields of a grid, a line per row; numbers for bits and ranges, strings for enums. */
function writeJson(grid: Grid, fields: readonly GridField[]): string {
  const layers = fields.map(({ name, type }) => {
    const rows = showRows(grid, name, type).map((cells) => {
      const values = type.kind === "enum" ? cells.map((cell) => JSON.stringify(cell)) : cells;
      return `    [${values.join(", ")}]`;
    });
    return `  ${JSON.stringify(name)}: [\n${rows.join(",\n")}\n  ]`;
  });
  return `{\n${layers.join(",\n")}\n}\n`;
}

// Where a text stops being JSON. JSON.parse says so in words that differ between engines, and often
// without a position; this reads the text once more, only to find the place.

interface JsonMistake {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What stands there: a quoted character, or the end of the file. */
  readonly found: string;
}

const STRING = /"(?:[^"\\\n]|\\["\\/bfnrt]|\\u[\dA-Fa-f]{4})*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /(?:true|false|null)\b/y;
/** Deeper nesting is taken for a mistake: it cannot be a grid. */
const MAX_DEPTH = 100;

/** The first place of a text at which it cannot go on as JSON. */
function findJsonMistake(text: string): JsonMistake {
  const at = endOfJson(text);
  const before = text.slice(0, at).split("\n");
  const [character] = text.slice(at);
  return {
    line: before.length,
    column: before[before.length - 1]!.length + 1,
    found: character === undefined ? "the end of the file" : JSON.stringify(character),
  };
}

/** Tells how far a text can be read as one JSON value. */
function endOfJson(text: string): number {
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const token = (pattern: RegExp): boolean => {
    skip(/[ \t\r\n]*/y);
    return skip(pattern);
  };
  const list = (end: RegExp, item: () => boolean): boolean => {
    if (token(end)) return true;
    do if (!item()) return false;
    while (token(/,/y));
    return token(end);
  };
  const value = (depth: number): boolean => {
    if (depth > MAX_DEPTH) return false;
    if (token(/\[/y)) return list(/\]/y, () => value(depth + 1));
    if (token(/\{/y)) return list(/\}/y, () => token(STRING) && token(/:/y) && value(depth + 1));
    return token(STRING) || token(NUMBER) || token(WORD);
  };
  value(0);
  skip(/[ \t\r\n]*/y);
  return at;
}
