// Layers for libraries whose convolutions give rubbish, or an error, without inputs or outputs.

import type { Layer } from "./network.ts";

/** The layer with one input and one output at least: of zeros, where it has none. */
export function widen(layer: Layer): Layer {
  if (layer.inputs > 0 && layer.outputs > 0) return layer;
  const [inputs, outputs] = [atLeastOne(layer.inputs), atLeastOne(layer.outputs)];
  const bias = layer.outputs > 0 ? layer.bias : new Float32Array(1);
  return { ...layer, inputs, outputs, bias, weight: new Float32Array(outputs * inputs * layer.kernel ** 2) };
}

export const atLeastOne = (count: number): number => Math.max(1, count);
