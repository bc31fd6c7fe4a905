// Fits weights to cases, step by step: batches are half random cases and half those that were not right with all the
// margin at the last check.
//
// Inputs that do not matter are found on the way by a group lasso (Yuan and Lin 2006): after every step each input's
// weights in the first layer, all together, move towards 0 by a length, and inputs that arrive there can be locked.

import type { OptimiserName } from "../../diagnostics/known-words.ts";
import type { Backend } from "../../engines/tensorflow.ts";
import type { Random } from "../../grid/random.ts";
import type { CaseRows, CaseSet } from "./cases.ts";
import { caseDifferentiator, type Differentiator, MARGIN, type ReadInputs } from "./gradient.ts";
import { clipGradient, type Optimiser, optimiser } from "./optimiser.ts";
import { copyOfWeights, type Weights } from "./weights.ts";

export interface FitOptions {
  readonly optimiser: OptimiserName;
  /** The rate of the first steps. */
  readonly rate: number;
  readonly batch: number;
  /** Longest gradient. */
  readonly clip: number;
  readonly random: Random;
}

/** What a check found. */
export interface Check {
  readonly loss: number;
  /** Cases with an output on the wrong side of 1/2. */
  readonly wrong: number;
  /** How far the worst output is from its margin. */
  readonly worst: number;
  /** How far the worst output of each case is; from MARGIN on the case is wrong. */
  readonly shortfalls: Float32Array;
}

/** A case counts as hard from this shortfall on. */
const HARD = 0.1;

export class Fit {
  weights: Weights;
  /** The rate of the next steps. */
  rate: number;
  /** How far one input's weights move towards 0, times the rate; 0 is no lasso. */
  shrinkage = 0;
  readonly #options: FitOptions;
  readonly #differentiator: Differentiator;
  #optimiser: Optimiser;
  #hard: readonly number[] = [];
  /** 1 for inputs that are not read at first, and for those whose weights stay 0. */
  #unread: Uint8Array;
  #locked: Uint8Array;

  constructor(
    backend: Backend,
    residual: Float32Array,
    start: Weights,
    options: FitOptions,
    outputs?: readonly number[],
    unread: Uint8Array = new Uint8Array(start[0]!.inputs),
  ) {
    this.weights = copyOfWeights(start);
    this.rate = options.rate;
    this.#options = options;
    this.#differentiator = caseDifferentiator(backend, residual, outputs);
    this.#optimiser = optimiser(options.optimiser, start);
    this.#unread = unread.slice();
    this.#locked = unread.slice();
    this.#shrink();
  }

  /** Makes a number of steps; returns the mean loss of their batches, which is no number once the weights are none. */
  run(steps: number, cases: CaseRows): number {
    const read = this.#read;
    let sum = 0;
    for (let step = 0; step < steps; step++) {
      const batch = this.#batch(cases);
      const { loss, gradient } = this.#differentiator.gradient(this.weights, cases, batch, read);
      clipGradient(gradient, this.#options.clip);
      this.#optimiser.step(this.weights, gradient, this.rate);
      this.#shrink();
      sum += loss;
    }
    return sum / steps;
  }

  #batch(cases: CaseRows): Int32Array {
    const { batch, random } = this.#options;
    return Int32Array.from({ length: batch }, (_, at) =>
      at % 2 === 1 && this.#hard.length > 0
        ? this.#hard[random.int(this.#hard.length)]!
        : random.int(cases.count),
    );
  }

  /** Goes through all cases, and remembers which are hard. */
  check(cases: CaseRows): Check {
    const { loss, shortfalls } = this.#differentiator.evaluate(this.weights, cases, this.#read);
    this.#hard = [...shortfalls.keys()].filter((at) => shortfalls[at]! > HARD);
    return { loss, ...summary(shortfalls) };
  }

  /** Goes through cases that are not trained on; the wrong ones are added to those that are. */
  test(fresh: CaseRows, cases: CaseSet): Check {
    const { loss, shortfalls } = this.#differentiator.evaluate(this.weights, fresh, this.#read);
    for (const [at, shortfall] of shortfalls.entries()) if (shortfall > HARD) cases.addFrom(fresh, at);
    return { loss, ...summary(shortfalls) };
  }

  /** Starts again from other weights, with no input locked that was read at first, and no lasso. */
  restart(weights: Weights): void {
    this.weights = copyOfWeights(weights);
    this.#optimiser = optimiser(this.#options.optimiser, weights);
    this.#locked = this.#unread.slice();
    this.shrinkage = 0;
    this.#shrink();
  }

  /** Inputs that the network reads. */
  get inputs(): number[] {
    return [...inputNorms(this.weights).entries()].flatMap(([input, norm]) => (norm > 0 ? [input] : []));
  }

  /** How many inputs the network reads. */
  get reading(): number {
    return inputsRead(this.weights);
  }

  /** Locks the inputs that are not read; they stay so until a restart. */
  lock(): void {
    for (const [input, norm] of inputNorms(this.weights).entries()) if (norm === 0) this.#locked[input] = 1;
  }

  /** Lets an input be read that was not at first. */
  read(input: number): void {
    this.#unread[input] = 0;
    this.#locked[input] = 0;
  }

  /** All inputs may get weights again. */
  unlock(): void {
    this.#unread = new Uint8Array(this.#unread.length);
    this.#locked.fill(0);
  }

  /** Takes an input's weights away until a restart. */
  drop(input: number): void {
    this.#locked[input] = 1;
    this.#shrink();
  }

  /** The inputs that are not locked; a layer reads at least one. */
  get #read(): ReadInputs {
    const read = [...this.#locked.keys()].filter((input) => this.#locked[input] === 0);
    return read.length === this.#locked.length ? null : Int32Array.from(read.length === 0 ? [0] : read);
  }

  #shrink(): void {
    if (this.shrinkage > 0 || this.#locked.includes(1))
      shrinkInputs(this.weights, this.rate * this.shrinkage, this.#locked);
  }
}

/** The lasso's step: moves each input's weights towards 0 by a length for each unit; those of locked inputs are 0. */
export function shrinkInputs(weights: Weights, length: number, locked?: Uint8Array): void {
  const { inputs, outputs, weight } = weights[0]!;
  const less = length * Math.sqrt(outputs);
  for (const [input, norm] of inputNorms(weights).entries()) {
    const kept = locked?.[input] === 1 || norm <= less ? 0 : 1 - less / norm;
    for (let output = 0; output < outputs; output++) weight[output * inputs + input]! *= kept;
  }
}

/** Returns how many inputs have weights. */
export const inputsRead = (weights: Weights): number => inputNorms(weights).filter((norm) => norm > 0).length;

/** Euclidean lengths of the first layer's weights, input by input. */
export function inputNorms([first]: Weights): Float64Array {
  const { inputs, outputs, weight } = first!;
  const squares = new Float64Array(inputs);
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++) squares[input]! += weight[output * inputs + input]! ** 2;
  return squares.map(Math.sqrt);
}

function summary(shortfalls: Float32Array): Omit<Check, "loss"> {
  let [wrong, worst] = [0, 0];
  for (const shortfall of shortfalls) {
    if (shortfall >= MARGIN) wrong++;
    worst = Math.max(worst, shortfall);
  }
  return { wrong, worst, shortfalls };
}
