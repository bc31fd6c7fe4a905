// Mutation score: how good are a proof and a check at telling a network from others that differ in one number?
// A mutant is equivalent if its step is proved to be the rule's all the same; then no check can find it. A mutant is
// refuted if a run shows a difference; one that differs on a neighbourhood only that no run was found to reach is undecided.
//
// What the check finds is refuted, and takes no proof: runs on its grids are far quicker. Mutants share nearly
// everything, and so do their diagrams: one collection of diagrams serves all of them, and only the channels that the
// changed number can reach are compared.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { once } from "../../diagnostics/memo.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { DIFFERS, type Diagram, Diagrams, MIN } from "../../logic/diagrams.ts";
import { nullIfTooLarge } from "../../logic/nodes.ts";
import { roundingError } from "../../network/arithmetic.ts";
import type { Network } from "../../network/network.ts";
import type { CheckOptions, Original } from "../verify/check.ts";
import { screening } from "../verify/screen.ts";
import { unitsAbove } from "../verify/variants.ts";
import { networkStep, patchFor, ruleChannels } from "./functions.ts";
import { assumption, type Invariant } from "./invariant.ts";
import { type Lemmas, lemmasOf, withTokens } from "./lemma.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import type { Neighbourhood, Patch } from "./neighbourhood.ts";
import { proveReachable } from "./prove.ts";
import { variantSearch } from "./reach-variants.ts";
import type { Outcome, StepOutcome } from "./result.ts";

export interface MutateOptions extends Pick<CheckOptions, "maxRows" | "maxCols" | "seed"> {
  /** Random grids of the check. */
  readonly grids: number;
}

/** What became of one mutant. */
export interface MutantVerdict extends Pick<Mutant, "name" | "number" | "from" | "to"> {
  /** `proved`: equivalent. */
  readonly outcome: Outcome;
  /** Cases that the proof decided; 0 where none was asked for. */
  readonly cases: number;
  /** Whether the check found it; null of equivalent ones, which it was not asked about. */
  readonly found: boolean | null;
}

/** Some mutants in the order of `mutantsOf`. */
export interface MutateJob {
  readonly first: number;
  readonly count: number;
}

/** All mutants of a network, a few at a time. */
export function mutateJobs(network: Network): MutateJob[] {
  const { length } = mutantsOf(network);
  return Array.from({ length: Math.ceil(length / AT_A_TIME) }, (_, nth) => {
    const first = nth * AT_A_TIME;
    return { first, count: Math.min(AT_A_TIME, length - first) };
  });
}

const AT_A_TIME = 8;

/** Judges mutants of a compiled network. The same seed gives the same verdicts, whoever judges which. */
export function mutantJudge(
  { checked, rule, network }: Original,
  options: MutateOptions,
): (job: MutateJob) => Promise<MutantVerdict[]> {
  const mutants = mutantsOf(network);
  const prove = mutantProver(checked, rule, network);
  const isFound = screening(checked, rule, network, options);
  const isReached = variantSearch(checked, rule, network);
  // A check that finds fault with the program, such as with its bound on steps, tells no mutants apart.
  const isTelling = once(async () => !(await isFound({ network, layer: 0, unit: 0 })));
  const verdictOn = async (mutant: Mutant): Promise<Pick<MutantVerdict, "outcome" | "cases" | "found">> => {
    const isShown = (await isTelling()) && (await isFound(mutant));
    if (isShown) return { outcome: "refuted", cases: 0, found: true };
    const { outcome: step, cases, neighbourhood } = prove(mutant);
    if (step === "proved") return { outcome: "proved", cases, found: null };
    const found = !(await isTelling());
    if (step === "undecided") return { outcome: step, cases, found };
    const { seed } = options;
    const isRefuted = await isReached(mutant, { seed, from: neighbourhood, work: WORK });
    return { outcome: isRefuted ? "refuted" : "undecided", cases, found };
  };
  return async ({ first, count }) => {
    const verdicts: MutantVerdict[] = [];
    for (const mutant of mutants.slice(first, first + count)) {
      // Its network is made once.
      const made = { ...mutant };
      const { name, number, from, to } = made;
      verdicts.push({ name, number, from, to, ...(await verdictOn(made)) });
    }
    return verdicts;
  };
}

/** Multiplications that the search for a run may take, where the check has not found one. */
const WORK = 2e7;

interface Proof {
  readonly outcome: StepOutcome;
  readonly cases: number;
  /** One on which the step differs, where there is one. */
  readonly neighbourhood: Neighbourhood | null;
}

/** Nodes after which diagrams are made anew. */
const MOST_NODES = 1_500_000;

function mutantProver(program: CheckedProgram, rule: Rule, original: Network): (mutant: Mutant) => Proof {
  const lemmas = lemmasOf(program, rule);
  const tokens = (original.tokens ?? []).filter((token) => lemmas.isToken(token));
  /** Channels whose diagrams had not enough room when they were made for a mutant. */
  const large = new Set<number>();
  let shared: Shared | null = null;
  const alone = (network: Network, channels: readonly number[]): Proof => {
    const { step } = proveReachable(rule, network, { channels }, lemmas);
    const cases = step.channels.reduce((sum, each) => sum + each.cases, 0);
    return { outcome: step.outcome, cases, neighbourhood: step.counterexample?.neighbourhood ?? null };
  };
  return (mutant) => {
    const { network } = mutant;
    // The channels whose next values the mutant's number can have a part in.
    const channels = unitsAbove(network, mutant).at(-1) ?? [mutant.unit];
    const isLarge = channels.some((channel) => large.has(channel));
    if (roundingError(network) > 0 || isLarge) return alone(network, channels);
    // Diagrams of other mutants may have used up the room; where there are none, a second time is no other.
    for (const isFresh of shared === null ? [true] : [false, true]) {
      if (isFresh) shared = new Shared(rule, original, tokens, lemmas);
      const compare = (): Proof | null => shared!.compare(network, channels);
      const proof = nullIfTooLarge(compare);
      if (proof !== null) return proof;
    }
    large.add(shared!.channel);
    shared = null;
    return alone(network, channels);
  };
}

/** Diagrams of the rule, and of all mutants so far. */
class Shared {
  readonly #patch: Patch;
  readonly #expected: (channel: number) => Diagram;
  readonly #invariant: () => Invariant | null;
  /** The one that is compared. */
  channel = 0;

  /** `tokens`: of which there is at most one, as is proved. */
  constructor(rule: Rule, { channels }: Network, tokens: readonly string[], lemmas: Lemmas) {
    const patch = patchFor(rule, { channels }, new Diagrams(MOST_NODES));
    const next = ruleChannels(rule, patch);
    this.#patch = patch;
    this.#expected = (channel) => next(channels[channel]!.code);
    this.#invariant = once(() => withTokens(rule, lemmas.cells(), tokens));
  }

  compare(network: Network, channels: readonly number[]): Proof {
    const { diagrams } = this.#patch;
    const { next } = networkStep(network, this.#patch);
    let cases = 0;
    for (const channel of channels) {
      this.channel = channel;
      const [got, wanted] = [next(channel), this.#expected(channel)];
      const wrong = diagrams.apply(DIFFERS, got, wanted);
      const read = new Set([...diagrams.support(got), ...diagrams.support(wanted)]);
      cases += this.#patch.cases([...read].sort((a, b) => a - b));
      const neighbourhood = this.#where(wrong);
      if (neighbourhood !== null) return { outcome: "differs", cases, neighbourhood };
    }
    return { outcome: "proved", cases, neighbourhood: null };
  }

  /** A neighbourhood that the invariant allows and where a function is not 0; null if there is none. */
  #where(wrong: Diagram): Neighbourhood | null {
    const { diagrams } = this.#patch;
    if (diagrams.constantOf(wrong) === 0) return null;
    const invariant = this.#invariant();
    if (invariant === null) return this.#patch.witness(wrong);
    const possible = assumption(invariant, this.#patch, diagrams.support(wrong));
    return this.#patch.witness(diagrams.apply(MIN, possible, wrong));
  }
}
