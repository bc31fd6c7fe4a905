// A network's layers and residual as the operators of tensor libraries want them.

import type { Layer } from "./network.ts";

/**
 * The layer with one input and one output at least, of zeros where it has none: the convolutions of libraries give
 * rubbish or an error otherwise.
 */
export function widen(layer: Layer): Layer {
  if (layer.inputs > 0 && layer.outputs > 0) return layer;
  const [inputs, outputs] = [atLeastOne(layer.inputs), atLeastOne(layer.outputs)];
  const bias = layer.outputs > 0 ? layer.bias : new Float32Array(1);
  return { ...layer, inputs, outputs, bias, weight: new Float32Array(outputs * inputs * layer.kernel ** 2) };
}

export const atLeastOne = (count: number): number => Math.max(1, count);

/** The weights as TensorFlow's filter [row, column, input, output]. */
export function filterOf({ kernel, inputs, outputs, weight }: Layer): Float32Array {
  const filter = new Float32Array(weight.length);
  const places = kernel * kernel;
  for (let out = 0; out < outputs; out++)
    for (let input = 0; input < inputs; input++)
      for (let place = 0; place < places; place++)
        filter[(place * inputs + input) * outputs + out] = weight[(out * inputs + input) * places + place]!;
  return filter;
}

/** How the old state is added: not at all, as it is, or channel by channel times the residual. */
export function residualKind(residual: Float32Array): "none" | "all" | "mixed" {
  if (residual.every((flag) => flag === 0)) return "none";
  return residual.every((flag) => flag === 1) ? "all" : "mixed";
}
