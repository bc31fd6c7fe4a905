// Tables for `learn` and `predict`: their options, what becomes of missing values (rows are left out, or these are values of
// their own), and what was understood, in one line and as JSON.

import { plural } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { clipText } from "../diagnostics/render.ts";
import { type CutRow, showDelimiter } from "../grid/delimited.ts";
import {
  type DataFormat,
  labelIndex,
  labelPlace,
  namesOf,
  oneOf,
  placesOfColumns,
  showLabel,
} from "../learning/learner/dataset.ts";
import { type DataTable, readTable, type TableOptions } from "../learning/learner/delimited-tables.ts";
import { encodeTable, knownOf } from "../learning/learner/encode.ts";
import { labelNames } from "../learning/learner/labels.ts";
import { isParquet, readParquet } from "../learning/learner/parquet.ts";
import { isMissing, MISSING_VALUE } from "../learning/learner/table-values.ts";
import { decodeText, readBytes, unzipped } from "./files.ts";
import { type Io, remark } from "./io.ts";

/** Options of all commands that read tables. */
interface DataOptions extends TableOptions {
  /** What to do with rows in which a value is missing, or with the value: they are refused by default. */
  readonly missing?: "drop" | "value" | undefined;
  /** The label of training data. */
  readonly label?: string | undefined;
}

/** A table and the lines of the rows that were left out because a value is missing. */
export interface LoadedTable {
  readonly table: DataTable;
  readonly dropped: readonly number[];
  /** What may be meant otherwise. */
  readonly remarks: readonly string[];
}

interface Later {
  readonly format: DataFormat;
  /** Whether rows without a label are of no use. */
  readonly needsLabel: boolean;
}

/** Reads a table; a later one as the training data were read. */
export async function loadTable(
  io: Io,
  path: string,
  options: DataOptions,
  later?: Later,
): Promise<LoadedTable> {
  const bytes = await readBytes(io, path);
  const parquet = isParquet(bytes) ? await readParquet(bytes, path, options) : null;
  const text = parquet === null ? decodeText(await unzipped(io, bytes, path), path) : "";
  const table = io.bounded(`reading ${path}`, () => {
    const whole = parquet ?? readTable(text, path, later && knownOf(later.format), options);
    const filled = () =>
      later === undefined ? fillMissing(whole, options.label) : fillMissingAs(whole, later.format);
    const read = options.missing === "value" ? filled() : whole;
    const { encoded } = later?.format ?? {};
    return encoded === undefined ? read : encodeTable(read, encoded);
  });
  if (options.missing !== "drop") return { table, dropped: [], remarks: warningsOf(table) };
  const left = dropMissing(table, later?.needsLabel ? undefined : later?.format);
  return { ...left, remarks: warningsOf(table) };
}

const warningsOf = ({ warnings }: DataTable): string[] => warnings.map((each) => `warning: ${each}`);

/**
 * The table without rows in which a value is missing, and the lines of these.
 * @param format of the training data, where only features are needed
 * @throws InputError if no row is left
 */
export function dropMissing(
  table: DataTable,
  format?: DataFormat,
): { readonly table: DataTable; readonly dropped: readonly number[] } {
  const at = format && placesOfColumns(table, format, false).filter((_, index) => index !== format.label);
  const needed = at ?? namesOf(table).map((_, index) => index);
  const isWhole = ({ cells }: CutRow): boolean => needed.every((index) => !isMissing(cells[index]!));
  const rows = table.rows.filter(isWhole);
  if (rows.length === 0)
    throw new InputError(
      `${table.file}: found a missing value in each of the ${table.rows.length} rows, so that --missing drop leaves none`,
    );
  const dropped = table.rows.filter((row) => !isWhole(row)).map(({ line }) => line);
  return { table: { ...table, rows }, dropped };
}

/**
 * The table with missing features as a value of their own.
 * @param label which column of training data is none, by its name or its number from 1
 * @throws InputError if there is no such column
 */
function fillMissing(table: DataTable, label: string | undefined): DataTable {
  return filledBut(table, labelIndex(label, namesOf(table), table.header !== null, table.file));
}

/** Fills a later table as the first one was. */
function fillMissingAs(table: DataTable, { columns, label, encoded }: DataFormat): DataTable {
  const names = namesOf(table);
  if (table.header !== null) return filledBut(table, names.indexOf(columns[label]!.name));
  const own = encoded ?? { columns, label };
  return filledBut(table, names.length < own.columns.length ? -1 : own.label);
}

function filledBut(table: DataTable, place: number): DataTable {
  const fill = (cell: string, at: number): string => (at !== place && isMissing(cell) ? MISSING_VALUE : cell);
  return { ...table, rows: table.rows.map((row) => ({ ...row, cells: row.cells.map(fill) })) };
}

/** Characters of a remark. */
const MOST_CHARACTERS = 2000;

/** Says how a table is understood, and what about it may be meant otherwise. */
export function sayTable(io: Io, loaded: LoadedTable, format: DataFormat): void {
  // Names of columns and values may be without end.
  for (const each of [describeTable(loaded, format), ...loaded.remarks])
    remark(io, clipText(each, MOST_CHARACTERS));
}

/** `data.csv: 120 rows, 8 columns, delimiter ";", header; label spam (spam = +1, ham = -1)` */
function describeTable({ table, dropped }: LoadedTable, format: DataFormat): string {
  const { file, header, rows, dialect } = table;
  const parts = [
    plural(rows.length, "row"),
    `${plural(rows[0]!.cells.length, "column")}${format.encoded === undefined ? "" : " when encoded"}`,
    dialect.kind ?? `delimiter ${showDelimiter(dialect.delimiter)}`,
    ...(dialect.decimalComma ? ["decimal comma"] : []),
    header === null ? "no header" : "header",
    ...(dialect.trailing ? ["trailing delimiters"] : []),
    ...(dialect.comments > 0 ? [plural(dialect.comments, "comment line")] : []),
    ...(dialect.emptyRows > 0 ? [plural(dialect.emptyRows, "empty row")] : []),
    ...(dropped.length > 0 ? [droppedPart(dropped)] : []),
  ];
  return `${file}: ${parts.join(", ")}; ${labelPart(table, format)}`;
}

/** Lines named in the description at most. */
const MOST_LINES = 8;

function droppedPart(lines: readonly number[]): string {
  const shown = lines.slice(0, MOST_LINES).join(", ");
  const more = lines.length > MOST_LINES ? ", ..." : "";
  return `${plural(lines.length, "row")} dropped with missing values (${lines.length === 1 ? "line" : "lines"} ${shown}${more})`;
}

function labelPart(table: DataTable, format: DataFormat): string {
  const { name } = format.columns[format.label]!;
  const place = labelPlace(table, format);
  const column = format.named ? name : `in column ${format.label + 1}`;
  if (place === null) return `without the label ${column}`;
  const where =
    format.named && table.header === null
      ? `${name}, column ${place + 1} of the training data's order`
      : column;
  if (format.classes !== undefined) return `label ${where} (${labelNames(format).join(", ")})`;
  const sign = oneOf(format) === -1 ? "; -1 is the bit 1" : "";
  const { negative, positive } = format.columns[format.label]!;
  const values = [
    ...(positive === null ? [] : [`${showLabel(format, 1)} = +1`]),
    ...(negative === null ? [] : [`${showLabel(format, -1)} = -1`]),
  ];
  return `label ${where} (${values.join(", ")}${sign})`;
}

/** Tells how a table is understood, for `--json`. */
export function tableToJson({ table, dropped, remarks }: LoadedTable, format: DataFormat) {
  const { file, header, rows, dialect } = table;
  const place = labelPlace(table, format);
  return {
    file,
    rows: rows.length,
    columns: rows[0]!.cells.length,
    header: header !== null,
    ...dialect,
    dropped,
    label: place === null ? null : place + 1,
    ...(format.classes === undefined
      ? { positive: showLabel(format, 1), negative: showLabel(format, -1) }
      : { labels: labelNames(format) }),
    remarks,
  };
}
