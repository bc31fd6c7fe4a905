// Turns the place where the grammar stopped into a message in the words of the language.
//
// Ohm tells the rightmost position it reached and every token that could have stood there. Known mistakes are
// recognised first (mistakes.ts); what is left becomes "found this, expected that", where the tokens that start
// an expression, a statement and so on are gathered under one name.

import { type Diagnostic, error } from "../../diagnostics/diagnostic.ts";
import { insideAt, nameToken, type Token, tokenize } from "./lexer.ts";
import type { Failed } from "./match.ts";
import { recognise, type Stop } from "./mistakes.ts";

/** The message for a text that is no program. */
export function syntaxError({ text, position, expects }: Failed): Diagnostic {
  const tokens = tokenize(text);
  const found = tokens.findIndex((token) => token.end > position);
  const index = found < 0 ? tokens.length : found;
  const end: Token = { kind: "symbol", text: "", start: text.length, end: text.length };
  const stop: Stop = {
    text,
    tokens,
    index,
    token: tokens[index] ?? end,
    expects: expects(),
    inside: insideAt(tokens, index),
  };
  const { start, end: last } = stop.token;
  const [shown, expected] = [nameToken(stop.token), expectedWords(stop)];
  const message = `Expected ${expected}, but found ${shown}.`;
  return recognise(stop) ?? error("TL101", { start, end: last }, message, { found: shown, expected });
}

const OPERATORS = ["or", "xor", "and", "a comparison", "+", "-", "*", "/", "%"];
const STARTS_EXPRESSION = [
  "a number",
  "a name",
  "a direction",
  "true",
  "false",
  "at",
  "not",
  "-",
  "(",
  "?",
  "if",
];
const STARTS_INSTRUCTION = ["each", "sweep", "loop", "halt", "break", "repeat", "if"];
const STARTS_STATEMENT = ["let", "match", "assert", "a name", "a direction", ...STARTS_INSTRUCTION];
const STARTS_DECLARATION = [
  ..."predict param fn hole ends steps grid workspace place machine".split(" "),
  "input, output or state",
];
const STARTS_MACHINE_LINE = ["a name", "*", "start", "halt", "accept or reject", "otherwise", "symbols"];

/** Names the things that could have stood at a stop, as the language calls them. */
function expectedWords({ expects, inside }: Stop): string {
  const left = new Set(expects);
  const words: string[] = [];
  const gather = (marks: readonly string[], parts: readonly string[], word: string): void => {
    if (!marks.every((mark) => left.has(mark))) return;
    for (const part of parts) left.delete(part);
    words.push(word);
  };
  gather(["bit", "enum"], ["bit", "enum", ...STARTS_EXPRESSION], "a type such as `bit` or `0..7`");
  gather(["a number", "("], STARTS_EXPRESSION, "an expression");
  gather(
    ["a number", "true"],
    ["a number", "true", "false", "a name", "-", "*", "none"],
    "a symbol of the tape",
  );
  gather(["or", "and"], [...OPERATORS, ".", "("], "an operator");
  gather(["+", "-"], ["+", "-", "*", "/", "%"], "an operator");
  gather(["start", "otherwise"], STARTS_MACHINE_LINE, "a line such as `A 0 -> 1 right B`");
  gather(["*", "a name"], ["*", "a name"], "a name or `*`");
  gather(["let", "each"], [...STARTS_STATEMENT, ...STARTS_DECLARATION], workIn(inside));
  for (const token of left) if (token !== ";" || left.size === 1) words.push(nameExpected(token));
  // An operator could follow any operand: that goes without saying where something else is missing.
  const told = words.length > 1 ? words.filter((word) => word !== "an operator") : words;
  return told.length < 2
    ? (told[0] ?? "something else")
    : `${told.slice(0, -1).join(", ")} or ${told.at(-1)}`;
}

function workIn(inside: Stop["inside"]): string {
  if (inside === "program") return "a declaration, an instruction";
  return inside === "instructions" ? "an instruction" : "a statement";
}

function nameExpected(token: string): string {
  if (token === "end of input") return "the end of the text";
  if (token === "a word") return "a direction";
  if (token === "any or all") return "`any(...)` or `all(...)`";
  return token.includes(" ") ? token : `\`${token}\``;
}
