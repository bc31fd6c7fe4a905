// Which handshake a program gets, and why; and what each handshake promises about time.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { handshakeNeighbours } from "../../src/compiler/schedule/order.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { ruleEngine, runRule } from "../../src/engines/rule.ts";
import { DIRECTIONS, OFFSETS, opposite } from "../../src/grid/direction.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";

const instructionsOf = (text: string) => lower(checkProgram({ name: "p", text }).checked);
const scheduled = (body: string) => schedule(instructionsOf(`program p { ${body} }`));
const gallery = (name: string) =>
  schedule(instructionsOf(readFileSync(new URL(`../../programs/${name}.alg`, import.meta.url), "utf8")));
const hidden = (rule: Rule) => rule.fields.filter(({ role }) => role === "hidden").map(({ name }) => name);

/** Waves of both directions that also look back, so that each must wait for the one before. */
const fromBehind = () =>
  schedule(
    instructionsOf(
      "program p { input a, b: bit loop { sweep down right { b = up.b xor left.b xor right.a a = down.a } } }",
    ),
  );

describe("the cheapest handshake that is right", () => {
  test.each([
    ["parity", "free-running", /no result feeds back/, [], "fixpoint"],
    ["add", "free-running", /straight-line/, [], "fixpoint"],
    ["life", "lockstep", /all cells keep step; not free-running because the program loops/, [], "never"],
    ["sort", "lockstep", /not free-running because the program loops/, [], "halted"],
    ["gf2", "alternating-bit", /no axis is swept both ways.*waves one step apart/, ["ran"], "halted"],
  ] as const)("%s: %s", (name, kind, reason, fields, stop) => {
    const rule = gallery(name);
    expect(rule.schedule.kind).toBe(kind);
    expect(rule.schedule.reason).toMatch(reason);
    expect(hidden(rule)).toEqual(fields);
    expect(rule.stop.kind).toBe(stop);
  });

  test("sweeps both ways along an axis need a clock of three", () => {
    const there = "sweep right { y = left.y or x }";
    const back = "sweep left { y = right.y or y }";
    const straight = scheduled(`input x: bit output y: bit ${there} ${back}`);
    expect(straight.schedule).toMatchObject({
      kind: "clock-of-three",
      reason: expect.stringContaining("an axis is swept both ways"),
    });
    // Three lines (the end is one) tell the position modulo three; a loop of two does not.
    expect(hidden(straight)).toEqual(["line"]);
    const looping = scheduled(`input x: bit output y: bit loop { ${there} ${back} }`);
    expect(hidden(looping)).toEqual(["line", "clock"]);
    expect(looping.stop.kind).toBe("never");
    const three = scheduled(`input x: bit output y: bit loop { ${there} ${back} each { x = y } }`);
    expect(hidden(three)).toEqual(["line"]);
  });

  test("sweeps along one walk, once each, need one bit", () => {
    const rule = scheduled(`input x: bit output y: bit
      sweep down right { y = up.y xor (left.y or x) }
      sweep down { y = up.y or y }`);
    expect(rule.schedule.kind).toBe("alternating-bit");
    expect(rule.schedule.reason).toMatch(
      /two instructions write y; the neighbours up, left are only ever ahead/,
    );
    expect(rule.schedule.clock).toEqual({ field: "line", event: "changes" });
  });

  test("a question to the whole grid goes there and back", () => {
    expect(scheduled("input x: bit if any(x) { each { x = 0 } }").schedule.kind).toBe("clock-of-three");
  });

  test("where a neighbour that may be ahead is read as it was, there is a copy", () => {
    const labels = (body: string) =>
      scheduled(body).schedule.instructions.map(({ label }) => label.split(" (")[0]);
    // The right neighbour waits for the cell; the upper one, ahead in the first sweep, does not.
    expect(labels("input x: bit loop { sweep down { x = up.x } each { x = down.x } }")).toEqual([
      "sweep down",
      "each",
    ]);
    expect(labels("input x: bit loop { sweep down { x = up.x } each { x = up.x } }")).toEqual([
      "sweep down",
      "copy x",
      "each",
    ]);
    expect(labels("input x: bit loop { each { x = up.x } }")).toEqual(["each"]);
  });

  test("names of the program are left alone", () => {
    const rule = scheduled(
      "input line, clock, ran: bit loop { sweep up { line = down.line } each { line = ran } }",
    );
    const names = rule.fields.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(0, 3)).toEqual(["line", "clock", "ran"]);
  });
});

describe("time", () => {
  const random = seededRandom(SEED);
  const inputOf = (rule: Rule, rows: number, cols: number): Grid =>
    randomGrid(
      { rows, cols },
      rule.fields.filter(({ role }) => role === "input"),
      random,
    );

  test("gf2 is over after at most 3 rows + columns steps", () => {
    const rule = gallery("gf2");
    for (let trial = 0; trial < 60; trial++) {
      const [rows, cols] = [1 + random.int(9), 1 + random.int(9)];
      const { halted, steps } = runRule(rule, inputOf(rule, rows, cols), 1000);
      expect(halted).toBe(true);
      expect(steps, `${rows}x${cols}, seed ${SEED}`).toBeLessThanOrEqual(2 * rows + cols);
    }
  });

  test("parity settles from left to right, a cell a step", () => {
    const rule = gallery("parity");
    for (let cols = 1; cols < 12; cols++) {
      const ones = { rows: 1, cols, planes: { x: new Int32Array(cols).fill(1) } };
      expect(runRule(rule, ones, 1000).steps).toBe(cols);
    }
  });

  test.each([
    ["one step", 1, gallery("gf2")],
    ["two steps", 2, fromBehind()],
  ] as const)("waves go one cell a step and follow one another %s apart", (_, period, rule) => {
    const engine = ruleEngine(rule);
    const [rows, cols] = [4, 5];
    let grid = engine.start(inputOf(rule, rows, cols));
    for (let step = 1; step <= 30; step++) {
      grid = engine.step(grid);
      const ran = Array.from({ length: rows * cols }, (_, cell) => {
        const age = step - 1 - Math.floor(cell / cols) - (cell % cols);
        return age >= 0 && age % period === 0 ? 1 : 0;
      });
      expect([...grid.planes.ran!], `step ${step}`).toEqual(ran);
    }
  });

  test("with a clock, neighbours in the handshake never differ by more than one instruction", () => {
    let seen = 0;
    for (let at = 0; at < 120; at++) {
      const seed = SEED + at;
      const { text } = randomProgram(seededRandom(seed));
      const program = instructionsOf(text);
      const rule = schedule(program);
      if (rule.schedule.clock?.event !== "changes") continue;
      seen++;
      const engine = ruleEngine(rule);
      const { field } = rule.schedule.clock;
      const shape = { rows: 1 + random.int(4), cols: 1 + random.int(4) };
      let grid = engine.start(inputOf(rule, shape.rows, shape.cols));
      const times = new Int32Array(shape.rows * shape.cols);
      const neighbours = handshakeNeighbours(program);
      for (let step = 0; step < 40; step++) {
        const next = engine.step(grid);
        for (const cell of times.keys())
          if (next.planes[field]![cell] !== grid.planes[field]![cell]) times[cell]!++;
        grid = next;
        expect(spread(times, shape, neighbours), `${again(seed)}\n${text}`).toBeLessThanOrEqual(1);
      }
    }
    expect(seen).toBeGreaterThan(20);
  });
});

/** The largest difference between neighbours. */
function spread(
  times: Int32Array,
  { rows, cols }: { rows: number; cols: number },
  among: readonly (keyof typeof OFFSETS)[],
) {
  let most = 0;
  for (const [cell, time] of times.entries()) {
    for (const place of among) {
      const [row, col] = [Math.floor(cell / cols) + OFFSETS[place][0], (cell % cols) + OFFSETS[place][1]];
      if (row < 0 || row >= rows || col < 0 || col >= cols) continue;
      most = Math.max(most, Math.abs(time - times[row * cols + col]!));
    }
  }
  return most;
}

test("the handshake is mutual", () => {
  for (let at = 0; at < 40; at++) {
    const neighbours = handshakeNeighbours(instructionsOf(randomProgram(seededRandom(SEED + at)).text));
    expect(neighbours.map(opposite).every((place) => neighbours.includes(place))).toBe(true);
    expect(DIRECTIONS).toEqual(expect.arrayContaining(neighbours));
  }
});
