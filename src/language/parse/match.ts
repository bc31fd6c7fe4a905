// Reads a text with the grammar: part by part where it is a program, in one piece where that must tell what is wrong.

import type { FailedMatchResult, Grammar, MatchResult } from "ohm-js";
import bundle from "../../../grammars/alg.ohm-bundle.js";
import { spend } from "../../diagnostics/budget.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { AstItem, AstProgram } from "./ast.ts";
import { machineActions, programActions, settingActions } from "./build-declarations.ts";
import { expressionActions, instructionActions, statementActions } from "./build-instructions.ts";
import { findComments } from "./comments.ts";
import { type Compact, compact, type Places } from "./compact.ts";
import { type Ast, goTo, type ReportMistake, spanOf } from "./nodes.ts";
import { split, type TextPart } from "./split.ts";

export interface Matched {
  readonly tag: "matched";
  readonly program: AstProgram;
  /** Mistakes that the grammar lets through. */
  readonly mistakes: readonly Diagnostic[];
}

export interface Failed {
  readonly tag: "failed";
  readonly text: string;
  /** The rightmost place that the grammar reached. */
  readonly position: number;
  /** The tokens that could have stood there, by their description in the grammar. */
  expects(): ReadonlySet<string>;
}

export function matchProgram(text: string): Matched | Failed {
  const short = compact(text);
  const mistakes: Diagnostic[] = [];
  const report = (mistake: Diagnostic) => mistakes.push(mistake);
  const whole = split(short.text);
  const matched = (tree: unknown): Matched => {
    const program = { ...(tree as AstProgram), comments: findComments(text) };
    return { tag: "matched", program, mistakes };
  };
  const tree = whole && treeIn(short, whole, report);
  if (tree !== null) return matched(tree);
  mistakes.length = 0;
  const match: MatchResult = grammar.match(short.text);
  if (match.failed()) return failure(text, short, match as Failing);
  return matched(treeOf(match, short.places, report));
}

/** The tree of a part with those inside it; null if one does not match. What Ohm remembers of a part goes with it. */
function treeIn(short: Compact, part: TextPart, report: ReportMistake): unknown {
  const own = treeAround(short, part, report);
  if (own === null || part.hole === null) return own;
  const inner: unknown[] = [];
  for (const each of part.parts) {
    const list = treeIn(short, each, report);
    if (list === null) return null;
    for (const one of list as readonly unknown[]) inner.push(one);
  }
  if (part.rule === "Program") return { ...(own as AstProgram), items: inner };
  const [machine, ...rest] = own as readonly AstItem[];
  return [{ ...machine, lines: inner }, ...rest];
}

/** The tree of a part without those inside it. */
function treeAround(
  { text, places }: Compact,
  { rule, start, end, hole }: TextPart,
  report: ReportMistake,
): unknown {
  const cut = hole ?? { start: end, end };
  const match: MatchResult = grammar.match(text.slice(start, cut.start) + text.slice(cut.end, end), rule);
  if (match.failed()) return null;
  const skipped = cut.end - cut.start;
  return treeOf(match, (at) => places(start + (start + at < cut.start ? at : at + skipped)), report);
}

type Failing = FailedMatchResult & {
  /** Ohm has this method but does not declare it. */
  getRightmostFailures(): readonly { getText(): string }[];
};

const failure = (text: string, { places }: Compact, match: Failing): Failed => ({
  tag: "failed",
  text,
  position: places(match.getRightmostFailurePosition()),
  expects: () => new Set(match.getRightmostFailures().map((each) => each.getText())),
});

// The grammar, whose rules ask on the way whether reading may go on: a match does not pause by itself.

/** Ohm evaluates a rule by this method of its body; it does not declare it. */
interface Body {
  eval(state: unknown): boolean;
}

/** Rules of statements, expressions and items take longer than others. */
const PRICE = 4;

function asking<G extends Grammar>(grammar: G): G {
  for (const { body } of Object.values(grammar.rules)) {
    const rule = body as unknown as Body;
    const evaluate = rule.eval;
    rule.eval = (state) => {
      spend(PRICE);
      return evaluate.call(rule, state);
    };
  }
  return grammar;
}

const grammar = asking(bundle);

// From Ohm's parse tree to the syntax tree: one semantic action per rule of grammars/alg.ohm.

/**
 * Builds the tree of a successful match, whose offsets stand at other places in the user's text. Reports, and still
 * builds, what the grammar let through.
 */
export function treeOf(match: MatchResult, places: Places, report: ReportMistake): unknown {
  goTo(places, report);
  return treeOfNode(semantics(match) as Parameters<Ast>[0]);
}

/** What the action of a node's rule makes; with the node's place in the text, where the action says none. */
const treeOfNode: Ast = (node) => {
  const made = node.ast();
  return made?.tag === undefined || made.span !== undefined ? made : { ...made, span: spanOf(node) };
};

const semantics = grammar.createSemantics().addOperation<unknown>("ast", {
  ...programActions(treeOfNode),
  ...settingActions(treeOfNode),
  ...machineActions(treeOfNode),
  ...instructionActions(treeOfNode),
  ...statementActions(treeOfNode),
  ...expressionActions(treeOfNode),
});
