// What all grid files have in common: rows of cells in layers, one layer per field. A layer is headed by
// `[name]` or `name:`; without headers, layers follow one another in the order of declaration.

import { plural } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../diagnostics/suggest.ts";
import { firstValue, type Grid, type ValueType } from "./grid.ts";
import { characterValues, explainWrongSymbol, isCompact, isOfCharacters, symbolReader } from "./symbols.ts";

/** A field as far as files are concerned: its plane's name and the values it holds. */
export interface GridField {
  readonly name: string;
  readonly type: ValueType;
}

export interface ReadOptions {
  /** For learners: an empty cell or `?` in the last row and column reads as the first value. */
  readonly blankQuery?: boolean;
}

/** A format of files. */
export interface GridFileFormat {
  readonly extensions: readonly string[];
  /** Whether a text is of this format and of no other, whatever its file is called. */
  readonly isCertain?: (text: string) => boolean;
  readonly read: (text: string, file: string, fields: readonly GridField[], options: ReadOptions) => Grid;
  readonly write?: (grid: Grid, fields: readonly GridField[]) => string;
}

export interface TextRow {
  /** Line of the file, from 1; null where the format has none. */
  readonly line: number | null;
  /** All of it, where symbols of one character may stand side by side. */
  readonly text?: string;
  /** The cells, as they are cut for fields of a type. */
  readonly cells: (type: ValueType) => readonly string[];
}

export interface TextLayer {
  /** The field that heads the layer, or null. */
  readonly name: string | null;
  readonly rows: readonly TextRow[];
}

/** One line of a file that has lines. */
export type TextLine =
  | { readonly tag: "blank" }
  | { readonly tag: "header"; readonly name: string }
  | { readonly tag: "row"; readonly row: TextRow };

/** The name in a header `[name]` or `name:`, or null. */
export const headerName = (text: string): string | null =>
  (/^\[([^\s[\]]+)\]$/.exec(text) ?? /^([A-Za-z_]\w*):$/.exec(text))?.[1] ?? null;

/** Cuts lines into layers: at headers, or at blank lines where there are no headers. */
export function splitLayers(lines: readonly TextLine[], file: string): TextLayer[] {
  const headed = lines.some((line) => line.tag === "header");
  const layers: { name: string | null; rows: TextRow[] }[] = [];
  let open: TextRow[] | null = null;
  for (const line of lines) {
    if (line.tag === "header") {
      open = [];
      layers.push({ name: line.name, rows: open });
    } else if (line.tag === "blank") {
      if (!headed) open = null;
    } else {
      if (open === null && headed)
        throw new InputError(
          `${file}, line ${line.row.line}: found a row above the first header; put its [name] above it`,
        );
      if (open === null) {
        open = [];
        layers.push({ name: null, rows: open });
      }
      open.push(line.row);
    }
  }
  return layers;
}

/** The rows of each field, in the order of the fields. */
export function matchLayers(
  layers: readonly TextLayer[],
  fields: readonly GridField[],
  file: string,
): (readonly TextRow[])[] {
  const names = fields.map((field) => field.name);
  if (layers.length === 0) throw new InputError(`${file}: found no rows, expected a grid of ${list(names)}`);
  if (layers.some((layer) => layer.name !== null)) return matchNames(layers, names, file);
  if (layers.length === fields.length) return layers.map((layer) => layer.rows);
  if (fields.length === 1)
    throw new InputError(
      `${file}: found ${layers.length} blocks of rows, but there is only the field ${names[0]}; ` +
        "remove the blank lines between its rows",
    );
  throw new InputError(
    `${file}: found ${plural(layers.length, "layer")}, expected ${fields.length}, ` +
      `for the fields ${list(names)}; put a blank line between layers, or a header such as [${names[0]}] above each`,
  );
}

function matchNames(
  layers: readonly TextLayer[],
  names: readonly string[],
  file: string,
): (readonly TextRow[])[] {
  const rows = new Map<string, readonly TextRow[]>();
  for (const layer of layers) {
    const name = layer.name ?? "";
    if (!names.includes(name)) {
      const near = nearestName(name, names);
      throw new InputError(
        `${file}: found a layer for the field ${name}, expected ${list(names)}` +
          (near === null ? "" : `; did you mean ${near}?`),
      );
    }
    if (rows.has(name)) throw new InputError(`${file}: found two layers for the field ${name}, expected one`);
    rows.set(name, layer.rows);
  }
  return names.map((name) => {
    const found = rows.get(name);
    if (found === undefined)
      throw new InputError(
        `${file}: found no layer for the field ${name}, only for ${list([...rows.keys()])}; add one`,
      );
    return found;
  });
}

const list = (names: readonly string[]): string =>
  names.length < 2
    ? `${names[0] ?? "nothing"}`
    : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;

/** Checks shapes and turns symbols into values. `layers` are the rows of each field. */
export function assembleGrid(
  layers: readonly (readonly TextRow[])[],
  fields: readonly GridField[],
  file: string,
  options: ReadOptions,
): Grid {
  const planes = fields.map((field, i) => readPlane(layers[i]!, field, file, options));
  const first = planes[0]!;
  for (const [i, plane] of planes.entries())
    if (plane.rows !== first.rows || plane.cols !== first.cols)
      throw new InputError(
        `${file}: field ${fields[i]!.name} has ${plane.rows}x${plane.cols} cells (rows x columns), but field ` +
          `${fields[0]!.name} has ${first.rows}x${first.cols}; give all layers the same shape`,
      );
  return {
    rows: first.rows,
    cols: first.cols,
    planes: Object.fromEntries(planes.map((plane, i) => [fields[i]!.name, plane.values])),
  };
}

interface Plane {
  readonly rows: number;
  readonly cols: number;
  readonly values: Int32Array;
}

function readPlane(layer: readonly TextRow[], field: GridField, file: string, options: ReadOptions): Plane {
  if (layer.length === 0)
    throw new InputError(`${file}: field ${field.name} has no rows, expected at least one`);
  const first = layer[0]!.cells(field.type);
  const [rows, cols] = [layer.length, first.length];
  const values = new Int32Array(rows * cols);
  const read = symbolReader(field.type);
  const byCode = isCompact(field.type) || isOfCharacters(field.type) ? characterValues(field.type) : null;
  for (const [r, row] of layer.entries()) {
    if (byCode !== null && readCharacters(row.text, byCode, values, r * cols, cols)) continue;
    const cells = r === 0 ? first : row.cells(field.type);
    const place = placeOf(file, field, r, row);
    if (cells.length !== cols) throw raggedRow(place, cells.length, cols);
    if (cols === 0) throw new InputError(`${place}: found no cells, expected at least one`);
    for (let c = 0; c < cols; c++) {
      const text = cells[c]!;
      const asked = options.blankQuery === true && r === rows - 1 && c === cols - 1;
      const value = read(text) ?? (asked && (text === "" || text === "?") ? firstValue(field.type) : null);
      if (value === null)
        throw new InputError(`${place}, column ${c + 1}: ${explainWrongSymbol(field.type, text)}`);
      values[r * cols + c] = value;
    }
  }
  return { rows, cols, values };
}

/** Reads a row of symbols side by side; false, where it is anything else, and nothing is certain of the values. */
function readCharacters(
  text: string | undefined,
  byCode: Int32Array,
  values: Int32Array,
  start: number,
  cols: number,
): boolean {
  if (text === undefined || text.length !== cols) return false;
  for (let col = 0; col < cols; col++) {
    const value = byCode[text.charCodeAt(col)] ?? -1;
    if (value < 0) return false;
    values[start + col] = value;
  }
  return true;
}

function placeOf(file: string, field: GridField, row: number, { line }: TextRow): string {
  const otherLine = line === null || line === row + 1 ? "" : ` (line ${line})`;
  return `${file}, field ${field.name}, row ${row + 1}${otherLine}`;
}

const raggedRow = (place: string, found: number, expected: number): InputError =>
  new InputError(
    `${place}: found ${plural(found, "cell")}, expected ${expected} as in row 1; ` +
      "give every row the same number of cells",
  );
