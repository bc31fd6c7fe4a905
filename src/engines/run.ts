// Runs a network on a grid until its stop rule says that it is over.
//
// Networks with a halting rule may also run for ever. Without a limit on the steps their states are watched by
// Brent's algorithm (R. P. Brent, An improved Monte Carlo factorization algorithm, 1980): each state is
// compared with one kept earlier, which is renewed after 1, 2, 4, 8, ... steps. A state that comes back proves
// that nothing new will happen.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { Grid, Shape } from "../grid/grid.ts";
import type { Network } from "../network/network.ts";
import { decode, encode, haltTest } from "../network/state.ts";
import type { Engine, Run } from "./engine.ts";

export interface RunOptions {
  /** Stop after so many steps at the latest; 100 if the network never stops by itself. */
  readonly maxSteps?: number | undefined;
  /** Called after each step, counted from 1, with the grid of all fields. */
  readonly onStep?: ((step: number, grid: Grid) => void | Promise<void>) | undefined;
  /** Aborts the run, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface RunResult {
  /** All fields, hidden ones too, after the last step. */
  readonly grid: Grid;
  readonly steps: number;
  /** Whether the stop rule ended the run. */
  readonly halted: boolean;
  /** The run will never halt: from step `start` on the states repeat every `period` steps. */
  readonly repeats?: { readonly start: number; readonly period: number };
}

interface End {
  readonly state: Float32Array;
  readonly steps: number;
  readonly halted: boolean;
  /** Steps after which a state came back, or 0. */
  readonly period: number;
}

/** What the loops below need to know; `state` is the one before the first step. */
interface Job {
  readonly network: Network;
  readonly shape: Shape;
  readonly state: Float32Array;
  readonly run: Run;
  readonly options: RunOptions;
  /** Lets other work go on now and then, and notices the abort signal. */
  readonly breathe: () => Promise<void>;
}

/**
 * Runs until the stop rule holds, `maxSteps` are done or a state repeats.
 *
 * - halted: after the first step (0 if at once) after which every cell satisfies a cube.
 * - fixpoint: when a step changes nothing; that step does not count, and is looked at even after `maxSteps`.
 * - never: after exactly `maxSteps` steps.
 * @throws InputError if the grid or `maxSteps` is no good; the reason of `signal` if it aborts
 */
export async function runNetwork(
  network: Network,
  engine: Engine,
  grid: Grid,
  options: RunOptions = {},
): Promise<RunResult> {
  const { maxSteps } = options;
  if (maxSteps !== undefined && !(Number.isSafeInteger(maxSteps) && maxSteps >= 0)) {
    throw new InputError(
      `found ${maxSteps} as the largest number of steps, expected a whole number from 0 on`,
    );
  }
  const shape = { rows: grid.rows, cols: grid.cols };
  const state = encode(network, grid);
  const breathe = breather(options.signal);
  await breathe();
  const run = engine.start(shape, [state]);
  try {
    const job: Job = { network, shape, state, run, options, breathe };
    const end = network.stop.kind === "never" ? await runFor(job, maxSteps ?? 100) : await runUntil(job);
    const result = { grid: decode(network, shape, end.state), steps: end.steps, halted: end.halted };
    if (end.period === 0) return result;
    return { ...result, repeats: { start: await cycleStart(job, engine, end.period), period: end.period } };
  } finally {
    run.close();
  }
}

/** As many steps as asked for, several at a time where nobody looks at each. */
async function runFor({ network, shape, run, options, breathe }: Job, steps: number): Promise<End> {
  let chunk = 1;
  let done = 0;
  while (done < steps) {
    const now = options.onStep ? 1 : Math.min(chunk, steps - done);
    const begin = performance.now();
    await run.advance(now);
    done += now;
    if (performance.now() - begin < 25) chunk *= 2;
    await options.onStep?.(done, decode(network, shape, (await run.read())[0]!));
    await breathe();
  }
  return { state: (await run.read())[0]!, steps, halted: false, period: 0 };
}

/** Step by step until the network has halted. */
async function runUntil({ network, shape, state: initial, run, options, breathe }: Job): Promise<End> {
  const isHalted = haltTest(network);
  const fixpoint = network.stop.kind === "fixpoint";
  const limit = options.maxSteps ?? Number.POSITIVE_INFINITY;
  const returns = limit === Number.POSITIVE_INFINITY ? cycleDetector(initial) : () => 0;
  let state = initial;
  for (let steps = 0; ; steps++) {
    if (isHalted(state)) return { state, steps, halted: true, period: 0 };
    if (!fixpoint && steps >= limit) return { state, steps, halted: false, period: 0 };
    await run.advance(1);
    const next = (await run.read())[0]!;
    if (fixpoint && same(state, next)) return { state, steps, halted: true, period: 0 };
    if (steps >= limit) return { state, steps, halted: false, period: 0 };
    state = next;
    await options.onStep?.(steps + 1, decode(network, shape, state));
    const period = returns(state);
    if (period > 0) return { state, steps: steps + 1, halted: false, period };
    await breathe();
  }
}

/** Takes the states one after another; answers the period once one of them repeats, 0 before. */
function cycleDetector(initial: Float32Array): (state: Float32Array) => number {
  let kept = initial;
  let age = 0;
  let span = 1;
  return (state) => {
    age++;
    if (same(kept, state)) return age;
    if (age === span) {
      kept = state;
      age = 0;
      span *= 2;
    }
    return 0;
  };
}

/** The first step whose state comes back: two runs, one of them `period` steps ahead, until they agree. */
async function cycleStart({ shape, state, breathe }: Job, engine: Engine, period: number): Promise<number> {
  const ahead = await stateAfter(period, engine.start(shape, [state]));
  const both = engine.start(shape, [state, ahead]);
  try {
    for (let start = 0; ; start++) {
      const [behind, front] = await both.read();
      if (same(behind!, front!)) return start;
      await both.advance(1);
      await breathe();
    }
  } finally {
    both.close();
  }
}

async function stateAfter(steps: number, run: Run): Promise<Float32Array> {
  try {
    await run.advance(steps);
    return (await run.read())[0]!;
  } finally {
    run.close();
  }
}

/** Equal numbers throughout; a NaN counts as equal to a NaN, so that broken networks end too. */
function same(a: Float32Array, b: Float32Array): boolean {
  for (let index = 0; index < a.length; index++) {
    const x = a[index]!;
    const y = b[index]!;
    if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return false;
  }
  return true;
}

function breather(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > 50) {
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      last = performance.now();
    }
    signal?.throwIfAborted();
  };
}
