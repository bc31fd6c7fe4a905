// A network's layers and residual as the operators of tensor libraries want them.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { Layer, Step } from "./network.ts";
import { eachWeight, sparseOf, weightCount } from "./sparse.ts";

/**
 * The layer with one input and one output at least, of zeros where it has none: the convolutions of libraries give
 * rubbish or an error otherwise.
 */
export function widen(layer: Layer): Layer {
  if (layer.inputs > 0 && layer.outputs > 0) return layer;
  const [inputs, outputs] = [atLeastOne(layer.inputs), atLeastOne(layer.outputs)];
  const bias = layer.outputs > 0 ? layer.bias : new Float32Array(1);
  return { ...layer, inputs, outputs, bias, weight: sparseOf([], outputs) };
}

/** Weights of what keeps all of a network, those that are 0 too: half a gigabyte, of which there are copies. */
export const MOST_DENSE_WEIGHTS = 2 ** 27;

/** What to do instead of exporting those. */
export const SPARSE_INSTEAD = "export it for PyTorch, whose file keeps only those that are not 0";

/**
 * Refuses networks that are too large for what keeps all weights.
 * @throws InputError that says so of `what`, and what to take `instead`
 */
export function requireDense({ layers }: Pick<Step, "layers">, what: string, instead: string): void {
  const weights = layers.reduce((sum, layer) => sum + weightCount(layer), 0);
  if (weights > MOST_DENSE_WEIGHTS)
    throw new InputError(
      `${what} keeps all weights, those that are 0 too, and takes at most ${MOST_DENSE_WEIGHTS} of them, but this` +
        ` network has ${weights}; ${instead}`,
    );
}

export const atLeastOne = (count: number): number => Math.max(1, count);

/** The weights as TensorFlow's filter [row, column, input, output]. */
export function filterOf(layer: Layer): Float32Array {
  const { kernel, inputs, outputs } = layer;
  const filter = new Float32Array(weightCount(layer));
  const places = kernel * kernel;
  eachWeight(layer, (out, column, value) => {
    filter[((column % places) * inputs + Math.floor(column / places)) * outputs + out] = value;
  });
  return filter;
}

/** Tells how the old state is added: not at all, as it is, or channel by channel times the residual. */
export function residualKind(residual: Float32Array): "none" | "all" | "mixed" {
  if (residual.every((flag) => flag === 0)) return "none";
  return residual.every((flag) => flag === 1) ? "all" : "mixed";
}
