// Reads a text with the grammar: part by part where it is a program, in one piece where that must tell what is wrong.

import type { FailedMatchResult, Grammar, MatchResult } from "ohm-js";
import bundle from "../../../grammars/alg.ohm-bundle.js";
import { spend } from "../../diagnostics/budget.ts";
import type { Diagnostic, Span } from "../../diagnostics/diagnostic.ts";
import type { AstItem, AstProgram } from "./ast.ts";
import { declarationActions } from "./build-declarations.ts";
import { bodyActions } from "./build-instructions.ts";
import { type Compact, compact, findComments, type Places } from "./compact.ts";
import { RESERVED } from "./lexer.ts";
import { type Ast, goTo, type ReportMistake, spanOf } from "./nodes.ts";

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

/** Returns what the action of a node's rule makes; with the node's place in the text, where the action says none. */
const treeOfNode: Ast = (node) => {
  const made = node.ast();
  return made?.tag === undefined || made.span !== undefined ? made : { ...made, span: spanOf(node) };
};

const semantics = grammar.createSemantics().addOperation<unknown>("ast", {
  ...declarationActions(treeOfNode),
  ...bodyActions(treeOfNode),
});

// Cuts a program into parts that the grammar can match one by one: Ohm remembers all that it tried until a match is
// done, so that many small matches take less time and memory than a large one.
//
// A cut is made only where an item, or a line of a machine, must begin if the text is a program at all: before words
// that stand nowhere else, two tokens before `->`, and at rows of tables. So a text whose parts all match is a program, with these parts;
// of any other text the grammar has to see the whole.

/** A piece of a text, without the pieces inside it. */
interface TextPart extends Span {
  /** The rule of the grammar that it should match. */
  readonly rule: "Program" | "ItemsAlone" | "MachineLinesAlone";
  /** Where the pieces inside it are, one after another. */
  readonly hole: Span | null;
  readonly parts: readonly TextPart[];
}

interface Token extends Span {
  readonly text: string;
}

const TOKEN = /"[^"\n\r]+"|[\p{L}_][\p{L}\d_]*|\d+|->|[-*:(){}]/gu;

/** Reserved words that begin an item, and stand nowhere else outside of parentheses and braces. */
const STARTERS: ReadonlySet<string> = new Set([...RESERVED.instruction, ...RESERVED.declaration]);

/** The parts of a program; null if it does not even look like one. */
function split(text: string): TextPart | null {
  const tokens: Token[] = [];
  for (const { 0: found, index } of text.matchAll(TOKEN))
    tokens.push({ text: found, start: index, end: index + found.length });
  const last = tokens.at(-1);
  if (tokens[0]?.text !== "program" || tokens[2]?.text !== "{" || last?.text !== "}" || tokens.length < 4)
    return null;
  const hole = { start: tokens[2].end, end: last.start };
  const parts = itemsIn(tokens, 3, hole);
  return parts && { rule: "Program", start: 0, end: text.length, hole, parts };
}

/** The items from a token on; null if braces or parentheses are not balanced. */
function itemsIn(tokens: readonly Token[], first: number, hole: Span): readonly TextPart[] | null {
  const parts: TextPart[] = [];
  let [depth, start] = [0, hole.start];
  let machine: Pick<TextPart, "hole" | "parts"> | null = null;
  const close = (end: number): void => {
    if (end > start)
      parts.push({ rule: "ItemsAlone", start, end, ...(machine ?? { hole: null, parts: [] }) });
    [start, machine] = [end, null];
  };
  for (let at = first; at < tokens.length - 1; at++) {
    const { text, start: place } = tokens[at]!;
    if (text === "{" || text === "(") depth++;
    if (text === "}" || text === ")") depth--;
    if (depth < 0) return null;
    if (depth > 0 || !(STARTERS.has(text) || beginsMachine(tokens, at))) continue;
    close(place);
    if (text === "machine") machine = linesOf(tokens, at + 3);
  }
  close(hole.end);
  return depth === 0 ? parts : null;
}

const beginsMachine = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]!.text === "machine" && tokens[at + 1]?.text === "on" && tokens[at + 3]?.text === "{";

/** The lines of a machine, one rule or row in each part; null if there is more than rules between the braces. */
function linesOf(tokens: readonly Token[], brace: number): Pick<TextPart, "hole" | "parts"> | null {
  const closing = tokens.findIndex(({ text }, at) => at > brace && "{}".includes(text));
  if (tokens[closing]?.text !== "}") return null;
  const hole = { start: tokens[brace]!.end, end: tokens[closing]!.start };
  const parts: TextPart[] = [];
  let start = hole.start;
  const close = (end: number): void => {
    if (end > start) parts.push({ rule: "MachineLinesAlone", start, end, hole: null, parts: [] });
    start = end;
  };
  for (let at = brace + 1; at < closing; at++) {
    const { text } = tokens[at]!;
    if (text !== "->" && text !== ":") continue;
    const before = text === ":" ? 1 : tokens[at - 2]!.text === "-" ? 3 : 2;
    const state = tokens[at - before]!;
    // `start A at left` would take these for a second side.
    if (state.start > start && state.text !== "top" && state.text !== "bottom") close(state.start);
  }
  close(hole.end);
  return { hole, parts };
}
