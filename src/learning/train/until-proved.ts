// The way to a proof: once hardly any case is wrong, inputs that do not matter are taken away; once no case is wrong with
// those that are left, a proof is tried; and where it is refuted, the counterexample and what is near to it join the
// cases. Where too many inputs matter for going through all cases, bounds are tried once, and then it stays without.

import type { Network } from "../../network/network.ts";
import { MOST_WORK } from "../../proof/prove/enumerate.ts";
import type { Neighbourhood } from "../../proof/prove/neighbourhood.ts";
import type { Claim } from "../../proof/prove/prove.ts";
import { proveStep, workCounter } from "../../proof/prove/prove-step.ts";
import type { StepProof } from "../../proof/prove/result.ts";
import type { CaseSet } from "./cases.ts";
import type { CaseSource } from "./draw.ts";
import { type Check, type Fit, inputNorms } from "./fit.ts";
import type { Relevance } from "./relevance.ts";
import { copyOfWeights, type Weights } from "./weights.ts";

/** Unseen cases that must be right one after another before a short proof is tried, a long one, or it counts as exact. */
const RIGHT_BEFORE_PROOF = 1000;
const RIGHT_BEFORE_LONG_PROOF = 5000;
export const RIGHT_IF_EXACT = 20_000;
/** Share of cases that may be wrong before and while inputs are selected, the first time. */
const TOLERANCE = 0.003;
/** Selection works at this part of the first rate. */
const SELECTION_RATE = 1 / 3;
/** Checks with wrong cases after which inputs that were taken away may come back. */
const UNLOCKING = 20;
/** Times that training begins again with only those inputs that were seen to matter. */
const TRUSTED = 8;
/** Boxes of a proof by bounds. */
const BOXES = 20_000;
/** Wrong cases after which a proof ends, and neighbours of each of those kept that join the cases with it. */
const MOST_WRONG = 5000;
const VARIANTS = 50;

/** What is under training, its cases, and the rule it is to follow. */
interface Trained {
  readonly claim: Claim;
  /** The channels that are trained. */
  readonly outputs: readonly number[];
  /** A network in which these channels have such weights. */
  readonly withWeights: (weights: Weights) => Network;
  readonly fit: Fit;
  readonly cases: CaseSet;
  readonly source: CaseSource;
  /** The rate of the first steps. */
  readonly rate: number;
  /** By which inputs were chosen; null where all are read. */
  readonly relevance: Relevance | null;
}

/**
 * What comes after a check: more steps; more steps, at a rate for their loss (`fit`), which begins anew where other
 * cases count (`refuted`) or other inputs (`other`); or the end.
 */
type Next = "train" | "fit" | "other" | "refuted" | "proved" | "unproved";

export class UntilProved {
  readonly #trained: Trained;
  readonly #count: (network: Network) => number;
  /** Null while nothing is being selected. */
  #selection: Selection | null = null;
  /** Whether inputs that do not matter have lost their weights, and checks with wrong cases since then. */
  #isSelected = false;
  #wrongSince = 0;
  #tolerance = TOLERANCE;
  /** Whether the inputs that are left make too many cases for a proof, and whether bounds were tried. */
  #isInfeasible = false;
  #isTried = false;
  #restarts = 0;
  refutations = 0;
  proof: StepProof | null = null;

  constructor(trained: Trained) {
    const { claim, outputs, withWeights, fit } = trained;
    this.#trained = trained;
    this.#count = workCounter(claim.rule, withWeights(fit.weights), outputs);
  }

  get isSelecting(): boolean {
    return this.#selection !== null;
  }

  /** `streak` unseen cases in a row were right; `right` are the last weights with which no case was wrong. */
  next(found: Check, streak: number, right: Weights): Next {
    const decision = this.#selection?.next(found, this.#trained.cases.count);
    if (decision === "train") return "train";
    if (decision !== undefined) return this.#endSelection(decision);
    if (this.#isInfeasible && streak >= RIGHT_IF_EXACT) return "unproved";
    if (this.#isSelected && !this.#isTried && this.#isReadyForProof(streak)) return this.#prove(right);
    if (this.#isSelected) return this.#unlockIfNeeded(found);
    return this.#isReady(found, streak) ? this.#beginSelection() : "fit";
  }

  /** Whether only inputs are read that were seen to matter. */
  get #isChosen(): boolean {
    return this.#trained.relevance !== null && this.#restarts < TRUSTED;
  }

  /** Training begins again, with other weights; after some times, any input may matter. */
  restart(): void {
    this.#restarts++;
    if (this.#restarts === TRUSTED) this.#trained.fit.unlock();
    this.#isSelected = false;
    this.#isTried = false;
    this.#isInfeasible = false;
  }

  /** Hardly any case is wrong, or, once that has led to nothing, none is. */
  #isReady({ wrong }: Check, streak: number): boolean {
    if (this.#tolerance === 0) return streak >= RIGHT_BEFORE_PROOF;
    return wrong <= this.#tolerance * this.#trained.cases.count;
  }

  #isReadyForProof(streak: number): boolean {
    if (streak < RIGHT_BEFORE_PROOF) return false;
    return streak >= RIGHT_BEFORE_LONG_PROOF || this.#work(this.#trained.fit.weights) <= CHEAP;
  }

  #work(weights: Weights): number {
    return this.#count(this.#trained.withWeights(weights));
  }

  #beginSelection(): Next {
    const { fit, rate } = this.#trained;
    // Where all inputs make few cases, there is nothing to win.
    if (this.#work(fit.weights) <= (this.#isChosen ? CHEAP : TRIVIAL)) return this.#endSelection("done");
    fit.rate = rate * SELECTION_RATE;
    this.#selection = new Selection(fit, {
      tolerance: this.#tolerance,
      work: (weights) => this.#work(weights),
    });
    return "train";
  }

  #endSelection(decision: Exclude<Decision, "train">): Next {
    this.#selection = null;
    this.#isSelected = true;
    this.#isInfeasible = decision === "infeasible";
    this.#wrongSince = 0;
    return "other";
  }

  /** First the inputs that are left have to do; if they do not, any may come back, and less is tolerated next time. */
  #unlockIfNeeded({ wrong }: Check): Next {
    this.#wrongSince = wrong === 0 ? 0 : this.#wrongSince + 1;
    if (this.#wrongSince < UNLOCKING || this.#isChosen) return "fit";
    this.#isSelected = false;
    this.#tolerance = 0;
    this.#trained.fit.rate = this.#trained.rate;
    this.#trained.fit.unlock();
    return "other";
  }

  #prove(weights: Weights): Next {
    const { claim, outputs, withWeights } = this.#trained;
    // Wrong cases come in clusters: the first, the second, the fourth and so on are more telling than all of them.
    const wrong: Neighbourhood[] = [];
    let count = 0;
    const onWrong = (neighbourhood: () => Neighbourhood): boolean => {
      count++;
      if (Number.isInteger(Math.log2(count))) wrong.push(neighbourhood());
      return count < MOST_WRONG;
    };
    const options = { snap: true, channels: outputs, onWrong, mostBoxes: BOXES };
    const proof = proveStep(claim.rule, withWeights(weights), options);
    if (proof.outcome === "proved") {
      this.proof = proof;
      return "proved";
    }
    this.refutations++;
    this.#isTried = this.#isInfeasible;
    if (proof.counterexample !== null) wrong.push(proof.counterexample.neighbourhood);
    this.#learnFrom(wrong, weights);
    return "refuted";
  }

  #learnFrom(wrong: readonly Neighbourhood[], weights: Weights): void {
    const { fit, cases, source, outputs, relevance } = this.#trained;
    for (const neighbourhood of wrong) source.around(cases, neighbourhood, VARIANTS);
    for (const neighbourhood of wrong) relevance?.lookAt(neighbourhood);
    fit.restart(weights);
    fit.lock();
    for (const output of outputs) for (const input of relevance?.inputsOf(output) ?? []) fit.read(input);
    this.#wrongSince = 0;
  }
}

// Takes the weights from inputs that do not matter, so that a proof need not look at them; and what they do not see,
// networks do not get wrong.
//
// First the lasso pulls at all inputs. As long as hardly any case is wrong, what has become 0 stays 0; where too many get
// wrong it goes back, and on more gently. If what is left still makes too many cases for a proof, inputs are dropped one
// by one, those with the least weights first, and taken back where training cannot do without them.

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
const CHEAP = 1e10;
/** Multiplications of a proof that need not be fewer. */
const TRIVIAL = 1e8;
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
type Decision = "train" | "done" | "infeasible";

class Selection {
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

  /** Returns what to do after a check of `cases` cases. */
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
