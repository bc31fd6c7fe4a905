// What happens to an input before the first step: shapes refused, workspace added, single cells set.

import { expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { preparedShape, prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";

const program = (settings: string) =>
  checkProgram({
    name: "p.alg",
    text: `program p {
      input x: 3..6
      output n: 0..9 = 7
      ${settings}
      each { n = x }
    }`,
  }).checked;

const grid = (rows: number, cols: number, planes: Record<string, number[]>): Grid => ({
  rows,
  cols,
  planes: Object.fromEntries(Object.entries(planes).map(([name, plane]) => [name, Int32Array.from(plane)])),
});

test("a program without rules takes every grid as it is", () => {
  const input = grid(2, 2, { x: [3, 4, 5, 6] });
  expect(prepareInput(program(""), input)).toEqual(input);
});

test("a workspace holds the first value of inputs and the initial value of others", () => {
  const asked = program("workspace left 1, right cols, top rows - 1, bottom 0");
  const input = grid(2, 2, { x: [3, 4, 5, 6], n: [0, 1, 2, 3] });
  expect(prepareInput(asked, input)).toEqual({
    ...grid(3, 5, {
      x: [3, 3, 3, 3, 3, 3, 3, 4, 3, 3, 3, 5, 6, 3, 3],
      n: [7, 7, 7, 7, 7, 7, 0, 1, 7, 7, 7, 2, 3, 7, 7],
    }),
    prepared: true,
  });
  expect(preparedShape(asked, { rows: 2, cols: 2 })).toEqual({ rows: 3, cols: 5 });
  expect(Object.keys(prepareInput(asked, grid(1, 1, { x: [5] })).planes)).toEqual(["x"]);
});

test("the input stands in the workspace unchanged, whatever its shape", () => {
  const asked = program("workspace left 2, top cols, bottom rows * 2");
  const random = seededRandom(11);
  for (let trial = 0; trial < 50; trial++) {
    const input = randomGrid({ rows: 1 + random.int(5), cols: 1 + random.int(5) }, asked.fields, random);
    const made = prepareInput(asked, input);
    expect([made.rows, made.cols]).toEqual([input.cols + 3 * input.rows, 2 + input.cols]);
    for (const { name } of asked.fields) {
      for (let at = 0; at < made.rows * made.cols; at++) {
        const [row, col] = [Math.floor(at / made.cols) - input.cols, (at % made.cols) - 2];
        const inside = row >= 0 && row < input.rows && col >= 0 && col < input.cols;
        const expected = inside ? input.planes[name]![row * input.cols + col] : name === "x" ? 3 : 7;
        expect(made.planes[name]![at], `seed 11, trial ${trial}`).toBe(expected);
      }
    }
  }
});

test("placed values are counted within the input, and the rest is initial", () => {
  const asked = program(
    "workspace left 1, top 1 place n = 1 at top right place n = 2 at row rows column (cols + 1) / 2",
  );
  const made = prepareInput(asked, grid(2, 3, { x: [3, 3, 3, 3, 3, 3] }));
  expect([...made.planes.n!]).toEqual([7, 7, 7, 7, 7, 7, 7, 1, 7, 7, 2, 7]);
});

test("what the input gives is not overwritten by placed values", () => {
  const asked = program("place n = 1 at left");
  const input = grid(1, 2, { x: [3, 4], n: [5, 6] });
  expect(prepareInput(asked, input)).toEqual(input);
});

test.each([
  ["grid 1 x cols", 2, 3, "takes a grid of 1 x cols (rows x columns), but the input has 2 x 3"],
  ["grid rows x 2 * rows", 2, 3, "takes a grid of rows x 2 * rows"],
  ["grid rows x cols where rows >= 2 and cols >= 2", 1, 3, "rows x cols where rows >= 2 and cols >= 2"],
  ["workspace left cols - 4", 2, 3, "`left cols - 4` is -1 for an input of 2 x 3"],
  ["place n = 1 at row 3 column 1", 2, 3, "places n at row 3, column 1"],
  ["workspace left 4 / (cols - 3)", 2, 3, "`4 / (cols - 3)` divides by zero for a grid of 2x3 cells"],
])("%s refuses %d x %d", (settings, rows, cols, message) => {
  const input = grid(rows, cols, { x: Array(rows * cols).fill(3) });
  const prepare = () => prepareInput(program(settings), input);
  expect(prepare).toThrow(InputError);
  expect(prepare).toThrow(message);
});

test.each([
  ["grid 1 x cols", 1, 5],
  ["grid rows x 2 * rows", 2, 4],
  ["grid rows x cols where rows >= 2 and cols >= 2", 2, 2],
])("%s takes %d x %d", (settings, rows, cols) => {
  const input = grid(rows, cols, { x: Array(rows * cols).fill(3) });
  expect(prepareInput(program(settings), input)).toEqual(input);
});
