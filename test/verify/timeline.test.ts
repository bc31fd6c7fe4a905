// The watcher of local time itself: it accepts a right run, and finds every wrong value, where and when it is.

import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { bounds, type Grid } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { type Mismatch, Timeline, type Trace, traceProgram } from "../../src/proof/verify/timeline.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";
import { sameGrid } from "./local-time.ts";

interface Recorded {
  readonly rule: Rule;
  readonly trace: Trace;
  /** The grid before the first step and after each; the run is over in the last. */
  readonly frames: readonly Grid[];
}

/** A run that comes to its end, or null. */
function record(text: string, input: (rule: Rule) => Grid): Recorded | null {
  const { checked } = checkProgram({ name: "p", text });
  const rule = schedule(lower(checked));
  const grid = input(rule);
  const trace = traceProgram(checked, rule.schedule, grid, 20);
  if (!trace.complete) return null;
  const engine = ruleEngine(rule);
  const frames = [engine.start(grid)];
  if (engine.halted(frames[0]!)) return null;
  while (frames.length < 200) {
    const next = engine.step(frames[frames.length - 1]!);
    const over =
      rule.stop.kind === "fixpoint" ? sameGrid(frames[frames.length - 1]!, next) : engine.halted(next);
    frames.push(next);
    if (over) return { rule, trace, frames };
  }
  return null;
}

function watch({ rule, trace }: Recorded, frames: readonly Grid[]): Mismatch | null {
  const timeline = new Timeline(trace, rule.schedule, frames[0]!);
  for (const [at, frame] of frames.entries()) {
    if (at === 0) continue;
    const wrong = at === frames.length - 1 ? timeline.acceptOver(frame) : timeline.accept(frame);
    if (wrong !== null) return wrong;
  }
  return null;
}

function randomRecord(seed: number, random: Random): { recorded: Recorded | null; text: string } {
  const { text } = randomProgram(random);
  const shape = { rows: 1 + random.int(4), cols: 1 + random.int(4) };
  const inputs = (rule: Rule) => rule.fields.filter(({ role }) => role === "input");
  const recorded = record(text, (rule) => randomGrid(shape, inputs(rule), random));
  return { recorded, text: `${again(seed)}\n${text}` };
}

/** One value of the program's fields changed in one frame, with what should be said of it. */
function spoil({ rule, frames }: Recorded, random: Random): { frames: Grid[]; expected: Mismatch } | null {
  const free = rule.schedule.kind === "free-running";
  const step = free ? frames.length - 1 : 1 + random.int(frames.length - 1);
  const visible = rule.fields.filter(
    ({ role, type }) => role !== "hidden" && bounds(type).hi > bounds(type).lo,
  );
  if (visible.length === 0) return null;
  const { name: field, type } = visible[random.int(visible.length)]!;
  const { rows, cols, planes } = frames[step]!;
  const cell = random.int(rows * cols);
  const { lo, hi } = bounds(type);
  const expected = planes[field]![cell]!;
  const other = lo + random.int(hi - lo);
  const got = other >= expected ? other + 1 : other;
  const wrong = { rows, cols, planes: { ...planes, [field]: planes[field]!.with(cell, got) } };
  const mismatch = { step, row: Math.floor(cell / cols), col: cell % cols, field, expected, got };
  return { frames: frames.with(step, wrong), expected: expect.objectContaining(mismatch) };
}

test(`every wrong value is found, seed ${SEED}`, () => {
  let spoilt = 0;
  for (let at = 0; at < 150; at++) {
    const random = seededRandom(SEED + at);
    const { recorded, text } = randomRecord(SEED + at, random);
    if (recorded === null) continue;
    expect(watch(recorded, recorded.frames), text).toBeNull();
    for (let trial = 0; trial < 4; trial++) {
      const wrong = spoil(recorded, random);
      if (wrong === null) continue;
      spoilt++;
      expect(watch(recorded, wrong.frames), text).toEqual(wrong.expected);
    }
  }
  expect(spoilt).toBeGreaterThan(120);
});

describe("a run of two sweeps", () => {
  const TEXT = `program p {
    input x: bit
    output y: bit
    sweep right { y = left.y xor x }
    sweep left { y = right.y or y }
  }`;
  const input = { rows: 1, cols: 4, planes: { x: Int32Array.of(0, 1, 0, 1) } };
  const recorded = record(TEXT, () => input)!;
  const last = recorded.frames.length - 1;

  test("its trace is the sequential reading, dated by instructions", () => {
    expect(recorded.trace.complete).toBe(true);
    expect(recorded.trace.moments.map(({ time, instruction }) => [time, instruction])).toEqual([
      [0, -1],
      [1, 0],
      [2, 1],
    ]);
    expect(recorded.trace.moments.map(({ planes }) => [...planes.y!].join(""))).toEqual([
      "0000",
      "0110",
      "1110",
    ]);
  });

  test("a cell that runs too early is found by its value", () => {
    // The third cell takes its first step at once, before its left neighbours: 0 instead of 1.
    const first = recorded.frames[1]!;
    const line = first.planes.line!.with(2, 1);
    const frames = recorded.frames.with(1, { ...first, planes: { ...first.planes, line } });
    expect(watch(recorded, frames)).toMatchObject({ step: 1, col: 2, field: "y", expected: 1, got: 0 });
  });

  test("an end before the time is found", () => {
    // The first cell's second sweep is still to come.
    const frames = recorded.frames.slice(0, last);
    expect(watch(recorded, frames)).toMatchObject({
      step: last - 1,
      col: 0,
      field: "y",
      expected: 1,
      got: 0,
    });
  });

  test("a change after the end is found", () => {
    const end = recorded.frames[last]!;
    const timeline = new Timeline(recorded.trace, recorded.rule.schedule, recorded.frames[0]!);
    for (const frame of recorded.frames.slice(1)) expect(timeline.accept(frame)).toBeNull();
    expect(timeline.done).toBe(true);
    expect(timeline.accept(end)).toBeNull();
    const changed = { ...end, planes: { ...end.planes, x: end.planes.x!.with(2, 1) } };
    expect(timeline.accept(changed)).toMatchObject({ col: 2, field: "x", expected: 0, got: 1 });
  });

  test("values beyond a trace that was cut short are not judged", () => {
    const { checked } = checkProgram({ name: "p", text: TEXT });
    const short = traceProgram(checked, recorded.rule.schedule, input, 1);
    expect(short).toMatchObject({ complete: false });
    const timeline = new Timeline(short, recorded.rule.schedule, recorded.frames[0]!);
    for (const frame of recorded.frames.slice(1)) expect(timeline.accept(frame)).toBeNull();
    expect(timeline.done).toBe(true);
  });
});
