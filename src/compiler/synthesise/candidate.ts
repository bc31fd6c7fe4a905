// What a synthesiser hands on: the layers of one possible network, row by row with names.

import { OFFSETS, type Place } from "../../grid/direction.ts";
import type { Channel } from "../../network/network.ts";
import type { SparseLayer } from "../../network/rows.ts";

/** The column of a channel at a place in a 3x3 layer. */
export function columnOf(channel: number, place: Place): number {
  const [row, col] = OFFSETS[place];
  return channel * 9 + (row + 1) * 3 + col + 1;
}

function sizeOfLayers(layers: readonly SparseLayer[]): number {
  return layers.reduce(
    (total, { rows }) =>
      rows.reduce((sum, { bias, entries }) => sum + entries.length + (bias === 0 ? 0 : 1), total),
    0,
  );
}

export interface NetworkCandidate {
  /** How it was made, for people. */
  readonly step: string;
  /** What the first layer reads and the last one writes: the rule's channels, or fewer where it was written otherwise. */
  readonly channels: readonly Channel[];
  readonly layers: readonly SparseLayer[];
  readonly residual: readonly (0 | 1)[];
  /** Fields of which at most one cell may have another value than the first; left out where there is none. */
  readonly tokens?: readonly string[];
}

/** A candidate whose size is known before it is made. */
export interface Sized {
  /** Non-zero numbers. */
  readonly nonzero: number;
  readonly layers: number;
  /** Rows of all layers. */
  readonly units: number;
  readonly candidate: () => NetworkCandidate;
}

export function sized(candidate: NetworkCandidate): Sized {
  const { layers, residual } = candidate;
  return {
    nonzero: residual.reduce<number>((sum, flag) => sum + flag, sizeOfLayers(layers)),
    layers: layers.length,
    units: layers.reduce((sum, { rows }) => sum + rows.length, 0),
    candidate: () => candidate,
  };
}

/** Fewer numbers first; of as many, fewer layers, and then fewer units. */
export const compareSizes = (a: Sized, b: Sized): number =>
  a.nonzero - b.nonzero || a.layers - b.layers || a.units - b.units;
