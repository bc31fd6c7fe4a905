// Long parts of few values as tables: networks are proved of random rows of statements on both sides of the limits, and their
// sizes do not grow with the statements.

import { expect, test } from "vitest";
import { checkProgram, compileChecked } from "../../src/compile.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { proveNetwork } from "../../src/proof/prove/prove.ts";
import { compareProgram } from "../judge/compare/program.ts";
import { again, cases, SEED } from "../seed.ts";

const compiled = (text: string) =>
  compileChecked(checkProgram({ name: "p.alg", text }), { prove: false, effort: 0 });

const structureOf = (text: string): number => compiled(text).history[0]!.nonzero;
const sizeOf = (text: string): number => compiled(text).history.at(-1)!.nonzero;

/** Statements, each of which reads what those before have written, of two fields with values up to a number. */
function statements(count: number, most: number): string {
  const values = most + 1;
  const lines = Array.from(
    { length: count },
    (_, at) =>
      `if x == ${at % values} { x = ${(at * 5 + 3) % values} } else if y == ${(3 * at) % values} { y = ${(at * 7 + 1) % values} }`,
  );
  return `program p { input x, y: 0..${most} each { ${lines.join("\n")} } }`;
}

/** The same at random, with neighbours, enums, bits and sides. */
function randomProgram(random: Random): string {
  const pick = <T>(all: readonly T[]): T => all[random.int(all.length)]!;
  const most = pick([0, 1, 2, 3, 6, 7]);
  const value = () => String(random.int(most + 1));
  const number = () => pick(["x", "y", "left.x", value(), `min(x + 1, ${most})`, "max(x, y)", "abs(x - y)"]);
  const condition = () =>
    pick([
      `x == ${value()}`,
      `y >= ${value()}`,
      "c == green",
      "b",
      "not right.b",
      "at left",
      `x + y > ${random.int(2 * most)}`,
      "x == y",
    ]);
  const assigned = () =>
    pick([
      () => `x = ${number()}`,
      () => `y = ${number()}`,
      () => `c = ${pick(["red", "green", "blue"])}`,
      () => `b = ${condition()}`,
    ])();
  const statement = () =>
    `if ${condition()} { ${assigned()} } else if ${condition()} { ${assigned()} } else { ${assigned()} }`;
  const lines = Array.from({ length: 1 + random.int(8) }, statement);
  return `program p { input x, y: 0..${most} input c: enum { red, green, blue } input b: bit each { ${lines.join("\n")} } }`;
}

test("random rows of statements are proved, and do what they say", { timeout: 300_000 }, async () => {
  for (let seed = SEED; seed < SEED + cases(24); seed++) {
    const text = randomProgram(seededRandom(seed));
    const claim = compiled(text);
    const { outcome } = await proveNetwork(claim, claim.network);
    expect(outcome, `${text}; ${again(seed)}`).toBe("proved");
    const judged = await compareProgram({ text, wide: false }, seed, 0, { sparing: 20 });
    expect(judged.kind, `${text}; ${again(seed)}`).toBe("agreed");
  }
});

test.each([
  "input x: 0..0 output y: bit each { if at top { x = 0 } }",
  "input x: enum { only } output y: bit each { if y xor at top { x = only } }",
  "input x: bit output y: bit each { if at left { x = x } else { y = not y } if at left { y = not y } }",
])("a question that makes no difference needs no channel: %s", async (body) => {
  const text = `program p { ${body} }`;
  const judged = await compareProgram({ text, wide: false }, SEED, 0, { sparing: 1 });
  expect(judged.kind).toBe("agreed");
});

test("sizes do not grow with the statements", () => {
  const [few, many] = [10, 25].map((count) => sizeOf(statements(count, 7))) as [number, number];
  expect(many).toBeLessThan(1.2 * few);
  expect(20 * many).toBeLessThan(structureOf(statements(25, 7)));
});

test.each([
  ["as many cases as a table may have", 15, 31],
  ["a case more", 22, 23],
])("%s", async (_, x, y) => {
  const lines = Array.from(
    { length: 12 },
    (_, at) => `if x == ${at} { y = ${(at * 5) % 16} } else if y == ${at} { x = ${(at * 3) % 15} }`,
  );
  const claim = compiled(`program p { input x: 0..${x} input y: 0..${y} each { ${lines.join("\n")} } }`);
  const { outcome } = await proveNetwork(claim, claim.network);
  expect(outcome).toBe("proved");
});
