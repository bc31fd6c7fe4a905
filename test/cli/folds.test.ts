// Cross-validation: every row is held once, by learners that have not seen it, and both labels are in every part.

import { describe, expect, test } from "vitest";
import { foldsOf, shareOf, splitOf } from "../../src/cli/folds.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Example } from "../../src/learning/learner/memory-layer.ts";
import { again, SEED } from "../seed.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();
const conjunction = program("conjunction.alg");

test(`parts hold each row once, as evenly as can be, ${again(SEED)}`, () => {
  const random = seededRandom(SEED);
  for (let round = 0; round < 100; round++) {
    const examples = Array.from({ length: 5 + random.int(40) }, (_, at): Example => {
      return { features: [1], label: random.int(3) === 0 ? 1 : -1, at } as Example;
    });
    const count = 2 + random.int(4);
    const folds = foldsOf(examples, count, round, "d.csv");
    expect(new Set(folds.flatMap(({ held }) => held))).toEqual(new Set(examples));
    for (const { held, training } of folds) {
      expect(held.some((each) => training.includes(each))).toBe(false);
      expect(held.length + training.length).toBe(examples.length);
    }
    for (const label of [1, -1]) {
      const counts = folds.map(({ held }) => held.filter((each) => each.label === label).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
    expect(foldsOf(examples, count, round, "d.csv")).toEqual(folds);
    // Learners that go through their examples once depend on the order, which is that of the table.
    for (const { training, held } of folds)
      for (const part of [training, held])
        expect(part).toEqual(examples.filter((each) => part.includes(each)));
  }
});

test(`a share is held back, spread over both labels, ${again(SEED)}`, () => {
  const random = seededRandom(SEED);
  for (let round = 0; round < 100; round++) {
    const examples = Array.from({ length: 2 + random.int(40) }, (_, at): Example => {
      return { features: [1], label: random.int(3) === 0 ? 1 : -1, at } as Example;
    });
    const share = (1 + random.int(98)) / 100;
    const count = Math.round(share * examples.length);
    if (count === 0 || count === examples.length) {
      expect(() => splitOf(examples, share, round, "d.csv")).toThrow(/leaves rows on both sides/);
      continue;
    }
    const { held, training } = splitOf(examples, share, round, "d.csv");
    expect(held.length).toBe(count);
    expect(new Set([...held, ...training])).toEqual(new Set(examples));
    expect(held.length + training.length).toBe(examples.length);
    for (const label of [1, -1]) {
      const [all, own] = [examples, held].map((rows) => rows.filter((each) => each.label === label).length);
      expect(Math.abs(own! - (all! * count) / examples.length)).toBeLessThanOrEqual(1);
    }
    expect(splitOf(examples, share, round, "d.csv")).toEqual({ held, training });
  }
});

test("shares are told from files", () => {
  expect(["0.25", ".5", "20%"].map(shareOf)).toEqual([0.25, 0.5, 0.2]);
  expect([undefined, "test.csv", "./0.25", "0.25.csv"].map(shareOf)).toEqual([null, null, null, null]);
  for (const wrong of ["0", "1", "3", "0.0", "100%"]) expect(() => shareOf(wrong)).toThrow(/between 0 and 1/);
});

describe("on the command line", () => {
  // A conjunction of the first two features; the third is noise.
  const rows = Array.from({ length: 40 }, (_, at) => {
    const bits = [at & 1, (at >> 1) & 1, (at >> 2) & 1];
    return [...bits, bits[0]! & bits[1]!].join(",");
  });

  test("a learner that generalises answers all held rows, and the matrix says which", async () => {
    work.write("d.csv", `a,b,c,y\n${rows.join("\n")}\n`);
    const { document } = await work.json([
      "learn",
      conjunction,
      "--data",
      "d.csv",
      "--folds",
      "4",
      "--seed",
      "1",
    ]);
    expect(document).toMatchObject({
      accuracy: 1,
      rows: 40,
      seed: 1,
      majority: 0.75,
      confusion: [
        {
          label: "1",
          answers: [
            { answer: "1", rows: 10 },
            { answer: "0", rows: 0 },
          ],
        },
        {
          label: "0",
          answers: [
            { answer: "1", rows: 0 },
            { answer: "0", rows: 30 },
          ],
        },
      ],
    });
    const { code, stdout } = await work.run([
      "learn",
      conjunction,
      "--data",
      "d.csv",
      "--folds",
      "4",
      "--seed",
      "1",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/accuracy +100\.0% \(91\.2% to 100\.0%\): 40 of 40 rows/);
    expect(stdout).toContain("0: 0 answered 1, 30 answered 0");
  });

  test("labels that mean nothing are not learned: held rows are answered no better than by chance", async () => {
    const random = seededRandom(SEED);
    const noise = Array.from({ length: 60 }, () => Array.from({ length: 9 }, () => random.int(2)).join(","));
    work.write("noise.csv", `${noise.join("\n")}\n`);
    const { document } = await work.json([
      "learn",
      program("gf2.alg"),
      "--data",
      "noise.csv",
      "--no-header",
      "--folds",
      "3",
      "--seed",
      "2",
    ]);
    expect((document as { accuracy: number }).accuracy).toBeLessThan(0.8);
  });

  test.each([
    [["--folds", "50"], /--folds 50: d\.csv has 40 rows, expected at least 50/],
    [["--folds", "4", "-o", "m.safetensors"], /there is none for --test, -o or --baselines/],
    [["--folds", "1"], /whole number from 2 on/],
  ])("%j is refused", async (words, message) => {
    work.write("d.csv", `a,b,c,y\n${rows.join("\n")}\n`);
    const { code, stderr } = await work.run(["learn", conjunction, "--data", "d.csv", ...words]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
