// The table of `npm run bench`. How fast engines are is for nobody to test; that the figures belong together is.

import { appendFileSync, existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runBench } from "../../bench/bench.ts";
import { BENCH_ENGINES, BENCH_PROGRAMS, contests } from "../../bench/engine-cases.ts";
import { type MeasureJob, measure } from "../../bench/engine-measure.ts";
import { renderGrowth } from "../../bench/growth-figure.ts";
import { changeOf, median, quantile } from "../../bench/history.ts";
import { librarySource } from "../../bench/setup.ts";
import { compile } from "../../src/compile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { Workspace } from "../cli/harness.ts";

const work = new Workspace(runBench);
const SMALL = ["--quick", "--programs", "bb5", "--engines", "direct,bytes,bits", "--seed", "4"];

interface Line {
  readonly title: string;
  readonly engine: string;
  readonly shape: { readonly rows: number; readonly cols: number };
  readonly batch: number;
  readonly steps: number;
  readonly runs: readonly number[];
  readonly rate: number;
  readonly nodes: number;
  readonly agrees: boolean;
  readonly peakMemory: number;
  readonly ratios: Readonly<Record<string, number>>;
  readonly change: unknown;
}

describe("the table", () => {
  test("its figures follow from what was measured", async () => {
    const { code, document } = await work.json([...SMALL, "--no-history"]);
    expect(code).toBe(0);
    const lines = document.lines as Line[];
    expect(lines.map(({ engine }) => engine)).toEqual(["direct", "bytes", "bits"]);
    const { hidden } = sizes("bb5");
    for (const line of lines) {
      const sorted = [...line.runs].sort((a, b) => a - b);
      const middle = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
      expect(line.rate).toBeCloseTo((line.batch * 256 * line.steps) / middle, -1);
      expect(line.nodes).toBeCloseTo(line.rate * hidden, -3);
      expect(line).toMatchObject({ shape: { rows: 1, cols: 256 }, agrees: true, change: null });
      expect(line.peakMemory).toBeGreaterThan(2 ** 24);
    }
    const [direct, bytes, bits] = lines as [Line, Line, Line];
    expect(bytes.batch).toBe(16);
    expect(direct.ratios).toEqual({
      "bytes, 16 grids": direct.rate / bytes.rate,
      bits: direct.rate / bits.rate,
    });
  });

  test("for people: a block for each grid, the machine, and what an engine refuses", async () => {
    const { code, stdout } = await work.run([...SMALL, "--history", "seen.jsonl"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\d cores?, [\d,]+ MiB; Node v\d+\..*; load \d/);
    expect(stdout).toMatch(/^bb5, 1 x 256 cells\n.*x reference.*x tensor/m);
    expect(stdout).toMatch(/^ {2}bytes, 16 grids +[\d.]+ [kMG]? +[\d.]+ [kMGT]/m);
    expect(stdout).toContain("0 earlier runs on this machine in seen.jsonl");
    expect(existsSync(work.path("seen.jsonl"))).toBe(true);
  });

  test("refuses programs, engines and figures that it does not know", async () => {
    const complaint = async (...words: string[]) => {
      const { code, stderr } = await work.run(["--no-history", ...words]);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await complaint("--programs", "life,death")).toContain("found death, expected some of life, gf2");
    expect(await complaint("--engines", "steam")).toContain("found steam, expected some of reference");
    expect(await complaint("-o", "bench.png")).toContain("a figure's name ends in .svg");
  });

  test("draws growth", async () => {
    const words = ["--quick", "--programs", "sort", "--engines", "direct", "--no-history"];
    await work.run([...words, "-o", "bench.svg"]);
    const svg = work.read("bench.svg");
    expect(svg).toContain("sort, one thread");
    expect(svg).not.toContain("NaN");
  });
});

describe("the history", () => {
  test("marks what became slower, of this machine's earlier runs, and passes over broken lines", async () => {
    const words = [...SMALL, "--history", "history.jsonl"];
    await work.run(words);
    const [first] = work.read("history.jsonl").trim().split("\n");
    const entry = JSON.parse(first!) as { machine: object; rates: Record<string, number> };
    // Others that were a thousand times as fast, and those of another machine, a thousand times as slow.
    const faster = Object.fromEntries(Object.entries(entry.rates).map(([name, rate]) => [name, 1000 * rate]));
    const slower = Object.fromEntries(Object.entries(entry.rates).map(([name, rate]) => [name, rate / 1000]));
    const other = { ...entry, machine: { ...entry.machine, cpu: "abacus" }, rates: slower };
    for (const each of [faster, faster, faster])
      appendFileSync(work.path("history.jsonl"), `${JSON.stringify({ ...entry, rates: each })}\n`);
    for (let at = 0; at < 5; at++) appendFileSync(work.path("history.jsonl"), `${JSON.stringify(other)}\n`);
    appendFileSync(work.path("history.jsonl"), '{"time": "cut o');
    const { document } = await work.json(words);
    for (const { change } of document.lines as Line[])
      expect(change).toMatchObject({ runs: 4, isSlower: true });
    const lines = work.read("history.jsonl").trim().split("\n");
    expect(lines.length).toBe(1 + 3 + 5 + 1 + 1);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ machine: entry.machine });
  });

  test("a change is what exceeds the noise of earlier runs, of these runs, and a tenth", () => {
    expect(changeOf(50, 0, [100, 100])).toBeNull();
    expect(changeOf(91, 0, [100, 100, 100])).toMatchObject({ isSlower: false, ratio: 0.91, noise: 0.1 });
    expect(changeOf(89, 0, [100, 100, 100])).toMatchObject({ isSlower: true });
    expect(changeOf(89, 0.2, [100, 100, 100])).toMatchObject({ isSlower: false, noise: 0.2 });
    expect(changeOf(60, 0, [80, 100, 120])).toMatchObject({ isSlower: false });
    expect(changeOf(10, 0, [80, 100, 120])).toMatchObject({ isSlower: true });
    expect(changeOf(500, 0, [100, 100, 100])).toMatchObject({ isSlower: false, ratio: 5 });
  });

  test("quantiles", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(quantile([7], 0.75)).toBe(7);
  });
});

describe("what is measured", () => {
  test("every program by every engine on its smallest grid; several threads on large grids alone", () => {
    const all = contests({ programs: BENCH_PROGRAMS, engines: BENCH_ENGINES, quick: false, threads: 4 });
    for (const program of BENCH_PROGRAMS) {
      const own = all.filter((each) => each.program === program);
      const smallest = own.filter(({ shape }) => shape === own[0]!.shape);
      expect(smallest.map(({ engine }) => engine)).toEqual([...BENCH_ENGINES]);
    }
    expect(all.filter(({ threads }) => threads === 4).length).toBeGreaterThan(3);
    for (const { threads, shape, engine } of all)
      if (threads > 1) {
        expect(shape.rows * shape.cols).toBeGreaterThan(500_000);
        expect(["onnx", "bits"]).toContain(engine);
      }
    const single = contests({ programs: BENCH_PROGRAMS, engines: BENCH_ENGINES, quick: false, threads: 1 });
    expect(single.every(({ threads }) => threads === 1)).toBe(true);
  });

  test("all engines come to the same fields as the interpreter, and to others on another grid", async () => {
    const source = librarySource("sort");
    const job: Omit<MeasureJob, "engine"> = {
      source,
      weights: writeWeightFile(compile(source).network),
      threads: 1,
      seed: 5,
      shapes: [{ rows: 5, cols: 9 }],
      steps: [],
      effort: { warmUp: 0, total: 0 },
    };
    const hashes: number[] = [];
    for (const engine of ["reference", "rule", "direct", "bytes", "tensor", "bits"] as const) {
      const [measured] = await measure({ ...job, engine });
      hashes.push(measured!.checked.hash);
      // The last cells stop after 2 * cols rounds at most.
      expect(measured!.checked.steps).toBeGreaterThan(9);
      expect(measured!.checked.steps).toBeLessThanOrEqual(18);
      expect(measured!.runs.length).toBeGreaterThanOrEqual(5);
    }
    expect(new Set(hashes).size).toBe(1);
    const [other] = await measure({ ...job, seed: 6, engine: "direct" });
    expect(other!.checked.hash).not.toBe(hashes[0]);
  });
});

test("the figure has a line for every engine in both panels", async () => {
  const engines = ["direct", "bits"];
  const svg = await renderGrowth({
    title: "life <1>",
    grids: engines.flatMap((engine) => [64, 256, 1024].map((cells) => ({ engine, cells, rate: 10 * cells }))),
    steps: engines.flatMap((engine) =>
      [1, 10, 100].map((steps) => ({ engine, steps, seconds: steps / 1e3 })),
    ),
  });
  expect(svg.match(/<svg /g)).toHaveLength(1);
  expect(svg.match(/<g transform="translate\(0 \d+\)"/g)).toHaveLength(2);
  expect(svg).toContain("life &lt;1&gt;");
  for (const engine of engines) expect(svg.match(new RegExp(`>${engine}<`, "g"))).toHaveLength(2);
  expect(svg).not.toContain("NaN");
});

function sizes(name: string): { readonly hidden: number } {
  const { layers } = compile(librarySource(name)).network;
  return { hidden: layers.slice(0, -1).reduce((sum, { outputs }) => sum + outputs, 0) };
}
