// The activations of single units at one cell: for saying which unit of a network went wrong.

import type { Shape } from "../grid/grid.ts";
import type { Layer, Network } from "./network.ts";
import { termsOf } from "./sparse.ts";

/** Outputs of every layer at one cell, the last layer's before the residual is added. */
export function activationsAt(
  network: Network,
  shape: Shape,
  state: Float32Array,
  row: number,
  col: number,
): number[][] {
  const width = network.channels.length;
  const read = (input: number, r: number, c: number): number =>
    r < 0 || r >= shape.rows || c < 0 || c >= shape.cols ? 0 : state[(r * shape.cols + c) * width + input]!;
  let below: number[] = [];
  return network.layers.map((layer, at) => {
    const source = (input: number, dr: number, dc: number): number =>
      at === 0 ? read(input, row + dr, col + dc) : below[input]!;
    const isLast = at === network.layers.length - 1;
    below = sums(layer, source).map((sum) => (isLast ? sum : Math.max(sum, 0)));
    return below;
  });
}

function sums(layer: Layer, source: (i: number, r: number, c: number) => number): number[] {
  const { kernel, outputs, bias } = layer;
  const middle = (kernel - 1) / 2;
  return Array.from({ length: outputs }, (_, out) => {
    let sum = bias[out]!;
    for (const { input, tap, weight } of termsOf(layer, out))
      sum += weight * source(input, Math.floor(tap / kernel) - middle, (tap % kernel) - middle);
    return sum;
  });
}

/** How far a unit may be off before it is named: where channels are rounded in the end, most errors do nothing. */
export const toleranceOf = ({ snap }: Network): number => (snap ? 0.5 : 0);

/** Whether two networks have the same layers, unit by unit, and the same channels. */
export function sameArchitecture(a: Network, b: Network): boolean {
  return (
    a.layers.length === b.layers.length &&
    a.layers.every((layer, at) => {
      const other = b.layers[at]!;
      return (
        layer.kernel === other.kernel && layer.inputs === other.inputs && layer.outputs === other.outputs
      );
    }) &&
    a.channels.every(({ name }, at) => name === b.channels[at]?.name)
  );
}
