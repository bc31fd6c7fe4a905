// The rule engine by itself: what it makes of expressions, of the edge, and of the rule's stop.

import { describe, expect, test } from "vitest";
import { checkProgram, scheduleProgram } from "../../src/compile.ts";
import type { Write } from "../../src/compiler/lower/instructions.ts";
import type { Rule, RuleStop } from "../../src/compiler/schedule/rule.ts";
import { ruleEngine, runRule } from "../../src/engines/rule.ts";
import { PLACES } from "../../src/grid/direction.ts";
import { randomInput } from "../../src/grid/generate.ts";
import { copyOfPlanes, firstValue, type Grid, type ValueType } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { Expressions, leaves } from "../../src/logic/expression.ts";
import { evaluate } from "../logic/evaluate.ts";
import { ExpressionWriter, INSIDE_FIELD, type Leaf, type Situation } from "../logic/random-expression.ts";
import { randomProgram } from "../random-program.ts";
import { again, cases, SEED } from "../seed.ts";

const BIT: ValueType = { kind: "bit" };
const NUMBER: ValueType = { kind: "range", lo: -1, hi: 3 };
const NAMES: ValueType = { kind: "enum", names: ["red", "green", "blue"] };
const FIELDS = [
  { name: "a", role: "input", type: BIT, initial: 0 },
  { name: "n", role: "state", type: NUMBER, initial: 2 },
  { name: "k", role: "state", type: NAMES, initial: 1 },
] as const;

const ruleOf = (
  expressions: Expressions,
  updates: readonly Write[],
  stop: RuleStop = { kind: "never" },
  signals: Rule["signals"] = [],
): Rule => ({
  name: "made",
  predict: null,
  fields: FIELDS,
  signals,
  updates,
  schedule: { kind: "lockstep", reason: "", clock: null, instructions: [] },
  stop,
  expressions,
});

const GRID: Grid = {
  rows: 2,
  cols: 3,
  planes: {
    a: Int32Array.of(1, 0, 1, 1, 1, 0),
    n: Int32Array.of(-1, 0, 1, 2, 3, -1),
    k: Int32Array.of(0, 1, 2, 2, 1, 0),
  },
};

/** What a cell of the grid sees. */
function seenFrom(cell: number): Situation {
  return (field, place) => {
    const [down, right] = [
      place.startsWith("down") ? 1 : place.startsWith("up") ? -1 : 0,
      place.endsWith("right") ? 1 : place.endsWith("left") ? -1 : 0,
    ];
    const [row, col] = [Math.floor(cell / 3) + down, (cell % 3) + right];
    const inside = row >= 0 && row < 2 && col >= 0 && col < 3;
    if (field === INSIDE_FIELD) return inside ? 1 : 0;
    return inside ? GRID.planes[field]![row * 3 + col]! : field === "n" ? -1 : 0;
  };
}

test(`a step gives every cell the value of its expression, seed ${SEED}`, () => {
  const leaves = FIELDS.flatMap(({ name, type }) =>
    PLACES.map((place): Leaf => ({ field: name, type, place })),
  );
  for (let at = 0; at < 150; at++) {
    const make = new Expressions();
    const writer = new ExpressionWriter(make, seededRandom(SEED + at), leaves, PLACES);
    const shared = writer.bit(3);
    const signal = { name: "shared", value: shared.expression };
    const n = make.choose(
      make.signal("shared"),
      make.constant(2),
      make.choose(shared.expression, make.zero, make.one),
    );
    const a = writer.bit(3);
    const engine = ruleEngine(
      ruleOf(
        make,
        [
          { field: "a", value: a.expression },
          { field: "n", value: n },
        ],
        { kind: "never" },
        [signal],
      ),
    );
    const next = engine.step(GRID);
    for (let cell = 0; cell < 6; cell++) {
      const situation = seenFrom(cell);
      expect(next.planes.a![cell], again(SEED + at)).toBe(a.value(situation));
      expect(next.planes.n![cell], again(SEED + at)).toBe(shared.value(situation) === 1 ? 2 : 1);
    }
    expect(next.planes.k).toEqual(GRID.planes.k);
  }
});

test("a step leaves the grid before it alone, and reads nothing that it writes", () => {
  const make = new Expressions();
  const left = make.read("a", BIT, "left", "now");
  const engine = ruleEngine(ruleOf(make, [{ field: "a", value: left }]));
  const before = structuredClone(GRID);
  expect([...engine.step(GRID).planes.a!]).toEqual([0, 1, 0, 0, 1, 1]);
  expect(GRID).toEqual(before);
});

describe("starting and stopping", () => {
  const make = new Expressions();
  const n = make.read("n", NUMBER, "here", "now");
  const count = { field: "n", value: make.min(make.constant(3), make.sum([{ weight: 1, of: n }], 1)) };
  const input = (values: readonly number[]): Grid => {
    return {
      rows: 1,
      cols: values.length,
      planes: { a: Int32Array.from(values, () => 0), n: Int32Array.from(values) },
    };
  };

  test("fields that are not given start as declared", () => {
    const grid = ruleEngine(ruleOf(make, [])).start({ rows: 1, cols: 2, planes: { a: Int32Array.of(1, 0) } });
    expect(grid.planes).toEqual({ a: Int32Array.of(1, 0), n: Int32Array.of(2, 2), k: Int32Array.of(1, 1) });
  });

  test("halted: as soon as every cell says so, also before the first step", () => {
    const rule = ruleOf(make, [count], { kind: "halted", when: make.atLeast(n, 3) });
    expect(runRule(rule, input([1, 3, 0]), 100)).toMatchObject({ steps: 3, halted: true });
    expect(runRule(rule, input([3, 3]), 100)).toMatchObject({ steps: 0, halted: true });
    expect(runRule(rule, input([1, 3, 0]), 2)).toMatchObject({ steps: 2, halted: false });
    expect(ruleEngine(rule).halted(ruleEngine(rule).start(input([3, 2])))).toBe(false);
  });

  test("fixpoint: the step that changes nothing does not count", () => {
    const rule = ruleOf(make, [count], { kind: "fixpoint" });
    expect(runRule(rule, input([2, 1]), 100)).toMatchObject({ steps: 2, halted: true });
    expect(runRule(rule, input([2, 1]), 2)).toMatchObject({ steps: 2, halted: true });
    expect(runRule(rule, input([2, 1]), 1)).toMatchObject({ steps: 1, halted: false });
  });

  test("never: as many steps as asked for, each shown", () => {
    const seen: number[][] = [];
    const rule = ruleOf(make, [count]);
    const run = runRule(rule, input([-1]), 3, (step, { planes }) => seen.push([step, planes.n![0]!]));
    expect(run).toMatchObject({ steps: 3, halted: false });
    expect(seen).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ]);
  });
});

test("a part that is used often is computed once a cell", () => {
  // Without sharing, a chain of forty doublings would take 2^40 evaluations.
  const make = new Expressions();
  let value = make.read("a", BIT, "here", "now");
  for (let at = 0; at < 40; at++) {
    const there = make.read("a", BIT, PLACES[at % PLACES.length]!, "now");
    value = make.choose(make.xor(value, there), make.not(value), make.and(value, make.or(there, value)));
  }
  expect(leaves([value])).toHaveLength(PLACES.length);
  const next = ruleEngine(ruleOf(make, [{ field: "a", value }])).step(GRID);
  for (let cell = 0; cell < 6; cell++) {
    const situation = seenFrom(cell);
    const expected = evaluate(value, (leaf) => (leaf.tag === "read" ? situation(leaf.field, leaf.place) : 0));
    expect(next.planes.a![cell]).toBe(expected);
  }
});

test("a step beside one that is remembered is the step of a rule that remembers none, whatever is written in between", () => {
  for (let at = 0; at < cases(60); at++) {
    const seed = SEED + at;
    const random = seededRandom(seed);
    const { text } = randomProgram(random, at % 2 === 0 ? "small" : "full");
    const front = checkProgram({ name: "random", text });
    const { checked } = front;
    const { rule } = scheduleProgram(front);
    const engine = ruleEngine(rule);
    let shape = { rows: 1 + random.int(6), cols: 1 + random.int(6) };
    let grid = engine.start(randomInput(checked, shape, random, "uniform"));
    for (let step = 0; step < 20; step++) {
      const before = copyOfPlanes(grid);
      const made = engine.step(grid);
      expect(made, again(seed)).toEqual(ruleEngine(rule).step({ ...grid, planes: before }));
      expect(grid.planes, again(seed)).toEqual(before);
      grid = made;
      const change = random.int(8);
      const [name, plane] = Object.entries(grid.planes)[random.int(rule.fields.length)]!;
      // What is handed out is the caller's.
      if (change < 2)
        plane[random.int(plane.length)] = firstValue(rule.fields.find((each) => each.name === name)!.type);
      if (change !== 2) continue;
      shape = random.int(2) === 0 ? { rows: shape.cols, cols: shape.rows } : shape;
      grid = engine.start(randomInput(checked, shape, random, "density"));
    }
  }
});
