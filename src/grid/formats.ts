// Grid files: text, CSV, JSON and patterns (RLE). All but patterns cut their text into layers of rows;
// the rest is shared.

import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import { csvLayers, skipHeader, writeCsv } from "./csv.ts";
import type { Grid } from "./grid.ts";
import { jsonLayers, writeJson } from "./json.ts";
import { assembleGrid, type GridField, matchLayers, type ReadOptions } from "./layers.ts";
import { readRle, writeRle } from "./rle.ts";
import { textLayers, writeText } from "./text.ts";

export type GridFormat = "text" | "csv" | "json" | "rle";

const EXTENSIONS: readonly (readonly [extension: string, format: GridFormat])[] = [
  [".txt", "text"],
  [".grid", "text"],
  [".csv", "csv"],
  [".json", "json"],
  [".rle", "rle"],
];

/** The format that a file's extension stands for, or null. */
export function formatOf(path: string): GridFormat | null {
  const found = EXTENSIONS.find(([extension]) => path.toLowerCase().endsWith(extension));
  return found?.[1] ?? null;
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
  const lines = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  switch (format) {
    case "text":
      return assembleGrid(matchLayers(textLayers(lines, name), fields, name), fields, name, options);
    case "csv": {
      const layers = matchLayers(csvLayers(lines, name), fields, name);
      const rows = layers.map((layer, i) => skipHeader(layer, fields[i]!, name));
      return assembleGrid(rows, fields, name, options);
    }
    case "json":
      return assembleGrid(matchLayers(jsonLayers(lines, name, fields), fields, name), fields, name, options);
    case "rle":
      return readRle(lines, name, fields);
    default:
      return unreachable(format);
  }
}

/** Writes the planes of `fields`; reading the text back gives the same values. */
export function writeGrid(grid: Grid, fields: readonly GridField[], format: GridFormat): string {
  switch (format) {
    case "text":
      return writeText(grid, fields);
    case "csv":
      return writeCsv(grid, fields);
    case "json":
      return writeJson(grid, fields);
    case "rle":
      return writeRle(grid, fields);
    default:
      return unreachable(format);
  }
}

/** Text has no control characters but white space, and decodes without replacement characters. */
function rejectBinary(text: string, name: string): void {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if ((code < 32 && (code < 9 || code > 13)) || code === 0xfffd)
      throw new InputError(
        `${name}: this looks like a binary file, or text that is not UTF-8 (character ${at + 1}); ` +
          "expected a grid as text, CSV, JSON or RLE",
      );
  }
}
