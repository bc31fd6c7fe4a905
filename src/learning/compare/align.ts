// Two networks of one program, with their channels in the same order, so that a state of one is a state of the other.

import { InputError, unreachable } from "../../diagnostics/diagnostic.ts";
import type { ChannelCode, Layer, Network } from "../../network/network.ts";
import { sparseRows, weightRows } from "../../network/sparse.ts";

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
    case "binary":
      return `${code.field} bit ${code.bit} from ${code.from}`;
    case "integer":
      return `${code.field} from ${code.from} to ${code.to}`;
    default:
      return unreachable(code);
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
  const area = layer.kernel ** 2;
  const moved = (column: number) => order.indexOf(Math.floor(column / area)) * area + (column % area);
  const rows = weightRows(layer).map((row) => row.map(([column, value]) => [moved(column), value] as const));
  return { ...layer, weight: sparseRows(rows) };
}

function withOutputs(layer: Layer, order: readonly number[]): Layer {
  const rows = weightRows(layer);
  return {
    ...layer,
    weight: sparseRows(order.map((from) => rows[from]!)),
    bias: Float32Array.from(order, (at) => layer.bias[at]!),
    units: order.map((at) => layer.units[at]!),
  };
}
