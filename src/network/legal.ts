// States that hold nothing but codes.

import { type Bounds, bounds, type Shape } from "../grid/grid.ts";
import { holding, sumOfParts } from "./cell-number.ts";
import { type CodedField, codebook } from "./codebook.ts";
import { type CodeKind, largestOf, type Network } from "./network.ts";
import { requireState } from "./state.ts";

/** A channel whose value is not part of any code: `row`, `col` count from 0. */
export interface IllegalCode {
  readonly row: number;
  readonly col: number;
  /** Name of the channel. */
  readonly channel: string;
  readonly value: number;
}

/**
 * The first channel, cell by cell in reading order, that breaks the code: none of the numbers it may hold, a 0 that marks
 * the inside of the grid, a 1 above a 0 in a thermometer, a second 1 in a one-hot code, the highest 1 of bits that are too
 * large. Null if the state is legal.
 */
export function illegalCodes(network: Network, shape: Shape, state: Float32Array): IllegalCode | null {
  const width = network.channels.length;
  requireState(network, shape, state);
  if (network.parts !== undefined) return illegalNumbers(network, shape, state);
  const book = codebook(network);
  if (areLegal(network, book, state)) return null;
  for (let cell = 0; cell < shape.rows * shape.cols; cell++) {
    const channel = illegalNumber(network, state, cell * width) ?? illegalField(book, state, cell * width);
    if (channel === null) continue;
    const row = Math.floor(cell / shape.cols);
    const value = state[cell * width + channel]!;
    return { row, col: cell % shape.cols, channel: network.channels[channel]!.name, value };
  }
  return null;
}

/** The first cell whose one number is not that of a state. */
function illegalNumbers({ channels, fields, parts = [] }: Network, shape: Shape, state: Float32Array) {
  const held = holding(parts, fields);
  const cell = state.findIndex((value) => sumOfParts(parts, held(value)) !== value);
  if (cell < 0) return null;
  const { name: channel } = channels[0]!;
  return { row: Math.floor(cell / shape.cols), col: cell % shape.cols, channel, value: state[cell]! };
}

/** The bits of the number 1, and where those of the exponent begin that 0 lacks. */
const ONE = 0x3f800000;
const EXPONENT = 23;

/** Tells whether all numbers are 0 or 1: as bits, so that no branch is taken by chance. */
export function areBits(state: Float32Array): boolean {
  const bits = new Int32Array(state.buffer, state.byteOffset, state.length);
  let others = 0;
  for (let at = 0; at < bits.length; at++) {
    const number = bits[at]!;
    others |= number ^ (-((number >>> EXPONENT) & 1) & ONE);
  }
  // -0 is 0, too.
  return others === 0 || (others === -(2 ** 31) && state.every((value) => value === 0 || value === 1));
}

/** Tells whether all cells hold codes, channel by channel, which is fast. */
function areLegal({ channels }: Network, book: readonly CodedField[], state: Float32Array): boolean {
  const width = channels.length;
  const areAllBits = areBits(state);
  for (const [channel, { code }] of channels.entries()) {
    const [least, most] = code.kind === "inside" ? [1, 1] : [0, largestOf(code)];
    if (areAllBits && code.kind !== "inside") continue;
    if (most - least <= 1) {
      // 0 for both numbers, and for no other: which of the two it is would be a branch taken by chance.
      for (let at = channel; at < state.length; at += width)
        if ((state[at]! - least) * (state[at]! - most) !== 0) return false;
      continue;
    }
    for (let at = channel; at < state.length; at += width) {
      const value = state[at]!;
      if (!(value >= least && value <= most && Math.floor(value) === value)) return false;
    }
  }
  return book.every(({ field, kind, channels: own }) => {
    if (kind === "thermometer")
      return own.every((channel, nth) => nth === 0 || fall(state, width, own[nth - 1]!, channel));
    if (kind !== "one-hot" && kind !== "binary") return true;
    const { lo, hi } = bounds(field.type);
    const weights = own.map((_, bit) => (kind === "binary" ? 2 ** bit : 1));
    return sumsWithin(state, width, own, weights, kind === "binary" ? hi - lo : 1);
  });
}

/** Tells whether no cell has more in the second channel than in the first. */
function fall(state: Float32Array, width: number, first: number, second: number): boolean {
  for (let at = 0; at < state.length; at += width) if (state[at + second]! > state[at + first]!) return false;
  return true;
}

/** Tells whether weighted sums of channels are at most a bound, in all cells. */
function sumsWithin(
  state: Float32Array,
  width: number,
  channels: readonly number[],
  weights: readonly number[],
  most: number,
): boolean {
  if (weights.reduce((sum, weight) => sum + weight, 0) <= most) return true;
  for (let at = 0; at < state.length; at += width) {
    let sum = 0;
    for (let nth = 0; nth < channels.length; nth++) sum += weights[nth]! * state[at + channels[nth]!]!;
    if (sum > most) return false;
  }
  return true;
}

/** The first channel of the cell at `at` that is not a number it may be, or null. */
function illegalNumber({ channels }: Network, state: Float32Array, at: number): number | null {
  for (let channel = 0; channel < channels.length; channel++) {
    const value = state[at + channel]!;
    const { code } = channels[channel]!;
    if (!(Number.isInteger(value) && value >= 0 && value <= largestOf(code))) return channel;
    if (value === 0 && code.kind === "inside") return channel;
  }
  return null;
}

/** The first channel of the cell at `at` that no code has as it is, given that all are numbers they may be; or null. */
function illegalField(book: readonly CodedField[], state: Float32Array, at: number): number | null {
  let first: number | null = null;
  for (const { field, kind, channels } of book) {
    if (kind === "integer" || kind === null) continue;
    const ones = channels.filter((channel) => state[at + channel] === 1);
    const wrong = wrongOne(kind, channels, ones, bounds(field.type));
    if (wrong !== undefined && (first === null || wrong < first)) first = wrong;
  }
  return first;
}

/**
 * A thermometer with n ones must have them in its first n channels, a one-hot code may have one anywhere, bits must not
 * be beyond the range.
 */
function wrongOne(
  kind: CodeKind,
  channels: readonly number[],
  ones: readonly number[],
  { lo, hi }: Bounds,
): number | undefined {
  if (kind === "thermometer") return ones.find((channel, nth) => channel !== channels[nth]);
  if (kind !== "binary") return ones[1];
  const sum = ones.reduce((all, channel) => all + 2 ** channels.indexOf(channel), 0);
  return sum > hi - lo ? ones.at(-1) : undefined;
}
