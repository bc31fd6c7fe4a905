// Satisfiability of random clauses against all assignments; and what is learned follows from what is given.

import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { Solver } from "../../src/logic/solver.ts";
import { again, cases, SEED } from "../seed.ts";

type Clause = readonly number[];

/** Clauses of up to three different variables. */
const drawClauses = (random: Random, variables: number, count: number): Clause[] =>
  Array.from({ length: count }, () => {
    const own = new Set(Array.from({ length: 1 + random.int(3) }, () => random.int(variables)));
    return [...own].map((variable) => 2 * variable + random.int(2));
  });

const holds = (values: number, literal: number): boolean =>
  ((values >> (literal >> 1)) & 1) !== (literal & 1);

const satisfied = (clauses: readonly Clause[], values: number): boolean =>
  clauses.every((clause) => clause.some((literal) => holds(values, literal)));

test("random clauses under random assumptions, one question after the other: as all assignments say", () => {
  const random = seededRandom(SEED);
  const counts = { yes: 0, no: 0 };
  for (let round = 0; round < Math.max(20, cases(120)); round++) {
    const variables = 3 + random.int(8);
    const solver = new Solver();
    const all = Array.from({ length: variables }, () => solver.variable(random.int(2) as 0 | 1));
    const clauses: Clause[] = [];
    for (let question = 0; question < 8; question++) {
      for (const clause of drawClauses(random, variables, random.int(variables))) {
        clauses.push(clause);
        solver.add(clause);
      }
      const assumed = drawClauses(random, variables, random.int(4)).map(([literal]) => literal!);
      const given = [...clauses, ...assumed.map((literal) => [literal])];
      const wanted = Array.from({ length: 2 ** variables }, (_, at) => at).some((at) => satisfied(given, at));
      const found = solver.solve(assumed, all, 1_000_000);
      expect(found, again(SEED)).toBe(wanted);
      if (found === true) {
        const values = all.reduce((sum, variable) => sum + solver.value(variable) * 2 ** variable, 0);
        expect(satisfied(given, values), again(SEED)).toBe(true);
        solver.forget();
      }
      counts[found ? "yes" : "no"]++;
    }
  }
  expect(counts.yes).toBeGreaterThan(20);
  expect(counts.no).toBeGreaterThan(20);
});

/** Clauses that say that some pigeons have a hole each, of which there is one too few. */
function pigeons(count: number): { readonly variables: number; readonly clauses: readonly Clause[] } {
  const at = (pigeon: number, hole: number) => 2 * (pigeon * (count - 1) + hole);
  const range = (length: number) => [...Array(length).keys()];
  const somewhere = range(count).map((pigeon) => range(count - 1).map((hole) => at(pigeon, hole)));
  const alone = range(count - 1).flatMap((hole) =>
    range(count).flatMap((one) =>
      range(one).map((other) => [at(one, hole) ^ 1, at(other, hole) ^ 1] as const),
    ),
  );
  return { variables: count * (count - 1), clauses: [...somewhere, ...alone] };
}

test("a hole too few: refuted, not within fewer conflicts than it takes, and again with what was learned", () => {
  const { variables, clauses } = pigeons(7);
  const solver = new Solver();
  const all = Array.from({ length: variables }, () => solver.variable());
  for (const clause of clauses) solver.add(clause);
  expect(solver.solve([], all, 5)).toBeNull();
  expect(solver.solve([], all, 1_000_000)).toBe(false);
  expect(solver.conflicts).toBeGreaterThan(5);
  expect(solver.solve([], all, 1)).toBe(false);
});

test("clauses that nobody asks for do not matter, until somebody does", () => {
  const random = seededRandom(SEED);
  const counts = { yes: 0, no: 0 };
  for (let round = 0; round < Math.max(20, cases(60)); round++) {
    // Conjunctions of what there is already, as in sweep.ts: what is not asked for can always be satisfied.
    const solver = new Solver();
    const inputs = 6;
    const nodes = Array.from({ length: inputs }, () => ({ of: [] as number[], at: solver.variable() }));
    for (let made = 0; made < 20; made++) {
      const of = [0, 1].map(() => 2 * random.int(nodes.length) + random.int(2));
      if (of[0]! >> 1 === of[1]! >> 1) continue;
      const at = solver.variable();
      nodes.push({ of, at });
      for (const operand of of) solver.add([2 * at + 1, operand]);
      solver.add([2 * at, of[0]! ^ 1, of[1]! ^ 1]);
    }
    const below = (literal: number): number[] => [
      literal >> 1,
      ...nodes[literal >> 1]!.of.flatMap((operand) => below(operand)),
    ];
    const value = (literal: number, values: number): boolean => {
      const { of } = nodes[literal >> 1]!;
      const is =
        of.length === 0
          ? ((values >> (literal >> 1)) & 1) === 1
          : of.every((operand) => value(operand, values));
      return is !== ((literal & 1) === 1);
    };
    for (let question = 0; question < 10; question++) {
      const asked = Array.from(
        { length: 1 + random.int(3) },
        () => 2 * random.int(nodes.length) + random.int(2),
      );
      const wanted = Array.from({ length: 2 ** inputs }, (_, at) => at).some((at) =>
        asked.every((literal) => value(literal, at)),
      );
      const found = solver.solve(asked, new Set(asked.flatMap(below)), 100_000);
      expect(found, again(SEED)).toBe(wanted);
      if (found === true) solver.forget();
      counts[found ? "yes" : "no"]++;
    }
  }
  expect(counts.yes).toBeGreaterThan(10);
  expect(counts.no).toBeGreaterThan(10);
});
