// Takes the weights from inputs that do not matter while whole runs go on coming out right: the lasso of fit.ts, which
// goes back to the last weights that were right, and on more gently, where it went too far.
//
// What a proof costs depends on how many inputs are read, and a step that reads few of them has fewer ways to be right on
// small grids only.

import { inputsRead } from "./fit.ts";
import { copyOf, type Weights } from "./weights.ts";

/** The lasso's strength at first, and at last. */
const STRENGTH = 0.3;
const GENTLEST = STRENGTH / 4;
/** Checks without all runs right, and without an input less, after which something changes. */
const PATIENCE = 30;
const IDLE = 10;

/** `back`: go on from the last right weights; `over`: there is nothing more to win. */
type Advice = "train" | "back" | "over";

export class Narrowing {
  /** How far one input's weights should move towards 0 in a step, times the rate. */
  strength = STRENGTH;
  /** The last weights that all runs were right with. */
  right: Weights;
  #reading = Number.POSITIVE_INFINITY;
  #waited = 0;
  #idle = 0;

  constructor(weights: Weights) {
    this.right = copyOf(weights);
  }

  /** What to do after a check in which this share of runs came out right. */
  next(weights: Weights, exact: number): Advice {
    if (exact < 1) return ++this.#waited < PATIENCE ? "train" : this.#goBack();
    this.right = copyOf(weights);
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
