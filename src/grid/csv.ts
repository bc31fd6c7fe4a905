// Comma-separated grids, as spreadsheets and data frames write them: a header line is skipped, cells may be
// quoted, and semicolons or tabs are taken for commas where there are none.

import Papa from "papaparse";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { Grid } from "./grid.ts";
import { type GridField, headerName, type Layer, type Line, type Row, splitLayers } from "./layers.ts";
import { parseSymbol } from "./symbols.ts";
import { showRows } from "./text.ts";

/** Cuts a text into layers of rows. */
export function csvLayers(text: string, file: string): Layer[] {
  const unquoted = text.replaceAll(/"[^"]*"/g, "");
  const delimiter = [",", ";", "\t"].find((each) => unquoted.includes(each)) ?? ",";
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, newline: "\n" });
  const [error] = errors;
  if (error !== undefined)
    throw new InputError(
      `${file}, line ${(error.row ?? 0) + 1}: found quotes that do not match; close every quoted cell, ` +
        "and write a quote inside it twice",
    );
  let line = 1;
  const lines = data.map((cells): Line => {
    const start = line;
    line += 1 + cells.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
    return readLine(cells.map(cleanCell), start);
  });
  return splitLayers(lines, file);
}

function readLine(cells: readonly string[], line: number): Line {
  const filled = cells.filter((cell) => cell !== "");
  if (filled.length === 0) return { tag: "blank" };
  const name = filled.length === 1 && cells[0] !== "" ? headerName(filled[0]!) : null;
  return name === null ? { tag: "row", row: { line, cells: () => cells } } : { tag: "header", name };
}

/** Takes off white space, and quotes that white space has hidden from the parser. */
function cleanCell(cell: string): string {
  const trimmed = cell.trim();
  const quoted = /^"(.*)"$/s.exec(trimmed)?.[1];
  return quoted === undefined ? trimmed : quoted.replaceAll('""', '"').trim();
}

/** The rows without their header: a first line with neither a symbol of the type nor a number in it. */
export function skipHeader(rows: readonly Row[], { name, type }: GridField, file: string): readonly Row[] {
  const cells = rows[0]?.cells(type) ?? [];
  const isData = cells.some(
    (cell) => parseSymbol(type, cell) !== null || (cell !== "" && !Number.isNaN(Number(cell))),
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
      quotes: (value: unknown) => /[;\t]/.test(String(value)),
    });
    return `${fields.length > 1 ? `[${name}]\n` : ""}${rows}\n`;
  });
  return layers.join("\n");
}
