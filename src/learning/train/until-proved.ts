// The way to a proof: once hardly any case is wrong, inputs that do not matter are taken away; once no case is wrong with
// those that are left, a proof is tried; and where it is refuted, the counterexample and what is near to it join the
// cases. Where too many inputs matter for going through all cases, bounds are tried once, and then it stays without.

import type { Network } from "../../network/network.ts";
import type { Neighbourhood } from "../../proof/prove/patch.ts";
import type { Claim } from "../../proof/prove/prove.ts";
import type { StepProof } from "../../proof/prove/result.ts";
import { proveStep, workCounter } from "../../proof/prove/step.ts";
import type { CaseSet } from "./cases.ts";
import type { CaseSource } from "./draw.ts";
import type { Check, Fit } from "./fit.ts";
import type { Relevance } from "./relevance.ts";
import { CHEAP, type Decision, Selection, TRIVIAL } from "./select.ts";
import type { Weights } from "./weights.ts";

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
