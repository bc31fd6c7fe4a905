// Assertions that are proved hold in all runs, and those that are refuted are broken by the run that is given.

import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { AssertionFailed } from "../../src/engines/assertion.ts";
import { interpret } from "../../src/engines/reference.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { bounds, type Grid } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { CheckedField, CheckedProgram } from "../../src/language/analyse/checked.ts";
import { proveAssertions } from "../../src/proof/prove/asserts.ts";
import { lemmasOf } from "../../src/proof/prove/lemma.ts";
import { loaderWith } from "../other-sizes.ts";
import { pick } from "../random-body.ts";
import { randomProgram } from "../random-program.ts";
import { again, cases, SEED } from "../seed.ts";

async function prove(text: string, seed = SEED) {
  const { checked } = checkProgram({ name: "p.alg", text });
  const program = lower(checked);
  const rule = schedule(program);
  const lemmas = lemmasOf(checked, rule);
  const proofs = await proveAssertions(checked, program, rule, { seed, lemmas });
  return { checked, program, rule, lemmas, proofs };
}

/** Lines of the assertions that fail in a run. */
function brokenLine(checked: CheckedProgram, input: Grid, limit: number): number | null {
  try {
    interpret(checked, prepareInput(checked, input), { maxInstructions: limit });
    return null;
  } catch (error) {
    if (!(error instanceof AssertionFailed)) throw error;
    return checked.source.text.slice(0, error.span.start).split("\n").length;
  }
}

describe("by induction", () => {
  test.each([
    [
      "what every instruction keeps",
      "state n: 0..3 assert n < 3 loop { each { if n < 2 { n = n + 1 } } halt when n == 2 }",
    ],
    [
      "two that need each other",
      "state a, b: bit assert a == b assert b == a loop { each { let c = a a = b b = c } halt when a }",
    ],
    [
      "neighbours that have gone before",
      "input x: bit state a, b: bit assert not a or b sweep down { a = up.a and x b = up.b or x }",
    ],
    [
      "neighbours that go later",
      "input x: bit state a, b: bit assert not a or b loop { each { a = x or down.a b = x or down.b } halt when a }",
    ],
    [
      "where the edge is",
      "input x: bit output y: bit assert not y or at left sweep down { y = x and at left }",
    ],
    [
      "in a body, on its path",
      "input x: 0..2 output s: 0..4 sweep right { if x > 0 { s = min(left.s + x, 4) assert s > 0 and s >= left.s } }",
    ],
    [
      "in a body, by what holds at all times",
      "input x: bit state a, b: bit assert not a or b sweep down { assert not up.a or up.b a = up.a b = up.b }",
    ],
    [
      "by what states cells can come to",
      "state n: 0..3 state odd: bit assert n != 3 or odd loop { each { if n < 3 { n = n + 1 } odd = not odd } halt when n == 3 }",
    ],
  ])("%s", async (_, text) => {
    const { proofs } = await prove(`program p { ${text} }`);
    expect(proofs.map(({ name, outcome, reason }) => ({ name, outcome, reason }))).toEqual(
      proofs.map(({ name }) => ({ name, outcome: "proved", reason: null })),
    );
  });
});

test.each([
  ["at the start", "state n: 0..3 = 1 assert n != 1 each { n = 2 }", "n = 1"],
  [
    "after an instruction",
    "input x: bit state n: 0..3 assert n < 2 loop { each { n = min(n + x, 3) } halt when n == 3 }",
    "n = 2",
  ],
  [
    "in a body",
    "input x: bit output y: bit sweep right { y = x xor left.y assert not y or not left.y }",
    "y = 1, left.y = 1",
  ],
])("what fails %s is refuted by a run", async (_, text, values) => {
  const { checked, proofs } = await prove(`program p { ${text} }`);
  const [{ outcome, reached, line }] = proofs as [(typeof proofs)[0]];
  expect({ outcome, values: reached?.values }).toEqual({ outcome: "refuted", values });
  expect(brokenLine(checked, reached!.input, 30)).toBe(line);
});

test("what is true but not inductive is left undecided, with a neighbourhood", async () => {
  // Counting in step with a neighbour is no property of a cell.
  const text =
    "program p { state n: 0..3 loop { each { assert at left or left.n == n n = min(n + 1, 3) } halt when n == 3 } }";
  const { proofs } = await prove(text);
  expect(proofs).toMatchObject([{ outcome: "undecided", reached: null }]);
  expect(proofs[0]!.neighbourhood).not.toBeNull();
});

describe(`random assertions in random programs, seed ${SEED}`, () => {
  test("no run breaks one that is proved", { timeout: 120_000 }, async () => {
    const outcomes = { proved: 0, refuted: 0, undecided: 0, "never reached": 0 };
    for (let at = 0; at < 60; at++) {
      const random = seededRandom(SEED + at);
      const text = withAssertions(randomProgram(random, "small").text, random);
      const note = `${again(SEED + at)}\n${text}`;
      const { checked, proofs } = await prove(text, SEED + at);
      const proved = new Set(proofs.filter(({ outcome }) => outcome === "proved").map(({ line }) => line));
      for (const { outcome, reached, line } of proofs) {
        outcomes[outcome]++;
        expect(reached === null, note).toBe(outcome !== "refuted");
        if (reached !== null) expect(brokenLine(only(text, line), reached.input, 40), note).toBe(line);
      }
      for (const line of proved) {
        for (let grid = 0; grid < 8; grid++) {
          const shape = { rows: 1 + random.int(4), cols: 1 + random.int(4) };
          const inputs = checked.fields.filter(({ role }) => role === "input");
          const input = randomGrid(shape, inputs, random, "uniform");
          expect(brokenLine(only(text, line), input, 25), `line ${line}, ${note}`).toBeNull();
        }
      }
    }
    const { proved, refuted, undecided } = outcomes;
    for (const count of [proved, refuted, undecided]) expect(count).toBeGreaterThan(3);
  });
});

test(`random assertions: by words of bits as by diagrams, seed ${SEED}`, { timeout: 120_000 }, async () => {
  const small = await loaderWith([["proof/prove/grounds.ts", "MOST_NODES", 1]]);
  const byWords = await small.load<typeof import("../../src/proof/prove/asserts.ts")>(
    "src/proof/prove/asserts.ts",
  );
  const seen = { proved: 0, refuted: 0, undecided: 0, "never reached": 0 };
  for (let at = 0; at < Math.max(15, cases(40)); at++) {
    const random = seededRandom(SEED + at);
    const text = withAssertions(randomProgram(random, "small").text, random);
    const { checked, program, rule, lemmas, proofs } = await prove(text, SEED + at);
    const anew = await byWords.proveAssertions(checked, program, rule, { seed: SEED + at, lemmas });
    const outcomes = (all: typeof proofs) => all.map(({ outcome }) => outcome);
    expect(outcomes(anew), `${again(SEED + at)}\n${text}`).toEqual(outcomes(proofs));
    for (const { outcome } of proofs) seen[outcome]++;
  }
  await small.close();
  for (const count of [seen.proved, seen.refuted, seen.undecided]) expect(count).toBeGreaterThan(0);
});

test.each([8192, 8193, 65_536])(
  "%s values: what is kept, what is true by its type, what a run breaks",
  async (values) => {
    const most = values - 1;
    const text = `program p { input w: 0..${most} state v, u: 0..${most}
assert v <= ${most - 1}
assert w <= ${most}
assert u < 100
assert v <= u + w + 5
loop { each { v = min(left.v, 5) u = w } halt when v == 5 } }`;
    const { proofs } = await prove(text);
    expect(proofs.map(({ outcome }) => outcome)).toEqual(["proved", "proved", "refuted", "proved"]);
  },
);

/** Assertions beside the instructions, and one at the beginning or end of each body. */
function withAssertions(text: string, random: Random): string {
  const { fields } = checkProgram({ name: "p.alg", text }).checked;
  const own = () =>
    Array.from({ length: 1 + random.int(2) }, () => claim(pick(random, fields), "", random)).join(" or ");
  const lines = text.trimEnd().split("\n");
  const made: string[] = [];
  for (const line of lines) {
    made.push(line);
    if (line.startsWith("program")) made.push(...Array.from({ length: 2 }, () => `  assert ${own()}`));
    if (/^ *(each|sweep [a-z ]+) \{$/.test(line)) {
      const place = pick(random, ["up.", "left.", "down.", "right."]);
      made.push(`    assert ${claim(pick(random, fields), place, random)} or ${own()}`);
    }
  }
  return `${made.join("\n")}\n`;
}

function claim({ name, type }: CheckedField, place: string, random: Random): string {
  if (type.kind === "bit") return pick(random, [`not ${place}${name}`, `${place}${name}`]);
  if (type.kind === "enum")
    return `${place}${name} ${pick(random, ["==", "!="])} ${pick(random, type.names)}`;
  const { lo, hi } = bounds(type);
  return `${place}${name} ${pick(random, ["<=", ">=", "!="])} ${lo + random.int(hi - lo + 1)}`;
}

/** The program with the assertion on one line alone. */
function only(text: string, line: number): CheckedProgram {
  const lines = text.split("\n").map((each, at) => (/^ *assert /.test(each) && at + 1 !== line ? "" : each));
  return checkProgram({ name: "p.alg", text: lines.join("\n") }).checked;
}
