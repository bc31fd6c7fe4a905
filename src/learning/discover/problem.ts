// What candidates are tried on: grids with what some of their cells are to hold in the end.

import type { Grid, Shape } from "../../grid/grid.ts";
import type { Random } from "../../grid/random.ts";
import { evaluateSize } from "../../grid/size.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";

/** What a field of a cell holds when the run is over, or after some of its passes. */
export interface Wanted {
  readonly field: string;
  readonly cell: number;
  readonly value: number;
  readonly after?: number;
}

/** One run: an input grid that has been prepared, and what counts of its result. */
export interface ProblemCase {
  readonly input: Grid;
  readonly wanted: readonly Wanted[];
}

/** Runs that belong together: grids of one shape, and the same cells that count. */
export interface Problem {
  readonly cases: readonly ProblemCase[];
  /** Whether cases differ in their last rows alone, as the queries of a learning problem do. */
  readonly isLearning: boolean;
  /** Passes that a run may take whose end depends on the candidate. */
  readonly limit: number;
  /** The number of passes after which programs that never end are looked at. */
  readonly passes?: number | undefined;
}

// What a sketch is to become able to do: a source of random problems of a size.

export interface DiscoverTask {
  readonly name: string;
  /** Whether problems are tables of examples with queries below them. */
  readonly isLearning: boolean;
  /** Tells whether there are problems on grids of a shape. */
  fits(shape: Shape): boolean;
  /** A problem on a grid of that shape, its workspace left out, with a number of queries or inputs. */
  draw(random: Random, shape: Shape, cases: number): Problem;
  /** The problem of an input, as it was given, where there is a program that knows the answers. */
  problemOf?(input: Grid): Problem;
}

/** Passes that a run may take whose end depends on the candidate: the bound that the sketch states, or a usual one. */
export function limitOf({ steps }: CheckedProgram, shape: Shape): number {
  return steps ? Math.max(1, evaluateSize(steps.most, shape)) : 4 * (shape.rows + shape.cols) + 16;
}
