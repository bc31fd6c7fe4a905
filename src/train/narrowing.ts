// Takes the weights from inputs that do not matter, by the lasso of fit.ts: what a proof costs hangs on how many inputs
// are read.
//
// Networks that are right on small grids only tend to look at all neighbours. The lasso breaks these, and what training
// then finds reads few inputs and is right everywhere, or it is stuck. A gentler one breaks nothing, and wins nothing.

/** How far the weights of an input move towards 0 in a step, times the rate. */
export const STRENGTH = 0.3;
/** Checks without all runs right, and with all right but no input less, after which it is over. */
const PATIENCE = 40;
const IDLE = 10;

export class Narrowing {
  #fewest = Number.POSITIVE_INFINITY;
  #waited = 0;
  #idle = 0;

  /** Whether there is nothing more to hope for, after a check with so many inputs and this share of runs right. */
  isOver(inputs: number, exact: number): boolean {
    if (exact < 1) return ++this.#waited >= PATIENCE;
    this.#waited = 0;
    this.#idle = inputs < this.#fewest ? 0 : this.#idle + 1;
    this.#fewest = Math.min(this.#fewest, inputs);
    return this.#idle >= IDLE;
  }
}
