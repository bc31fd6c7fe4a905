// Code that makes the next states of blocks: bands of rows, in chunks of vectors.

import type { Assembler, Expression, Variable } from "./assembler.ts";
import { CONTROL, LANE_MASKS, MASKS, THREAD } from "./control.ts";
import { defineKernel, type Plan } from "./kernels.ts";
import type { ProgramOptions } from "./program.ts";

const usesEdge = ({ cell }: Plan, edges: readonly string[]): boolean => {
  const names = Array.from({ length: cell.circuit.size }, (_, gate) => cell.circuit.nameOf(gate));
  return edges.some((edge) => names.includes(`edge ${edge}`));
};

/** Whether cells at the left and right, or at the top and bottom, know it by channels that mark the inside. */
export const usesSides = (plan: Plan): boolean => usesEdge(plan, ["left", "right"]);
const usesEnds = (plan: Plan): boolean => usesEdge(plan, ["up", "down"]);

/** Functions come in pairs: plain, and one that tells whether anything changed. */
export const VARIANTS = ["", "Tracked"] as const;

export function defineBlocks(assembler: Assembler, options: ProgramOptions): void {
  const { plan, layout, band } = options;
  for (const variant of VARIANTS) {
    const tracks = variant === "Tracked";
    const define = (name: string, rows: number, atSides: boolean, atEnds: boolean) =>
      defineKernel(assembler, name + variant, plan, layout, { rows, atSides, atEnds, tracks });
    define("row", 1, true, true);
    define("bandAtSide", band, true, false);
    define("bandInside", band, false, false);
  }
  defineSides(assembler, options);
  for (const variant of VARIANTS) defineBlock(assembler, options, variant);
  defineBands(assembler, options);
  defineTrackedBands(assembler, options);
  defineWake(assembler, options);
}

/** Bytes of shuffles: zeros below the lower half of a vector, and its upper half below zeros. */
const UPWARDS = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const DOWNWARDS = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23];

/** `sides(at, rows)`: fills the vectors on both sides of rows from the other end, moved by a lane. */
function defineSides(assembler: Assembler, { plan, layout }: ProgramOptions): void {
  const { v128, i64x2, i8x16, i32x4, i32 } = assembler.module;
  const { cell, stride, vectors } = layout;
  const channels = plan.stored.flatMap((channel, at) => (readSideways(plan, channel) ? [at * 16] : []));
  const zeros = () => i32x4.splat(i32.const(0));
  assembler.define("sides", ["at", "rows"], ({ at, rows }, make) => {
    const [first, last] = [make.vector(), make.vector()];
    // The bit that leaves one half of the vector comes into the other.
    const up = () =>
      v128.or(
        i64x2.shl(last.get(), i32.const(1)),
        i64x2.shr_u(i8x16.shuffle(zeros(), last.get(), UPWARDS), i32.const(63)),
      );
    const down = () =>
      v128.or(
        i64x2.shr_u(first.get(), i32.const(1)),
        i64x2.shl(i8x16.shuffle(first.get(), zeros(), DOWNWARDS), i32.const(63)),
      );
    const mask = (index: number) => v128.load(LANE_MASKS + index * 16, 16, i32.const(0));
    const fill = channels.flatMap((channel) => [
      first.set(v128.load(cell + channel, 16, at.get())),
      last.set(v128.load(vectors * cell + channel, 16, at.get())),
      v128.store(channel, 16, at.get(), v128.and(up(), mask(0))),
      v128.store((vectors + 1) * cell + channel, 16, at.get(), v128.and(down(), mask(1))),
    ]);
    const next = [assembler.increase(at, i32.const(stride)), assembler.increase(rows, i32.const(-1))];
    return [assembler.loop(rows.get(), [...fill, ...next]), i32.const(0)];
  });
}

/** Whether the channel's neighbours to the left or right are read. */
function readSideways({ cell }: Plan, channel: number): boolean {
  for (let gate = 0; gate < cell.circuit.size; gate++) {
    const name = cell.circuit.nameOf(gate)?.split(" ");
    if (name?.[0] === String(channel) && name[2] !== "0") return true;
  }
  return false;
}

const BLOCK = ["from", "to", "row", "rows", "start", "stop"] as const;

/** The variables of `block`: its parameters, whether anything changed, the mask of the first vector, rows left. */
type Block = Readonly<Record<(typeof BLOCK)[number] | "changed" | "mask" | "left", Variable>>;

/**
 * `block(from, to, row, rows, start, stop)`: the next states of so many rows from `row` on, at most a band, in the
 * vectors from `start` up to `stop`.
 */
function defineBlock(assembler: Assembler, options: ProgramOptions, variant: string): void {
  const { cell, stride, vectors } = options.layout;
  const { i32 } = assembler.module;
  assembler.define(`block${variant}`, BLOCK, (given, make) => {
    const { from, to, row, rows, start, stop } = given;
    const block = { ...given, changed: make.number(), mask: make.number(), left: make.number() };
    const first = make.number();
    const atOnce = wholeBand(assembler, options, block, variant, make);
    const oneByOne = singleRows(assembler, options, block, variant);
    return [
      block.left.set(rows.get()),
      block.mask.set(assembler.plus(assembler.times(start.get(), 16), MASKS)),
      assembler.increase(from, assembler.times(row.get(), stride)),
      assembler.increase(to, assembler.times(assembler.plus(row.get(), 1), stride)),
      first.set(to.get()),
      assembler.increase(from, assembler.times(start.get(), cell)),
      assembler.increase(to, assembler.times(assembler.plus(start.get(), 1), cell)),
      assembler.when(isWholeBand(assembler, options, block), atOnce, oneByOne),
      assembler.when(
        assembler.either(i32.eqz(start.get()), assembler.equal(stop.get(), i32.const(vectors))),
        [assembler.run("sides", first.get(), rows.get())],
      ),
      block.changed.get(),
    ];
  });
}

/** Whether there are as many rows as a band has, and none at an end of the grid if that makes a difference. */
function isWholeBand(assembler: Assembler, { plan, band }: ProgramOptions, { row, rows }: Block): Expression {
  const isWhole = assembler.equal(rows.get(), assembler.number(band));
  if (!usesEnds(plan)) return isWhole;
  const isBeforeEnd = assembler.less(assembler.add(row.get(), rows.get()), assembler.read(CONTROL.rows));
  return assembler.both(isWhole, assembler.both(assembler.less(assembler.number(0), row.get()), isBeforeEnd));
}

/** Calls a kernel for the vectors from one to another; the block's addresses stand at `start`. */
function callKernel(
  assembler: Assembler,
  { layout }: ProgramOptions,
  { from, to, mask, start, changed }: Block,
  name: string,
  [begin, end]: readonly [() => Expression, () => Expression],
  near: readonly [Expression, Expression],
): Expression {
  const moved = (variable: Variable, bytes: number) =>
    assembler.add(variable.get(), assembler.times(assembler.minus(begin(), start.get()), bytes));
  const places = [moved(from, layout.cell), moved(to, layout.cell), moved(mask, 16)];
  const call = assembler.call(name, ...places, assembler.minus(end(), begin()), ...near);
  return changed.set(assembler.either(changed.get(), call));
}

/** All rows of a band together: vectors at the sides of the grid, those inside, and again those at the sides. */
function wholeBand(
  assembler: Assembler,
  options: ProgramOptions,
  block: Block,
  variant: string,
  make: { number(): Variable },
): Expression[] {
  const { start, stop } = block;
  const [inner, outer] = [make.number(), make.number()];
  const kernel = (name: string, range: readonly [() => Expression, () => Expression]) => {
    const near = [assembler.number(-1), assembler.number(-1)] as const;
    return callKernel(assembler, options, block, name + variant, range, near);
  };
  return [
    inner.set(assembler.read(CONTROL.innerStart)),
    ...assembler.clamp(inner, start.get, stop.get),
    outer.set(assembler.read(CONTROL.innerEnd)),
    ...assembler.clamp(outer, inner.get, stop.get),
    kernel("bandAtSide", [start.get, inner.get]),
    kernel("bandInside", [inner.get, outer.get]),
    kernel("bandAtSide", [outer.get, stop.get]),
  ];
}

/** Row by row, where there may be none above or below. */
function singleRows(
  assembler: Assembler,
  options: ProgramOptions,
  block: Block,
  variant: string,
): Expression[] {
  const { from, to, row, start, stop, left } = block;
  const { stride } = options.layout;
  const isThere = (condition: Expression) => assembler.minus(assembler.number(0), condition);
  const last = assembler.plus(assembler.read(CONTROL.rows), -1);
  const near = [
    isThere(assembler.less(assembler.number(0), row.get())),
    isThere(assembler.less(row.get(), last)),
  ] as const;
  return [
    assembler.loop(left.get(), [
      callKernel(assembler, options, block, `row${variant}`, [start.get, stop.get], near),
      assembler.increase(from, assembler.number(stride)),
      assembler.increase(to, assembler.number(stride)),
      assembler.increase(row, assembler.number(1)),
      assembler.increase(left, assembler.number(-1)),
    ]),
  ];
}

/** A loop over a thread's bands and their chunks. */
function eachBlock(
  assembler: Assembler,
  { layout, band, chunk }: ProgramOptions,
  thread: Variable,
  make: { number(): Variable },
  body: (block: Readonly<Record<"index" | "row" | "rows" | "start" | "stop", Variable>>) => Expression[],
): Expression[] {
  const { i32 } = assembler.module;
  const [index, row, rows, start, stop] = [0, 1, 2, 3, 4].map(() => make.number()) as [
    Variable,
    Variable,
    Variable,
    Variable,
    Variable,
  ];
  const most = (limit: number) => () => i32.const(limit);
  return [
    index.set(assembler.read(THREAD.firstBand, thread.get())),
    assembler.loop(assembler.less(index.get(), assembler.read(THREAD.endBand, thread.get())), [
      row.set(assembler.times(index.get(), band)),
      rows.set(assembler.minus(assembler.read(CONTROL.rows), row.get())),
      ...assembler.clamp(rows, most(0), most(band)),
      start.set(i32.const(0)),
      assembler.loop(assembler.less(start.get(), i32.const(layout.vectors)), [
        stop.set(assembler.plus(start.get(), chunk)),
        ...assembler.clamp(stop, most(0), most(layout.vectors)),
        ...body({ index, row, rows, start, stop }),
        start.set(stop.get()),
      ]),
      assembler.increase(index, i32.const(1)),
    ]),
  ];
}

/** `bands(thread, from, to)`: the next states of all of a thread's rows; `thread` is the address of its numbers. */
function defineBands(assembler: Assembler, options: ProgramOptions): void {
  assembler.define("bands", ["thread", "from", "to"], ({ thread, from, to }, make) => [
    ...eachBlock(assembler, options, thread, make, ({ row, rows, start, stop }) => [
      assembler.run("block", from.get(), to.get(), row.get(), rows.get(), start.get(), stop.get()),
    ]),
    assembler.number(0),
  ]);
}

/** Bytes of a band's flags: one a chunk, the last one's copy before the first, and the first one's after the last. */
export const flagBytes = ({ layout, chunk }: Pick<ProgramOptions, "layout" | "chunk">): number =>
  Math.ceil(layout.vectors / chunk) + 2;

/** Chunks that are passed over at once where none of them can change: as many as one vector of flags is about. */
const STRIDE = 14;

/**
 * `bandsTracked(thread, from, to, before, after)`: the same for blocks that changed, by the flags `before`, or have a
 * neighbour that did; gives the number of blocks that change now, as it writes to the flags `after`.
 */
function defineTrackedBands(assembler: Assembler, options: ProgramOptions): void {
  const { i32 } = assembler.module;
  const { layout, chunk } = options;
  const bytes = flagBytes(options);
  assembler.define("bandsTracked", ["thread", "from", "to", "before", "after"], (given, make) => {
    const { thread, from, to, before, after } = given;
    const [count, place, written, changed] = [make.number(), make.number(), make.number(), make.number()];
    const three = (row: number) => i32.load(row * bytes, 1, place.get());
    const isActive = assembler.both(
      assembler.either(three(0), assembler.either(three(1), three(2))),
      i32.const(0xffffff),
    );
    return [
      ...eachBlock(assembler, options, thread, make, ({ index, row, rows, start, stop }) => {
        const operands = [from, to, row, rows, start, stop].map((each) => each.get());
        const one = [
          changed.set(i32.const(0)),
          assembler.when(isActive, [changed.set(assembler.call("blockTracked", ...operands))]),
          assembler.increase(count, changed.get()),
          i32.store8(bytes + 1, 1, written.get(), changed.get()),
          // The last chunk is beside the first.
          assembler.when(i32.eqz(start.get()), [i32.store8(2 * bytes - 1, 1, written.get(), changed.get())]),
          assembler.when(assembler.equal(stop.get(), i32.const(layout.vectors)), [
            i32.store8(3, 1, written.get(), changed.get()),
          ]),
        ];
        return [
          place.set(
            assembler.add(assembler.times(index.get(), bytes), i32.div_u(start.get(), i32.const(chunk))),
          ),
          written.set(assembler.add(after.get(), place.get())),
          assembler.increase(place, before.get()),
          ...passOver(assembler, options, { place, written, start, stop }, one),
        ];
      }),
      count.get(),
    ];
  });
}

/** Passes over many chunks if none can change, else does what is to be done for `one`. */
function passOver(
  assembler: Assembler,
  options: ProgramOptions,
  { place, written, start, stop }: Readonly<Record<"place" | "written" | "start" | "stop", Variable>>,
  one: readonly Expression[],
): Expression[] {
  const { v128, i32, i32x4 } = assembler.module;
  const { chunk } = options;
  const bytes = flagBytes(options);
  // A vector of flags must not reach into those of the next band, which may be another thread's.
  const lastStart = (bytes - STRIDE - 3) * chunk;
  if (lastStart < 0) return [...one];
  const flags = (row: number) => v128.load(row * bytes, 1, place.get());
  const isActive = v128.any_true(v128.or(flags(0), v128.or(flags(1), flags(2))));
  const isFar = assembler.less(i32.const(lastStart), start.get());
  return [
    assembler.when(assembler.either(isFar, isActive), one, [
      v128.store(bytes + 1, 1, written.get(), i32x4.splat(i32.const(0))),
      assembler.when(i32.eqz(start.get()), [i32.store8(2 * bytes - 1, 1, written.get(), i32.const(0))]),
      stop.set(assembler.plus(start.get(), STRIDE * chunk)),
    ]),
  ];
}

/** `wake(thread)`: marks all of a thread's blocks as changed. */
function defineWake(assembler: Assembler, options: ProgramOptions): void {
  const { module } = assembler;
  const bytes = flagBytes(options);
  assembler.define("wake", ["thread"], ({ thread }) => {
    const band = (at: number) => assembler.read(at, thread.get());
    const fill = (flags: number) =>
      module.memory.fill(
        assembler.add(
          assembler.read(flags),
          assembler.times(assembler.plus(band(THREAD.firstBand), 1), bytes),
        ),
        module.i32.const(1),
        assembler.times(assembler.minus(band(THREAD.endBand), band(THREAD.firstBand)), bytes),
      );
    return [fill(CONTROL.flagsBefore), fill(CONTROL.flagsAfter), module.i32.const(0)];
  });
}
