// The words that messages, the formatter and the splitting of programs go by are those of the grammar.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { KEYWORDS, MOVES, RESERVED } from "../../src/language/parse/lexer.ts";

const GRAMMAR = readFileSync(new URL("../../grammars/alg.ohm", import.meta.url), "utf8");

/** The words of a rule, in quotes in the grammar's text, up to the end of the word. */
function wordsOf(rule: string): readonly string[] {
  const [, body] = new RegExp(`\\n  ${rule}\\b[^=]*= ?\\(([^)]*)\\) ~wordPart`).exec(GRAMMAR)!;
  return [...body!.matchAll(/"(\w+)"/g)].map(([, word]) => word!);
}

test("words that cannot be names are those of the rule `keyword`, each with one role", () => {
  const words = wordsOf("keyword");
  expect(words.length).toBeGreaterThan(30);
  expect(KEYWORDS).toEqual(new Set(words));
  expect(Object.values(RESERVED).flat().toSorted()).toEqual(words.toSorted());
});

test("moves of a machine's head are those of the rule `move`", () => {
  expect(MOVES).toEqual(wordsOf("move"));
});
