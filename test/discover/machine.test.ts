// Candidates in lanes against the interpreter of each filled sketch: random sketches, random entries, every field.

import { describe, expect, test } from "vitest";
import { checkProgram, checkSketch } from "../../src/compile.ts";
import { InputError, ProgramError } from "../../src/diagnostics/diagnostic.ts";
import { interpret } from "../../src/engines/reference.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { fill } from "../../src/language/analyse/fill.ts";
import { LaneMachine, MACHINE_LANES, WORDS } from "../../src/learning/discover/candidate-lanes.ts";
import { candidateAt } from "../../src/learning/discover/candidates.ts";
import type { Problem, Wanted } from "../../src/learning/discover/problem.ts";
import { fillingOf } from "../../src/learning/discover/sketch-layout.ts";
import { randomProgram } from "../random-program.ts";
import { again, cases, SEED } from "../seed.ts";

const LIMIT = 24;

/** The text with holes in the place of some of its conditions, numbers and choices. */
function withHoles(text: string, random: Random): string {
  const often = () => random.int(3) > 0;
  return text
    .replace(/\(([^()?]+) (?:and|or|xor) ([^()?]+)\)/g, (all, a, b) => (often() ? `?(${a}, ${b})` : all))
    .replace(/\(([^()?]+) [+] ([^()?]+)\)/g, (all, a, b) => (often() ? `?{${a}, ${b}}` : all))
    .replace(/ == (\d)\)/g, (all, value) => (often() ? ` == ?0..${value})` : all))
    .replace(/\bat (top|left|right|bottom)\b(?!\.)/g, (all) => (often() ? `?(${all}, at left)` : all));
}

/** A sketch that analysis accepts, with at least one hole; null where chance gave none. */
function randomSketch(random: Random) {
  const source = { name: "s.alg", text: withHoles(randomProgram(random).text, random) };
  try {
    const { ast, checked } = checkSketch(source);
    const { holes = [] } = checked;
    const entries = holes.reduce((sum, hole) => sum + hole.entries.length, 0);
    return entries > 0 && entries < 400 ? { source, ast, checked, holes } : null;
  } catch (error) {
    if (error instanceof ProgramError) return null;
    throw error;
  }
}

const fillingAt = (machine: LaneMachine, lane: number) =>
  fillingOf(machine.layout, candidateAt(machine.layout, machine.holes(), lane));

type Sketch = NonNullable<ReturnType<typeof randomSketch>>;

/** The field values that the interpreter ends with, or that it does not end in order; null where the limit decides. */
function expected(
  { source, ast, holes }: Sketch,
  machine: LaneMachine,
  lane: number,
  input: Problem["cases"][0]["input"],
) {
  const { checked } = checkProgram(fill(source, ast, holes, fillingAt(machine, lane)));
  try {
    const { grid, halted, instructions } = interpret(checked, input, { maxInstructions: LIMIT + 3 });
    if (!halted) return "none";
    return instructions + 3 > LIMIT ? null : grid;
  } catch (error) {
    if (error instanceof InputError) return "none";
    throw error;
  }
}

const loaded = (machine: LaneMachine, problem: Problem, lane: number): boolean => {
  const mark = machine.mark();
  const list = machine.load([problem]);
  machine.alive().fill(-1);
  machine.sieve(list);
  const scores = new Int32Array(MACHINE_LANES);
  machine.tally(list, scores);
  machine.release(mark);
  const isAlive = ((machine.alive()[lane >> 5]! >>> (lane & 31)) & 1) === 1;
  expect(isAlive).toBe(scores[lane] === list.points);
  return isAlive;
};

describe("lanes", () => {
  test(`do what the interpreter does with each filled sketch; ${again(SEED)}`, () => {
    let compared = 0;
    for (let round = 0; round < cases(24); round++) {
      const random = seededRandom(SEED + 7919 * round);
      const sketch = randomSketch(random);
      if (sketch === null) continue;
      const { checked } = sketch;
      const input = randomGrid(
        { rows: 1 + random.int(3), cols: 1 + random.int(4) },
        checked.fields.filter(({ role }) => role === "input"),
        random,
      );
      const wantedOf = (value: (field: string, cell: number) => number): Wanted[] =>
        checked.fields.flatMap(({ name }) =>
          Array.from({ length: input.rows * input.cols }, (_, cell) => ({
            field: name,
            cell,
            value: value(name, cell),
          })),
        );
      const problem = (value: (field: string, cell: number) => number): Problem => ({
        cases: [{ input, wanted: wantedOf(value) }],
        isLearning: random.int(2) === 0,
        limit: LIMIT,
      });
      const lowest = (field: string) => checked.fields.find(({ name }) => name === field)!.initial;
      const sample = problem(lowest);
      const machine = new LaneMachine(checked, [sample]);
      const holes = machine.holes();
      for (let at = 0; at < holes.length; at++) holes[at] = random.int(2 ** 32);
      legal(machine);
      for (let lane = 0; lane < MACHINE_LANES; lane += 1 + random.int(40)) {
        const result = expected(sketch, machine, lane, input);
        if (result === null) continue;
        const label = `seed ${SEED}, round ${round}, lane ${lane}: ${JSON.stringify(fillingAt(machine, lane))}\n${sketch.source.text}`;
        const value = (field: string, cell: number) =>
          result === "none" ? lowest(field) : result.planes[field]![cell]!;
        const right = { ...sample, cases: problem(value).cases };
        expect(loaded(machine, right, lane), label).toBe(result !== "none");
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(cases(40));
  });
});

/** Sets entries that are beyond their type back into it. */
function legal(machine: LaneMachine): void {
  const holes = machine.holes();
  for (const { first, size, bounds } of machine.layout.entries.values())
    for (let lane = 0; lane < MACHINE_LANES; lane++) {
      const bit = (at: number) => (holes[(first + at) * WORDS + (lane >> 5)]! >>> (lane & 31)) & 1;
      const code = Array.from({ length: size }, (_, at) => bit(at) * 2 ** at).reduce((a, b) => a + b, 0);
      if (code > bounds.hi - bounds.lo)
        for (let at = 0; at < size; at++) holes[(first + at) * WORDS + (lane >> 5)]! &= ~(1 << (lane & 31));
    }
}
