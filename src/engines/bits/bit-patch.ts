// What a cell reads, as Boolean variables: the bits of the 3x3 patch, given that every cell holds a legal code, or one of
// those that runs reach.
//
// Channels that mark the inside of the grid are no variables: whether there is a row above, a row below, a column
// to the left and one to the right says it all. Other variables stand in reading order of the patch.

import { AXES, type Axis, isVertical, type Offset, placeAt, TAP_OFFSETS } from "../../grid/direction.ts";
import { bounds } from "../../grid/grid.ts";
import type { Bdd, Bool } from "../../logic/bdd.ts";
import { codebook } from "../../network/codebook.ts";
import { channelsFor, type Network } from "../../network/network.ts";
import type { CodeSet } from "./reached-codes.ts";

/** What a variable stands for: a channel `row` down and `col` right of the cell, or a neighbour being there. */
export type PatchInput =
  | { readonly kind: "cell"; readonly channel: number; readonly row: number; readonly col: number }
  | { readonly kind: "edge"; readonly edge: Axis };

/** Grids of a single row or column, whose other neighbours are all off the grid. */
export interface Extent {
  readonly oneRow: boolean;
  readonly oneCol: boolean;
}

export interface BitPatch {
  readonly bdd: Bdd;
  /** By number of the variable. */
  readonly inputs: readonly PatchInput[];
  /** A channel at a place. */
  readonly at: (channel: number, row: number, col: number) => Bool;
  /** 1 where the patch can occur: what holds of every patch of a grid of legal codes. */
  readonly care: Bool;
  /** What cells are taken to hold: legal codes, some of them, or any bits. */
  readonly assumed: Assumed;
  /** Fields that at most one cell has with another value than the first. */
  readonly tokens: readonly string[];
  /** Whether it is known what marks the inside, so that such channels need not be stored. */
  readonly marked: boolean;
}

/** What cells are taken to hold before a step. */
export type Assumed = "legal" | "any" | CodeSet;

/** The patch of a network's cells; `tokens` are those fields that at most one cell has. */
export function patchOf(
  network: Network,
  bdd: Bdd,
  extent: Extent,
  assumed: Assumed,
  tokens: readonly string[] = [],
): BitPatch {
  const marked = assumed !== "any";
  const inputs: PatchInput[] = [];
  const variable = (input: PatchInput): Bool => bdd.variable(inputs.push(input) - 1);
  const marks = network.channels.some(({ code }) => code.kind === "inside") && marked;
  const edges = new Map(
    AXES.map((edge) => [edge, marks && isOpen(edge, extent) ? variable({ kind: "edge", edge }) : 0]),
  );
  const isThere = (row: number, col: number): Bool =>
    bdd.and(
      row === 0 ? 1 : edges.get(row < 0 ? "up" : "down")!,
      col === 0 ? 1 : edges.get(col < 0 ? "left" : "right")!,
    );
  const seen = offsetsIn(extent);
  const cells = new Map<string, Bool>();
  let care: Bool = 1;
  for (const [row, col] of seen) {
    const bits = network.channels.map(({ code }, channel) =>
      marked && code.kind === "inside" ? isThere(row, col) : variable({ kind: "cell", channel, row, col }),
    );
    for (const [channel, bit] of bits.entries()) cells.set(`${channel} ${row} ${col}`, bit);
    if (assumed === "any") continue;
    const isCode = isCodeOf(network, { bdd, assumed }, bits);
    const isBlank = bdd.not(bdd.or(...bits));
    // Without a mark, cells off the grid cannot be told from those that hold zeros.
    const isMiddle = row === 0 && col === 0;
    const unmarked = isMiddle ? isCode : bdd.or(isCode, isBlank);
    care = bdd.and(care, marks ? bdd.ite(isThere(row, col), isCode, isBlank) : unmarked);
  }
  for (const token of tokens) {
    const own = channelsFor(network.channels, token);
    let [none, atMostOne]: [Bool, Bool] = [1, 1];
    for (const [row, col] of seen) {
      const holder = bdd.or(...own.map((channel) => cells.get(`${channel} ${row} ${col}`)!));
      atMostOne = bdd.ite(holder, none, atMostOne);
      none = bdd.and(none, bdd.not(holder));
    }
    care = bdd.and(care, atMostOne);
  }
  return {
    bdd,
    inputs,
    care,
    assumed,
    tokens,
    marked,
    at: (channel, row, col) => cells.get(`${channel} ${row} ${col}`) ?? 0,
  };
}

/** Tells where the bits of a cell are one of the codes that are assumed. */
export function isCodeOf(
  network: Network,
  { bdd, assumed }: Pick<BitPatch, "bdd" | "assumed">,
  bits: readonly Bool[],
): Bool {
  if (assumed === "any") return 1;
  return assumed === "legal" ? isLegal(network, bdd, bits) : assumed.member(bdd, bits);
}

/** Tells where the bits of a cell are a legal code. */
export function isLegal(network: Network, bdd: Bdd, bits: readonly Bool[]): Bool {
  const rules = codeRules(network).map(({ first, second, exclusive }) => {
    const other = bits[second]!;
    return bdd.not(bdd.and(bits[first]!, exclusive ? other : bdd.not(other)));
  });
  return bdd.and(...rules, ...binaryFields(network).map((field) => isWithin(bdd, field, bits)));
}

/** Bits of a field, lowest first, and the largest number that they may make. */
interface BinaryField {
  readonly channels: readonly number[];
  readonly most: number;
}

export const binaryFields = (network: Network): BinaryField[] =>
  codebook(network).flatMap(({ field, kind, channels }) => {
    const { lo, hi } = bounds(field.type);
    return kind === "binary" && hi - lo + 1 < 2 ** channels.length ? [{ channels, most: hi - lo }] : [];
  });

/** Tells where bits make no number beyond the largest. */
function isWithin(bdd: Bdd, { channels, most }: BinaryField, bits: readonly Bool[]): Bool {
  let within: Bool = 1;
  for (const [bit, channel] of channels.entries()) {
    const isOn = Math.floor(most / 2 ** bit) % 2 === 1;
    within = isOn ? bdd.ite(bits[channel]!, within, 1) : bdd.ite(bits[channel]!, 0, within);
  }
  return within;
}

/** Offsets of the cells of a patch that grids can have. */
export const offsetsIn = ({ oneRow, oneCol }: Extent): readonly Offset[] =>
  TAP_OFFSETS.filter(([row, col]) => !(oneRow && row !== 0) && !(oneCol && col !== 0));

const isOpen = (edge: Axis, { oneRow, oneCol }: Extent): boolean => (isVertical(edge) ? !oneRow : !oneCol);

/** `first` implies `second`, or with `exclusive` that it is 0. */
interface CodeRule {
  readonly first: number;
  readonly second: number;
  readonly exclusive: boolean;
}

/** Returns what holds between the channels of a legal cell, two at a time. */
export const codeRules = (network: Network): CodeRule[] =>
  codebook(network).flatMap(({ kind, channels }) =>
    channels.flatMap((first, at): CodeRule[] => {
      if (kind === "thermometer" && at > 0) return [{ first, second: channels[at - 1]!, exclusive: false }];
      if (kind !== "one-hot") return [];
      return channels.slice(at + 1).map((second) => ({ first, second, exclusive: true }));
    }),
  );

// Why a network cannot run on bits: what goes wrong, and in which patch.

/** A network that is not digital, or not provably so; the message says why. */
export class NotDigital extends Error {}

/** A patch, said by what is 1 in it. */
export function showCase({ channels }: Network, { bdd, inputs }: BitPatch, when: Bool): string {
  // As few ones as a greedy choice of zeros leaves.
  let rest = when;
  const on: string[] = [];
  for (const variable of bdd.support(when)) {
    const off = bdd.cofactor(rest, variable, 0);
    if (off === 0) on.push(showInput(inputs[variable]!));
    rest = off === 0 ? bdd.cofactor(rest, variable, 1) : off;
  }
  return on.length === 0 ? "everything read is 0" : `${on.join(" and ")} ${on.length === 1 ? "is" : "are"} 1`;

  function showInput(input: PatchInput): string {
    if (input.kind === "edge") return `the inside ${input.edge}`;
    const place = placeAt([input.row, input.col]);
    return `${place === "here" ? "" : `${place}.`}${channels[input.channel]!.name}`;
  }
}
