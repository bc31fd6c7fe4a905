// What makes engines agree that add in orders of their own.
//
// The direct engine adds in an order that is written down; others do not. From numbers that channels hold, mostly zeros and
// ones, every order gives the same where a step is exact, or where it rounds to 0 and 1 and no sum comes so near to 1/2 that rounding decides
// (network/arithmetic.ts). The step itself cannot tell: that depends on the states that a run reaches. So such engines look
// at every step whether its result is beyond doubt. Steps that are not are made again by the direct engine, which goes
// on from there.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import { arithmeticOf, type Doubt, doubtOf, roundingError, showOverflow } from "../network/arithmetic.ts";
import { largestInputs, type Step } from "../network/network.ts";
import { withoutTokens } from "../network/single-token-states.ts";
import { directEngine } from "./direct.ts";
import type { Run, StepNetwork } from "./engine.ts";

export interface OrderOptions {
  /**
   * Whether results may differ from the direct engine's by what float32 rounds, and whatever comes of that. Else such
   * steps are refused, or left to the direct engine.
   */
  readonly approximate?: boolean | undefined;
}

/** @throws InputError if no number of the result can be relied on: an overflow is possible from zeros and ones */
export function refuseOverflow(step: Step): void {
  const overflow = showOverflow(arithmeticOf(step));
  if (overflow !== null) throw new InputError(`${nameOf(step)} has no certain result: ${overflow}`);
}

/** Tells whether steps round so that errors add up: the order of sums then decides what comes out. */
export const isUncertain = (step: Step): boolean => !step.snap && roundingError(step) > 0;

/**
 * Returns what an engine with its own order of sums has to look for.
 * @throws InputError if sums may overflow, or round without being rounded to 0 or 1
 */
export function doubtFor(step: StepNetwork, engine: string, { approximate }: OrderOptions): Doubt {
  if (approximate) return { kind: "none" };
  refuseOverflow(step);
  if (!isUncertain(step)) return doubtOf(step);
  throw new InputError(
    `${nameOf(step)} rounds in float32, and not to 0 and 1 after a step, so that the ${engine} engine may come to ` +
      "something else than other engines; round with --snap (`snap: true`), or take the direct engine",
  );
}

const nameOf = (step: Step & { readonly program?: string }): string => step.program ?? "the network";

/** How an engine makes steps in its own order. States are the engine's own, and stay as they are. */
export interface OwnOrder<State> {
  start(states: readonly Float32Array[]): State;
  /** The state some steps later, at least one, and whether all of them are beyond doubt. */
  advance(from: State, steps: number): Promise<{ readonly state: State; readonly isSure: boolean }>;
  read(state: State): Promise<Float32Array[]>;
  release(state: State): void;
}

/** A run that the engine makes as far as its steps are beyond doubt, and the direct engine from there. */
export function certainRun<State>(
  step: StepNetwork,
  shape: Shape,
  states: readonly Float32Array[],
  own: OwnOrder<State>,
  { approximate }: OrderOptions,
): Run {
  const plainly = (from: readonly Float32Array[]): Run =>
    directEngine(withoutTokens(step)).start(shape, from);
  // A snapping step that is exact from zeros and ones is so only from these.
  const isKnown = approximate === true || states.every((state) => holdsNumbers(step, state));
  let plain: Run | null = isKnown ? null : plainly(states);
  let state: State | null = isKnown ? own.start(states) : null;
  const release = (): void => {
    if (state !== null) own.release(state);
    state = null;
  };
  return {
    advance: async (steps) => {
      if (plain !== null || state === null) return plain?.advance(steps);
      if (steps === 0 || states.length === 0) return;
      const next = await own.advance(state, steps);
      if (!next.isSure) plain = plainly(await own.read(state));
      release();
      if (plain === null) state = next.state;
      else own.release(next.state);
      await plain?.advance(steps);
    },
    read: async () => plain?.read() ?? (state === null ? [] : own.read(state)),
    close: () => {
      plain?.close();
      release();
    },
  };
}

/** Tells whether a state holds nothing but numbers that the channels of a step can hold. */
function holdsNumbers(step: Step, state: Float32Array): boolean {
  const largest = largestInputs(step);
  const width = largest.length;
  return state.every((value, at) => value === 0 || value === 1 || isBetween(value, largest[at % width]!));
}

const isBetween = (value: number, most: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= most;
