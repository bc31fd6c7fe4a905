// Code that looks for a vector of which something holds: near where one was found last, then everywhere.

import type { Assembler } from "../webassembly/assembler.ts";
import {
  type Code,
  clamp,
  i32,
  i32x4,
  increase,
  loop,
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
import { Circuit, FALSE, not, type Signal, TRUE } from "./bit-gates.ts";
import { Emitter } from "./bit-kernels.ts";
import type { ProgramOptions } from "./blocks.ts";
import { CONTROL, MASKS, THREAD } from "./thread-control.ts";

/** Functions of a thread's address and two states, which give 1 if a vector of the thread's rows is found. */
const SEARCHES = {
  /** A cell of the second states that goes on, by the stop rule. */
  findRunning: THREAD.running,
  /** A cell in which the states differ; for two different uses. */
  findChange: THREAD.changing,
  findDifference: THREAD.differing,
} as const;

export function defineSearches(assembler: Assembler, options: ProgramOptions): void {
  const { plan } = options;
  const { circuit, running } = runningSignal(options);
  const isRunning: Test = ({ second, newVector }) => {
    const load = (name: string) => v128.load(16 * plan.stored.indexOf(Number(name.split(" ")[0])), second);
    const stack = { circuit, next: [], changed: running, doubt: FALSE };
    return new Emitter(stack, newVector, load).make(running);
  };
  const differs: Test = ({ first, second }) => {
    const differences = plan.stored.map((_, at) =>
      v128.xor(v128.load(16 * at, first), v128.load(16 * at, second)),
    );
    // A network may store no channel at all: all its fields have a single value.
    const none = i32x4.splat(i32.const(0));
    return differences.reduce((a, b) => v128.or(a, b), none);
  };
  defineSearch(assembler, options, "findRunning", isRunning);
  defineSearch(assembler, options, "findChange", differs);
  defineSearch(assembler, options, "findDifference", differs);
}

/** Tells where a cell goes on, by the stop rule: a signal of the cell's own planes. */
export function runningSignal({ plan, stop, channels }: ProgramOptions): {
  circuit: Circuit;
  running: Signal;
} {
  const circuit = new Circuit();
  const signalOf = (name: string): Signal => {
    const channel = channels.findIndex((each) => each.name === name);
    const own = plan.planes.flatMap((plane, at) => (plane.channel === channel ? [at] : []));
    return own.reduce(
      (isOn, plane) => circuit.or(isOn, plan.stored.includes(plane) ? circuit.input(`${plane} 0 0`) : TRUE),
      FALSE,
    );
  };
  let running: Signal = TRUE;
  for (const { on, off } of stop.kind === "halted" ? stop.cubes : []) {
    const literals = [...on.map(signalOf), ...off.map((name) => not(signalOf(name)))];
    running = circuit.and(running, not(literals.reduce((a, b) => circuit.and(a, b), TRUE)));
  }
  return { circuit, running };
}

/** Code for the cells of a vector: which of them are looked for. */
type Test = (at: {
  /** Addresses of the vector in the first and the second states. */
  readonly first: Code;
  readonly second: Code;
  readonly newVector: () => Variable;
}) => Code;

function defineSearch(
  assembler: Assembler,
  { layout, band }: ProgramOptions,
  name: keyof typeof SEARCHES,
  test: Test,
): void {
  const { cell, stride, vectors } = layout;
  assembler.define(name, ["thread", "first", "second"], ({ thread, first, second }, make) => {
    const [row, total, seen, start, at, place] = [0, 1, 2, 3, 4, 5].map(() =>
      make.number(),
    ) as Variable[] as Six;
    const own = (address: number) => read(address, thread.get());
    const code = test({
      first: i32.add(first.get(), place.get()),
      second: i32.add(second.get(), place.get()),
      newVector: make.vector,
    });
    const column = i32.rem_u(at.get(), i32.const(vectors));
    const isCell = v128.load(MASKS + (vectors + 3) * 16, times(column, 16));
    // First where one was found last, then the next and the one before, as signals move by one; then all others.
    const offset = select(
      i32.eq(seen.get(), i32.const(2)),
      plus(total.get(), -1),
      i32.sub(seen.get(), i32.gt_u(seen.get(), i32.const(2))),
    );
    return [
      row.set(times(own(THREAD.firstBand), band)),
      total.set(times(own(THREAD.endBand), band)),
      clamp(total, i32.const(0), read(CONTROL.rows)),
      total.set(times(i32.sub(total.get(), row.get()), vectors)),
      start.set(own(SEARCHES[name])),
      // The one before comes up twice, so that one more is looked at.
      loop(i32.le_s(seen.get(), total.get()), [
        when(i32.eqz(total.get()), [returns(i32.const(0))]),
        at.set(i32.rem_u(i32.add(start.get(), offset), total.get())),
        place.set(
          i32.add(
            times(plus(i32.add(i32.div_u(at.get(), i32.const(vectors)), row.get()), 1), stride),
            times(plus(column, 1), cell),
          ),
        ),
        when(v128.any_true(v128.and(code, isCell)), [
          write(SEARCHES[name], at.get(), thread.get()),
          returns(i32.const(1)),
        ]),
        increase(seen, i32.const(1)),
      ]),
      i32.const(0),
    ];
  });
}

type Six = [Variable, Variable, Variable, Variable, Variable, Variable];
