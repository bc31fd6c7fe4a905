// Code of the threads: step after step, and what they tell one another.

import type { Assembler, Expression, Variable } from "./assembler.ts";
import { CONTROL, DOUBT, MOST_THREADS, THREAD, THREAD_BYTES, THREADS, WATCH } from "./control.ts";
import { canDoubt } from "./kernels.ts";
import type { ProgramOptions } from "./program.ts";

/** Looks at the barrier before a thread goes to sleep. */
const SPINS = 4000;
/** A thread that finds less than a quarter of its blocks quiet makes so many steps without looking for them. */
const PATIENCE = 32;

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
  const { memory, i64, i32, drop } = assembler.module;
  assembler.define("sleep", ["address", "value"], ({ address, value }) => [
    drop(memory.atomic.wait32(address.get(), value.get(), i64.const(-1n))),
    i32.const(0),
  ]);
}

/** `barrier()`: waits until all threads have come here. */
function defineBarrier(assembler: Assembler): void {
  const { module } = assembler;
  const { i32 } = module;
  const zero = () => i32.const(0);
  const passed = () => i32.atomic.load(CONTROL.passed, zero());
  const threads = () => assembler.read(CONTROL.threads);
  assembler.define("barrier", [], (_, make) => {
    const [before, spins] = [make.number(), make.number()];
    const isLast = assembler.equal(
      i32.atomic.rmw.add(CONTROL.arrived, zero(), i32.const(1)),
      assembler.plus(threads(), -1),
    );
    const isOpen = () => i32.ne(passed(), before.get());
    return [
      assembler.when(assembler.equal(threads(), i32.const(1)), [module.return(zero())]),
      before.set(passed()),
      assembler.when(isLast, [
        i32.atomic.store(CONTROL.arrived, zero(), zero()),
        module.drop(i32.atomic.rmw.add(CONTROL.passed, zero(), i32.const(1))),
        module.drop(module.memory.atomic.notify(i32.const(CONTROL.passed), i32.const(MOST_THREADS))),
        module.return(zero()),
      ]),
      assembler.loop(assembler.less(spins.get(), i32.const(SPINS)), [
        assembler.when(isOpen(), [module.return(zero())]),
        assembler.increase(spins, i32.const(1)),
      ]),
      assembler.loop(i32.eqz(isOpen()), [assembler.run("sleep", i32.const(CONTROL.passed), before.get())]),
      zero(),
    ];
  });
}

/** `step(thread, from, to, before, after)`: one step of a thread's rows, without the quiet blocks where that pays. */
function defineStep(assembler: Assembler, { layout, chunk }: ProgramOptions): void {
  const { i32 } = assembler.module;
  const chunks = Math.ceil(layout.vectors / chunk);
  assembler.define("step", ["thread", "from", "to", "before", "after"], (given, make) => {
    const { thread, from, to, before, after } = given;
    const changed = make.number();
    const own = (address: number) => assembler.read(address, thread.get());
    const blocks = assembler.times(assembler.minus(own(THREAD.endBand), own(THREAD.firstBand)), chunks);
    const plain = (): Expression => assembler.run("bands", thread.get(), from.get(), to.get());
    const tracked = [
      changed.set(
        assembler.call("bandsTracked", ...[thread, from, to, before, after].map((each) => each.get())),
      ),
      assembler.when(i32.gt_u(assembler.times(changed.get(), 4), assembler.times(blocks, 3)), [
        assembler.write(THREAD.patience, i32.const(PATIENCE), thread.get()),
        assembler.run("wake", thread.get()),
      ]),
    ];
    const rest = [
      assembler.write(THREAD.patience, assembler.plus(own(THREAD.patience), -1), thread.get()),
      plain(),
    ];
    return [
      assembler.when(
        assembler.read(CONTROL.skips),
        [assembler.when(own(THREAD.patience), rest, tracked)],
        [plain()],
      ),
      i32.const(0),
    ];
  });
}

/** `look(thread, from, to)`: what is watched and did not happen in the thread's rows, a sum of `WATCH`, and of `DOUBT`. */
function defineWatch(assembler: Assembler): void {
  const { i32 } = assembler.module;
  assembler.define("look", ["thread", "from", "to"], ({ thread, from, to }, make) => {
    const found = make.number();
    const look = (watch: number, search: string, before: Expression) =>
      assembler.when(assembler.both(assembler.read(CONTROL.watch), i32.const(watch)), [
        found.set(
          assembler.either(
            found.get(),
            assembler.times(assembler.call(search, thread.get(), before, to.get()), watch),
          ),
        ),
      ]);
    return [
      look(WATCH.halted, "findRunning", from.get()),
      look(WATCH.unchanged, "findChange", from.get()),
      look(WATCH.returned, "findDifference", assembler.read(CONTROL.kept)),
      assembler.either(found.get(), assembler.times(assembler.read(THREAD.doubted, thread.get()), DOUBT)),
    ];
  });
}

/** Where a thread, or all of them from `base` on, say what they found in a step. */
function foundAt(assembler: Assembler, base: Expression, done: Variable): Expression {
  return assembler.add(base, assembler.times(assembler.both(done.get(), assembler.number(1)), 4));
}

/** `verdict(done)`: what is watched and no thread found not to have happened, a sum of `WATCH`; or `DOUBT` of a thread. */
function defineVerdict(assembler: Assembler): void {
  const { i32 } = assembler.module;
  assembler.define("verdict", ["done"], ({ done }, make) => {
    const [happened, doubts, thread, found] = [make.number(), make.number(), make.number(), make.number()];
    const base = assembler.times(thread.get(), THREAD_BYTES);
    return [
      happened.set(assembler.read(CONTROL.watch)),
      assembler.loop(assembler.less(thread.get(), assembler.read(CONTROL.threads)), [
        found.set(assembler.read(THREADS + THREAD.found, foundAt(assembler, base, done))),
        happened.set(assembler.both(happened.get(), i32.xor(found.get(), i32.const(-1)))),
        doubts.set(assembler.either(doubts.get(), assembler.both(found.get(), i32.const(DOUBT)))),
        assembler.increase(thread, i32.const(1)),
      ]),
      assembler.module.select(doubts.get(), doubts.get(), happened.get()),
    ];
  });
}

/** `work(index)`: what the control block asks for, by the thread of that number. All threads must be called. */
function defineLoop(assembler: Assembler, { plan }: ProgramOptions): void {
  const { i32 } = assembler.module;
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
    const goesOn = assembler.both(
      assembler.less(done.get(), assembler.read(CONTROL.steps)),
      i32.eqz(ended.get()),
    );
    return [
      thread.set(assembler.plus(assembler.times(index.get(), THREAD_BYTES), THREADS)),
      ...own.map(([address, variable]) => variable.set(assembler.read(address))),
      assembler.loop(goesOn, [
        assembler.run("step", ...[thread, from, to, before, after].map((each) => each.get())),
        assembler.when(canDoubt(plan) ? i32.const(1) : assembler.read(CONTROL.watch), [
          assembler.write(THREAD.found, found, foundAt(assembler, thread.get(), done)),
        ]),
        assembler.run("barrier"),
        ended.set(assembler.call("verdict", done.get())),
        ...exchange(from, to),
        ...exchange(before, after),
        assembler.increase(done, i32.const(1)),
      ]),
      // Nobody may write the results while another thread still looks at what was asked for.
      assembler.run("barrier"),
      assembler.when(i32.eqz(index.get()), [
        ...own.map(([address, variable]) => assembler.write(address, variable.get())),
        assembler.write(CONTROL.done, done.get()),
        assembler.write(CONTROL.ended, ended.get()),
      ]),
      i32.const(0),
    ];
  });
}

/** `serve(index)`: works whenever the host calls, for ever. */
function defineServe(assembler: Assembler): void {
  const { module } = assembler;
  const { i32 } = module;
  assembler.define("serve", ["index"], ({ index }, make) => {
    const calls = make.number();
    const called = () => i32.atomic.load(CONTROL.called, i32.const(0));
    return [
      assembler.loop(i32.const(1), [
        assembler.loop(assembler.equal(called(), calls.get()), [
          assembler.run("sleep", i32.const(CONTROL.called), calls.get()),
        ]),
        assembler.increase(calls, i32.const(1)),
        assembler.run("work", index.get()),
      ]),
      i32.const(0),
    ];
  });
}
