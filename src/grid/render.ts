// Grids for the terminal: plain rows under the field's name, fields side by side where they fit.

import type { Grid } from "./grid.ts";
import type { GridField } from "./layers.ts";
import { isCompact } from "./symbols.ts";
import { showRows } from "./text.ts";

const GAP = "   ";

/** Draws fields of a grid in lines of at most `width` characters, where single fields are not wider. */
export function renderGrid(grid: Grid, fields: readonly GridField[], width = 80): string {
  const bands: string[][] = [];
  for (const block of fields.map((field) => renderField(grid, field))) {
    const last = bands[bands.length - 1];
    const wider = last === undefined ? null : last.map((line, i) => line + GAP + block[i]!);
    if (wider !== null && wider[0]!.length <= width) bands[bands.length - 1] = wider;
    else bands.push(block);
  }
  return bands.map((band) => band.map((line) => `${line.trimEnd()}\n`).join("")).join("\n");
}

/** The lines of one field, name first, all of the same length. */
function renderField(grid: Grid, { name, type }: GridField): string[] {
  const rows = showRows(grid, name, type);
  const cell = rows.flat().reduce((widest, symbol) => Math.max(widest, symbol.length), 0);
  const lines = rows.map((row) =>
    row.map((symbol) => symbol.padStart(cell)).join(isCompact(type) ? "" : " "),
  );
  const widest = Math.max(name.length, lines[0]!.length);
  return [name, ...lines].map((line) => line.padEnd(widest));
}
