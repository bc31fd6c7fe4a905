// Delimited grids, as spreadsheets and data frames write them: a header line is skipped, cells may be quoted, and the
// delimiter is found, or named by a first line such as `sep=;`.

import Papa from "papaparse";
import { InputError } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../diagnostics/suggest.ts";
import { type CutRow, cutBy, findDelimiter, takeSepLine } from "./delimited.ts";
import type { Grid } from "./grid.ts";
import { type GridField, headerName, type Layer, type Line, type Row, splitLayers } from "./layers.ts";
import { parseSymbol } from "./symbols.ts";
import { showRows } from "./text.ts";

const HINT = "name the delimiter in a line above the rows, such as sep=;";

/** Cuts a text into layers of rows. */
export function csvLayers(source: string, file: string): Layer[] {
  const { sep, text } = takeSepLine(source);
  const tableRows = (rows: readonly CutRow[]) => rows.filter((row) => readLine(row).tag === "row");
  const delimiter = sep ?? findDelimiter(text, file, { tableRows, hint: HINT }) ?? ",";
  return splitLayers(cutBy(text, delimiter, file).map(readLine), file);
}

function readLine({ cells, line }: CutRow): Line {
  const filled = cells.filter((cell) => cell !== "");
  if (filled.length === 0) return { tag: "blank" };
  const name = filled.length === 1 && cells[0] !== "" ? headerName(filled[0]!) : null;
  return name === null ? { tag: "row", row: { line, cells: () => cells } } : { tag: "header", name };
}

/** The rows without their header: a first line with neither a symbol of the type, misspelt or not, nor a number. */
export function skipHeader(rows: readonly Row[], { name, type }: GridField, file: string): readonly Row[] {
  const cells = rows[0]?.cells(type) ?? [];
  const symbols = type.kind === "enum" ? type.names : [];
  const isData = cells.some(
    (cell) =>
      parseSymbol(type, cell) !== null ||
      (cell !== "" && !Number.isNaN(Number(cell))) ||
      nearestName(cell, symbols) !== null,
  );
  if (isData || cells.length === 0) return rows;
  if (rows.length > 1) return rows.slice(1);
  throw new InputError(
    `${file}: field ${name} has no rows below the header "${cells.join(",")}", expected at least one`,
  );
}

/** Writes fields of a grid, each under its header where there are several. */
export function writeCsv(grid: Grid, fields: readonly GridField[]): string {
  const layers = fields.map(({ name, type }) => {
    const rows = Papa.unparse(showRows(grid, name, type), {
      newline: "\n",
      // Lest another delimiter be guessed from a symbol.
      quotes: (value: unknown) => /[;\t|]/.test(String(value)),
    });
    return `${fields.length > 1 ? `[${name}]\n` : ""}${rows}\n`;
  });
  return layers.join("\n");
}
