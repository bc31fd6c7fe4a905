// Rule IR to network: fields become channels, updates become units. All weights are integers.
//
// First the structure of the rule is followed (structure.ts): that takes moments and never fails, and several ways are
// tried. Then, for small programs, an exact search (exact/exact-search.ts) looks for something smaller yet. Both results are
// handed on, since what a proof takes away from each differs.

import { InputError } from "../../diagnostics/diagnostic.ts";
import { once } from "../../diagnostics/memo.ts";
import type { Codes } from "../../logic/channels.ts";
import { exactnessOf } from "../../network/exactness.ts";
import type { Network } from "../../network/network.ts";
import { networkLayer } from "../../network/rows.ts";
import type { Rule } from "../schedule/rule.ts";
import { DEEP, hasQuotients, nestingOf, numberNestingOf } from "./builder.ts";
import { compareSizes, type NetworkCandidate, type Sized, sized } from "./candidate.ts";
import { searchExactly } from "./exact/exact-search.ts";
import { type CodeChoice, type CodeWishes, codesFor, FEW_VALUES } from "./field-codes.ts";
import { stopRule } from "./stop-cases.ts";
import { STRATEGIES, type Strategy } from "./strategy.ts";
import { type Structure, structureOf, structureWithin } from "./structure.ts";
import { withTables } from "./tables.ts";

export interface Synthesis {
  /** The networks found that may be the smallest in the end; the smallest now is the first. */
  readonly candidates: readonly Found[];
  /** Non-zero numbers after each step of the optimisation. */
  readonly history: readonly { readonly step: string; readonly nonzero: number }[];
  /** What it took, in units that are the same on every machine: forms looked for, nodes of diagrams made. */
  readonly work: { readonly forms: number; readonly nodes: number };
}

/** A network that was found, and is made when it is asked for. */
export interface Found {
  /** Non-zero numbers. */
  readonly nonzero: number;
  readonly network: () => Network;
}

/** How hard to search; the result never depends on anything but these and the rule. */
export interface SynthesisOptions {
  /** 1 by default; more searches longer, in proportion, for a smaller network. At 0 the structure is all there is. */
  readonly effort?: number;
  readonly seed?: number;
  /** Whether the first network will do that is made, without an effort: most others take as long again, to be a fifth smaller. */
  readonly quick?: boolean;
  /**
   * Whether it is searched first, and only once from other prices, and other strategies are left out where that made much
   * less: for rules of which most are searched with use, in half the time.
   */
  readonly lean?: boolean;
  /** How fields are coded, where that is not left to their types and sizes. */
  readonly codes?: CodeWishes;
  /** Networks of more layers are made only where there are none of so few. */
  readonly layers?: number;
  /** Takes the network that the structure makes, before a search for a smaller one begins. */
  readonly onStructure?: (found: Found, history: Synthesis["history"]) => void;
}

/** The exact search is for rules whose structure has so few numbers. */
const MOST_SEARCHED = 600;
/**
 * Numbers of a searched rule that relies on tokens: what a machine's rules make, exclusive as they are, is hardly ever
 * beaten.
 */
const MOST_SEARCHED_ALONE = 150;
/** Numbers above which conjunctions are built in one way only, but functions of a few more terms are tried. */
const MOST_GROUPED = 180;
/** How large rules may be that are searched for something smaller, and how. */
interface SearchLimits {
  readonly searched: number;
  readonly searchedAlone: number;
  readonly grouped: number;
}

const LIMITS: SearchLimits = {
  searched: MOST_SEARCHED,
  searchedAlone: MOST_SEARCHED_ALONE,
  grouped: MOST_GROUPED,
};

/** Larger ranges have too many thresholds to search for. */
const hasFewValues = ({ fields }: Rule): boolean =>
  fields.every(({ type }) => type.kind !== "range" || type.hi - type.lo < FEW_VALUES);
/** Diagrams of a number go through the cases of all numbers that it is made of: twice as many a level. */
const MOST_NESTED = 24;
/** Numbers above which only the first strategies are tried, one more where fields are read as numbers. */
const MOST_TRIED = 1200;
const FIRST = 2;
const FIRST_OF_NUMBERS = 3;
/** Numbers above which the first strategy alone is tried, which then takes seconds. */
const MOST_TWICE = 10_000;
/** Work that is over after a round from other prices. */
const ONE_ROUND = 1;
/** Factor by which a search has to beat the usual strategy, for others not to be tried. */
const ENOUGH = 0.9;
/** Layers above which chains are tried as trees. */
const MANY_LAYERS = 9;
/** Where expressions are nested deeper than this, trees are tried first. */
export const LONG_CHAIN = 60;
/** Factor by which units may have more numbers than the smallest network so far, since not all are of use. */
const WASTED = 8;
const MOST_MADE = Number.POSITIVE_INFINITY;
/** Factor by which the first network may be larger than one that relies on tokens, for others to be tried. */
const HOPELESS = 2;
function countFor(nonzero: number, codes: Codes, all: number): number {
  if (nonzero > MOST_TWICE) return 1;
  if (nonzero <= MOST_TRIED) return all;
  return codes.size === 0 ? FIRST : FIRST_OF_NUMBERS;
}

/**
 * `tokens`: fields of which it is proved that at most one cell has another value than the first; some networks rely on
 * it.
 */
export function synthesise(
  rule: Rule,
  sourceHash: string,
  options: SynthesisOptions = {},
  tokens: readonly string[] = [],
  limits = LIMITS,
): Synthesis {
  const quick = options.quick === true && options.layers === undefined;
  const search = quick ? { ...options, effort: 0 } : options;
  const first = options.lean === true && tokens.length === 0 ? searchedFirst(rule, search, limits) : null;
  const isEnough = first !== null && first.exact.nonzero <= ENOUGH * first.structures.usual.nonzero;
  const structures = isEnough
    ? first.structures
    : ((quick ? firstOf(rule, options, tokens) : null) ?? bestOf(rule, options, tokens));
  const { codes, usual, plain, alone, tried } = structures;
  const made = [
    { step: "from the structure", nonzero: usual.nonzero },
    ...(tried === 1 ? [] : [{ step: `best of ${tried} strategies`, nonzero: plain.nonzero }]),
    ...(alone === plain ? [] : [{ step: `for one cell with ${tokens.join(", ")}`, nonzero: alone.nonzero }]),
  ];
  const found = ({ nonzero, candidate }: Sized): Found => ({
    nonzero,
    network: once(() => networkFrom(rule, codes, sourceHash, candidate())),
  });
  const onSearch = (best: Structure) => options.onStructure?.(found(best), made);
  const exact = first?.exact ?? searched(rule, structures, search, tokens, limits, onSearch);
  const all = [
    plain,
    ...(alone === plain ? [] : [alone]),
    ...(exact.candidate === null ? [] : [sized(exact.candidate)]),
  ].toSorted(bySize(options.layers));
  const mostLayers = Math.max(all[0]!.layers, options.layers ?? Number.POSITIVE_INFINITY);
  const candidates = all.filter(({ layers }) => layers <= mostLayers);
  return {
    candidates: candidates.map(found),
    history: [...made, { step: "searched", nonzero: candidates[0]!.nonzero }],
    work: exact.work,
  };
}

/** Returns what the exact search finds for a rule that is small enough, below the size of what its structure makes. */
function searched(
  rule: Rule,
  { codes, plain, alone, isTree, written }: Structures,
  { seed = 1, effort = 1, lean }: SynthesisOptions,
  tokens: readonly string[],
  limits: SearchLimits,
  onSearch?: (best: Structure) => void,
): Pick<ReturnType<typeof searchExactly>, "candidate" | "work"> {
  const best = alone.nonzero < plain.nonzero ? alone : plain;
  const most = best === plain ? limits.searched : limits.searchedAlone;
  // What is nested so deep has no small diagrams.
  const isShallow = !isTree && numberNestingOf(written) <= MOST_NESTED;
  if (!(effort > 0 && isShallow && codes.size === 0 && best.nonzero <= most && hasFewValues(rule)))
    return { candidate: null, work: { forms: 0, nodes: 0 } };
  onSearch?.(best);
  const search = {
    ...(best.nonzero <= limits.grouped
      ? { groups: true, terms: 6, seeds: [seed + 1, seed + 2] }
      : { groups: false, terms: 8, seeds: [seed] }),
    patience: { shallow: 240 * effort, deep: 240 * (Math.max(effort, 1) - 1) },
    work: lean === true ? ONE_ROUND : 18_000 * effort,
    bound: best.nonzero + 1,
  };
  return searchExactly(written, search, tokens);
}

/** The usual strategy alone, and what the search finds beside it; null where it is not for such rules. */
function searchedFirst(rule: Rule, options: SynthesisOptions, limits: SearchLimits) {
  const [codes, ...more] = codesFor(rule, options.codes).tried as [Codes, ...Codes[]];
  // What the search finds has the usual codes, whichever are best otherwise.
  const hasUsualCodes = codes.size === 0 && more.length === 0;
  if (!hasUsualCodes || options.layers !== undefined || nestingOf(rule) > LONG_CHAIN || hasQuotients(rule))
    return null;
  const usual = structureOf(rule, codes, STRATEGIES.best[0]!, []);
  const structures = {
    codes,
    usual,
    plain: usual,
    alone: usual,
    tried: 1,
    isTree: false,
    written: rule,
  };
  const exact = searched(rule, structures, options, [], limits);
  const nonzero = exact.candidate === null ? usual.nonzero : sized(exact.candidate).nonzero;
  return { structures, exact: { ...exact, nonzero } };
}

interface Structures extends Omit<Best, "best"> {
  /** The best for any number of tokens, and for at most one. */
  readonly plain: Structure;
  readonly alone: Structure;
}

/**
 * Returns what the usual strategy makes, of tables or in digits where the rule has use for them; null where that may be no
 * good.
 */
function firstOf(
  rule: Rule,
  { codes: wishes }: SynthesisOptions,
  tokens: readonly string[],
): Structures | null {
  if (nestingOf(rule) > LONG_CHAIN) return null;
  const [codes] = codesFor(rule, wishes).tried;
  const written = withTables(rule) ?? rule;
  const strategy = hasQuotients(written) ? STRATEGIES.inDigits[0] : STRATEGIES.best[0]!;
  const made = structureOf(written, codes!, strategy, tokens);
  if (!isExact(codes!, made)) return null;
  return { codes: codes!, usual: made, plain: made, alone: made, tried: 1, isTree: false, written };
}

/**
 * With and without relying on tokens; large rules with tokens are hardly ever smaller without, and take as long again.
 */
function bestOf(
  rule: Rule,
  { codes: wishes, layers }: SynthesisOptions,
  tokens: readonly string[],
): Structures {
  const choice = codesFor(rule, wishes);
  const [codes, ...more] = choice.tried;
  const first =
    tokens.length > 0 && more.length === 0 ? bestStructure(rule, codes!, tokens, { layers }) : null;
  const isSure = first !== null && isExact(codes!, first.best);
  if (isSure && first.best.nonzero > MOST_TRIED) return { ...first, plain: first.best, alone: first.best };
  const hopeless = isSure ? HOPELESS * first.best.nonzero : Number.POSITIVE_INFINITY;
  const { best: plain, ...found } = bestCodes(rule, choice, { hopeless, layers });
  if (tokens.length === 0) return { ...found, plain, alone: plain };
  const relying = (
    first?.codes === found.codes ? first : bestStructure(rule, found.codes, tokens, { layers })
  ).best;
  return { ...found, plain, alone: isExact(found.codes, relying) ? relying : plain };
}

interface Best {
  readonly codes: Codes;
  /** By the usual strategy, and by the one that is best. */
  readonly usual: Structure;
  readonly best: Structure;
  readonly tried: number;
  /** Whether the best one has chains as trees. */
  readonly isTree: boolean;
  /** The rule that the best one is made of: as it was, or with tables. */
  readonly written: Rule;
}

/** The codes that make the smallest network, among those whose sums are exact. */
function bestCodes(rule: Rule, { tried, fallback }: CodeChoice, wanted: Wanted): Best {
  const compare = bySize(wanted.layers);
  const smallest = (all: readonly Codes[]): Best | undefined =>
    all
      .map((codes) => bestStructure(rule, codes, [], wanted))
      .sort((a, b) => compare(a.best, b.best))
      .find(({ codes, best }) => isExact(codes, best));
  const found = smallest(tried) ?? (fallback === null ? undefined : smallest([fallback]));
  if (found !== undefined) return found;
  const codings = fallback === null ? tried : [...tried, fallback];
  const isInteger = codings.some((codes) => [...codes.values()].every((code) => code === "integer"));
  throw new InputError(
    `${rule.name} adds up numbers of more than ${2 ** 24}, up to which float32 counts exactly; give its fields smaller ` +
      `ranges, or ${isInteger ? "take fewer sums, minima and choices in one step" : "code them as integer, which adds up least"}`,
  );
}

function isExact(codes: Codes, structure: Structure): boolean {
  // Sums of few values cannot be so large.
  if (codes.size === 0) return true;
  const { layers, residual, channels } = structure.candidate();
  const step = { layers: layers.map(networkLayer), residual: Float32Array.from(residual), channels };
  return exactnessOf(step).formats.includes("float32");
}

/** What networks are looked for. */
interface Wanted {
  /** Numbers above which no other is tried. */
  readonly hopeless?: number;
  /** Layers, where there are networks of so few. */
  readonly layers?: number | undefined;
}

/** Smaller networks first, but all of more layers after those of so few. */
const bySize =
  (most?: number) =>
  (a: Sized, b: Sized): number =>
    (most === undefined ? 0 : Math.max(a.layers, most) - Math.max(b.layers, most)) || compareSizes(a, b);

/** Strategies of which it is known that they make the same network, or a hopeless one, are left out. */
function bestStructure(
  rule: Rule,
  codes: Codes,
  tokens: readonly string[],
  { hopeless = Number.POSITIVE_INFINITY, layers }: Wanted,
): Best {
  const made: Structure[] = [];
  const least = (): number => made.reduce((most, { nonzero }) => Math.min(most, nonzero), MOST_MADE);
  const makerOf = (written: Rule) => {
    const own: Structure[] = [];
    return (strategy: Strategy): Structure | null => {
      if (own.some((known) => known.isThatOf(strategy))) return null;
      const structure = structureWithin(WASTED * least(), written, codes, strategy, tokens);
      if (structure === null) return null;
      own.push(structure);
      made.push(structure);
      return structure;
    };
  };
  const make = makerOf(rule);
  const balanced = (): Structure[] => STRATEGIES.balanced.map(make).filter((structure) => structure !== null);
  const trees = nestingOf(rule) > LONG_CHAIN ? balanced() : [];
  const usual = make(STRATEGIES.best[0]!) ?? made[0]!;
  const hasChains = usual.layers > MANY_LAYERS && nestingOf(rule) > DEEP;
  if (trees.length === 0 && hasChains) trees.push(...balanced());
  const known = codes.size === 0 ? STRATEGIES.best : STRATEGIES.ofNumbers;
  const all = layers === undefined ? known : [...known, STRATEGIES.flat];
  const others = usual.nonzero > hopeless ? [] : all.slice(1, countFor(usual.nonzero, codes, all.length));
  const inDigits = hasQuotients(rule) ? STRATEGIES.inDigits : [];
  for (const strategy of [...others, ...inDigits]) make(strategy);
  const tabled = withTables(rule);
  const inTables = tabled === null ? [] : STRATEGIES.ofTables.map(makerOf(tabled));
  const first = others.length === 0 ? null : make(STRATEGIES.ofFirstValues);
  const best =
    layers === undefined
      ? made.reduce((least, each) => (each.nonzero < least.nonzero ? each : least))
      : made.toSorted(bySize(layers))[0]!;
  const written = tabled !== null && inTables.includes(best) ? tabled : rule;
  const tried = others.length + trees.length + inDigits.length + inTables.length + (first === null ? 1 : 2);
  return { codes, usual, best, tried, isTree: trees.includes(best), written };
}

/** The network of these layers. */
export function networkFrom(
  rule: Rule,
  codes: Codes,
  sourceHash: string,
  candidate: NetworkCandidate,
): Network {
  const { kind, reason, clock } = rule.schedule;
  const { channels } = candidate;
  const layers = candidate.layers.map(networkLayer);
  const residual = Float32Array.from(candidate.residual);
  return {
    program: rule.name,
    sourceHash,
    fields: rule.fields,
    predict: rule.predict,
    channels,
    layers,
    residual,
    snap: false,
    schedule: { kind, reason, clock },
    stop: stopRule(rule, codes),
    exact: exactnessOf({ layers, residual, channels }),
    ...(candidate.tokens && { tokens: candidate.tokens }),
  };
}
