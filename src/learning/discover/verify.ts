// How far a find does what it is to do: on all inputs up to a size, where a program knows the answers, and on random
// problems that get larger. The interpreter and the compiled network judge, not the lanes that found it.

import { breathe } from "../../diagnostics/breathe.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { interpret } from "../../engines/reference.ts";
import { countInputs, inputsFrom } from "../../grid/generate.ts";
import { firstValue, type Grid, inputsOf, type Shape } from "../../grid/grid.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { DiscoverTask, Problem, ProblemCase } from "./problem.ts";
import { problemAt } from "./tasks/tasks.ts";

/** Cells times passes of the interpreter so far, a measure of work that is the same on every machine. */
interface Work {
  cells: number;
}

/** A step of a network on a cell is that share of the interpreter's work on it. */
const STEP = 1 / 64;

/** Tells whether the interpreter's run of a program is right. */
export function isRight(
  program: CheckedProgram,
  { passes }: Problem,
  { input, wanted }: ProblemCase,
  work: Work = { cells: 0 },
): boolean {
  const last = Math.max(...wanted.map(({ after }) => after ?? -1));
  let right = true;
  const look = (grid: Grid, at: number | null): void => {
    for (const { field, cell, value, after } of wanted)
      if (after === undefined ? at === null : after === at) right &&= grid.planes[field]![cell] === value;
  };
  let seen = 0;
  const limit = passes === undefined ? {} : { maxInstructions: passes };
  const { grid } = interpret(program, input, {
    ...limit,
    onInstruction({ instruction, grid: now, count }) {
      work.cells += now.rows * now.cols;
      if (instruction.tag !== "pass") return;
      seen = count;
      look(now, count);
    },
  });
  look(grid, null);
  // A run that ends early stays as it is.
  for (let at = seen + 1; at <= last; at++) look(grid, at);
  return right;
}

/** Tells whether the interpreter's run is right; one that never ends, or in which an assertion fails, is not. */
function isRightOrFails(...run: Parameters<typeof isRight>): boolean {
  try {
    return isRight(...run);
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** Inputs up to a size that were tried, all of them. */
export interface AllInputs {
  readonly count: number;
  /** Cells of the largest grids. */
  readonly cells: number;
  readonly isSame: boolean;
}

/** Inputs that are tried at most, and work on them, which takes a few seconds. */
const MOST_INPUTS = 2 ** 14;
const MOST_WORK = 1e7;

/** Goes through the shapes of more and more cells while all their inputs can be tried. */
export async function onAllInputs(program: CheckedProgram, task: DiscoverTask): Promise<AllInputs> {
  const work: Work = { cells: 0 };
  const fields = inputsOf(program);
  let all: AllInputs = { count: 0, cells: 0, isSame: true };
  for (let cells = 1; cells <= MOST_INPUTS; cells++) {
    let { count } = all;
    for (const shape of shapesWith(cells).filter(task.fits)) {
      if (count + countInputs(fields, shape) > MOST_INPUTS) return all;
      for (const input of inputsFrom(fields, shape, 0)) {
        if (work.cells > MOST_WORK) return all;
        // The query of a learner has no label.
        if (
          task.isLearning &&
          fields.some(({ name, type }) => input.planes[name]!.at(-1) !== firstValue(type))
        )
          continue;
        count++;
        const problem = task.problemOf!(input);
        if (!isRightOrFails(program, problem, problem.cases[0]!, work))
          return { count, cells, isSame: false };
      }
      await breathe();
    }
    all = { count, cells, isSame: true };
  }
  return all;
}

const shapesWith = (cells: number): Shape[] =>
  Array.from({ length: cells }, (_, at) => at + 1)
    .filter((rows) => cells % rows === 0)
    .map((rows) => ({ rows, cols: cells / rows }));

/** Random problems that a find was tried on. */
export interface Larger {
  readonly count: number;
  /** Features of the largest ones, or columns. */
  readonly columns: number;
  readonly isSame: boolean;
}

const COLUMNS = [8, 16, 32, 64];
const PROBLEMS = 4;

/** Runs a find's network on an input until it ends. */
type RunFind = (input: Grid) => Promise<{ readonly grid: Grid; readonly steps: number }>;

/** @param run null where there is no network, and the interpreter runs the find */
export async function onLarger(
  program: CheckedProgram,
  task: DiscoverTask,
  seed: number,
  run: RunFind | null,
): Promise<Larger> {
  const work: Work = { cells: 0 };
  let all: Larger = { count: 0, columns: 0, isSame: true };
  for (const columns of COLUMNS) {
    const shape = largeShape(task, columns);
    if (shape === undefined) continue;
    for (let index = 0; index < PROBLEMS; index++) {
      if (work.cells > 2 * MOST_WORK) return all;
      const problem = problemAt(task, [shape], 1, [seed, "verified", index]);
      // Where another program knows the answers, it has been run for them.
      if (task.problemOf) work.cells += problem.limit * shape.rows * shape.cols;
      const isGood = await isRightByNetwork(program, problem, run, work);
      all = { count: all.count + 1, columns: shape.cols - (task.isLearning ? 1 : 0), isSame: isGood };
      if (!isGood) return all;
      await breathe();
    }
  }
  return all;
}

async function isRightByNetwork(
  program: CheckedProgram,
  problem: Problem,
  run: RunFind | null,
  work: Work,
): Promise<boolean> {
  for (const each of problem.cases) {
    const isTimed = problem.passes !== undefined || each.wanted.some(({ after }) => after !== undefined);
    if (run === null || isTimed) {
      if (!isRightOrFails(program, problem, each, work)) return false;
      continue;
    }
    const { grid, steps } = await run(each.input);
    work.cells += STEP * steps * grid.rows * grid.cols;
    if (each.wanted.some(({ field, cell, value }) => grid.planes[field]![cell] !== value)) return false;
  }
  return true;
}

function largeShape(task: DiscoverTask, columns: number): Shape | undefined {
  const shapes = task.isLearning
    ? [{ rows: columns + 5, cols: columns + 1 }]
    : [columns, columns - 1].flatMap((cols) => [8, 1, cols].map((rows) => ({ rows, cols })));
  return shapes.find(task.fits);
}
