// Output supervision: only inputs and final outputs are known, and the gradient goes back through all steps of a run.
//
// Gaussian noise on the state and a penalty on what is neither 0 nor 1 make the network work with digital values, which
// do not drift; then what it learned on small grids holds on large ones. Sizes are mixed, small ones first, and runs
// are a little longer than they need be. Inputs that do not matter lose their weights towards the end. Then channels
// are snapped to 0 and 1, and the step is proved like any other; where that fails, training begins again.

import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import type { Backend } from "../engines/backend.ts";
import { runRule } from "../engines/rule.ts";
import { randomGrid } from "../grid/generate.ts";
import type { Shape } from "../grid/grid.ts";
import { fitsGrid, prepareInput } from "../grid/prepare.ts";
import { gaussian } from "../grid/random.ts";
import type { Network } from "../network/network.ts";
import { encode } from "../network/state.ts";
import type { Claim } from "../prove/prove.ts";
import { proveStep } from "../prove/step.ts";
import { onDevice } from "./dense.ts";
import { inputsRead, shrinkInputs } from "./fit.ts";
import { clip, type Optimiser, optimiser } from "./optimiser.ts";
import type { TraceOptions, TraceProgress, TraceResult, TrainOutcome } from "./trace.ts";
import { lossThroughTime, type Noise, type Runs, runSnapped } from "./unroll.ts";
import { allFinite, assign, copyOf, type Weights, weightsOf, withWeights } from "./weights.ts";

export interface OutputOptions extends TraceOptions {
  /** Largest grid to train on. */
  readonly max: Shape;
  /** Standard deviation of the noise on channels other than the input's, in every step. */
  readonly stateNoise: number;
}

/** Steps of one attempt, and between checks. */
const ATTEMPT = 2000;
const CHECK = 100;
/** Grids of one shape that are trained on together. */
const BATCH = 32;
/** From these parts of an attempt on, larger grids join, inputs are selected, the rate falls, and falls again. */
const [LARGER, SELECTING, SLOWER, SLOWEST] = [0.3, 0.5, 0.6, 0.85];
/** The lasso's strength. */
const SHRINKAGE = 0.1;
/** Steps of the rule after which a run counts as endless. */
const MOST_STEPS = 1000;

/**
 * Trains on random inputs.
 * @throws InputError if the program never ends
 */
export async function trainOutput(
  backend: Backend,
  claim: Claim,
  start: Network,
  options: OutputOptions,
): Promise<TraceResult> {
  if (claim.rule.stop.kind === "never")
    throw new InputError(
      `${claim.rule.name} never ends, so that it has no final outputs; give it \`halt\`, or use --supervision trace`,
    );
  return new OutputTraining(backend, claim, start, options).run();
}

class OutputTraining {
  readonly #backend: Backend;
  readonly #claim: Claim;
  readonly #start: Network;
  readonly #options: OutputOptions;
  readonly #weights: Weights;
  /** Channels of inputs and outputs, and for each channel whether it is the input's. */
  readonly #known: readonly number[];
  readonly #given: readonly boolean[];
  readonly #begin = performance.now();
  #optimiser: Optimiser;
  #step = 0;
  #restarts = 0;
  #refutations = 0;
  #loss = 0;
  #exact = 0;
  #last: Weights;

  constructor(backend: Backend, claim: Claim, start: Network, options: OutputOptions) {
    this.#backend = backend;
    this.#claim = claim;
    this.#start = start;
    this.#options = options;
    this.#weights = weightsOf(start);
    this.#last = copyOf(this.#weights);
    this.#optimiser = optimiser(options.optimiser, this.#weights);
    const roles = start.channels.map(({ code }) =>
      code.kind === "inside" ? "input" : start.fields.find(({ name }) => name === code.field)!.role,
    );
    this.#known = [...roles.keys()].filter((channel) => ["input", "output"].includes(roles[channel]!));
    this.#given = roles.map((role) => role === "input");
  }

  async run(): Promise<TraceResult> {
    const { maxSteps, signal, onCheck } = this.#options;
    for (;;) {
      for (let step = 0; step < CHECK; step++) this.#trainStep();
      this.#exact = this.#test();
      const progress = this.#progress();
      onCheck?.(progress);
      if (!allFinite(this.#weights) || !Number.isFinite(this.#loss))
        return this.#result("diverged", progress);
      this.#last = copyOf(this.#weights);
      const outcome = this.#decide();
      if (outcome !== null) return this.#result(outcome, this.#progress());
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      if (signal?.aborted) return this.#result("interrupted", progress);
      if (this.#step >= maxSteps) return this.#result("exhausted", progress);
      if (this.#step % ATTEMPT === 0) this.#restart();
    }
  }

  /** The outcome where this is the end; proofs are tried at the end of an attempt. */
  #decide(): TrainOutcome | null {
    const { until } = this.#options;
    switch (until.kind) {
      case "epochs":
        return this.#step >= until.epochs ? "finished" : null;
      case "exact":
        return this.#step % ATTEMPT === 0 && this.#exact === 1 ? "exact" : null;
      case "proved":
        return this.#step % ATTEMPT === 0 ? this.#prove() : null;
      default:
        return unreachable(until);
    }
  }

  #prove(): TrainOutcome | null {
    const { outcome } = proveStep(this.#claim.rule, withWeights(this.#start, this.#weights), { snap: true });
    if (outcome === "proved") return outcome;
    this.#refutations++;
    return null;
  }

  #restart(): void {
    const { again } = this.#options;
    if (again === null) return;
    const weights = again();
    assign(this.#weights, weights);
    this.#optimiser = optimiser(this.#options.optimiser, weights);
    this.#restarts++;
  }

  /** How much of this attempt is done. */
  get #part(): number {
    return (this.#step % ATTEMPT) / ATTEMPT;
  }

  get #rate(): number {
    const { rate } = this.#options;
    return this.#part < SLOWER ? rate : this.#part < SLOWEST ? rate / 3 : rate / 10;
  }

  #trainStep(): void {
    const { random } = this.#options;
    const runs = this.#draw(this.#part < LARGER ? 1 / 3 : random.int(3) < 2 ? 2 / 3 : 1);
    const { loss, gradient } = onDevice(this.#backend, this.#weights, (dense) =>
      lossThroughTime(dense, this.#weights, this.#start, runs, this.#noise(runs.start.length)),
    );
    clip(gradient, this.#options.clip);
    this.#optimiser.step(this.#weights, gradient, this.#rate);
    if (this.#part > SELECTING) shrinkInputs(this.#weights, this.#rate * SHRINKAGE);
    this.#loss = loss;
    this.#step++;
  }

  #noise(length: number): Noise {
    const { random, stateNoise } = this.#options;
    const width = this.#given.length;
    return () =>
      Float32Array.from({ length }, (_, at) => (this.#given[at % width] ? 0 : stateNoise * gaussian(random)));
  }

  /** Runs of one shape, up to a part of the largest. */
  #draw(part: number): Runs {
    const { random, max } = this.#options;
    const { checked, rule } = this.#claim;
    const inputs = checked.fields.filter(({ role }) => role === "input");
    const side = (most: number) => 1 + random.int(Math.max(1, Math.round(most * part)));
    let shape: Shape;
    do shape = { rows: side(max.rows), cols: side(max.cols) };
    while (!fitsGrid(checked, shape));
    const runs = Array.from({ length: BATCH }, () => {
      const input = prepareInput(checked, randomGrid(shape, inputs, random));
      return { input, ...runRule(rule, input, MOST_STEPS) };
    });
    const needed = Math.max(1, ...runs.map(({ steps }) => steps));
    return {
      shape: { rows: runs[0]!.input.rows, cols: runs[0]!.input.cols },
      grids: BATCH,
      start: joined(runs.map(({ input }) => encode(this.#start, input))),
      end: joined(runs.map(({ grid }) => encode(this.#start, grid))),
      known: this.#known,
      needed,
      steps: needed + random.int(Math.ceil(needed / 2) + 1),
    };
  }

  /** The share of runs that snapped channels get right. */
  #test(): number {
    const runs = this.#draw(1);
    const found = onDevice(this.#backend, this.#weights, (dense) => runSnapped(dense, this.#start, runs));
    const width = this.#given.length;
    const length = runs.start.length / runs.grids;
    const isRight = (grid: number): boolean => {
      for (let at = grid * length; at < (grid + 1) * length; at++)
        if (this.#known.includes(at % width) && found[at] !== runs.end[at]) return false;
      return true;
    };
    return Array.from({ length: runs.grids }, (_, grid) => grid).filter(isRight).length / runs.grids;
  }

  #progress(): TraceProgress {
    return {
      phase: this.#part > SELECTING ? "select" : "fit",
      step: this.#step,
      restarts: this.#restarts,
      loss: this.#loss,
      exact: this.#exact,
      cases: this.#step * BATCH,
      wrong: Math.round((1 - this.#exact) * BATCH),
      inputs: inputsRead(this.#weights),
      rate: this.#rate,
      refutations: this.#refutations,
      seconds: (performance.now() - this.#begin) / 1000,
    };
  }

  #result(outcome: TrainOutcome, progress: TraceProgress): TraceResult {
    return { outcome, network: withWeights(this.#start, this.#last), progress, coverage: null };
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
