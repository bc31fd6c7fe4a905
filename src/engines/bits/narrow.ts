// Code for rows in which little goes on: many steps in one call, each of them on the few vectors that can change.
//
// A grid of one row, such as the tape of a machine, is one band. Of its vectors, counted in a circle, all that changed
// in the last step lie in a window. With the names of quiet.ts, what holds before each step is:
//
//   t > 0, and S(t) = S(t - 1) in every vector outside the window.
//
// What cells of a vector read is in that vector and in those on both sides, which is a circle: the vector before a row's
// first is made of its last, and the reverse. So a vector that is outside the window and not next to it keeps its states
// for the reason that is given for blocks: the vectors that it reads agree in S(t) and S(t - 1), and `to` holds its next
// states already. All others, the window and a vector on either side, are computed, and the next window goes from the
// first of them that changes to the last. Both vectors beside the row are made anew in `to` when its first or its last
// vector has been computed; when neither was, they stay right.
//
// The window is found in the flags of blocks: it goes from the first block that is flagged to the last, and all other
// flags are 0, which is the claim above. When no more is to be done here, the flags of the blocks of the window are 1, and
// the others 0. Flags in `after` are not touched: who makes the next step writes all of them, or has set them to 1.

import type { Assembler } from "../webassembly/assembler.ts";
import {
  type Code,
  i32,
  i32x4,
  increase,
  loop,
  memory,
  plus,
  read,
  returns,
  select,
  times,
  type Variable,
  v128,
  when,
  write,
} from "../webassembly/instructions.ts";
import { FALSE, type Signal, transplant } from "./bit-gates.ts";
import { Emitter, loader, stackCells } from "./bit-kernels.ts";
import type { ProgramOptions } from "./blocks.ts";
import { flagBytes } from "./quiet.ts";
import { runningSignal } from "./searches.ts";
import { CONTROL, DOUBT, MASKS, THREAD, WATCH } from "./thread-control.ts";

/** Vectors of a window at most: more are left to the blocks, whose loops are longer. */
const MOST_WINDOW = 12;
/** Vectors of a row from which on there is code for windows: of fewer, blocks leave out nearly as many. */
const FEWEST_VECTORS = 24;
/** Gates of a cell at most, which become code once more. */
const MOST_GATES = 400;

/** Tells whether there is code for narrow windows. */
export const hasNarrow = ({ layout, plan }: ProgramOptions): boolean =>
  layout.rows === 1 && layout.vectors >= FEWEST_VECTORS && plan.cell.circuit.size <= MOST_GATES;

/** Tells whether a number is from 1 to `most`: 0 and those below it less 1 are large numbers without a sign. */
export const isUpTo = (number: Variable, most: number): Code =>
  i32.eqz(i32.gt_u(plus(number.get(), -1), i32.const(most - 1)));

const GIVEN = ["thread", "from", "to", "flags", "most"] as const;
const NUMBERS = [
  // The window: its first vector, and how many there are.
  ...(["low", "width"] as const),
  // The vectors that a step computes: the first one, how many, and the one at hand, by its place and by its turn.
  ...(["start", "count", "at", "turn"] as const),
  // Where the one at hand is: addresses as kernels take them.
  ...(["source", "target", "mask"] as const),
  // Of those vectors the first and the last that change, by their turns; the first is -1 if there is none.
  ...(["first", "last", "isChanged"] as const),
  // Steps made, what ended them, and what is watched.
  ...(["made", "ended", "watch", "swap"] as const),
  // A vector in which the states are known to differ from those that are kept, or -1; and its turn, if it has one.
  ...(["apart", "apartTurn"] as const),
] as const;
/** What is found in a step: cells for which the run goes on, and which are in doubt; and what changed in a vector. */
const VECTORS = ["ongoing", "doubted", "changed"] as const;

type Narrow = Readonly<
  Record<(typeof GIVEN)[number] | (typeof NUMBERS)[number] | (typeof VECTORS)[number], Variable>
>;

/**
 * `narrow(thread, from, to, flags, most)`: steps, `most` at most, until the window is empty or too wide, or something
 * ends them, which goes to `CONTROL.ended`; gives how many were made. `flags` are those of the step before.
 */
export function defineNarrow(assembler: Assembler, options: ProgramOptions): void {
  assembler.define("narrow", GIVEN, (given, make) => {
    const all = <Name extends string>(names: readonly Name[], variable: () => Variable) =>
      Object.fromEntries(names.map((name) => [name, variable()])) as Record<Name, Variable>;
    const own: Narrow = { ...given, ...all(NUMBERS, make.number), ...all(VECTORS, make.vector) };
    const { from, to, width, made, most, ended, watch, swap } = own;
    const goesOn = i32.and(i32.lt_s(made.get(), most.get()), i32.eqz(ended.get()));
    return [
      ...openWindow(options, own),
      when(i32.eqz(isUpTo(width, MOST_WINDOW)), [returns(i32.const(0))]),
      watch.set(read(CONTROL.watch)),
      own.apart.set(i32.const(-1)),
      loop(i32.and(goesOn, isUpTo(width, MOST_WINDOW)), [
        ...stepCode(assembler, options, own, vectorCode(options, own, make.vector)),
        when(watch.get(), watchCode(assembler, options, own)),
        when(v128.any_true(own.doubted.get()), [
          write(THREAD.doubted, i32.const(1), own.thread.get()),
          ended.set(i32.const(DOUBT)),
        ]),
        increase(made, i32.const(1)),
        ...[swap.set(from.get()), from.set(to.get()), to.set(swap.get())],
      ]),
      write(CONTROL.ended, ended.get()),
      ...closeWindow(options, own),
      made.get(),
    ];
  });
}

const chunksOf = ({ layout, chunk }: ProgramOptions): number => Math.ceil(layout.vectors / chunk);

/** Sets the window to what is flagged; its width is 0 or less if nothing is. */
function openWindow(options: ProgramOptions, { flags, low, width, at, first, last }: Narrow): Code[] {
  const { chunk } = options;
  return [
    first.set(i32.const(-1)),
    last.set(i32.const(-1)),
    loop(i32.lt_s(at.get(), i32.const(chunksOf(options))), [
      when(i32.load8_u(flagBytes(options) + 1, i32.add(flags.get(), at.get())), [
        last.set(at.get()),
        when(i32.lt_s(first.get(), i32.const(0)), [first.set(at.get())]),
      ]),
      increase(at, i32.const(1)),
    ]),
    when(i32.lt_s(first.get(), i32.const(0)), [returns(i32.const(0))]),
    low.set(times(first.get(), chunk)),
    // Where the end of the row cuts the last block short, the window goes on at its beginning, which does no harm.
    width.set(times(plus(i32.sub(last.get(), first.get()), 1), chunk)),
  ];
}

/** Flags the blocks of the window, and no others; and copies the flags of both ends to where they are looked for. */
function closeWindow(options: ProgramOptions, { flags, low, width, at, turn }: Narrow): Code[] {
  const bytes = flagBytes(options);
  const own = plus(flags.get(), bytes);
  const block = i32.div_u(at.get(), i32.const(options.chunk));
  return [
    memory.fill(own, i32.const(0), i32.const(bytes)),
    at.set(low.get()),
    turn.set(i32.const(0)),
    loop(i32.lt_s(turn.get(), width.get()), [
      i32.store8(1, i32.add(own, block), i32.const(1)),
      increase(turn, i32.const(1)),
      increase(at, i32.const(1)),
      turnBack(options, at),
    ]),
    i32.store8(0, own, i32.load8_u(bytes - 2, own)),
    i32.store8(bytes - 1, own, i32.load8_u(1, own)),
  ];
}

/** Brings the place of a vector that is beyond the last one back into the row. */
const turnBack = (
  { layout }: Pick<ProgramOptions, "layout">,
  at: Variable,
  then: readonly Code[] = [],
): Code =>
  when(i32.lt_s(i32.const(layout.vectors - 1), at.get()), [
    increase(at, i32.const(-layout.vectors)),
    ...then,
  ]);

/** One step of the window's vectors and one more on either side; then it is the next step's window. */
function stepCode(
  assembler: Assembler,
  options: ProgramOptions,
  own: Narrow,
  vector: readonly Code[],
): Code[] {
  const { cell, stride, vectors } = options.layout;
  const { from, to, low, width, start, count, at, turn, source, target, mask, first, last, isChanged } = own;
  const none = i32x4.splat(i32.const(0));
  const goTo = [
    source.set(i32.add(from.get(), times(at.get(), cell))),
    target.set(plus(i32.add(to.get(), times(at.get(), cell)), stride + cell)),
    mask.set(plus(times(at.get(), 16), MASKS)),
  ];
  const isFirst = i32.and(isChanged.get(), i32.lt_s(first.get(), i32.const(0)));
  const reachesEnd = i32.lt_s(i32.const(vectors - 1), i32.add(start.get(), count.get()));
  return [
    start.set(plus(low.get(), vectors - 1)),
    turnBack(options, start),
    count.set(plus(width.get(), 2)),
    ...[at.set(start.get()), turn.set(i32.const(0)), first.set(i32.const(-1)), last.set(i32.const(-2))],
    ...[own.ongoing.set(none), own.doubted.set(none), ...goTo],
    loop(i32.lt_s(turn.get(), count.get()), [
      ...vector,
      isChanged.set(v128.any_true(own.changed.get())),
      last.set(select(isChanged.get(), turn.get(), last.get())),
      first.set(select(isFirst, turn.get(), first.get())),
      ...[increase(turn, i32.const(1)), increase(at, i32.const(1))],
      ...[
        increase(source, i32.const(cell)),
        increase(target, i32.const(cell)),
        increase(mask, i32.const(16)),
      ],
      turnBack(options, at, goTo),
    ]),
    when(i32.or(i32.eqz(start.get()), reachesEnd), [
      assembler.run("sides", plus(to.get(), stride), i32.const(1)),
    ]),
    // Where nothing changed, the width becomes 0.
    width.set(plus(i32.sub(last.get(), first.get()), 1)),
    low.set(i32.add(start.get(), first.get())),
    turnBack(options, low),
  ];
}

/** The next states of the vector at hand, and what is found in them. */
function vectorCode(options: ProgramOptions, own: Narrow, newVector: () => Variable): Code[] {
  const { plan, layout } = options;
  const stack = stackCells(plan, { rows: 1, atSides: true, atEnds: true, tracks: true });
  const { circuit, changed, doubt } = stack;
  const values = stack.next[0]!;
  const goesOn: Readonly<Record<ProgramOptions["stop"]["kind"], () => Signal>> = {
    halted: () => runningOf(options, stack),
    fixpoint: () => changed,
    never: () => FALSE,
  };
  const ongoing = circuit.and(goesOn[options.stop.kind](), circuit.input("run"));
  // There is neither a row above nor one below.
  const none = i32x4.splat(i32.const(0));
  const load = loader(plan, layout, { from: own.source, mask: own.mask }, { up: none, down: none });
  const emitter = new Emitter({ ...stack, next: [[...values, ongoing]] }, newVector, load);
  const gather = (found: Variable, signal: Signal): Code[] =>
    signal === FALSE ? [] : [found.set(v128.or(found.get(), emitter.make(signal)))];
  return [
    ...values.map((value, plane) => v128.store(plane * 16, own.target.get(), emitter.make(value))),
    ...gather(own.ongoing, ongoing),
    own.changed.set(emitter.make(changed)),
    ...gather(own.doubted, doubt),
  ];
}

/** Tells where a cell of the next states goes on, by the stop rule. */
function runningOf(options: ProgramOptions, { circuit, next }: ReturnType<typeof stackCells>): Signal {
  const own = runningSignal(options);
  const nextOf = (name: string) => next[0]![options.plan.stored.indexOf(Number(name.split(" ")[0]))]!;
  return transplant(own.circuit, circuit, [own.running], nextOf)[0]!;
}

/** Sets `ended` to what is watched and has happened: searches look for what refutes it, where nothing else does. */
function watchCode(assembler: Assembler, { layout, stop }: ProgramOptions, own: Narrow): Code[] {
  const { thread, from, to, start, count, ended, watch, ongoing, apart, apartTurn } = own;
  const note = (name: keyof typeof WATCH) => ended.set(i32.or(ended.get(), i32.const(WATCH[name])));
  const search = (name: string, before: Code) => assembler.call(name, thread.get(), before, to.get());
  const isWatched = (name: keyof typeof WATCH) => i32.and(watch.get(), i32.const(WATCH[name]));
  const quickly = { halted: "halted", fixpoint: "unchanged", never: null }[stop.kind];
  const happens = (name: keyof typeof WATCH, find: string): Code => {
    const look = when(i32.eqz(search(find, from.get())), [note(name)]);
    return when(isWatched(name), [
      name === quickly ? when(i32.eqz(v128.any_true(ongoing.get())), [look]) : look,
    ]);
  };
  // What is not computed in a step still differs if it did before.
  const isStillApart = i32.and(i32.lt_s(i32.const(-1), apart.get()), i32.le_s(count.get(), apartTurn.get()));
  return [
    happens("halted", "findRunning"),
    happens("unchanged", "findChange"),
    when(isWatched("returned"), [
      apartTurn.set(plus(i32.sub(apart.get(), start.get()), layout.vectors)),
      turnBack({ layout }, apartTurn),
      when(i32.eqz(isStillApart), [
        apart.set(i32.const(-1)),
        when(
          search("findDifference", read(CONTROL.kept)),
          [apart.set(read(THREAD.differing, thread.get()))],
          [note("returned")],
        ),
      ]),
    ]),
  ];
}
