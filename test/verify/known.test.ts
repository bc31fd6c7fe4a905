// Programs whose results are known from elsewhere: the interpreter and the compiled rule must both find them.

import { expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { interpret } from "../../src/engines/reference.ts";
import { runRule } from "../../src/engines/rule.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid, Shape } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { SEED } from "../seed.ts";

interface Known {
  readonly name: string;
  readonly text: string;
  readonly kind: string;
  /** The value of the field `y` in a cell, from the given planes. */
  readonly value: (row: number, col: number, given: Grid) => number;
}

const at = ({ rows, cols, planes }: Grid, field: string, row: number, col: number): number =>
  row < 0 || row >= rows || col < 0 || col >= cols ? 0 : planes[field]![row * cols + col]!;
const count = (length: number) => Array.from({ length }, (_, index) => index);
const cellsOf = ({ rows, cols }: Shape) =>
  count(rows).flatMap((row) => count(cols).map((col) => [row, col] as const));

const FAR = 9;

const KNOWN: readonly Known[] = [
  {
    name: "prefix parity",
    text: "input x: bit output y: bit sweep right { y = left.y xor x }",
    kind: "free-running",
    value: (row, col, given) => count(col + 1).reduce((sum, c) => sum + at(given, "x", row, c), 0) % 2,
  },
  {
    // The binomial coefficient of r + c over r is odd where r and c have no binary digit in common (Kummer).
    name: "Pascal's triangle modulo 2",
    text: "output y: bit sweep down right { y = at top or at left or (up.y xor left.y) }",
    kind: "free-running",
    value: (row, col) => ((row & col) === 0 ? 1 : 0),
  },
  {
    name: "distance by four sweeps",
    text: `input x: bit output y: 0..${FAR}
      each { if x { y = ${FAR} } }
      sweep down { if up.y > y { y = up.y - 1 } }
      sweep up { if down.y > y { y = down.y - 1 } }
      sweep left { if right.y > y { y = right.y - 1 } }
      sweep right { if left.y > y { y = left.y - 1 } }`,
    kind: "clock-of-three",
    value: (row, col, given) => {
      const seeds = cellsOf(given).filter(([r, c]) => at(given, "x", r, c) === 1);
      const distances = seeds.map(([r, c]) => Math.abs(r - row) + Math.abs(c - col));
      return Math.max(0, FAR - Math.min(FAR, ...distances));
    },
  },
  {
    name: "three shifts to the lower right",
    text: "input y: bit repeat 3 times { each { y = upleft.y } }",
    kind: "lockstep",
    value: (row, col, given) => at(given, "y", row - 3, col - 3),
  },
  {
    name: "as many shifts as columns",
    text: `input x: bit output y: bit
      each { y = x }
      repeat cols times { each { y = right.y or at right } }`,
    kind: "lockstep",
    value: () => 1,
  },
  {
    name: "a choice for the whole grid",
    text: "input x: bit output y: 1..3 if all(x) { each { y = 3 } } else if any(x) { each { y = 2 } }",
    kind: "clock-of-three",
    value: (_row, _col, given) => {
      const values = new Set(given.planes.x);
      return values.has(1) ? (values.has(0) ? 2 : 3) : 1;
    },
  },
  {
    name: "spreading until nothing is left to reach",
    text: `input x: bit output y: bit
      each { y = x and at top }
      repeat while any(x and not y and (up.y or down.y or left.y or right.y)) {
        each { y = y or (x and count(beside.y) > 0) }
      }`,
    kind: "clock-of-three",
    value: (row, col, given) => {
      const reached = new Set<string>();
      const visit = (r: number, c: number): void => {
        if (at(given, "x", r, c) === 0 || reached.has(`${r} ${c}`)) return;
        reached.add(`${r} ${c}`);
        for (const [dr, dc] of [
          [1, 0],
          [-1, 0],
          [0, 1],
          [0, -1],
        ] as const)
          visit(r + dr, c + dc);
      };
      for (const c of count(given.cols)) visit(0, c);
      return reached.has(`${row} ${col}`) ? 1 : 0;
    },
  },
  {
    name: "the largest value so far, by a wave in a loop",
    text: `input x: 0..4 output y: 0..4 state k: 0..3
      loop { sweep down right { y = max(x, max(up.y, left.y)) k = min(k + 1, 3) } break when k == 2 }`,
    kind: "alternating-bit",
    value: (row, col, given) =>
      Math.max(...cellsOf({ rows: row + 1, cols: col + 1 }).map(([r, c]) => at(given, "x", r, c))),
  },
];

test.each(KNOWN)("$name", ({ text, kind, value }) => {
  const { checked } = checkProgram({
    name: "known",
    text: `program known { ${text.replaceAll("  ", " ")} }`,
  });
  const rule = schedule(lower(checked));
  expect(rule.schedule.kind).toBe(kind);
  const random = seededRandom(SEED);
  const inputs = checked.fields.filter(({ role }) => role === "input");
  for (let trial = 0; trial < 60; trial++) {
    const shape = {
      rows: 1 + random.int(trial % 3 === 0 ? 1 : 7),
      cols: 1 + random.int(trial % 3 === 1 ? 1 : 7),
    };
    const given = randomGrid(shape, inputs, random, trial % 2 === 0 ? "uniform" : "density");
    const expected = cellsOf(shape).map(([row, col]) => value(row, col, given));
    const note = `seed ${SEED}, trial ${trial}: ${JSON.stringify(given)}`;
    expect([...interpret(checked, given).grid.planes.y!], note).toEqual(expected);
    const run = runRule(rule, given, 10_000);
    expect([...run.grid.planes.y!], note).toEqual(expected);
    expect(run.halted, note).toBe(true);
  }
});

const LIFE = `program life { input alive: bit loop { each {
  let neighbours = count(around.alive)
  alive = neighbours == 3 or (alive and neighbours == 2)
} } }`;

test.each([
  [
    "a blinker turns",
    1,
    [".....", "..#..", "..#..", "..#..", "....."],
    [".....", ".....", ".###.", ".....", "....."],
  ],
  ["a blinker comes back", 2, ["...", "###", "..."], ["...", "###", "..."]],
  ["a block stays, also in a corner", 5, ["##.", "##.", "..."], ["##.", "##.", "..."]],
  [
    "a glider moves one down and one right in four generations",
    4,
    [".#....", "..#...", "###...", "......", "......", "......"],
    ["......", "..#...", "...#..", ".###..", "......", "......"],
  ],
])("Game of Life: %s", (_, generations, before, after) => {
  const { checked } = checkProgram({ name: "life", text: LIFE });
  const grid = {
    rows: before.length,
    cols: before[0]!.length,
    planes: { alive: Int32Array.from(before.join(""), (char) => (char === "#" ? 1 : 0)) },
  };
  const show = ({ rows, cols, planes }: Grid) =>
    count(rows).map((row) =>
      count(cols)
        .map((col) => (planes.alive![row * cols + col] === 1 ? "#" : "."))
        .join(""),
    );
  const interpreted = interpret(checked, grid, { maxInstructions: generations });
  expect(show(interpreted.grid)).toEqual(after);
  expect(show(runRule(schedule(lower(checked)), grid, generations).grid)).toEqual(after);
});
