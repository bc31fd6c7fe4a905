// A network whose every output channel is restored: one more layer pulls values back to 0 and 1, so that small errors
// of numbers and of the state die out instead of adding up from step to step.
//
//   out = relu(g (v - 1/2) + 1/2) - relu(g (v - 1/2) - 1/2)
//
// v is the plain network's next value. All values with |v - 1/2| >= 1/(2 g) become exactly 0 or 1. The gain g is odd,
// which keeps all numbers whole. What the residual kept reaches the new layer through units that pass a channel on.

import { exactnessOf } from "../../network/exactness.ts";
import type { Layer, Network } from "../../network/network.ts";
import { sparseRows, weightRows } from "../../network/sparse.ts";
import { validateNetwork } from "../../network/validate.ts";

/** The middle tap of a 3x3 kernel. */
const MIDDLE = 4;

interface Row {
  readonly weights: ReadonlyMap<number, number>;
  readonly bias: number;
  readonly unit: string;
}

/** The same network in restoring form; `gain` is an odd number above 1. */
export function restoring(network: Network, gain: number): Network {
  if (!(gain > 1 && gain % 2 === 1)) throw new Error(`internal: a gain of ${gain}`);
  const last = network.layers.length - 1;
  const hidden = network.layers.slice(0, last).map(rowsOf);
  const kept = passedOn(network, hidden);
  const restored = network.channels.flatMap(({ code }, channel) => (code.kind === "inside" ? [] : [channel]));
  const values = restored.flatMap((channel) => valueRows(network, channel, kept, gain));
  const layers = [
    ...hidden.map((rows, at) =>
      layerOf(network.layers[at]!.kernel, widthBelow(network, hidden.slice(0, at)), rows),
    ),
    layerOf(network.layers[last]!.kernel, widthBelow(network, hidden), values),
    differences(network, restored),
  ];
  const residual = new Float32Array(network.channels.length);
  const made = { ...network, layers, residual, exact: exactnessOf({ ...network, layers, residual }) };
  validateNetwork(made);
  return made;
}

/**
 * Of a network of whole numbers: what the sum of a unit in the layer below the last one is with another gain. Units
 * alternate: lower end, upper end.
 */
export function withGain(sum: number, unit: number, from: number, to: number): number {
  const end = unit % 2 === 0 ? 0.5 : -0.5;
  return ((sum - end) * to) / from + end;
}

/** Outputs of the topmost of these layers. */
function widthBelow({ channels }: Network, hidden: readonly (readonly Row[])[]): number {
  return hidden.at(-1)?.length ?? channels.length;
}

function rowsOf(layer: Layer): Row[] {
  return weightRows(layer).map((row, unit) => ({
    weights: new Map(row),
    bias: layer.bias[unit]!,
    unit: layer.units[unit]!,
  }));
}

function layerOf(kernel: 3 | 1, inputs: number, rows: readonly Row[]): Layer {
  const weight = sparseRows(rows.map(({ weights }) => [...weights]));
  const bias = Float32Array.from(rows, (row) => row.bias);
  return { kernel, inputs, outputs: rows.length, weight, bias, units: rows.map(({ unit }) => unit) };
}

/** By channel with a residual, the unit of the last hidden layer that holds it; adds units where there are none. */
function passedOn(network: Network, hidden: Row[][]): ReadonlyMap<number, number> {
  const kept = new Map<number, number>();
  for (const [channel, { code, name }] of network.channels.entries()) {
    if (network.residual[channel] === 0 || code.kind === "inside") continue;
    let source = channel;
    for (const [at, rows] of hidden.entries()) {
      const isWide = network.layers[at]!.kernel === 3;
      const index = isWide ? source * 9 + MIDDLE : source;
      const isPass = ({ weights, bias }: Row) => bias === 0 && weights.size === 1 && weights.get(index) === 1;
      const known = rows.findIndex(isPass);
      source = known >= 0 ? known : rows.length;
      if (known >= 0) continue;
      rows.push({ weights: new Map([[index, 1]]), bias: 0, unit: name });
    }
    kept.set(channel, source);
  }
  return kept;
}

/** How far a channel's next value is above the lower and above the upper end of what is not restored. */
function valueRows(
  { layers, residual, channels }: Network,
  channel: number,
  kept: ReadonlyMap<number, number>,
  gain: number,
): Row[] {
  const layer = layers.at(-1)!;
  const sums = new Map(weightRows(layer)[channel]!);
  const source = kept.get(channel);
  if (source !== undefined) {
    const column = layer.kernel === 3 ? source * 9 + MIDDLE : source;
    sums.set(column, (sums.get(column) ?? 0) + residual[channel]!);
  }
  const weights = new Map([...sums].map(([column, value]) => [column, gain * value]));
  const middle = gain * (layer.bias[channel]! - 0.5);
  const { name } = channels[channel]!;
  return [
    { weights, bias: middle + 0.5, unit: `next ${name}, lower end` },
    { weights, bias: middle - 0.5, unit: `next ${name}, upper end` },
  ];
}

/** The last layer: each channel is the difference of its two units, and the inside of the grid is always 1. */
function differences({ channels }: Network, restored: readonly number[]): Layer {
  const [inputs, outputs] = [2 * restored.length, channels.length];
  const rows = channels.map((_, channel) => {
    const at = 2 * restored.indexOf(channel);
    return at < 0
      ? []
      : ([
          [at, 1],
          [at + 1, -1],
        ] as const);
  });
  const weight = sparseRows(rows);
  const bias = Float32Array.from(channels, ({ code }) => (code.kind === "inside" ? 1 : 0));
  return { kernel: 1, inputs, outputs, weight, bias, units: channels.map(({ name }) => name) };
}
