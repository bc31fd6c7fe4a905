// Code of the threads: step after step, and what they tell one another.

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
import type { ProgramOptions } from "./blocks.ts";
import { CONTROL, DOUBT, MOST_THREADS, THREAD, THREAD_BYTES, THREADS, WATCH } from "./control.ts";
import { canDoubt } from "./kernels.ts";
import { hasNarrow, isUpTo } from "./narrow.ts";

/**
 * Looks at the barrier before a thread goes to sleep, which are about 15 microseconds: to be woken takes longer than
 * that, and threads of equal work differ by a few. Of more, threads without a core of their own would keep the others from
 * theirs.
 */
const SPINS = 40_000;
/** Steps that a thread makes without looking for quiet blocks after finding less than a quarter of its blocks quiet. */
const PATIENCE = 32;
/** Blocks that change, of those of a row, at which it is seen whether they are near one another: see narrow.ts. */
const MOST_NARROW = 4;
/** Steps after which it is seen again. */
const WAIT = 16;

export function defineWork(assembler: Assembler, options: ProgramOptions): void {
  defineSleep(assembler);
  defineBarrier(assembler);
  defineStep(assembler, options);
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

/**
 * `step(thread, from, to, before, after)`: one step of a thread's rows, without the quiet blocks where that pays; gives
 * the number of blocks that change where it looked for them, else -1.
 */
function defineStep(assembler: Assembler, { layout, chunk }: ProgramOptions): void {
  const chunks = Math.ceil(layout.vectors / chunk);
  assembler.define("step", ["thread", "from", "to", "before", "after"], (given, make) => {
    const { thread, from, to, before, after } = given;
    const changed = make.number();
    const own = (address: number) => read(address, thread.get());
    const blocks = times(i32.sub(own(THREAD.endBand), own(THREAD.firstBand)), chunks);
    const plain = [assembler.run("bands", thread.get(), from.get(), to.get()), changed.set(i32.const(-1))];
    const tracked = [
      changed.set(
        assembler.call("bandsTracked", ...[thread, from, to, before, after].map((each) => each.get())),
      ),
      when(i32.gt_u(times(changed.get(), 4), times(blocks, 3)), [
        write(THREAD.patience, i32.const(PATIENCE), thread.get()),
        assembler.run("wake", thread.get()),
      ]),
    ];
    const rest = [write(THREAD.patience, plus(own(THREAD.patience), -1), thread.get()), ...plain];
    return [when(read(CONTROL.skips), [when(own(THREAD.patience), rest, tracked)], plain), changed.get()];
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

/** Where a thread, or all of them from `base` on, say what they found in a step. */
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
    const own = [
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
    return [
      thread.set(plus(times(index.get(), THREAD_BYTES), THREADS)),
      ...own.map(([address, variable]) => variable.set(read(address))),
      loop(goesOn, [
        changed.set(assembler.call("step", ...[thread, from, to, before, after].map((each) => each.get()))),
        when(canDoubt(plan) ? i32.const(1) : read(CONTROL.watch), [
          write(THREAD.found, found, foundAt(thread.get(), done)),
        ]),
        assembler.run("barrier"),
        ended.set(assembler.call("verdict", done.get())),
        ...exchange(from, to),
        ...exchange(before, after),
        increase(done, i32.const(1)),
        ...(hasNarrow(options) ? narrow() : []),
      ]),
      // Nobody may write the results while another thread still looks at what was asked for.
      assembler.run("barrier"),
      when(i32.eqz(index.get()), [
        ...own.map(([address, variable]) => write(address, variable.get())),
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
    const calls = make.number();
    const called = i32.atomic.load(CONTROL.called, i32.const(0));
    return [
      drop(i32.atomic.add(CONTROL.serving, i32.const(0), i32.const(1))),
      loop(i32.const(1), [
        loop(i32.eq(called, calls.get()), [assembler.run("sleep", i32.const(CONTROL.called), calls.get())]),
        increase(calls, i32.const(1)),
        assembler.run("work", index.get()),
      ]),
      i32.const(0),
    ];
  });
}
