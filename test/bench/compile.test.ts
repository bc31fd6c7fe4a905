// The table of `npm run bench -- compile`: that its figures belong together.

import { expect, test } from "vitest";
import { runBench } from "../../bench/bench.ts";
import { type CompileLine, exponentsOf } from "../../bench/compile.ts";
import { COMPILE_FAMILIES, compileCases } from "../../bench/compile-cases.ts";
import { compile } from "../../src/compile.ts";
import { sizeOf } from "../../src/network/network.ts";
import { Workspace } from "../cli/harness.ts";

const work = new Workspace(runBench);
const FIELDS = ["compile", "--programs", "fields", "--quick"];

test("a line is what compiling and proving give", async () => {
  const { code, document } = await work.json([...FIELDS, "--no-history"]);
  expect(code).toBe(0);
  const [first] = compileCases(["fields"], true, 1);
  const { network } = compile(first!.source);
  const { nonzero, layers } = sizeOf(network);
  expect(document.lines).toMatchObject([
    {
      title: "fields 10",
      change: null,
      more: 0,
      measured: { nonzero, layers: layers.length, outcome: "proved" },
    },
  ]);
});

test("what has become larger than in the last run is marked", async () => {
  await work.json([...FIELDS, "--history", "seen.jsonl"]);
  const { document } = await work.json([...FIELDS, "--history", "seen.jsonl"]);
  expect((document.lines as CompileLine[])[0]!.more).toBe(0);
  const [seen] = work.read("seen.jsonl").split("\n");
  const entry = JSON.parse(seen!);
  work.write("seen.jsonl", JSON.stringify({ ...entry, sizes: { "compile fields 10": 1 } }));
  const { stdout } = await work.run([...FIELDS, "--history", "seen.jsonl"]);
  expect(stdout).toMatch(/fields 10 +\d+ +\d .* LARGER by \d+\n/);
});

test("exponents are the slopes of logarithms, of what was measured", () => {
  const line = (size: number, nonzero: number, compile: number): CompileLine => {
    const measured = { nonzero, layers: 1, compile, process: 0, prove: null, outcome: null, peakMemory: 0 };
    const about = {
      family: "fields",
      series: "s",
      title: "",
      target: {},
      reason: null,
      change: null,
      more: 0,
    } as const;
    return { ...about, size, measured };
  };
  // Powers 2 and 3; the first time is too short to count.
  const lines = [line(1, 5, 0.001), line(10, 500, 0.1), line(100, 50_000, 100)];
  const [found] = exponentsOf([...lines, { ...lines[0]!, size: 1000, measured: null, reason: "too long" }]);
  expect(found!.nonzero).toBeCloseTo(2, 9);
  expect(found!.compile).toBeCloseTo(3, 9);
  expect(found!.prove).toBeNull();
});

test("every family has cases, and every library program is one", () => {
  const cases = compileCases(COMPILE_FAMILIES, false, 1);
  expect(new Set(cases.map(({ family }) => family))).toEqual(new Set(COMPILE_FAMILIES));
  expect(cases.filter(({ family }) => family === "library").length).toBeGreaterThanOrEqual(39);
});
