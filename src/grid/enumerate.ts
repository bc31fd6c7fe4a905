// All inputs of a shape, numbered: the values of all cells are the digits of a number.

import { bounds, combinations, type Grid, type Shape } from "./grid.ts";
import type { GridField } from "./layers.ts";

/** How many inputs there are of a shape. */
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
