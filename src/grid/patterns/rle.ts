// Patterns in the run-length encoding (RLE) of programs for cellular automata: one field, whose first value is state 0.
//
// The rule of a pattern is not looked at, but for the bounded plane that it may name (`B3/S23:P30,20`): then that plane
// is the grid, and the pattern lies on it where `#CXRLE Pos` says, or in the middle.

import { InputError } from "../../diagnostics/diagnostic.ts";
import { planeOf } from "../given.ts";
import { bounds, type Grid, type Shape, type ValueType } from "../grid.ts";
import type { GridField } from "../layers.ts";
import { type CellPattern, patternField, patternGrid } from "./pattern.ts";

const LINE_LENGTH = 70;
const HEADER = /^x\s*=\s*(\d+)\s*,\s*y\s*=\s*(\d+)\s*(?:,\s*rule\s*=\s*(.*\S)\s*)?$/i;
/** One item of the cells: a run of a state, the end of a row, or the end of the pattern. */
const ITEM = /\s*(\d*)\s*([.bo]|[p-y]?[A-X]|[$!])/y;

interface PlacedPattern extends CellPattern {
  readonly plane: Shape | null;
  /** The upper left cell, as seen from the middle of the plane. */
  readonly position: readonly [col: number, row: number] | null;
}

export const looksLikeRle = (text: string): boolean => /^(#.*\n\s*)*x\s*=\s*\d+\s*,\s*y\s*=/i.test(text);

/**
 * Reads the one field of a pattern.
 * @throws InputError with the line, what was found and what was expected
 */
export function readRle(text: string, file: string, fields: readonly GridField[]): Grid {
  const field = patternField(fields, file);
  const pattern = parsePattern(text, file);
  const { plane, runs } = pattern;
  if (plane === null) return patternGrid(pattern, file, field);
  const { rows, cols } = plane;
  const [left, up] = offsetOf(pattern, plane);
  const moved = runs.map((run) => {
    const [row, col] = [run.row + up, run.col + left];
    if (row < 0 || col < 0 || row >= rows || col + run.length > cols)
      throw new InputError(
        `${file}, line ${run.line}: found cells in row ${row + 1} from column ${col + 1} on, expected all on the plane of ` +
          `${rows}x${cols}; mend the header, or the cells`,
      );
    return { ...run, row, col };
  });
  return patternGrid({ rows, cols, runs: moved }, file, field);
}

/** The rule that the header of a pattern names, such as `B3/S23`; null without one. */
export function ruleOfRle(text: string): string | null {
  const header = text.split("\n").find((line) => /^x\s*=/i.test(line.trim()));
  return HEADER.exec(header?.trim() ?? "")?.[3] ?? null;
}

/** Columns and rows of the plane that are left of the pattern, and above. */
function offsetOf(
  { rows, cols, position }: PlacedPattern,
  plane: Shape,
): readonly [left: number, up: number] {
  const [col, row] = position ?? [-Math.floor(cols / 2), -Math.floor(rows / 2)];
  return [col + Math.floor(plane.cols / 2), row + Math.floor(plane.rows / 2)];
}

function parsePattern(text: string, file: string): PlacedPattern {
  const lines = text.split("\n");
  const comments = lines.findIndex((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  const first = comments < 0 ? lines.length : comments;
  const header = HEADER.exec(lines[first]?.trim() ?? "");
  const position = lines
    .slice(0, first)
    .map((line) => /^#CXRLE\b.*\bPos\s*=\s*(-?\d+)\s*,\s*(-?\d+)/.exec(line.trim()))
    .find((found) => found !== null);
  const { runs, rows, cols } = parseCells(lines, header === null ? first : first + 1, file);
  // A header may leave room around the cells, and says how wide a pattern is whose rows end early.
  return {
    runs,
    rows: Math.max(rows, Number(header?.[2] ?? 0)),
    cols: Math.max(cols, Number(header?.[1] ?? 0)),
    plane: planeIn(header?.[3] ?? ""),
    position: position === undefined ? null : [Number(position[1]), Number(position[2])],
  };
}

/** The plane that a rule ends in, such as `:P30,20`: columns first; null where it is unbounded or wraps around. */
function planeIn(rule: string): Shape | null {
  const found = /:P(\d+),(\d+)$/i.exec(rule);
  if (found === null) return null;
  const [cols, rows] = [Number(found[1]), Number(found[2])];
  return rows > 0 && cols > 0 ? { rows, cols } : null;
}

function parseCells(
  lines: readonly string[],
  from: number,
  file: string,
): Pick<CellPattern, "runs" | "rows" | "cols"> {
  const runs: CellPattern["runs"][number][] = [];
  let [row, col, rows, cols] = [0, 0, 0, 0];
  /** A count at the end of a line, and where it stands. */
  let begun = { count: "", at: 0, begin: 0 };
  for (let at = from; at < lines.length; at++) {
    const line = lines[at]!;
    if (line.trimStart().startsWith("#")) continue;
    ITEM.lastIndex = 0;
    while (ITEM.lastIndex < line.trimEnd().length) {
      const begin = ITEM.lastIndex;
      const item = ITEM.exec(line);
      // Some programs break lines behind a count.
      const last = /^\s*(\d+)\s*$/.exec(line.slice(begin))?.[1];
      if (item === null && last === undefined) throw wrongItem(file, at, line, begin);
      if (item === null) {
        begun = { count: begun.count + last, at, begin };
        break;
      }
      const symbol = item[2]!;
      const count = begun.count + item[1]!;
      begun = { ...begun, count: "" };
      const length = count === "" ? 1 : Number(count);
      if (symbol === "!") return { runs, rows, cols };
      if (symbol === "$") [row, col] = [row + length, 0];
      else {
        const state = stateOf(symbol);
        if (state > 0) runs.push({ row, col, length, state, line: at + 1 });
        col += length;
        [rows, cols] = [Math.max(rows, row + 1), Math.max(cols, col)];
      }
    }
  }
  if (begun.count !== "") throw wrongItem(file, begun.at, lines[begun.at]!, begun.begin);
  return { runs, rows, cols };
}

function wrongItem(file: string, at: number, line: string, begin: number): InputError {
  const rest = line.slice(begin).trimStart();
  return new InputError(
    `${file}, line ${at + 1}, column ${line.length - rest.length + 1}: found \`${rest.slice(0, 12)}\`, expected a run such as \`3o\`: ` +
      "a count, then b or . for state 0, o or A for 1, B to X and pA to yX for others, $ for the end of a row or ! for the end",
  );
}

const LETTERS = 24;

function stateOf(symbol: string): number {
  if (symbol === "." || symbol === "b") return 0;
  if (symbol === "o") return 1;
  const page = symbol.length === 1 ? 0 : symbol.charCodeAt(0) - "p".charCodeAt(0) + 1;
  return LETTERS * page + symbol.charCodeAt(symbol.length - 1) - "A".charCodeAt(0) + 1;
}

/** `.` for 0, `A` to `X` for 1 to 24, then `pA` to `pX` and so on up to `yO` for 255. */
function symbolOf(state: number): string {
  if (state === 0) return ".";
  const [page, letter] = [Math.floor((state - 1) / LETTERS), (state - 1) % LETTERS];
  const prefix = page === 0 ? "" : String.fromCharCode("p".charCodeAt(0) + page - 1);
  return prefix + String.fromCharCode("A".charCodeAt(0) + letter);
}

/** Most states that the encoding has symbols for. */
const MOST_STATES = LETTERS * 11 + 1;

/**
 * Writes one field of a grid under `header`, which begins with `x = `; reading it back gives the same values.
 * @throws InputError if the grid is of several fields, or of more states than there are symbols
 */
export function writeRle(grid: Grid, fields: readonly GridField[], header = headerOf(grid)): string {
  const [field] = fields;
  if (field === undefined || fields.length > 1)
    throw new InputError(
      `a pattern has the cells of one field, found ${fields.map(({ name }) => name).join(", ")}; write text, CSV or JSON`,
    );
  const { lo, hi } = bounds(field.type);
  if (hi - lo >= MOST_STATES)
    throw new InputError(
      `a pattern has at most ${MOST_STATES} states, but ${field.name} has ${hi - lo + 1} values; write text, CSV or JSON`,
    );
  return `${header}\n${wrapped(runsOf(grid, field, symbolsOf(field.type)))}\n`;
}

export const headerOf = ({ rows, cols }: Shape): string => `x = ${cols}, y = ${rows}`;

function symbolsOf(type: ValueType): (state: number) => string {
  const { lo, hi } = bounds(type);
  return hi - lo === 1 ? (state) => "bo"[state]! : symbolOf;
}

/** Runs such as `3o`, `$` between rows and `!` at the end; each row up to its last cell that is not 0. */
function runsOf(grid: Grid, field: GridField, symbol: (state: number) => string): string[] {
  const { rows, cols } = grid;
  const { lo } = bounds(field.type);
  const plane = planeOf(field, grid);
  const found: string[] = [];
  const add = (each: string, length: number) => found.push(length === 1 ? each : `${length}${each}`);
  let written = 0;
  for (let row = 0, start = 0; row < rows; row++, start += cols) {
    let end = start + cols;
    while (end > start && plane[end - 1] === lo) end--;
    if (end === start) continue;
    if (row > written) add("$", row - written);
    written = row;
    for (let at = start, from = start; at < end; from = at) {
      const state = plane[from]!;
      while (at < end && plane[at] === state) at++;
      add(symbol(state - lo), at - from);
    }
  }
  return [...found, "!"];
}

function wrapped(items: readonly string[]): string {
  const lines: string[] = [];
  let line = "";
  for (const item of items) {
    if (line.length + item.length > LINE_LENGTH) {
      lines.push(line);
      line = "";
    }
    line += item;
  }
  return [...lines, line].join("\n");
}

// Patterns of MCell (`.mcl`): lines `#L` hold the cells run-length encoded, with `a` to `j` before a letter for states above 24.

export const looksLikeMcell = (text: string): boolean => /^#MCell\b/i.test(text);

/**
 * Reads the one field of a pattern; its board is not looked at.
 * @throws InputError with the line, what was found and what was expected
 */
export function readMcell(text: string, file: string, fields: readonly GridField[]): Grid {
  // Other lines are left empty, so that messages name the right one.
  const lines = text.split("\n").map((line) => (/^#L\b/i.test(line) ? line.slice("#L".length) : ""));
  const later = (_: string, prefix: string) =>
    String.fromCharCode(prefix.charCodeAt(0) + "p".charCodeAt(0) - "a".charCodeAt(0));
  return readRle(lines.map((line) => line.replace(/([a-j])(?=[A-X])/g, later)).join("\n"), file, fields);
}
