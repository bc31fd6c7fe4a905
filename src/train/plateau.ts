// How the rate of training falls.

import type { Schedule } from "./optimiser.ts";

/** Checks without a better loss after which the rate is halved, and halvings after which that is given up. */
const PATIENCE = 5;
const HALVINGS = 4;
/** A loss is better from this part of the least one on. */
const BETTER = 0.95;

export class Plateau {
  readonly #schedule: Schedule;
  readonly #first: number;
  #least = Number.POSITIVE_INFINITY;
  #halvings = 0;
  /** Checks since the loss was better. */
  waited = 0;

  constructor(schedule: Schedule, first: number) {
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
