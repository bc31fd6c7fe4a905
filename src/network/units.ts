// The activations of single units at one cell: for saying which unit of a network went wrong.

import { TAP_OFFSETS } from "../grid/direction.ts";
import { neighbourOf, type Shape } from "../grid/grid.ts";
import type { Network } from "./network.ts";
import { numbers, stepOf } from "./step.ts";

/** Outputs of every layer at one cell, the last layer's before the residual is added. */
export function activationsAt(
  network: Network,
  shape: Shape,
  state: Float32Array,
  row: number,
  col: number,
): number[][] {
  const { channels, layers } = network;
  const input = (channel: number, tap: number): number => {
    const at = neighbourOf(shape, row * shape.cols + col, TAP_OFFSETS[tap]!);
    return at === null ? 0 : state[at * channels.length + channel]!;
  };
  const { sum, rectified } = stepOf(network, numbers(input));
  const handedOn = (at: number) => (at === layers.length - 1 ? sum : rectified);
  return layers.map(({ units }, at) => units.map((_, unit) => handedOn(at)(at, unit)));
}

/** Tells how far a unit may be off before it is named: where channels are rounded in the end, most errors do nothing. */
export const toleranceOf = ({ snap }: Network): number => (snap ? 0.5 : 0);

/** Tells whether two networks have the same layers, unit by unit, and the same channels. */
export const sameArchitecture = (a: Network, b: Network): boolean =>
  a.layers.length === b.layers.length &&
  a.layers.every((layer, at) => {
    const other = b.layers[at]!;
    return layer.kernel === other.kernel && layer.inputs === other.inputs && layer.outputs === other.outputs;
  }) &&
  a.channels.every(({ name }, at) => name === b.channels[at]?.name);
