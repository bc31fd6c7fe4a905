// Inputs for tests and checks: random ones, and all of a shape.

import { requireShape } from "./given.ts";
import { bounds, combinations, type Grid, inputsOf, type Shape } from "./grid.ts";
import type { GridField } from "./layers.ts";
import { type Prepared, prepareInput } from "./prepare.ts";
import type { Random } from "./random.ts";

type Mode = "uniform" | "density";

/**
 * Random planes for `fields`. `uniform`: every value of a type is equally likely. `density`: each plane
 * first draws how likely its first value is, so that sparse and dense grids both come up.
 */
export function randomGrid(
  shape: Shape,
  fields: readonly GridField[],
  random: Random,
  mode: Mode = "uniform",
): Grid {
  requireShape(shape);
  const plane = ({ type }: GridField): Int32Array => {
    const { lo, hi } = bounds(type);
    const size = hi - lo + 1;
    const share = mode === "density" ? random.next() : 1 / size;
    // The first value, or one of the size - 1 others.
    const draw = () => (size === 1 || random.next() < share ? lo : lo + 1 + random.int(size - 1));
    return Int32Array.from({ length: shape.rows * shape.cols }, draw);
  };
  const planes = Object.fromEntries(fields.map((field) => [field.name, plane(field)]));
  return { rows: shape.rows, cols: shape.cols, planes };
}

/**
 * Random grids for trials from 0 on, at most `count` of them, in both modes by turns: whatever a fault needs comes up
 * early. Each is drawn when it is asked for.
 */
export function* randomGrids(
  shapeOf: (trial: number, random: Random) => Shape,
  fields: readonly GridField[],
  random: Random,
  count = Number.POSITIVE_INFINITY,
  modes: readonly [Mode, Mode] = ["uniform", "density"],
): Generator<Grid, undefined> {
  for (let trial = 0; trial < count; trial++)
    yield randomGrid(shapeOf(trial, random), fields, random, modes[trial % 2]);
}

/** A random input of a program, as its runs begin with it. */
export const randomInput = (program: Prepared, shape: Shape, random: Random, mode: Mode): Grid =>
  prepareInput(program, randomGrid(shape, inputsOf(program), random, mode));

/** Returns how many inputs there are of a shape: they are numbered, the values of all cells being the digits. */
export const countInputs = (inputs: readonly GridField[], { rows, cols }: Shape): number =>
  combinations(inputs) ** (rows * cols);

/** The inputs of a shape from number `first` on, at most `most` of them. */
export function inputsFrom(
  inputs: readonly GridField[],
  shape: Shape,
  first: number,
  most = Number.POSITIVE_INFINITY,
): Grid[] {
  const cells = shape.rows * shape.cols;
  const length = Math.min(most, countInputs(inputs, shape) - first);
  return Array.from({ length }, (_, at) => {
    let rest = first + at;
    const planes = inputs.map(({ name, type }): [string, Int32Array] => {
      const { lo, hi } = bounds(type);
      const values = hi - lo + 1;
      const digit = (): number => {
        const value = lo + (rest % values);
        rest = Math.floor(rest / values);
        return value;
      };
      return [name, Int32Array.from({ length: cells }, digit)];
    });
    return { ...shape, planes: Object.fromEntries(planes) };
  });
}
