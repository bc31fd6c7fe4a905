// Invariants hold in every run; none of them can lack a state that a run shows; and networks that are wrong only
// outside of them are right.

import { describe, expect, test } from "vitest";
import { lower } from "../../src/compiler/lower/lower.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { findInvariant, holdsForever, type Invariant } from "../../src/proof/prove/invariant.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import { proveNetwork } from "../../src/proof/prove/prove.ts";
import { proveStep } from "../../src/proof/prove/prove-step.ts";
import { reachDifference } from "../../src/proof/prove/reach-difference.ts";
import { shapesFor } from "../../src/proof/verify/shapes.ts";
import { compileProgram, loadProgram } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

/** States of cells in random runs on grids larger than those from which invariants grow. */
function statesOf(name: string, rule: Rule, seed: number): number[][] {
  const program = loadProgram(name);
  const engine = ruleEngine(rule);
  const random = seededRandom(seed);
  const shapeOf = shapesFor(program, { rows: 9, cols: 9 });
  const inputs = program.fields.filter(({ role }) => role === "input");
  const states = new Map<string, number[]>();
  for (let run = 0; run < 12; run++) {
    let grid = engine.start(prepareInput(program, randomGrid(shapeOf(run, random), inputs, random)));
    for (let step = 0; step < 60 && grid.rows * grid.cols * step < 6_000; step++) {
      for (let cell = 0; cell < grid.rows * grid.cols; cell++) {
        const state = rule.fields.map(({ name: field }) => grid.planes[field]![cell]!);
        states.set(state.join(), state);
      }
      grid = engine.step(grid);
    }
  }
  return [...states.values()];
}

const satisfies = ({ relations }: Invariant, state: readonly number[]): boolean =>
  relations.every(({ columns, tuples }) =>
    tuples.some((tuple) => tuple.every((value, at) => value === state[columns[at]!])),
  );

describe.each([
  "gf2",
  "dyck",
  "rref",
  "fssp",
  "nearest",
  "palindrome",
  "matmul",
  "decision_list",
  "multiply",
])("%s", (name) => {
  const program = loadProgram(name);
  const rule = schedule(lower(program));
  const invariant = findInvariant(program, rule)!;

  test(`its invariant holds in runs, seed ${SEED}`, () => {
    const broken = statesOf(name, rule, SEED).filter((state) => !satisfies(invariant, state));
    expect(broken, again(SEED)).toEqual([]);
  });

  test("is inductive, and without a state that comes up it is not", () => {
    expect(holdsForever(program, rule, invariant)).toBe(true);
    for (const state of statesOf(name, rule, SEED + 1).slice(0, 12)) {
      const relations = invariant.relations.map(({ columns, tuples }) => ({
        columns,
        tuples: tuples.filter((tuple) => tuple.some((value, at) => value !== state[columns[at]!])),
      }));
      expect(holdsForever(program, rule, { ...invariant, relations }), state.join()).toBe(false);
    }
  });
});

test("says of gf2 that before its turn, a cell without a pivot row passing has no leading bit to hand on", () => {
  const rule = schedule(lower(loadProgram("gf2")));
  const { fields, relations } = findInvariant(loadProgram("gf2"), rule)!;
  const at = (name: string) => fields.findIndex((field) => field.name === name);
  const [{ tuples }] = relations as [(typeof relations)[0]];
  expect(
    tuples.some((state) => state[at("todo")] === 1 && state[at("busy")] === 0 && state[at("lead")] === 1),
  ).toBe(false);
  expect(tuples.length).toBeLessThan(64);
});

test("a network that is wrong only where no run comes is proved, and one that runs show wrong is not", {
  timeout: 60_000,
}, async () => {
  const compilation = compileProgram("gf2");
  const { checked, rule, network } = compilation;
  const counts = { unreachable: 0, reached: 0 };
  for (const { name, network: mutant } of mutantsOf(network).filter((_, at) => at % 5 === 0)) {
    const legal = proveStep(rule, mutant);
    if (legal.outcome === "proved") continue;
    const { outcome, invariant } = await proveNetwork(compilation, mutant);
    const reached = await reachDifference(checked, rule, mutant, { snap: false, seed: SEED, work: 2e7 });
    if (outcome === "proved") expect({ name, reached }).toEqual({ name, reached: null });
    if (outcome === "proved") expect(invariant).not.toBeNull();
    counts[outcome === "proved" ? "unreachable" : "reached"] += 1;
  }
  expect(counts.reached).toBeGreaterThan(10);
});
