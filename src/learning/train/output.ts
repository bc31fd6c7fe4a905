// Output supervision: only inputs and final outputs are known, and the gradient goes back through all steps of a run.
//
// Gaussian noise on the state and a penalty on what is neither 0 nor 1 make the network work with digital values, which
// do not drift; then what it learned on small grids holds on large ones. In `fit` grids grow as soon as most runs on
// those of a size come out right (as in W. Zaremba and I. Sutskever 2014): runs on small grids leave few steps to blame.
// Once all do on the largest, the step is proved like any other, or inputs that do not matter are taken away in `select`
// until it can be. Where that fails, training begins again with other weights.

import { breathe } from "../../diagnostics/breathe.ts";
import { unreachable } from "../../diagnostics/diagnostic.ts";
import type { Backend } from "../../engines/tensorflow.ts";
import type { Shape } from "../../grid/grid.ts";
import { gaussian } from "../../grid/random.ts";
import type { Network } from "../../network/network.ts";
import type { Claim } from "../../proof/prove/prove.ts";
import { proveStep, workOfCases } from "../../proof/prove/prove-step.ts";
import type { StepProof } from "../../proof/prove/result.ts";
import { onDevice } from "./dense.ts";
import { inputsRead, shrinkInputs } from "./fit.ts";
import { clipGradient, type Optimiser, optimiser } from "./optimiser.ts";
import { BATCH, givenChannels, type RunSource, runSource } from "./runs.ts";
import type { Looked, TraceOptions, TraceProgress, TraceResult, TrainOutcome } from "./trace.ts";
import { lossThroughTime, type Noise, type Runs, shareRight } from "./unroll.ts";
import { allFinite, assign, copyOfWeights, type Weights, weightsOf, withWeights } from "./weights.ts";

export interface OutputOptions extends TraceOptions {
  /** Largest grid to train on. */
  readonly max: Shape;
  /** Steps after which outputs are looked at; null for when runs end, or come to rest. */
  readonly steps?: number | null;
  /** Standard deviation of the noise on channels that change, in every step. */
  readonly stateNoise: number;
  /** Share of batches whose first steps are made without gradient, as chance will have it. */
  readonly progressive?: number;
}

/** Steps between checks. */
const CHECK = 100;
/** Grids grow when at least this share of runs comes out right. */
const GROWN = 0.9;
/** Steps without growth after which the rate is this part of the first one, or an attempt is given up. */
const SLOWER = [
  { after: 1500, part: 1 / 3 },
  { after: 3000, part: 1 / 10 },
];
const STUCK = 4000;
/** The same in training for exactness: attempts that get there do so soon. */
const STUCK_INEXACT = 2500;
/** Selection works at this part of the first rate. */
const SELECTION_RATE = 1 / 3;
/** Share of the values that are snapped in training for exactness, where no proof finds steps that need others. */
const SNAPPED = 0.5;
/** Multiplications that a proof may take; until then inputs are taken away. About half a second. */
const CHEAP = 5e8;
/** Steps between proofs of steps that read as many inputs. */
const PAUSE = 500;
const NEVER = { reading: Number.POSITIVE_INFINITY, step: 0 };

/**
 * Trains on random inputs.
 * @throws InputError if the program neither ends nor comes to rest
 */
export const trainOutput = (
  backend: Backend,
  claim: Claim,
  start: Network,
  options: OutputOptions,
): Promise<TraceResult> => new OutputTraining(backend, claim, start, options).run();

class OutputTraining {
  readonly #backend: Backend;
  readonly #claim: Claim;
  readonly #start: Network;
  readonly #options: OutputOptions;
  readonly #source: RunSource;
  readonly #weights: Weights;
  /** Channels without noise. */
  readonly #given: ReadonlySet<number>;
  readonly #exactness: Exactness;
  readonly #begin = performance.now();
  #optimiser: Optimiser;
  /** Null while runs do not all come out right. */
  #narrowing: Narrowing | null = null;
  /** Rows and columns that grids have at most, beyond one. */
  #level = 1;
  #step = 0;
  /** The step at which this attempt began, or grids grew. */
  #moved = 0;
  #restarts = 0;
  #refutations = 0;
  /** When a proof failed last, and how many inputs the step read. */
  #refuted = NEVER;
  #proof: StepProof | null = null;
  #loss = 0;
  #exact = 0;
  #last: Weights;

  constructor(backend: Backend, claim: Claim, start: Network, options: OutputOptions) {
    this.#backend = backend;
    this.#claim = claim;
    this.#start = start;
    this.#options = options;
    this.#source = runSource(claim, options.steps ?? null, options.random);
    this.#weights = weightsOf(start);
    this.#last = copyOfWeights(this.#weights);
    this.#exactness = new Exactness(this.#source, options.max, (runs) => this.#shareRight(runs) === 1);
    this.#given = new Set(givenChannels(claim));
    this.#optimiser = optimiser(options.optimiser, this.#weights);
  }

  async run(): Promise<TraceResult> {
    const { maxSteps, signal, onCheck, onKeep } = this.#options;
    // Whether runs end shows soonest on the largest grids.
    this.#source.largest(this.#options.max);
    for (;;) {
      for (let step = 0; step < CHECK; step++) this.#trainStep();
      this.#check();
      const progress = this.#progress();
      onCheck?.(progress);
      if (!allFinite(this.#weights) || !Number.isFinite(this.#loss))
        return this.#result("diverged", progress);
      this.#last = copyOfWeights(this.#weights);
      const outcome = this.#decide();
      if (outcome !== null) return this.#result(outcome, this.#progress());
      await breathe();
      await onKeep?.(() => withWeights(this.#start, this.#last), progress);
      if (signal?.aborted) return this.#result("interrupted", progress);
      if (this.#step >= maxSteps) return this.#result("exhausted", progress);
    }
  }

  /** Sizes up to which grids are trained on. */
  get #limit(): Shape {
    const { rows, cols } = this.#options.max;
    return { rows: Math.min(rows, 1 + this.#level), cols: Math.min(cols, 1 + this.#level) };
  }

  get #isGrown(): boolean {
    const { rows, cols } = this.#options.max;
    return this.#level + 1 >= Math.max(rows, cols);
  }

  get #rate(): number {
    const { rate } = this.#options;
    if (this.#narrowing !== null) return rate * SELECTION_RATE;
    const slower = SLOWER.findLast(({ after }) => this.#step - this.#moved >= after);
    return rate * (slower?.part ?? 1);
  }

  #trainStep(): void {
    const { random, progressive = 0 } = this.#options;
    const runs = this.#source.any(this.#limit);
    const free = random.next() < progressive ? random.int(runs.steps) : 0;
    const noise = this.#noise(runs.start.length);
    const isSnapped = this.#isForExactness ? () => random.next() < SNAPPED : null;
    const { loss, gradient } = onDevice(this.#backend, this.#weights, (dense) =>
      lossThroughTime(dense, this.#weights, this.#start, runs, noise, free, isSnapped),
    );
    clipGradient(gradient, this.#options.clip);
    this.#optimiser.step(this.#weights, gradient, this.#rate);
    if (this.#narrowing !== null) shrinkInputs(this.#weights, this.#rate * this.#narrowing.strength);
    this.#loss = loss;
    this.#step++;
  }

  #noise(length: number): Noise {
    const { random, stateNoise } = this.#options;
    const width = this.#start.channels.length;
    return () =>
      Float32Array.from({ length }, (_, at) =>
        this.#given.has(at % width) ? 0 : stateNoise * gaussian(random),
      );
  }

  /** Tests the network on the largest grids, and lets those that it is trained on grow. */
  #check(): void {
    this.#exact = this.#test(this.#options.max);
    while (!this.#isGrown && this.#test(this.#limit) >= GROWN) {
      this.#level++;
      this.#moved = this.#step;
    }
  }

  /** The share of runs that come out right where channels are snapped. */
  #test(shape: Shape): number {
    return this.#shareRight(this.#source.largest(shape));
  }

  #shareRight(runs: Runs): number {
    return onDevice(this.#backend, this.#weights, (dense) => shareRight(dense, this.#start, runs));
  }

  /** Returns what to do next; the outcome where this is the end. */
  #decide(): TrainOutcome | null {
    const { until } = this.#options;
    switch (until.kind) {
      case "epochs":
        return this.#step >= until.epochs ? "finished" : null;
      case "exact":
        if (this.#exact === 1 && this.#exactness.test()) return "exact";
        if (this.#isStuck) this.#restart();
        return null;
      case "proved":
        if (this.#exact === 1 && this.#prove()) return "proved";
        if (this.#narrowing === null) this.#goOn();
        else this.#narrow(this.#narrowing);
        return null;
      default:
        return unreachable(until);
    }
  }

  get #isStuck(): boolean {
    return this.#step - this.#moved >= (this.#isForExactness ? STUCK_INEXACT : STUCK);
  }

  get #isForExactness(): boolean {
    return this.#options.until.kind === "exact";
  }

  #goOn(): void {
    if (this.#exact === 1) this.#narrowing = new Narrowing(this.#weights);
    else if (this.#isStuck) this.#restart();
  }

  #narrow(narrowing: Narrowing): void {
    const advice = narrowing.next(this.#weights, this.#exact);
    if (advice === "over") this.#restart();
    if (advice !== "back") return;
    assign(this.#weights, narrowing.right);
    this.#optimiser = optimiser(this.#options.optimiser, this.#weights);
  }

  /** Tries a proof where it is cheap, and may well end in another way than the last one. */
  #prove(): boolean {
    const network = withWeights(this.#start, this.#weights);
    const reading = inputsRead(this.#weights);
    const isNews = reading < this.#refuted.reading || this.#step - this.#refuted.step >= PAUSE;
    if (!isNews || workOfCases(this.#claim.rule, network) > CHEAP) return false;
    const proof = proveStep(this.#claim.rule, network, { snap: true });
    if (proof.outcome === "proved") {
      this.#proof = proof;
      return true;
    }
    this.#refutations++;
    this.#refuted = { reading, step: this.#step };
    return false;
  }

  /** Begins again; weights that were given are kept. */
  #restart(): void {
    const { again } = this.#options;
    this.#narrowing = null;
    this.#refuted = NEVER;
    this.#moved = this.#step;
    if (again === null) return;
    // Its widths do not grow.
    assign(this.#weights, again(0));
    this.#optimiser = optimiser(this.#options.optimiser, this.#weights);
    this.#level = 1;
    this.#restarts++;
  }

  #progress(): TraceProgress {
    return {
      phase: this.#narrowing === null ? "fit" : "select",
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
    const network = withWeights(this.#start, this.#last);
    const looked = outcome === "exact" ? this.#exactness.looked : [];
    return { outcome, network, progress, coverage: null, looked, proof: this.#proof };
  }
}

// Whether weights are right in many runs, and on grids far larger than those that are trained on.

/** Runs of the largest grids that are trained on, and of those with twice as many rows and columns. */
const NEAR_RUNS = 10 * BATCH;
/** Runs of each shape beyond. */
const FAR_RUNS = 4;
/** How many times as many rows and columns far grids have, and how long rows and columns are. */
const FAR = 8;
const LONG = 512;
/** Cells times rows and columns of all runs of a shape: of larger grids there are fewer runs, or none. A few seconds. */
const MOST_WORK = 4_000_000;

class Exactness {
  readonly #source: RunSource;
  readonly #max: Shape;
  readonly #areRight: (runs: Runs) => boolean;
  /** What was right in the last test, by shape. */
  looked: Looked[] = [];

  constructor(source: RunSource, max: Shape, areRight: (runs: Runs) => boolean) {
    this.#source = source;
    this.#max = max;
    this.#areRight = areRight;
  }

  /** Goes on to larger grids until a run is wrong. */
  test(): boolean {
    const times = (factor: number): Shape => ({
      rows: factor * this.#max.rows,
      cols: factor * this.#max.cols,
    });
    this.looked = [];
    return (
      this.#isRight(this.#max, NEAR_RUNS) &&
      this.#isRight(times(2), NEAR_RUNS) &&
      this.#isRight(times(FAR), FAR_RUNS) &&
      this.#isRight({ rows: 2, cols: LONG }, FAR_RUNS) &&
      this.#isRight({ rows: LONG, cols: 2 }, FAR_RUNS)
    );
  }

  /** Says nothing of shapes that runs do not end on soon. */
  #isRight(limit: Shape, most: number): boolean {
    const { rows, cols } = this.#source.largestShape(limit);
    if (this.looked.some((each) => each.rows >= rows && each.cols >= cols)) return true;
    const affordable = Math.floor(MOST_WORK / (rows * cols * (rows + cols)));
    const count = Math.min(most, this.looked.length === 0 ? Math.max(BATCH, affordable) : affordable);
    for (let done = 0; done < count; done += BATCH) {
      const runs = this.#source.ofIfEnding({ rows, cols }, Math.min(BATCH, count - done));
      if (runs === null) return true;
      if (!this.#areRight(runs)) return false;
    }
    if (count > 0) this.looked.push({ rows, cols, runs: count });
    return true;
  }
}

// Takes the weights from inputs that do not matter while whole runs go on coming out right: the lasso of fit.ts, which
// goes back to the last weights that were right, and on more gently, where it went too far.
//
// What a proof costs depends on how many inputs are read, and a step that reads few of them has fewer ways to be right on
// small grids only.

/** The lasso's strength at first, and at last. */
const STRENGTH = 0.3;
const GENTLEST = STRENGTH / 4;
/** Checks without all runs right, and without an input less, after which something changes. */
const PATIENCE = 30;
const IDLE = 10;

/** `back`: go on from the last right weights; `over`: there is nothing more to win. */
type Advice = "train" | "back" | "over";

class Narrowing {
  /** How far one input's weights should move towards 0 in a step, times the rate. */
  strength = STRENGTH;
  /** The last weights that all runs were right with. */
  right: Weights;
  #reading = Number.POSITIVE_INFINITY;
  #waited = 0;
  #idle = 0;

  constructor(weights: Weights) {
    this.right = copyOfWeights(weights);
  }

  /** Returns what to do after a check in which this share of runs came out right. */
  next(weights: Weights, exact: number): Advice {
    if (exact < 1) return ++this.#waited < PATIENCE ? "train" : this.#goBack();
    this.right = copyOfWeights(weights);
    this.#waited = 0;
    const reading = inputsRead(weights);
    this.#idle = reading < this.#reading ? 0 : this.#idle + 1;
    this.#reading = Math.min(this.#reading, reading);
    return this.#idle < IDLE ? "train" : "over";
  }

  #goBack(): Advice {
    this.#waited = 0;
    this.strength /= 2;
    return this.strength < GENTLEST ? "over" : "back";
  }
}
