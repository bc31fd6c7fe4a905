// What a sketch is to become able to do: a source of random problems of a size.

import type { Grid, Shape } from "../../../grid/grid.ts";
import type { Random } from "../../../grid/random.ts";
import { evaluateSize } from "../../../grid/size.ts";
import type { CheckedProgram } from "../../../language/analyse/checked.ts";
import type { Problem } from "../problem.ts";

export interface DiscoverTask {
  readonly name: string;
  /** Whether problems are tables of examples with queries below them. */
  readonly isLearning: boolean;
  /** Whether there are problems on grids of a shape. */
  fits(shape: Shape): boolean;
  /** A problem on a grid of that shape, its workspace left out, with so many queries or inputs. */
  draw(random: Random, shape: Shape, cases: number): Problem;
  /** The problem of an input, as it was given, where there is a program that knows the answers. */
  problemOf?(input: Grid): Problem;
}

/** Passes that a run may take whose end depends on the candidate: the bound that the sketch states, or a usual one. */
export function limitOf({ steps }: CheckedProgram, shape: Shape): number {
  return steps ? Math.max(1, evaluateSize(steps.most, shape)) : 4 * (shape.rows + shape.cols) + 16;
}
