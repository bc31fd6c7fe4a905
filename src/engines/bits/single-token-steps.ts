// Proves of a network that no step makes a second token: of a field that at most one cell has with another value than
// the first, so that it stays so. Networks for one token need that, since they may do anything where there are two.
//
// A cell in whose patch no cell holds a token must get none; and no two of the nine cells that see the one which holds it
// may both get one. That is looked at over all codes of the cells in reach, which are up to two cells away from the
// holder: the next values, as functions of a patch, are taken of the cells around each of the nine.

import { AXES, type Axis, OFFSETS, type Offset, TAP_OFFSETS } from "../../grid/direction.ts";
import type { Bool } from "../../logic/bdd.ts";
import { channelsFor, type Network } from "../../network/network.ts";
import { type BitPatch, type Extent, isCodeOf, offsetsIn } from "./bit-patch.ts";

/** How far from the holder cells are seen. */
const REACH = 2;

/** Tells whether at most one cell holds a token of each of the patch's fields after a step, if that was so before. */
export function keepsTokens(
  network: Network,
  patch: BitPatch,
  extent: Extent,
  next: readonly Bool[],
): boolean {
  return patch.tokens.every((token) => {
    const own = channelsFor(network.channels, token);
    const { bdd } = patch;
    const gets = bdd.or(...own.map((channel) => next[channel]!));
    if (holderAround(network, patch, own, false)(gets, [0, 0]) !== 0) return false;
    const holderAt = holderAround(network, patch, own, true);
    const holders: Bool[] = [];
    return offsetsIn(extent).every((place) => {
      const holder = holderAt(gets, place);
      if (holders.some((other) => bdd.meets(holder, other))) return false;
      holders.push(holder);
      return true;
    });
  });
}

/**
 * Tells where there is a cell at an offset that holds the token after the step: seen from the cell that held it before, or,
 * where nobody did, from any.
 */
function holderAround(
  network: Network,
  patch: BitPatch,
  own: readonly number[],
  isHeld: boolean,
): (gets: Bool, at: Offset) => Bool {
  const { bdd, inputs } = patch;
  const { channels } = network;
  const hasMarks = inputs.some(({ kind }) => kind === "edge");
  /** Variables behind those of the patch; first whether there are one, and two cells on each side. */
  const first = inputs.length + AXES.length * REACH;

  const reaches = (edge: Axis, distance: number): Bool => {
    if (distance <= 0) return 1;
    if (!inputs.some((input) => input.kind === "edge" && input.edge === edge)) return 0;
    const variable = inputs.length + AXES.indexOf(edge) * REACH;
    return bdd.and(...Array.from({ length: distance }, (_, at) => bdd.variable(variable + at)));
  };
  const isThere = ([row, col]: Offset): Bool =>
    hasMarks
      ? bdd.and(reaches("up", -row), reaches("down", row), reaches("left", -col), reaches("right", col))
      : 1;
  const bit = (channel: number, cell: Offset): Bool => {
    if (channels[channel]!.code.kind === "inside") return isThere(cell);
    const isHolder = cell[0] === 0 && cell[1] === 0;
    if (own.includes(channel) && !(isHolder && isHeld)) return 0;
    const number = (cell[0] + REACH) * (2 * REACH + 1) + cell[1] + REACH;
    return bdd.and(bdd.variable(first + number * channels.length + channel), isThere(cell));
  };
  /** Returns what a cell of the grid can hold, or one beyond its edge. */
  const canBe = (cell: Offset): Bool => {
    const bits = channels.map((_, channel) => bit(channel, cell));
    return bdd.or(isCodeOf(network, patch, bits), bdd.not(bdd.or(...bits)));
  };
  return (gets, at) => {
    const made = bdd.compose(gets, (variable) => {
      const input = inputs[variable]!;
      if (input.kind === "edge") return isThere(beside(at, input.edge));
      return bit(input.channel, [at[0] + input.row, at[1] + input.col]);
    });
    const cells = TAP_OFFSETS.map(([row, col]): Offset => [at[0] + row, at[1] + col]);
    const holder = isHeld ? bdd.or(...own.map((channel) => bit(channel, [0, 0]))) : 1;
    return bdd.and(made, holder, isThere(at), ...cells.map(canBe));
  };
}

function beside([row, col]: Offset, edge: Axis): Offset {
  const [down, right] = OFFSETS[edge];
  return [row + down, col + right];
}
