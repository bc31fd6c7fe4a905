// Intervals, ranks and their chances.

import { describe, expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { parityChances, rankOf } from "../../src/learning/learner/rank.ts";
import { randomSigns } from "../../src/learning/learner/tasks/task.ts";
import { TASKS, taskCalled } from "../../src/learning/learner/tasks/tasks.ts";
import { chanceOfMajority } from "../../src/learning/learner/tasks/theory.ts";
import { clusteredRate, wilson } from "../../src/learning/learner/wilson-interval.ts";

describe("Wilson's interval", () => {
  // R. G. Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("%i of %i: %d to %d", (right, trials, from, to) => {
    const { rate, interval } = wilson(right / trials, trials);
    expect(rate).toBe(right / trials);
    expect(interval[0]).toBeCloseTo(from, 4);
    expect(interval[1]).toBeCloseTo(to, 4);
  });

  test("all of them: the interval ends at 1", () => {
    expect(wilson(1, 1000).interval[1]).toBe(1);
    expect(wilson(1, 1000).interval[0]).toBeCloseTo(0.9962, 4);
  });
});

describe("several queries for each problem", () => {
  const width = ({ interval: [from, to] }: { readonly interval: readonly [number, number] }) => to - from;

  test("count as one where all answers to a problem are alike", () => {
    const alike = Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? 0 : 16));
    expect(width(clusteredRate(alike, 16)) / width(wilson(0.5, 100))).toBeCloseTo(1, 1);
  });

  test("count as themselves where they are independent", () => {
    const random = seededRandom(3);
    const right = Array.from({ length: 400 }, () =>
      Array.from({ length: 16 }, () => random.int(2)).reduce((sum, bit) => sum + bit, 0),
    );
    expect(width(clusteredRate(right, 16)) / width(wilson(0.5, 6400))).toBeCloseTo(1, 0);
    expect(clusteredRate([16, 16, 16], 16)).toEqual(wilson(1, 3));
  });
});

/** The rank by counting: the rows' span has 2^rank elements. */
function rankByCounting(rows: readonly (readonly number[])[]): number {
  const span = new Set([0]);
  for (const row of rows) {
    const number = row.reduce((sum, value, at) => sum + (value === 1 ? 2 ** at : 0), 0);
    for (const element of [...span]) span.add(element ^ number);
  }
  return Math.log2(span.size);
}

test("ranks are those of counting the span", () => {
  const random = seededRandom(5);
  for (let trial = 0; trial < 200; trial++) {
    const [rows, cols] = [1 + random.int(8), 1 + random.int(8)];
    const matrix = Array.from({ length: rows }, () => randomSigns(random, cols));
    expect(rankOf(matrix.map((features) => ({ features }))), `trial ${trial}`).toBe(rankByCounting(matrix));
  }
});

test("ranks modulo 3 and 5 are those of counting the span", () => {
  const random = seededRandom(6);
  for (let trial = 0; trial < 100; trial++) {
    const p = trial % 2 === 0 ? 3 : 5;
    const [rows, cols] = [1 + random.int(5), 1 + random.int(5)];
    const matrix = Array.from({ length: rows }, () => randomSigns(random, cols));
    let span = new Set([Array(cols).fill(0).join()]);
    for (const row of matrix) {
      const elements = [...span].map((each) => each.split(",").map(Number));
      const times = Array.from({ length: p }, (_, factor) => factor);
      span = new Set(
        elements.flatMap((each) =>
          times.map((factor) => each.map((value, at) => (value + (row[at] === 1 ? factor : 0)) % p).join()),
        ),
      );
    }
    const found = rankOf(
      matrix.map((features) => ({ features })),
      p,
    );
    expect(p ** found, `trial ${trial}`).toBe(span.size);
  }
});

test("majorities of votes are right as often as counted over all outcomes", () => {
  for (let votes = 0; votes <= 7; votes++) {
    let [right, total] = [0, 0];
    // Each vote is right in three of four outcomes.
    for (let code = 0; code < 4 ** votes; code++) {
      const count = Array.from({ length: votes }, (_, at) => (code >> (2 * at)) & 3).filter(
        (each) => each > 0,
      ).length;
      right += 2 * count > votes ? 1 : 2 * count === votes ? 0.5 : 0;
      total++;
    }
    expect(chanceOfMajority(votes, 0.75)).toBeCloseTo(right / total, 12);
  }
});

describe("what is known of learners", () => {
  const SIZES = [1, 2, 9, 40].flatMap((examples) => [3, 8].map((features) => ({ features, examples })));
  const known = TASKS.flatMap(({ name, theory }) => (theory === undefined ? [] : [{ name, theory }]));

  test.each(known)("$name: chances are probabilities, and do not fall with more examples", ({ theory }) => {
    for (const size of SIZES) {
      const [now, later] = [theory.chances(size), theory.chances({ ...size, examples: size.examples + 2 })];
      for (const key of ["exact", "accuracy", "determined"] as const) {
        const chance = now[key] ?? 0;
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
        expect(later[key] ?? 0).toBeGreaterThanOrEqual(chance - 1e-12);
      }
    }
  });

  test("literal: the bound is how often one literal alone fits, counted over all examples", () => {
    const { theory } = taskCalled("literal");
    const [d, m] = [3, 4];
    const words = 2 ** d;
    let alone = 0;
    for (let code = 0; code < words ** m; code++) {
      const rows = Array.from({ length: m }, (_, at) => Math.floor(code / words ** at) % words);
      const bits = Array.from({ length: d }, (_, at) => rows.map((row) => (row >> at) & 1));
      const others = bits.slice(1).some((bit) => bit.every((value, row) => value === bits[0]![row]!));
      const negated = bits.slice(1).some((bit) => bit.every((value, row) => value !== bits[0]![row]!));
      if (!others && !negated) alone++;
    }
    expect(theory!.chances({ features: d, examples: m }).exact).toBeCloseTo(alone / words ** m, 12);
  });
});

describe("chances of parity", () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [2, 4],
    [3, 3],
  ])("%i features, %i examples: as counted over all matrices and all parities", (d, m) => {
    const matrices = Array.from({ length: 2 ** (d * m) }, (_, code) =>
      Array.from({ length: m }, (_, row) =>
        Array.from({ length: d }, (_, col) => ((code >> (row * d + col)) & 1 ? 1 : -1)),
      ),
    );
    const ranks = matrices.map(rankByCounting);
    const mean = (of: (rank: number) => number) =>
      ranks.reduce((sum, rank) => sum + of(rank), 0) / ranks.length;
    const { determined, exact, accuracy } = parityChances(d, m);
    expect(determined).toBeCloseTo(
      mean((rank) => (rank === d ? 1 : 0)),
      12,
    );
    expect(exact).toBeCloseTo(
      mean((rank) => 2 ** (rank - d)),
      12,
    );
    expect(accuracy).toBeCloseTo((1 + exact) / 2, 12);
  });

  test("full rank: the product of 1 - 2^-(c + i), and 99.9% with ten examples more than features", () => {
    for (const [d, c] of [
      [8, 0],
      [16, 3],
      [64, 10],
    ] as const) {
      const product = Array.from({ length: d }, (_, i) => 1 - 2 ** -(c + i + 1)).reduce((a, b) => a * b);
      expect(parityChances(d, d + c).determined).toBeCloseTo(product, 12);
    }
    expect(parityChances(64, 74).determined).toBeCloseTo(0.999, 3);
    expect(parityChances(64, 63).determined).toBe(0);
  });
});
