// Bits that only grow: those that are said to do so do in runs, and what rests on them holds in these, too.

import { describe, expect, test } from "vitest";
import { checkProgram, scheduleProgram } from "../../src/compile.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { inputsOf } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { findStates, holdsForever, type Invariant, LARGE_ROOM } from "../../src/proof/prove/invariant.ts";
import { compileProgram } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";

const read = (text: string) => {
  const front = checkProgram({ name: "p.alg", text });
  return { program: front.checked, rule: scheduleProgram(front).rule };
};
type Subject = ReturnType<typeof read>;

const statesOf = ({ program, rule }: Subject): Invariant | null => findStates(program, rule, LARGE_ROOM);

/** Looks at all states of random runs: whether a bit goes out that grows, and whether a cell is in no state of a relation. */
function faultsOf(
  { program, rule }: Subject,
  { relations, growing = [] }: Invariant,
  seed: number,
): string[] {
  const random = seededRandom(seed);
  const engine = ruleEngine(rule);
  const known = new Set(relations[0]!.tuples.map(String));
  const faults: string[] = [];
  for (let run = 0; run < 6; run++) {
    const shape = { rows: 1 + random.int(6), cols: 1 + random.int(6) };
    let grid = engine.start(prepareInput(program, randomGrid(shape, inputsOf(program), random)));
    for (let step = 0; step < 20; step++) {
      const before = grid;
      for (let cell = 0; cell < grid.rows * grid.cols; cell++) {
        const state = rule.fields.map(({ name }) => grid.planes[name]![cell]!);
        if (!known.has(String(state))) faults.push(`step ${step}: ${state}`);
      }
      grid = engine.step(grid);
      for (const name of growing)
        if (before.planes[name]!.some((bit, cell) => bit > grid.planes[name]![cell]!)) faults.push(name);
    }
  }
  return faults;
}

test(`of random programs grow in runs, and cells are in the states that rest on them; ${again(SEED)}`, () => {
  const random = seededRandom(SEED);
  let found = 0;
  for (let draw = 0; draw < 150; draw++) {
    const { text, uniform } = randomProgram(random, "small");
    const subject = read(text);
    if (uniform.length > 0 || subject.program.workspace) continue;
    const invariant = statesOf(subject);
    if (invariant === null) continue;
    if (invariant.growing!.length > 0) found++;
    expect(faultsOf(subject, invariant, SEED + draw), text).toEqual([]);
    expect(holdsForever(subject.program, subject.rule, invariant), text).toBe(true);
  }
  expect(found).toBeGreaterThan(10);
});

describe("of rules written by hand", () => {
  test.each([
    ["that spread", "a = a or left.a or at left", ["a"]],
    ["that are handed on from an edge", "a = if at left then 1 else left.a", ["a"]],
    ["that go out", "a = at left or (left.a and not right.a)", []],
    ["that take turns", "a = not a", []],
    ["that wait for other fields", "a = a or x", []],
    ["that start where others decide", "a = x\n b = b or left.b or at top", ["b"]],
  ])("%s", (_, body, expected) => {
    const more = body.includes("b =") ? "state b: bit" : "";
    const { program, rule } = read(
      `program p { input x: bit state a: bit state c: 0..2 ${more}\n loop { each { ${body}\n x = left.x\n c = if a then 1 else 0 } } }`,
    );
    expect(statesOf({ program, rule })?.growing).toEqual(expected);
  });

  test("that do not grow make no invariant", () => {
    const { checked, rule } = compileProgram("gf2");
    const invariant = findStates(checked, rule, LARGE_ROOM)!;
    expect(invariant.growing).toEqual(["ran"]);
    expect(holdsForever(checked, rule, invariant)).toBe(true);
    expect(holdsForever(checked, rule, { ...invariant, growing: [] })).toBe(false);
    for (const wrong of ["todo", "busy", "x", "nobody"])
      expect(holdsForever(checked, rule, { ...invariant, growing: ["ran", wrong] })).toBe(false);
  });
});

test("gf2 with one number for a cell is inside the paper's 100 units a layer, and proved", () => {
  const { network, isProved } = compileProgram("gf2", { arch: "paper" });
  expect(isProved).toBe(true);
  expect(Math.max(...network.layers.map(({ outputs }) => outputs))).toBeLessThanOrEqual(100);
});
