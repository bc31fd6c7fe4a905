// Code that makes the next states of blocks: bands of rows, in chunks of vectors.

import type { Network } from "../../network/network.ts";
import type { Assembler } from "../webassembly/assembler.ts";
import {
  type Code,
  clamp,
  i8x16,
  i32,
  i32x4,
  i64x2,
  increase,
  loop,
  plus,
  read,
  times,
  type Variable,
  v128,
  when,
  write,
} from "../webassembly/instructions.ts";
import { canDoubt, DOUBTED, defineKernel, type Plan } from "./bit-kernels.ts";
import type { StateLayout } from "./bit-layout.ts";
import { CONTROL, LANE_MASKS, MASKS, THREAD } from "./thread-control.ts";

export interface ProgramOptions extends Pick<Network, "stop" | "channels"> {
  readonly plan: Plan;
  readonly layout: StateLayout;
  /** Rows of a band. */
  readonly band: number;
  /** Vectors of a chunk. */
  readonly chunk: number;
  /** Whether threads share the memory. */
  readonly isShared: boolean;
  /** Whether all kernels tell if anything changed, also where nobody asks. */
  readonly tracksAlways: boolean;
}

const usesEdge = ({ cell }: Plan, edges: readonly string[]): boolean => {
  const names = Array.from({ length: cell.circuit.size }, (_, gate) => cell.circuit.nameOf(gate));
  return edges.some((edge) => names.includes(`edge ${edge}`));
};

/** Tells whether cells at the left and right, or at the top and bottom, know it by channels that mark the inside. */
export const usesSides = (plan: Plan): boolean => usesEdge(plan, ["left", "right"]);
const usesEnds = (plan: Plan): boolean => usesEdge(plan, ["up", "down"]);

/** What the names of functions end with that tell whether anything changed; others do not. */
export const TRACKED = "Tracked";

export function defineBlocks(assembler: Assembler, options: ProgramOptions): void {
  const { plan, layout, band, tracksAlways } = options;
  const variants = tracksAlways ? [TRACKED] : ["", TRACKED];
  for (const variant of variants) {
    const tracks = variant === TRACKED;
    const define = (name: string, rows: number, atSides: boolean, atEnds: boolean) =>
      defineKernel(assembler, name + variant, plan, layout, { rows, atSides, atEnds, tracks });
    if (takesSingleRows(options)) define("row", 1, true, true);
    define("bandAtSide", band, true, false);
    if (!isAlwaysAtSide(options)) define("bandInside", band, false, false);
  }
  defineSides(assembler, options);
  for (const variant of variants) defineBlock(assembler, options, variant);
  defineBands(assembler, options);
}

/**
 * Tells whether vectors inside take the code of those at the sides: of many gates, that of a second kernel takes longer to
 * make.
 */
const isAlwaysAtSide = ({ layout, tracksAlways }: ProgramOptions): boolean =>
  tracksAlways && layout.rows === 1;

/** Bytes of shuffles: zeros below the lower half of a vector, and its upper half below zeros. */
const UPWARDS = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const DOWNWARDS = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23];

/** `sides(at, rows)`: fills the vectors on both sides of rows from the other end, moved by a lane. */
function defineSides(assembler: Assembler, { plan, layout }: ProgramOptions): void {
  const { cell, stride, vectors } = layout;
  const planes = plan.stored.flatMap((plane, at) => (readSideways(plan, plane) ? [at * 16] : []));
  const zeros = i32x4.splat(i32.const(0));
  assembler.define("sides", ["at", "rows"], ({ at, rows }, make) => {
    const [first, last] = [make.vector(), make.vector()];
    // The bit that leaves one half of the vector comes into the other.
    const up = v128.or(
      i64x2.shl(last.get(), i32.const(1)),
      i64x2.shr_u(i8x16.shuffle(zeros, last.get(), UPWARDS), i32.const(63)),
    );
    const down = v128.or(
      i64x2.shr_u(first.get(), i32.const(1)),
      i64x2.shl(i8x16.shuffle(first.get(), zeros, DOWNWARDS), i32.const(63)),
    );
    const mask = (index: number) => v128.load(LANE_MASKS + index * 16, i32.const(0));
    const fill = planes.flatMap((plane) => [
      first.set(v128.load(cell + plane, at.get())),
      last.set(v128.load(vectors * cell + plane, at.get())),
      v128.store(plane, at.get(), v128.and(up, mask(0))),
      v128.store((vectors + 1) * cell + plane, at.get(), v128.and(down, mask(1))),
    ]);
    const next = [increase(at, i32.const(stride)), increase(rows, i32.const(-1))];
    return [loop(rows.get(), [...fill, ...next]), i32.const(0)];
  });
}

/** Tells whether the plane's neighbours to the left or right are read. */
function readSideways({ cell }: Plan, plane: number): boolean {
  for (let gate = 0; gate < cell.circuit.size; gate++) {
    const name = cell.circuit.nameOf(gate)?.split(" ");
    if (name?.[0] === String(plane) && name[2] !== "0") return true;
  }
  return false;
}

const BLOCK = ["from", "to", "row", "rows", "start", "stop"] as const;

/** The variables of `block`: its parameters, whether anything changed, the mask of the first vector, rows left. */
type Block = Readonly<Record<(typeof BLOCK)[number] | "changed" | "mask" | "left", Variable>>;

/**
 * `block(from, to, row, rows, start, stop)`: the next states of `rows` rows from `row` on, at most a band, in the
 * vectors from `start` up to `stop`.
 */
function defineBlock(assembler: Assembler, options: ProgramOptions, variant: string): void {
  const { cell, stride, vectors } = options.layout;
  assembler.define(`block${variant}`, BLOCK, (given, make) => {
    const { from, to, row, rows, start, stop } = given;
    const block = { ...given, changed: make.number(), mask: make.number(), left: make.number() };
    const first = make.number();
    const atOnce = wholeBand(assembler, options, block, variant, make);
    const rowByRow = () =>
      when(isWholeBand(options, block), atOnce, singleRows(assembler, options, block, variant));
    return [
      block.left.set(rows.get()),
      block.mask.set(plus(times(start.get(), 16), MASKS)),
      increase(from, times(row.get(), stride)),
      increase(to, times(plus(row.get(), 1), stride)),
      first.set(to.get()),
      increase(from, times(start.get(), cell)),
      increase(to, times(plus(start.get(), 1), cell)),
      takesSingleRows(options) ? rowByRow() : atOnce,
      when(i32.or(i32.eqz(start.get()), i32.eq(stop.get(), i32.const(vectors))), [
        assembler.run("sides", first.get(), rows.get()),
      ]),
      block.changed.get(),
    ];
  });
}

/**
 * Tells whether there are rows that are no whole band: bands of a row are whole, unless they must know the ends of the grid.
 */
const takesSingleRows = ({ plan, band }: ProgramOptions): boolean => band > 1 || usesEnds(plan);

/** Tells whether there are as many rows as a band has, and none at an end of the grid if that makes a difference. */
function isWholeBand({ plan, band }: ProgramOptions, { row, rows }: Block): Code {
  const isWhole = i32.eq(rows.get(), i32.const(band));
  if (!usesEnds(plan)) return isWhole;
  const isBeforeEnd = i32.lt_s(i32.add(row.get(), rows.get()), read(CONTROL.rows));
  return i32.and(isWhole, i32.and(i32.lt_s(i32.const(0), row.get()), isBeforeEnd));
}

/** Calls a kernel for the vectors from one to another; the block's addresses stand at `start`. */
function callKernel(
  assembler: Assembler,
  { layout }: ProgramOptions,
  { from, to, mask, start, changed }: Block,
  name: string,
  [begin, end]: readonly [Code, Code],
  near: readonly [Code, Code],
): Code {
  const moved = (variable: Variable, bytes: number) =>
    i32.add(variable.get(), times(i32.sub(begin, start.get()), bytes));
  const places = [moved(from, layout.cell), moved(to, layout.cell), moved(mask, 16)];
  const call = assembler.call(name, ...places, i32.sub(end, begin), ...near);
  return changed.set(i32.or(changed.get(), call));
}

/** All rows of a band together: vectors at the sides of the grid, those inside, and again those at the sides. */
function wholeBand(
  assembler: Assembler,
  options: ProgramOptions,
  block: Block,
  variant: string,
  make: { number(): Variable },
): Code[] {
  const { start, stop } = block;
  const [inner, outer] = [make.number(), make.number()];
  const kernel = (name: string, range: readonly [Code, Code]) => {
    const near = [i32.const(-1), i32.const(-1)] as const;
    return callKernel(assembler, options, block, name + variant, range, near);
  };
  if (isAlwaysAtSide(options)) return [kernel("bandAtSide", [start.get(), stop.get()])];
  return [
    inner.set(read(CONTROL.innerStart)),
    clamp(inner, start.get(), stop.get()),
    outer.set(read(CONTROL.innerEnd)),
    clamp(outer, inner.get(), stop.get()),
    kernel("bandAtSide", [start.get(), inner.get()]),
    kernel("bandInside", [inner.get(), outer.get()]),
    kernel("bandAtSide", [outer.get(), stop.get()]),
  ];
}

/** Row by row, where there may be none above or below. */
function singleRows(assembler: Assembler, options: ProgramOptions, block: Block, variant: string): Code[] {
  const { from, to, row, start, stop, left } = block;
  const { stride } = options.layout;
  const isThere = (condition: Code) => i32.sub(i32.const(0), condition);
  const last = plus(read(CONTROL.rows), -1);
  const near = [isThere(i32.lt_s(i32.const(0), row.get())), isThere(i32.lt_s(row.get(), last))] as const;
  return [
    loop(left.get(), [
      callKernel(assembler, options, block, `row${variant}`, [start.get(), stop.get()], near),
      increase(from, i32.const(stride)),
      increase(to, i32.const(stride)),
      increase(row, i32.const(1)),
      increase(left, i32.const(-1)),
    ]),
  ];
}

/** A band of rows, by its number, and the vectors of one of its chunks. */
export type RowPlace = Readonly<Record<"index" | "row" | "rows" | "start" | "stop", Variable>>;

/** Bands from one number up to another. */
type BandRange = Readonly<Record<"first" | "end", Variable>>;

/** A loop over bands and their chunks, from left to right; `atEnd` comes after the last one of a band. */
export function eachBlock(
  { layout, band, chunk }: ProgramOptions,
  { first, end }: BandRange,
  make: { number(): Variable },
  body: (place: RowPlace) => Code[],
  atEnd: (place: RowPlace) => Code[] = () => [],
): Code[] {
  const place: RowPlace = {
    index: make.number(),
    row: make.number(),
    rows: make.number(),
    start: make.number(),
    stop: make.number(),
  };
  const { index, row, rows, start, stop } = place;
  return [
    index.set(first.get()),
    loop(i32.lt_s(index.get(), end.get()), [
      row.set(times(index.get(), band)),
      rows.set(i32.sub(read(CONTROL.rows), row.get())),
      clamp(rows, i32.const(0), i32.const(band)),
      start.set(i32.const(0)),
      loop(i32.lt_s(start.get(), i32.const(layout.vectors)), [
        stop.set(plus(start.get(), chunk)),
        clamp(stop, i32.const(0), i32.const(layout.vectors)),
        ...body(place),
        start.set(stop.get()),
      ]),
      ...atEnd(place),
      increase(index, i32.const(1)),
    ]),
  ];
}

/**
 * Returns what a thread does where a block that it has computed is in doubt; in other blocks it is not, if it was not
 * before.
 */
export function noteDoubt({ plan }: ProgramOptions, thread: Variable, found: Code): Code[] {
  if (!canDoubt(plan)) return [];
  const isDoubted = i32.and(found, i32.const(DOUBTED));
  return [when(isDoubted, [write(THREAD.doubted, i32.const(1), thread.get())])];
}

/** `bands(thread, from, to, first, end)`: the next states of some bands; `thread` is the address of its numbers. */
function defineBands(assembler: Assembler, options: ProgramOptions): void {
  const block = options.tracksAlways ? `block${TRACKED}` : "block";
  assembler.define("bands", ["thread", "from", "to", "first", "end"], (given, make) => {
    const { thread, from, to } = given;
    const found = make.number();
    return [
      ...eachBlock(options, given, make, ({ row, rows, start, stop }) => [
        found.set(
          assembler.call(block, from.get(), to.get(), row.get(), rows.get(), start.get(), stop.get()),
        ),
        ...noteDoubt(options, thread, found.get()),
      ]),
      i32.const(0),
    ];
  });
}
