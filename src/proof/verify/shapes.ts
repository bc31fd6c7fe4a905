// Shapes of random inputs: those a program takes, small and lopsided ones first.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Shape } from "../../grid/grid.ts";
import { fitsGrid, type InputRules, showConstraint } from "../../grid/prepare.ts";
import type { Random } from "../../grid/random.ts";
import { countParts } from "../../grid/size.ts";

/** Rows and columns up to which a shape that fits is looked for where none of the size asked for does. */
const FARTHEST = 256;
/** Parts of a constraint that are evaluated for it, which takes a second or two: of a long one, fewer shapes are tried. */
const MOST_WORK = 30_000_000;

/** Gives the shape for each batch, counted from 0. Throws InputError if no shape fits the program. */
export function shapesFor(program: InputRules, max: Shape): (batch: number, random: Random) => Shape {
  if (!program.grid) return (batch, random) => firstShapes(max)[batch] ?? anyShape(max, random);
  const fitting = fittingShapes(program, max);
  const first = firstShapes(max).filter((shape) => fitsGrid(program, shape));
  return (batch, random) => first[batch] ?? fitting[random.int(fitting.length)]!;
}

/** Gives the shape for each batch, as `shapesFor`; null where no shape fits the program. */
export function shapesWithin(program: InputRules, max: Shape): ReturnType<typeof shapesFor> | null {
  try {
    return shapesFor(program, max);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** One cell, one row, one column and the largest shape. */
function firstShapes(max: Shape): Shape[] {
  const { rows, cols } = max;
  return [
    { rows: 1, cols: 1 },
    { rows: 1, cols },
    { rows, cols: 1 },
    { rows: Math.min(2, rows), cols: Math.min(2, cols) },
    max,
  ];
}

/** The shape of most cells that fits into another and the program takes; the next larger one where none does. */
export function largestShape(program: InputRules, max: Shape): Shape {
  if (!program.grid) return max;
  return fittingShapes(program, max).reduce((a, b) => (b.rows * b.cols >= a.rows * a.cols ? b : a));
}

const anyShape = ({ rows, cols }: Shape, random: Random): Shape => ({
  rows: 1 + random.int(rows),
  cols: 1 + random.int(cols),
});

/** All shapes that fit a constraint, up to the size asked for; else up to the next power of two where some do. */
function fittingShapes(program: InputRules, max: Shape): Shape[] {
  const { rows: ofRows, cols: ofCols, where } = program.grid!;
  const parts = [ofRows, ofCols, ...(where === null ? [] : [where])].reduce(
    (sum, of) => sum + countParts(of),
    0,
  );
  for (let { rows, cols } = max; ; rows *= 2, cols *= 2) {
    const fitting = shapesUpTo({ rows, cols }).filter((shape) => fitsGrid(program, shape));
    if (fitting.length > 0) return fitting;
    const isCheap = 4 * rows * cols * parts <= MOST_WORK;
    if ((rows < FARTHEST || cols < FARTHEST) && isCheap) continue;
    throw new InputError(
      `no grid of up to ${rows} x ${cols} cells is one that the program takes, ` +
        `${showConstraint(program.grid!)}; change its \`grid\``,
    );
  }
}

/** All shapes of up to `rows` rows and `cols` columns. */
export const shapesUpTo = ({ rows, cols }: Shape): Shape[] =>
  Array.from({ length: rows * cols }, (_, at) => ({
    rows: 1 + Math.floor(at / cols),
    cols: 1 + (at % cols),
  }));
