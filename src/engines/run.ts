// Runs a network on a grid until its stop rule says that it is over.
//
// Networks with a halting rule may also run for ever. Without a limit on the steps their states are watched (cycle.ts): a
// state that comes back proves that nothing new will happen.

import { breathe } from "../diagnostics/breathe.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { requireCount } from "../grid/given.ts";
import type { Grid, Shape } from "../grid/grid.ts";
import { startingGrid } from "../grid/prepare.ts";
import { type IllegalCode, illegalCodes } from "../network/legal.ts";
import type { Network } from "../network/network.ts";
import { requireTokens } from "../network/single-token-states.ts";
import { decode, encodeStarting, haltTest, requireState } from "../network/state.ts";
import { refuseOverflow } from "./certain.ts";
import { cycleDetector, type Kept, keptFirst, Renewal } from "./cycle.ts";
import {
  type Engine,
  type Run,
  requireEngineOf,
  requireNumbers,
  type Watch,
  type WatchedRun,
} from "./engine.ts";

export interface RunOptions {
  /** Stop after this number of steps at the latest; 100 if the network never stops by itself. */
  readonly maxSteps?: number | undefined;
  /** Called after each step, counted from 1, with the grid of all fields. */
  readonly onStep?: ((step: number, grid: Grid) => void | Promise<void>) | undefined;
  /** Aborts the run, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Goes on from here; the grid must be the one that this run began with. */
  readonly from?: Snapshot | undefined;
  /** Called between two steps now and then, before the run aborts, and at its end. */
  readonly onPause?: ((pause: Pause) => void | Promise<void>) | undefined;
}

/** Where a run is, between two steps. */
export interface Pause {
  /** Steps made so far. */
  readonly steps: number;
  /** Whether nothing comes after it, because the run is over or about to abort. */
  readonly last: "end" | "abort" | null;
  /** Reads the state, which takes time on some engines; only until the call is over. */
  snapshot(): Promise<Snapshot>;
}

/** All that a run needs to go on later as if nothing had happened. */
export interface Snapshot {
  readonly steps: number;
  readonly state: Float32Array;
  /** What Brent's algorithm remembers; null where it is not at work. */
  readonly kept: Kept<Float32Array> | null;
}

/** Networks that are known not to overflow: small runs of one network are many. */
const bounded = new WeakSet<Network>();

export interface RunResult {
  /** All fields, hidden ones too, after the last step. */
  readonly grid: Grid;
  readonly steps: number;
  /** Whether the stop rule ended the run. */
  readonly halted: boolean;
  /** The run will never halt: from step `start` on the states repeat every `period` steps. */
  readonly repeats?: { readonly start: number; readonly period: number };
  /** The first channel that holds no code at the end, such as 1/2, 7 or NaN: `grid` has the nearest values instead. */
  readonly stray?: IllegalCode;
}

interface End {
  readonly state: Float32Array;
  readonly steps: number;
  readonly halted: boolean;
  /** Steps after which a state came back, or 0. */
  readonly period: number;
  readonly pause: Pause;
}

/** What the loops below need to know. */
interface Job {
  readonly network: Network;
  readonly shape: Shape;
  /** The state before the first step. */
  readonly initial: Float32Array;
  /** Where to begin: there, or where an earlier run has ended. */
  readonly from: Snapshot;
  readonly run: Run;
  readonly options: RunOptions;
  /** Lets other work go on now and then, and notices the abort signal. */
  readonly breathe: (pause?: Pause) => Promise<void>;
}

/**
 * Runs until the stop rule holds, `maxSteps` are done or a state repeats. The grid is prepared as its program says,
 * unless it has been (see `Grid.prepared`): results can be run on.
 *
 * - halted: after the first step (0 if at once) after which every cell satisfies a cube.
 * - fixpoint: when a step changes nothing; that step does not count, and is looked at even after `maxSteps`.
 * - never: after exactly `maxSteps` steps.
 * @throws InputError if the grid or `maxSteps` is no good, or the network's numbers may overflow; the reason of `signal`
 *   if it aborts
 */
export async function runNetwork(
  network: Network,
  engine: Engine,
  grid: Grid,
  options: RunOptions = {},
): Promise<RunResult> {
  const { maxSteps } = options;
  if (typeof engine?.start !== "function")
    throw new InputError(
      "found no engine, expected one such as directEngine(network) or await bitEngine(network)",
    );
  requireEngineOf(network, engine);
  if (maxSteps !== undefined) requireCount(maxSteps, "largest number of steps");
  if (!bounded.has(network)) refuseOverflow(network);
  bounded.add(network);
  const start = startingGrid(network, grid);
  const shape = { rows: start.rows, cols: start.cols };
  const initial = encodeStarting(network, start);
  const from = { kept: null, ...(options.from ?? { steps: 0, state: initial }) };
  refuseTooFar(from, maxSteps);
  requireSnapshot(network, shape, from);
  const breathe = breather(options);
  await breathe();
  const run = engine.start(shape, [from.state]);
  try {
    const job: Job = { network, shape, initial, from, run, options, breathe };
    const end = await runJob(job);
    await options.onPause?.({ ...end.pause, last: "end" });
    const result = { ...shownEnd(network, shape, end.state), steps: end.steps, halted: end.halted };
    if (end.period === 0) return result;
    return { ...result, repeats: { start: await cycleStart(job, engine, end.period), period: end.period } };
  } finally {
    run.close();
  }
}

/** Returns what a run's result says of its last state. */
export function shownEnd(
  network: Network,
  shape: Shape,
  state: Float32Array,
): Pick<RunResult, "grid" | "stray"> {
  const stray = illegalCodes(network, shape, state);
  return { grid: decode(network, shape, state), ...(stray === null ? {} : { stray }) };
}

function runJob(job: Job): Promise<End> {
  const { network, run, options } = job;
  if (network.stop.kind === "never") return runFor(job, options.maxSteps ?? 100);
  // Whoever looks at every step has to be given every state.
  return run.watched === undefined || options.onStep ? runUntil(job) : runWatched(job, run.watched);
}

function requireSnapshot(network: Network, shape: Shape, { steps, state, kept }: Snapshot): void {
  requireCount(steps, "number of steps that the run to go on with has made");
  for (const each of kept == null ? [state] : [state, kept.state]) {
    requireNumbers(each);
    requireState(network, shape, each);
    requireTokens(network, shape, each);
  }
  if (kept == null) return;
  requireCount(kept.age, "age of the state that the run to go on with has kept");
  requireCount(kept.span, "number of steps for which it is kept", Math.max(1, kept.age));
}

function refuseTooFar({ steps }: Snapshot, maxSteps: number | undefined): void {
  if (maxSteps === undefined || steps <= maxSteps) return;
  throw new InputError(
    `the run to go on with has made ${steps} steps already, more than the ${maxSteps} asked for;` +
      " ask for more, or begin anew",
  );
}

/** Steps between two looks at an interrupt: few enough even if all cells become busy. */
const mostAtOnce = ({ rows, cols }: Shape, { atOnce, soonDone = 1e9 }: Run): number =>
  atOnce ?? Math.ceil(soonDone / (rows * cols));

/** As many steps as asked for, several at a time where nobody looks at each. */
async function runFor({ network, shape, from, run, options, breathe }: Job, steps: number): Promise<End> {
  const read = async () => (await run.read())[0]!;
  const pauseAt = (done: number): Pause => ({
    steps: done,
    last: null,
    snapshot: async () => ({ steps: done, state: await read(), kept: null }),
  });
  let chunk = 1;
  let done = from.steps;
  while (done < steps) {
    const now = options.onStep ? 1 : Math.min(chunk, steps - done);
    const begin = performance.now();
    await run.advance(now);
    done += now;
    if (performance.now() - begin < 25) chunk = Math.min(2 * chunk, mostAtOnce(shape, run));
    await options.onStep?.(done, decode(network, shape, await read()));
    await breathe(pauseAt(done));
  }
  return { state: await read(), steps, halted: false, period: 0, pause: pauseAt(steps) };
}

/** Step by step until the network has halted. */
async function runUntil({ network, shape, from, run, options, breathe }: Job): Promise<End> {
  const isHalted = haltTest(network);
  const fixpoint = network.stop.kind === "fixpoint";
  const limit = options.maxSteps ?? Number.POSITIVE_INFINITY;
  const cycle =
    limit === Number.POSITIVE_INFINITY ? cycleDetector(same, from.kept ?? keptFirst(from.state)) : null;
  let state = from.state;
  for (let steps = from.steps; ; steps++) {
    const at = { steps, state, kept: cycle?.kept() ?? null };
    const pause: Pause = { steps, last: null, snapshot: async () => at };
    const end = { state, steps, halted: false, period: 0, pause };
    if (isHalted(state)) return { ...end, halted: true };
    if (!fixpoint && steps >= limit) return end;
    if (steps > from.steps) await breathe(pause);
    await run.advance(1);
    const next = (await run.read())[0]!;
    if (fixpoint && same(state, next)) return { ...end, halted: true };
    if (steps >= limit) return end;
    state = next;
    await options.onStep?.(steps + 1, decode(network, shape, state));
    const period = cycle?.returns(state) ?? 0;
    if (period > 0) return { ...end, state, steps: steps + 1, period };
  }
}

/** As `runUntil`, on an engine that watches by itself: many steps at a time. */
async function runWatched(job: Job, watched: WatchedRun): Promise<End> {
  const { network, shape, from, run, options, breathe } = job;
  const limit = options.maxSteps ?? Number.POSITIVE_INFINITY;
  const isEndless = limit === Number.POSITIVE_INFINITY;
  const isFixpoint = network.stop.kind === "fixpoint";
  const watch: Watch[] = [isFixpoint ? "unchanged" : "halted", ...(isEndless ? (["returned"] as const) : [])];
  const kept = from.kept ?? keptFirst(from.state);
  const renewal = new Renewal(kept);
  if (isEndless) watched.keep(kept.state);
  let [steps, chunk] = [from.steps, 1];
  const read = async () => (await run.read())[0]!;
  const pauseAt = (made: number): Pause => ({
    steps: made,
    last: null,
    snapshot: async () => ({
      steps: made,
      state: await read(),
      kept: isEndless ? renewal.kept(watched.kept()) : null,
    }),
  });
  const endAt = async (made: number): Promise<End> => {
    return { state: await read(), steps: made, halted: false, period: 0, pause: pauseAt(made) };
  };
  if (haltTest(network)(from.state)) return { ...(await endAt(steps)), halted: true };
  while (steps < limit) {
    const begin = performance.now();
    const progress = await watched.advance(
      Math.min(chunk, limit - steps, isEndless ? renewal.left : limit),
      watch,
    );
    if (performance.now() - begin < 25) chunk = Math.min(2 * chunk, mostAtOnce(shape, run));
    steps += progress.steps;
    renewal.age += progress.steps;
    if (progress.ended === "doubt") {
      return runUntil({ ...job, from: await pauseAt(steps).snapshot() });
    }
    if (progress.ended === "returned") return { ...(await endAt(steps)), period: renewal.age };
    if (progress.ended !== null) return { ...(await endAt(isFixpoint ? steps - 1 : steps)), halted: true };
    if (isEndless && renewal.isOver()) watched.keep();
    await breathe(pauseAt(steps));
  }
  const end = await endAt(steps);
  const isOver = isFixpoint && (await watched.advance(1, watch)).ended === "unchanged";
  // That step was only looked at: a run that goes on from here makes it itself.
  const snapshot = async (): Promise<Snapshot> => ({ steps, state: end.state, kept: null });
  return { ...end, halted: isOver, pause: { ...end.pause, snapshot } };
}

/** The first step whose state comes back: two runs, one of them `period` steps ahead, until they agree. */
async function cycleStart({ shape, initial, breathe }: Job, engine: Engine, period: number): Promise<number> {
  const ahead = await stateAfter(period, engine.start(shape, [initial]), breathe);
  const both = engine.start(shape, [initial, ahead]);
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

async function stateAfter(steps: number, run: Run, breathe: Job["breathe"]): Promise<Float32Array> {
  try {
    for (let [done, chunk] = [0, 1]; done < steps; ) {
      const now = Math.min(chunk, steps - done);
      const begin = performance.now();
      await run.advance(now);
      done += now;
      if (performance.now() - begin < 25) chunk *= 2;
      await breathe();
    }
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

function breather({ signal, onPause }: RunOptions): Job["breathe"] {
  let last = performance.now();
  return async (pause) => {
    if (performance.now() - last > 50) {
      await breathe();
      if (pause !== undefined) await onPause?.(pause);
      last = performance.now();
    }
    if (!signal?.aborted) return;
    if (pause !== undefined) await onPause?.({ ...pause, last: "abort" });
    signal.throwIfAborted();
  };
}
