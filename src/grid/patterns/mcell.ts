// Patterns of MCell (`.mcl`): lines `#L` hold the cells run-length encoded, with `a` to `j` before a letter for states above 24.

import type { Grid } from "../grid.ts";
import type { GridField } from "../layers.ts";
import { readRle } from "./rle.ts";

export const looksLikeMcell = (text: string): boolean => /^#MCell\b/i.test(text);

/**
 * Reads the one field of a pattern; its board is not looked at.
 * @throws InputError with the line, what was found and what was expected
 */
export function readMcell(text: string, file: string, fields: readonly GridField[]): Grid {
  // Other lines are left empty, so that messages name the right one.
  const lines = text.split("\n").map((line) => (/^#L\b/i.test(line) ? line.slice("#L".length) : ""));
  const later = (_: string, prefix: string) =>
    String.fromCharCode(prefix.charCodeAt(0) + "p".charCodeAt(0) - "a".charCodeAt(0));
  return readRle(lines.map((line) => line.replace(/([a-j])(?=[A-X])/g, later)).join("\n"), file, fields);
}
