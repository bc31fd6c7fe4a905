// Grid files: text, CSV, JSON and patterns. All but patterns cut their text into layers of rows; the rest is shared.

import { InputError, plainLines } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../diagnostics/suggest.ts";
import { type CutRow, cutBy, findDelimiter, takeSepLine } from "./delimited.ts";
import type { Grid } from "./grid.ts";
import { JSON_GRIDS } from "./json-grids.ts";
import {
  assembleGrid,
  type GridField,
  type GridFileFormat,
  headerName,
  matchLayers,
  type ReadOptions,
  splitLayers,
  type TextLayer,
  type TextLine,
  type TextRow,
} from "./layers.ts";
import { CELLS, LIFE } from "./patterns/life.ts";
import { MACROCELL } from "./patterns/macrocell.ts";
import { MCELL, RLE } from "./patterns/rle.ts";
import { parseSymbol } from "./symbols.ts";
import { showRows, TEXT_GRIDS } from "./text.ts";

/** All formats of grids that are texts; images are read by patterns/image.ts. */
const FORMATS = {
  text: TEXT_GRIDS,
  csv: {
    extensions: [".csv"],
    read: (text, file, fields, options) => {
      const layers = matchLayers(csvLayers(text, file), fields, file);
      const rows = layers.map((layer, i) => skipHeader(layer, fields[i]!, file));
      return assembleGrid(rows, fields, file, options);
    },
    write: writeCsv,
  },
  json: JSON_GRIDS,
  rle: RLE,
  cells: CELLS,
  life: LIFE,
  mcell: MCELL,
  macrocell: MACROCELL,
} as const satisfies Readonly<Record<string, GridFileFormat>>;

export type GridFormat = keyof typeof FORMATS;

const NAMES = Object.keys(FORMATS) as readonly GridFormat[];
function formatNamed(name: GridFormat): GridFileFormat {
  if (Object.hasOwn(FORMATS, name)) return FORMATS[name];
  throw new InputError(`found the format ${name}, expected ${NAMES.join(", ")}`);
}

/** The format that a file's extension stands for, or null. */
export function formatOf(path: string): GridFormat | null {
  const named = path.toLowerCase();
  return NAMES.find((name) => formatNamed(name).extensions.some((each) => named.endsWith(each))) ?? null;
}

/** Formats that grids can be written in. */
export const WRITTEN_FORMATS: readonly GridFormat[] = NAMES.filter(
  (name) => formatNamed(name).write !== undefined,
);

/** What the names of files end in that grids can be written to: `.txt, .csv, .json or .rle`. */
export const WRITTEN_ENDINGS: string = ((endings) =>
  `${endings.slice(0, -1).join(", ")} or ${endings.at(-1)}`)(
  WRITTEN_FORMATS.map((name) => formatNamed(name).extensions[0]!),
);

/** The format of a text, by what it says, by the name of its file, or else by its first characters. */
export function formatOfText(text: string, path: string | null): GridFormat {
  const named = path === null ? null : formatOf(path);
  if (named === "csv" || named === "json") return named;
  const start = plainLines(text).trimStart();
  const format = NAMES.find((name) => formatNamed(name).isCertain?.(start)) ?? named;
  if (format !== null) return format;
  const firstLine = start.split("\n", 1)[0]!.trim();
  if (start.startsWith("{") || (start.startsWith("[") && headerName(firstLine) === null)) return "json";
  return /[,;\t]/.test(start) ? "csv" : "text";
}

/**
 * Reads the planes of all `fields` from a file's text; `name` is what the user calls the file. Throws
 * InputError with the place, what was found and what was expected.
 */
export function readGrid(
  text: string,
  name: string,
  format: GridFormat,
  fields: readonly GridField[],
  options: ReadOptions = {},
): Grid {
  if (fields.length === 0) throw new InputError(`${name}: the program has no input fields to read`);
  rejectBinary(text, name);
  return formatNamed(format).read(plainLines(text), name, fields, options);
}

/**
 * Writes the planes of `fields`; reading the text back gives the same values.
 * @throws InputError if the format is only read
 */
export function writeGrid(grid: Grid, fields: readonly GridField[], format: GridFormat): string {
  if (fields.length === 0) throw new InputError("found no fields to write, expected at least one");
  const { write } = formatNamed(format);
  if (write === undefined)
    throw new InputError(`grids are not written as ${format}; expected ${WRITTEN_FORMATS.join(", ")}`);
  return write(grid, fields);
}

/** Text has no control characters but white space, and decodes without replacement characters. */
function rejectBinary(text: string, name: string): void {
  const at = text.search(/[^\t-\r -\ufffc\ufffe\uffff]/);
  if (at >= 0)
    throw new InputError(
      `${name}: this looks like a binary file, or text that is not UTF-8 (character ${at + 1}); ` +
        "expected a grid as text, CSV or JSON, or a pattern",
    );
}

// Delimited grids, as spreadsheets and data frames write them: a header line is skipped, cells may be quoted, and the
// delimiter is found, or named by a first line such as `sep=;`.

import Papa from "papaparse";

const HINT = "name the delimiter in a line above the rows, such as sep=;";

/** Cuts a text into layers of rows. */
function csvLayers(source: string, file: string): TextLayer[] {
  const { sep, text } = takeSepLine(source);
  const tableRows = (rows: readonly CutRow[]) => rows.filter((row) => readLine(row).tag === "row");
  const delimiter = sep ?? findDelimiter(text, file, { tableRows, hint: HINT }) ?? ",";
  return splitLayers(cutBy(text, delimiter, file).map(readLine), file);
}

function readLine({ cells, line }: CutRow): TextLine {
  const filled = cells.filter((cell) => cell !== "");
  if (filled.length === 0) return { tag: "blank" };
  const name = filled.length === 1 && cells[0] !== "" ? headerName(filled[0]!) : null;
  return name === null ? { tag: "row", row: { line, cells: () => cells } } : { tag: "header", name };
}

/** The rows without their header: a first line with neither a symbol of the type, misspelt or not, nor a number. */
function skipHeader(rows: readonly TextRow[], { name, type }: GridField, file: string): readonly TextRow[] {
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
function writeCsv(grid: Grid, fields: readonly GridField[]): string {
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
