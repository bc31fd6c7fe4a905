// Tables in which values are missing: without the rows that lack one, or with that as a value of its own.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { CutRow } from "../../grid/delimited.ts";
import { type DataFormat, labelIndex, namesOf, placesOfColumns } from "./dataset.ts";
import type { DataTable } from "./delimited-tables.ts";
import { isMissing, MISSING_VALUE } from "./table-values.ts";

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
export function fillMissing(table: DataTable, label: string | undefined): DataTable {
  return filledBut(table, labelIndex(label, namesOf(table), table.header !== null, table.file));
}

/** Fills a later table as the first one was. */
export function fillMissingAs(table: DataTable, { columns, label, encoded }: DataFormat): DataTable {
  const names = namesOf(table);
  if (table.header !== null) return filledBut(table, names.indexOf(columns[label]!.name));
  const own = encoded ?? { columns, label };
  return filledBut(table, names.length < own.columns.length ? -1 : own.label);
}

function filledBut(table: DataTable, place: number): DataTable {
  const fill = (cell: string, at: number): string => (at !== place && isMissing(cell) ? MISSING_VALUE : cell);
  return { ...table, rows: table.rows.map((row) => ({ ...row, cells: row.cells.map(fill) })) };
}
