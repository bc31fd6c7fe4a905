// Takes the weights from inputs that do not matter, by the lasso of fit.ts: what a proof costs hangs on how many inputs
// are read.
//
// Networks that are right on small grids only tend to look at all neighbours. The lasso breaks these, and what training
// then finds reads few inputs and is right everywhere, or it is stuck; a gentler one breaks nothing, and wins nothing.
// Where all runs are right and a proof can be tried, the lasso rests, inputs that have no weights get none, and what is
// left settles. If it is refuted all the same, the lasso goes on: it reads something that happens to fit in runs.

import { inputNorms, shrinkInputs } from "./fit.ts";
import type { Weights } from "./weights.ts";

/** How far the weights of an input move towards 0 in a step, times the rate. */
const STRENGTH = 0.3;
/** Checks that it may take until there are fewer inputs to settle with, and that settling may take. */
const PATIENCE = 40;
const SETTLING = 10;

export class Narrowing {
  /** 1 for inputs whose weights stay 0; null while the lasso is at work. */
  #locked: Uint8Array | null = null;
  /** Inputs that were settled with last. */
  #fewest = Number.POSITIVE_INFINITY;
  /** Checks since the lasso began to work, or to rest. */
  #checks = 0;

  /** To be called after every step. */
  shrink(weights: Weights, rate: number): void {
    if (this.#locked === null) shrinkInputs(weights, rate * STRENGTH);
    else shrinkInputs(weights, 0, this.#locked);
  }

  /** Takes in a check: whether all runs were right and few enough inputs are read for a proof; whether that is all. */
  isOver(weights: Weights, isProvable: boolean): boolean {
    this.#checks++;
    if (this.#locked === null && isProvable) this.#settle(weights);
    else if (this.#locked !== null && this.#checks >= SETTLING) this.#goOn();
    return this.#checks >= PATIENCE;
  }

  #settle(weights: Weights): void {
    const locked = Uint8Array.from(inputNorms(weights), (norm) => Number(norm === 0));
    const inputs = locked.filter((each) => each === 0).length;
    if (inputs >= this.#fewest) return;
    this.#fewest = inputs;
    this.#locked = locked;
    this.#checks = 0;
  }

  #goOn(): void {
    this.#locked = null;
    this.#checks = 0;
  }
}
