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
import { termsOf } from "../../network/sparse.ts";
import { screening } from "../verify/screen.ts";
import { networkStep, patchFor, ruleChannels } from "./functions.ts";
import { assumption } from "./invariant.ts";
import { type Lemmas, lemmasOf, withTokens } from "./lemma.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import type { Neighbourhood, Patch } from "./patch.ts";
import { proveReachable } from "./prove.ts";
import { VariantSearch } from "./reach-variants.ts";
import type { Outcome, StepOutcome } from "./result.ts";

export interface MutateOptions {
  /** Random grids of the check. */
  readonly grids: number;
  readonly maxRows?: number;
  readonly maxCols?: number;
  readonly seed: number;
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

/** What was compiled. */
interface Original {
  readonly checked: CheckedProgram;
  readonly rule: Rule;
  readonly network: Network;
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
  const judge = new Judge(checked, rule, network);
  const isFound = screening(checked, rule, network, options);
  const search = new VariantSearch(checked, rule, network);
  // A check that finds fault with the program, such as with its bound on steps, tells no mutants apart.
  const isTelling = once(async () => !(await isFound({ network, layer: 0, unit: 0 })));
  const verdictOn = async (mutant: Mutant): Promise<Pick<MutantVerdict, "outcome" | "cases" | "found">> => {
    const isShown = (await isTelling()) && (await isFound(mutant));
    if (isShown) return { outcome: "refuted", cases: 0, found: true };
    const { outcome: step, cases, neighbourhood } = judge.prove(mutant);
    if (step === "proved") return { outcome: "proved", cases, found: null };
    const found = !(await isTelling());
    if (step === "undecided") return { outcome: step, cases, found };
    const { seed } = options;
    const isReached = await search.isReached(mutant, { seed, from: neighbourhood, work: WORK });
    return { outcome: isReached ? "refuted" : "undecided", cases, found };
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

class Judge {
  readonly #rule: Rule;
  readonly #original: Network;
  readonly #lemmas: Lemmas;
  readonly #tokens: readonly string[];
  #shared: Shared | null = null;
  /** Channels whose diagrams had not enough room when they were made for a mutant. */
  readonly #large = new Set<number>();

  constructor(program: CheckedProgram, rule: Rule, original: Network) {
    this.#rule = rule;
    this.#original = original;
    this.#lemmas = lemmasOf(program, rule);
    this.#tokens = (original.tokens ?? []).filter((token) => this.#lemmas.isToken(token));
  }

  prove(mutant: Mutant): Proof {
    const { network } = mutant;
    const channels = reachable(network, mutant);
    const isLarge = channels.some((channel) => this.#large.has(channel));
    if (roundingError(network) > 0 || isLarge) return this.#proveAlone(network, channels);
    // Diagrams of other mutants may have used up the room; where there are none, a second time is no other.
    for (const isFresh of this.#shared === null ? [true] : [false, true]) {
      if (isFresh) this.#shared = new Shared(this.#rule, this.#original, this.#tokens);
      const compare = (): Proof | null => this.#shared!.compare(network, channels, this.#lemmas);
      const proof = nullIfTooLarge(compare);
      if (proof !== null) return proof;
    }
    this.#large.add(this.#shared!.channel);
    this.#shared = null;
    return this.#proveAlone(network, channels);
  }

  #proveAlone(network: Network, channels: readonly number[]): Proof {
    const { step } = proveReachable(this.#rule, network, { channels }, this.#lemmas);
    const cases = step.channels.reduce((sum, each) => sum + each.cases, 0);
    return { outcome: step.outcome, cases, neighbourhood: step.counterexample?.neighbourhood ?? null };
  }
}

/** Diagrams of the rule, and of all mutants so far. */
class Shared {
  readonly #rule: Rule;
  readonly #tokens: readonly string[];
  readonly #patch: Patch;
  readonly #expected: (channel: number) => Diagram;
  /** The one that is compared. */
  channel = 0;

  /** `tokens`: of which there is at most one, as is proved. */
  constructor(rule: Rule, { channels }: Network, tokens: readonly string[]) {
    const patch = patchFor(rule, { channels }, new Diagrams(MOST_NODES));
    const next = ruleChannels(rule, patch);
    this.#rule = rule;
    this.#tokens = tokens;
    this.#patch = patch;
    this.#expected = (channel) => next(channels[channel]!.code);
  }

  compare(network: Network, channels: readonly number[], lemmas: Lemmas): Proof {
    const { diagrams } = this.#patch;
    const { next } = networkStep(network, this.#patch);
    let cases = 0;
    for (const channel of channels) {
      this.channel = channel;
      const [got, wanted] = [next(channel), this.#expected(channel)];
      const wrong = diagrams.apply(DIFFERS, got, wanted);
      const read = new Set([...diagrams.support(got), ...diagrams.support(wanted)]);
      cases += this.#patch.cases([...read].sort((a, b) => a - b));
      const neighbourhood = this.#where(wrong, lemmas);
      if (neighbourhood !== null) return { outcome: "differs", cases, neighbourhood };
    }
    return { outcome: "proved", cases, neighbourhood: null };
  }

  /** A neighbourhood that the invariant allows and where a function is not 0; null if there is none. */
  #where(wrong: Diagram, lemmas: Lemmas): Neighbourhood | null {
    const { diagrams } = this.#patch;
    if (diagrams.constantOf(wrong) === 0) return null;
    const invariant = withTokens(this.#rule, lemmas.cells(), this.#tokens);
    if (invariant === null) return this.#patch.witness(wrong);
    const possible = assumption(invariant, this.#patch, diagrams.support(wrong));
    return this.#patch.witness(diagrams.apply(MIN, possible, wrong));
  }
}

/** The channels whose next values a mutant's number can have a part in. */
function reachable({ layers }: Network, { layer, unit }: Mutant): number[] {
  let reached = [unit];
  for (const above of layers.slice(layer + 1)) {
    const outs = Array.from({ length: above.outputs }, (_, out) => out);
    reached = outs.filter((out) => termsOf(above, out).some(({ input }) => reached.includes(input)));
  }
  return reached;
}
