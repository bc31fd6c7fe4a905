// A network whose every output channel is restored: one more layer pulls values back to 0 and 1, so that small errors
// of numbers and of the state die out instead of adding up from step to step.
//
//   out = relu(g (v - 1/2) + 1/2) - relu(g (v - 1/2) - 1/2)
//
// v is the plain network's next value. All values with |v - 1/2| >= 1/(2 g) become exactly 0 or 1. The gain g is odd,
// which keeps all numbers whole. What the residual kept reaches the new layer through units that pass a channel on.

import { exactnessOf } from "../../network/exactness.ts";
import type { Layer, Network } from "../../network/network.ts";
import { withoutResidual } from "../../network/residual.ts";
import { sparseRows, weightRows } from "../../network/sparse.ts";
import { validateNetwork } from "../../network/validate.ts";

interface Row {
  readonly weights: ReadonlyMap<number, number>;
  readonly bias: number;
  readonly unit: string;
}

/** The same network in restoring form; `gain` is an odd number above 1. */
export function restoring(network: Network, gain: number): Network {
  if (!(gain > 1 && gain % 2 === 1)) throw new Error(`internal: a gain of ${gain}`);
  const { layers: plain, channels } = withoutResidual(network);
  const last = plain.at(-1)!;
  const restored = channels.flatMap(({ code }, channel) => (code.kind === "inside" ? [] : [channel]));
  const rows = weightRows(last);
  const values = restored.flatMap((channel) =>
    ends(channels[channel]!.name, rows[channel]!, last.bias[channel]!, gain),
  );
  const layers = [
    ...plain.slice(0, -1),
    layerOf(last.kernel, last.inputs, values),
    differences(network, restored),
  ];
  const residual = new Float32Array(channels.length);
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

function layerOf(kernel: 3 | 1, inputs: number, rows: readonly Row[]): Layer {
  const weight = sparseRows(rows.map(({ weights }) => [...weights]));
  const bias = Float32Array.from(rows, (row) => row.bias);
  return { kernel, inputs, outputs: rows.length, weight, bias, units: rows.map(({ unit }) => unit) };
}

/** How far a channel's next value is above the lower and above the upper end of what is not restored. */
function ends(name: string, row: readonly (readonly [number, number])[], bias: number, gain: number): Row[] {
  const weights = new Map(row.map(([column, value]) => [column, gain * value]));
  const middle = gain * (bias - 0.5);
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
