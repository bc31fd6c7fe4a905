// The classic sets that are made from their rules, and the methods that learners are compared with.

import { describe, expect, test } from "vitest";
import { runBench } from "../../bench/bench.ts";
import { crossValidate } from "../../bench/classic.ts";
import { balanceScale, csvOf, monk, ticTacToe } from "../../bench/classic-sets.ts";
import { decisionTree, logisticRegression } from "../../bench/plain-methods.ts";
import { seededRandom, shuffled } from "../../src/grid/random.ts";
import { program, Workspace } from "../cli/harness.ts";
import { again, SEED } from "../seed.ts";

describe("sets", () => {
  test("monks: 432 robots, as many of either class as were published", () => {
    const positive = ([1, 2, 3] as const).map((number) => {
      const { rows } = monk(number);
      expect(new Set(rows.map((row) => row.slice(0, -1).join())).size).toBe(432);
      return rows.filter((row) => row.at(-1) === "1").length;
    });
    expect(positive).toEqual([216, 142, 228]);
  });

  test("tic-tac-toe: 958 boards, of which x has won 626", () => {
    const { rows, columns } = ticTacToe();
    expect([rows.length, rows.filter((row) => row.at(-1) === "yes").length, columns.length]).toEqual([
      958, 626, 10,
    ]);
  });
});

test("the balance scale: 625 ways, of which 49 are balanced, and labels are told apart", () => {
  const set = balanceScale();
  expect(set.rows.filter((row) => row.at(-1) === "B")).toHaveLength(49);
  expect(new Set(set.rows.map((row) => row.slice(0, -1).join())).size).toBe(625);
  const { accuracy, features } = crossValidate(set, 1, {
    "decision tree": decisionTree,
    never: () => () => 0,
  });
  expect(features).toBe(20);
  // Where no learner says yes, the most frequent label of the training rows is the answer: left or right, 288 rows each.
  expect(accuracy.never).toBeGreaterThan(0.4);
  expect(accuracy.never).toBeLessThan(0.4609);
  expect(accuracy["decision tree"]).toBeGreaterThan(0.65);
});

describe.each([
  ["decision tree", decisionTree],
  ["logistic regression", logisticRegression],
] as const)("%s", (name, method) => {
  const random = seededRandom(SEED);
  const draw = (rule: (bits: readonly number[]) => number) => () => {
    const bits = Array.from({ length: 6 }, () => random.int(2));
    return [...bits, rule(bits)];
  };
  const rate = (rule: (bits: readonly number[]) => number): number => {
    const examples = Array.from({ length: 300 }, draw(rule));
    const answer = method(examples);
    const queries = Array.from({ length: 300 }, draw(rule));
    return queries.filter((query) => answer(query) === query.at(-1)).length / 300;
  };

  test(`learns what it can say, ${again(SEED)}`, () => {
    expect(rate((bits) => bits[0]! & bits[3]!)).toBe(1);
    expect(rate((bits) => 1 - bits[2]!)).toBe(1);
    expect(rate(() => 1)).toBe(1);
    const parity = rate((bits) => bits[0]! ^ bits[1]!);
    // Hyperplanes tell no parities, trees do.
    if (name === "decision tree") expect(parity).toBeGreaterThan(0.9);
    else expect(parity).toBeLessThan(0.8);
  });
});

describe("the benchmark", () => {
  test("has a row for each method and a column for each set", async () => {
    const bench = new Workspace(runBench);
    const { document } = await bench.json(["classic", "--quick", "--seed", "1"]);
    const { results } = document as { results: { name: string; accuracy: Record<string, number> }[] };
    expect(results.map(({ name }) => name)).toEqual(["monk-1", "monk-2", "monk-3"]);
    for (const { accuracy } of results) expect(Object.keys(accuracy)).toHaveLength(16);
    // What the rules are made of: jackets and equal shapes; one conjunct and two exclusions.
    expect(results[0]!.accuracy.nearest).toBeGreaterThan(0.95);
    expect(results[2]!.accuracy.decision_list).toBe(1);
  });

  test("its methods are no better than chance where labels mean nothing", () => {
    const random = seededRandom(SEED);
    const set = monk(1);
    const noise = { ...set, rows: set.rows.map((row) => [...row.slice(0, -1), String(random.int(2))]) };
    const { accuracy } = crossValidate(noise, SEED, { tree: decisionTree, logistic: logisticRegression });
    for (const rate of Object.values(accuracy)) expect(Math.abs(rate - 0.5), again(SEED)).toBeLessThan(0.12);
  });

  test("the command's networks answer as the oracles do", async () => {
    const work = new Workspace();
    const small = { ...monk(1), rows: monk(1).rows.filter((_, at) => at % 12 === 0) };
    const { accuracy } = crossValidate(small, 1);
    // The benchmark shuffles its rows beforehand.
    work.write("monk.csv", csvOf({ ...small, rows: shuffled(small.rows, seededRandom(1)) }));
    for (const name of ["conjunction", "nearest", "decision_list"]) {
      const words = ["learn", program(`${name}.alg`), "--data", "monk.csv", "--encode", "onehot"];
      const { document } = await work.json([...words, "--folds", "10", "--seed", "1"]);
      expect([name, (document as { accuracy: number }).accuracy]).toEqual([name, accuracy[name]]);
    }
  });
});
