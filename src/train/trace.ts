// Trace supervision: the step is fitted to pairs of a neighbourhood and the cell one step later, and, where it is to
// be proved, every counterexample of the prover joins the pairs until there is none.
//
// The pairs are those of runs on small grids, and as many from grids in any legal state: runs alone visit too few. In
// `fit` the loss goes down until no pair is wrong. In `select` inputs that do not matter lose their weights, so that a
// proof need not look at them (select.ts).

import { unreachable } from "../diagnostics/diagnostic.ts";
import type { Backend } from "../engines/backend.ts";
import type { Network } from "../network/network.ts";
import type { Claim } from "../prove/prove.ts";
import type { StepProof } from "../prove/result.ts";
import { proveStep, workOfCases } from "../prove/step.ts";
import { CaseSet } from "./cases.ts";
import { legalNeighbourhoods, type Source, sourceOf } from "./draw.ts";
import { type Check, Fit, type FitOptions } from "./fit.ts";
import type { Schedule } from "./optimiser.ts";
import { Selection } from "./select.ts";
import { allFinite, copyOf, type Weights, weightsOf, withWeights } from "./weights.ts";

export type Until =
  | { readonly kind: "epochs"; readonly epochs: number }
  | { readonly kind: "exact" }
  | { readonly kind: "proved" };

export interface TraceOptions extends FitOptions {
  readonly until: Until;
  readonly schedule: Schedule;
  /** Checks without a better loss after which training by epochs ends early. */
  readonly patience: number | null;
  /** Steps after which training gives up. */
  readonly maxSteps: number;
  /** Other weights to begin again with where the first do not get there; null for weights that were given. */
  readonly again: (() => Weights) | null;
  readonly onCheck?: (progress: TraceProgress) => void;
  readonly signal?: AbortSignal;
}

/** How far training has come. */
export interface TraceProgress {
  readonly phase: "fit" | "select";
  readonly step: number;
  readonly restarts: number;
  /** Mean loss of the cases trained on. */
  readonly loss: number;
  /** Share of unseen legal neighbourhoods on which the step is right. */
  readonly exact: number;
  /** Cases trained on, and how many of them are wrong. */
  readonly cases: number;
  readonly wrong: number;
  /** Inputs of the first layer that have weights. */
  readonly inputs: number;
  readonly rate: number;
  /** Proofs that failed. */
  readonly refutations: number;
  readonly seconds: number;
}

/** `exhausted`: all steps were made in vain; `diverged`: the loss was no number any more. */
export type TrainOutcome = "proved" | "exact" | "finished" | "exhausted" | "diverged" | "interrupted";

export interface TraceResult {
  readonly outcome: TrainOutcome;
  /** The last weights that were right on all cases, or else those with the fewest wrong ones. */
  readonly network: Network;
  readonly progress: TraceProgress;
  /** Null where outputs were supervised. */
  readonly coverage: Coverage | null;
}

/** Different neighbourhoods: seen in runs, drawn from all legal ones, and legal altogether. */
export interface Coverage {
  readonly visited: number;
  readonly drawn: number;
  readonly legal: number;
}

/** Steps between checks. */
const CHECK = 100;
/** Cases that runs, and other grids, give at first. */
const FIRST = 4000;
/** Cases that are kept at most, apart from wrong ones and counterexamples. */
const MOST = 30_000;
/** Unseen cases that a check looks at; every fourth joins the others, and all wrong ones. */
const FRESH = 500;
const JOINING = 4;
/** Unseen cases that must be right one after another before inputs are selected, or the step counts as exact. */
const RIGHT_BEFORE_SELECTION = 1000;
const RIGHT_IF_EXACT = 20_000;
/** Checks without progress after which something changes. */
const PATIENCE = 5;
/** Halvings of the rate after which a plateau is given up. */
const HALVINGS = 4;
/** Selection works at this part of the first rate. */
const SELECTION_RATE = 1 / 3;
/** Multiplications that a proof may take; until then inputs are taken away. About two seconds. */
const CHEAP = 2e9;
/** Neighbours of a counterexample that join the cases with it. */
const VARIANTS = 100;

/** Trains the step of a network, starting with its weights. */
export function trainTrace(
  backend: Backend,
  claim: Claim,
  start: Network,
  options: TraceOptions,
): Promise<TraceResult> {
  return new Training(backend, claim, start, options).run();
}

class Training {
  readonly #claim: Claim;
  readonly #start: Network;
  readonly #options: TraceOptions;
  readonly #source: Source;
  readonly #cases: CaseSet;
  readonly #fit: Fit;
  readonly #visited: number;
  readonly #begin = performance.now();
  /** Null while the loss goes down. */
  #selection: Selection | null = null;
  #step = 0;
  #restarts = 0;
  #refutations = 0;
  #best: { readonly weights: Weights; readonly wrong: number; readonly loss: number };
  /** Least loss at this rate, checks since, and halvings of the rate. */
  #least = Number.POSITIVE_INFINITY;
  #waited = 0;
  #halvings = 0;
  /** Unseen cases in a row that were right. */
  #streak = 0;

  constructor(backend: Backend, claim: Claim, start: Network, options: TraceOptions) {
    this.#claim = claim;
    this.#start = start;
    this.#options = options;
    this.#source = sourceOf(claim.checked, claim.rule, options.random);
    this.#cases = new CaseSet(start);
    for (let run = 0; run < 100 && this.#cases.count < FIRST; run++) this.#source.run(this.#cases);
    this.#visited = this.#cases.count;
    for (let grid = 0; grid < 400 && this.#cases.count < this.#visited + FIRST; grid++)
      this.#source.anywhere(this.#cases);
    const weights = weightsOf(start);
    this.#fit = new Fit(backend, start.residual, weights, options);
    this.#best = { weights, wrong: Number.POSITIVE_INFINITY, loss: Number.POSITIVE_INFINITY };
  }

  async run(): Promise<TraceResult> {
    const { maxSteps, signal, onCheck } = this.#options;
    for (;;) {
      const { found, progress } = this.#check();
      onCheck?.(progress);
      if (!Number.isFinite(found.loss) || !allFinite(this.#fit.weights))
        return this.#result("diverged", progress);
      const outcome = this.#decide(found);
      if (outcome !== null) return this.#result(outcome, progress);
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      if (signal?.aborted) return this.#result("interrupted", progress);
      if (this.#step >= maxSteps) return this.#result("exhausted", progress);
      this.#fit.run(CHECK, this.#cases);
      this.#step += CHECK;
    }
  }

  /** Looks at unseen cases, takes some in, and goes through all. */
  #check(): { readonly found: Check; readonly progress: TraceProgress } {
    const fresh = new CaseSet(this.#start);
    for (let grid = 0; grid < 100 && fresh.count < FRESH; grid++) this.#source.anywhere(fresh);
    const test = this.#fit.test(fresh, this.#cases);
    for (let at = 0; at < fresh.count && this.#cases.count < MOST; at += JOINING)
      this.#cases.addFrom(fresh, at);
    const found = this.#fit.check(this.#cases);
    this.#streak = test.wrong === 0 && found.wrong === 0 ? this.#streak + fresh.count : 0;
    const progress: TraceProgress = {
      phase: this.#selection === null ? "fit" : "select",
      step: this.#step,
      restarts: this.#restarts,
      loss: found.loss,
      exact: 1 - test.wrong / fresh.count,
      cases: this.#cases.count,
      wrong: found.wrong,
      inputs: this.#fit.reading,
      rate: this.#fit.rate,
      refutations: this.#refutations,
      seconds: (performance.now() - this.#begin) / 1000,
    };
    return { found, progress };
  }

  /** What to do next; the outcome where this is the end. */
  #decide(found: Check): TrainOutcome | null {
    const { until } = this.#options;
    this.#remember(found);
    switch (until.kind) {
      case "epochs":
        return this.#isOver(until.epochs, found) ? "finished" : null;
      case "exact":
        this.#slowDown(found);
        return this.#streak >= RIGHT_IF_EXACT ? "exact" : null;
      case "proved":
        if (this.#selection?.next(found, this.#cases.count) === "prove") return this.#prove();
        if (this.#selection !== null) return null;
        if (this.#streak >= RIGHT_BEFORE_SELECTION) this.#beginSelection();
        else this.#slowDown(found);
        return null;
      default:
        return unreachable(until);
    }
  }

  #remember({ wrong, loss }: Check): void {
    const isBetter = wrong < this.#best.wrong || (wrong === this.#best.wrong && loss < this.#best.loss);
    if (wrong === 0 || isBetter) this.#best = { weights: copyOf(this.#fit.weights), wrong, loss };
  }

  #isOver(epochs: number, found: Check): boolean {
    const { batch, patience } = this.#options;
    const total = epochs * Math.ceil(this.#cases.count / batch);
    this.#slowDown(found, total);
    return this.#step >= total || (patience !== null && this.#waited >= patience);
  }

  /** Sets the rate of the next steps; where halving it does not help, training starts again. */
  #slowDown({ loss }: Check, total = this.#options.maxSteps): void {
    const { schedule, rate, again, until } = this.#options;
    if (schedule === "cosine")
      this.#fit.rate = (rate * (1 + Math.cos(Math.PI * Math.min(1, this.#step / total)))) / 2;
    this.#waited = loss < 0.95 * this.#least ? 0 : this.#waited + 1;
    if (this.#waited === 0) this.#least = loss;
    if (schedule !== "plateau" || this.#waited === 0 || this.#waited % PATIENCE !== 0) return;
    this.#least = Math.min(this.#least, loss);
    this.#fit.rate /= 2;
    if (++this.#halvings <= HALVINGS || until.kind === "epochs") return;
    this.#halvings = 0;
    this.#least = Number.POSITIVE_INFINITY;
    this.#waited = 0;
    this.#fit.rate = rate;
    if (again === null) return;
    this.#restarts++;
    this.#fit.restart(again());
  }

  #beginSelection(): void {
    const { rule } = this.#claim;
    const isCheap = (weights: Weights) => workOfCases(rule, withWeights(this.#start, weights)) <= CHEAP;
    this.#fit.rate = this.#options.rate * SELECTION_RATE;
    this.#selection = new Selection(this.#fit, isCheap);
  }

  #prove(): TrainOutcome | null {
    const proof = proveStep(this.#claim.rule, withWeights(this.#start, this.#best.weights), { snap: true });
    if (proof.outcome === "proved") return "proved";
    this.#refutations++;
    this.#learnFrom(proof);
    return null;
  }

  #learnFrom({ counterexample }: StepProof): void {
    this.#waited = 0;
    if (counterexample !== null) this.#source.around(this.#cases, counterexample.neighbourhood, VARIANTS);
    this.#fit.restart(this.#best.weights);
    // What was right on fewer cases is no longer the best.
    this.#best = { ...this.#best, wrong: Number.POSITIVE_INFINITY };
    this.#selection = null;
    this.#streak = 0;
  }

  #result(outcome: TrainOutcome, progress: TraceProgress): TraceResult {
    return {
      outcome,
      network: withWeights(this.#start, this.#best.weights),
      progress,
      coverage: {
        visited: this.#visited,
        drawn: this.#cases.count - this.#visited,
        legal: legalNeighbourhoods(this.#claim.rule),
      },
    };
  }
}
