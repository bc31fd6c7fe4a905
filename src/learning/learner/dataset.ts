// From tables to examples. Every column has two values; which of them is -1 and which +1 is decided by the training data
// and kept with the model, so that later tables are read the same way.
//
// The network takes signs, and the program bits. Usually +1 is the bit 1: of a column's values the positive one (see
// table-values.ts). Where all columns are written in -1 and +1, the signs are those of the paper instead, -1 being the bit 1,
// so that a parity is a product: the data reach the network as they are, and its prelude reads bits that way (`one`).
// Features in -1 and +1 beside other columns keep that meaning: -1 is the bit 1, and so has the sign +1.

import { shownNames } from "../../diagnostics/count.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import type { EncodingKind } from "../../diagnostics/known-words.ts";
import { nearestName } from "../../diagnostics/suggest.ts";
import type { CutRow } from "../../grid/delimited.ts";
import type { DataTable } from "./delimited-tables.ts";
import type { LabelClasses } from "./label-classes.ts";
import type { Example, Sign } from "./memory-layer.ts";
import { areOpposites, canonical, isMissing, isSigned, oppositeOf, orderOf } from "./table-values.ts";

/** A column's two values; null for one that the training data do not have. */
export interface Column {
  readonly name: string;
  /** The value whose sign is -1. */
  readonly negative: string | null;
  /** The value whose sign is +1. */
  readonly positive: string | null;
}

/** How a column of the training data is encoded; its kind is null where it stays as it is. */
export interface EncodedColumn {
  readonly name: string;
  readonly kind: EncodingKind | "one-vs-rest" | "classes" | null;
  /** The values of `onehot`, `binary` and `classes`, or the thresholds of `thermometer`, ascending. */
  readonly values: readonly string[];
}

/** How the columns of a table are encoded. */
export interface Encoding {
  readonly columns: readonly EncodedColumn[];
  /** Which of them is the label, from 0. */
  readonly label: number;
  /** Whether the training data name their columns. */
  readonly named: boolean;
}

/** How tables for one model are to be read. */
export interface DataFormat {
  /** All columns in the order of the training data, the label's too. */
  readonly columns: readonly Column[];
  /** Which of the columns is the label, from 0. */
  readonly label: number;
  /** Whether the training data name their columns. */
  readonly named: boolean;
  /** The sign that stands for the bit 1; by default +1. */
  readonly one?: Sign;
  /** The label's values as the training data write them, where that differs: `+1` for 1. */
  readonly written?: Readonly<Record<string, string>>;
  /** How the columns of a table become those of the format, where some have more than two values. */
  readonly encoded?: Encoding;
  /** Where the label has more than two values, which then are no signs: what tells them apart. */
  readonly classes?: LabelClasses;
}

/** The sign of the bit 1. */
export const oneOf = ({ one = 1 }: Pick<DataFormat, "one">): Sign => one;

/** What the user says of the columns. */
export interface FormatOptions {
  /** The name of the label's column or its number from 1; the last by default. */
  readonly label?: string | undefined;
  /** The label's positive value. */
  readonly positive?: string | undefined;
}

/** The names of a table's columns; numbers from 1 where there is no header. */
export const namesOf = ({ header, rows }: DataTable): readonly string[] =>
  header ?? Array.from({ length: rows[0]!.cells.length }, (_, at) => String(at + 1));

/**
 * Tells how to read tables like this one.
 * @throws InputError if there is no such column or positive value, or a column has a missing or a third value
 */
export function formatOfTable(table: DataTable, { label, positive }: FormatOptions = {}): DataFormat {
  const { header, file } = table;
  const names = namesOf(table);
  const at = labelIndex(label, names, header !== null, file);
  const values = names.map((_, column) => valuesOf(table, column, column === at));
  const asked = positive === undefined ? null : askedValue(positive, values[at]!, table, names[at]!);
  const isPaper = allSigned(values) && (asked === null || asked === "-1");
  const signedFeatures = areSigns(values, at);
  const columns = names.map((name, column): Column => {
    const own = values[column]!;
    if (isPaper) return { name, ...placed(own, "-1", "1") };
    if (column === at) return { name, ...labelColumn(own, asked) };
    return { name, ...(signedFeatures[column] ? placed(own, "1", "-1") : ordered(own)) };
  });
  const written = spellings(table, at);
  return {
    columns,
    label: at,
    named: header !== null,
    ...(isPaper ? { one: -1 as const } : {}),
    ...(Object.keys(written).length > 0 ? { written } : {}),
  };
}

/** The one or two values of a column, in the order in which they come. */
function valuesOf(table: DataTable, at: number, isLabel: boolean): readonly string[] {
  const name = namesOf(table)[at]!;
  const values = new Set<string>();
  for (const row of table.rows) {
    const value = valueIn(table, row, at, name);
    if (values.size === 2 && !values.has(value))
      throw thirdValue(table, row, at, name, [...values], isLabel ? LABEL_REPAIR : COLUMN_REPAIR);
    values.add(value);
  }
  return [...values];
}

function valueIn(table: DataTable, row: CutRow, at: number, name: string): string {
  const cell = row.cells[at]!;
  if (!isMissing(cell)) return canonical(cell, table.dialect.decimalComma);
  throw missingValue(table, row, at, name);
}

const missingValue = ({ file }: DataTable, { line, cells }: CutRow, at: number, name: string): InputError =>
  new InputError(
    `${file}, line ${line}, column ${name}: found ${cells[at] === "" ? "nothing" : `"${cells[at]}"`}, expected a value; ` +
      "fill it in, or leave such rows out with --missing drop",
  );

const COLUMN_REPAIR = "correct the row, or encode the column, such as by --encode onehot";
const LABEL_REPAIR = "correct the row, or take one value of the label against all others by --positive";

/** A label that is none of the training data's, or none at all. */
export const refuseLabel = (
  table: DataTable,
  row: CutRow,
  at: number,
  known: readonly string[],
): InputError =>
  isMissing(row.cells[at]!)
    ? missingValue(table, row, at, namesOf(table)[at]!)
    : new InputError(
        `${table.file}, line ${row.line}, column ${namesOf(table)[at]!}: found "${row.cells[at]!}", expected one of the labels ` +
          `of the training data (${known.join(", ")}); correct the row, or leave it out`,
      );

function thirdValue(
  table: DataTable,
  row: CutRow,
  at: number,
  name: string,
  known: readonly string[],
  repair: string,
): InputError {
  const first = row === table.rows[0] && table.header === null;
  return new InputError(
    `${table.file}, line ${row.line}, column ${name}: found "${row.cells[at]!}", expected ` +
      `${known.map((each) => `"${each}"`).join(" or ")}: the learner's columns have two values each; ` +
      `${repair}${first ? ", or say --header if this is one" : ""}`,
  );
}

/** Tells whether columns in -1 and +1 are all there is; one with nothing but 1 may be such a column. */
const allSigned = (values: readonly (readonly string[])[]): boolean =>
  values.some(isSigned) && values.every((own) => isSigned(own) || isOnlyOne(own));

const isOnlyOne = (own: readonly string[]): boolean => own.length === 1 && own[0] === "1";

/** For every column, whether it is a feature in -1 and +1. */
function areSigns(values: readonly (readonly string[])[], label: number): boolean[] {
  const features = values.filter((_, at) => at !== label);
  const constantsToo = features.some(isSigned) && !features.some((own) => own.includes("0"));
  return values.map((own, at) => at !== label && (isSigned(own) || (constantsToo && isOnlyOne(own))));
}

/** Those of two values that there are. */
const placed = (
  own: readonly string[],
  negative: string,
  positive: string,
): Pick<Column, "negative" | "positive"> => ({
  negative: own.includes(negative) ? negative : null,
  positive: own.includes(positive) ? positive : null,
});

function labelColumn(own: readonly string[], asked: string | null): Pick<Column, "negative" | "positive"> {
  if (asked === null) return ordered(own);
  return { negative: own.find((value) => value !== asked) ?? null, positive: asked };
}

/** One or two values as the negative and the positive one. */
function ordered(own: readonly string[]): Pick<Column, "negative" | "positive"> {
  const [one, other] = own as [string, string?];
  const opposite = other ?? oppositeOf(one, false);
  if (opposite === null) return { negative: one, positive: null };
  const { negative, positive } = orderOf(one, opposite);
  return placed(own, negative, positive);
}

/** The value that `--positive` names. */
function askedValue(positive: string, own: readonly string[], table: DataTable, name: string): string {
  const value = canonical(positive.trim(), table.dialect.decimalComma);
  const isThere = own.includes(value) || (own.length === 1 && !isMissing(value));
  if (isThere) return value;
  const words = own.map((each) => spellings(table, namesOf(table).indexOf(name))[each] ?? each);
  throw new InputError(
    `--positive ${positive}: the label ${name} of ${table.file} has the values ${words.join(" and ")}, expected one of these`,
  );
}

/** Tells how a column's values are first written, where that is not their usual form. */
export function spellings({ rows, dialect }: DataTable, at: number): Record<string, string> {
  const found = new Map<string, string>();
  for (const { cells } of rows) {
    const value = canonical(cells[at]!, dialect.decimalComma);
    if (!found.has(value)) found.set(value, cells[at]!);
  }
  return Object.fromEntries([...found].filter(([value, text]) => value !== text));
}

/** Tells where the label's column stands, from 0. */
export function labelIndex(
  label: string | undefined,
  names: readonly string[],
  named: boolean,
  file: string,
): number {
  if (label === undefined) return names.length - 1;
  const at = names.indexOf(label);
  if (at >= 0) return at;
  const number = Number(label);
  if (/^\d+$/.test(label) && number >= 1 && number <= names.length) return number - 1;
  const near = named ? nearestName(label, names) : null;
  throw new InputError(
    `--label ${label}: ${file} has no such column; found ${named ? shownNames(names) : `${names.length} columns`}` +
      (near === null ? "; give a name, or a number from 1" : `; did you mean ${near}?`),
  );
}

/**
 * The rows of a table as examples.
 * @throws InputError as `formatOfTable` does, and if the columns are others than those of the format
 */
export function examplesOf(table: DataTable, format: DataFormat): Example[] {
  const at = placesOfColumns(table, format, true);
  return table.rows.map((row) => ({
    features: featuresOf(table, row, format, at),
    label: sign(table, row, format.columns[format.label]!, at[format.label]!),
  }));
}

/** The rows of a table as queries; the label's column may be missing, and is not looked at. */
export function queriesOf(table: DataTable, format: DataFormat): (readonly Sign[])[] {
  const at = placesOfColumns(table, format, false);
  return table.rows.map((row) => featuresOf(table, row, format, at));
}

/** For every column of the format, where it stands in the table; -1 for a label that is not there. */
export function placesOfColumns(table: DataTable, format: DataFormat, labelled: boolean): number[] {
  const { file, header, rows } = table;
  const { columns, label, named } = format;
  if (named && header !== null) return placesOf(file, header, format, labelled);
  const width = rows[0]!.cells.length;
  const all = columns.map((_, at) => at);
  if (width === columns.length) return all;
  if (!labelled && width === columns.length - 1)
    return all.map((at) => (at === label ? -1 : at < label ? at : at - 1));
  throw new InputError(
    `${file}: found ${width} columns, expected ${columns.length} as in the training data` +
      (named ? ` (${shownNames(columns.map(({ name }) => name))})` : "") +
      (labelled ? "" : `, or ${columns.length - 1} without the label`),
  );
}

/** Columns by their names. */
function placesOf(
  file: string,
  header: readonly string[],
  { columns, label }: DataFormat,
  labelled: boolean,
): number[] {
  const known = new Map(header.map((name, at) => [name, at]));
  const names = new Set(columns.map(({ name }) => name));
  const places = columns.map(({ name }) => known.get(name) ?? -1);
  const missing = columns.filter((_, at) => places[at]! < 0 && (labelled || at !== label));
  const surplus = header.filter((name) => !names.has(name));
  if (missing.length === 0 && surplus.length === 0) return places;
  const list = (names: readonly string[]) =>
    `${names.length === 1 ? "column" : "columns"} ${shownNames(names)}`;
  const found = [
    ...(missing.length === 0 ? [] : [`found no ${list(missing.map(({ name }) => name))}`]),
    ...(surplus.length === 0 ? [] : [`found ${surplus.length === 1 ? "a " : ""}${list(surplus)}`]),
  ];
  throw new InputError(
    `${file}: ${found.join(" and ")}, expected the columns ${shownNames(columns.map(({ name }) => name))} of the training ` +
      `data${labelled ? "" : `, with or without the label ${columns[label]!.name}`}; rename, add or remove columns, or say ` +
      "--no-header if the first row is no header",
  );
}

/** Tells where the label's column stands in a later table, from 0; null if it is not there. */
export function labelPlace(table: DataTable, format: DataFormat): number | null {
  const at = placesOfColumns(table, format, false)[format.label]!;
  return at < 0 ? null : at;
}

/** Tells whether a table has the column of the label, with a value in every row. */
export function hasLabels(table: DataTable, format: DataFormat): boolean {
  const at = labelPlace(table, format);
  return at !== null && table.rows.every(({ cells }) => !isMissing(cells[at]!));
}

const featuresOf = (
  table: DataTable,
  row: CutRow,
  { columns, label }: DataFormat,
  at: readonly number[],
): Sign[] =>
  columns.flatMap((column, index) => (index === label ? [] : [sign(table, row, column, at[index]!)]));

function sign(table: DataTable, row: CutRow, { name, negative, positive }: Column, at: number): Sign {
  const value = valueIn(table, row, at, name);
  if (value === negative) return -1;
  if (value === positive) return 1;
  // Where the training data have one usual value, its opposite is understood.
  if (negative === null && areOpposites(value, positive!)) return -1;
  if (positive === null && areOpposites(value, negative!)) return 1;
  const known = [negative, positive].filter((each) => each !== null);
  throw thirdValue(table, row, at, name, known, "correct the row, or leave it out");
}

/** Writes a sign of the label. */
export function showLabel(format: DataFormat, value: Sign): string {
  const { negative, positive } = format.columns[format.label]!;
  const [own, other] = value === 1 ? [positive, negative] : [negative, positive];
  if (own !== null) return format.written?.[own] ?? own;
  return oppositeOf(other!, oneOf(format) === -1) ?? `not ${format.written?.[other!] ?? other}`;
}
