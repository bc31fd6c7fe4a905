// Checking a program takes work in proportion to its length: counted, since time depends on what else runs.

import { afterEach, expect, test, vi } from "vitest";
import { randomMachine } from "../../bench/compile-programs.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { analyse } from "../../src/language/analyse/analyse.ts";
import { IntMap } from "../../src/language/analyse/persistent.ts";
import { Terms } from "../../src/language/analyse/terms.ts";
import { parse } from "../../src/language/parse/parse.ts";
import { again, SEED } from "../seed.ts";

afterEach(() => vi.restoreAllMocks());

/** Facts that are noted or merged while a program is checked, and expressions that are told apart. */
function workOf(text: string): number {
  const spies = [
    vi.spyOn(IntMap.prototype, "set"),
    vi.spyOn(IntMap.prototype, "merge"),
    vi.spyOn(Terms.prototype, "of"),
  ];
  const source = { name: "p.alg", text };
  expect(analyse(parse(source).program!, source).program).not.toBeNull();
  const calls = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  vi.restoreAllMocks();
  return calls;
}

const lines = (n: number, line: (at: number) => string): string =>
  Array.from({ length: n }, (_, at) => line(at)).join("\n");

const KINDS: Readonly<Record<string, (n: number) => string>> = {
  "a chain of choices": (n) =>
    `program p { input x, y: 0..255 each { y = ${lines(n, (at) => `if x == ${at} and (left.y > ${at} or y == ${at}) then ${at} else`)} 0 } }`,
  "arms of a match": (n) =>
    `program p { input x: enum { ${lines(n, (at) => `v${at},`)} }
    output y: bit each { match x { ${lines(n, (at) => `v${at} => y = ${at % 2},`)} } } }`,
  ifs: (n) =>
    `program p { input x, y: 0..255 each { ${lines(n, (at) => `if x + left.y == ${at} { y = ${at % 256} }`)} } }`,
  instructions: (n) => `program p { input x: bit ${lines(n, () => "each { x = not left.x }")} }`,
  fields: (n) =>
    `program p { ${lines(n, (at) => `state f${at}: bit`)} each { ${lines(n, (at) => `f${at} = f${(at + 1) % n}`)} } }`,
};

test.each(Object.entries(KINDS))("%s", (_, program) => {
  expect(workOf(program(200)) / workOf(program(100))).toBeLessThan(2.6);
});

test("a machine of 3,000 states is no nesting of 3,000 levels", () => {
  const source = { name: "p.alg", text: randomMachine(3000, 1, SEED) };
  const { program, diagnostics } = analyse(parse(source).program!, source);
  expect(diagnostics).toEqual([]);
  expect(program!.fields.find(({ name }) => name === "head")!.type).toMatchObject({
    names: { length: 3002 },
  });
}, 120_000);

test(`maps that share their parts are the maps that they stand for (${again(SEED)})`, () => {
  const random = seededRandom(SEED);
  const key = () => random.int(random.int(2) === 0 ? 20 : 70_000);
  const maps: { made: IntMap<number>; plain: Map<number, number> }[] = [
    { made: IntMap.empty<number>(), plain: new Map() },
  ];
  const any = () => maps[random.int(maps.length)]!;
  for (let round = 0; round < 400; round++) {
    const [one, other] = [any(), any()];
    const [at, value, alone] = [key(), random.int(5) + 1, random.int(2) === 0];
    if (random.int(3) > 0)
      maps.push({ made: one.made.set(at, value), plain: new Map(one.plain).set(at, value) });
    else {
      const plain = new Map(alone ? [...one.plain, ...other.plain] : []);
      for (const [each, a] of one.plain) {
        const b = other.plain.get(each);
        if (b !== undefined) plain.set(each, a === b ? a : a * 10 + b);
      }
      maps.push({ made: one.made.merge(other.made, alone, (a, b) => a * 10 + b), plain });
    }
    const { made, plain } = maps.at(-1)!;
    for (const each of [...plain.keys(), at, key()]) expect(made.get(each)).toBe(plain.get(each));
  }
});
