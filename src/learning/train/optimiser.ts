// Steps against the gradient: Adam (Kingma and Ba 2015), or stochastic gradient descent with momentum.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import type { OptimiserName, RateSchedule } from "../../diagnostics/known-words.ts";
import type { Weights } from "./weights.ts";

/** Changes weights in place by one step of a length. */
export interface Optimiser {
  step(weights: Weights, gradient: Weights, rate: number): void;
}

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];
const MOMENTUM = 0.9;

export function optimiser(name: OptimiserName, shape: Weights): Optimiser {
  switch (name) {
    case "adam":
      return adam(shape);
    case "sgd":
      return descent(shape);
    default:
      return unreachable(name);
  }
}

const tensorsOf = (weights: Weights): Float32Array[] => weights.flatMap(({ weight, bias }) => [weight, bias]);

function adam(shape: Weights): Optimiser {
  const means = tensorsOf(shape).map(({ length }) => new Float32Array(length));
  const squares = means.map(({ length }) => new Float32Array(length));
  let steps = 0;
  return {
    step(weights, gradient, rate) {
      steps++;
      const scaled = (rate * Math.sqrt(1 - BETA2 ** steps)) / (1 - BETA1 ** steps);
      const slopes = tensorsOf(gradient);
      for (const [nth, values] of tensorsOf(weights).entries()) {
        const [mean, square, slope] = [means[nth]!, squares[nth]!, slopes[nth]!];
        for (let at = 0; at < values.length; at++) {
          const g = slope[at]!;
          mean[at] = BETA1 * mean[at]! + (1 - BETA1) * g;
          square[at] = BETA2 * square[at]! + (1 - BETA2) * g * g;
          values[at]! -= (scaled * mean[at]!) / (Math.sqrt(square[at]!) + EPSILON);
        }
      }
    },
  };
}

function descent(shape: Weights): Optimiser {
  const velocities = tensorsOf(shape).map(({ length }) => new Float32Array(length));
  return {
    step(weights, gradient, rate) {
      const slopes = tensorsOf(gradient);
      for (const [nth, values] of tensorsOf(weights).entries()) {
        const [velocity, slope] = [velocities[nth]!, slopes[nth]!];
        for (let at = 0; at < values.length; at++) {
          velocity[at] = MOMENTUM * velocity[at]! + slope[at]!;
          values[at]! -= rate * velocity[at]!;
        }
      }
    },
  };
}

/** Shortens a gradient, in place, to a Euclidean length; its length before. */
export function clipGradient(gradient: Weights, most: number): number {
  const tensors = tensorsOf(gradient);
  let squares = 0;
  for (const values of tensors) for (const value of values) squares += value * value;
  const length = Math.sqrt(squares);
  if (length > most)
    for (const values of tensors) for (let at = 0; at < values.length; at++) values[at]! *= most / length;
  return length;
}

// How the rate of training falls.

/** Checks without a better loss after which the rate is halved, and halvings after which that is given up. */
const PATIENCE = 5;
const HALVINGS = 4;
/** A loss is better from this part of the least one on. */
const BETTER = 0.95;

export class Plateau {
  readonly #schedule: RateSchedule;
  readonly #first: number;
  #least = Number.POSITIVE_INFINITY;
  #halvings = 0;
  /** Checks since the loss was better. */
  waited = 0;

  constructor(schedule: RateSchedule, first: number) {
    this.#schedule = schedule;
    this.#first = first;
  }

  /** The rate after a check, `part` of all steps being made. */
  next(rate: number, loss: number, part: number): number {
    this.waited = loss < BETTER * this.#least ? 0 : this.waited + 1;
    if (this.waited === 0) this.#least = loss;
    if (this.#schedule === "cosine") return (this.#first * (1 + Math.cos(Math.PI * Math.min(1, part)))) / 2;
    if (this.#schedule !== "plateau" || this.waited === 0 || this.waited % PATIENCE !== 0) return rate;
    this.#least = Math.min(this.#least, loss);
    this.#halvings++;
    return rate / 2;
  }

  /** Whether smaller rates do not help any more. */
  get isOver(): boolean {
    return this.#halvings > HALVINGS;
  }

  /** Begins anew, with another loss. */
  reset(): void {
    this.#least = Number.POSITIVE_INFINITY;
    this.#halvings = 0;
    this.waited = 0;
  }
}
