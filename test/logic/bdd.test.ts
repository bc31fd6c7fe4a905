// Decision diagrams against truth tables: a formula over few variables is also computed for all assignments.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bdd, type Bool } from "../../src/logic/bdd.ts";
import { cases, SEED } from "../seed.ts";

const VARIABLES = [0, 3, 4, 7, 12];
const ROWS = Array.from({ length: 2 ** VARIABLES.length }, (_, row) => row);
/** Value of a variable in a row of the truth table. */
const bitOf = (row: number, variable: number): 0 | 1 => ((row >> VARIABLES.indexOf(variable)) & 1) as 0 | 1;

type Formula =
  | { readonly tag: "variable"; readonly index: number }
  | { readonly tag: "constant"; readonly value: 0 | 1 }
  | { readonly tag: "not"; readonly of: Formula }
  | { readonly tag: "and" | "or" | "xor"; readonly left: Formula; readonly right: Formula }
  | { readonly tag: "ite"; readonly when: Formula; readonly then: Formula; readonly otherwise: Formula };

const { formula } = fc.letrec<{ formula: Formula }>((tie) => {
  const part = tie("formula");
  return {
    formula: fc.oneof(
      { maxDepth: 5 },
      fc.record({ tag: fc.constant("variable" as const), index: fc.constantFrom(...VARIABLES) }),
      fc.record({ tag: fc.constant("constant" as const), value: fc.constantFrom<0 | 1>(0, 1) }),
      fc.record({ tag: fc.constant("not" as const), of: part }),
      fc.record({
        tag: fc.constantFrom("and" as const, "or" as const, "xor" as const),
        left: part,
        right: part,
      }),
      fc.record({ tag: fc.constant("ite" as const), when: part, then: part, otherwise: part }),
    ),
  };
});

function build(bdd: Bdd, f: Formula): Bool {
  const of = (part: Formula) => build(bdd, part);
  switch (f.tag) {
    case "variable":
      return bdd.variable(f.index);
    case "constant":
      return f.value;
    case "not":
      return bdd.not(of(f.of));
    case "ite":
      return bdd.ite(of(f.when), of(f.then), of(f.otherwise));
    default:
      return bdd[f.tag](of(f.left), of(f.right));
  }
}

function value(f: Formula, row: number): boolean {
  switch (f.tag) {
    case "variable":
      return bitOf(row, f.index) === 1;
    case "constant":
      return f.value === 1;
    case "not":
      return !value(f.of, row);
    case "and":
      return value(f.left, row) && value(f.right, row);
    case "or":
      return value(f.left, row) || value(f.right, row);
    case "xor":
      return value(f.left, row) !== value(f.right, row);
    case "ite":
      return value(f.when, row) ? value(f.then, row) : value(f.otherwise, row);
  }
}

const table = (f: Formula): string => ROWS.map((row) => (value(f, row) ? "1" : "0")).join("");
const tableOf = (bdd: Bdd, f: Bool): string =>
  ROWS.map((row) => bdd.evaluate(f, (variable) => bitOf(row, variable))).join("");

const property = (name: string, check: (...formulas: [Formula, Formula]) => void) =>
  test(name, () => fc.assert(fc.property(formula, formula, check), { seed: SEED, numRuns: cases(400) }));

describe("against truth tables", () => {
  property("a formula has the values of its diagram", (f) => {
    const bdd = new Bdd();
    expect(tableOf(bdd, build(bdd, f))).toBe(table(f));
  });

  property("functions are equal exactly when they are the same number", (f, g) => {
    const bdd = new Bdd();
    expect(build(bdd, f) === build(bdd, g)).toBe(table(f) === table(g));
  });

  property("cofactors and existence", (f) => {
    const bdd = new Bdd();
    const node = build(bdd, f);
    for (const [at, variable] of VARIABLES.entries()) {
      const fixed = (row: number, bit: 0 | 1) => value(f, bit === 1 ? row | (1 << at) : row & ~(1 << at));
      for (const bit of [0, 1] as const) {
        expect(tableOf(bdd, bdd.cofactor(node, variable, bit))).toBe(
          ROWS.map((row) => Number(fixed(row, bit))).join(""),
        );
      }
      expect(tableOf(bdd, bdd.exists(node, [variable]))).toBe(
        ROWS.map((row) => Number(fixed(row, 0) || fixed(row, 1))).join(""),
      );
    }
    expect(bdd.exists(node, VARIABLES)).toBe(table(f).includes("1") ? 1 : 0);
  });

  property("functions meet where both are 1", (f, g) => {
    const bdd = new Bdd();
    const both = ROWS.some((row) => value(f, row) && value(g, row));
    expect(bdd.meets(build(bdd, f), build(bdd, g))).toBe(both);
  });

  property("a function depends on what changes it without leaving the care set", (f, g) => {
    const bdd = new Bdd();
    const [node, care] = [build(bdd, f), build(bdd, g)];
    const depends = VARIABLES.filter((_, at) =>
      ROWS.some((row) => {
        const other = row ^ (1 << at);
        return value(g, row) && value(g, other) && value(f, row) !== value(f, other);
      }),
    );
    expect(VARIABLES.filter((variable) => bdd.dependsOn(node, variable, care))).toEqual(depends);
  });

  property("the support is what the value depends on", (f) => {
    const bdd = new Bdd();
    const depends = VARIABLES.filter((_, at) =>
      ROWS.some((row) => value(f, row) !== value(f, row ^ (1 << at))),
    );
    expect(bdd.support(build(bdd, f))).toEqual(depends);
  });

  property("the paths are disjoint cubes that make up the function", (f) => {
    const bdd = new Bdd();
    const node = build(bdd, f);
    const paths = bdd.paths(node);
    expect(bdd.pathCount(node)).toBe(paths.length);
    const covering = ROWS.map(
      (row) =>
        paths.filter((path) => path.every(({ variable, value: bit }) => bitOf(row, variable) === bit)).length,
    );
    expect(covering.join("")).toBe(table(f));
  });

  property("restrict agrees on the care set and adds no variable", (f, g) => {
    const bdd = new Bdd();
    const [node, care] = [build(bdd, f), build(bdd, g)];
    if (care === 0) return;
    const restricted = bdd.restrict(node, care);
    for (const row of ROWS) {
      if (!value(g, row)) continue;
      expect(bdd.evaluate(restricted, (variable) => bitOf(row, variable)) === 1).toBe(value(f, row));
    }
    const support = bdd.support(node);
    expect(bdd.support(restricted).every((variable) => support.includes(variable))).toBe(true);
  });
});

test("a conjunction or disjunction of nothing is its neutral element", () => {
  const bdd = new Bdd();
  expect([bdd.and(), bdd.or()]).toEqual([1, 0]);
});
