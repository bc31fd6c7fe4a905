// Between grids of field values and the network's state of channels.
//
// A codebook lists, for every field, the channels that hold its code in ascending order of the value they
// stand for. Encoding writes each channel from its field; decoding adds up the channels of a range's code and
// looks for the hot one of a one-hot code. The state layout is `state[(row * cols + col) * channels + channel]`.

import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import { memo } from "../diagnostics/memo.ts";
import { hasPlane, planeOf, requireShape } from "../grid/given.ts";
import { type Bounds, bounds, type Grid, type Shape } from "../grid/grid.ts";
import { asPrepared, startingGrid } from "../grid/prepare.ts";
import { holding, sumOfParts, type Worth, withParts } from "./cell-number.ts";
import { type CodedField, codebook } from "./codebook.ts";
import { type Cube, type FieldCode, heldBy, type Network } from "./network.ts";

/**
 * The network's state for a grid: every field by its code. Fields that the grid lacks get their initial
 * value in every cell.
 * @throws InputError if a value is not of its field's type
 */
export function encode(network: Network, grid: Grid): Float32Array {
  const planes = network.fields.flatMap((field) =>
    hasPlane(grid, field.name) ? [[field.name, planeOf(field, grid)] as const] : [],
  );
  return encodeStarting(network, { ...grid, planes: Object.fromEntries(planes) });
}

/** Encodes what `startingGrid` gives, whose values need not be looked at again. */
export function encodeStarting(network: Network, grid: Grid): Float32Array {
  const cells = grid.rows * grid.cols;
  if (network.parts !== undefined)
    return packed(network.parts, encodeStarting(withParts(network), grid), cells);
  const width = network.channels.length;
  const state = new Float32Array(cells * width);
  const planes = new Map(
    network.fields.map(({ name, initial }) => [
      name,
      hasPlane(grid, name) ? grid.planes[name]! : new Int32Array(cells).fill(initial),
    ]),
  );
  const ranges = new Map(network.fields.map(({ name, type }) => [name, bounds(type)]));
  network.channels.forEach(({ code }, channel) => {
    const plane = code.kind === "inside" ? null : planes.get(code.field);
    if (plane === undefined) throw new Error(`internal: channel of an unknown field ${JSON.stringify(code)}`);
    if (plane === null || code.kind === "inside") {
      for (let at = channel; at < state.length; at += width) state[at] = 1;
      return;
    }
    const range = ranges.get(code.field)!;
    const held = heldByAll(code, range, cells);
    if (held === null)
      for (let cell = 0, at = channel; cell < cells; cell++, at += width)
        state[at] = heldBy(code, plane[cell]!);
    else if (width === 1 && held.every((number, value) => number === range.lo + value)) state.set(plane);
    else
      for (let cell = 0, at = channel; cell < cells; cell++, at += width)
        state[at] = held[plane[cell]! - range.lo]!;
  });
  return state;
}

/** `heldBy` of one channel for each value of a range; null where there are as many as cells. */
function heldByAll(code: FieldCode, { lo, hi }: Bounds, cells: number): Float32Array | null {
  if (hi - lo >= cells) return null;
  return Float32Array.from({ length: hi - lo + 1 }, (_, at) => heldBy(code, lo + at));
}

/**
 * The grid of all fields, hidden ones too. Lenient: a channel counts as 1 above 1/2, and an integer one as the nearest
 * whole number; a thermometer reads as the number of its channels that do, a one-hot code as its largest channel if that
 * does and as its first name otherwise; values beyond the last read as the last.
 */
export function decode(network: Network, shape: Shape, state: Float32Array): Grid {
  const cells = cellsOf(network, shape, state);
  if (network.parts !== undefined) return decode(withParts(network), shape, unpacked(network, state));
  const width = network.channels.length;
  const planes = codebook(network).map((coded) => [coded.field.name, planeIn(coded, state, width, cells)]);
  return asPrepared(network, { rows: shape.rows, cols: shape.cols, planes: Object.fromEntries(planes) });
}

/**
 * The state that a run of a caller's grid starts from. Input fields have to be given, others get their initial values.
 * @throws InputError if the network does not take the grid, or if its program adds rows and columns first
 */
export function encodeStart(network: Network, given: Grid): Float32Array {
  const grid = startingGrid(network, given);
  if (grid.rows === given.rows && grid.cols === given.cols) return encodeStarting(network, grid);
  throw new InputError(
    `found an input of ${given.rows}x${given.cols} (rows x columns), which its program's workspace makes ` +
      `${grid.rows}x${grid.cols}; give what prepareInput makes of it, or the grid with \`prepared: true\` if that is done`,
  );
}

/** Tells whether every cell satisfies a cube of the network's stop rule; false for rules without cubes. */
export function halted(network: Network, shape: Shape, state: Float32Array): boolean {
  cellsOf(network, shape, state);
  return haltTest(network)(state);
}

/**
 * The test of `halted`, prepared once for many states of one network; cells may hold more numbers, behind their channels.
 */
export function haltTest(
  network: Network,
  width = network.channels.length,
): (state: Float32Array) => boolean {
  if (network.stop.kind !== "halted") return () => false;
  const hasHalted = cellTest(network, network.stop.cubes);
  // Cells without a channel are all alike.
  if (width === 0) return (state) => hasHalted(state, 0);
  return (state) => {
    for (let at = 0; at < state.length; at += width) if (!hasHalted(state, at)) return false;
    return true;
  };
}

/** Returns how many cells satisfy a cube of the network's stop rule; null for rules without cubes. */
export function haltedCells(network: Network, state: Float32Array): number | null {
  if (network.stop.kind !== "halted") return null;
  const hasHalted = cellTest(network, network.stop.cubes);
  let count = 0;
  for (let at = 0; at < state.length; at += network.channels.length) if (hasHalted(state, at)) count++;
  return count;
}

/** Tells whether the cell whose channels begin at an index satisfies a cube. */
function cellTest(network: Network, cubes: readonly Cube[]): (state: Float32Array, at: number) => boolean {
  if (network.parts !== undefined) {
    const test = cellTest(withParts(network), cubes);
    const held = holding(network.parts, network.fields);
    const tested = memo((number: number) => test(held(number), 0));
    return (state, at) => tested(state[at]!);
  }
  const index = new Map(network.channels.map((channel, at) => [channel.name, at]));
  const positions = (names: readonly string[]) => names.map((name) => index.get(name)!);
  const tests = cubes.map((cube) => ({ on: positions(cube.on), off: positions(cube.off) }));
  return (state, at) => {
    for (const { on, off } of tests) {
      let holds = true;
      for (const channel of on) holds &&= state[at + channel]! > 0.5;
      for (const channel of off) holds &&= !(state[at + channel]! > 0.5);
      if (holds) return true;
    }
    return false;
  };
}

/** The values of a field, channel by channel. */
function planeIn(
  { field, kind, channels, values }: CodedField,
  state: Float32Array,
  width: number,
  cells: number,
) {
  const { lo, hi } = bounds(field.type);
  const plane = new Int32Array(cells);
  switch (kind) {
    case null:
      return plane.fill(lo);
    case "integer":
      for (let cell = 0, at = channels[0]!; cell < cells; cell++, at += width)
        plane[cell] = lo + nearest(state[at]!, hi - lo);
      return plane;
    case "binary":
    case "thermometer":
      plane.fill(lo);
      for (const [bit, channel] of channels.entries()) {
        const worth = kind === "binary" ? 2 ** bit : 1;
        for (let cell = 0, at = channel; cell < cells; cell++, at += width)
          if (state[at]! > 0.5) plane[cell]! += worth;
      }
      for (let cell = 0; cell < cells; cell++) if (plane[cell]! > hi) plane[cell] = hi;
      return plane;
    case "bit":
    case "one-hot":
      if (channels.length === 1) return oneValue(plane, channels[0]!, values[0]!, state, width);
      for (let cell = 0; cell < cells; cell++) plane[cell] = hotValue(channels, values, state, cell * width);
      return plane;
    default:
      return unreachable(kind);
  }
}

/** The nearest whole number from 0 to `most`; 0 for what is no number. */
const nearest = (value: number, most: number): number => (value > 0 ? Math.min(Math.round(value), most) : 0);

function oneValue(plane: Int32Array, channel: number, value: number, state: Float32Array, width: number) {
  // Without a branch, which would be taken by chance.
  for (let cell = 0, at = channel; cell < plane.length; cell++, at += width)
    plane[cell] = value * Number(state[at]! > 0.5);
  return plane;
}

function hotValue(channels: readonly number[], values: readonly number[], state: Float32Array, at: number) {
  let largest = 0.5;
  let value = 0;
  for (let index = 0; index < channels.length; index++) {
    const found = state[at + channels[index]!]!;
    if (!(found > largest)) continue;
    largest = found;
    value = values[index]!;
  }
  return value;
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

/** States of one number a cell, for states of all parts, of which there may be none. */
const packed = (parts: readonly Worth[], state: Float32Array, cells: number): Float32Array =>
  Float32Array.from({ length: cells }, (_, cell) => sumOfParts(parts, state, cell * parts.length));

/** States of all parts, for states of one number a cell. */
function unpacked(
  { parts = [], fields }: Pick<Network, "parts" | "fields">,
  state: Float32Array,
): Float32Array {
  const held = holding(parts, fields);
  const made = new Float32Array(state.length * parts.length);
  for (const [cell, number] of state.entries()) made.set(held(number), cell * parts.length);
  return made;
}
