// What handles many candidates at once, against the plain way: one after another, by the interpreter or by its own number.

import { describe, expect, test } from "vitest";
import { checkProgram, checkSketch } from "../../src/compile.ts";
import { interpret } from "../../src/engines/reference.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { fill } from "../../src/language/analyse/fill.ts";
import { LaneMachine, MACHINE_LANES, WORDS } from "../../src/learning/discover/candidate-lanes.ts";
import {
  type Candidate,
  candidateAt,
  countAll,
  Draws,
  drawAll,
  foldAll,
  lanesOf,
} from "../../src/learning/discover/candidates.ts";
import { evolve } from "../../src/learning/discover/evolve.ts";
import type { Problem } from "../../src/learning/discover/problem.ts";
import { fillLanes, Sieve } from "../../src/learning/discover/sieve.ts";
import {
  type BitLayout,
  bitsOfFilling,
  fillingOf,
  layoutOf,
} from "../../src/learning/discover/sketch-layout.ts";
import { isRight } from "../../src/learning/discover/verify.ts";
import { again, cases, SEED } from "../seed.ts";

const read = (text: string) => checkSketch({ name: "s.alg", text });

/** A sketch of a table and constants, some of whose codes mean nothing. */
const sketchOf = (random: Random) =>
  read(`program s { input x: bit output y: 0..${15 + random.int(9)}
    hole f(a: 0..${1 + random.int(2)}): 0..${1 + random.int(4)}
    each { y = f(x) + ?0..${1 + random.int(6)} + ?(x, left.x)${random.int(2) ? " + ?0..1" : ""} } }`);

/** Whether all entries hold codes of values of their types. */
const isLegal = ({ entries }: BitLayout, candidate: Candidate): boolean =>
  [...entries.values()].every(({ first, size, bounds }) => {
    const code = parseInt([...candidate.subarray(first, first + size)].toReversed().join("") || "0", 2);
    return code <= bounds.hi - bounds.lo;
  });

const lanes = Array.from({ length: MACHINE_LANES }, (_, lane) => lane);

describe("lanes", () => {
  test(`hold the binary digits of their numbers; ${again(SEED)}`, () => {
    const random = seededRandom(SEED);
    for (let round = 0; round < 20; round++) {
      const layout = layoutOf(sketchOf(random).checked);
      const planes = new Uint32Array(layout.planes * WORDS);
      const alive = new Uint32Array(WORDS);
      const batch = random.int(Math.ceil(2 ** layout.planes / MACHINE_LANES));
      countAll(layout, batch, planes, alive);
      const number = (lane: number) => MACHINE_LANES * batch + lane;
      for (const lane of lanes) {
        const digits = Array.from({ length: layout.planes }, (_, bit) => (number(lane) >> bit) & 1);
        expect([...candidateAt(layout, planes, lane)]).toEqual(digits);
      }
      expect(lanesOf(alive)).toEqual(
        lanes.filter(
          (lane) => number(lane) < 2 ** layout.planes && isLegal(layout, candidateAt(layout, planes, lane)),
        ),
      );
    }
  });

  test(`are drawn legal and uniform, and fold back what is not; ${again(SEED)}`, () => {
    const { checked } = read("program s { input x: bit output y: 0..20 each { y = ?0..4 + ?0..10 + x } }");
    const layout = layoutOf(checked);
    const planes = new Uint32Array(layout.planes * WORDS);
    const draws = new Draws(SEED, 1);
    const counts = new Map<string, number>();
    const rounds = 300;
    for (let round = 0; round < rounds; round++) {
      drawAll(layout, draws, planes);
      for (const lane of lanes) {
        const values = Object.values(fillingOf(layout, candidateAt(layout, planes, lane))).flat();
        counts.set(`${values}`, (counts.get(`${values}`) ?? 0) + 1);
      }
    }
    const expected = (rounds * MACHINE_LANES) / 55;
    expect(counts.size).toBe(55);
    for (const count of counts.values())
      expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
    for (let at = 0; at < planes.length; at++) planes[at] = draws.word();
    const before = lanes.map((lane) => candidateAt(layout, planes, lane));
    foldAll(layout, planes);
    const after = lanes.map((lane) => candidateAt(layout, planes, lane));
    expect(after.every((candidate) => isLegal(layout, candidate))).toBe(true);
    for (const lane of lanes) if (isLegal(layout, before[lane]!)) expect(after[lane]).toEqual(before[lane]);
  });
});

/** What some cells of some rows are to be, as a candidate has it; of a learner, queries below one table. */
function problemOf(
  sketch: ReturnType<typeof read>,
  candidate: Candidate,
  random: Random,
  isLearning: boolean,
): Problem {
  const { checked } = filled(sketch, candidate);
  const fields = checked.fields.filter(({ role }) => role === "input");
  const shape = { rows: 1 + random.int(3), cols: 1 + random.int(4) };
  const table = randomGrid(shape, fields, random);
  const wanted = Array.from({ length: 1 + random.int(2) }, () => random.int(shape.rows * shape.cols));
  const inputs = Array.from({ length: 1 + random.int(3) }, () => {
    const input = randomGrid(shape, fields, random);
    const above = table.planes.x!.subarray(0, (shape.rows - 1) * shape.cols);
    if (isLearning) input.planes.x!.set(above);
    return input;
  });
  return {
    cases: inputs.map((input) => {
      const { grid } = interpret(checked, input);
      return {
        input: { ...input, prepared: true },
        wanted: wanted.map((cell) => ({ field: "y", cell, value: grid.planes.y![cell]! })),
      };
    }),
    isLearning,
    limit: 20,
  };
}

const filled = ({ source, ast, checked }: ReturnType<typeof read>, candidate: Candidate) =>
  checkProgram(fill(source, ast, checked.holes!, fillingOf(layoutOf(checked), candidate)));

test(`stages keep those that the interpreter finds right on every problem; ${again(SEED)}`, () => {
  let kept = 0;
  for (let round = 0; round < cases(4); round++) {
    const random = seededRandom(SEED + 7919 * round);
    const sketch = sketchOf(random);
    const layout = layoutOf(sketch.checked);
    const filling = Object.fromEntries(
      sketch.checked.holes!.map(({ name, entries }) => [name, entries.map(() => random.int(2))]),
    );
    const hidden = bitsOfFilling(layout, filling);
    expect(fillingOf(layout, hidden)).toEqual(filling);
    const problems = Array.from({ length: 4 }, () => problemOf(sketch, hidden, random, random.int(2) === 0));
    const machine = new LaneMachine(sketch.checked, problems);
    const sieve = new Sieve(
      machine,
      problems.map((problem) => machine.load([problem])),
    );
    const candidates: Candidate[] = [];
    for (let first = 0; first < 2 ** layout.planes; first += MACHINE_LANES) {
      countAll(layout, first / MACHINE_LANES, machine.holes(), machine.alive());
      for (const lane of lanesOf(machine.alive()))
        candidates[first + lane] = candidateAt(layout, machine.holes(), lane);
      sieve.lanes(first);
    }
    sieve.flush();
    const found = sieve.kept.toSorted((one, other) => one.index - other.index);
    // Any of what is kept, of what is not, and what is next to what is kept.
    const looked = new Set(Array.from({ length: 150 }, () => random.int(2 ** layout.planes)));
    for (const { index } of found.slice(0, 50))
      looked
        .add(index)
        .add(index ^ 1)
        .add(index ^ 2);
    const isKept = new Set(found.map(({ index }) => index));
    for (const index of looked) {
      const candidate = candidates[index];
      if (candidate === undefined) {
        expect(isKept.has(index)).toBe(false);
        continue;
      }
      const { checked } = filled(sketch, candidate);
      const right = problems.every((problem) => problem.cases.every((of) => isRight(checked, problem, of)));
      expect(
        isKept.has(index),
        `seed ${SEED}, round ${round}, candidate ${index}\n${sketch.source.text}`,
      ).toBe(right);
    }
    for (const { index, candidate } of found) expect(candidate).toEqual(candidates[index]);
    expect(found.map(({ candidate }) => [...candidate])).toContainEqual([...hidden]);
    kept += found.length;
  }
  expect(kept).toBeGreaterThan(cases(4));
});

function evolved(machine: LaneMachine, goal: Parameters<typeof evolve>[2]) {
  const steps = evolve(machine, new Draws(SEED, 0), goal);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

test(`evolution counts points as a candidate alone has them; ${again(SEED)}`, () => {
  const random = seededRandom(SEED);
  // More than one word of bits, with codes that mean nothing.
  const sketch = read(`program s { input x: bit output y: 0..24
    hole f(a: 0..15): 0..4
    each { y = f(x + 2 * left.x + 4 * right.x + 8 * up.x) + ?0..2 } }`);
  const layout = layoutOf(sketch.checked);
  expect(layout.planes).toBeGreaterThan(32);
  const problems = Array.from({ length: 3 }, () =>
    problemOf(sketch, new Uint8Array(layout.planes), random, false),
  );
  const impossible = problems.map((problem) => ({
    ...problem,
    cases: problem.cases.map(({ input, wanted }, at) => {
      return { input, wanted: at === 0 ? wanted.map((each) => ({ ...each, value: 24 })) : wanted };
    }),
  }));
  const machine = new LaneMachine(sketch.checked, problems);
  const scores = new Int32Array(MACHINE_LANES);
  for (const [list, isPossible] of [
    [problems, true],
    [impossible, false],
  ] as const) {
    const loaded = machine.load(list);
    let asked = 0;
    const { best, bestCandidate } = evolved(machine, {
      problems: () => loaded,
      isEnough(candidate) {
        asked++;
        fillLanes(machine, [candidate]);
        expect(machine.sieve(loaded)).toBe(true);
        return true;
      },
    });
    fillLanes(machine, [bestCandidate]);
    machine.tally(loaded, scores);
    expect([asked, scores[0]! / loaded.points]).toEqual([isPossible ? 1 : 0, best]);
    const { checked } = filled(sketch, bestCandidate);
    const isDone = list.every((problem) => problem.cases.every((of) => isRight(checked, problem, of)));
    expect(isDone).toBe(isPossible);
    // Small problems that everybody is good enough for who is not good enough for others end, too.
    if (isPossible) evolved(machine, { problems: () => loaded, isEnough: () => false });
  }
});
