// Tables of comma-separated text, as spreadsheets and data frames write them: semicolons or tabs are taken for
// commas where there are none, cells may be quoted, blank lines are skipped.

import Papa from "papaparse";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { Sign } from "./memory.ts";

/** A row of cells and the line of the file where it begins. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Table {
  /** What the user calls the file. */
  readonly file: string;
  readonly header: readonly string[] | null;
  readonly rows: readonly Row[];
}

/** What is known of the columns beforehand. */
interface Known {
  readonly columns: readonly { readonly name: string }[];
  readonly named: boolean;
}

/**
 * Cuts a text into rows of equal length. A first row is a header if it has the name of a known column. Where nothing
 * is known: if one of its cells is a word that does not fit what stands below it, and no word comes again below it, or
 * if it counts the columns from 0.
 * @throws InputError if there are no rows, rows of different length, or two columns of one name
 */
export function readTable(text: string, file: string, known?: Known): Table {
  const rows = cut(text, file);
  const [first, ...rest] = rows;
  if (first === undefined) throw new InputError(`${file} is empty: expected rows of comma-separated values`);
  const header = isHeader(first, rest, known) ? first.cells : null;
  const data = header === null ? rows : rest;
  if (data.length === 0)
    throw new InputError(
      `${file} has no rows below its header (${first.cells.join(",")}), expected examples`,
    );
  for (const { line, cells } of data)
    if (cells.length !== first.cells.length)
      throw new InputError(
        `${file}, line ${line}: found ${cells.length} values, expected ${first.cells.length} as in line ` +
          `${first.line}; complete the row`,
      );
  if (header !== null) refuseSameNames(header, file);
  return { file, header, rows: data };
}

function cut(text: string, file: string): Row[] {
  const unquoted = text.replaceAll(/"[^"]*"/g, "");
  const delimiter = [",", ";", "\t"].find((each) => unquoted.includes(each)) ?? ",";
  const { data, errors } = Papa.parse<string[]>(text.replace(/^\ufeff/, "").replaceAll(/\r\n?/g, "\n"), {
    delimiter,
    newline: "\n",
  });
  if (errors[0] !== undefined)
    throw new InputError(
      `${file}, row ${(errors[0].row ?? 0) + 1}: found quotes that do not match; close every quoted cell`,
    );
  let line = 1;
  return data.flatMap((raw) => {
    const row = { line, cells: raw.map((cell) => cell.trim()) };
    line += 1 + raw.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
    return row.cells.length === 1 && row.cells[0] === "" ? [] : [row];
  });
}

function isHeader({ cells }: Row, below: readonly Row[], known?: Known): boolean {
  if (known !== undefined) return known.named && known.columns.some(({ name }) => cells.includes(name));
  const columns = cells.map((name, at) => ({
    name: canonical(name),
    values: new Set(below.map((row) => canonical(row.cells[at] ?? "")).filter((value) => !isMissing(value))),
  }));
  // Data frames without names number their columns.
  const isNumbered = columns.length > 2 && columns.every(({ name }, at) => name === String(at));
  if (isNumbered) return !columns[2]!.values.has("2");
  const words = columns.filter(({ name }) => !isMissing(name) && !isPlain(name));
  return words.every(({ name, values }) => !values.has(name)) && words.some(isUnlikeItsColumn);
}

/** A word above two values already, or above nothing but numbers and truth values. */
const isUnlikeItsColumn = ({ values }: { readonly values: ReadonlySet<string> }): boolean =>
  values.size > 1 || [...values].every(isPlain);

/** A number or a truth value. */
const isPlain = (cell: string): boolean => signOf(cell) !== null || !Number.isNaN(Number(cell));

function refuseSameNames(header: readonly string[], file: string): void {
  for (const [at, name] of header.entries()) {
    if (name === "") throw new InputError(`${file}: column ${at + 1} has no name in the header; give it one`);
    const first = header.indexOf(name);
    if (first < at)
      throw new InputError(
        `${file}: the columns ${first + 1} and ${at + 1} are both called ${name}; rename one of them`,
      );
  }
}

/** What spreadsheets and data frames write where there is no value. */
const MISSING: ReadonlySet<string> = new Set(["", "?", "na", "n/a", "#n/a", "nan", "null"]);

/** Whether a cell has no value. */
export const isMissing = (cell: string): boolean => MISSING.has(cell.toLowerCase());

/** The usual values, by their meaning. */
const USUAL: ReadonlyMap<string, Sign> = new Map([
  ["0", -1],
  ["-1", -1],
  ["false", -1],
  ["1", 1],
  ["true", 1],
]);

/** What a usual value means, or null. */
export const signOf = (cell: string): Sign | null => USUAL.get(canonical(cell)) ?? null;

/** `+1`, `1.0` and ` 1` are one value, and so are `True` and `TRUE`. */
export function canonical(cell: string): string {
  if (cell !== "" && !Number.isNaN(Number(cell))) return String(Number(cell));
  const lower = cell.toLowerCase();
  return lower === "true" || lower === "false" ? lower : cell;
}
