// The constructors fold and rewrite; whatever they make, it is worth what was meant.

import { describe, expect, test } from "vitest";
import type { ValueType } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import {
  countUses,
  type Expression,
  Expressions,
  isWholeThreshold,
  leaves,
  operands,
} from "../../src/logic/expression.ts";
import { again, SEED } from "../seed.ts";
import { evaluate } from "./evaluate.ts";
import { allSituations, ExpressionWriter, type Leaf, type Situation } from "./random-expression.ts";

const BIT: ValueType = { kind: "bit" };
const COLOUR: ValueType = { kind: "enum", names: ["red", "green", "blue"] };
const range = (lo: number, hi: number): ValueType => ({ kind: "range", lo, hi });

const LEAVES: readonly Leaf[] = [
  { field: "a", type: BIT, place: "here" },
  { field: "a", type: BIT, place: "up" },
  { field: "n", type: range(-2, 1), place: "here" },
  { field: "m", type: range(1, 3), place: "left" },
  { field: "k", type: COLOUR, place: "here" },
  { field: "k", type: COLOUR, place: "right" },
];
const SITUATIONS = allSituations(LEAVES);

const valueIn =
  (situation: Situation) =>
  (leaf: Expression): number => {
    if (leaf.tag !== "read") throw new Error(`unexpected ${leaf.tag}`);
    return situation(leaf.field, leaf.place);
  };

describe(`random graphs, seed ${SEED}`, () => {
  test("have the value and the bounds that were meant, everywhere", () => {
    for (let at = 0; at < 600; at++) {
      const make = new Expressions();
      const writer = new ExpressionWriter(make, seededRandom(SEED + at), LEAVES);
      const { expression, value } = at % 2 === 0 ? writer.bit(3) : writer.number(3);
      for (const situation of SITUATIONS) {
        const found = evaluate(expression, valueIn(situation));
        const expected = value(situation);
        if (found !== expected) expect.fail(`${found}, not ${expected}; ${again(SEED + at)}`);
        if (found < expression.lo || found > expression.hi)
          expect.fail(`${found} outside ${expression.lo}..${expression.hi}; ${again(SEED + at)}`);
      }
    }
  });

  test("substitution replaces leaves and nothing else", () => {
    for (let at = 0; at < 200; at++) {
      const make = new Expressions();
      const writer = new ExpressionWriter(make, seededRandom(SEED + at), LEAVES);
      const { expression, value } = writer.bit(3);
      // n becomes the smaller of n and m, a looks at the opposite.
      const [n, m] = [
        make.read("n", range(-2, 1), "here", "now"),
        make.read("m", range(1, 3), "left", "now"),
      ];
      const substituted = make.substitute(expression, (leaf) => {
        if (leaf.tag !== "read") return leaf;
        return leaf.field === "n"
          ? make.min(n, make.difference(m, make.one))
          : leaf.field === "a"
            ? make.not(leaf)
            : leaf;
      });
      for (const situation of SITUATIONS) {
        const changed: Situation = (field, place) => {
          const old = situation(field, place);
          return field === "n" ? Math.min(old, situation("m", "left") - 1) : field === "a" ? 1 - old : old;
        };
        const found = evaluate(substituted, valueIn(situation));
        if (found !== value(changed)) expect.fail(again(SEED + at));
      }
    }
  });

  test("thresholds are whole until they are split", () => {
    const whole = { before: 0, after: 0 };
    for (let at = 0; at < 300; at++) {
      const make = new Expressions();
      const writer = new ExpressionWriter(make, seededRandom(SEED + at), LEAVES);
      const [one, other] = [writer.number(2), writer.number(2)];
      const bound = (at % 7) - 3;
      const expression = make.wholeAtLeast(make.max(one.expression, other.expression), bound);
      const split = make.split(expression);
      const wholesOf = (root: Expression) => [...countUses([root]).keys()].filter(isWholeThreshold).length;
      whole.before += wholesOf(make.substitute(expression, (leaf) => leaf));
      whole.after += wholesOf(split);
      for (const situation of SITUATIONS) {
        const wanted = Number(Math.max(one.value(situation), other.value(situation)) >= bound);
        const found = [expression, split].map((each) => evaluate(each, valueIn(situation)));
        if (found.some((value) => value !== wanted)) expect.fail(again(SEED + at));
      }
    }
    expect(whole.after).toBe(0);
    expect(whole.before).toBeGreaterThan(50);
  });

  test("leaves are what the graph reads, each once", () => {
    for (let at = 0; at < 100; at++) {
      const make = new Expressions();
      const { expression } = new ExpressionWriter(make, seededRandom(SEED + at), LEAVES).bit(3);
      const found = new Set<Expression>();
      const visit = (node: Expression): void => {
        if (node.tag === "read") found.add(node);
        operands(node).forEach(visit);
      };
      visit(expression);
      expect(new Set(leaves([expression]))).toEqual(found);
      expect(leaves([expression])).toHaveLength(found.size);
    }
  });
});

describe("rewriting", () => {
  const make = new Expressions();
  const x = make.read("x", range(0, 5), "here", "now");
  const y = make.read("y", range(-1, 4), "up", "old");
  const a = make.read("a", BIT, "here", "now");
  const b = make.read("b", BIT, "here", "now");
  const less = (one: Expression, other: Expression) => make.not(make.atLeast(make.difference(one, other), 0));

  test("equal expressions are the same object", () => {
    expect(make.and(a, b)).toBe(make.and(b, a));
    expect(make.and(a, make.and(b, a))).toBe(make.and(a, b));
    expect(make.xor(a, b)).toBe(make.xor(b, a));
    expect(
      make.sum([
        { weight: 1, of: x },
        { weight: 2, of: y },
      ]),
    ).toBe(
      make.sum([
        { weight: 3, of: y },
        { weight: 1, of: x },
        { weight: -1, of: y },
      ]),
    );
    expect(make.not(make.not(a))).toBe(a);
  });

  test.each([
    ["if x < y then x else y", make.choose(less(x, y), x, y), make.min(x, y)],
    ["if x < y then y else x", make.choose(less(x, y), y, x), make.max(y, x)],
    ["if x >= y then x else y", make.choose(make.atLeast(make.difference(x, y), 0), x, y), make.max(x, y)],
    ["if x > y then y else x", make.choose(make.atLeast(make.difference(x, y), 1), y, x), make.min(y, x)],
  ])("%s is an extremum", (_, chosen, extremum) => {
    expect(chosen).toBe(extremum);
  });

  test("if x > y + 1 then x else y is none", () => {
    expect(make.choose(make.atLeast(make.difference(x, y), 2), x, y).tag).toBe("choose");
  });

  test("what cannot be otherwise is constant", () => {
    expect(make.atLeast(x, 0)).toBe(make.one);
    expect(make.atLeast(x, 6)).toBe(make.zero);
    expect(make.is(x, 6)).toBe(make.zero);
    expect(make.min(make.constant(-1), y)).toBe(make.constant(-1));
    expect(make.equals(x, x, false)).toBe(make.one);
    expect(make.difference(x, x)).toBe(make.zero);
    expect(make.or(a, make.one)).toBe(make.one);
    expect(make.inside("here")).toBe(make.one);
  });
});
