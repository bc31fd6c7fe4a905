// The theorem of local time (DESIGN: every cell keeps its own position in the program): after each of its
// instructions, every cell holds exactly what the sequential reading of the program gives it.

import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { ProgramError } from "../../src/diagnostics/diagnostic.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid, Shape } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";
import { runLocally } from "./local-time.ts";

const PROGRAMS = 2000;
const BATCHES = 20;
const GRIDS = 4;

/** What the programs are made of: each must occur in one program of a hundred at least. */
const FEATURES: readonly RegExp[] = [
  /\beach \{/,
  /sweep up \{/,
  /sweep down \{/,
  /sweep left \{/,
  /sweep right \{/,
  /sweep up left/,
  /sweep up right/,
  /sweep down left/,
  /sweep down right/,
  /halt when [^\n]*\b(up|down|left|right|upleft|upright|downleft|downright)\./,
  /halt when/,
  /break when k (==|>=) \d$/m,
  /break when [^\n]*\.k\b/,
  /ends when/,
  /if (any|all)\(/,
  /repeat while (any|all)/,
  /repeat [23] times/,
  /repeat (rows|cols) times/,
  /count\(around/,
  /count\(beside/,
  /match /,
  /let /,
  /fn /,
  /at (top|bottom|left|right)/,
];

const found = {
  features: new Map<RegExp, number>(),
  schedules: new Map<string, number>(),
  compared: 0,
  complete: 0,
  runs: 0,
};

describe(`local time on ${PROGRAMS} random programs, seed ${SEED}`, () => {
  test.each(Array.from({ length: BATCHES }, (_, batch) => batch))("batch %i", (batch) => {
    const size = PROGRAMS / BATCHES;
    for (let at = 0; at < size; at++) tryProgram(SEED + batch * size + at);
  });

  test("every schedule occurs often, and so do runs that end and runs that do not", () => {
    const { schedules, features, ...rest } = found;
    console.log(`seed ${SEED}: ${JSON.stringify({ ...Object.fromEntries(schedules), ...rest })}`);
    for (const kind of ["lockstep", "free-running", "alternating-bit", "wave", "clock-of-three"])
      expect(schedules.get(kind) ?? 0, kind).toBeGreaterThan(PROGRAMS / 20);
    for (const feature of FEATURES)
      expect(found.features.get(feature) ?? 0, String(feature)).toBeGreaterThanOrEqual(PROGRAMS / 100);
    expect(found.complete, "runs to the program's end").toBeGreaterThan(found.runs / 3);
    expect(found.runs - found.complete, "runs cut short").toBeGreaterThan(found.runs / 10);
  });
});

function tryProgram(seed: number): void {
  const random = seededRandom(seed);
  const { text, uniform } = randomProgram(random);
  const note = `${again(seed)}\n${text}`;
  const { checked } = inOrder(text, note);
  const rule = schedule(lower(checked));
  const engine = ruleEngine(rule);
  const { kind, clock } = rule.schedule;
  const name = clock?.event === "on" ? "wave" : kind;
  found.schedules.set(name, (found.schedules.get(name) ?? 0) + 1);
  for (const feature of FEATURES)
    if (feature.test(text)) found.features.set(feature, (found.features.get(feature) ?? 0) + 1);
  for (let grid = 0; grid < GRIDS; grid++) {
    const input = randomInput(rule, uniform, shapeOf(grid, random), random);
    const run = runLocally(checked, rule, input, 12 + random.int(12), engine);
    if (run.fault !== null) expect.fail(`${run.fault}\non ${showGrid(input)}\n${name}, ${note}`);
    found.runs++;
    found.compared += run.compared;
    if (run.complete) found.complete++;
  }
}

function inOrder(text: string, note: string): ReturnType<typeof checkProgram> {
  try {
    return checkProgram({ name: "random", text });
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const messages = error.diagnostics.map(({ code, message }) => `${code}: ${message}`);
    return expect.fail(`refused: ${messages.join("\n")}\n${note}`);
  }
}

/** One row, one column, and two at random; a single cell is among them now and then. */
function shapeOf(grid: number, random: Random): Shape {
  const rows = grid === 0 ? 1 : 1 + random.int(5);
  return { rows, cols: grid === 1 ? 1 : 1 + random.int(5) };
}

/** All inputs, and now and then values for fields that have initial ones. */
function randomInput(rule: Rule, uniform: readonly string[], shape: Shape, random: Random): Grid {
  const given = rule.fields.filter(({ name, role }) => {
    if (role === "input") return true;
    return role !== "hidden" && !uniform.includes(name) && random.int(4) === 0;
  });
  return randomGrid(shape, given, random, random.int(2) === 0 ? "uniform" : "density");
}

function showGrid({ rows, cols, planes }: Grid): string {
  const shown = Object.entries(planes).map(([name, plane]) => `${name} = ${[...plane].join(" ")}`);
  return `${rows}x${cols}: ${shown.join("; ")}`;
}
