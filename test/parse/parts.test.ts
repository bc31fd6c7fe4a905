// Texts are read in parts. They give what the same text gives in one piece, and no more work than their length.

import fc from "fast-check";
import type { MatchResult } from "ohm-js";
import { afterEach, expect, test, vi } from "vitest";
import { randomMachine } from "../../bench/compile-programs.ts";
import grammar from "../../grammars/alg.ohm-bundle.js";
import { compact } from "../../src/language/parse/compact.ts";
import { treeOf } from "../../src/language/parse/match.ts";
import { parse } from "../../src/language/parse/parse.ts";
import { programNames, readProgram } from "../programs/programs.ts";
import { expectSame } from "../same.ts";
import { again, cases, SEED } from "../seed.ts";

afterEach(() => vi.restoreAllMocks());

/** The tree of a text as Ohm reads it at once, comments and white space with it; null if it is no program. */
function inOnePiece(text: string): unknown {
  const match: MatchResult = grammar.match(text);
  return match.failed()
    ? null
    : inner(
        treeOf(
          match,
          (offset) => offset,
          () => {},
        ),
      );
}

/** Ohm says of the whole text that it begins where the text does. */
const inner = (tree: unknown): unknown => ({ ...(tree as object), comments: null, span: null });

const library = programNames.map((name) => readProgram(name).text);

test("programs of the library and machines", () => {
  for (const text of [...library, randomMachine(7, 3, SEED)])
    expect(inner(parse({ name: "p.alg", text }).program)).toEqual(inOnePiece(text));
});

/** What may make a part end where it should not. */
const PIECES = [
  ..."program machine on { } ( ) ; , -> - = start halt otherwise top at x 1 each sweep if else state any".split(
    " ",
  ),
  ...'// /* */ " => .. let match # é'.split(" "),
  "machine on t { start A at left A 0 -> 1 stay A halt H }",
  "\n",
  "\u00a0",
];

test("changed programs: the same tree, or a mistake in both", () => {
  const change = fc.record({
    at: fc.nat(),
    length: fc.nat(8),
    piece: fc.constantFrom("", ...PIECES.flatMap((piece) => [piece, ` ${piece} `])),
  });
  const short = library.filter((text) => text.length < 1500);
  fc.assert(
    fc.property(
      fc.constantFrom(...short, randomMachine(2, 2, SEED)),
      fc.array(change, { maxLength: 3 }),
      (text, changes) => {
        const changed = changes.reduce((before, { at, length, piece }) => {
          const start = at % (before.length + 1);
          return before.slice(0, start) + piece + before.slice(start + length);
        }, text);
        const whole = inOnePiece(changed);
        const { program, diagnostics } = parse({ name: "p.alg", text: changed });
        if (whole === null) expect(diagnostics.length).toBeGreaterThan(0);
        else if (diagnostics.length === 0) expect(inner(program)).toEqual(whole);
        else expect(program).toBeNull();
      },
    ),
    { seed: SEED, numRuns: cases(150) },
  );
}, 60_000);

test(`compact texts: every token stands where it stood (${again(SEED)})`, () => {
  for (const text of [...library, ' "//" /* a */b// c', "a", "", " ", '/**/"']) {
    const short = compact(text);
    for (let at = 0; at < short.text.length; at++)
      if (short.text[at] !== " ")
        expectSame(text[short.places(at)], short.text[at], `character ${at} of ${text}`);
    expect(short.places(short.text.length)).toBe(text.length);
  }
});

/** Characters that the grammar is given for a text, and the most at once. */
function given(text: string): readonly [all: number, most: number] {
  const match = vi.spyOn(grammar, "match");
  expect(parse({ name: "p.alg", text }).diagnostics).toEqual([]);
  const lengths = match.mock.calls.map(([part]) => part.length);
  match.mockRestore();
  return [lengths.reduce((sum, length) => sum + length, 0), Math.max(...lengths)];
}

test("the work for a machine of n rules is in proportion to n", () => {
  const [all, most] = given(randomMachine(100, 8, SEED));
  const [twice, mostOfTwice] = given(randomMachine(200, 8, SEED));
  expect(twice / all).toBeLessThan(2.2);
  expect(mostOfTwice).toBe(most);
});

/** How often each rule of the grammar is tried on a text, by name. */
function tried(text: string): ReadonlyMap<string, number> {
  const spies = Object.entries(grammar.rules).map(
    ([name, { body }]) => [name, vi.spyOn(body as unknown as { eval(): boolean }, "eval")] as const,
  );
  expect(parse({ name: "p.alg", text }).diagnostics).toEqual([]);
  const counts = new Map(spies.map(([name, spy]) => [name, spy.mock.calls.length]));
  vi.restoreAllMocks();
  return counts;
}

test.each([
  ["items", "Item", 4, "program p { state a: bit; state b, c: 0..3 param k = 1 each { } }"],
  [
    "items that no word begins",
    "Item",
    4,
    "program p { steps <= 3; grid rows x cols ends when all(a) each { } }",
  ],
  ["statements", "Statement", 5, "program p { each { a = 1; b = 1 if a { c = 1 } else { } let d = 1 } }"],
  ["instructions", "Instruction", 4, "program p { loop { each { } each { } halt when a } }"],
  [
    "lines",
    "MachineLine",
    4,
    "program p { machine on t { start A at left; halt H A 0 -> 1 right A A 1 -> 1 stay H } }",
  ],
])("%s: where their list ends, no further one is tried", (_, rule, count, text) => {
  expect(tried(text).get(rule)).toBe(count);
});

test("few rules are tried for a field", () => {
  const of = (n: number) => {
    const fields = Array.from({ length: n }, (_, at) => `state s${at}: bit`).join("\n");
    return [...tried(`program p { ${fields} each { } }`).values()].reduce((sum, each) => sum + each, 0);
  };
  expect((of(200) - of(100)) / 100).toBeLessThan(25);
});

test("comments cost the grammar nothing", () => {
  const text = "program p {\n  input x: bit\n  each { x = 1 }\n}\n";
  const comments = `// ${"a".repeat(1_000_000)}\n/*${"\n".repeat(1_000_000)}*/${"\n// b".repeat(200_000)}\n`;
  expect(given(text.replace("each", `${comments}each`))).toEqual(given(text));
});

test("a `match` of 1,000 arms", () => {
  const arms = Array.from({ length: 1000 }, (_, at) => `${at} => x = ${at},`).join("\n");
  const { program, diagnostics } = parse({
    name: "p.alg",
    text: `program p { each { match x { ${arms} } } }`,
  });
  expect(diagnostics).toEqual([]);
  expect(program!.items[0]).toMatchObject({ body: [{ tag: "match", arms: { length: 1000 } }] });
});
