// The one thing every network engine can do: take grids of states some steps on.

import { InputError } from "../diagnostics/diagnostic.ts";
import { requireCount } from "../grid/given.ts";
import type { Shape } from "../grid/grid.ts";
import type { ChannelCode, Network, Step } from "../network/network.ts";
import { requireTokens } from "../network/single-token-states.ts";
import { requireState } from "../network/state.ts";

/** Networks of more channels take other engines than the direct one long to get ready, and V8 has limits for the size of code. */
export const MOST_CHANNELS = 4_000;

/** What engines need of a network. Channels may hold any real numbers. */
export interface StepNetwork extends Step, Partial<Pick<Network, "fields" | "tokens">> {
  readonly channels: readonly { readonly name: string; readonly code?: ChannelCode }[];
}

/** Runs the shared step on states laid out as `state[(row * cols + col) * channels + channel]`. */
export interface Engine {
  /** For people and `--json`, such as `tensor (wasm, SIMD)`. */
  readonly name: string;
  /**
   * A run of a batch of grids of one shape, each of `rows * cols * channels` numbers.
   * @throws InputError if the engine does not take them
   */
  start(shape: Shape, states: readonly Float32Array[]): Run;
  /** As `start`, of states that are told apart by few channels, for engines that are the faster for it: see `startAlike`. */
  startAlike?(shape: Shape, states: AlikeStates): Run;
  /** Frees what the engine holds. */
  close(): void;
}

/** States of a batch that are the same but in some channels. */
export interface AlikeStates {
  /** What they have in common; 0 in those channels. */
  readonly common: Float32Array;
  readonly channels: readonly number[];
  /** By state, the numbers of those channels, cell by cell. */
  readonly own: readonly Float32Array[];
}

export interface Run {
  /** Applies the network `steps` times, a whole number from 0 on, to every grid of the batch. */
  advance(steps: number): Promise<void>;
  /** Copies of the present states, one per grid. */
  read(): Promise<Float32Array[]>;
  /** As `read`, of the numbers of some channels alone, for engines that are the faster for it: see `readOnly`. */
  readOnly?(channels: readonly number[]): Promise<Float32Array[]>;
  /**
   * The number of steps at once that is worth it however many cells there are; otherwise a call makes as many as are
   * soon done.
   */
  readonly atOnce?: number;
  /** Cells times steps that are soon done even if all cells become busy; a billion by default. */
  readonly soonDone?: number;
  /** Where the engine itself can tell when a run is over, without handing out every state; of single grids. */
  readonly watched?: WatchedRun;
  /** Frees what the run holds. */
  close(): void;
}

/** What can end a number of steps: no cell goes on, a step changed nothing, the kept state came back. */
export type Watch = "halted" | "unchanged" | "returned";

export interface WatchedRun {
  /** At most this number of steps; ends after the first one that does what is watched for, and that step counts. */
  advance(steps: number, watch: readonly Watch[]): Promise<StepsMade>;
  /** Keeps a state, by default the present one, to watch for its return. */
  keep(state?: Float32Array): void;
  /** A copy of it. */
  kept(): Float32Array;
}

/**
 * Steps made, and what ended them, if anything did. After `doubt` the run goes on, in another way, but nothing is watched
 * any more; the step that was in doubt does not count.
 */
export interface StepsMade {
  readonly steps: number;
  readonly ended: Watch | "doubt" | null;
}

/** @throws InputError if a state is another array than of float32 numbers */
export function requireNumbers(state: Float32Array): void {
  // Also those of another window.
  if (state instanceof Float32Array || Object.prototype.toString.call(state) === "[object Float32Array]")
    return;
  throw new InputError("found a state that is no Float32Array; give one such as encode makes");
}

/** The states themselves. */
export function wholeStates({ common, channels, own }: AlikeStates, width: number): Float32Array[] {
  return own.map((numbers) => {
    const state = common.slice();
    for (let cell = 0, from = 0; cell < state.length; cell += width)
      for (const channel of channels) state[cell + channel] = numbers[from++]!;
    return state;
  });
}

/** The numbers of some channels of a state, cell by cell. */
export function onlyChannels(state: Float32Array, width: number, channels: readonly number[]): Float32Array {
  const numbers = new Float32Array((state.length / width) * channels.length);
  for (let cell = 0, to = 0; cell < state.length; cell += width)
    for (const channel of channels) numbers[to++] = state[cell + channel]!;
  return numbers;
}

/** Starts a run of alike states of `width` channels on any engine. */
export const startAlike = (engine: Engine, shape: Shape, states: AlikeStates, width: number): Run =>
  engine.startAlike?.(shape, states) ?? engine.start(shape, wholeStates(states, width));

/** Copies of the numbers of some channels, cell by cell, of a run of any engine. */
export const readOnly = async (
  run: Run,
  channels: readonly number[],
  width: number,
): Promise<Float32Array[]> =>
  run.readOnly?.(channels) ?? (await run.read()).map((state) => onlyChannels(state, width, channels));

/** Whether an engine is closed, where it then has nothing to go on with. */
type IsClosed = () => boolean;

/** Whose steps an engine makes, by its `start`. */
const madeFor = new WeakMap<Engine["start"], Step>();

/**
 * Refuses engines of other networks, as far as is known whose they are: states may be of one size, and steps others.
 * @throws InputError if weights, residuals or rounding differ
 */
export function requireEngineOf(network: Step, { start, name }: Engine): void {
  const own = madeFor.get(start);
  if (own === undefined || isSameStep(own, network)) return;
  throw new InputError(
    `found an engine (${name}) of another network, expected one of the network that is run, such as directEngine(network)`,
  );
}

function isSameStep(one: Step, other: Step): boolean {
  if (one === other) return true;
  const isSame = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
    if (a === b) return true;
    if (a.length !== b.length) return false;
    for (let at = 0; at < a.length; at++) if (!Object.is(a[at], b[at])) return false;
    return true;
  };
  return (
    (one.snap ?? false) === (other.snap ?? false) &&
    isSame(one.residual, other.residual) &&
    one.layers.length === other.layers.length &&
    one.layers.every((layer, at) => {
      const { kernel, bias, weight } = other.layers[at]!;
      return (
        layer === other.layers[at] ||
        (layer.kernel === kernel &&
          isSame(layer.bias, bias) &&
          isSame(layer.weight.starts, weight.starts) &&
          isSame(layer.weight.columns, weight.columns) &&
          isSame(layer.weight.values, weight.values))
      );
    })
  );
}

/**
 * A `start` that refuses states of other sizes, or of too many tokens, and whose runs refuse what is no number of steps.
 */
export function checkedStart(
  network: StepNetwork,
  start: Engine["start"],
  isClosed?: IsClosed,
): Engine["start"] {
  const checked: Engine["start"] = (shape, states) => {
    if (isClosed?.())
      throw new InputError("found an engine that is closed, expected an open one; make another engine");
    if (!Array.isArray(states))
      throw new InputError("found no list of states, expected one state for each grid");
    for (const state of states) {
      requireNumbers(state);
      requireState(network, shape, state);
      requireTokens(network, shape, state);
    }
    return countingRun(start(shape, states), isClosed);
  };
  madeFor.set(checked, network);
  return checked;
}

/**
 * The run, which refuses what is no number of steps, and all that comes after its end or that of its engine. What is asked
 * of it while it is at work waits: libraries hand out control within a step, and would else begin two from one state.
 */
export function countingRun(run: Run, isEngineClosed: IsClosed = () => false): Run {
  const { watched } = run;
  let busy: Promise<void> | null = null;
  let isClosed = false;
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isClosed || isEngineClosed())
      throw new InputError(
        "found a run that is closed, or whose engine is, expected an open one; start another run",
      );
    const made = busy === null ? work() : busy.then(work);
    const free = (): void => {
      if (busy === end) busy = null;
    };
    const end: Promise<void> = made.then(free, free);
    busy = end;
    return made;
  };
  return {
    ...run,
    advance: async (steps) => {
      requireCount(steps, "number of steps");
      return inTurn(() => run.advance(steps));
    },
    read: () => inTurn(() => run.read()),
    ...(run.readOnly && { readOnly: (channels: readonly number[]) => inTurn(() => run.readOnly!(channels)) }),
    ...(watched && {
      watched: {
        advance: (steps: number, watch: readonly Watch[]) => inTurn(() => watched.advance(steps, watch)),
        keep: (state?: Float32Array) => watched.keep(state),
        kept: () => watched.kept(),
      },
    }),
    close: () => {
      if (isClosed) return;
      isClosed = true;
      if (busy === null) run.close();
      else void busy.then(() => run.close());
    },
  };
}
