// Patterns in the run-length encoding (RLE) of programs for cellular automata: one field, whose first value is state 0.
//
// The rule of a pattern is not looked at, but for the bounded plane that it may name (`B3/S23:P30,20`): then that plane
// is the grid, and the pattern lies on it where `#CXRLE Pos` says, or in the middle.

import { shownNames } from "../../diagnostics/count.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { once } from "../../diagnostics/memo.ts";
import { planeOf } from "../given.ts";
import { bounds, type Grid, type Shape, type ValueType } from "../grid.ts";
import type { GridField, GridFileFormat } from "../layers.ts";
import { type CellPattern, patternField, patternGrid, type VisitRun } from "./pattern.ts";

const LINE_LENGTH = 70;
const HEADER = /^x\s*=\s*(\d+)\s*,\s*y\s*=\s*(\d+)\s*(?:,\s*rule\s*=\s*(.*\S)\s*)?$/i;

interface PlacedPattern extends CellPattern {
  /** Gives the size of what it has read, cells of state 0 included. */
  readonly eachRun: (visit: VisitRun) => Shape;
  /** The size that the header gives, which all cells are mostly inside of. */
  readonly named: Shape;
  readonly plane: Shape | null;
  /** The upper left cell, as seen from the middle of the plane. */
  readonly position: readonly [col: number, row: number] | null;
}

const BEGINNING = /^(#.*\n\s*)*x\s*=\s*\d+\s*,\s*y\s*=/i;

export const RLE = {
  extensions: [".rle"],
  isCertain: (text) => BEGINNING.test(text),
  read: readRle,
  write: writeRle,
} satisfies GridFileFormat;

/**
 * Reads the one field of a pattern.
 * @throws InputError with the line, what was found and what was expected
 */
function readRle(text: string, file: string, fields: readonly GridField[]): Grid {
  const field = patternField(fields, file);
  const pattern = parsePattern(text, file);
  const { plane, eachRun } = pattern;
  if (plane === null) return namedGrid(pattern, field) ?? patternGrid(pattern, file, field);
  const { rows, cols } = plane;
  const [left, up] = offsetOf(pattern, plane);
  const moved: CellPattern["eachRun"] = (visit) =>
    eachRun((fromRow, fromCol, length, state, line) => {
      const [row, col] = [fromRow + up, fromCol + left];
      if (row < 0 || col < 0 || row >= rows || col + length > cols)
        throw new InputError(
          `${file}, line ${line}: found cells in row ${row + 1} from column ${col + 1} on, expected all on the plane of ` +
            `${rows}x${cols}; mend the header, or the cells`,
        );
      visit(row, col, length, state, line);
    });
  return patternGrid({ rows, cols, eachRun: moved }, file, field);
}

/** The grid of the size that the header gives, in one go; null where there is anything to say about the pattern, or it is larger. */
function namedGrid({ named, eachRun }: PlacedPattern, field: GridField): Grid | null {
  let size: Shape = named;
  const noted: CellPattern["eachRun"] = (visit) => {
    size = eachRun(visit);
  };
  try {
    const grid = patternGrid({ ...named, eachRun: noted }, "", field);
    return size.rows <= named.rows && size.cols <= named.cols ? grid : null;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
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
  let position: RegExpExecArray | null = null;
  let [from, line, header] = [0, 1, null as RegExpExecArray | null];
  for (; from < text.length; from = endOf(text, from) + 1, line++) {
    const words = text.slice(from, endOf(text, from)).trim();
    if (words === "") continue;
    header = HEADER.exec(words);
    if (!words.startsWith("#")) break;
    position ??= /^#CXRLE\b.*\bPos\s*=\s*(-?\d+)\s*,\s*(-?\d+)/.exec(words);
  }
  const start: TextPlace =
    header === null ? { at: from, line } : { at: endOf(text, from) + 1, line: line + 1 };
  // A header may leave room around the cells, and says how wide a pattern is whose rows end early.
  const named = { rows: Number(header?.[2] ?? 0), cols: Number(header?.[1] ?? 0) };
  const size = once((): Shape => {
    const { rows, cols } = eachRun(text, start, file, () => {});
    return { rows: Math.max(rows, named.rows), cols: Math.max(cols, named.cols) };
  });
  return {
    named,
    eachRun: (visit) => eachRun(text, start, file, visit),
    get rows() {
      return size().rows;
    },
    get cols() {
      return size().cols;
    },
    plane: planeIn(header?.[3] ?? ""),
    position: position === null ? null : [Number(position[1]), Number(position[2])],
  };
}

/** Tells where the line ends in which a place of the text is. */
function endOf(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/** The plane that a rule ends in, such as `:P30,20`: columns first; null where it is unbounded or wraps around. */
function planeIn(rule: string): Shape | null {
  const found = /:P(\d+),(\d+)$/i.exec(rule);
  if (found === null) return null;
  const [cols, rows] = [Number(found[1]), Number(found[2])];
  return rows > 0 && cols > 0 ? { rows, cols } : null;
}

/** The plane of a pattern's rule, such as `:T30,20`, if it is a torus or another surface whose edges are joined; else null. */
export function joinedPlane(text: string): string | null {
  const rule = RLE.isCertain(text) ? ruleOfRle(text) : null;
  return /:[TKCS]\d[\d,*+-]*$/i.exec(rule ?? "")?.[0] ?? null;
}

/** Tells whether no `!` ends the cells of a pattern, as one should: it may have been cut short. */
export function lacksEnd(text: string): boolean {
  const header = BEGINNING.exec(text);
  return header !== null && text.lastIndexOf("!") < header[0].length;
}

/** A place of the text, and its line from 1. */
interface TextPlace {
  readonly at: number;
  readonly line: number;
}

/** Codes of characters. */
const TAB = 9;
const NEWLINE = 10;
const SPACE = 32;
const BANG = 33;
const COMMENT = 35;
const DOLLAR = 36;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const UPPER_A = 65;
const UPPER_X = 88;
const LOWER_B = 98;
const LOWER_O = 111;
const LOWER_P = 112;
const LOWER_Y = 121;

/**
 * Calls back for each run of the cells that is not of state 0, and says how many rows and columns these and the others
 * have. Counts may stand in the line before what they count, as some programs write them.
 */
function eachRun(text: string, start: TextPlace, file: string, visit: VisitRun): Shape {
  let [row, col, rows, cols] = [0, 0, 0, 0];
  let { at, line } = start;
  /** A count that has begun, where it did, and whether it goes on. */
  let [count, begin, beginLine, isOpen] = [-1, at, line, false];
  const wrong = () => wrongItem(file, text, count >= 0 && beginLine === line ? begin : at, line);
  const end = text.length;
  let isFresh = true;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) {
      if (count >= 0 && !isOpen) throw wrong();
      if (count < 0) {
        count = 0;
        begin = at;
        beginLine = line;
      }
      count = 10 * count + code - ZERO;
      isOpen = true;
      isFresh = false;
      continue;
    }
    if (code === NEWLINE) {
      line++;
      isOpen = true;
      isFresh = true;
      continue;
    }
    if (code === SPACE || code === TAB || isSpace(code)) {
      isOpen = false;
      continue;
    }
    if (code === COMMENT && isFresh) {
      at = endOf(text, at) - 1;
      continue;
    }
    isFresh = false;
    const length = count < 0 ? 1 : count;
    if (code === DOLLAR) {
      row += length;
      col = 0;
    } else if (code === BANG) return { rows, cols };
    else {
      const page = code >= LOWER_P && code <= LOWER_Y ? code - LOWER_P + 1 : 0;
      const state = page > 0 ? letterState(text.charCodeAt(at + 1), page) : singleState(code);
      if (state < 0) throw wrong();
      if (page > 0) at++;
      if (state > 0) visit(row, col, length, state, line);
      col += length;
      if (col > cols) cols = col;
      rows = row + 1;
    }
    count = -1;
  }
  if (count >= 0) throw wrongItem(file, text, begin, beginLine);
  return { rows, cols };
}

const isSpace = (code: number): boolean =>
  code > 127 || code < 32 ? /\s/.test(String.fromCharCode(code)) : false;

/** The state of a symbol of one letter; -1 if it is none. */
function singleState(code: number): number {
  if (code === LOWER_B || code === DOT) return 0;
  return code === LOWER_O ? 1 : letterState(code, 0);
}

const letterState = (code: number, page: number): number =>
  code >= UPPER_A && code <= UPPER_X ? LETTERS * page + code - UPPER_A + 1 : -1;

function wrongItem(file: string, text: string, at: number, line: number): InputError {
  const column = at - text.lastIndexOf("\n", at - 1);
  return new InputError(
    `${file}, line ${line}, column ${column}: found \`${text.slice(at, endOf(text, at)).slice(0, 12)}\`, expected a run such as \`3o\`: ` +
      "a count, then b or . for state 0, o or A for 1, B to X and pA to yX for others, $ for the end of a row or ! for the end",
  );
}

const LETTERS = 24;

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
      `a pattern has the cells of one field, found ${shownNames(fields.map(({ name }) => name))}; write text, CSV or JSON`,
    );
  const { lo, hi } = bounds(field.type);
  if (hi - lo >= MOST_STATES)
    throw new InputError(
      `a pattern has at most ${MOST_STATES} states, but ${field.name} has ${hi - lo + 1} values; write text, CSV or JSON`,
    );
  return `${header}\n${cellsOf(grid, field)}\n`;
}

export const headerOf = ({ rows, cols }: Shape): string => `x = ${cols}, y = ${rows}`;

function symbolsOf(type: ValueType): (state: number) => string {
  const { lo, hi } = bounds(type);
  return hi - lo === 1 ? (state) => "bo"[state]! : symbolOf;
}

/** Runs such as `3o`, `$` between rows and `!` at the end, in lines; each row up to its last cell that is not 0. */
function cellsOf(grid: Grid, field: GridField): string {
  const { rows, cols } = grid;
  const { lo, hi } = bounds(field.type);
  const plane = planeOf(field, grid);
  const symbols = Array.from({ length: hi - lo + 1 }, (_, state) =>
    [...symbolsOf(field.type)(state)].map((letter) => letter.charCodeAt(0)),
  );
  const lines = new Lines();
  let written = 0;
  for (let row = 0, start = 0; row < rows; row++, start += cols) {
    let end = start + cols;
    while (end > start && plane[end - 1] === lo) end--;
    if (end === start) continue;
    if (row > written) lines.add(row - written, [DOLLAR]);
    written = row;
    for (let at = start, from = start; at < end; from = at) {
      const value = plane[from]!;
      while (at < end && plane[at] === value) at++;
      lines.add(at - from, symbols[value - lo]!);
    }
  }
  lines.add(1, [BANG]);
  return lines.text();
}

/** Items in lines of a length. */
class Lines {
  #bytes = new Uint8Array(2 ** 16);
  #end = 0;
  #start = 0;

  /** An item's count, which is left out where it is 1, and its symbol as codes of characters. */
  add(count: number, symbol: readonly number[]): void {
    let digits = 0;
    if (count > 1) for (let rest = count; rest > 0; rest = Math.floor(rest / 10)) digits++;
    const length = digits + symbol.length;
    if (this.#end + length + 1 > this.#bytes.length) this.#grow();
    const bytes = this.#bytes;
    if (this.#end - this.#start + length > LINE_LENGTH) {
      bytes[this.#end++] = NEWLINE;
      this.#start = this.#end;
    }
    for (let at = this.#end + digits - 1, rest = count; at >= this.#end; at--, rest = Math.floor(rest / 10))
      bytes[at] = ZERO + (rest % 10);
    this.#end += digits;
    for (const code of symbol) bytes[this.#end++] = code;
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.#bytes.length);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  text(): string {
    return new TextDecoder().decode(this.#bytes.subarray(0, this.#end));
  }
}

// Patterns of MCell (`.mcl`): lines `#L` hold the cells run-length encoded, with `a` to `j` before a letter for states above 24.

export const MCELL = {
  extensions: [".mcl"],
  isCertain: (text) => /^#MCell\b/i.test(text),
  read: readMcell,
} satisfies GridFileFormat;

/**
 * Reads the one field of a pattern; its board is not looked at.
 * @throws InputError with the line, what was found and what was expected
 */
function readMcell(text: string, file: string, fields: readonly GridField[]): Grid {
  // Other lines are left empty, so that messages name the right one.
  const lines = text.split("\n").map((line) => (/^#L\b/i.test(line) ? line.slice("#L".length) : ""));
  const later = (_: string, prefix: string) =>
    String.fromCharCode(prefix.charCodeAt(0) + "p".charCodeAt(0) - "a".charCodeAt(0));
  return readRle(lines.map((line) => line.replace(/([a-j])(?=[A-X])/g, later)).join("\n"), file, fields);
}
