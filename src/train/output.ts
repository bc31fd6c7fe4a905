// Output supervision: only inputs and final outputs are known, and the gradient goes back through all steps of a run
// (backpropagation through time; P. Werbos 1990).
//
// While it trains, channels are real numbers, clipped to [0, 1] after every step, with Gaussian noise on all but the
// input, and a penalty on what is neither 0 nor 1: so the network learns to work with digital values, which do not
// drift, and what it learned on small grids holds on large ones. Sizes are mixed, small ones first, and runs are a
// little longer than they need be, so that results stay. In the end channels are snapped to 0 and 1, and the step is
// proved like any other; where that fails, training begins again.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { Backend } from "../engines/backend.ts";
import { runRule } from "../engines/rule.ts";
import { randomGrid } from "../grid/generate.ts";
import type { Grid, Shape } from "../grid/grid.ts";
import { fitsGrid, prepareInput } from "../grid/prepare.ts";
import type { Random } from "../grid/random.ts";
import type { Network } from "../network/network.ts";
import { encode } from "../network/state.ts";
import type { Claim } from "../prove/prove.ts";
import { proveStep } from "../prove/step.ts";
import { TAPS } from "./cases.ts";
import { type Dense, onDevice, type Pass } from "./dense.ts";
import { inputsRead, shrinkInputs } from "./fit.ts";
import { shortfall } from "./gradient.ts";
import { clip, type Optimiser, optimiser } from "./optimiser.ts";
import type { TraceOptions, TraceProgress, TraceResult, TrainOutcome } from "./trace.ts";
import {
  addInto,
  allFinite,
  assign,
  copyOf,
  gaussian,
  type Weights,
  weightsOf,
  withWeights,
} from "./weights.ts";

export interface OutputOptions extends TraceOptions {
  /** Largest grid to train on. */
  readonly max: Shape;
  /** Standard deviation of the noise on channels, which are 0 and 1, in every step. */
  readonly stateNoise: number;
}

/** Steps of one attempt. */
const ATTEMPT = 2000;
/** Weight of the penalty on values between 0 and 1: of (4 s (1 - s))^2. */
const PENALTY = 0.1;
/** Grids of one shape that are trained on together. */
const BATCH = 32;
/** Parts of an attempt: larger grids join, the rate falls, inputs that do not matter lose their weights. */
const [GROWN, SELECTING, SLOWER, SLOWEST] = [0.3, 0.5, 0.6, 0.85];
const SHRINKAGE = 0.1;
const CHECK = 100;
const MOST_STEPS = 1000;

export function trainOutput(
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

/** A run to imitate: from a state, in so many steps, to a state of which the known channels count. */
interface Example {
  readonly shape: Shape;
  readonly start: Float32Array;
  readonly end: Float32Array;
  readonly steps: number;
}

class OutputTraining {
  readonly #backend: Backend;
  readonly #claim: Claim;
  readonly #start: Network;
  readonly #options: OutputOptions;
  readonly #weights: Weights;
  readonly #known: readonly number[];
  readonly #given: readonly boolean[];
  readonly #begin = performance.now();
  #optimiser: Optimiser;
  #step = 0;
  #restarts = 0;
  #refutations = 0;
  #loss = 0;
  #exact = 0;
  #best: Weights;

  constructor(backend: Backend, claim: Claim, start: Network, options: OutputOptions) {
    this.#backend = backend;
    this.#claim = claim;
    this.#start = start;
    this.#options = options;
    this.#weights = weightsOf(start);
    this.#best = copyOf(this.#weights);
    this.#optimiser = optimiser(options.optimiser, this.#weights);
    const roleOf = (channel: number) => {
      const { code } = start.channels[channel]!;
      return code.kind === "inside" ? "input" : start.fields.find(({ name }) => name === code.field)!.role;
    };
    const channels = [...start.channels.keys()];
    this.#known = channels.filter((channel) => ["input", "output"].includes(roleOf(channel)));
    this.#given = channels.map((channel) => roleOf(channel) === "input");
  }

  async run(): Promise<TraceResult> {
    const { maxSteps, signal, again, onCheck, until } = this.#options;
    for (;;) {
      for (let step = 0; step < CHECK; step++) this.#trainStep();
      this.#exact = this.#test();
      const progress = this.#progress();
      onCheck?.(progress);
      if (!allFinite(this.#weights) || !Number.isFinite(this.#loss))
        return this.#result("diverged", progress);
      this.#best = copyOf(this.#weights);
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      if (signal?.aborted) return this.#result("interrupted", progress);
      if (until.kind === "epochs" && this.#step >= until.epochs) return this.#result("finished", progress);
      if (this.#step % ATTEMPT === 0) {
        const outcome = this.#judge();
        if (outcome !== null) return this.#result(outcome, progress);
        if (again !== null) this.#restart(again());
      }
      if (this.#step >= maxSteps) return this.#result("exhausted", progress);
    }
  }

  #restart(weights: Weights): void {
    assign(this.#weights, weights);
    this.#optimiser = optimiser(this.#options.optimiser, weights);
    this.#restarts++;
  }

  #judge(): TrainOutcome | null {
    const { until } = this.#options;
    if (until.kind === "exact") return this.#exact === 1 ? "exact" : null;
    if (until.kind !== "proved") return null;
    const proof = proveStep(this.#claim.rule, withWeights(this.#start, this.#weights), { snap: true });
    if (proof.outcome === "proved") return "proved";
    this.#refutations++;
    return null;
  }

  /** How far this attempt is. */
  get #part(): number {
    return (this.#step % ATTEMPT) / ATTEMPT;
  }

  get #rate(): number {
    const { rate } = this.#options;
    return this.#part < SLOWER ? rate : this.#part < SLOWEST ? rate / 3 : rate / 10;
  }

  #trainStep(): void {
    const { random, clip: longest, max } = this.#options;
    const most = this.#part < GROWN ? 1 / 3 : random.int(3) < 2 ? 2 / 3 : 1;
    const examples = this.#draw(most, max);
    const { loss, gradient } = onDevice(this.#backend, this.#weights, (dense) =>
      this.#throughTime(dense, examples),
    );
    clip(gradient, longest);
    this.#optimiser.step(this.#weights, gradient, this.#rate);
    if (this.#part > SELECTING) shrinkInputs(this.#weights, this.#rate * SHRINKAGE);
    this.#loss = loss;
    this.#step++;
  }

  /** Runs of one shape, up to a part of the largest. */
  #draw(part: number, max: Shape): readonly Example[] {
    const { random } = this.#options;
    for (;;) {
      const side = (most: number) => 1 + random.int(Math.max(1, Math.round(most * part)));
      const shape = { rows: side(max.rows), cols: side(max.cols) };
      if (fitsGrid(this.#claim.checked, shape))
        return Array.from({ length: BATCH }, () => this.#example(shape, random));
    }
  }

  #example(shape: Shape, random: Random): Example {
    const { checked, rule } = this.#claim;
    const inputs = checked.fields.filter(({ role }) => role === "input");
    const input = prepareInput(checked, randomGrid(shape, inputs, random));
    const { grid, steps } = runRule(rule, input, MOST_STEPS);
    const start = this.#encode(input);
    return { shape: { rows: input.rows, cols: input.cols }, start, end: this.#encode(grid), steps };
  }

  #encode(grid: Grid): Float32Array {
    return encode(this.#start, grid);
  }

  /** The loss of runs, and its derivatives. */
  #throughTime(dense: Dense, examples: readonly Example[]): { loss: number; gradient: Weights } {
    const { random, stateNoise } = this.#options;
    const width = this.#start.channels.length;
    const { shape } = examples[0]!;
    const cells = examples.length * shape.rows * shape.cols;
    const target = joined(examples.map(({ end }) => end));
    const needed = Math.max(1, ...examples.map(({ steps }) => steps));
    const total = needed + random.int(Math.ceil(needed / 2) + 1);
    const patches = patchesOf(shape, examples.length, width, this.#start.layers[0]!.kernel);
    const passes: { pass: Pass; sums: Float32Array }[] = [];
    let state = joined(examples.map(({ start }) => start));
    for (let step = 0; step < total; step++) {
      const noisy = state.map((value, at) =>
        this.#given[at % width] ? value : value + stateNoise * gaussian(random),
      );
      const pass = dense.forward(patches.gather(noisy), cells);
      const sums = pass.outputs.map((value, at) => value + this.#start.residual[at % width]! * noisy[at]!);
      passes.push({ pass, sums });
      state = sums.map((value) => Math.min(1, Math.max(0, value)));
    }
    const judged = total - needed + 1;
    let loss = 0;
    let upstream: Float32Array = new Float32Array(state.length);
    const gradient = copyOf(this.#weights).map((layer) => ({
      ...layer,
      weight: layer.weight.fill(0),
      bias: layer.bias.fill(0),
    }));
    for (let step = total - 1; step >= 0; step--) {
      const { pass, sums } = passes[step]!;
      const slopes = upstream.map((slope, at) => {
        const sum = sums[at]!;
        // A value that was clipped is only let back.
        const passed = (sum < 0 && slope > 0) || (sum > 1 && slope < 0) ? 0 : slope;
        const s = Math.min(1, Math.max(0, sum));
        const between = 4 * s * (1 - s);
        loss += (PENALTY * between * between) / (state.length * total);
        const push =
          sum <= 0 || sum >= 1 ? 0 : (PENALTY * 2 * between * 4 * (1 - 2 * s)) / (state.length * total);
        return passed + push;
      });
      if (step >= needed - 1)
        for (let cell = 0; cell < cells; cell++)
          for (const channel of this.#known) {
            const at = cell * width + channel;
            const sign = target[at] === 1 ? 1 : -1;
            const short = shortfall(sums[at]!, sign);
            loss += (0.5 * short * short) / (cells * judged);
            slopes[at]! += (-sign * short) / (cells * judged);
          }
      const back = dense.backwardToInputs(pass, slopes);
      addInto(gradient, back.gradient);
      upstream = patches.scatter(back.inputs);
      for (let at = 0; at < upstream.length; at++)
        upstream[at]! += this.#start.residual[at % width]! * slopes[at]!;
    }
    return { loss, gradient };
  }

  /** The share of runs on the largest grids that snapped channels get right. */
  #test(): number {
    const examples = this.#draw(1, this.#options.max);
    const width = this.#start.channels.length;
    const { shape } = examples[0]!;
    const cells = shape.rows * shape.cols;
    const steps = Math.max(1, ...examples.map((each) => each.steps));
    const patches = patchesOf(shape, examples.length, width, this.#start.layers[0]!.kernel);
    let state = joined(examples.map(({ start }) => start));
    for (let step = 0; step < steps; step++) {
      const { outputs } = onDevice(this.#backend, this.#weights, (dense) =>
        dense.forward(patches.gather(state), cells * examples.length),
      );
      state = outputs.map((value, at) =>
        Number(value + this.#start.residual[at % width]! * state[at]! > 0.5),
      );
    }
    const right = examples.filter(({ end }, nth) =>
      end.every((bit, at) => !this.#known.includes(at % width) || state[nth * end.length + at] === bit),
    );
    return right.length / examples.length;
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
    return {
      outcome,
      network: withWeights(this.#start, outcome === "diverged" ? this.#best : this.#weights),
      progress,
      coverage: null,
    };
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

/** Neighbourhoods of all cells as rows, and back: what each number of a row adds to its cell. */
function patchesOf({ rows, cols }: Shape, grids: number, width: number, kernel: 3 | 1) {
  const taps = kernel === 3 ? TAPS : [[0, 0] as const];
  const cells = grids * rows * cols;
  // The cell that every tap of every cell reads; -1 off the grid.
  const sources = new Int32Array(cells * taps.length);
  for (let cell = 0; cell < cells; cell++) {
    const [row, col] = [Math.floor(cell / cols) % rows, cell % cols];
    for (const [tap, [down, right]] of taps.entries()) {
      const isInside = row + down >= 0 && row + down < rows && col + right >= 0 && col + right < cols;
      sources[cell * taps.length + tap] = isInside ? cell + down * cols + right : -1;
    }
  }
  const each = (visit: (row: number, state: number) => void): void => {
    for (let at = 0; at < sources.length; at++) {
      const source = sources[at]!;
      if (source < 0) continue;
      const [cell, tap] = [Math.floor(at / taps.length), at % taps.length];
      for (let channel = 0; channel < width; channel++)
        visit((cell * width + channel) * taps.length + tap, source * width + channel);
    }
  };
  return {
    gather(state: Float32Array): Float32Array {
      const patches = new Float32Array(cells * width * taps.length);
      each((row, at) => {
        patches[row] = state[at]!;
      });
      return patches;
    },
    scatter(patches: Float32Array): Float32Array {
      const state = new Float32Array(cells * width);
      each((row, at) => {
        state[at]! += patches[row]!;
      });
      return state;
    },
  };
}
