// A counterexample as a picture: the input, or a grid with one cell marked.

import { writeGrid } from "../grid/formats.ts";
import type { Grid } from "../grid/grid.ts";
import type { GridField } from "../grid/layers.ts";
import { prepareInput } from "../grid/prepare.ts";
import { showSymbol } from "../grid/symbols.ts";
import type { CheckedProgram } from "../language/analyse/checked.ts";
import { fieldsOn } from "./json.ts";

/** Every field under its name, the cell in brackets. */
export const drawMarked = (grid: Grid, fields: readonly GridField[], row: number, col: number): string =>
  fields.map((field) => `${field.name}\n${drawField(grid, field, row, col)}`).join("\n\n");

/** Returns what a run begins with. */
export function showInput(program: CheckedProgram, input: Grid): string {
  const prepared = prepareInput(program, input);
  return writeGrid(prepared, fieldsOn(prepared, program.fields), "text").trimEnd();
}

function drawField(
  { rows, cols, planes }: Grid,
  { name, type }: GridField,
  row: number,
  col: number,
): string {
  const symbols = [...planes[name]!].map((value) => showSymbol(type, value));
  const width = Math.max(...symbols.map((symbol) => symbol.length));
  const lines = Array.from({ length: rows }, (_, r) => {
    const cells = symbols.slice(r * cols, (r + 1) * cols).map((symbol, c) => {
      const cell = symbol.padStart(width);
      return r === row && c === col ? `[${cell}]` : ` ${cell} `;
    });
    return `  ${cells.join("")}`.trimEnd();
  });
  return lines.join("\n");
}
