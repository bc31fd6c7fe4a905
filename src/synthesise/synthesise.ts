// Rule IR to network: fields become channels, updates become units. All weights are integers.
//
// First the structure of the rule is followed (structure.ts): that takes moments and never fails, and several ways are
// tried. Then, for small programs, an exact search (exact/exact.ts) looks for something smaller yet. Both results are
// handed on, since what a proof takes away from each differs.

import { InputError } from "../diagnostics/diagnostic.ts";
import { DiagramTooLarge } from "../logic/bdd.ts";
import type { Expression } from "../logic/expression.ts";
import { Translator } from "../logic/translate.ts";
import { Variables } from "../logic/variables.ts";
import { exactnessOf } from "../network/exactness.ts";
import type { Cube, Network, StopRule } from "../network/network.ts";
import type { Rule } from "../schedule/rule.ts";
import { type Candidate, compareCandidates, sizeOfCandidate } from "./candidate.ts";
import { searchExactly } from "./exact/exact.ts";
import { ruleChannels } from "./reads.ts";
import { networkLayer } from "./sparse.ts";
import { STRATEGIES } from "./strategy.ts";
import { type Structure, structureOf } from "./structure.ts";

export interface Synthesis {
  /** The networks found that may be the smallest in the end; the smallest now is the first. */
  readonly candidates: readonly Network[];
  /** Non-zero numbers after each step of the optimisation. */
  readonly history: readonly { readonly step: string; readonly nonzero: number }[];
  /** What it took, in units that are the same on every machine: forms looked for, nodes of diagrams made. */
  readonly work: { readonly forms: number; readonly nodes: number };
}

/** How hard to search; the result never depends on anything but these and the rule. */
export interface SynthesisOptions {
  /** 1 by default; more searches longer, in proportion, for a smaller network. At 0 the structure is all there is. */
  readonly effort?: number;
  readonly seed?: number;
}

/** The exact search is for rules whose structure has so few numbers. */
const MOST_SEARCHED = 600;
/** Of a rule that is larger than this, only the first strategies are tried. */
const MOST_TRIED = 2000;
const FIRST = 2;

export function synthesise(rule: Rule, sourceHash: string, options: SynthesisOptions = {}): Synthesis {
  const { effort = 1, seed = 1 } = options;
  const [usual, best] = bestStructure(rule);
  const search = {
    patience: 240 * effort,
    work: 18_000 * effort,
    seed,
    bound: best.nonzero + 1,
  };
  const isSearched = effort > 0 && best.nonzero <= MOST_SEARCHED;
  const exact = isSearched ? searchExactly(rule, search) : { candidate: null, work: { forms: 0, nodes: 0 } };
  const found = [best.candidate(), ...(exact.candidate === null ? [] : [exact.candidate])];
  const candidates = found.toSorted(compareCandidates);
  return {
    candidates: candidates.map((candidate) => networkOf(rule, sourceHash, candidate)),
    history: [
      { step: "from the structure", nonzero: usual.nonzero },
      { step: `best of ${STRATEGIES.length} strategies`, nonzero: best.nonzero },
      { step: "searched", nonzero: sizeOfCandidate(candidates[0]!) },
    ],
    work: exact.work,
  };
}

/** By the usual strategy, and by the one that is best. */
function bestStructure(rule: Rule): [usual: Structure, best: Structure] {
  const usual = structureOf(rule, STRATEGIES[0]!);
  const others = STRATEGIES.slice(1, usual.nonzero > MOST_TRIED ? FIRST : STRATEGIES.length);
  const best = others.reduce((least, strategy) => {
    const structure = structureOf(rule, strategy);
    return structure.nonzero < least.nonzero ? structure : least;
  }, usual);
  return [usual, best];
}

/** The network of these layers. */
export function networkOf(rule: Rule, sourceHash: string, candidate: Candidate): Network {
  const { kind, reason, clock } = rule.schedule;
  const layers = candidate.layers.map(networkLayer);
  const residual = Float32Array.from(candidate.residual);
  return {
    program: rule.name,
    sourceHash,
    fields: rule.fields,
    predict: rule.predict,
    channels: ruleChannels(rule),
    layers,
    residual,
    snap: false,
    schedule: { kind, reason, clock },
    stop: stopRule(rule),
    exact: exactnessOf(layers, residual),
  };
}

/** Cases of a stop rule; all are gone through for every cell. */
const MOST_CUBES = 10_000;

/** A stop rule looks at the channels of a cell alone, so that sums of them have to become cases. */
function stopRule(rule: Rule): StopRule {
  if (rule.stop.kind !== "halted") return rule.stop;
  const variables = new Variables(ruleChannels(rule));
  const cubes = casesOf(variables, rule.stop.when);
  if (cubes === null)
    throw new InputError(
      `${rule.name}: its cells end on a condition of more than ${MOST_CUBES} cases; keep what it says in a bit ` +
        "(`done = ...`), and end with that: `ends when all(done)`",
    );
  return { kind: "halted", cubes };
}

/** Null if there are too many. */
function casesOf(variables: Variables, when: Expression): Cube[] | null {
  const { bdd } = variables;
  try {
    const condition = new Translator(variables, Infinity).bit(when);
    const legal = bdd.restrict(condition, variables.care(bdd.support(condition)));
    if (bdd.pathCount(legal) > MOST_CUBES) return null;
    return bdd.paths(legal).map((path) => {
      const named = (wanted: 0 | 1): string[] =>
        path.filter(({ value }) => value === wanted).map(({ variable }) => variables.name(variable));
      return { on: named(1), off: named(0) };
    });
  } catch (error) {
    if (error instanceof DiagramTooLarge) return null;
    throw error;
  }
}
