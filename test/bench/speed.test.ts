// `npm run bench -- speed`: that its rows are compared, with others who are there, are not, or are wrong; and its figures.

import { chmodSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runBench } from "../../bench/bench.ts";
import { labelsOf } from "../../bench/growth-figure.ts";
import { speedCases } from "../../bench/speed/cases.ts";
import { samePattern } from "../../bench/speed/golly.ts";
import { plainLife } from "../../bench/speed/plain-life.ts";
import { isMissed, ratioOf, SPEED_FAMILIES, type SpeedRow } from "../../bench/speed/row.ts";
import { exponentsOf, renderSpeed, type SpeedLine } from "../../bench/speed.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { inputsOf } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { Workspace } from "../cli/harness.ts";
import { networkOf } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

const work = new Workspace(runBench);
const words = (...families: string[]) => [
  "speed",
  "--quick",
  "--no-history",
  "--programs",
  families.join(","),
];

describe("rows", () => {
  test("an opponent that is not installed has a row that says how to install it", async () => {
    const { code, document } = await work.json([...words("elimination"), "--size", "40"], {
      env: { PATH: "" },
    });
    const [line] = document.lines as SpeedLine[];
    expect({ code, agrees: line!.agrees, check: line!.check }).toEqual({
      ...{ code: 0, agrees: true },
      check: "elimination row by row",
    });
    const absent = "not installed; on Debian: apt install gcc libm4ri-dev";
    expect(line!.opponents).toEqual([{ name: "M4RI", absent }]);
    expect(Object.keys(line!.parts!)).toEqual(["prepare", "in", "step", "out"]);
    const sum = Object.values(line!.parts!).reduce((a, b) => a + b, 0);
    expect(line!.value).toBeCloseTo(sum, 9);
  });

  test("a result that is another makes the benchmark fail", async () => {
    // A compiler whose programs find nothing in no time.
    const program = ["#!/bin/sh", "echo 0.000001", ': > "$3"'].join("\n");
    work.write("gcc", `#!/bin/sh\ncat > m4ri <<'END'\n${program}\nEND\nchmod +x m4ri\n`);
    chmodSync(work.path("gcc"), 0o755);
    const { code, stdout } = await work.run([...words("elimination"), "--size", "40"], {
      env: { PATH: work.folder },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}elimination of 40 x 40 .* M4RI .* DIFFERS/m);
    expect(stdout).toContain("DIFFERS elimination of 40 x 40 bits by the network rref: M4RI\n");
  });

  test("rounds take as many steps as there are, and goals are counted", async () => {
    const { code, stdout } = await work.run(words("rounds"));
    expect(code).toBe(0);
    expect(stdout).toMatch(/repeat rows times \{ each \}, 64 x 16 +64 steps +160 steps/);
    expect(stdout).toContain("6 of 6 goals are reached");
  });

  test("refuses families and figures that it does not know", async () => {
    const complaint = async (...more: string[]) => {
      const { code, stderr } = await work.run(["speed", "--no-history", ...more]);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await complaint("--programs", "life,death")).toContain(
      "found death, expected some of life, files",
    );
    expect(await complaint("-o", "speed.png")).toContain("a figure's name ends in .svg");
  });
});

describe("figures", () => {
  const row = (size: number, seconds: number, other: number): SpeedRow => ({
    ...{ title: "", unit: "s", value: seconds, seconds, goal: 1, check: "", agrees: true },
    opponents: [{ name: "them", value: other }],
    growth: { series: "us", size, of: "cells" },
  });

  test("of times and steps less is better, of rates more", () => {
    const time = row(1, 2, 6);
    expect([ratioOf(time, 6), isMissed(time)]).toEqual([3, true]);
    const rate: SpeedRow = { ...time, unit: "MB/s" };
    expect([ratioOf(rate, 6), isMissed(rate)]).toEqual([1 / 3, false]);
    expect(isMissed({ ...rate, wish: { text: "proved", isMet: false } })).toBe(true);
  });

  test("exponents and lines of both sides", async () => {
    const rows = [row(10, 0.1, 1), row(100, 1, 100)];
    const found = exponentsOf(rows);
    expect(found.map(({ series, seconds }) => [series, seconds!.toFixed(6)])).toEqual([
      ["us", "1.000000"],
      ["us: them", "2.000000"],
    ]);
    const svg = await renderSpeed(rows);
    for (const { series } of found) expect(svg).toContain(`>${series}<`);
    expect(svg).not.toContain("NaN");
  });
});

test("labels of lines that end close together are kept apart, and no others are moved", () => {
  const points = [
    { line: "a", x: 1, y: 1 },
    { line: "a", x: 2, y: 10 },
    { line: "b", x: 2, y: 10.1 },
    { line: "c", x: 2, y: 10.2 },
    { line: "d", x: 2, y: 1000 },
  ];
  const [a, b, c, d] = labelsOf(points).map(({ y }) => y);
  expect([a, d]).toEqual([10, 1000]);
  expect(b! / a!).toBeGreaterThan(1.3);
  expect(c! / b!).toBeCloseTo(b! / a!, 9);
});

describe("cases", () => {
  test("every family has some, each under a name of its own", () => {
    const setting = { seed: 1, threads: 2, path: undefined };
    const all = speedCases(SPEED_FAMILIES, setting);
    expect(new Set(all.map(({ family }) => family))).toEqual(new Set(SPEED_FAMILIES));
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    const quick = speedCases(SPEED_FAMILIES, { ...setting, quick: true });
    expect(quick.length).toBeLessThan(all.length);
    expect(quick.every(({ isQuick }) => isQuick)).toBe(true);
  });
});

describe("what results are compared with", () => {
  test("Life on packed words is the direct engine's, with rows that fill no word", async () => {
    const network = networkOf("life");
    for (let seed = SEED; seed < SEED + 20; seed++) {
      const random = seededRandom(seed);
      const [rows, cols, steps] = [1 + random.int(20), 1 + random.int(70), random.int(12)];
      const grid = randomGrid({ rows, cols }, inputsOf(network), random);
      const run = await runNetwork(network, directEngine(network), grid, { maxSteps: steps });
      expect(plainLife(grid.planes.alive!, rows, cols, steps), again(seed)).toEqual(run.grid.planes.alive);
    }
  });

  test("patterns are the same wherever they stand, and no others are", () => {
    const on = (rows: number, cols: number, cells: readonly number[]) => {
      const alive = new Int32Array(rows * cols);
      for (const cell of cells) alive[cell] = 1;
      return { rows, cols, planes: { alive } };
    };
    expect(samePattern(on(2, 2, [0, 3]), on(3, 4, [6, 11]))).toBe(true);
    expect(samePattern(on(2, 2, [0, 3]), on(2, 2, [1, 2]))).toBe(false);
    expect(samePattern(on(2, 2, [0, 3]), on(2, 2, [0]))).toBe(false);
  });
});
