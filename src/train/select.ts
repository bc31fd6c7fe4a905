// Takes the weights from inputs that do not matter, so that a proof need not look at them.
//
// First the lasso pulls at all inputs; whenever all cases are right, what has become 0 stays 0, and where too many get
// wrong it goes back to when all were right, and on more gently. If what is left still makes too many cases for a proof,
// inputs are dropped one by one, those with the least weights first, and taken back where training cannot do without.

import { type Check, type Fit, inputNorms } from "./fit.ts";
import { copyOf, type Weights } from "./weights.ts";

/** The lasso's strength at first, and at last. */
const SHRINKAGE = 0.2;
const GENTLEST = SHRINKAGE / 16;
/** Share of wrong cases at which the lasso goes back at once. */
const TOO_MANY = 0.05;
/** Checks without progress after which something changes. */
const PATIENCE = 5;
/** Part of the weights that must go between two checks for it to be progress. */
const PROGRESS = 0.01;

export class Selection {
  readonly #fit: Fit;
  readonly #isCheap: (weights: Weights) => boolean;
  /** The last weights that were right on all cases. */
  #right: Weights;
  #stage: "shrink" | "drop" = "shrink";
  /** Checks with wrong cases, and without progress. */
  #waited = 0;
  #idle = 0;
  /** How many inputs were read, and their weights all together, when there was progress. */
  #reading = Number.POSITIVE_INFINITY;
  #total = Number.POSITIVE_INFINITY;
  /** The input that was dropped last, and those that cannot be. */
  #dropped: number | null = null;
  readonly #needed = new Set<number>();

  /** `isCheap` says of weights whether a proof of them takes little time. */
  constructor(fit: Fit, isCheap: (weights: Weights) => boolean) {
    this.#fit = fit;
    this.#isCheap = isCheap;
    this.#right = copyOf(fit.weights);
    fit.shrinkage = SHRINKAGE;
  }

  /** What to do after a check of so many cases. */
  next({ wrong }: Check, cases: number): "train" | "prove" {
    if (wrong === 0) {
      this.#right = copyOf(this.#fit.weights);
      this.#waited = 0;
      this.#fit.lock();
    } else this.#waited++;
    return this.#stage === "shrink" ? this.#shrink(wrong, wrong < TOO_MANY * cases) : this.#drop(wrong);
  }

  #shrink(wrong: number, areFew: boolean): "train" | "prove" {
    if (wrong > 0) {
      if (this.#waited < PATIENCE && areFew) return "train";
      const gentler = this.#fit.shrinkage / 2;
      this.#goBack();
      if (gentler < GENTLEST) return this.#shrunk();
      this.#fit.shrinkage = gentler;
      return "train";
    }
    this.#idle = this.#isProgress() ? 0 : this.#idle + 1;
    return this.#idle < PATIENCE ? "train" : this.#shrunk();
  }

  /** Fewer inputs are, and as long as there are too many, so are smaller weights. */
  #isProgress(): boolean {
    const total = inputNorms(this.#fit.weights).reduce((sum, norm) => sum + norm, 0);
    const { reading } = this.#fit;
    const isLess = total < (1 - PROGRESS) * this.#total && !this.#isCheap(this.#right);
    if (reading >= this.#reading && !isLess) return false;
    [this.#reading, this.#total] = [reading, total];
    return true;
  }

  #shrunk(): "train" | "prove" {
    if (this.#isCheap(this.#right)) return "prove";
    this.#stage = "drop";
    this.#fit.shrinkage = 0;
    return this.#dropNext();
  }

  #drop(wrong: number): "train" | "prove" {
    if (wrong === 0) return this.#isCheap(this.#right) ? "prove" : this.#dropNext();
    if (this.#waited < PATIENCE) return "train";
    this.#needed.add(this.#dropped!);
    this.#goBack();
    return this.#dropNext();
  }

  /** With nothing left to drop, the proof has to do with what there is. */
  #dropNext(): "train" | "prove" {
    const norms = inputNorms(this.#fit.weights);
    const open = [...norms.keys()].filter((input) => norms[input]! > 0 && !this.#needed.has(input));
    if (open.length === 0) return "prove";
    this.#dropped = open.reduce((least, input) => (norms[input]! < norms[least]! ? input : least));
    this.#fit.drop(this.#dropped);
    return "train";
  }

  #goBack(): void {
    this.#waited = 0;
    this.#fit.restart(this.#right);
    this.#fit.lock();
  }
}
