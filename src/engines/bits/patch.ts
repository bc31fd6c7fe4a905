// What a cell reads, as Boolean variables: the bits of the 3x3 patch, given that every cell holds a legal code.
//
// Channels that mark the inside of the grid are no variables: whether there is a row above, a row below, a column
// to the left and one to the right says it all. Other variables stand in reading order of the patch.

import type { Bdd, Bool } from "../../logic/bdd.ts";
import { type ChannelCode, type Network, standsFor } from "../../network/network.ts";

/** Sides of the grid on which a cell may have no neighbour. */
export const EDGES = ["up", "down", "left", "right"] as const;
export type Edge = (typeof EDGES)[number];

/** What a variable stands for: a channel `row` down and `col` right of the cell, or a neighbour being there. */
export type PatchInput =
  | { readonly kind: "cell"; readonly channel: number; readonly row: number; readonly col: number }
  | { readonly kind: "edge"; readonly edge: Edge };

/** Grids of a single row or column, whose other neighbours are all off the grid. */
export interface Extent {
  readonly oneRow: boolean;
  readonly oneCol: boolean;
}

export interface Patch {
  readonly bdd: Bdd;
  /** By number of the variable. */
  readonly inputs: readonly PatchInput[];
  /** A channel at a place. */
  readonly at: (channel: number, row: number, col: number) => Bool;
  /** 1 where the patch can occur: what holds of every patch of a grid of legal codes. */
  readonly care: Bool;
  /** Whether codes are taken to be legal, so that channels that mark the inside need not be stored. */
  readonly legal: boolean;
}

const OFFSETS = [-1, 0, 1] as const;

/** The patch of a network's cells; without `legal`, all channels may hold anything. */
export function patchOf(network: Network, bdd: Bdd, extent: Extent, legal: boolean): Patch {
  const inputs: PatchInput[] = [];
  const variable = (input: PatchInput): Bool => bdd.variable(inputs.push(input) - 1);
  const marks = network.channels.some(({ code }) => code.kind === "inside") && legal;
  const edges = new Map(
    EDGES.map((edge) => [edge, marks && isOpen(edge, extent) ? variable({ kind: "edge", edge }) : 0]),
  );
  const isThere = (row: number, col: number): Bool =>
    bdd.and(
      row === 0 ? 1 : edges.get(row < 0 ? "up" : "down")!,
      col === 0 ? 1 : edges.get(col < 0 ? "left" : "right")!,
    );
  const places = OFFSETS.flatMap((row) => OFFSETS.map((col) => ({ row, col })));
  const seen = places.filter(
    ({ row, col }) => !(extent.oneRow && row !== 0) && !(extent.oneCol && col !== 0),
  );
  const cells = new Map<string, Bool>();
  let care: Bool = 1;
  for (const { row, col } of seen) {
    const bits = network.channels.map(({ code }, channel) =>
      legal && code.kind === "inside" ? isThere(row, col) : variable({ kind: "cell", channel, row, col }),
    );
    for (const [channel, bit] of bits.entries()) cells.set(`${channel} ${row} ${col}`, bit);
    if (!legal) continue;
    const rules = codeRules(network).map(({ first, second, exclusive }) => {
      const other = bits[second]!;
      return bdd.not(bdd.and(bits[first]!, exclusive ? other : bdd.not(other)));
    });
    const isCode = bdd.and(...rules);
    const isBlank = bdd.not(bdd.or(...bits));
    care = bdd.and(care, marks ? bdd.ite(isThere(row, col), isCode, isBlank) : isCode);
  }
  return { bdd, inputs, care, legal, at: (channel, row, col) => cells.get(`${channel} ${row} ${col}`) ?? 0 };
}

const isOpen = (edge: Edge, { oneRow, oneCol }: Extent): boolean =>
  edge === "up" || edge === "down" ? !oneRow : !oneCol;

/** `first` implies `second`, or with `exclusive` that it is 0. */
interface CodeRule {
  readonly first: number;
  readonly second: number;
  readonly exclusive: boolean;
}

/** What holds between the channels of a legal cell, two at a time. */
export function codeRules({ channels, fields }: Network): CodeRule[] {
  return fields.flatMap(({ name, type }): CodeRule[] => {
    const own = channels
      .map(({ code }, channel) => ({ code, channel }))
      .filter((each): each is { code: Exclude<ChannelCode, { kind: "inside" }>; channel: number } => {
        return each.code.kind !== "inside" && each.code.field === name;
      })
      .sort((a, b) => standsFor(a.code) - standsFor(b.code));
    if (type.kind === "range")
      return own.slice(1).map(({ channel }, below) => ({
        first: channel,
        second: own[below]!.channel,
        exclusive: false,
      }));
    return own.flatMap(({ channel }, at) =>
      own.slice(at + 1).map((other) => ({ first: channel, second: other.channel, exclusive: true })),
    );
  });
}
