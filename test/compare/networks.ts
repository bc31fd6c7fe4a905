// Networks that are known to be alike, or unlike, in a certain way.

import type { Random } from "../../src/grid/random.ts";
import { shuffled } from "../../src/grid/random.ts";
import type { Layer, Network } from "../../src/network/network.ts";
import { withDense } from "../network/dense.ts";
import { compileProgram } from "../programs/programs.ts";

export const compiled = (name: string) => compileProgram(name);

/** `order[new] = old`: rows of a layer's matrix in another order, each times a factor. */
function outputsMoved(layer: Layer, order: readonly number[], factor = (_: number) => 1): Layer {
  const width = layer.inputs * layer.kernel ** 2;
  const moved = (weight: Float32Array) =>
    weight.map((_, at) => {
      const from = order[Math.floor(at / width)]!;
      return factor(from) * weight[from * width + (at % width)]!;
    });
  return {
    ...withDense(layer, moved),
    bias: Float32Array.from(order, (from) => factor(from) * layer.bias[from]!),
    units: order.map((from) => layer.units[from]!),
  };
}

function inputsMoved(layer: Layer, order: readonly number[], factor = (_: number) => 1): Layer {
  const area = layer.kernel ** 2;
  const width = layer.inputs * area;
  return withDense(layer, (weight) =>
    weight.map((_, at) => {
      const row = Math.floor(at / width) * width;
      const from = order[Math.floor((at % width) / area)]!;
      return weight[row + from * area + (at % area)]! / factor(from);
    }),
  );
}

/** The same function with hidden units in another order and of another size; and where every unit went. */
export function disguised(network: Network, random: Random): { network: Network; orders: number[][] } {
  let layers = [...network.layers];
  const orders: number[][] = [];
  for (let at = 0; at + 1 < layers.length; at++) {
    const order = shuffled([...layers[at]!.bias.keys()], random);
    // Powers of two, so that nothing is rounded.
    const factors = order.map(() => 2 ** (random.int(5) - 2));
    const factor = (unit: number) => factors[unit]!;
    layers = layers.with(at, outputsMoved(layers[at]!, order, factor));
    layers = layers.with(at + 1, inputsMoved(layers[at + 1]!, order, factor));
    orders.push(order);
  }
  return { network: { ...network, layers }, orders };
}

/** The same network with its channels in another order. */
export function channelsMoved(network: Network, order: readonly number[]): Network {
  const layers = [...network.layers];
  layers[0] = inputsMoved(layers[0]!, order);
  const last = layers.length - 1;
  layers[last] = outputsMoved(layers[last]!, order);
  return {
    ...network,
    channels: order.map((from) => network.channels[from]!),
    residual: Float32Array.from(order, (from) => network.residual[from]!),
    layers,
  };
}

/** The network with one channel's next value turned round. */
export function flipped(network: Network, channel: number): Network {
  const last = network.layers.at(-1)!;
  const width = last.inputs * last.kernel ** 2;
  const isOf = (at: number) => Math.floor(at / width) === channel;
  const layer: Layer = {
    ...withDense(last, (weights) => weights.map((weight, at) => (isOf(at) ? -weight : weight))),
    bias: last.bias.map((bias, at) => (at === channel ? 1 - bias : bias)),
  };
  return {
    ...network,
    layers: [...network.layers.slice(0, -1), layer],
    residual: network.residual.map((kept, at) => (at === channel ? -kept : kept)),
  };
}
