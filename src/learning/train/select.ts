// Takes the weights from inputs that do not matter, so that a proof need not look at them; and what they do not see,
// networks do not get wrong.
//
// First the lasso pulls at all inputs. As long as hardly any case is wrong, what has become 0 stays 0; where too many get
// wrong it goes back, and on more gently. If what is left still makes too many cases for a proof, inputs are dropped one
// by one, those with the least weights first, and taken back where training cannot do without them.

import { MOST_WORK } from "../../proof/prove/enumerate.ts";
import { type Check, type Fit, inputNorms } from "./fit.ts";
import { copyOfWeights, type Weights } from "./weights.ts";

/** The lasso's strength at first, at last, and at most: it grows by a factor at checks with no input less, as long as it did no harm. */
const SHRINKAGE = 0.2;
const GENTLEST = SHRINKAGE / 16;
const STRONGEST = 8 * SHRINKAGE;
const STRONGER = 1.5;
/** Share of wrong cases at which the lasso goes back at once. */
const TOO_MANY = 0.05;
/** Share of wrong cases from which on an input that was dropped is missed, and checks after which that is seen. */
const BROKEN = 0.2;
const BROKEN_AFTER = 2;
/** Checks without progress after which something changes; more where a proof would take longer than seconds. */
const PATIENCE = 5;
const MORE_PATIENCE = 15;
export const CHEAP = 1e10;
/** Multiplications of a proof that need not be fewer. */
export const TRIVIAL = 1e8;
/** Inputs that turn out to be needed before no more are dropped: if a proof takes long, and if it has too many cases. */
const FEW_NEEDED = 4;
const MOST_NEEDED = 12;
/** Part of the least input's weights that must go between two checks for it to be on its way. */
const PROGRESS = 0.05;

interface SelectionOptions {
  /** Share of cases that may be wrong meanwhile. */
  readonly tolerance: number;
  /** Multiplications that a proof of such weights takes. */
  readonly work: (weights: Weights) => number;
}

/** Go on training; all that can go is gone; or the same, but a proof has too many cases. */
export type Decision = "train" | "done" | "infeasible";

export class Selection {
  readonly #fit: Fit;
  readonly #options: SelectionOptions;
  /** The last weights with which hardly any case was wrong, and what their proof takes; null where nobody asked. */
  #good: Weights;
  #goodWork: number | null = null;
  #stage: "shrink" | "drop" = "shrink";
  /** Checks with too many wrong cases, and without progress. */
  #waited = 0;
  #idle = 0;
  /** Whether too many cases got wrong, so that the lasso had to go back. */
  #didHarm = false;
  /** How many inputs were read, and the least of their weights, when there was progress. */
  #reading = Number.POSITIVE_INFINITY;
  #least = Number.POSITIVE_INFINITY;
  /** The input that was dropped last, null where it was taken back; and those that cannot be dropped. */
  #dropped: number | null = null;
  readonly #needed = new Set<number>();

  constructor(fit: Fit, options: SelectionOptions) {
    this.#fit = fit;
    this.#options = options;
    this.#good = copyOfWeights(fit.weights);
    fit.shrinkage = SHRINKAGE;
  }

  /** What to do after a check of `cases` cases. */
  next({ wrong }: Check, cases: number): Decision {
    const isGood = wrong <= this.#options.tolerance * cases;
    if (isGood) {
      this.#good = copyOfWeights(this.#fit.weights);
      this.#goodWork = null;
      this.#waited = 0;
      this.#fit.lock();
    } else this.#waited++;
    const isHopeless = this.#waited >= PATIENCE || wrong > TOO_MANY * cases;
    return this.#stage === "shrink" ? this.#shrink(isGood, isHopeless) : this.#drop(isGood, wrong, cases);
  }

  #shrink(isGood: boolean, isHopeless: boolean): Decision {
    if (isGood) {
      const reading = this.#reading;
      this.#idle = this.#isProgress() ? 0 : this.#idle + 1;
      const isSame = this.#fit.reading >= reading;
      // With hardly any cases left, what is on its way need not be waited for.
      if (isSame && this.#work <= TRIVIAL) return this.#end();
      // Another input less would take longer than it saves of the proof.
      if (isSame && this.#work <= CHEAP) return this.#shrunk();
      if (isSame && !this.#didHarm) this.#fit.shrinkage = Math.min(STRONGEST, STRONGER * this.#fit.shrinkage);
      if (this.#idle < PATIENCE) return "train";
      return this.#idle < MORE_PATIENCE && this.#work > CHEAP ? "train" : this.#shrunk();
    }
    if (!isHopeless) return "train";
    this.#didHarm = true;
    const gentler = this.#fit.shrinkage / 2;
    this.#goBack();
    if (gentler < GENTLEST) return this.#shrunk();
    this.#fit.shrinkage = gentler;
    return "train";
  }

  /** Fewer inputs are, or, as long as a proof would take long, the next one being on its way. */
  #isProgress(): boolean {
    const norms = inputNorms(this.#fit.weights).filter((norm) => norm > 0);
    const least = Math.min(...norms);
    const isOnItsWay = least < (1 - PROGRESS) * this.#least && this.#work > CHEAP;
    if (norms.length >= this.#reading && !isOnItsWay) return false;
    [this.#reading, this.#least] = [norms.length, least];
    return true;
  }

  #shrunk(): Decision {
    this.#fit.shrinkage = 0;
    this.#stage = "drop";
    return this.#dropNext();
  }

  #drop(isGood: boolean, wrong: number, cases: number): Decision {
    if (isGood) return this.#dropNext();
    const isBroken = this.#waited >= BROKEN_AFTER && wrong > BROKEN * cases;
    if (this.#waited < PATIENCE && !isBroken) return "train";
    // What is not good any more without anything dropped stays as it is.
    if (this.#dropped === null) return this.#end();
    this.#needed.add(this.#dropped);
    this.#dropped = null;
    this.#goBack();
    return "train";
  }

  #dropNext(): Decision {
    const work = this.#work;
    const norms = inputNorms(this.#fit.weights);
    const open = [...norms.keys()].filter((input) => norms[input]! > 0 && !this.#needed.has(input));
    const isEnough = this.#needed.size >= (work <= MOST_WORK ? FEW_NEEDED : MOST_NEEDED);
    if (work <= CHEAP || isEnough) return this.#end();
    open.sort((a, b) => norms[a]! - norms[b]!);
    // What the program itself looks at makes as many cases without its weights.
    const least = open.find((input) => this.#options.work(without(this.#good, input)) < work);
    if (least === undefined) return this.#end();
    this.#dropped = least;
    this.#fit.drop(least);
    return "train";
  }

  #end(): Decision {
    this.#fit.shrinkage = 0;
    return this.#work <= MOST_WORK ? "done" : "infeasible";
  }

  get #work(): number {
    this.#goodWork ??= this.#options.work(this.#good);
    return this.#goodWork;
  }

  #goBack(): void {
    this.#waited = 0;
    this.#fit.restart(this.#good);
    this.#fit.lock();
  }
}

/** A copy of weights without those of an input of the first layer. */
function without(weights: Weights, input: number): Weights {
  const copy = copyOfWeights(weights);
  const { inputs, weight } = copy[0]!;
  for (let at = input; at < weight.length; at += inputs) weight[at] = 0;
  return copy;
}
