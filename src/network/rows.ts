// Layers as rows, unit by unit: whoever makes or changes layers does it with these.

import type { Layer } from "./network.ts";
import { sparseRows, weightRows } from "./sparse.ts";

export interface SparseRow {
  /** What the row computes, in the program's names. */
  readonly name: string;
  readonly bias: number;
  /** Column `(input * kernel + row) * kernel + col` and weight. */
  readonly entries: readonly (readonly [column: number, weight: number])[];
}

export interface SparseLayer {
  readonly kernel: 3 | 1;
  readonly inputs: number;
  readonly rows: readonly SparseRow[];
}

export function networkLayer({ kernel, inputs, rows }: SparseLayer): Layer {
  const weight = sparseRows(rows.map(({ entries }) => entries));
  const bias = Float32Array.from(rows, (row) => row.bias);
  return { kernel, inputs, outputs: rows.length, weight, bias, units: rows.map(({ name }) => name) };
}

export const rowsOfLayer = (layer: Layer): SparseRow[] =>
  weightRows(layer).map((entries, unit) => ({ name: layer.units[unit]!, bias: layer.bias[unit]!, entries }));
