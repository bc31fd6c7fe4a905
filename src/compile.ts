// From a program's text to its weights: the whole pipeline on one screen.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { lower } from "./compiler/lower/lower.ts";
import { type Rule, valuesOfRule } from "./compiler/schedule/rule.ts";
import { schedule } from "./compiler/schedule/schedule.ts";
import { PAPER_LAYERS } from "./compiler/synthesise/one-channel.ts";
import {
  type Found,
  type Synthesis,
  type SynthesisOptions,
  synthesise,
} from "./compiler/synthesise/synthesise.ts";
import { type Budget, OverBudget, within } from "./diagnostics/budget.ts";
import { type Diagnostic, ProgramError, type Source } from "./diagnostics/diagnostic.ts";
import type { Architecture } from "./diagnostics/known-words.ts";
import { bounds } from "./grid/grid.ts";
import { inputRulesOf } from "./grid/prepare.ts";
import { analyse } from "./language/analyse/analyse.ts";
import type { AstProgram } from "./language/parse/ast.ts";
import { parse } from "./language/parse/parse.ts";
import { leaves } from "./logic/expression.ts";
import { type Network, sizeOf } from "./network/network.ts";
import { type Lemmas, lemmasOf } from "./proof/prove/lemma.ts";
import { singleNetwork, singleWarnings } from "./proof/prove/one-channel-network.ts";
import type { Claim } from "./proof/prove/prove.ts";
import { firstRight, pruneProved } from "./proof/prove/prune-proved.ts";

/** What every stage handed on, for printing, checking and explaining. */
export interface Compilation extends Claim {
  readonly source: Source;
  readonly ast: AstProgram;
  /** Non-zero numbers of the network after each step of the optimisation. */
  readonly history: Synthesis["history"];
  /**
   * Whether the network's step is proved to be the rule's. Else the network follows the structure of the rule, nothing is
   * pruned, and the proof is left to `proveNetwork`.
   */
  readonly isProved: boolean;
  /** Where the budget did not last for the smallest network and its proof, what was left out; else null. */
  readonly cut: string | null;
  readonly warnings: readonly Diagnostic[];
}

/** What the front end makes of a text. */
export type CheckedSource = Pick<Compilation, "source" | "ast" | "checked" | "warnings">;

/** How far a compilation has come. */
export interface CompileProgress {
  /** What is done next. */
  readonly stage: string;
  /** What there is already: right, but perhaps not the smallest. Null where there is no network yet. */
  readonly sofar: Compilation | null;
}

export interface CompileOptions extends Omit<SynthesisOptions, "onStructure" | "lean"> {
  /** Values for the program's params, instead of their defaults. */
  readonly params?: Readonly<Record<string, number>>;
  /**
   * Whether numbers go that the proof does not need, the default: the network is then right in all states that can
   * be reached. Without, it is right in all legal states.
   */
  readonly prune?: boolean;
  /**
   * Whether networks are proved of which nothing is pruned, such as all large ones; the default, unless `prune` is false.
   * What is pruned is always proved. Neither the proof nor its end for want of time changes a number of the network.
   */
  readonly prove?: boolean;
  /** What reading and compiling may take together: 9 seconds and 800 MiB, unless this says otherwise. */
  readonly budget?: Partial<Budget>;
  /** Is called before each stage that may take long. Whoever cannot wait takes what there is, and throws. */
  readonly onProgress?: (progress: CompileProgress) => void;
  /**
   * Whether the network may rely on it that at most one cell has a token, such as the head of a machine, where that is
   * proved of the program; the default, unless `prune` is false. It then refuses grids with several.
   */
  readonly tokens?: boolean;
  /** A channel for each bit, the default, or one for all: the paper's Definition 5, see compiler/synthesise/one-channel.ts. */
  readonly arch?: Architecture;
}

/**
 * The front end alone: enough to interpret a program.
 * @throws ProgramError with all diagnostics if the text is no program
 * @throws OverBudget if reading the text takes more than is allowed
 */
export function checkProgram(
  source: Source,
  params: CompileOptions["params"] = {},
  { budget = {} }: Pick<CompileOptions, "budget"> = {},
): CheckedSource {
  return within(budget, `reading ${source.name}`, () => readProgram(source, params));
}

function readProgram(source: Source, params: CompileOptions["params"], sketch = false): CheckedSource {
  const parsed = parse(source);
  if (parsed.program === null) throw new ProgramError(source, parsed.diagnostics);
  const analysed = analyse(parsed.program, source, params, { sketch });
  const diagnostics = [...parsed.diagnostics, ...analysed.diagnostics];
  if (analysed.program === null) throw new ProgramError(source, diagnostics);
  return { source, ast: parsed.program, checked: analysed.program, warnings: diagnostics };
}

/**
 * Reads a program that may have holes; `checked.holes` are those that it has.
 * @throws ProgramError as `checkProgram` does
 */
export function checkSketch(source: Source, params: CompileOptions["params"] = {}): CheckedSource {
  return within({}, `reading ${source.name}`, () => readProgram(source, params, true));
}

/** A program's instructions and the rule that is to become a network: enough to prove one. */
export function scheduleProgram({
  checked,
}: Pick<Compilation, "checked">): Pick<Compilation, "instructions" | "rule"> {
  const instructions = lower(checked);
  return { instructions, rule: schedule(instructions) };
}

/**
 * Compiles a program. Where the budget ends before the search for a smaller network or the proof, the network is the
 * one that there is by then, and `cut` says so.
 * @throws ProgramError with all diagnostics if the text is no program
 * @throws OverBudget if the budget ends before there is a network
 */
export function compile(source: Source, options: CompileOptions = {}): Compilation {
  const { params, budget = {}, ...others } = options;
  return within(budget, `compiling ${source.name}`, () =>
    compileChecked(checkProgram(source, params), others),
  );
}

/** Compiles what the front end has read and checked, with the params it has; errors and budget are those of `compile`. */
export function compileChecked(
  front: CheckedSource,
  options: Omit<CompileOptions, "params">,
  limits = { pruned: MOST_PRUNED },
): Compilation {
  let kept: CompileProgress | null = null;
  const onProgress = (progress: CompileProgress): void => {
    kept = progress;
    options.onProgress?.(progress);
  };
  try {
    const what = `compiling ${front.source.name}`;
    return within(options.budget ?? {}, what, () => networkFor(front, { ...options, onProgress }, limits));
  } catch (error) {
    return compilationSoFar(error, kept);
  }
}

/** Returns what there is where a compilation ended for want of time or memory. Throws the error if that is nothing. */
export function compilationSoFar(error: unknown, progress: CompileProgress | null): Compilation {
  // What there is may first have to be made, which nobody needs for any other error.
  const sofar = error instanceof OverBudget ? (progress?.sofar ?? null) : null;
  if (progress === null || sofar === null) throw error;
  const { message } = error as OverBudget;
  return { ...sofar, cut: `${message}; it stopped ${progress.stage}, and takes the network that it had` };
}

function networkFor(
  front: CheckedSource,
  options: Omit<CompileOptions, "params">,
  limits: { readonly pruned: number },
): Compilation {
  const { instructions, rule } = scheduleProgram(front);
  const isSingle = options.arch === "paper";
  const made = (network: Network, history: Synthesis["history"], isProved = false): Compilation => {
    const complete = { ...network, ...inputRulesOf(front.checked) };
    const warnings = [...front.warnings, ...(isSingle ? singleWarnings(front.ast, network) : [])];
    return { ...front, instructions, rule, network: complete, history, isProved, cut: null, warnings };
  };
  options.onProgress?.({ stage: "following the structure of the rule", sofar: null });
  const lemmas = lemmasOf(front.checked, rule, isSingle);
  const shaped = (network: Network): Network =>
    isSingle ? singleNetwork(front, rule, network, lemmas) : network;
  const isRelying = options.tokens !== false && options.prune !== false && !isSingle;
  const tokens = isRelying ? usefulTokens(rule, lemmas) : [];
  const tell = (stage: string, { network }: Found, soFar: Synthesis["history"]): void =>
    options.onProgress?.({
      stage,
      get sofar() {
        return made(shaped(network()), soFar);
      },
    });
  const onStructure = (found: Found, soFar: Synthesis["history"]): void =>
    tell(`searching for fewer than ${found.nonzero} numbers`, found, soFar);
  // The layer that looks at numbers comes before them.
  const search = { ...options, onStructure, ...(isSingle && { layers: PAPER_LAYERS - 1 }) };
  const { candidates, history } = synthesise(rule, hashOf(front.source.text), search, tokens);
  const [first] = candidates as readonly [Found, ...Found[]];
  const small = candidates.filter(({ nonzero }) => nonzero <= limits.pruned);
  const isPrunable = options.prune !== false && !options.quick;
  const isWorth = isPrunable && small.length > 0 && rule.fields.every(hasDiagrams);
  const isProven = isPrunable && options.prove !== false;
  if (isWorth || isProven)
    tell(`${isWorth ? "pruning" : "proving"} ${first.nonzero} numbers`, first, history);
  const { network, isProved } = isWorth
    ? pruneProved(front.checked, rule, small, lemmas)
    : isProven
      ? firstRight(front.checked, rule, candidates, lemmas)
      : { network: first.network(), isProved: false };
  const last = { step: "pruned by its proof", nonzero: sizeOf(network).nonzero };
  if (!isSingle) return made(network, [...history, last], isProved);
  const single = shaped(network);
  const { nonzero } = sizeOf(single);
  const steps = [...history, last, { step: "with a single channel", nonzero }];
  options.onProgress?.({ stage: `proving ${nonzero} numbers`, sofar: made(single, steps) });
  const offer = { nonzero, network: () => single };
  return made(single, steps, isProven && firstRight(front.checked, rule, [offer], lemmas).isProved);
}

/** Tokens of other cells that cells look at: no others are of use, and each takes its proof. */
function usefulTokens(rule: Rule, lemmas: Lemmas): readonly string[] {
  const read = leaves(valuesOfRule(rule));
  const seen = new Set(
    read.flatMap((leaf) => (leaf.tag === "read" && leaf.place !== "here" ? [leaf.field] : [])),
  );
  return rule.fields.map(({ name }) => name).filter((name) => seen.has(name) && lemmas.isToken(name));
}

/** Networks of more numbers take longer to prune than it is worth. */
const MOST_PRUNED = 300;
/** Diagrams ask for each value of a field. */
const MOST_VALUES = 32;
const hasDiagrams = ({ type }: Rule["fields"][number]): boolean =>
  bounds(type).hi - bounds(type).lo < MOST_VALUES;

/** SHA-256 of a program's text, hexadecimal: the weight file remembers what it was compiled from. */
export const hashOf = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));
