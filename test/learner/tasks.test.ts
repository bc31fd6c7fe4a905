// The tasks against published facts, and against their rules found again by brute force.

import { describe, expect, test } from "vitest";
import type { Example } from "../../src/learning/learner/memory-layer.ts";
import { crc16, lfsrStream } from "../../src/learning/learner/tasks/linear.ts";
import { signOfBit } from "../../src/learning/learner/tasks/task.ts";
import { drawProblem, TASKS, taskCalled } from "../../src/learning/learner/tasks/tasks.ts";
import { endgames, wins } from "../../src/learning/learner/tasks/tic-tac-toe.ts";

const SEED = 11;
const problem = (name: string, features: number, examples: number, queries: number, index = 0) => {
  const { features: fixed } = taskCalled(name);
  return drawProblem(taskCalled(name), { features: fixed ?? features, examples, queries }, SEED, index);
};

describe.each(TASKS.map(({ name, features = 8 }) => ({ name, features })))("$name", ({ name, features }) => {
  test("has as many examples and queries as asked for, of as many features", () => {
    const { examples, queries } = problem(name, features, 13, 5);
    expect(examples.length).toBe(13);
    expect(queries.length).toBe(5);
    for (const { features: x, label } of [...examples, ...queries]) {
      expect(x.length).toBe(features);
      expect([...x, label].every((value) => value === 1 || value === -1)).toBe(true);
    }
  });

  test("is the same for one seed and number, and another for others", () => {
    expect(problem(name, features, 20, 4)).toEqual(problem(name, features, 20, 4));
    expect(problem(name, features, 20, 4)).not.toEqual(problem(name, features, 20, 4, 1));
    const size = { features, examples: 20, queries: 4 };
    expect(drawProblem(taskCalled(name), size, SEED + 1, 0)).not.toEqual(problem(name, features, 20, 4));
  });

  test("labels are a function of the features, those of noisy examples left aside, and both labels occur", () => {
    const labels = new Set<number>();
    for (let index = 0; index < 12; index++) {
      const { examples, queries } = problem(name, features, 60, 20, index);
      const known = new Map<string, number>();
      for (const { features: x, label } of taskCalled(name).isNoisy ? queries : [...examples, ...queries]) {
        labels.add(label);
        expect(known.get(x.join()) ?? label, `problem ${index}`).toBe(label);
        known.set(x.join(), label);
      }
    }
    expect(labels.size).toBe(2);
  });
});

const isOne = (value: number): boolean => value === 1;
const all = ({ examples, queries }: ReturnType<typeof problem>): Example[] => [...examples, ...queries];

/** Whether the labels are the exclusive or of the features in a bit mask. */
const fitsParity = (mask: number, rows: readonly Example[]): boolean =>
  rows.every(
    ({ features, label }) =>
      features.reduce((odd, value, at) => odd !== (isOne(value) && ((mask >> at) & 1) === 1), false) ===
      isOne(label),
  );

const masks = Array.from({ length: 2 ** 8 }, (_, mask) => mask);
const ones = (mask: number): number => [...mask.toString(2)].filter((digit) => digit === "1").length;

test.each(["parity", "sparse-parity", "crc"])("%s: exactly one parity fits many examples", (name) => {
  for (let index = 0; index < 5; index++) {
    const fitting = masks.filter((mask) => fitsParity(mask, all(problem(name, 8, 60, 40, index))));
    expect(fitting.length).toBe(1);
    if (name === "sparse-parity") expect(ones(fitting[0]!)).toBe(3);
  }
});

test("lfsr: a parity fits the whole stream, and windows follow one another", () => {
  const rows = all(problem("lfsr", 8, 60, 40));
  expect(masks.some((mask) => fitsParity(mask, rows))).toBe(true);
  for (const [at, { features, label }] of rows.slice(0, -1).entries())
    expect(rows[at + 1]!.features).toEqual([...features.slice(1), label]);
});

/** All assignments of "wants 0", "wants 1", "does not matter" to 6 features. */
const cubes = Array.from({ length: 3 ** 6 }, (_, code) =>
  Array.from({ length: 6 }, (_, at) => Math.floor(code / 3 ** at) % 3),
);
const meets = (cube: readonly number[], { features }: Example): boolean =>
  features.every((value, at) => cube[at] === 2 || cube[at] === (isOne(value) ? 1 : 0));

test("conjunction and disjunction: three literals fit, and about half of the labels are rare ones", () => {
  const rows = all(problem("conjunction", 6, 300, 100));
  const and = cubes.filter((cube) => rows.every((row) => meets(cube, row) === isOne(row.label)));
  expect(and.map((cube) => cube.filter((want) => want < 2).length)).toEqual([3]);
  // A disjunction is wrong where the conjunction of the opposite literals holds.
  const others = all(problem("disjunction", 6, 300, 100));
  const or = cubes.filter((cube) => others.every((row) => meets(cube, row) !== isOne(row.label)));
  expect(or.map((cube) => cube.filter((want) => want < 2).length)).toEqual([3]);
  for (const each of [rows, others]) {
    const positive = each.filter(({ label }) => isOne(label)).length / each.length;
    expect(positive).toBeGreaterThan(0.35);
    expect(positive).toBeLessThan(0.65);
  }
});

test("decision-list: rules that agree with all that are left cover everything (Rivest's test)", () => {
  for (let index = 0; index < 10; index++) {
    let left = all(problem("decision-list", 8, 150, 50, index));
    const labelsOf = (rows: readonly Example[]) => new Set(rows.map(({ label }) => label)).size;
    for (let rule = 0; rule < 20 && labelsOf(left) > 1; rule++) {
      const literals = Array.from({ length: 16 }, (_, at) => ({ at: at % 8, wants: signOfBit(at < 8) }));
      const found = literals.find(
        ({ at, wants }) => labelsOf(left.filter(({ features }) => features[at] === wants)) === 1,
      );
      expect(found, `problem ${index}: a rule is found`).toBeDefined();
      left = left.filter(({ features }) => features[found!.at] !== found!.wants);
    }
    expect(labelsOf(left)).toBeLessThanOrEqual(1);
  }
});

test("nearest: those who look at the nearest example do much better than chance", () => {
  let right = 0;
  for (let index = 0; index < 20; index++) {
    const { examples, queries } = problem("nearest", 24, 40, 20, index);
    for (const query of queries) {
      const shared = (other: Example) =>
        other.features.filter((value, at) => value === query.features[at]).length;
      const nearest = examples.reduce((best, each) => (shared(each) > shared(best) ? each : best));
      if (nearest.label === query.label) right++;
    }
  }
  expect(right / 400).toBeGreaterThan(0.9);
});

describe("linear feedback shift registers", () => {
  // Primitive polynomials (Xilinx application note XAPP052, table 3), as exponents without the highest and 0.
  test.each([
    [3, [2]],
    [4, [3]],
    [5, [3]],
    [6, [5]],
    [7, [6]],
    [8, [6, 5, 4]],
    [10, [7]],
    [12, [6, 4, 1]],
    [15, [14]],
    [16, [15, 13, 4]],
  ])("x^%i with a primitive polynomial goes through all states but 0", (n, inner) => {
    const taps = Array.from({ length: n }, (_, at) => at === 0 || inner.includes(at));
    const period = 2 ** n - 1;
    const first = taps.map((_, at) => (at === n - 1 ? 1 : 0));
    const stream = lfsrStream(taps, first, 2 * period);
    expect(stream.slice(period)).toEqual(stream.slice(0, period));
    // Nothing shorter: all windows of a period differ.
    let state = 0;
    const seen = new Uint8Array(2 ** n);
    for (let at = 0; at < period + n - 1; at++) {
      state = ((state << 1) | stream[at]!) & period;
      if (at >= n - 1) seen[state]!++;
    }
    expect(seen[0]).toBe(0);
    expect(seen.subarray(1).every((count) => count === 1)).toBe(true);
  });
});

test("crc: the check value of CRC-16/XMODEM is 31C3", () => {
  const bits = [...new TextEncoder().encode("123456789")].flatMap((byte) =>
    Array.from({ length: 8 }, (_, at) => ((byte >> (7 - at)) & 1) === 1),
  );
  expect(crc16(bits).toString(16)).toBe("31c3");
});

describe("tic-tac-toe", () => {
  test("there are 958 endgames, 626 won by x, 316 by o, 16 drawn (UCI repository)", () => {
    const boards = endgames();
    expect(boards.length).toBe(958);
    expect(new Set(boards.map((board) => board.join(""))).size).toBe(958);
    expect(boards.filter((board) => wins(board, "x")).length).toBe(626);
    expect(boards.filter((board) => wins(board, "o")).length).toBe(316);
    expect(boards.filter((board) => !wins(board, "x") && !wins(board, "o")).length).toBe(16);
  });

  test("examples and queries are different boards, and more than there are cannot be had", () => {
    const rows = all(problem("tic-tac-toe", 27, 900, 58)).map(({ features }) => features.join());
    expect(new Set(rows).size).toBe(958);
    expect(() => problem("tic-tac-toe", 27, 900, 59)).toThrow(/there are 958 endgames/);
  });
});

test("too few features are refused", () => {
  expect(() => problem("sparse-parity", 2, 5, 1)).toThrow(/sparse-parity needs 3 features or more, found 2/);
  expect(() => problem("conjunction", 1, 5, 1)).toThrow(/conjunction needs 3/);
});

test("seeds of neighbouring problems give bits that are balanced", () => {
  let ones = 0;
  for (let index = 0; index < 500; index++)
    ones += problem("parity", 8, 4, 1, index).examples.flatMap(({ features }) =>
      features.filter(isOne),
    ).length;
  expect(Math.abs(ones / (500 * 32) - 0.5)).toBeLessThan(0.02);
});
