// Layers with all their weights, zeros too, for tests that change or read them by index.

import type { Layer, Network } from "../../src/network/network.ts";
import { denseOf, sparseOf } from "../../src/network/sparse.ts";

/** The layer with its dense weights changed; `change` gives as many rows as the layer has outputs. */
export function withDense(layer: Layer, change: (weight: Float32Array) => ArrayLike<number>): Layer {
  return { ...layer, weight: sparseOf(change(denseOf(layer)), layer.outputs) };
}

/** Changes one weight of a network in place of another network's. */
export function withWeight(network: Network, layer: number, index: number, value: number): Network {
  const changed = withDense(network.layers[layer]!, (weight) => weight.with(index, value));
  return { ...network, layers: network.layers.with(layer, changed) };
}

/** All numbers of the layers, zeros too: weights and biases, layer by layer. */
export const numbersOf = ({ layers }: Pick<Network, "layers">): number[] =>
  layers.flatMap((layer) => [...denseOf(layer), ...layer.bias]);
