// Where an input lies on a larger grid: cells around it hold the first values of their fields.

import { InputError } from "../diagnostics/diagnostic.ts";
import { firstValue, type Grid, type Shape } from "./grid.ts";
import type { GridField } from "./layers.ts";

export interface Placing {
  /** Rows and columns added on every side. */
  readonly pad?: number | undefined;
  /** Where the upper left cell of the input goes, counted from 1. */
  readonly at?: readonly [row: number, column: number] | undefined;
}

/** A larger grid is refused. */
const MOST_CELLS = 2 ** 28;

/**
 * Puts an input onto a larger grid: with `pad`, so many cells more on each side, with the input in the middle or at `at`;
 * with `at` alone, only the rows above and the columns on the left that this takes.
 * @throws InputError if the input does not fit there, or the grid is too large
 */
export function placeGrid(input: Grid, fields: readonly GridField[], { pad, at }: Placing): Grid {
  if (pad === undefined && at === undefined) return input;
  const [row, col] = at === undefined ? [pad!, pad!] : [at[0] - 1, at[1] - 1];
  const { rows, cols }: Shape =
    pad === undefined
      ? { rows: input.rows + row, cols: input.cols + col }
      : { rows: input.rows + 2 * pad, cols: input.cols + 2 * pad };
  if (row + input.rows > rows || col + input.cols > cols)
    throw new InputError(
      `--at ${row + 1},${col + 1}: an input of ${input.rows}x${input.cols} (rows x columns) does not fit there into the ` +
        `grid of ${rows}x${cols} that --pad ${pad} makes; give a larger --pad, or leave it out`,
    );
  if (rows * cols > MOST_CELLS)
    throw new InputError(
      `the grid would have ${rows}x${cols} cells (rows x columns), expected at most ${MOST_CELLS}`,
    );
  const planes = fields.flatMap((field): [string, Int32Array][] => {
    const plane = input.planes[field.name];
    if (plane === undefined) return [];
    const larger = new Int32Array(rows * cols).fill(firstValue(field.type));
    for (let each = 0; each < input.rows; each++)
      larger.set(plane.subarray(each * input.cols, (each + 1) * input.cols), (row + each) * cols + col);
    return [[field.name, larger]];
  });
  return { ...input, rows, cols, planes: Object.fromEntries(planes) };
}
