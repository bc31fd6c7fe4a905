import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();
const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

const CURVE = ["curve", program("gf2.alg"), "--task", "parity", "--seed", "3", "--queries", "12"];
const SIZES = ["--dims", "3,5", "--extra", "0..4..2", "--problems", "40"];
const RIVALS = ["--reference", "4", "--baselines", "1"];

describe("curve", () => {
  // biome-ignore lint/suspicious/noExplicitAny: what JSON.parse gives
  let document: any;
  beforeAll(async () => {
    const words = [...CURVE, ...SIZES, ...RIVALS, "-o", "curve.svg"];
    const result = await work.json(words);
    expect(result).toMatchObject({ code: 0, stderr: "wrote curve.svg\n" });
    ({ document } = result);
  }, 240_000);

  test("has a point for every size, with all methods", () => {
    expect(document).toMatchObject({ program: "gf2", task: "parity", seed: 3, queries: 12 });
    const sizes = document.points.map(({ features, examples }: Record<string, number>) => [
      features,
      examples,
    ]);
    expect(sizes).toEqual([
      [3, 3],
      [3, 5],
      [3, 7],
      [5, 5],
      [5, 7],
      [5, 9],
    ]);
    for (const { methods } of document.points) {
      expect(methods.map(({ method }: { method: string }) => method)).toEqual([
        "network",
        "reference",
        "dense",
        "logistic",
        "neighbour",
      ]);
      expect(methods.map(({ problems }: { problems: number }) => problems)).toEqual([40, 4, 1, 1, 1]);
    }
  });

  test("the network's rates are those of the theory", () => {
    for (const { features, examples, theory, methods } of document.points) {
      const [{ exact, accuracy }] = methods;
      const where = `${examples} examples of ${features} features`;
      // 40 problems: within four standard deviations.
      const deviation = (rate: number) => 4 * Math.sqrt(Math.max(rate * (1 - rate), 0.01) / 40);
      expect(Math.abs(exact.rate - theory.exact), where).toBeLessThan(deviation(theory.exact));
      expect(Math.abs(accuracy.rate - theory.accuracy), where).toBeLessThan(deviation(theory.accuracy));
      expect(exact.interval[0]).toBeLessThanOrEqual(exact.rate);
      expect(exact.interval[1]).toBeGreaterThanOrEqual(exact.rate);
    }
  });

  test("sizes: shared weights stay, all others grow", () => {
    const sizes = document.points.map(({ size }: { size: Record<string, number> }) => size);
    expect(new Set(sizes.map(({ shared }: { shared: number }) => shared)).size).toBe(1);
    expect(sizes.at(-1).nodes).toBeGreaterThan(2 * sizes[0].nodes);
    expect(sizes[0].without.recurrent).toBeGreaterThan(sizes[0].shared);
  });

  test("the figure is there", () => {
    const svg = work.read("curve.svg");
    expect(svg.startsWith("<svg ")).toBe(true);
    expect(svg).toContain("gf2 on parity: 12 queries a problem, 95% intervals, seed 3");
  });

  test("threads give the same numbers, and the table shows them", async () => {
    const words = [...CURVE, ...SIZES, "--reference", "0", "--baselines", "0", "--workers", "2"];
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [MAIN, ...words, "--json"], { cwd: work.folder });
    const withoutTime = (points: unknown) =>
      JSON.parse(JSON.stringify(points, (key, value) => (key === "seconds" ? 0 : value)));
    const own = document.points.map((point: { methods: unknown[] }) => ({
      ...point,
      methods: point.methods.slice(0, 1),
    }));
    expect(withoutTime(JSON.parse(stdout).points)).toEqual(withoutTime(own));
    const table = await run(process.execPath, [MAIN, ...words, "--sizes"], { cwd: work.folder });
    expect(table.stdout).toMatch(/^parity, 3 features\n {2}examples {2}method/);
    expect(table.stdout).toMatch(/compiled network {2}40 .*%/);
    expect(table.stdout).toMatch(/seed 3; [\d.]+ s\n/);
    expect(table.stdout).toMatch(/features +examples +steps +nodes +memory weights +shared weights/);
  }, 240_000);
});

test("tic-tac-toe brings its own number of features", async () => {
  const words = ["curve", program("memorize.alg"), "--task", "tic-tac-toe", "--extra=-7", "--problems", "1"];
  const only = ["--reference", "1", "--baselines", "0", "--queries", "4", "--seed", "1", "-o", "t.html"];
  const { code, document } = await work.json([...words, ...only]);
  expect(code).toBe(0);
  expect(document.points).toMatchObject([{ features: 27, examples: 20 }]);
  const [network, reference] = document.points[0].methods;
  expect(reference.accuracy).toEqual(network.accuracy);
  expect(work.read("t.html")).toMatch(/^<!doctype html>[\s\S]*<svg [\s\S]*<table>/);
}, 120_000);

test.each([
  [["--task", "sorting"], /--task sorting: there is no such task; give one of parity, sparse-parity/],
  [["--task", "tic-tac-toe", "--dims", "9"], /problems of tic-tac-toe have 27 features; leave --dims out/],
  [["--task", "parity", "--dims", "4", "--extra=-4"], /found 4 features and 0 examples/],
  [["--task", "parity", "-o", "curve.png"], /-o curve.png: a figure's name ends in .svg or .html/],
  [["--task", "parity", "--extra", "3..1"], /Expected numbers such as 8,16,32 or 0..10 or 0..100..20/],
  [["--task", "sparse-parity", "--dims", "2"], /sparse-parity needs 3 features or more, found 2/],
])(
  "%j is refused",
  async (words, message) => {
    const { code, stderr } = await work.run(["curve", program("memorize.alg"), ...words]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  },
  60_000,
);

test("programs that are no learners are refused", async () => {
  const { code, stderr } = await work.run(["curve", program("life.alg"), "--task", "parity"]);
  expect(code).toBe(2);
  expect(stderr).toContain("life is not a learner");
});
