// Layers as the synthesisers make them, row by row with names. They become layers of a network in one place, here.

import { OFFSETS, type Place } from "../../grid/direction.ts";
import type { Layer } from "../../network/network.ts";
import { sparseRows } from "../../network/sparse.ts";

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

/** The column of a channel at a place in a 3x3 layer. */
export function columnOf(channel: number, place: Place): number {
  const [row, col] = OFFSETS[place];
  return channel * 9 + (row + 1) * 3 + col + 1;
}

export function sizeOfLayers(layers: readonly SparseLayer[]): number {
  return layers.reduce(
    (total, { rows }) =>
      rows.reduce((sum, { bias, entries }) => sum + entries.length + (bias === 0 ? 0 : 1), total),
    0,
  );
}

export function networkLayer({ kernel, inputs, rows }: SparseLayer): Layer {
  const weight = sparseRows(rows.map(({ entries }) => entries));
  const bias = Float32Array.from(rows, (row) => row.bias);
  return { kernel, inputs, outputs: rows.length, weight, bias, units: rows.map(({ name }) => name) };
}
