// One run of a network beside the trace of its program, up to the first difference.

import type { Schedule } from "../../compiler/schedule/rule.ts";
import type { Engine, Run } from "../../engines/engine.ts";
import type { Grid, Shape } from "../../grid/grid.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { illegalCodes } from "../../network/legal.ts";
import type { Network } from "../../network/network.ts";
import { decode, encode, haltTest } from "../../network/state.ts";
import { type Mismatch, Timeline, type Trace, traceProgram } from "./timeline.ts";

/** What is compared with what. */
export interface Emulated {
  readonly program: CheckedProgram;
  readonly schedule: Schedule;
  readonly network: Network;
  readonly engine: Engine;
  /** Gets where each assertion begins that a run of the program reaches. */
  readonly reached?: Set<number>;
}

/**
 * A value that differs, or what no value can express: a channel that is no code (`field` is then the channel),
 * or a halt at the wrong time (`field` is then `halted`).
 */
export type Difference = Mismatch & { readonly kind: "value" | "code" | "halt" };

export interface Emulation {
  readonly steps: number;
  readonly compared: number;
  /** Per grid, the steps until the stop rule held; null where it has not, after all those steps. */
  readonly ended: readonly (number | null)[];
  /** Index in the batch and what differed, or null. */
  readonly difference: { readonly grid: number; readonly at: Difference } | null;
  /** The states before the step that differed. */
  readonly before: readonly Float32Array[];
}

/** Steps looked at after the end, where nothing may change any more; cells that only `ends` stops may. */
const AFTERWARDS = 2;
const afterwards = ({ ends }: Pick<CheckedProgram, "ends">): number => (ends ? 0 : AFTERWARDS);

/** Returns what the program does with grids of one shape. `maxInstructions` bounds traces of programs that never end. */
export const tracesOf = (
  { program, schedule, reached }: Pick<Emulated, "program" | "schedule" | "reached">,
  inputs: readonly Grid[],
  maxInstructions: number,
): Trace[] => inputs.map((input) => traceProgram(program, schedule, input, maxInstructions, reached));

/** Runs grids of one shape side by side, and compares them with their traces. */
export async function emulate(
  { network, engine, program }: Emulated,
  inputs: readonly Grid[],
  traces: readonly Trace[],
): Promise<Emulation> {
  const shape: Shape = { rows: inputs[0]!.rows, cols: inputs[0]!.cols };
  const states = inputs.map((input) => encode(network, input));
  const run = engine.start(shape, states);
  try {
    const watchers = traces.map((trace, at) => new Watcher({ network, program }, shape, trace, states[at]!));
    return await watching(run, watchers, states, stepLimit(traces, inputs[0]!));
  } finally {
    run.close();
  }
}

/** No instruction takes a wave longer to cross the grid than its rows and columns together. */
export function stepLimit(traces: readonly Trace[], { rows, cols }: Shape): number {
  const longest = Math.max(...traces.map(({ moments }) => moments[moments.length - 1]!.time));
  return (longest + 1) * (rows + cols + 1) + AFTERWARDS;
}

/** Steps a run until its watchers are done or find a difference; `from` is the step in which it begins. */
export async function watching(
  run: Run,
  watchers: readonly Watcher[],
  initial: readonly Float32Array[],
  limit: number,
  from = 0,
): Promise<Emulation> {
  let before = initial;
  let steps = from;
  const result = (difference: Emulation["difference"]): Emulation => {
    const compared = watchers.reduce((sum, watcher) => sum + watcher.compared, 0);
    const ended = watchers.map((watcher) => watcher.steps);
    return { steps: steps * watchers.length, compared, ended, difference, before };
  };
  while (steps < limit && watchers.some((watcher) => !watcher.done)) {
    await run.advance(1);
    steps++;
    const states = await run.read();
    for (const [grid, watcher] of watchers.entries()) {
      const at = watcher.accept(states[grid]!, steps);
      if (at !== null) return result({ grid, at });
    }
    before = states;
  }
  for (const [grid, watcher] of watchers.entries()) {
    const at = watcher.unfinished(steps);
    if (at !== null) return result({ grid, at });
  }
  return result(null);
}

/** What a watcher knows besides the last state. */
export interface WatcherMoment {
  readonly times: Int32Array;
  readonly ended: number;
  readonly steps: number | null;
}

/** Judges the states of one grid. */
export class Watcher {
  readonly #network: Network;
  readonly #shape: Shape;
  readonly #trace: Trace;
  readonly #timeline: Timeline;
  readonly #isHalted: (state: Float32Array) => boolean;
  #last: Float32Array;
  #ended = 0;
  readonly #afterwards: number;
  /** Steps until the stop rule held, or null before. */
  steps: number | null = null;

  /** Watches from the beginning, or from the moment in which the state was another watcher's last one. */
  constructor(
    { network, program }: Pick<Emulated, "network" | "program">,
    shape: Shape,
    trace: Trace,
    state: Float32Array,
    moment?: WatcherMoment,
  ) {
    this.#afterwards = afterwards(program);
    this.#network = network;
    this.#shape = shape;
    this.#trace = trace;
    this.#timeline = new Timeline(trace, network.schedule, decode(network, shape, state), moment?.times);
    this.#isHalted = haltTest(network);
    this.#last = state;
    const hasEnded = moment === undefined && this.#isHalted(state);
    this.#ended = moment?.ended ?? (hasEnded ? 1 : 0);
    this.steps = moment?.steps ?? (hasEnded ? 0 : null);
  }

  get moment(): WatcherMoment {
    return { times: this.#timeline.times, ended: this.#ended, steps: this.steps };
  }

  get compared(): number {
    return this.#timeline.compared;
  }

  /** Nothing more to see: the trace is used up, or the run is over for some steps. */
  get done(): boolean {
    if (this.#trace.complete) return this.#ended > this.#afterwards;
    return this.#network.stop.kind !== "fixpoint" && this.#timeline.done;
  }

  accept(state: Float32Array, step: number): Difference | null {
    if (this.done) return null;
    const same = state.every((value, at) => value === this.#last[at]);
    this.#last = state;
    const illegal = illegalCodes(this.#network, this.#shape, state);
    if (illegal !== null) {
      const { row, col, channel, value } = illegal;
      const expected = value > 0.5 ? 1 : 0;
      return { kind: "code", step, row, col, field: channel, expected, got: value, instruction: -1 };
    }
    const grid = decode(this.#network, this.#shape, state);
    const over = this.#network.stop.kind === "fixpoint" ? same : this.#isHalted(state);
    const wrong = over ? this.#timeline.acceptOver(grid) : this.#timeline.accept(grid);
    // The step that changed nothing does not count.
    if (over) this.steps ??= this.#network.stop.kind === "fixpoint" ? step - 1 : step;
    if (over || this.#ended > 0) this.#ended++;
    return wrong && { ...wrong, step, kind: "value" };
  }

  /** A program that ended while its network goes on. */
  unfinished(step: number): Difference | null {
    if (this.done) return null;
    const instruction = this.#trace.moments[this.#trace.moments.length - 1]!.instruction;
    return { kind: "halt", step, row: 0, col: 0, field: "halted", expected: 1, got: 0, instruction };
  }
}
