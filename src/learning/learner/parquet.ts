// Parquet files, in which data frames are kept, by hyparquet.

import type { SchemaTree } from "hyparquet";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { type DataTable, type TableOptions, tableOfNamed } from "./delimited-tables.ts";

/** Cells of a table at most: those of 2 million rows of eight columns. */
const MOST_CELLS = 2 ** 24;

/** Columns in which pandas numbers the rows. */
const ROW_NUMBERS = /^__index_level_\d+__$/;

/** Tells whether a file begins as Parquet files do. */
export const isParquet = (bytes: Uint8Array): boolean =>
  [..."PAR1"].every((letter, at) => bytes[at] === letter.charCodeAt(0));

/**
 * Reads a table.
 * @throws InputError if the file is damaged, too large, has lists or records in a column, or as `readTable` does
 */
export async function readParquet(
  bytes: Uint8Array,
  file: string,
  options: TableOptions = {},
): Promise<DataTable> {
  const [{ parquetMetadata, parquetRead, parquetSchema }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  const buffer = new Uint8Array(bytes).buffer;
  const metadata = await orDamaged(file, () => parquetMetadata(buffer));
  const columns = parquetSchema(metadata).children;
  const rows = Number(metadata.num_rows);
  if (rows * columns.length > MOST_CELLS)
    throw new InputError(
      `${file}: found ${rows} rows of ${columns.length} columns, expected at most ${MOST_CELLS} values; draw some of the rows`,
    );
  if (rows === 0) throw new InputError(`${file} has no rows, expected examples`);
  for (const column of columns) requireFlat(column, file);
  const read = () =>
    new Promise<unknown[][]>((onComplete, reject) => {
      parquetRead({ file: buffer, metadata, compressors, onComplete }).catch(reject);
    });
  const values = await orDamaged(file, read);
  const kept = columns.flatMap(({ element }, at) => (ROW_NUMBERS.test(element.name) ? [] : [at]));
  const header = kept.map((at) => columns[at]!.element.name);
  const cells = values.map((row, number) => ({
    line: number + 1,
    cells: kept.map((at) => cellOf(row[at], columns[at]!.element.name, file)),
  }));
  return tableOfNamed({ kind: "Parquet", header, rows: cells, comments: 0 }, file, options);
}

async function orDamaged<Value>(file: string, read: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new InputError(`${file} is no whole Parquet file (${error.message}); write it again`);
  }
}

function requireFlat({ element, children }: SchemaTree, file: string): void {
  if (children.length === 0 && element.repetition_type !== "REPEATED") return;
  throw new InputError(
    `${file}, column ${element.name}: found lists or records, expected one value in each row; leave the column out`,
  );
}

/** A value as it would be written; what is missing is nothing. */
function cellOf(value: unknown, column: string, file: string): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  if (["string", "number", "bigint", "boolean"].includes(typeof value)) return String(value);
  throw new InputError(
    `${file}, column ${column}: found bytes or a record, expected words, numbers, dates or truth values; leave the column out`,
  );
}
