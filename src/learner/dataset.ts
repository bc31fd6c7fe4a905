// From tables to examples. Every column has two values; which of them is -1 and
// which +1 is decided by the training data and kept with the model, so that later tables are read the same way.
//
// 0 and 1, -1 and +1, false and true mean what they say. Of any other two values the smaller is -1: by number if
// both are numbers, else by the alphabet.

import { InputError } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../diagnostics/suggest.ts";
import type { Example, Sign } from "./memory.ts";
import { canonical, isMissing, type Row, signOf, type Table } from "./table.ts";

/** What a column's two values are, as they are written; null for one that the training data do not have. */
export interface Column {
  readonly name: string;
  readonly negative: string | null;
  readonly positive: string | null;
}

/** How tables for one model are to be read. */
export interface DataFormat {
  /** All columns in the order of the training data, the label's too. */
  readonly columns: readonly Column[];
  /** Which of the columns is the label, from 0. */
  readonly label: number;
  /** Whether the training data name their columns. */
  readonly named: boolean;
}

/**
 * How to read tables like this one. `label` is the name of a column or its number from 1; the last by default.
 * @throws InputError if there is no such column, or a column has a missing or a third value
 */
export function formatOfTable(table: Table, label?: string): DataFormat {
  const { header, rows, file } = table;
  const width = rows[0]!.cells.length;
  const names = header ?? Array.from({ length: width }, (_, at) => String(at + 1));
  const columns = names.map((name, at): Column => {
    const values = new Map<string, Row>();
    for (const row of rows) {
      const value = canonical(present(row, at, names[at]!, file));
      if (!values.has(value)) values.set(value, row);
      if (values.size > 2) throw thirdValue(file, row, names[at]!, value, [...values.keys()].slice(0, 2));
    }
    return { name, ...ordered([...values.keys()]) };
  });
  return { columns, label: labelIndex(label, names, header !== null, file), named: header !== null };
}

function present({ line, cells }: Row, at: number, name: string, file: string): string {
  const cell = cells[at]!;
  if (!isMissing(cell)) return cell;
  throw new InputError(
    `${file}, line ${line}, column ${name}: found ${cell === "" ? "nothing" : `"${cell}"`}, expected a value; ` +
      "fill it in, or leave the row out",
  );
}

const thirdValue = (file: string, { line }: Row, name: string, value: string, known: readonly string[]) =>
  new InputError(
    `${file}, line ${line}, column ${name}: found "${value}", expected ${known.map((each) => `"${each}"`).join(" or ")}: ` +
      "the learner's columns have two values each; correct the row, or split the column",
  );

/** One or two values as the negative and the positive one. */
function ordered(values: readonly string[]): Pick<Column, "negative" | "positive"> {
  const signs = values.map(signOf);
  const [only] = values;
  if (values.length === 1)
    return signs[0] === 1 ? { negative: null, positive: only! } : { negative: only!, positive: null };
  const numbers = values.map(Number);
  const byNumber = !numbers.some(Number.isNaN);
  const swap =
    signs[0] !== null && signs[1] !== null && signs[0] !== signs[1]
      ? signs[0] === 1
      : byNumber
        ? numbers[0]! > numbers[1]!
        : values[0]! > values[1]!;
  const [negative, positive] = swap ? [values[1]!, values[0]!] : [values[0]!, values[1]!];
  return { negative, positive };
}

function labelIndex(
  label: string | undefined,
  names: readonly string[],
  named: boolean,
  file: string,
): number {
  if (label === undefined) return names.length - 1;
  const at = names.indexOf(label);
  if (at >= 0) return at;
  const number = Number(label);
  if (Number.isInteger(number) && number >= 1 && number <= names.length) return number - 1;
  const near = named ? nearestName(label, names) : null;
  throw new InputError(
    `--label ${label}: ${file} has no such column; found ${named ? names.join(", ") : `${names.length} columns`}` +
      (near === null ? "; give a name, or a number from 1" : `; did you mean ${near}?`),
  );
}

/**
 * The rows of a table as examples.
 * @throws InputError as `formatOfTable` does, and if the columns are others than those of the format
 */
export function examplesOf(table: Table, format: DataFormat): Example[] {
  const at = columnsOf(table, format, true);
  return table.rows.map((row) => ({
    features: featuresOf(table, row, format, at),
    label: sign(table, row, format.columns[format.label]!, at[format.label]!),
  }));
}

/** The rows of a table as queries; the label's column may be missing, and is not looked at. */
export function queriesOf(table: Table, format: DataFormat): (readonly Sign[])[] {
  const at = columnsOf(table, format, false);
  return table.rows.map((row) => featuresOf(table, row, format, at));
}

/** Whether a table has the column of the label, with a value in every row. */
export function hasLabels(table: Table, format: DataFormat): boolean {
  const at = columnsOf(table, format, false)[format.label]!;
  return at >= 0 && table.rows.every(({ cells }) => !isMissing(cells[at]!));
}

/** For every column of the format, where it stands in the table; -1 for a label that is not there. */
function columnsOf({ file, header, rows }: Table, format: DataFormat, labelled: boolean): number[] {
  const { columns, label, named } = format;
  if (named && header !== null) {
    const places = columns.map(({ name }) => header.indexOf(name));
    const missing = columns.find((_, at) => places[at]! < 0 && (labelled || at !== label));
    const surplus = header.find((name) => !columns.some((column) => column.name === name));
    if (missing === undefined && surplus === undefined) return places;
    throw new InputError(
      `${file}: ${missing === undefined ? `found a column ${surplus}` : `found no column ${missing.name}`}, expected ` +
        `the columns ${columns.map(({ name }) => name).join(", ")} of the training data`,
    );
  }
  const width = rows[0]!.cells.length;
  const all = columns.map((_, at) => at);
  if (width === columns.length) return all;
  if (!labelled && width === columns.length - 1)
    return all.map((at) => (at === label ? -1 : at < label ? at : at - 1));
  throw new InputError(
    `${file}: found ${width} columns, expected ${columns.length} as in the training data` +
      (labelled ? "" : `, or ${columns.length - 1} without the label`),
  );
}

function featuresOf(table: Table, row: Row, { columns, label }: DataFormat, at: readonly number[]): Sign[] {
  return columns.flatMap((column, index) => (index === label ? [] : [sign(table, row, column, at[index]!)]));
}

function sign({ file }: Table, row: Row, column: Column, at: number): Sign {
  const { name, negative, positive } = column;
  const value = canonical(present(row, at, name, file));
  if (value === negative) return -1;
  if (value === positive) return 1;
  // Where the training data have one usual value, its opposite is understood.
  const known = negative ?? positive!;
  if ((negative === null || positive === null) && opposites(value, known)) return signOf(value)!;
  throw thirdValue(
    file,
    row,
    name,
    value,
    [negative, positive].filter((each) => each !== null),
  );
}

const PAIRS: readonly (readonly [string, string])[] = [
  ["0", "1"],
  ["-1", "1"],
  ["false", "true"],
];

const opposites = (one: string, other: string): boolean =>
  PAIRS.some((pair) => pair.includes(one) && pair.includes(other) && one !== other);

/** How a sign of the label is written. */
export function showLabel({ columns, label }: DataFormat, value: Sign): string {
  const { negative, positive } = columns[label]!;
  if (value === 1) return positive ?? PAIRS.find(([no]) => no === negative)?.[1] ?? `not ${negative}`;
  return negative ?? PAIRS.find(([, yes]) => yes === positive)?.[0] ?? `not ${positive}`;
}
