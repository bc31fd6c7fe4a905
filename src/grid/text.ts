// Text grids: a line per row, cells separated by white space, or written without where every symbol of
// the field is one character.

import { planeOf } from "./given.ts";
import { bounds, type Grid, type ValueType } from "./grid.ts";
import {
  assembleGrid,
  type GridField,
  type GridFileFormat,
  headerName,
  matchLayers,
  splitLayers,
  type TextLayer,
  type TextLine,
} from "./layers.ts";
import { characterCodes, isCompact, isOfCharacters, parseSymbol, symbolWriter } from "./symbols.ts";

export const TEXT_GRIDS = {
  extensions: [".txt", ".grid"],
  read: (text, file, fields, options) =>
    assembleGrid(matchLayers(textLayers(text, file), fields, file), fields, file, options),
  write: writeText,
} satisfies GridFileFormat;

/** Cuts a text into layers of rows. */
function textLayers(text: string, file: string): TextLayer[] {
  const lines = text.split("\n").map((raw, i): TextLine => {
    const content = raw.trim();
    if (content === "") return { tag: "blank" };
    const name = headerName(content);
    if (name !== null) return { tag: "header", name };
    return { tag: "row", row: { line: i + 1, text: content, cells: (type) => cutRow(type, content) } };
  });
  return splitLayers(lines, file);
}

/** Cuts one row, which may be written without spaces, into its cells. */
export function cutRow(type: ValueType, row: string): string[] {
  const words = row.trim().split(/\s+/);
  const [word] = words;
  if (words.length > 1 || word === undefined || word === "") return words.filter((each) => each !== "");
  if (!isCompact(type) && !isOfCharacters(type)) return words;
  const characters = /[^ -~]/.test(word) ? [...word] : word.split("");
  const isSymbol = (symbol: string): boolean => parseSymbol(type, symbol) !== null;
  // A single column of long symbols, such as `true`.
  return isSymbol(word) && !characters.every(isSymbol) ? words : characters;
}

/** Writes fields of a grid as text, each under its header where there are several. */
function writeText(grid: Grid, fields: readonly GridField[]): string {
  const layers = fields.map((field) => {
    const rows = rowsOfCharacters(grid, field) ?? rowsOfSymbols(grid, field);
    return `${fields.length > 1 ? `[${field.name}]\n` : ""}${rows}`;
  });
  return layers.join("\n");
}

function rowsOfSymbols(grid: Grid, { name, type }: GridField): string {
  const between = isCompact(type) ? "" : " ";
  const write = rowWriter(grid, name, type, (cells) => `${cells.join(between)}\n`);
  return Array.from({ length: grid.rows }, write).join("");
}

const NEWLINE = 10;

/**
 * The rows of a field as text, made fast, where each symbol is one character of ASCII and no space stands between them;
 * else null.
 */
function rowsOfCharacters(grid: Grid, field: GridField): string | null {
  const codes = isCompact(field.type) ? characterCodes(field.type) : null;
  if (codes === null) return null;
  const { rows, cols } = grid;
  const plane = planeOf(field, grid);
  const { lo } = bounds(field.type);
  const bytes = new Uint8Array(rows * (cols + 1));
  for (let row = 0, from = 0, to = 0; row < rows; row++) {
    for (const end = from + cols; from < end; from++) bytes[to++] = codes[plane[from]! - lo]!;
    bytes[to++] = NEWLINE;
  }
  return new TextDecoder().decode(bytes);
}

/** The symbols of a plane, row by row. */
export const showRows = (grid: Grid, name: string, type: ValueType): string[][] =>
  Array.from(
    { length: grid.rows },
    rowWriter(grid, name, type, (cells) => cells),
  );

/** Returns what becomes of the symbols of each row; few rows' symbols are held at once. */
function rowWriter<T>(grid: Grid, name: string, type: ValueType, make: (cells: string[]) => T) {
  const plane = planeOf({ name, type }, grid);
  const show = symbolWriter(type);
  return (_: unknown, row: number): T => {
    const cells = new Array<string>(grid.cols);
    for (let col = 0; col < grid.cols; col++) cells[col] = show(plane[row * grid.cols + col]!);
    return make(cells);
  };
}
