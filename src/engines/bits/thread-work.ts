// Code of the threads: step after step, and what they tell one another.
//
// Where something is watched, or may be in doubt, all threads meet at a barrier after every step, since they must agree
// on what has happened. Otherwise no thread need wait for more than the rows beside its own, and hardly ever waits for
// them: of each step it first makes its outer bands, the first one and the last, and counts this step; then the inner
// ones. It begins a step when both threads beside it have counted as many steps as it has itself.
//
// Let a thread A begin step t (from 0), so that it has counted t steps, and B, beside it, has counted t or more.
//
// - What A reads of B, an outer band of S(t), is there: B made it in step t - 1 before it counted. It stays there while A
//   reads it, which is before A counts step t: B overwrites it in step t + 1, the next one with the same `to`, and begins
//   that when A has counted t + 1.
// - What A writes in step t is S(t + 1) in the place of S(t - 1). Nobody but B reads that of A's, and only of A's outer
//   band, in B's step t - 1, before B counts it. B has counted t, so that it is done with it.
// - A's inner bands are read and written by A alone: they are a band away from B's rows, and a band has a row at least.
// - The same holds for flags of blocks (quiet.ts): those of a band are read in the steps after by those who read the
//   band, and are written when the band is. `wake` may be called at any time.
//
// Counting is an atomic store after all that it speaks of, and whoever reads the count does so before all that needs it.
// Threads that call `work` have all counted the same: each counts every step, a call ends when all have come to the
// barrier, and as long as one works alone nobody counts. A thread sleeps only if the count is still the one that it has
// seen; who counts wakes all that sleep: so none sleeps on a count that has changed.

import type { Assembler } from "../webassembly/assembler.ts";
import {
  type Code,
  drop,
  i32,
  increase,
  loop,
  memory,
  plus,
  read,
  returns,
  select,
  times,
  type Variable,
  when,
  write,
} from "../webassembly/instructions.ts";
import { canDoubt } from "./bit-kernels.ts";
import type { ProgramOptions } from "./blocks.ts";
import { hasNarrow, isUpTo } from "./narrow.ts";
import { CONTROL, DOUBT, MOST_THREADS, THREAD, THREAD_BYTES, THREADS, WATCH } from "./thread-control.ts";

/**
 * Looks at the barrier before a thread goes to sleep, which are about 15 microseconds: to be woken takes longer than
 * that, and threads of equal work differ by a few. Of more, threads without a core of their own would keep the others from
 * theirs.
 */
const SPINS = 40_000;
/** Looks for the host's next call before a thread goes to sleep: that mostly comes within a tenth of a millisecond, if soon. */
const CALL_SPINS = 8 * SPINS;
/** Steps that a thread makes without looking for quiet blocks after finding less than a quarter of its blocks quiet. */
const PATIENCE = 32;
/** Blocks that change, of those of a row, at which it is seen whether they are near one another: see narrow.ts. */
const MOST_NARROW = 4;
/** Steps after which it is seen again. */
const WAIT = 16;

export function defineWork(assembler: Assembler, options: ProgramOptions): void {
  defineSleep(assembler);
  defineBarrier(assembler);
  defineParts(assembler);
  defineStep(assembler, options);
  if (needNotMeet(options)) defineStepBeside(assembler);
  defineWatch(assembler);
  defineVerdict(assembler);
  defineLoop(assembler, options);
  defineServe(assembler);
}

/**
 * `sleep(address, value)`: waits until the number there is another one and somebody says so. It is a function of its
 * own because V8 (11.3, in Node 20) may give variables old values after such a wait.
 */
function defineSleep(assembler: Assembler): void {
  assembler.define("sleep", ["address", "value"], ({ address, value }) => [
    drop(memory.wait32(address.get(), value.get())),
    i32.const(0),
  ]);
}

/** `barrier()`: waits until all threads have come here. */
function defineBarrier(assembler: Assembler): void {
  const zero = i32.const(0);
  const passed = i32.atomic.load(CONTROL.passed, zero);
  const threads = read(CONTROL.threads);
  assembler.define("barrier", [], (_, make) => {
    const [before, spins] = [make.number(), make.number()];
    const isLast = i32.eq(i32.atomic.add(CONTROL.arrived, zero, i32.const(1)), plus(threads, -1));
    const isOpen = i32.ne(passed, before.get());
    return [
      when(i32.eq(threads, i32.const(1)), [returns(zero)]),
      before.set(passed),
      when(isLast, [
        i32.atomic.store(CONTROL.arrived, zero, zero),
        drop(i32.atomic.add(CONTROL.passed, zero, i32.const(1))),
        drop(memory.notify(i32.const(CONTROL.passed), i32.const(MOST_THREADS))),
        returns(zero),
      ]),
      loop(i32.lt_s(spins.get(), i32.const(SPINS)), [
        when(isOpen, [returns(zero)]),
        increase(spins, i32.const(1)),
      ]),
      loop(i32.eqz(isOpen), [assembler.run("sleep", i32.const(CONTROL.passed), before.get())]),
      zero,
    ];
  });
}

/** What is handed on to all that makes a step. */
const STEP = ["thread", "from", "to", "before", "after"] as const;
type Step = Readonly<Record<(typeof STEP)[number], Variable>>;

const own = (thread: Variable, address: number): Code => read(address, thread.get());

/** Calls `part` for bands from one up to another. */
const partOf = (assembler: Assembler, given: Step, first: Code, end: Code): Code =>
  assembler.call("part", ...STEP.map((name) => given[name].get()), first, end);

/**
 * `part(thread, from, to, before, after, first, end)`: a step of some bands of a thread, without the quiet blocks where it looks
 * for them; then it gives the number of blocks that change.
 */
function defineParts(assembler: Assembler): void {
  assembler.define("part", [...STEP, "first", "end"], (given, make) => {
    const { thread, from, to, before, after, first, end } = given;
    const changed = make.number();
    const tracked = [thread, from, to, before, after, first, end].map((each) => each.get());
    const plain = [thread, from, to, first, end].map((each) => each.get());
    const looks = i32.and(read(CONTROL.skips), i32.eqz(own(thread, THREAD.patience)));
    return [
      when(
        looks,
        [changed.set(assembler.call("bandsTracked", ...tracked))],
        [assembler.run("bands", ...plain)],
      ),
      changed.get(),
    ];
  });
}

/**
 * `step(thread, from, to, before, after)`: one step of a thread's rows, without the quiet blocks where that pays; gives
 * the number of blocks that change where it looked for them, else -1.
 */
function defineStep(assembler: Assembler, { layout, chunk }: ProgramOptions): void {
  const chunks = Math.ceil(layout.vectors / chunk);
  assembler.define("patient", ["thread", "changed"], ({ thread, changed }) => {
    const blocks = times(i32.sub(own(thread, THREAD.endBand), own(thread, THREAD.firstBand)), chunks);
    const tracked = when(i32.gt_u(times(changed.get(), 4), times(blocks, 3)), [
      write(THREAD.patience, i32.const(PATIENCE), thread.get()),
      assembler.run("wake", thread.get()),
    ]);
    const plain = [
      write(THREAD.patience, plus(own(thread, THREAD.patience), -1), thread.get()),
      changed.set(i32.const(-1)),
    ];
    return [
      when(
        read(CONTROL.skips),
        [when(own(thread, THREAD.patience), plain, [tracked])],
        [changed.set(i32.const(-1))],
      ),
      changed.get(),
    ];
  });
  assembler.define("step", STEP, (given) => {
    const { thread } = given;
    const all = [own(thread, THREAD.firstBand), own(thread, THREAD.endBand)] as const;
    return [assembler.call("patient", thread.get(), partOf(assembler, given, ...all))];
  });
}

/** Tells whether threads need not meet after steps of which nothing is watched. */
const needNotMeet = (options: ProgramOptions): boolean => !canDoubt(options.plan) && !hasNarrow(options);

/**
 * `stepBeside(thread, from, to, before, after)`: one step of a thread's rows, with threads beside it that need not have made
 * the step before.
 */
function defineStepBeside(assembler: Assembler): void {
  defineFollow(assembler);
  assembler.define("stepBeside", STEP, (given, make) => {
    const { thread } = given;
    const [first, last, changed] = [make.number(), make.number(), make.number()];
    const add = (from: Code, to: Code) => increase(changed, partOf(assembler, given, from, to));
    const follow = (bytes: number) => assembler.run("follow", thread.get(), plus(thread.get(), bytes));
    const end = plus(times(read(CONTROL.threads), THREAD_BYTES), THREADS);
    return [
      first.set(own(thread, THREAD.firstBand)),
      last.set(plus(own(thread, THREAD.endBand), -1)),
      when(i32.ne(thread.get(), i32.const(THREADS)), [follow(-THREAD_BYTES)]),
      when(i32.ne(plus(thread.get(), THREAD_BYTES), end), [follow(THREAD_BYTES)]),
      add(first.get(), plus(first.get(), 1)),
      when(i32.lt_s(first.get(), last.get()), [add(last.get(), plus(last.get(), 1))]),
      drop(i32.atomic.add(THREAD.outer, thread.get(), i32.const(1))),
      drop(memory.notify(plus(thread.get(), THREAD.outer), i32.const(MOST_THREADS))),
      add(plus(first.get(), 1), last.get()),
      assembler.call("patient", thread.get(), changed.get()),
    ];
  });
}

/** `follow(thread, other)`: waits until another thread has counted as many steps as this one. */
function defineFollow(assembler: Assembler): void {
  assembler.define("follow", ["thread", "other"], ({ thread, other }, make) => {
    const [seen, spins] = [make.number(), make.number()];
    const look = seen.set(i32.atomic.load(THREAD.outer, other.get()));
    // The difference, as counts begin anew some day.
    const isBehind = i32.lt_s(i32.sub(seen.get(), own(thread, THREAD.outer)), i32.const(0));
    return [
      look,
      loop(i32.and(isBehind, i32.lt_s(spins.get(), i32.const(SPINS))), [look, increase(spins, i32.const(1))]),
      loop(isBehind, [assembler.run("sleep", plus(other.get(), THREAD.outer), seen.get()), look]),
      i32.const(0),
    ];
  });
}

/** `look(thread, from, to)`: what is watched and did not happen in the thread's rows, a sum of `WATCH`, and of `DOUBT`. */
function defineWatch(assembler: Assembler): void {
  assembler.define("look", ["thread", "from", "to"], ({ thread, from, to }, make) => {
    const found = make.number();
    const look = (watch: number, search: string, before: Code) =>
      when(i32.and(read(CONTROL.watch), i32.const(watch)), [
        found.set(i32.or(found.get(), times(assembler.call(search, thread.get(), before, to.get()), watch))),
      ]);
    return [
      look(WATCH.halted, "findRunning", from.get()),
      look(WATCH.unchanged, "findChange", from.get()),
      look(WATCH.returned, "findDifference", read(CONTROL.kept)),
      i32.or(found.get(), times(read(THREAD.doubted, thread.get()), DOUBT)),
    ];
  });
}

/** Tells where a thread, or all of them from `base` on, say what they found in a step. */
const foundAt = (base: Code, done: Variable): Code =>
  i32.add(base, times(i32.and(done.get(), i32.const(1)), 4));

/** `verdict(done)`: what is watched and no thread found not to have happened, a sum of `WATCH`; or `DOUBT` of a thread. */
function defineVerdict(assembler: Assembler): void {
  assembler.define("verdict", ["done"], ({ done }, make) => {
    const [happened, doubts, thread, found] = [make.number(), make.number(), make.number(), make.number()];
    const base = times(thread.get(), THREAD_BYTES);
    return [
      happened.set(read(CONTROL.watch)),
      loop(i32.lt_s(thread.get(), read(CONTROL.threads)), [
        found.set(read(THREADS + THREAD.found, foundAt(base, done))),
        happened.set(i32.and(happened.get(), i32.xor(found.get(), i32.const(-1)))),
        doubts.set(i32.or(doubts.get(), i32.and(found.get(), i32.const(DOUBT)))),
        increase(thread, i32.const(1)),
      ]),
      select(doubts.get(), doubts.get(), happened.get()),
    ];
  });
}

/** `work(index)`: what the control block asks for, by the thread of that number. All threads must be called. */
function defineLoop(assembler: Assembler, options: ProgramOptions): void {
  const { plan } = options;
  assembler.define("work", ["index"], ({ index }, make) => {
    const [thread, done, ended, swap] = [make.number(), make.number(), make.number(), make.number()];
    const [from, to, before, after] = [make.number(), make.number(), make.number(), make.number()];
    /** Numbers of the control block that change with every step. */
    const inControl = [
      [CONTROL.from, from],
      [CONTROL.to, to],
      [CONTROL.flagsBefore, before],
      [CONTROL.flagsAfter, after],
    ] as const;
    const exchange = (a: Variable, b: Variable) => [swap.set(a.get()), a.set(b.get()), b.set(swap.get())];
    const found = assembler.call("look", thread.get(), from.get(), to.get());
    const goesOn = i32.and(i32.lt_s(done.get(), read(CONTROL.steps)), i32.eqz(ended.get()));
    const [changed, wait, made] = [make.number(), make.number(), make.number()];
    const narrow = (): Code[] => [
      when(wait.get(), [increase(wait, i32.const(-1))]),
      when(i32.and(i32.and(goesOn, i32.eqz(wait.get())), isUpTo(changed, MOST_NARROW)), [
        made.set(
          assembler.call(
            "narrow",
            ...[thread, from, to, before].map((each) => each.get()),
            i32.sub(read(CONTROL.steps), done.get()),
          ),
        ),
        increase(done, made.get()),
        when(made.get(), [ended.set(read(CONTROL.ended))]),
        when(i32.and(made.get(), i32.const(1)), exchange(from, to)),
        wait.set(i32.const(WAIT)),
      ]),
    ];
    const state = [thread, from, to, before, after];
    const turn = [...exchange(from, to), ...exchange(before, after), increase(done, i32.const(1))];
    const isAlone = i32.eq(read(CONTROL.threads), i32.const(1));
    const beside = () =>
      when(i32.eqz(i32.or(isAlone, read(CONTROL.watch))), [
        loop(goesOn, [assembler.run("stepBeside", ...state.map((each) => each.get())), ...turn]),
      ]);
    return [
      thread.set(plus(times(index.get(), THREAD_BYTES), THREADS)),
      ...inControl.map(([address, variable]) => variable.set(read(address))),
      needNotMeet(options) ? beside() : [],
      loop(goesOn, [
        changed.set(assembler.call("step", ...state.map((each) => each.get()))),
        when(canDoubt(plan) ? i32.const(1) : read(CONTROL.watch), [
          write(THREAD.found, found, foundAt(thread.get(), done)),
        ]),
        assembler.run("barrier"),
        ended.set(assembler.call("verdict", done.get())),
        ...turn,
        ...(hasNarrow(options) ? narrow() : []),
      ]),
      // Nobody may write the results while another thread still looks at what was asked for.
      assembler.run("barrier"),
      when(i32.eqz(index.get()), [
        ...inControl.map(([address, variable]) => write(address, variable.get())),
        write(CONTROL.done, done.get()),
        write(CONTROL.ended, ended.get()),
      ]),
      i32.const(0),
    ];
  });
}

/** `serve(index)`: works whenever the host calls, for ever. */
function defineServe(assembler: Assembler): void {
  assembler.define("serve", ["index"], ({ index }, make) => {
    const [calls, spins] = [make.number(), make.number()];
    const isIdle = i32.eq(i32.atomic.load(CONTROL.called, i32.const(0)), calls.get());
    return [
      drop(i32.atomic.add(CONTROL.serving, i32.const(0), i32.const(1))),
      loop(i32.const(1), [
        spins.set(i32.const(0)),
        loop(i32.and(isIdle, i32.lt_s(spins.get(), i32.const(CALL_SPINS))), [increase(spins, i32.const(1))]),
        loop(isIdle, [assembler.run("sleep", i32.const(CONTROL.called), calls.get())]),
        increase(calls, i32.const(1)),
        assembler.run("work", index.get()),
      ]),
      i32.const(0),
    ];
  });
}
