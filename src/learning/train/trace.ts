// Trace supervision: the step is fitted to pairs of a neighbourhood and the cell one step later, and, where it is to
// be proved, every counterexample of the prover joins the pairs until there is none.
//
// The pairs are those of runs on small grids, and as many from grids in any legal state: runs alone visit too few. In
// `fit` the loss goes down until no pair is wrong. In `select` inputs that do not matter lose their weights, so that a
// proof need not look at them. When to do which is said in until-proved.ts.

import { breathe } from "../../diagnostics/breathe.ts";
import { unreachable } from "../../diagnostics/diagnostic.ts";
import type { Backend } from "../../engines/backend.ts";
import type { Network } from "../../network/network.ts";
import { lemmasOf } from "../../proof/prove/lemma.ts";
import type { Claim } from "../../proof/prove/prove.ts";
import type { StepProof } from "../../proof/prove/result.ts";
import { CaseSet } from "./cases.ts";
import { type CaseSource, countNeighbourhoods, sourceOf } from "./draw.ts";
import { type Check, Fit, type FitOptions } from "./fit.ts";
import { Plateau, type RateSchedule } from "./optimiser.ts";
import { RIGHT_IF_EXACT, UntilProved } from "./until-proved.ts";
import { allFinite, copyOfWeights, type Weights, weightsOf, withWeights } from "./weights.ts";

export type Until =
  | { readonly kind: "epochs"; readonly epochs: number }
  | { readonly kind: "exact" }
  | { readonly kind: "proved" };

export interface TraceOptions extends FitOptions {
  readonly until: Until;
  readonly schedule: RateSchedule;
  /** Checks without a better loss after which training by epochs ends early. */
  readonly patience: number | null;
  /** Steps after which training gives up. */
  readonly maxSteps: number;
  /** Other weights to begin again with where the first do not get there; null for weights that were given. */
  readonly again: (() => Weights) | null;
  readonly onCheck?: (progress: TraceProgress) => void;
  /** Called after every check with how to get the best weights so far, for those who save them now and then. */
  readonly onKeep?: (best: () => Network, progress: TraceProgress) => Promise<void>;
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

/**
 * `unproved`: right on as many unseen cases as is exact, but there are too many for a proof; `exhausted`: all steps were
 * made in vain; `diverged`: the loss was no number any more.
 */
export type TrainOutcome =
  | "proved"
  | "exact"
  | "finished"
  | "unproved"
  | "exhausted"
  | "diverged"
  | "interrupted";

export interface TraceResult {
  readonly outcome: TrainOutcome;
  /** The last weights that were right on all cases, or else those with the fewest wrong ones. */
  readonly network: Network;
  readonly progress: TraceProgress;
  /** Null where outputs were supervised. */
  readonly coverage: Coverage | null;
  /** Of its step, where the outcome is `proved`. */
  readonly proof: StepProof | null;
}

/** Different neighbourhoods. */
export interface Coverage {
  /** Seen in runs, and drawn from all legal ones. */
  readonly visited: number;
  readonly drawn: number;
  /** All that can come up at most, by a proved invariant of single cells; null where none was found. */
  readonly reachable: number | null;
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

/** Trains the step of a network, starting with its weights. */
export const trainTrace = (
  backend: Backend,
  claim: Claim,
  start: Network,
  options: TraceOptions,
): Promise<TraceResult> => new Training(backend, claim, start, options).run();

class Training {
  readonly #claim: Claim;
  readonly #start: Network;
  readonly #options: TraceOptions;
  readonly #source: CaseSource;
  readonly #cases: CaseSet;
  readonly #fit: Fit;
  readonly #plateau: Plateau;
  readonly #untilProved: UntilProved;
  readonly #visited: number;
  readonly #begin = performance.now();
  #step = 0;
  #restarts = 0;
  #best: { readonly weights: Weights; readonly wrong: number; readonly loss: number };
  /** Unseen cases in a row that were right. */
  #streak = 0;

  constructor(backend: Backend, claim: Claim, start: Network, options: TraceOptions) {
    const { random, schedule, rate } = options;
    this.#claim = claim;
    this.#start = start;
    this.#options = options;
    this.#source = sourceOf(claim.checked, claim.rule, random);
    this.#cases = new CaseSet(start);
    this.#visited = this.#drawFirst();
    const weights = weightsOf(start);
    this.#fit = new Fit(backend, start.residual, weights, options);
    this.#plateau = new Plateau(schedule, rate);
    this.#untilProved = new UntilProved({
      ...{ claim, rate, network: start },
      ...{ fit: this.#fit, cases: this.#cases, source: this.#source },
    });
    this.#best = { weights, wrong: Number.POSITIVE_INFINITY, loss: Number.POSITIVE_INFINITY };
  }

  /** The first cases, half of them from runs; how many those are. */
  #drawFirst(): number {
    for (let run = 0; run < 100 && this.#cases.count < FIRST; run++) this.#source.run(this.#cases);
    const visited = this.#cases.count;
    for (let grid = 0; grid < 400 && this.#cases.count < visited + FIRST; grid++)
      this.#source.anywhere(this.#cases);
    return visited;
  }

  async run(): Promise<TraceResult> {
    const { maxSteps, signal, onCheck, onKeep } = this.#options;
    for (;;) {
      const { found, progress } = this.#check();
      onCheck?.(progress);
      if (!Number.isFinite(found.loss) || !allFinite(this.#fit.weights))
        return this.#result("diverged", progress);
      const outcome = this.#decide(found);
      if (outcome !== null) return this.#result(outcome, progress);
      await breathe();
      await onKeep?.(() => withWeights(this.#start, this.#best.weights), progress);
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
      phase: this.#untilProved.isSelecting ? "select" : "fit",
      step: this.#step,
      restarts: this.#restarts,
      loss: found.loss,
      exact: 1 - test.wrong / fresh.count,
      cases: this.#cases.count,
      wrong: found.wrong,
      inputs: this.#fit.reading,
      rate: this.#fit.rate,
      refutations: this.#untilProved.refutations,
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
        return this.#towardsProof(found);
      default:
        return unreachable(until);
    }
  }

  #towardsProof(found: Check): TrainOutcome | null {
    const next = this.#untilProved.next(found, this.#streak, this.#best.weights);
    switch (next) {
      case "train":
        return null;
      case "fit":
        this.#slowDown(found);
        return null;
      case "refuted":
        // What was right on fewer cases is no longer the best.
        this.#best = { ...this.#best, wrong: Number.POSITIVE_INFINITY };
        this.#streak = 0;
        this.#plateau.reset();
        return null;
      case "other":
        this.#plateau.reset();
        return null;
      case "proved":
      case "unproved":
        return next;
      default:
        return unreachable(next);
    }
  }

  #remember({ wrong, loss }: Check): void {
    const isBetter = wrong < this.#best.wrong || (wrong === this.#best.wrong && loss < this.#best.loss);
    if (wrong === 0 || isBetter) this.#best = { weights: copyOfWeights(this.#fit.weights), wrong, loss };
  }

  #isOver(epochs: number, found: Check): boolean {
    const { batch, patience } = this.#options;
    const total = epochs * Math.ceil(this.#cases.count / batch);
    this.#fit.rate = this.#plateau.next(this.#fit.rate, found.loss, this.#step / total);
    return this.#step >= total || (patience !== null && this.#plateau.waited >= patience);
  }

  /** Sets the rate of the next steps; where halving it does not help, training starts again. */
  #slowDown({ loss }: Check): void {
    const { maxSteps, rate, again } = this.#options;
    this.#fit.rate = this.#plateau.next(this.#fit.rate, loss, this.#step / maxSteps);
    if (!this.#plateau.isOver) return;
    this.#plateau.reset();
    this.#fit.rate = rate;
    if (again === null) return;
    this.#restarts++;
    this.#untilProved.restart();
    this.#fit.restart(again());
  }

  #coverage(): Coverage {
    const { checked, rule } = this.#claim;
    const relations = lemmasOf(checked, rule).cells()?.relations ?? [];
    const states = relations.length === 1 ? relations[0]!.tuples.length : null;
    return {
      visited: this.#visited,
      drawn: this.#cases.count - this.#visited,
      reachable: states === null ? null : countNeighbourhoods(rule, states),
      legal: countNeighbourhoods(rule),
    };
  }

  #result(outcome: TrainOutcome, progress: TraceProgress): TraceResult {
    return {
      outcome,
      network: withWeights(this.#start, this.#best.weights),
      progress,
      coverage: this.#coverage(),
      proof: this.#untilProved.proof,
    };
  }
}
