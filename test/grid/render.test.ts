import { expect, test } from "vitest";
import type { Grid } from "../../src/grid/grid.ts";
import { renderGrid } from "../../src/grid/render.ts";

const grid: Grid = {
  rows: 2,
  cols: 3,
  planes: {
    x: Int32Array.of(0, 1, 1, 1, 0, 0),
    level: Int32Array.of(-1, 10, 3, 4, 5, 6),
    way: Int32Array.of(0, 1, 0, 1, 1, 0),
  },
};
const x = { name: "x", type: { kind: "bit" } } as const;
const level = { name: "level", type: { kind: "range", lo: -1, hi: 12 } } as const;
const way = { name: "way", type: { kind: "enum", names: ["west", "up"] } } as const;

test("one field", () => {
  expect(renderGrid(grid, [x])).toBe("x\n011\n100\n");
});

test("fields side by side, cells in columns", () => {
  expect(renderGrid(grid, [x, level, way])).toBe(
    ["x     level      way", "011   -1 10  3   west   up west", "100    4  5  6     up   up west", ""].join(
      "\n",
    ),
  );
});

test("what does not fit goes below", () => {
  const expected = [
    "x     level",
    "011   -1 10  3",
    "100    4  5  6",
    "",
    "way",
    "west   up west",
    "  up   up west",
    "",
  ];
  expect(renderGrid(grid, [x, level, way], 20)).toBe(expected.join("\n"));
  expect(renderGrid(grid, [x, level, way], 1).split("\n\n").length).toBe(3);
});
