// Between grids of field values and the network's state of channels.
//
// A codebook lists, for every field, the channels that hold its code in ascending order of the value they
// stand for. Encoding writes each channel from its field; decoding adds up the channels of a range's code and
// looks for the hot one of a one-hot code. The state layout is `state[(row * cols + col) * channels + channel]`.

import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import { hasPlane, planeOf, requireShape } from "../grid/given.ts";
import { bounds, type Grid, type Shape } from "../grid/grid.ts";
import { asPrepared, startingGrid } from "../grid/prepare.ts";
import {
  type CodeKind,
  type Cube,
  heldBy,
  largestOf,
  type Network,
  type NetworkField,
  standsFor,
} from "./network.ts";

/** A channel whose value is not part of any code: `row`, `col` count from 0. */
export interface IllegalCode {
  readonly row: number;
  readonly col: number;
  /** Name of the channel. */
  readonly channel: string;
  readonly value: number;
}

interface CodedField {
  readonly field: NetworkField;
  /** Null where the field has one value, and no channels. */
  readonly kind: CodeKind | null;
  /** Indices of the field's channels, in ascending order of the value they stand for. */
  readonly channels: readonly number[];
  /** The values, parallel to `channels`. */
  readonly values: readonly number[];
}

/**
 * The network's state for a grid: every field by its code. Fields that the grid lacks get their initial
 * value in every cell.
 * @throws InputError if a value is not of its field's type
 */
export function encode(network: Network, grid: Grid): Float32Array {
  const cells = grid.rows * grid.cols;
  const width = network.channels.length;
  const state = new Float32Array(cells * width);
  const planes = new Map(network.fields.map((field) => [field.name, planeOrInitial(field, grid)]));
  network.channels.forEach(({ code }, channel) => {
    const plane = code.kind === "inside" ? null : planes.get(code.field);
    if (plane === undefined) throw new Error(`internal: channel of an unknown field ${JSON.stringify(code)}`);
    for (let cell = 0; cell < cells; cell++) {
      state[cell * width + channel] =
        plane === null || code.kind === "inside" ? 1 : heldBy(code, plane[cell]!);
    }
  });
  return state;
}

/**
 * The grid of all fields, hidden ones too. Lenient: a channel counts as 1 above 1/2, and an integer one as the nearest
 * whole number; a thermometer reads as the number of its channels that do, a one-hot code as its largest channel if that
 * does and as its first name otherwise; values beyond the last read as the last.
 */
export function decode(network: Network, shape: Shape, state: Float32Array): Grid {
  const width = network.channels.length;
  const cells = cellsOf(network, shape, state);
  const planes = codebook(network).map((coded): [string, Int32Array] => {
    const plane = new Int32Array(cells);
    for (let cell = 0; cell < cells; cell++) plane[cell] = valueAt(coded, state, cell * width);
    return [coded.field.name, plane];
  });
  return asPrepared(network, { rows: shape.rows, cols: shape.cols, planes: Object.fromEntries(planes) });
}

/**
 * The state that a run of a caller's grid starts from. Input fields have to be given, others get their initial values.
 * @throws InputError if the network does not take the grid, or if its program adds rows and columns first
 */
export function encodeStart(network: Network, given: Grid): Float32Array {
  const grid = startingGrid(network, given);
  if (grid.rows === given.rows && grid.cols === given.cols) return encode(network, grid);
  throw new InputError(
    `found an input of ${given.rows}x${given.cols} (rows x columns), which its program's workspace makes ` +
      `${grid.rows}x${grid.cols}; give what prepareInput makes of it, or the grid with \`prepared: true\` if that is done`,
  );
}

/**
 * The first channel, cell by cell in reading order, that breaks the code: none of the numbers it may hold, a 0 that marks
 * the inside of the grid, a 1 above a 0 in a thermometer, a second 1 in a one-hot code, the highest 1 of bits that are too
 * large. Null if the state is legal.
 */
export function illegalCodes(network: Network, shape: Shape, state: Float32Array): IllegalCode | null {
  const width = network.channels.length;
  const cells = cellsOf(network, shape, state);
  const book = codebook(network);
  for (let cell = 0; cell < cells; cell++) {
    const channel = illegalNumber(network, state, cell * width) ?? illegalField(book, state, cell * width);
    if (channel === null) continue;
    const row = Math.floor(cell / shape.cols);
    const value = state[cell * width + channel]!;
    return { row, col: cell % shape.cols, channel: network.channels[channel]!.name, value };
  }
  return null;
}

/** Whether every cell satisfies a cube of the network's stop rule; false for rules without cubes. */
export function halted(network: Network, shape: Shape, state: Float32Array): boolean {
  cellsOf(network, shape, state);
  return haltTest(network)(state);
}

/** The test of `halted`, prepared once for many states of one network. */
export function haltTest(network: Network): (state: Float32Array) => boolean {
  if (network.stop.kind !== "halted") return () => false;
  const hasHalted = cellTest(network, network.stop.cubes);
  const width = network.channels.length;
  return (state) => {
    for (let at = 0; at < state.length; at += width) if (!hasHalted(state, at)) return false;
    return true;
  };
}

/** How many cells satisfy a cube of the network's stop rule; null for rules without cubes. */
export function haltedCells(network: Network, state: Float32Array): number | null {
  if (network.stop.kind !== "halted") return null;
  const hasHalted = cellTest(network, network.stop.cubes);
  let count = 0;
  for (let at = 0; at < state.length; at += network.channels.length) if (hasHalted(state, at)) count++;
  return count;
}

/** Whether the cell whose channels begin at an index satisfies a cube. */
function cellTest(
  { channels }: Network,
  cubes: readonly Cube[],
): (state: Float32Array, at: number) => boolean {
  const index = new Map(channels.map((channel, at) => [channel.name, at]));
  const positions = (names: readonly string[]) => names.map((name) => index.get(name)!);
  const tests = cubes.map((cube) => ({ on: positions(cube.on), off: positions(cube.off) }));
  return (state, at) => {
    const isOn = (channel: number) => state[at + channel]! > 0.5;
    return tests.some(({ on, off }) => on.every(isOn) && !off.some(isOn));
  };
}

function planeOrInitial(field: NetworkField, grid: Grid): Int32Array {
  if (hasPlane(grid, field.name)) return planeOf(field, grid);
  return new Int32Array(grid.rows * grid.cols).fill(field.initial);
}

function codebook(network: Network): readonly CodedField[] {
  const entries = new Map<string, { channel: number; value: number }[]>();
  network.channels.forEach(({ code }, channel) => {
    if (code.kind === "inside") return;
    const list = entries.get(code.field) ?? [];
    entries.set(code.field, list);
    list.push({ channel, value: standsFor(code) });
  });
  return network.fields.map((field) => {
    const list = (entries.get(field.name) ?? []).sort((a, b) => a.value - b.value);
    const first = network.channels[list[0]?.channel ?? -1]?.code.kind ?? null;
    const kind = first === "inside" ? null : first;
    return {
      field,
      kind,
      channels: list.map(({ channel }) => channel),
      values: list.map(({ value }) => value),
    };
  });
}

function valueAt(coded: CodedField, state: Float32Array, at: number): number {
  const { field, kind, channels } = coded;
  const { lo, hi } = bounds(field.type);
  switch (kind) {
    case null:
      return lo;
    case "integer":
      return lo + nearest(state[at + channels[0]!]!, hi - lo);
    case "binary":
      return Math.min(
        lo + channels.reduce((sum, channel, bit) => sum + (state[at + channel]! > 0.5 ? 2 ** bit : 0), 0),
        hi,
      );
    case "thermometer":
      return channels.reduce((value, channel) => value + (state[at + channel]! > 0.5 ? 1 : 0), lo);
    case "bit":
    case "one-hot":
      return hotValue(coded, state, at);
    default:
      return unreachable(kind);
  }
}

/** The nearest whole number from 0 to `most`; 0 for what is no number. */
const nearest = (value: number, most: number): number => (value > 0 ? Math.min(Math.round(value), most) : 0);

function hotValue({ channels, values }: CodedField, state: Float32Array, at: number): number {
  let largest = 0.5;
  let value = 0;
  channels.forEach((channel, index) => {
    if (!(state[at + channel]! > largest)) return;
    largest = state[at + channel]!;
    value = values[index]!;
  });
  return value;
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
  { lo, hi }: { readonly lo: number; readonly hi: number },
): number | undefined {
  if (kind === "thermometer") return ones.find((channel, nth) => channel !== channels[nth]);
  if (kind !== "binary") return ones[1];
  const sum = ones.reduce((all, channel) => all + 2 ** channels.indexOf(channel), 0);
  return sum > hi - lo ? ones.at(-1) : undefined;
}

function cellsOf(network: Network, shape: Shape, state: Float32Array): number {
  requireState(network, shape, state);
  return shape.rows * shape.cols;
}

/** @throws InputError if a state is not one of such a grid */
export function requireState(
  { channels }: { readonly channels: readonly unknown[] },
  shape: Shape,
  state: ArrayLike<number>,
): void {
  requireShape(shape);
  const expected = shape.rows * shape.cols * channels.length;
  if (state?.length === expected) return;
  throw new InputError(
    `found a state of ${state?.length ?? "no"} numbers, expected ${expected} for ${shape.rows}x${shape.cols} cells of ` +
      `${channels.length} channels; give a state of this network and of this shape, such as encode makes`,
  );
}
