// Cuts a program into parts that the grammar can match one by one: Ohm remembers all that it tried until a match is
// done, so that many small matches take less time and memory than a large one.
//
// A cut is made only where an item, or a line of a machine, must begin if the text is a program at all: before words
// that stand nowhere else, two tokens before `->`, and at rows of tables. So a text whose parts all match is a program, with these parts;
// of any other text the grammar has to see the whole.

import type { Span } from "../../diagnostics/diagnostic.ts";

/** A piece of a text, without the pieces inside it. */
export interface TextPart extends Span {
  /** The rule of the grammar that it should match. */
  readonly rule: "Program" | "Items" | "MachineLines";
  /** Where the pieces inside it are, one after another. */
  readonly hole: Span | null;
  readonly parts: readonly TextPart[];
}

interface Token extends Span {
  readonly text: string;
}

const TOKEN = /"[^"\n\r]+"|[\p{L}_][\p{L}\d_]*|\d+|->|[-*:(){}]/gu;

/** Reserved words that begin an item, and stand nowhere else outside of parentheses and braces. */
const STARTERS: ReadonlySet<string> = new Set(
  "input output state predict param fn each sweep loop repeat let match break halt".split(" "),
);

/** The parts of a program; null if it does not even look like one. */
export function split(text: string): TextPart | null {
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
    if (end > start) parts.push({ rule: "Items", start, end, ...(machine ?? { hole: null, parts: [] }) });
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
    if (end > start) parts.push({ rule: "MachineLines", start, end, hole: null, parts: [] });
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
