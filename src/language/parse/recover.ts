// Goes on after a syntax error, so that one look at a text finds several.
//
// What is wrong is blanked out, the smallest part first: the statement before the place where the grammar stopped,
// the one at that place, both, then whole blocks. The head of a block becomes a plain one, so that its contents are
// still read. Blanks take the room of what they replace, so that places in the text stay where they are. A part is
// the right one if the grammar then gets beyond it, and does not trip over a brace that lost its partner; if none
// is, nothing more is reported. So one mistake gives one message.

import type { Diagnostic, Span } from "../../diagnostics/diagnostic.ts";
import { matchBraces, type Token, tokenize } from "./lexer.ts";
import { type Failed, type Matched, matchProgram } from "./match.ts";
import { syntaxError } from "./syntax-error.ts";

/** Messages that are enough at once. */
const MOST_ERRORS = 5;

/** Characters that may be parsed again, all attempts together: large texts get fewer messages. */
const MOST_CHARACTERS = 400_000;

interface Recovered {
  readonly errors: readonly Diagnostic[];
  /** What is left of the text if that is a program. */
  readonly rest: Matched | null;
}

/** All that can be said of a text that the grammar does not match. */
export function syntaxErrors(failed: Failed): Recovered {
  const errors: Diagnostic[] = [];
  let budget = Math.floor(MOST_CHARACTERS / (failed.text.length + 1));
  const isSure = sureOf(failed.text);
  let match: Matched | Failed = failed;
  while (match.tag === "failed") {
    const error = syntaxError(match);
    errors.push(error);
    if (errors.length === MOST_ERRORS || !isSure(error)) return { errors, rest: null };
    const stop = match.position;
    let next: Matched | Failed | null = null;
    for (const { repaired, end } of brokenParts(match.text, error.span.start, stop)) {
      if (budget-- <= 0) break;
      const again = matchProgram(repaired);
      if (again.tag === "failed" && !goesOn(again, Math.max(end, stop + 1), isSure)) continue;
      next = again;
      break;
    }
    if (next === null) return { errors, rest: null };
    match = next;
  }
  return { errors, rest: match };
}

/** Tells whether the next mistake is behind some place, and surely another one. */
function goesOn(again: Failed, place: number, isSure: IsSure): boolean {
  const error = syntaxError(again);
  return Math.min(error.span.start, again.position) >= place && isSure(error);
}

/** Whether a mistake is where its message says, so that the rest of the text can be judged without it. */
type IsSure = (error: Diagnostic) => boolean;

function sureOf(text: string): IsSure {
  const { open, extra } = matchBraces(text, tokenize(text));
  const unbalanced = [...open, ...extra].some((token) => "{}".includes(token.text));
  return ({ code, span }) => {
    if (code === "TL102" || code === "TL103") return "()".includes(text[span.start] ?? "}");
    // Where a brace is missing, or there is one too many, much that is in order stands where it cannot.
    if (unbalanced && (code === "TL101" || code === "TL109")) return false;
    return !["TL113", "TL117", "TL120", "TL123"].includes(code);
  };
}

interface Part {
  /** The text without the part. */
  readonly repaired: string;
  /** Where the part ends. */
  readonly end: number;
}

/** Parts to leave out, in the order in which to try them. */
function brokenParts(text: string, from: number, stop: number): readonly Part[] {
  const tokens = tokenize(text);
  if (tokens.length === 0) return [];
  const tokenAt = (offset: number): number => {
    const found = tokens.findIndex((token) => token.end > offset);
    return found < 0 ? tokens.length - 1 : found;
  };
  const at = tokenAt(stop);
  const first = Math.min(at, tokenAt(from));
  const isLater = at > 0 && startsLine(text, tokens, at);
  const before = isLater ? statement(text, tokens, Math.min(first, at - 1), at - 1) : null;
  const here = statement(text, tokens, isLater ? at : first, at);
  const both = isLater ? statement(text, tokens, Math.min(first, at - 1), at) : null;
  return [before, here, both].flatMap((range) => (range === null ? [] : blankings(text, tokens, range)));
}

const startsLine = (text: string, tokens: readonly Token[], at: number): boolean =>
  at === 0 || text.slice(tokens[at - 1]!.end, tokens[at]!.start).includes("\n");

/** Indices of a first and a last token, and that of an opening brace behind it whose contents it is the head of. */
interface Range {
  readonly first: number;
  readonly last: number;
  readonly brace: number | null;
}

/** The statement, declaration or line around some tokens; null if there is none. */
function statement(text: string, tokens: readonly Token[], from: number, to: number): Range | null {
  let first = from;
  while (first > 0 && !"{};".includes(tokens[first - 1]!.text) && !endsBefore(text, tokens, first)) first--;
  let open: number[] = [];
  let last = first;
  for (; last < tokens.length; last++) {
    const { text: word } = tokens[last]!;
    if (last > to && (word === ";" || endsBefore(text, tokens, last))) break;
    if (word === "}" && open.length === 0) break;
    if (word === "{") open = [...open, last];
    if (word === "}") open = open.slice(0, -1);
  }
  if (last === first) return null;
  return { first, last: last - 1, brace: open.at(-1) ?? null };
}

/** Tells whether a line, and what it says, ends before a token. */
function endsBefore(text: string, tokens: readonly Token[], at: number): boolean {
  if (!startsLine(text, tokens, at)) return false;
  const [before, after] = [tokens[at - 1], tokens[at]!];
  return !(before && joins(before, ")")) && !joins(after, "(");
}

/** Tells whether a token joins what stands before it to what stands behind it. */
const joins = ({ kind, text }: Token, parenthesis: string): boolean =>
  kind === "symbol" ? !["{", "}", ";", parenthesis].includes(text) : /^(and|or|xor|not|then)$/.test(text);

/** Ways to leave a statement out: with the head of a block, its contents may stay. */
function blankings(text: string, tokens: readonly Token[], { first, last, brace }: Range): readonly Part[] {
  const [start, end] = [tokens[first]!.start, tokens[last]!.end];
  if (brace === null) return [{ repaired: blank(text, { start, end }), end }];
  const whole = { start, end: blockEnd(tokens, brace) };
  const block = { repaired: blank(text, whole), end: whole.end };
  const head = plainHead(text, tokens, first, brace);
  return head === null ? [block] : [{ repaired: head, end }, block];
}

/** The text with a head that fits its contents instead of one that is wrong; null if there is no room for it. */
function plainHead(text: string, tokens: readonly Token[], first: number, brace: number): string | null {
  const begin = tokens[first]!.text === "else" ? first + 1 : first;
  const [start, end] = [tokens[begin]!.start, tokens[brace]!.start];
  const words = tokens.slice(begin, brace).map((token) => token.text);
  if (words.some((word) => ["enum", "machine", "program"].includes(word))) return null;
  const head = words[0] === "if" ? "if 1" : words[0] === "match" ? "match 0" : "loop";
  if (begin > first && words[0] !== "if") return null;
  return end - start < head.length
    ? null
    : text.slice(0, start) + head + blank(text.slice(start + head.length, end)) + text.slice(end);
}

/** Tells where a block ends, with the `else` parts that follow it. */
function blockEnd(tokens: readonly Token[], brace: number): number {
  let depth = 0;
  for (let at = brace; at < tokens.length; at++) {
    if (tokens[at]!.text === "{") depth++;
    if (tokens[at]!.text !== "}") continue;
    depth--;
    if (depth === 0 && tokens[at + 1]?.text !== "else") return tokens[at]!.end;
  }
  return tokens.at(-1)!.end;
}

/** A text, or a part of it, without anything to read; lines stay lines. */
const blank = (text: string, { start, end }: Span = { start: 0, end: text.length }): string =>
  text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, " ") + text.slice(end);
