// A second, forgiving look at the text, only for messages: which token stands where the grammar stopped, which
// braces are open there. It never fails, and also knows tokens of other languages.

import type { Span } from "../../diagnostics/diagnostic.ts";
import { AXES, DIRECTIONS } from "../../grid/direction.ts";

export interface Token extends Span {
  readonly kind: "word" | "number" | "string" | "symbol";
  readonly text: string;
}

const TOKEN =
  /(?<space>\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<word>[\p{L}_][\p{L}\d_]*)|(?<number>\d+(?:\.\d+)?[\p{L}_]?[\p{L}\d_]*)|(?<string>"[^"\n\r]*"?|'[^'\n\r]*'?)|(?<symbol>===|!==|<=>|\.\.+|==|!=|<=|>=|=>|=<|<>|&&|\|\||\+\+|--|\+=|-=|\*=|\/=|\^=|:=|<-|->|\*\*|<<|>>|[\s\S])/gu;

/** All tokens of a text in order, without white space and comments. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const kind = (["word", "number", "string", "symbol"] as const).find(
      (each) => match.groups![each] !== undefined,
    );
    if (kind === undefined) continue;
    tokens.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}

const wordsOf = (text: string): readonly string[] => text.split(" ");

/** The words that cannot be names, by what they do. Instructions and declarations stand nowhere else outside of parentheses. */
export const RESERVED = {
  instruction: wordsOf("each sweep loop halt break repeat let match"),
  declaration: wordsOf("input output state predict param fn"),
  /** Stands before what it is about. */
  prefix: wordsOf("if not at when"),
  /** Stands between two parts of one expression or statement. */
  infix: wordsOf("and or xor then else"),
  literal: wordsOf("true false"),
  direction: DIRECTIONS,
  other: wordsOf("program while bit enum"),
} as const;

/** All words that cannot be names. */
export const KEYWORDS: ReadonlySet<string> = new Set(Object.values(RESERVED).flat());

/** Where a machine's head goes; `stay` is a name everywhere else. */
export const MOVES: readonly string[] = [...AXES, "stay"];

/** Names a token for messages. */
export function nameToken(token: Token): string {
  if (token.text === "") return "the end of the text";
  if (token.kind === "word") return `${KEYWORDS.has(token.text) ? "the word" : "the name"} \`${token.text}\``;
  return token.kind === "number" ? `the number ${token.text}` : `\`${token.text}\``;
}

/** What the innermost open brace at a token holds. */
export type Inside = "nothing" | "program" | "instructions" | "body" | "enum" | "match" | "machine";

const HEADS: Readonly<Record<string, Inside>> = {
  program: "program",
  loop: "instructions",
  repeat: "instructions",
  each: "body",
  sweep: "body",
  enum: "enum",
  match: "match",
  machine: "machine",
};

/** Returns what the braces around the token with the given index hold. */
export function insideAt(tokens: readonly Token[], index: number): Inside {
  const stack: Inside[] = ["nothing"];
  let head: Inside | null = null;
  for (const { text } of tokens.slice(0, index)) {
    const around = stack.at(-1)!;
    if (text === "{") {
      // `if`, `else` and arms hold what the braces around them hold.
      stack.push(head ?? (around === "match" ? "body" : around));
      head = null;
    } else if (text === "}") {
      if (stack.length > 1) stack.pop();
      head = null;
    } else if (text === "=" || text === "if") {
      head = null;
    } else head = HEADS[text] ?? head;
  }
  return stack.at(-1)!;
}

interface Braces {
  /** Opening braces and parentheses that are never closed, outermost first. */
  readonly open: readonly Token[];
  /** Closing ones that close nothing. */
  readonly extra: readonly Token[];
  /** An opening brace whose closing one is indented as if it closed another: probably it has lost its own. */
  readonly suspect: Token | null;
}

/** Matches the braces of a text, or of its parts up to an index. */
export function matchBraces(text: string, tokens: readonly Token[]): Braces {
  const open: Token[] = [];
  const extra: Token[] = [];
  let suspect: Token | null = null;
  for (const token of tokens) {
    if (token.text === "{" || token.text === "(") open.push(token);
    if (token.text !== "}" && token.text !== ")") continue;
    const partner = token.text === "}" ? "{" : "(";
    const at = open.findLastIndex((candidate) => candidate.text === partner);
    if (at < 0) extra.push(token);
    else {
      const [opening] = open.splice(at);
      const alone = indentAt(text, token.start) === token.start - lineStart(text, token.start);
      if (alone && token.text === "}" && indentAt(text, opening!.start) > indentAt(text, token.start))
        suspect ??= opening!;
    }
  }
  return { open, extra, suspect };
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf("\n", offset - 1) + 1;

/** Width of the white space that begins the line of an offset. */
const indentAt = (text: string, offset: number): number =>
  /^[ \t]*/.exec(text.slice(lineStart(text, offset)))![0].length;
