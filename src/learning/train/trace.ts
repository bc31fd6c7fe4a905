// Trace supervision: the step is fitted to pairs of a neighbourhood and the cell one step later, and, where it is to
// be proved, every counterexample of the prover joins the pairs until there is none.
//
// The pairs are those of runs on small grids, and as many from grids in any legal state: runs alone visit too few. In
// `fit` the loss goes down until no pair is wrong. In `select` inputs that do not matter lose their weights, so that a
// proof need not look at them. When to do which is said in until-proved.ts.

import { breathe } from "../../diagnostics/breathe.ts";
import { unreachable } from "../../diagnostics/diagnostic.ts";
import type { Backend } from "../../engines/tensorflow.ts";
import type { Shape } from "../../grid/grid.ts";
import type { Network } from "../../network/network.ts";
import { lemmasOf } from "../../proof/prove/lemma.ts";
import type { Claim } from "../../proof/prove/prove.ts";
import { proveStep } from "../../proof/prove/prove-step.ts";
import type { StepProof } from "../../proof/prove/result.ts";
import { CaseSet } from "./cases.ts";
import { type CaseSource, countNeighbourhoods, sourceOf } from "./draw.ts";
import type { Check } from "./fit.ts";
import { MARGIN } from "./gradient.ts";
import { Relevance } from "./relevance.ts";
import {
  type Again,
  assembled,
  channelsToLearn,
  type Growth,
  randomShare,
  Share,
  type ShareOptions,
  widthsOfShares,
} from "./share.ts";
import { allFinite, type Weights, weightsOf } from "./weights.ts";

export type Until =
  | { readonly kind: "epochs"; readonly epochs: number }
  | { readonly kind: "exact" }
  | { readonly kind: "proved" };

export interface TraceOptions extends ShareOptions {
  /** The rate of the first steps where channels are learned one by one. */
  readonly rateOfShares: number;
  readonly until: Until;
  /** Checks without a better loss after which training by epochs ends early. */
  readonly patience: number | null;
  /** Null for weights that were given. */
  readonly again: Again | null;
  readonly growth: Growth;
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
  /** Where outputs were supervised and the outcome is `exact`: the runs that were looked at, and are right. */
  readonly looked: readonly Looked[];
  /** Of its step, where the outcome is `proved`. */
  readonly proof: StepProof | null;
}

/** A number of runs on grids of a shape. */
export interface Looked extends Shape {
  readonly runs: number;
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
  readonly #backend: Backend;
  readonly #claim: Claim;
  readonly #start: Network;
  readonly #options: TraceOptions;
  readonly #source: CaseSource;
  readonly #cases: CaseSet;
  readonly #shares: readonly Share[];
  readonly #visited: number;
  readonly #begin = performance.now();
  #step = 0;
  #proof: StepProof | null = null;

  constructor(backend: Backend, claim: Claim, start: Network, options: TraceOptions) {
    this.#backend = backend;
    this.#claim = claim;
    this.#start = start;
    this.#options = options;
    this.#source = sourceOf(claim.checked, claim.rule, options.random);
    this.#cases = new CaseSet(start);
    this.#visited = this.#drawFirst();
    this.#shares = this.#oneByOne() ?? [
      this.#share([...start.channels.keys()], weightsOf(start), options.again),
    ];
  }

  /** A share for each channel that has to be learned; null where all are better learned together. */
  #oneByOne(): Share[] | null {
    const { again, growth, until, random } = this.#options;
    if (again === null || until.kind === "epochs") return null;
    const channels = channelsToLearn(this.#claim, this.#start, this.#cases);
    const widths = widthsOfShares(this.#start, channels.length);
    if (channels.length < 2 || widths === null) return null;
    const relevance = new Relevance(this.#start, this.#claim.rule, random);
    relevance.search();
    return channels.map((channel) => {
      const draw: Again = (restarts) => {
        const wider = widths.map((width) => Math.ceil(width * growth(restarts)));
        return randomShare(this.#start, wider, relevance.inputsOf(channel).length, random);
      };
      return this.#share([channel], draw(0), draw, relevance);
    });
  }

  #share(
    outputs: readonly number[],
    start: Weights,
    again: Again | null,
    relevance: Relevance | null = null,
  ): Share {
    const { rateOfShares, ...options } = this.#options;
    return new Share({
      ...{ backend: this.#backend, claim: this.#claim, network: this.#start },
      options: relevance === null ? options : { ...options, rate: rateOfShares },
      ...{ cases: this.#cases, source: this.#source, outputs, start, again, relevance },
    });
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
      const progress = this.#check();
      onCheck?.(progress);
      if (!Number.isFinite(progress.loss) || !this.#shares.every(({ fit }) => allFinite(fit.weights)))
        return this.#result("diverged", progress);
      const outcome = this.#decide();
      if (outcome !== null) return this.#result(outcome, progress);
      await breathe();
      await onKeep?.(() => this.#best(), progress);
      if (signal?.aborted) return this.#result("interrupted", progress);
      if (this.#step >= maxSteps) return this.#result("exhausted", progress);
      for (const { fit } of this.#open) fit.run(CHECK, this.#cases);
      this.#step += CHECK;
    }
  }

  /** Shares that are not proved, nor given up. */
  get #open(): Share[] {
    return this.#shares.filter(({ outcome }) => outcome === null);
  }

  /** Looks at unseen cases, takes some in, and goes through all. */
  #check(): TraceProgress {
    const fresh = new CaseSet(this.#start);
    for (let grid = 0; grid < 100 && fresh.count < FRESH; grid++) this.#source.anywhere(fresh);
    const tests = this.#open.map((share) => ({ share, test: share.test(fresh) }));
    for (let at = 0; at < fresh.count && this.#cases.count < MOST; at += JOINING)
      this.#cases.addFrom(fresh, at);
    for (const { share, test } of tests) share.check(test.wrong === 0 ? fresh.count : null);
    const shares = this.#shares;
    const sum = (of: (share: Share) => number): number =>
      shares.reduce((total, share) => total + of(share), 0);
    return {
      phase: this.#open.every(({ untilProved }) => untilProved.isSelecting) ? "select" : "fit",
      step: this.#step,
      restarts: sum(({ restarts }) => restarts),
      loss: sum(({ found }) => found.loss),
      exact: 1 - wrongIn(tests.map(({ test }) => test)) / fresh.count,
      cases: this.#cases.count,
      wrong: wrongIn(shares.map(({ found }) => found)),
      inputs: new Set(shares.flatMap(({ fit }) => fit.inputs)).size,
      rate: Math.max(...this.#open.map(({ fit }) => fit.rate)),
      refutations: sum(({ untilProved }) => untilProved.refutations),
      seconds: (performance.now() - this.#begin) / 1000,
    };
  }

  /** Returns what to do next; the outcome where this is the end. */
  #decide(): TrainOutcome | null {
    const { until } = this.#options;
    switch (until.kind) {
      case "epochs":
        return this.#isOver(until.epochs) ? "finished" : null;
      case "exact":
        for (const share of this.#open) share.slowDown(this.#step);
        return this.#open.every(({ isExact }) => isExact) ? "exact" : null;
      case "proved":
        for (const share of this.#open) share.towardsProof(this.#step);
        if (this.#open.length > 0) return null;
        return this.#shares.every(({ outcome }) => outcome === "proved") && this.#prove()
          ? "proved"
          : "unproved";
      default:
        return unreachable(until);
    }
  }

  #isOver(epochs: number): boolean {
    const { batch, patience } = this.#options;
    const total = epochs * Math.ceil(this.#cases.count / batch);
    const waited = this.#shares.map((share) => share.follow(this.#step / total));
    return this.#step >= total || (patience !== null && Math.min(...waited) >= patience);
  }

  /** Proves the whole, where shares were proved one by one. */
  #prove(): boolean {
    this.#proof =
      this.#shares.length === 1 && this.#shares[0]!.outputs.length === this.#start.channels.length
        ? this.#shares[0]!.proof
        : proveStep(this.#claim.rule, this.#best(), { snap: true });
    return this.#proof?.outcome === "proved";
  }

  #best(): Network {
    const shares = this.#shares.map(({ outputs, best }) => ({ outputs, weights: best.weights }));
    return assembled(this.#start, shares);
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
      network: this.#best(),
      progress,
      coverage: this.#coverage(),
      looked: [],
      proof: outcome === "proved" ? this.#proof : null,
    };
  }
}

/** Cases that some share gets wrong. */
function wrongIn(checks: readonly Check[]): number {
  const wrong = new Set<number>();
  for (const { shortfalls } of checks)
    for (const [at, shortfall] of shortfalls.entries()) if (shortfall >= MARGIN) wrong.add(at);
  return wrong.size;
}
