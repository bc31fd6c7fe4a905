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
import { networkLayer, rowsOfLayer, type SparseRow } from "../../network/rows.ts";
import { validateNetwork } from "../../network/validate.ts";

/** The same network in restoring form; `gain` is an odd number above 1. */
export function restoring(network: Network, gain: number): Network {
  if (!(gain > 1 && gain % 2 === 1)) throw new Error(`internal: a gain of ${gain}`);
  const { layers: plain, channels } = withoutResidual(network);
  const last = plain.at(-1)!;
  const restored = channels.flatMap(({ code }, channel) => (code.kind === "inside" ? [] : [channel]));
  const rows = rowsOfLayer(last);
  const values = restored.flatMap((channel) => ends(channels[channel]!.name, rows[channel]!, gain));
  const layers = [
    ...plain.slice(0, -1),
    networkLayer({ kernel: last.kernel, inputs: last.inputs, rows: values }),
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

/** Tells how far a channel's next value is above the lower and above the upper end of what is not restored. */
function ends(name: string, { bias, entries: plain }: SparseRow, gain: number): SparseRow[] {
  const entries = plain.map(([column, value]) => [column, gain * value] as const);
  const middle = gain * (bias - 0.5);
  return [
    { entries, bias: middle + 0.5, name: `next ${name}, lower end` },
    { entries, bias: middle - 0.5, name: `next ${name}, upper end` },
  ];
}

/** The last layer: each channel is the difference of its two units, and the inside of the grid is always 1. */
function differences({ channels }: Network, restored: readonly number[]): Layer {
  const rows = channels.map(({ name, code }, channel): SparseRow => {
    const at = 2 * restored.indexOf(channel);
    const entries = [
      [at, 1],
      [at + 1, -1],
    ] as const;
    return { name, bias: code.kind === "inside" ? 1 : 0, entries: at < 0 ? [] : entries };
  });
  return networkLayer({ kernel: 1, inputs: 2 * restored.length, rows });
}
