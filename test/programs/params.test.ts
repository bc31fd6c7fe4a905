// Learners with other values of their params than the oracles beside them take.

import { expect, test } from "vitest";
import gf2 from "../../programs/gf2.oracle.ts";
import nearest from "../../programs/nearest.oracle.ts";
import type { Problem, Rows } from "../../programs/oracle.ts";
import { checkProgram } from "../../src/compile.ts";
import { interpret } from "../../src/engines/reference.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { again, SEED } from "../seed.ts";
import { gridOf, readProgram } from "./programs.ts";

const random = seededRandom(SEED);
const bits = (count: number): number[] => Array.from({ length: count }, () => random.int(2));

/** What a learner of the library answers with such params. */
function learnerWith(name: string, params: Readonly<Record<string, number>>): (problem: Problem) => number {
  const { checked } = checkProgram(readProgram(name), params);
  return (problem) =>
    interpret(checked, prepareInput(checked, gridOf(problem))).grid.planes[checked.predict!]!.at(-1)!;
}

/** Examples and, as the last row, a query with a blank label. */
const problemOf = (rows: Rows): Problem => ({
  rows: rows.length,
  cols: rows[0]!.length,
  planes: { x: rows.map((row, at) => (at === rows.length - 1 ? [...row.slice(0, -1), 0] : row)) },
});

test("gfp is gf2 modulo 2", () => {
  const answer = learnerWith("gfp", { p: 2 });
  for (let trial = 0; trial < 200; trial++) {
    const problem = gf2.generate(random.next);
    expect({ prediction: answer(problem) }, `${again(SEED)}, trial ${trial}`).toEqual(
      gf2.solve(problem.planes),
    );
  }
});

test.each([2, 3, 5, 7])("gfp finds what all linear functions modulo %i say that fit the examples", (p) => {
  const answer = learnerWith("gfp", { p });
  const sumOf = (row: readonly number[], coefficients: readonly number[]) =>
    coefficients.reduce((sum, value, at) => sum + value * row[at]!, 0) % p;
  let determined = 0;
  for (let trial = 0; trial < 60; trial++) {
    const d = 1 + random.int(3);
    const all = Array.from({ length: p ** d }, (_, code) =>
      Array.from({ length: d }, (_, at) => Math.floor(code / p ** at) % p),
    );
    const hidden = all[random.int(all.length)]!;
    const examples = Array.from({ length: 12 }, () => bits(d))
      .map((row) => [...row, sumOf(row, hidden)])
      .filter((row) => row[d]! < 2)
      .slice(0, random.int(8));
    const query = bits(d);
    const fitting = all.filter((each) => examples.every((row) => sumOf(row, each) === row[d]));
    const sums = new Set(fitting.map((each) => sumOf(query, each)));
    if (sums.size > 1) continue;
    determined++;
    const expected = sumOf(query, hidden) === 0 ? 0 : 1;
    expect(answer(problemOf([...examples, [...query, 0]])), `${again(SEED)}, trial ${trial}`).toBe(expected);
  }
  expect(determined).toBeGreaterThan(10);
});

test("k_nearest is nearest with k = 1", () => {
  const answer = learnerWith("k_nearest", { k: 1 });
  for (let trial = 0; trial < 200; trial++) {
    const problem = nearest.generate(random.next);
    expect({ prediction: answer(problem) }, `${again(SEED)}, trial ${trial}`).toEqual(
      nearest.solve(problem.planes),
    );
  }
});

test.each([2, 4, 5])("k_nearest asks the first %i of the examples in order of their distances", (k) => {
  const answer = learnerWith("k_nearest", { k });
  for (let trial = 0; trial < 100; trial++) {
    const d = random.int(7);
    const rows = Array.from({ length: 1 + random.int(9) }, () => bits(d + 1));
    const query = rows.at(-1)!;
    const far = (row: readonly number[]) => row.filter((value, at) => at < d && value !== query[at]).length;
    const voters: (readonly number[])[] = [];
    for (let distance = 0; distance <= d; distance++)
      voters.push(...rows.slice(0, -1).filter((row) => far(row) === distance));
    const labels = voters.slice(0, k).map((row) => row[d]!);
    const ones = labels.filter((label) => label === 1).length;
    expect(answer(problemOf(rows)), `${again(SEED)}, trial ${trial}: ${JSON.stringify(rows)}`).toBe(
      2 * ones > labels.length ? 1 : 0,
    );
  }
});

test.each([1, 3, 16])("winnow with threshold %i keeps to Littlestone's rule and bound", (threshold) => {
  const answer = learnerWith("winnow", { threshold });
  for (let trial = 0; trial < 20; trial++) {
    const n = 2 + random.int(12);
    const matters = bits(n).map((bit) => bit * random.int(2));
    const relevant = matters.reduce((sum, bit) => sum + bit, 0);
    const rows = Array.from({ length: 14 }, () => {
      const features = bits(n).map((bit) => bit * random.int(2));
      return [...features, features.some((value, at) => value * matters[at]! === 1) ? 1 : 0];
    });
    let weights = Array.from({ length: n }, () => 1);
    let mistakes = 0;
    for (const [at, row] of rows.entries()) {
      const label = row[n]!;
      const sum = weights.reduce((total, weight, col) => total + weight * row[col]!, 0);
      const note = `${again(SEED)}, trial ${trial}, row ${at}`;
      expect(answer(problemOf(rows.slice(0, at + 1))), note).toBe(sum >= threshold ? 1 : 0);
      if (sum >= threshold === (label === 1)) continue;
      mistakes++;
      weights = weights.map((weight, col) => (row[col] === 0 ? weight : label === 1 ? 2 * weight : 0));
    }
    const bound = 2 * relevant * (Math.log2(threshold) + 1) + n / threshold;
    expect(mistakes, `${again(SEED)}, trial ${trial}`).toBeLessThanOrEqual(bound);
  }
});

test("halving makes at most log2(2 d) mistakes where an expert is always right", () => {
  const answer = learnerWith("halving", {});
  for (let trial = 0; trial < 30; trial++) {
    const d = 1 + random.int(16);
    const [right, flipped] = [random.int(d), random.int(2)];
    const rows = Array.from({ length: 12 }, () => bits(d)).map((row) => [...row, row[right]! ^ flipped]);
    const mistakes = rows.filter((row, at) => answer(problemOf(rows.slice(0, at + 1))) !== row[d]);
    expect(mistakes.length, `${again(SEED)}, trial ${trial}`).toBeLessThanOrEqual(Math.log2(2 * d));
  }
});

test("perceptron makes at most (R / g)^2 mistakes on separable examples (Novikoff)", () => {
  const answer = learnerWith("perceptron", {});
  for (let trial = 0; trial < 20; trial++) {
    const d = 1 + random.int(6);
    const signs = (row: readonly number[]) => [...row.slice(0, d).map((bit) => 2 * bit - 1), 1];
    const hidden = Array.from({ length: d + 1 }, () => random.int(5) - 2);
    const sumOf = (row: readonly number[]) =>
      signs(row).reduce((sum, value, at) => sum + value * hidden[at]!, 0);
    const rows = Array.from({ length: 24 }, () => bits(d))
      .filter((row) => sumOf(row) !== 0)
      .map((row) => [...row, sumOf(row) > 0 ? 1 : 0]);
    if (rows.length === 0) continue;
    const mistakes = rows.filter((row, at) => answer(problemOf(rows.slice(0, at + 1))) !== row[d]).length;
    const least = Math.min(...rows.map((row) => Math.abs(sumOf(row))));
    const norm = hidden.reduce((sum, weight) => sum + weight ** 2, 0);
    expect(mistakes, `${again(SEED)}, trial ${trial}`).toBeLessThanOrEqual(((d + 1) * norm) / least ** 2);
  }
});
