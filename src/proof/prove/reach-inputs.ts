// Inputs that may lead to a neighbourhood on which a network is wrong, the most promising first: the neighbourhood
// itself, alone and among other cells; all inputs of the smallest grids; random ones of growing size.

import { countInputs, inputsFrom, randomGrids } from "../../grid/generate.ts";
import { type Grid, inputsOf, type Shape } from "../../grid/grid.ts";
import { fitsGrid } from "../../grid/prepare.ts";
import type { Random } from "../../grid/random.ts";
import type { CheckedField, CheckedProgram } from "../../language/analyse/checked.ts";
import { shapesUpTo, shapesWithin } from "../verify/shapes.ts";
import type { Neighbourhood } from "./neighbourhood.ts";

/** Random inputs that the neighbourhood is put into. */
const MOST_AROUND = 40;
/** Inputs of a tiny shape, which are all tried. */
const MOST_TINY = 300;
/** Cells of a tiny shape. */
const TINY = 6;
/** Random inputs of small grids, and of larger ones and long lines. */
const MOST_SMALL = 100;
const MOST_LARGE = 60;
const SMALL: Shape = { rows: 5, cols: 5 };
const LARGE: Shape = { rows: 12, cols: 12 };
const LINES: readonly Shape[] = [
  { rows: 1, cols: 24 },
  { rows: 24, cols: 1 },
];

/** All of these inputs fit the program. */
export function* inputsToTry(
  program: CheckedProgram,
  from: Neighbourhood | null,
  random: Random,
): Generator<Grid> {
  const inputs = inputsOf(program);
  if (from !== null) yield* inputsAround(program, inputs, from, random);
  yield* tinyInputs(program, inputs);
  yield* randomInputs(program, inputs, random);
}

/** The neighbourhood as the input, and at random places of random inputs. */
function* inputsAround(
  program: CheckedProgram,
  inputs: readonly CheckedField[],
  { grid }: Neighbourhood,
  random: Random,
): Generator<Grid> {
  if (fitsGrid(program, grid)) yield withOnly(grid, inputs);
  const shapeOf = shapesWithin(program, SMALL);
  if (shapeOf === null || inputs.length === 0) return;
  for (const around of randomGrids(shapeOf, inputs, random, MOST_AROUND, ["density", "uniform"]))
    yield pasted(around, grid, random);
}

const withOnly = ({ rows, cols, planes }: Grid, fields: readonly CheckedField[]): Grid => ({
  rows,
  cols,
  planes: Object.fromEntries(fields.map(({ name }) => [name, planes[name]!])),
});

/** The grid with another one in it, as far as that fits. */
function pasted(around: Grid, part: Grid, random: Random): Grid {
  const [rows, cols] = [Math.min(part.rows, around.rows), Math.min(part.cols, around.cols)];
  const [top, left] = [random.int(around.rows - rows + 1), random.int(around.cols - cols + 1)];
  const planes = Object.entries(around.planes).map(([name, plane]) => {
    const made = plane.slice();
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++)
        made[(top + row) * around.cols + left + col] = part.planes[name]![row * part.cols + col]!;
    }
    return [name, made];
  });
  return { ...around, planes: Object.fromEntries(planes) };
}

/** Every input of the shapes that have few. */
function* tinyInputs(program: CheckedProgram, inputs: readonly CheckedField[]): Generator<Grid> {
  const fitting = shapesUpTo({ rows: TINY, cols: TINY })
    .filter(({ rows, cols }) => rows * cols <= TINY && fitsGrid(program, { rows, cols }))
    .sort((a, b) => a.rows * a.cols - b.rows * b.cols);
  for (const shape of fitting) {
    if (countInputs(inputs, shape) <= MOST_TINY) yield* inputsFrom(inputs, shape, 0);
  }
}

function* randomInputs(
  program: CheckedProgram,
  inputs: readonly CheckedField[],
  random: Random,
): Generator<Grid> {
  const [small, large] = [shapesWithin(program, SMALL), shapesWithin(program, LARGE)];
  if (small !== null) yield* randomGrids(small, inputs, random, MOST_SMALL);
  if (large === null) return;
  const lines = LINES.filter((shape) => fitsGrid(program, shape));
  const shapeOf = (trial: number): Shape =>
    lines.length > 0 && trial % 3 === 0 ? lines[random.int(lines.length)]! : large(trial, random);
  yield* randomGrids(shapeOf, inputs, random, MOST_LARGE);
}
