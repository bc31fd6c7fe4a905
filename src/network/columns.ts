// Layers column by column, for going through many cases of one network in double precision: inputs that are 0 after relu,
// as most are, cost nothing.

import type { Layer } from "./network.ts";
import { eachWeight, type SparseRows, weightCount } from "./sparse.ts";
import { HERE } from "./step.ts";

/** A layer column by column: `columns[input * outputs + output]`. */
export interface Transposed {
  readonly bias: Float64Array;
  readonly columns: Float64Array;
  readonly sums: Float64Array;
}

export function transposed(layer: Layer): Transposed {
  const { outputs, bias } = layer;
  const columns = new Float64Array(weightCount(layer));
  eachWeight(layer, (output, input, value) => {
    columns[input * outputs + output] = value;
  });
  return { bias: Float64Array.from(bias), columns, sums: new Float64Array(outputs) };
}

/** A layer's sums for inputs that are rectified first. */
export function through({ bias, columns, sums }: Transposed, below: Float64Array): Float64Array {
  sums.set(bias);
  const outputs = sums.length;
  for (let input = 0, at = 0; input < below.length; input++, at += outputs) {
    const value = below[input]!;
    if (value <= 0) continue;
    for (let output = 0; output < outputs; output++) sums[output]! += value * columns[at + output]!;
  }
  return sums;
}

/** Derivatives by a layer's inputs of what has the derivatives `slopes` by its sums. */
export function backThrough({ columns }: Transposed, slopes: Float64Array): Float64Array {
  const outputs = slopes.length;
  const below = new Float64Array(columns.length / outputs);
  for (const [output, slope] of slopes.entries()) {
    if (slope === 0) continue;
    for (let input = 0, at = output; input < below.length; input++, at += outputs)
      below[input]! += slope * columns[at]!;
  }
  return below;
}

/** The weights with which the units of a first layer read a channel at one of nine taps. */
export function columnAt({ kernel, outputs, weight }: Layer, channel: number, tap: number): Float64Array {
  const column = new Float64Array(outputs);
  if (kernel === 1 && tap !== HERE) return column;
  const at = kernel === 1 ? channel : 9 * channel + tap;
  return column.map((_, unit) => weightAt(weight, unit, at));
}

/** One weight, which may be zero. */
function weightAt({ starts, columns, values }: SparseRows, out: number, column: number): number {
  let [low, high] = [starts[out]!, starts[out + 1]!];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (columns[middle]! < column) low = middle + 1;
    else high = middle;
  }
  return low < starts[out + 1]! && columns[low] === column ? values[low]! : 0;
}
