// Text cut into rows of cells, by a delimiter that is asked for, said by the file in a line `sep=;`, or found.
//
// How the delimiter is found: each of comma, semicolon, tab, bar and runs of spaces is tried. It is possible if it
// cuts all rows into equally many cells, at least two. It is clean if no cell holds another delimiter that is possible
// too or stands in every row; a decimal comma (`1,0`) is no delimiter, nor are spaces between words, and spaces are not
// taken where a tab stands in every row. One possible, clean delimiter is taken; otherwise the text is refused.

import Papa from "papaparse";
import { plural } from "../diagnostics/count.ts";
import { InputError, lineAt } from "../diagnostics/diagnostic.ts";

/** The cells of a row and the line of the file where it begins. */
export interface CutRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A single character; a space stands for runs of white space. */
export type Delimiter = string;

/** What stands between the cells of a row, and how many rows agree. */
interface Reading {
  readonly delimiter: Delimiter;
  readonly rows: readonly CutRow[];
}

const CANDIDATES: readonly Delimiter[] = [",", ";", "\t", "|", " "];

const NAMES: ReadonlyMap<string, Delimiter> = new Map([
  ["comma", ","],
  ["semicolon", ";"],
  ["tab", "\t"],
  ["\\t", "\t"],
  ["pipe", "|"],
  ["bar", "|"],
  ["space", " "],
  ["spaces", " "],
]);

/** The delimiter of that name, or the character itself; null for what cannot be one. */
export function delimiterCalled(text: string): Delimiter | null {
  const named = NAMES.get(text.toLowerCase());
  if (named !== undefined) return named;
  return [...text].length === 1 && !/[\p{L}\p{N}"'\r\n.+#\uFEFF-]/u.test(text) ? text : null;
}

/** Names a delimiter for messages: `delimiter ";"`, `delimiter tab`. */
export function showDelimiter(delimiter: Delimiter): string {
  if (delimiter === " ") return "spaces";
  return delimiter === "\t" ? "tab" : `"${delimiter}"`;
}

/** The delimiter that a first line `sep=;` names, and the text without that line; the line stays blank. */
export function takeSepLine(text: string): { readonly sep: Delimiter | null; readonly text: string } {
  const line = /^"?sep=([^\n])"?[,;\t|]*[ ]*(?=\n|$)/i.exec(text);
  if (line === null) return { sep: null, text };
  const sep = delimiterCalled(line[1]!);
  return sep === null ? { sep: null, text } : { sep, text: text.slice(line[0].length) };
}

/**
 * Cuts a text into rows by one delimiter; blank lines are rows of one empty cell.
 * @throws InputError if quotes do not match, or do not enclose a whole cell
 */
export function cutBy(text: string, delimiter: Delimiter, file: string): CutRow[] {
  const source = delimiter === " " ? collapseSpaces(text) : text;
  const { data, errors } = Papa.parse<string[]>(source, { delimiter, newline: "\n" });
  const [error] = errors;
  if (error !== undefined) throw badQuotes(file, error.index === undefined ? 1 : lineAt(source, error.index));
  let line = 1;
  return data.map((raw): CutRow => {
    const start = line;
    line += 1 + raw.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
    return { line: start, cells: raw.map((cell) => cleanCell(cell, start, file)) };
  });
}

/** Single spaces between cells, outside of quotes. */
const collapseSpaces = (text: string): string =>
  text
    .replaceAll(/"(?:[^"]|"")*"|[ \t]+/g, (part) => (part.startsWith('"') ? part : " "))
    .replaceAll(/"(?:[^"]|"")*"|^ | $/gm, (part) => (part === " " ? "" : part));

/** Takes off white space, and quotes that white space has hidden from the parser. */
function cleanCell(cell: string, line: number, file: string): string {
  const trimmed = cell.trim();
  if (!trimmed.startsWith('"') || trimmed === cell) return trimmed;
  if (!/^"(?:[^"]|"")*"$/.test(trimmed)) throw badQuotes(file, line);
  return trimmed.slice(1, -1).replaceAll('""', '"').trim();
}

const badQuotes = (file: string, line: number): InputError =>
  new InputError(
    `${file}, line ${line}: found quotes that do not match; close every quoted cell, write a quote inside it ` +
      "twice, and put no space between a delimiter and a quote",
  );

/** Which rows count when delimiters are tried, and what to do where none is right. */
interface Finding {
  /** The rows of the table, without blank lines, comments and the like. */
  readonly tableRows: (rows: readonly CutRow[]) => readonly CutRow[];
  /** What the user can do about a delimiter that is not found. */
  readonly hint: string;
}

/**
 * The delimiter of a text, or the likeliest where none cuts all rows alike; null if there is none.
 * @throws InputError if it is not clear
 */
export function findDelimiter(text: string, file: string, { tableRows, hint }: Finding): Delimiter | null {
  const { readings, problem } = readAll(maskQuoted(text), file, tableRows);
  const possible = readings.filter(({ rows }) => isCut(rows[0]!) && isRectangular(rows));
  if (possible.length === 0) {
    const likely = likeliest(readings);
    if (likely !== null) return likely.delimiter;
    if (problem !== null) throw problem;
    return null;
  }
  const inAllRows = CANDIDATES.filter(
    (each) => each !== " " && readings.some((reading) => isInAllRows(reading, each)),
  );
  const tabbed = readings.filter(({ delimiter, rows }) => delimiter === "\t" && rows.every(isCut));
  const foreign = new Set([...[...possible, ...tabbed].map(({ delimiter }) => delimiter), ...inAllRows]);
  const hasTabs = tabbed.length > 0;
  const clean = possible.filter((each) => isClean(each, foreign) && !(each.delimiter === " " && hasTabs));
  if (clean.length === 1) return clean[0]!.delimiter;
  const found = [...foreign].map(showDelimiter).join(" and ");
  throw new InputError(
    `${file}: the rows could be cut at ${found}, or by several of these at once; found for example ` +
      `"${shorten(text.split("\n")[possible[0]!.rows[0]!.line - 1]!)}"; ${hint}`,
  );
}

/** The text with nothing in quoted cells that could delimit. */
const maskQuoted = (text: string): string =>
  text.replaceAll(/(?<=^|[,;\t| ])"(?:[^"]|"")*"(?=$|[,;\t| ])/gm, (cell) =>
    cell.replaceAll(/[,;\t| ]/g, "_"),
  );

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}...` : text);

function readAll(text: string, file: string, tableRows: Finding["tableRows"]) {
  const readings: Reading[] = [];
  let problem: InputError | null = null;
  for (const delimiter of CANDIDATES) {
    if (delimiter === " " ? !spacesCanDelimit(text) : !text.includes(delimiter)) continue;
    try {
      const rows = tableRows(cutBy(text, delimiter, file));
      if (rows.length > 0) readings.push({ delimiter, rows });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problem ??= error;
    }
  }
  return { readings, problem };
}

/** Tabs keep empty cells, which runs of white space would swallow. */
const spacesCanDelimit = (text: string): boolean => /[^\S\n]/.test(text) && !/\t\t|^\t|\t$/m.test(text);

const isCut = ({ cells }: CutRow): boolean => cells.length > 1;

const isRectangular = (rows: readonly CutRow[]): boolean =>
  rows.every(({ cells }) => cells.length === rows[0]!.cells.length);

/** Tells whether a delimiter stands in cells of every row below the first, which may be a header. */
function isInAllRows({ delimiter, rows }: Reading, each: Delimiter): boolean {
  const below = rows.length > 1 ? rows.slice(1) : rows;
  return each !== delimiter && below.every(({ cells }) => cells.some((cell) => cell.includes(each)));
}

function isClean({ delimiter, rows }: Reading, foreign: ReadonlySet<Delimiter>): boolean {
  const others = [...foreign].filter((each) => each !== delimiter);
  return rows.every(({ cells }) => cells.every((cell) => !others.some((other) => isCutBy(cell, other))));
}

/** Tells whether a delimiter stands in a cell and is neither a decimal comma nor a space between two words. */
function isCutBy(cell: string, delimiter: Delimiter): boolean {
  if (delimiter === " ") return /\s\s/.test(cell) || (/\s/.test(cell) && !cell.split(/\s/).every(isWord));
  return cell.includes(delimiter) && !(delimiter === "," && isDecimalComma(cell));
}

const isWord = (part: string): boolean => /\p{L}/u.test(part);

/** A number with a decimal comma. */
export const isDecimalComma = (cell: string): boolean => /^[+-]?\d*,\d+(?:e[+-]?\d+)?$/i.test(cell);

/** The reading in which most rows have the usual number of cells, at least two; null if none has two in most. */
function likeliest(readings: readonly Reading[]): Reading | null {
  const rated = readings.map((reading) => {
    const width = usualWidth(reading.rows);
    const share = reading.rows.filter(({ cells }) => cells.length === width).length / reading.rows.length;
    return { reading, rate: width > 1 && share >= 0.5 ? share : 0 };
  });
  const best = rated.reduce<(typeof rated)[number] | null>(
    (one, other) => (one !== null && one.rate >= other.rate ? one : other),
    null,
  );
  return best === null || best.rate === 0 ? null : best.reading;
}

/** The number of cells that most rows have; of two such numbers, that of the first rows. */
function usualWidth(rows: readonly CutRow[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  return [...counts].reduce((one, other) => (other[1] > one[1] ? other : one))[0];
}

function raggedRow(rows: readonly CutRow[], file: string, delimiter: Delimiter, hint: string): InputError {
  const width = usualWidth(rows);
  const wrong = rows.find(({ cells }) => cells.length !== width)!;
  const right = rows.find(({ cells }) => cells.length === width)!;
  return new InputError(
    `${file}, line ${wrong.line}: found ${plural(wrong.cells.length, "value")}, expected ${width} as in line ` +
      `${right.line} (delimiter ${showDelimiter(delimiter)}); make all rows equally long, or ${hint}`,
  );
}

/** Refuses a table unless all its rows are equally long. */
export function requireRectangular(
  rows: readonly CutRow[],
  file: string,
  delimiter: Delimiter,
  hint: string,
): void {
  if (!isRectangular(rows)) throw raggedRow(rows, file, delimiter, hint);
}
