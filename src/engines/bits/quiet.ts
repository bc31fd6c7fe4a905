// Code that leaves out quiet blocks: those that cannot change in a step.
//
// A block is a chunk of vectors of a band of rows. Each has a flag of a byte, in two buffers that change places after
// every step, as states do. Let F be a step of the network and S(t) the states after t steps. When step t + 1 begins,
// `from` holds S(t), and where t > 0 `to` holds S(t - 1), with S(t) = F(S(t - 1)). The invariant is:
//
//   If the flag of a block in `before` is 0, then t > 0 and S(t) = S(t - 1) in that block.
//
// A block is left out if its flag and those of the blocks around it are 0. What its cells read is no further away than
// a row and a vector, so it is in those blocks, or off the grid and 0 at all times: S(t) and S(t - 1) agree on it. So
// in the block S(t + 1) = F(S(t)) = F(S(t - 1)) = S(t) = S(t - 1), which is what `to` holds: its next states are there
// already, and its flag in `after` must be 0. Any other block is computed, and its flag says whether S(t + 1) and S(t)
// differ. When the buffers have changed places the invariant holds for the next step.
//
// What lies around a block:
//
// - The vector before a row's first is made of its last, moved by a lane (bit-layout.ts), and the reverse. So the last
//   chunk is beside the first one, in the band and in those above and below. Both vectors are made anew in `to` when
//   the first or the last chunk has been computed, and when both are, after both. When neither is, S(t + 1) = S(t - 1)
//   in both chunks, and they stay right.
// - Above the first band and below the last one there are flags that nobody writes: they are 0.
// - Bands of other threads: their flags in `before` are read, which nobody writes in this step except by `wake`. Where
//   threads need not keep step (thread-work.ts), they are written as the states of these bands are, and no sooner.
//
// Who writes flags:
//
// - `wake` sets a thread's flags in both buffers to 1. A flag that is 1 claims nothing, so that this is right at any
//   time, also while another thread reads it, which then finds a claim that holds or none. It is called before the
//   first step, when states were written, and when a thread is about to make some steps without looking for quiet
//   blocks (thread-work.ts). In those it writes no flags, and they remain 1 in both buffers.
// - `bandsTracked` writes each flag of the thread's bands in `after`. With n chunks, a band's flags are
//     0: a copy of the last chunk's,   1 to n: those of the chunks,   n + 1: a copy of the first chunk's.
//   It goes from left to right. A chunk that is looked at alone has its flag written then. Where chunks c to c + 13 are
//   passed over at once, 16 zeros are written, from 1 + c to 16 + c, which is at most n + 1. Of those the first 14 are
//   what must be there, and what the last two overwrite is written later: a chunk's flag when it is reached, and the
//   copies after all chunks.
// - `narrow` writes the flags in `before` anew when it has made some steps (narrow.ts).

import type { Assembler } from "../webassembly/assembler.ts";
import {
  type Code,
  i32,
  i32x4,
  increase,
  memory,
  plus,
  read,
  times,
  type Variable,
  v128,
  when,
} from "../webassembly/instructions.ts";
import { eachBlock, noteDoubt, type ProgramOptions, type RowPlace, TRACKED } from "./blocks.ts";
import { CONTROL, THREAD } from "./thread-control.ts";

/** Chunks that are passed over at once where none of them can change: a vector of flags, without those at both ends. */
const STRIDE = 14;

type Chunks = Pick<ProgramOptions, "layout" | "chunk">;

const chunksOf = ({ layout, chunk }: Chunks): number => Math.ceil(layout.vectors / chunk);

/** Bytes of a band's flags: one a chunk, and a copy at either end. */
export const flagBytes = (options: Chunks): number => chunksOf(options) + 2;

export function defineQuiet(assembler: Assembler, options: ProgramOptions): void {
  defineTrackedBands(assembler, options);
  defineWake(assembler, options);
}

/**
 * `bandsTracked(thread, from, to, before, after, first, end)`: the next states of some bands without quiet blocks; gives
 * the number of blocks that change.
 */
function defineTrackedBands(assembler: Assembler, options: ProgramOptions): void {
  const bytes = flagBytes(options);
  const names = ["thread", "from", "to", "before", "after", "first", "end"] as const;
  assembler.define("bandsTracked", names, (given, make) => {
    const { thread, from, to, before, after } = given;
    /** Where the flags of the upper left neighbour are, in both buffers. */
    const [place, written] = [make.number(), make.number()];
    const [count, changed] = [make.number(), make.number()];
    const three = (row: number) => i32.load(row * bytes, place.get());
    const isActive = i32.and(i32.or(three(0), i32.or(three(1), three(2))), i32.const(0xffffff));
    const look = ({ index, row, rows, start, stop }: RowPlace): Code[] => {
      const operands = [from, to, row, rows, start, stop].map((each) => each.get());
      const one = [
        changed.set(i32.const(0)),
        when(isActive, [
          changed.set(assembler.call(`block${TRACKED}`, ...operands)),
          ...noteDoubt(options, thread, changed.get()),
          changed.set(i32.and(changed.get(), i32.const(1))),
        ]),
        increase(count, changed.get()),
        i32.store8(bytes + 1, written.get(), changed.get()),
      ];
      const chunk = i32.div_u(start.get(), i32.const(options.chunk));
      return [
        place.set(i32.add(times(index.get(), bytes), chunk)),
        written.set(i32.add(after.get(), place.get())),
        increase(place, before.get()),
        ...passOver(options, { place, written, start, stop }, one),
      ];
    };
    const copy = ({ index }: RowPlace) => copyEnds(options, { after, index, written });
    return [...eachBlock(options, given, make, look, copy), count.get()];
  });
}

/** Passes over many chunks if none can change, else does what is to be done for `one`. */
function passOver(
  options: ProgramOptions,
  { place, written, start, stop }: Readonly<Record<"place" | "written" | "start" | "stop", Variable>>,
  one: readonly Code[],
): Code[] {
  const { chunk } = options;
  const bytes = flagBytes(options);
  // A vector of flags must end within those of the band: the next one may be another thread's.
  const lastChunk = chunksOf(options) + 2 - (STRIDE + 3);
  if (lastChunk < 0) return [...one];
  const flags = (row: number) => v128.load(row * bytes, place.get());
  const isActive = v128.any_true(v128.or(flags(0), v128.or(flags(1), flags(2))));
  const isFar = i32.lt_s(i32.const(lastChunk * chunk), start.get());
  return [
    when(i32.or(isFar, isActive), one, [
      v128.store(bytes + 1, written.get(), i32x4.splat(i32.const(0))),
      stop.set(plus(start.get(), STRIDE * chunk)),
    ]),
  ];
}

/** Copies the flags of a band's first and last chunk to where the other one looks for them. */
function copyEnds(
  options: ProgramOptions,
  { after, index, written }: Readonly<Record<"after" | "index" | "written", Variable>>,
): Code[] {
  const last = chunksOf(options);
  const own = times(plus(index.get(), 1), flagBytes(options));
  return [
    written.set(i32.add(after.get(), own)),
    i32.store8(0, written.get(), i32.load8_u(last, written.get())),
    i32.store8(last + 1, written.get(), i32.load8_u(1, written.get())),
  ];
}

/** `wake(thread)`: marks all of a thread's blocks as changed, in both buffers. */
function defineWake(assembler: Assembler, options: ProgramOptions): void {
  const bytes = flagBytes(options);
  assembler.define("wake", ["thread"], ({ thread }) => {
    const band = (at: number) => read(at, thread.get());
    const fill = (flags: number) =>
      memory.fill(
        i32.add(read(flags), times(plus(band(THREAD.firstBand), 1), bytes)),
        i32.const(1),
        times(i32.sub(band(THREAD.endBand), band(THREAD.firstBand)), bytes),
      );
    return [fill(CONTROL.flagsBefore), fill(CONTROL.flagsAfter), i32.const(0)];
  });
}
