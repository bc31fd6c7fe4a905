// The memory layer: dense weights W, a row per example and one for the query, a column per feature and one for the
// label. An input z = (x, 1) becomes the grid V = W diag(z) (paper, Definition 5). All numbers are float32.

import type { Shape } from "../../grid/grid.ts";

/** One example or query: features are -1 or +1, and so are labels that are not told apart by their places. */
export interface Example<Label extends number = Sign> {
  readonly features: readonly Sign[];
  readonly label: Label;
}

export type Sign = -1 | 1;

/** Learning rate of the paper's Algorithm 1. */
export const LEARNING_RATE = Math.fround(1 / 3);

/** `weight[row * cols + col]` */
export interface Memory extends Shape {
  readonly weight: Float32Array;
}

/** The memory of a network for `examples` examples of `features` features: all zero. */
export function emptyMemory(examples: number, features: number): Memory {
  const [rows, cols] = [examples + 1, features + 1];
  return { rows, cols, weight: new Float32Array(rows * cols) };
}

/** z = (x, 1). */
export const inputVector = (features: readonly Sign[]): Float32Array => Float32Array.from([...features, 1]);

/** The grid W diag(z), row by row. */
export function memoryGrid({ cols, weight }: Memory, z: Float32Array): Float32Array {
  const grid = new Float32Array(weight.length);
  for (let row = 0; row < grid.length; row += cols)
    for (let col = 0; col < cols; col++) grid[row + col] = weight[row + col]! * z[col]!;
  return grid;
}

/** The example that fills the last row, after all others: (1, ..., 1) with label +1. */
export function dummyExample(features: number): Example {
  return { features: Array.from({ length: features }, () => 1), label: 1 };
}
