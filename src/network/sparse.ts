// Weights as compressed sparse rows (CSR): nearly all weights of a compiled layer are zero, and the share of those that
// are not falls with the size of the program, so that only these are kept.
//
// A weight's column in this file is `(input * kernel + row) * kernel + col`, the order of PyTorch and ONNX: inputs first, taps
// within them. Views of the matrix, and who wants which:
//
//   eachWeight         (out, column, value), one after another; for loops that build something else of a layer
//   weightRows         [column, value] by output; the `entries` of rows.ts, for whoever makes or changes layers
//   denseOf, sparseOf  all weights, `out * width + column`; for files, training and tests
//   termsOf            (input, tap, weight) of one output, tap = row * kernel + col; for what looks at one unit
//   sourcesOf          the same with a flat `source` (step.ts): in the first layer `tap * inputs + channel`, taps first, as
//                      patches are stored, and above it the unit below; for everything that takes a step (`stepOf`)
//   transposed         `column * outputs + out` (columns.ts), as all outputs of one input are added up; for many cases
//   columnAt           the weights of all outputs for one channel at one of nine taps (columns.ts); for searches through cases

/** The weights of a layer that are not zero, output by output. */
export interface SparseRows {
  /** The weights of output `out` lie from `starts[out]` up to `starts[out + 1]`; one number more than outputs. */
  readonly starts: Int32Array;
  /** `(input * kernel + row) * kernel + column` of each weight, ascending within an output. */
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** What a layer's dense weights are made of. */
interface LayerWeights {
  readonly kernel: 3 | 1;
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: SparseRows;
}

/** Tells whether a number is stored: all but 0, so that a file's negative zeros come back as they were. */
const isStored = (value: number): boolean => !Object.is(value, 0);

/** All weights, zeros too. */
export const weightCount = ({ kernel, inputs, outputs }: Omit<LayerWeights, "weight">): number =>
  outputs * inputs * kernel * kernel;

/** A weight that is not zero, with its column. */
type Entry = readonly [column: number, value: number];

/** The weights that are not zero, output by output. */
export function weightRows({
  weight: { starts, columns, values },
  outputs,
}: Pick<LayerWeights, "weight" | "outputs">): Entry[][] {
  return Array.from({ length: outputs }, (_, out) =>
    Array.from({ length: starts[out + 1]! - starts[out]! }, (_, nth): Entry => {
      const at = starts[out]! + nth;
      return [columns[at]!, values[at]!];
    }),
  );
}

/** Sparse rows of weights in any order; zeros are left out. */
export function sparseRows(given: readonly (readonly Entry[])[]): SparseRows {
  const rows = given.map((row) => row.filter(([, value]) => isStored(value)).sort(([a], [b]) => a - b));
  const starts = new Int32Array(rows.length + 1);
  for (const [out, row] of rows.entries()) starts[out + 1] = starts[out]! + row.length;
  const columns = new Int32Array(starts.at(-1)!);
  const values = new Float32Array(columns.length);
  for (const [out, row] of rows.entries())
    for (const [nth, [column, value]] of row.entries()) {
      columns[starts[out]! + nth] = column;
      values[starts[out]! + nth] = value;
    }
  return { starts, columns, values };
}

/** Sparse rows of a dense matrix, row by row, that has `outputs` rows. */
export function sparseOf(dense: ArrayLike<number>, outputs: number): SparseRows {
  const width = outputs === 0 ? 0 : dense.length / outputs;
  const starts = new Int32Array(outputs + 1);
  for (let out = 0; out < outputs; out++) {
    starts[out + 1] = starts[out]!;
    for (let at = out * width; at < (out + 1) * width; at++) if (isStored(dense[at]!)) starts[out + 1]!++;
  }
  const columns = new Int32Array(starts[outputs]!);
  const values = new Float32Array(columns.length);
  for (let at = 0, next = 0; at < outputs * width; at++)
    if (isStored(dense[at]!)) {
      columns[next] = at % width;
      values[next++] = dense[at]!;
    }
  return { starts, columns, values };
}

/** All weights, zeros too: `dense[((out * inputs + in) * kernel + row) * kernel + col]`, as PyTorch and ONNX want them. */
export function denseOf({ kernel, inputs, outputs, weight }: LayerWeights): Float32Array {
  const width = inputs * kernel * kernel;
  const dense = new Float32Array(outputs * width);
  eachWeight({ weight, outputs }, (out, column, value) => {
    dense[out * width + column] = value;
  });
  return dense;
}

/** Calls back for every weight that is not zero, output by output. */
export function eachWeight(
  { weight: { starts, columns, values }, outputs }: Pick<LayerWeights, "weight" | "outputs">,
  visit: (out: number, column: number, value: number) => void,
): void {
  for (let out = 0; out < outputs; out++)
    for (let at = starts[out]!; at < starts[out + 1]!; at++) visit(out, columns[at]!, values[at]!);
}

/** A weight that an input has: which, where in the kernel (0 to 8, or 0 of a 1x1 layer), and its value. */
interface Term {
  readonly input: number;
  readonly tap: number;
  readonly weight: number;
}

/** The weights of one output that are not zero. */
export function termsOf({ kernel, weight: { starts, columns, values } }: LayerWeights, out: number): Term[] {
  const area = kernel * kernel;
  return Array.from({ length: starts[out + 1]! - starts[out]! }, (_, nth) => {
    const at = starts[out]! + nth;
    const column = columns[at]!;
    return { input: Math.floor(column / area), tap: column % area, weight: values[at]! };
  });
}

/** Lists what is wrong with rows that should be those of a layer, in words; empty if nothing is. */
export function sparseFaults(layer: LayerWeights): string[] {
  const { outputs, weight } = layer;
  const { starts, columns, values } = weight;
  if (starts.length !== outputs + 1)
    return [`has rows for ${starts.length - 1} outputs, expected ${outputs}`];
  const width = outputs === 0 ? 0 : weightCount(layer) / outputs;
  const isOrdered = starts[0] === 0 && starts.every((start, out) => out === 0 || start >= starts[out - 1]!);
  if (!isOrdered || columns.length !== starts[outputs] || values.length !== columns.length)
    return [
      `has ${values.length} weights in ${columns.length} columns, expected ${starts[outputs]} in order`,
    ];
  for (let out = 0; out < outputs; out++) {
    let last = -1;
    for (let at = starts[out]!; at < starts[out + 1]!; at++) {
      const column = columns[at]!;
      if (!(column > last && column < width))
        return [
          `has a weight in column ${column} of output ${out + 1}, expected one from ${last + 1} to ${width - 1}`,
        ];
      last = column;
    }
  }
  return [];
}
