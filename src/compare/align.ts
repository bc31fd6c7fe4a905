// Two networks of one program, with their channels in the same order, so that a state of one is a state of the other.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { ChannelCode, Layer, Network } from "../network/network.ts";

/**
 * The network with its channels in another's order.
 * @throws InputError if the two have different channels
 */
export function aligned(network: Network, like: Network): Network {
  const order = like.channels.map(({ code }) => {
    const at = network.channels.findIndex((each) => keyOf(each.code) === keyOf(code));
    if (at < 0) throw different(like, network);
    return at;
  });
  if (order.length !== network.channels.length) throw different(like, network);
  if (order.every((at, nth) => at === nth)) return network;
  const last = network.layers.length - 1;
  const layers = network.layers.map((layer, at) => {
    const read = at === 0 ? withInputs(layer, order) : layer;
    return at === last ? withOutputs(read, order) : read;
  });
  return {
    ...network,
    channels: order.map((at) => network.channels[at]!),
    residual: Float32Array.from(order, (at) => network.residual[at]!),
    layers,
  };
}

/** Channels are the same if they stand for the same, whatever they are called. */
function keyOf(code: ChannelCode): string {
  switch (code.kind) {
    case "inside":
      return "inside";
    case "bit":
      return `bit ${code.field}`;
    case "thermometer":
      return `${code.field} >= ${code.atLeast}`;
    case "one-hot":
      return `${code.field} == ${code.equals}`;
  }
}

function different(ours: Network, theirs: Network): InputError {
  const show = ({ channels }: Network) => channels.map(({ name }) => name).join(", ");
  return new InputError(
    `the two networks have different channels, so that their cells cannot be compared: found ${show(theirs)}, ` +
      `expected ${show(ours)}; compile or train both with one version of the program`,
  );
}

function withInputs(layer: Layer, order: readonly number[]): Layer {
  const { kernel, inputs, outputs } = layer;
  const area = kernel * kernel;
  const weight = new Float32Array(layer.weight.length);
  for (let output = 0; output < outputs; output++)
    for (const [to, from] of order.entries()) {
      const row = output * inputs * area;
      weight.set(layer.weight.subarray(row + from * area, row + (from + 1) * area), row + to * area);
    }
  return { ...layer, weight };
}

function withOutputs(layer: Layer, order: readonly number[]): Layer {
  const width = layer.weight.length / layer.outputs;
  const weight = new Float32Array(layer.weight.length);
  for (const [to, from] of order.entries())
    weight.set(layer.weight.subarray(from * width, (from + 1) * width), to * width);
  return {
    ...layer,
    weight,
    bias: Float32Array.from(order, (at) => layer.bias[at]!),
    units: order.map((at) => layer.units[at]!),
  };
}
