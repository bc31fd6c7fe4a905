// Columns of more than two values as several columns of 0 and 1, which is all that learners read, and labels as one value
// against all others. How is decided by the training data and kept with the model, so that later tables are encoded the same way.
// Rows that are held back for a test have no say in it.

import { shownNames } from "../../diagnostics/count.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import type { EncodingKind, Reduction } from "../../diagnostics/known-words.ts";
import type { CutRow } from "../../grid/delimited.ts";
import {
  type DataFormat,
  type EncodedColumn,
  type Encoding,
  type FormatOptions,
  formatOfTable,
  labelIndex,
  namesOf,
  queriesOf,
  spellings,
} from "./dataset.ts";
import type { DataTable } from "./delimited-tables.ts";
import type { Known } from "./header.ts";
import { labelClasses } from "./label-classes.ts";
import type { Example, Sign } from "./memory-layer.ts";
import { areOpposites, canonical, isMissing, isNumber, MISSING_VALUE } from "./table-values.ts";

interface EncodeOptions extends FormatOptions {
  /** What is done with features of more than two values, which are refused else. */
  readonly encode?: EncodingKind | undefined;
  /** The most thresholds of a column; where there are more values, those that divide the rows evenly are taken. */
  readonly levels?: number | undefined;
  /** What is done with a label of more than two values, which is refused else. */
  readonly classes?: Reduction | undefined;
}

/** Thresholds of a column if nothing else is asked for. */
const LEVELS = 8;
/** More words in a column are names of rows rather than values. */
const MOST_VALUES = 256;

/**
 * Tells how to read a table and others like it: with columns of more than two values encoded as is asked, and a label of more
 * than two values as the positive one against all others, or as classes.
 * @throws InputError if a column has too many values, or as `formatOfTable` does
 */
export function encodedFormat(
  table: DataTable,
  { encode, levels = LEVELS, classes, ...options }: EncodeOptions = {},
): { readonly table: DataTable; readonly format: DataFormat } {
  const names = namesOf(table);
  const named = table.header !== null;
  const label = labelIndex(options.label, names, named, table.file);
  const columns = names.map((name, at): EncodedColumn => {
    if (at === label) return labelEncoding(table, at, name, options.positive, classes !== undefined);
    return encode === undefined ? asItIs(name) : encodingOf(table, at, name, encode, levels);
  });
  if (encode === undefined && columns[label]!.kind === null)
    return { table, format: formatOfTable(table, options) };
  const encoded = { columns, label, named };
  const made = encodeTable(table, encoded);
  const asked = { ...options, label: names[label]! };
  if (classes === undefined || columns[label]!.kind !== "classes")
    return { table: made, format: { ...formatOfTable(made, asked), encoded } };
  const own = labelClasses(foundIn(table, label), classes, `${table.file}, label ${names[label]}`);
  const written = spellings(table, label);
  const format = formatOfTable(withSomeLabel(made, names[label]!), asked);
  return {
    table: made,
    format: { ...format, ...(Object.keys(written).length > 0 && { written }), encoded, classes: own },
  };
}

/** The table with two labels, whichever: what is known of features does not depend on them. */
function withSomeLabel(table: DataTable, name: string): DataTable {
  const label = table.header!.indexOf(name);
  const rows = table.rows.map((row, at) => ({
    ...row,
    cells: row.cells.map((cell, column) => (column !== label || isMissing(cell) ? cell : String(at % 2))),
  }));
  return { ...table, rows };
}

const asItIs = (name: string): EncodedColumn => ({ name, kind: null, values: [] });

/** The values of a column as they come, those that are missing left out. */
const foundIn = (table: DataTable, at: number): readonly string[] =>
  table.rows.flatMap(({ cells }) => (isMissing(cells[at]!) ? [] : [canonicalIn(table, cells[at]!)]));

/** One value against the rest if it is asked for, else classes. */
function labelEncoding(
  table: DataTable,
  at: number,
  name: string,
  positive: string | undefined,
  mayBeMany: boolean,
): EncodedColumn {
  const values = [...new Set(foundIn(table, at))];
  if (values.length <= 2 || (positive === undefined && !mayBeMany)) return asItIs(name);
  if (positive === undefined)
    return { name, kind: "classes", values: sorted(values, values.every(isNumber)) };
  const value = canonicalIn(table, positive.trim());
  if (values.includes(value)) return { name, kind: "one-vs-rest", values: [value] };
  throw new InputError(
    `--positive ${positive}: the label ${name} of ${table.file} has the values ${someOf(values)}, expected one of these`,
  );
}

function encodingOf(
  table: DataTable,
  at: number,
  name: string,
  kind: EncodingKind,
  levels: number,
): EncodedColumn {
  const found = foundIn(table, at);
  const values = [...new Set(found)];
  if (values.length <= 2) return asItIs(name);
  const isNumeric = values.every(isNumber);
  const numbers = found.filter(isNumber);
  const isThermometer =
    values.every((value) => isNumber(value) || value === MISSING_VALUE) && numbers.length > 0;
  if (kind === "thermometer" && isThermometer) return { name, kind, values: thresholds(numbers, levels) };
  if (values.length > MOST_VALUES)
    throw new InputError(
      `${table.file}, column ${name}: found ${values.length} values, expected at most ${MOST_VALUES} for ` +
        `--encode ${kind}; ${isNumeric ? "take --encode thermometer, or " : ""}leave the column out`,
    );
  // Words have no order that thresholds could be between.
  return { name, kind: kind === "thermometer" ? "onehot" : kind, values: sorted(values, isNumeric) };
}

const canonicalIn = ({ dialect }: DataTable, cell: string): string => canonical(cell, dialect.decimalComma);

const sorted = (values: readonly string[], isNumeric: boolean): string[] =>
  values.toSorted((a, b) => (isNumeric ? Number(a) - Number(b) : a < b ? -1 : 1));

/** All values but the first, or as many of them as divide the rows into parts of about the same size. */
function thresholds(found: readonly string[], most: number): string[] {
  const numbers = found.map(Number).sort((a, b) => a - b);
  const distinct = [...new Set(numbers)].slice(1);
  const taken =
    distinct.length <= most
      ? distinct
      : Array.from(
          { length: most },
          (_, at) => numbers[Math.floor(((at + 1) * numbers.length) / (most + 1))]!,
        );
  return [...new Set(taken)].filter((value) => value > numbers[0]!).map(String);
}

/** The columns of 0 and 1 that stand for a column; itself where it stays as it is. */
function columnsFor({ name, kind, values }: EncodedColumn): readonly string[] {
  switch (kind) {
    case null:
    case "classes":
    case "one-vs-rest":
      return [name];
    case "onehot":
      return values.map((value) => `${name}=${value}`);
    case "thermometer":
      return values.map((value) => `${name}>=${value}`);
    case "binary":
      return Array.from({ length: digitsOf(values) }, (_, digit) => `${name}.${digit}`);
  }
}

const digitsOf = (values: readonly string[]): number => Math.ceil(Math.log2(values.length));

/**
 * A table with its columns encoded, a header included. Columns that the training data do not have stay as they are.
 * @param onUnknown called for a value that has no code, which becomes zeros; without it such values are refused
 * @throws InputError if a value has no code
 */
export function encodeTable(table: DataTable, encoding: Encoding, onUnknown?: () => void): DataTable {
  const columns = encodedColumns(table, encoding);
  return {
    ...table,
    header: columns.flatMap(columnsFor),
    rows: table.rows.map((row) => ({
      ...row,
      cells: row.cells.flatMap((cell, at) => encodeCell(table, row, columns[at]!, cell, onUnknown)),
    })),
  };
}

/** Tells how each column of a table is encoded: by its name, or by its place, with the label or without. */
function encodedColumns(table: DataTable, { columns, label }: Encoding): readonly EncodedColumn[] {
  const names = namesOf(table);
  if (table.header !== null) {
    const known = new Map(columns.map((column) => [column.name, column]));
    return names.map((name) => known.get(name) ?? asItIs(name));
  }
  const without = columns.filter((_, at) => at !== label);
  const found = [columns, without].find(({ length }) => length === names.length);
  if (found !== undefined) return found;
  throw new InputError(
    `${table.file}: found ${names.length} columns, expected ${columns.length} as in the training data ` +
      `(${shownNames(columns.map(({ name }) => name))}), or all but the label`,
  );
}

function encodeCell(
  table: DataTable,
  row: CutRow,
  column: EncodedColumn,
  cell: string,
  onUnknown: (() => void) | undefined,
): readonly string[] {
  const { name, kind, values } = column;
  if (kind === null || kind === "classes") return [cell];
  // What is missing is refused, or left out, when examples are made.
  if (isMissing(cell)) return columnsFor(column).map(() => cell);
  const value = canonicalIn(table, cell);
  const bit = (isSet: boolean): string => (isSet ? "1" : "0");
  const unknown = (expected: string): readonly string[] => {
    if (onUnknown === undefined)
      throw new InputError(
        `${table.file}, line ${row.line}, column ${name}: found "${cell}", expected ${expected}; correct the row, or ` +
          "leave it out",
      );
    onUnknown();
    return columnsFor(column).map(() => bit(false));
  };
  if (kind === "one-vs-rest") return [value === values[0] ? value : `not ${values[0]}`];
  if (kind === "thermometer") {
    // Below all thresholds.
    if (value === MISSING_VALUE) return values.map(() => bit(false));
    if (!isNumber(value)) return unknown("a number, as in the training data");
    return values.map((threshold) => bit(Number(value) >= Number(threshold)));
  }
  const index = values.indexOf(value);
  if (index < 0) return unknown(`one of the values of the training data (${someOf(values)})`);
  return kind === "onehot"
    ? values.map((_, at) => bit(at === index))
    : columnsFor(column).map((_, digit) => bit(Math.floor(index / 2 ** digit) % 2 === 1));
}

/** Rows to be trained on and rows to be asked about, by their places in a table. */
interface Places {
  readonly training: readonly number[];
  readonly held: readonly number[];
}

/** Rows of both kinds, read as the former alone say. */
interface SplitExamples<Label extends number> {
  readonly format: DataFormat;
  readonly training: readonly Example<Label>[];
  readonly held: readonly Example<Label>[];
  /** Values of the latter that the former do not have, and that are taken for 0. */
  readonly unknown: number;
}

/**
 * Reads some rows of a table as its other rows say: encodings, thresholds and the order of values are those of the training
 * rows. What labels mean is known of the whole table, as `whole` and `labels` say.
 * @throws InputError as `encodedFormat` does
 */
export function splitExamples<Label extends number>(
  table: DataTable,
  whole: DataFormat,
  labels: readonly Label[],
  { training, held }: Places,
  options: EncodeOptions,
): SplitExamples<Label> {
  const rowsOf = (places: readonly number[]): DataTable => ({
    ...table,
    rows: places.map((at) => table.rows[at]!),
  });
  const made = encodedFormat(rowsOf(training), options);
  const format = withLabelOf(
    made.format,
    whole,
    training.map((at) => labels[at]!),
  );
  let unknown = 0;
  const seen = (features: readonly Sign[], at: number): Example<Label> => ({ features, label: labels[at]! });
  const later = knownValues(rowsOf(held), format, () => {
    unknown += 1;
  });
  return {
    format,
    training: queriesOf(made.table, made.format).map((features, at) => seen(features, training[at]!)),
    held: queriesOf(later, format).map((features, at) => seen(features, held[at]!)),
    unknown,
  };
}

/** The format of some rows with the label as the whole table has it; how often classes come is theirs. */
function withLabelOf(format: DataFormat, whole: DataFormat, labels: readonly number[]): DataFormat {
  const own = whole.columns[whole.label]!;
  const { encoded = whole.encoded, written: _, classes: __, ...rest } = format;
  const code = whole.encoded?.columns[whole.encoded.label];
  return {
    ...rest,
    columns: format.columns.map((column, at) => (at === format.label ? own : column)),
    ...(whole.written && { written: whole.written }),
    ...(whole.classes && {
      classes: {
        ...whole.classes,
        rows: whole.classes.values.map((_, at) => labels.filter((label) => label === at).length),
      },
    }),
    ...(encoded && {
      encoded: {
        ...encoded,
        columns: encoded.columns.map((each, at) => (at === encoded.label && code ? code : each)),
      },
    }),
  };
}

/** A table, encoded, with values that a format does not know replaced by one that it does. */
function knownValues(
  table: DataTable,
  { columns, label, encoded }: DataFormat,
  onUnknown: () => void,
): DataTable {
  const made = encoded === undefined ? table : encodeTable(table, encoded, onUnknown);
  const known = (cell: string, at: number): string => {
    const { negative, positive } = columns[at]!;
    const value = canonicalIn(made, cell);
    const values = [negative, positive].filter((each) => each !== null);
    if (at === label || isMissing(cell) || values.includes(value)) return cell;
    if (values.length === 1 && areOpposites(value, values[0]!)) return cell;
    onUnknown();
    return values[0]!;
  };
  return { ...made, rows: made.rows.map((row) => ({ ...row, cells: row.cells.map(known) })) };
}

const someOf = (values: readonly string[]): string =>
  values.length > 6 ? `${values.slice(0, 5).join(", ")}, ...` : values.join(", ");

/** Returns what is said of an encoding: `colour as 3 columns (colour=blue, colour=green, ...)`. */
export function showEncoding({ columns }: Encoding): string {
  const changed = columns.filter(({ kind }) => kind !== null);
  if (changed.length === 0) return "no column has more than two values, so that nothing is encoded";
  const shown = changed.map((column) => {
    const { name, kind, values } = column;
    if (kind === "classes") return `${name} as ${values.length} labels (${someOf(values)})`;
    return `${name} as ${kind === "one-vs-rest" ? `${values[0]} against all others` : someOf(columnsFor(column))}`;
  });
  return shown.join("; ");
}

/** Returns what is known of the columns of later tables before they are encoded. */
export function knownOf(format: DataFormat): Known {
  const { encoded, columns } = format;
  if (encoded === undefined) return format;
  const plain = new Map(columns.map((column) => [column.name, column]));
  return {
    ...encoded,
    columns: encoded.columns.map(({ name, kind, values }) => {
      if (kind === null) return plain.get(name)!;
      const some = kind === "thermometer" ? "numbers" : kind === "one-vs-rest" ? "any" : values;
      return { name, negative: null, positive: null, values: some };
    }),
  };
}
