// Tables of delimited text, as spreadsheets, data frames and people write them. What is found and what is asked for is
// kept with the table (`Dialect`), so that it can be said. What is not clear is refused, with the option that settles it.
//
// Blank lines, rows of nothing but delimiters and lines that begin with # are left out; so is a last column that is
// empty in every row, header included (trailing delimiters).

import { InputError, plainLines } from "../../diagnostics/diagnostic.ts";
import {
  type CutRow,
  cutBy,
  type Delimiter,
  delimiterCalled,
  findDelimiter,
  isDecimalComma,
  requireRectangular,
  takeSepLine,
} from "../../grid/delimited.ts";
import { findHeader, type Known } from "./header.ts";
import { type NamedTable, readNamedTable } from "./named-tables.ts";
import { isNumber } from "./table-values.ts";

/** How a table was read. */
export interface Dialect {
  /** Where the table is no delimited text. */
  readonly kind?: NamedTable["kind"];
  /** What stands between cells; a space stands for runs of white space. */
  readonly delimiter: Delimiter;
  /** Whether 1,0 is the number 1. */
  readonly decimalComma: boolean;
  /** How many lines that begin with # were left out. */
  readonly comments: number;
  /** How many rows had nothing in them but delimiters. */
  readonly emptyRows: number;
  /** Whether every row ended in a delimiter. */
  readonly trailing: boolean;
}

export interface DataTable {
  /** What the user calls the file. */
  readonly file: string;
  readonly header: readonly string[] | null;
  readonly rows: readonly CutRow[];
  readonly dialect: Dialect;
  /** What is likely but not certain. */
  readonly warnings: readonly string[];
}

/** What the user says of a table. */
export interface TableOptions {
  /** A character, or a name such as `semicolon`. */
  readonly delimiter?: string | undefined;
  /** Whether the first row is a header. */
  readonly header?: boolean | undefined;
}

const HINT = "say what stands between the values with --delimiter, such as --delimiter semicolon";

/**
 * Reads a table.
 * @param known the columns of the training data, for later tables
 * @throws InputError if there are no rows, one column, rows of different length, two columns of one name; if the text
 * is no table; or if delimiter or header are not clear
 */
export function readTable(text: string, file: string, known?: Known, options: TableOptions = {}): DataTable {
  const lines = plainLines(text);
  const named = readNamedTable(lines, file);
  if (named !== null) return tableOfNamed(named, file, options);
  refuseOtherKinds(text, file);
  const { rows, dialect, warnings } = cut(lines, file, options, known !== undefined);
  const first = rows[0]!;
  const verdict = findHeader({ rows, file, decimalComma: dialect.decimalComma }, known, options.header);
  const data = verdict.isHeader ? rows.slice(1) : rows;
  if (data.length === 0)
    throw new InputError(
      `${file} has no rows below its header (${first.cells.join(",")}), expected examples` +
        (options.header === true ? "" : "; if it is an example, say --no-header"),
    );
  const header = verdict.isHeader ? first.cells.map(withoutMark) : null;
  if (header !== null) refuseSameNames(header, file);
  return { file, header, rows: data, dialect, warnings: [...warnings, ...verdict.warnings] };
}

/** A table whose columns are named, and whose values need no delimiter. */
export function tableOfNamed(
  { kind, header, rows, comments }: NamedTable,
  file: string,
  options: TableOptions,
): DataTable {
  const asked =
    options.delimiter !== undefined ? "--delimiter" : options.header === false ? "--no-header" : null;
  if (asked !== null)
    throw new InputError(
      `${asked} is for delimited text, but ${file} is ${kind}, which says it itself; leave it out`,
    );
  if (header.length < 2)
    throw new InputError(
      `${file}: found one column, ${header[0]}, expected at least two, a feature and the label`,
    );
  refuseSameNames(header, file);
  const dialect = { kind, delimiter: ",", decimalComma: false, comments, emptyRows: 0, trailing: false };
  return { file, header, rows, dialect, warnings: [] };
}

/** A name without the # that makes a header a comment. */
const withoutMark = (name: string, at: number): string => (at === 0 ? name.replace(/^#\s*(?=\S)/, "") : name);

/** @param mayBeOne whether one column is enough: of later tables the columns are known, and looked at elsewhere */
function cut(source: string, file: string, options: TableOptions, mayBeOne: boolean) {
  const { sep, text } = takeSepLine(source);
  const asked = options.delimiter === undefined ? null : delimiterCalled(options.delimiter);
  if (options.delimiter !== undefined && asked === null)
    throw new InputError(
      `--delimiter ${options.delimiter}: expected comma, semicolon, tab, pipe, spaces, or a single character that is ` +
        "neither letter, digit nor quote",
    );
  const lines = text.split("\n");
  const tableRows = (all: readonly CutRow[]) => tidy(all, lines).rows;
  const found = asked ?? sep ?? findDelimiter(text, file, { tableRows, hint: HINT });
  const delimiter = found ?? (mayBeOne ? "," : null);
  if (delimiter === null) throw oneColumn(text, file, lines);
  const { rows, comments, suspicious, ...counts } = tidy(cutBy(text, delimiter, file), lines);
  if (rows.length === 0) throw new InputError(`${file} is empty: expected rows of values`);
  requireRectangular(rows, file, delimiter, HINT);
  if (rows[0]!.cells.length < 2 && !mayBeOne) throw oneColumn(text, file, lines, delimiter);
  const cells = unquoteSingle(rows, file);
  const dialect = { delimiter, decimalComma: findDecimalComma(cells, file), comments, ...counts };
  const grouped = groupedDigits(cells, file);
  const isAsked = options.delimiter !== undefined || sep !== null;
  const doubtful = isAsked || grouped.length > 0 ? grouped : doubtfulComma(cells, file);
  return {
    rows: cells,
    dialect,
    warnings: [...suspicious.map((line) => commentedRow(file, line)), ...doubtful],
  };
}

const commentedRow = (file: string, line: number): string =>
  `${file}, line ${line}: a comment, since it begins with #, though it has as many values as the rows; ` +
  "put the first value in quotes if it is a row";

function oneColumn(text: string, file: string, lines: readonly string[], delimiter?: Delimiter): InputError {
  const filled = lines.findIndex((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  if (filled < 0) return new InputError(`${file} is empty: expected rows of values`);
  const sample = lines[filled]!.slice(0, 60);
  const isQuotedWhole = /^"[^"]*[,;\t|][^"]*"$/m.test(text);
  return new InputError(
    `${file}, line ${filled + 1}: found one column (${JSON.stringify(sample)}), expected at least two, a feature and the ` +
      (delimiter === undefined ? "label, with comma, semicolon, tab, | or spaces between them" : "label") +
      (isQuotedWhole ? "; take away the quotes around whole rows" : `; ${HINT}`),
  );
}

interface Tidied extends Pick<Dialect, "comments" | "emptyRows" | "trailing"> {
  readonly rows: CutRow[];
  /** Lines of comments that could be rows. */
  readonly suspicious: readonly number[];
}

/** The rows without blank lines, comments, frames of bars and trailing delimiters. */
function tidy(all: readonly CutRow[], lines: readonly string[]): Tidied {
  const filled = all.filter(({ cells }) => cells.some((cell) => cell !== ""));
  const emptyRows = all.filter(({ cells }) => cells.length > 1 && cells.every((cell) => cell === "")).length;
  const isMarked = ({ line }: CutRow): boolean => lines[line - 1]!.trimStart().startsWith("#");
  const plain = filled.filter((row) => !isMarked(row));
  const width = plain[0]?.cells.length ?? filled[0]?.cells.length;
  // A lone # is a value, as in drawings, if the other cells are values too.
  const isValue = (cell: string, at: number): boolean =>
    at === 0 ? cell === "#" : plain.some(({ cells }) => cells[at] === cell);
  const isComment = (row: CutRow): boolean =>
    isMarked(row) && !(row.cells.length === width && row.cells.every(isValue));
  const comments = filled.filter(isComment);
  const kept = filled.filter((row) => !isComment(row));
  const { rows, trailing } = trimEnds(withoutRule(kept));
  const suspicious = comments.filter(({ cells }) => cells.length === width && cells.length > 1);
  return {
    rows,
    comments: comments.length,
    emptyRows,
    trailing,
    suspicious: suspicious.map(({ line }) => line),
  };
}

/** The rows without the line `|---|---|` of a Markdown table. */
const withoutRule = (rows: readonly CutRow[]): readonly CutRow[] =>
  rows.filter(
    ({ cells }, at) =>
      at !== 1 || !cells.every((cell) => cell === "" || /^(?::?-{3,}:?|:-+:?|-+:)$/.test(cell)),
  );

/** Takes off last columns that are empty everywhere, and the first one too if bars frame the rows. */
function trimEnds(rows: readonly CutRow[]): { readonly rows: CutRow[]; readonly trailing: boolean } {
  let trimmed = [...rows];
  let trailing = false;
  const [first, second] = rows;
  const last = ({ cells }: CutRow): string | undefined => cells.at(-1);
  const drop = (row: CutRow): CutRow => ({ ...row, cells: row.cells.slice(0, -1) });
  if (first !== undefined && second !== undefined) {
    const below = trimmed.slice(1);
    const [above, under] = [first.cells.length, second.cells.length];
    if (under === above + 1 && below.every((row) => row.cells.length === under && last(row) === ""))
      trimmed = [first, ...below.map(drop)];
    else if (above === under + 1 && last(first) === "" && below.every((row) => row.cells.length === under))
      trimmed = [drop(first), ...below];
    trailing = trimmed !== rows && trimmed.some((row, at) => row !== rows[at]);
  }
  while (trimmed.length > 0 && trimmed.every((row) => row.cells.length > 1 && last(row) === "")) {
    trimmed = trimmed.map(drop);
    trailing = true;
  }
  if (trailing && trimmed.every(({ cells }) => cells.length > 1 && cells[0] === ""))
    trimmed = trimmed.map((row) => ({ ...row, cells: row.cells.slice(1) }));
  return { rows: trimmed, trailing };
}

/** Takes single quotes off cells that have them on both ends. */
function unquoteSingle(rows: readonly CutRow[], file: string): CutRow[] {
  return rows.map((row) => {
    const opened = row.cells.findIndex((cell) => /^'.*[^']$|^'$/s.test(cell));
    const closed = row.cells.findIndex((cell, at) => at > opened && /^[^'].*'$|^'$/s.test(cell));
    if (opened >= 0 && closed >= 0)
      throw new InputError(
        `${file}, line ${row.line}: found single quotes around several values (${row.cells.slice(opened, closed + 1).join(",")}), ` +
          "expected them around one; use double quotes",
      );
    return { ...row, cells: row.cells.map((cell) => /^'([^']*)'$/s.exec(cell)?.[1]?.trim() ?? cell) };
  });
}

/** Tells whether numbers have decimal commas; both commas and points are refused. */
function findDecimalComma(rows: readonly CutRow[], file: string): boolean {
  const find = (test: (cell: string) => boolean) => {
    const row = rows.find(({ cells }) => cells.some(test));
    return row === undefined ? null : { line: row.line, cell: row.cells.find(test)! };
  };
  const comma = find(isDecimalComma);
  if (comma === null) return false;
  const point = find((cell) => cell.includes(".") && isNumber(cell));
  if (point === null) return true;
  throw new InputError(
    `${file}: found ${comma.cell} in line ${comma.line} and ${point.cell} in line ${point.line}, expected a decimal comma ` +
      "or a decimal point throughout; write all numbers in one way",
  );
}

/** A warning of decimal commas that are no plain 1,0: the comma could stand between two values. */
function doubtfulComma(rows: readonly CutRow[], file: string): string[] {
  const isPart = (cell: string): boolean => isDecimalComma(cell) && !/,0+$/.test(cell);
  const row = rows.find(({ cells }) => cells.some(isPart));
  if (row === undefined) return [];
  return [
    `${file}, line ${row.line}: ${row.cells.find(isPart)!} is taken for a number with a decimal comma; name the delimiter with ` +
      "--delimiter if the comma stands between two values",
  ];
}

/** A warning where all decimal commas could as well group the digits of a thousand. */
function groupedDigits(rows: readonly CutRow[], file: string): string[] {
  const commas = rows.flatMap(({ cells, line }) =>
    cells.filter(isDecimalComma).map((cell) => ({ cell, line })),
  );
  const [first] = commas;
  if (first === undefined || !commas.every(({ cell }) => /^[+-]?[1-9]\d{0,2},\d{3}$/.test(cell))) return [];
  return [
    `${file}, line ${first.line}: ${first.cell} is taken for a number with a decimal comma, which is less than a thousand; ` +
      "leave such commas out if they group digits",
  ];
}

function refuseSameNames(header: readonly string[], file: string): void {
  const places = new Map<string, number>();
  for (const [at, name] of header.entries()) {
    if (name === "")
      throw new InputError(
        `${file}: column ${at + 1} has no name in the header; give it one, or leave the column out` +
          (at === 0 ? " if it only numbers the rows" : ""),
      );
    const first = places.get(name);
    places.set(name, at);
    if (first !== undefined)
      throw new InputError(
        `${file}: the columns ${first + 1} and ${at + 1} are both called ${name}; rename one of them, or say ` +
          "--no-header if the first row is an example",
      );
  }
}

// Files that are no tables, told apart by how they begin, so that the message can say what they are.

const EXPECTED = "expected a table, a row of values for each example, with commas or the like between them";

/**
 * Refuses texts of other kinds.
 * @throws InputError for JSON, HTML, XML, LIBSVM's format, and text with control characters
 */
function refuseOtherKinds(text: string, file: string): void {
  const start = text.replace(/^\uFEFF/, "").trimStart();
  const kind = kindOf(start);
  if (kind !== null) throw new InputError(`${file}: found ${kind}, ${EXPECTED}; save it as CSV`);
  for (const [at, line] of start.split("\n", 1000).entries())
    if (hasControls(line))
      throw new InputError(
        `${file}, line ${at + 1}: found control characters or text that is not UTF-8, ${EXPECTED}`,
      );
}

function kindOf(start: string): string | null {
  if (start.startsWith("{")) return "JSON";
  if (/^\[\s*[[{]/.test(start) || (start.startsWith("[") && isJson(start.split("\n", 1)[0]!))) return "JSON";
  if (start.startsWith("[") && isJson(start)) return "JSON";
  if (/^[[(][^[\]()\n]*[,; ][^[\]()\n]*[\])][,;]?\r?(?:\n|$)/.test(start)) return "rows in brackets";
  if (/^<(?:!doctype|html|\?xml|table|svg|[a-z][\w:-]*[\s/>])/i.test(start)) return "HTML or XML";
  if (/^%PDF-/.test(start)) return "a PDF document";
  if (/^\S+(?:[ \t]+\d+:[-+.\deE]+)+[ \t]*(?:#.*)?\r?(?:\n|$)/.test(start)) return "LIBSVM's format";
  return null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Tells whether a line has characters that no text has. */
function hasControls(line: string): boolean {
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if ((code < 32 && (code < 9 || code > 13)) || code === 0xfffd) return true;
  }
  return false;
}
