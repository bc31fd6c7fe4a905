// Files of patterns: the same cells in every format, and texts that say more than fits.

import { describe, expect, test } from "vitest";
import { formatOf, formatOfText, readGrid } from "../../src/grid/formats.ts";
import type { Grid, ValueType } from "../../src/grid/grid.ts";
import { type Image, readImage } from "../../src/grid/patterns/image.ts";
import { placeGrid } from "../../src/grid/prepare.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { again, SEED } from "../seed.ts";

const BIT: ValueType = { kind: "bit" };
const FOUR: ValueType = { kind: "range", lo: 0, hi: 3 };

const read = (text: string, path: string | null, type: ValueType = BIT): Grid =>
  readGrid(text, path ?? "-", formatOfText(text, path), [{ name: "v", type }]);
const rowsOf = ({ cols, planes }: Grid): string[] =>
  [...planes.v!].join("").match(new RegExp(`.{${cols}}`, "g")) ?? [];

const GLIDER = ["010", "001", "111"];
const GLIDERS: readonly (readonly [path: string | null, text: string])[] = [
  ["g.rle", "#C a glider\nx = 3, y = 3, rule = B3/S23\nbo$2bo$3o!"],
  ["g.rle", "bo$2bo$3\no!"],
  ["g.rle", ".A$..A$AAA!"],
  ["g.lif", "x=3,y=3\nbob$2bo$3o!trailing words"],
  [null, "#C from elsewhere\n\nx = 3, y = 3\nbo$2bo$3o!"],
  ["g.cells", "!Name: Glider\n!\n.O\n..O\nOOO\n"],
  ["g.cells", ".O.\r\n..O\r\nOOO\r\n"],
  [null, "!Name: Glider\n.O.\n..O\nOOO"],
  ["g.lif", "#Life 1.05\n#D a glider\n#N\n#P -1 -1\n.*\n..*\n***\n"],
  ["g.life", "#Life 1.05\n#R 23/3\n#P 1 0\n*\n#P 2 1\n*\n#P 0 2\n***"],
  [null, "#Life 1.06\n0 -1\n1 0\n-1 1\n0 1\n1 1\n"],
  ["g.mcl", "#MCell 4.20\n#GAME Life\n#BOARD 80x80\n#D a glider\n#L .A$..A$\n#L 3A\n"],
  ["g.mc", "[M2] (golly 2.0)\n#R B3/S23\n.*$..*$***$\n4 0 1 0 0\n"],
];

test("a glider is a glider in every format", () => {
  for (const [path, text] of GLIDERS) expect(rowsOf(read(text, path)), text).toEqual(GLIDER);
  expect(formatOf("x.MC")).toBe("macrocell");
});

/** The lines of a macrocell file, written by the definition: a square is a leaf, or four squares of half its size. */
function macrocellOf(cell: (row: number, col: number) => number, level: number, isBits: boolean): string {
  const lines: string[] = [];
  const add = (line: string): number =>
    (lines.includes(line) ? lines.indexOf(line) : lines.push(line) - 1) + 1;
  const square = (row: number, col: number, at: number): number => {
    if (isBits && at === 3) {
      const rows = Array.from({ length: 8 }, (_, r) =>
        Array.from({ length: 8 }, (__, c) => ".*"[cell(row + r, col + c)]!).join(""),
      );
      const text = rows
        .map((each) => `${each.replace(/\.+$/, "")}$`)
        .join("")
        .replace(/\$+$/, "$");
      return text === "$" ? 0 : add(text);
    }
    const half = 2 ** (at - 1);
    const parts = [0, 1, 2, 3].map((part) => {
      const [r, c] = [row + (part >= 2 ? half : 0), col + (part % 2 === 1 ? half : 0)];
      return at === 1 ? cell(r, c) : square(r, c, at - 1);
    });
    return parts.every((part) => part === 0) ? 0 : add(`${at} ${parts.join(" ")}`);
  };
  square(0, 0, level);
  return `[M2] (test)\n#R W\n${lines.join("\n")}\n`;
}

test("macrocells are the cells that they were made of", () => {
  const random = seededRandom(SEED);
  for (let i = 0; i < 60; i++) {
    const isBits = i % 2 === 0;
    const level = 3 + random.int(4);
    const { cell, rows } = randomPattern(random, 2 ** level, isBits ? 2 : 4);
    if (rows.length === 0) continue;
    const grid = read(macrocellOf(cell, level, isBits), "p.mc", isBits ? BIT : FOUR);
    expect(rowsOf(grid), again(SEED)).toEqual(rows);
  }
});

/** Some cells in a square, and the smallest rectangle around them. */
function randomPattern(random: Random, size: number, states: number) {
  const cells = new Map<string, readonly [row: number, col: number, state: number]>();
  for (let i = random.int(12); i >= 0; i--) {
    const [row, col, state] = [random.int(size), random.int(size), random.int(states)];
    if (state > 0) cells.set(`${row},${col}`, [row, col, state]);
  }
  const cell = (row: number, col: number) => cells.get(`${row},${col}`)?.[2] ?? 0;
  const [rowsUsed, colsUsed] = [0, 1].map((axis) => [...cells.values()].map((each) => each[axis]!));
  const span = (used: readonly number[]) =>
    used.length === 0
      ? []
      : Array.from({ length: Math.max(...used) - Math.min(...used) + 1 }, (_, at) => Math.min(...used) + at);
  return {
    cell,
    rows: span(rowsUsed!).map((row) =>
      span(colsUsed!)
        .map((col) => cell(row, col))
        .join(""),
    ),
  };
}

test("MCell's letters for many states", () => {
  const { planes } = read("#MCell 4.20\n#L .XaAbX2jA\n", "p.mcl", { kind: "range", lo: 0, hi: 255 });
  expect([...planes.v!]).toEqual([0, 24, 25, 72, 241, 241]);
});

test("a small pattern in a large empty tree is small", () => {
  const levels = Array.from({ length: 57 }, (_, at) => `${at + 4} ${at + 1} 0 0 0`);
  expect(rowsOf(read(["[M2]", ".*$..*$***$", ...levels].join("\n"), "p.mc"))).toEqual(GLIDER);
  const inward = Array.from({ length: 57 }, (_, at) => `${at + 4} 0 0 0 ${at + 1}`);
  expect(rowsOf(read(["[M2]", ".*$..*$***$", ...inward].join("\n"), "p.mc"))).toEqual(GLIDER);
});

describe("says what is wrong where", () => {
  const full = Array.from(
    { length: 57 },
    (_, at) =>
      `${at + 4} ${Array(4)
        .fill(at + 1)
        .join(" ")}`,
  );
  test.each<readonly [path: string, text: string, message: string | RegExp]>([
    ["p.mc", ["[M2]", "*$", ...full].join("\n"), "expected at most 67108864 in all"],
    ["p.mc", "[M2]\n*$\n4 1 2 0 0", "line 3: found `4 1 2 0 0`, expected numbers of the 1 nodes above, or 0"],
    ["p.mc", "[M2]\n*$\n5 1 0 0 0", "expected nodes of level 4 below level 5"],
    ["p.mc", "[M2]\n4 0 0", "line 2: found `4 0 0`, expected a level and four numbers"],
    ["p.mc", "[M2]\n.*x$", "line 2, column 3: found `x`"],
    ["p.mc", "[M2]\n.........*$", "expected at most 8 of 8"],
    ["p.mc", "[M2]\n900 0 0 0 0", "expected a level from 1 to 200"],
    ["p.mc", "[M2]\n1 0 0 2 0", "found state 2, but v has 2 values"],
    ["p.mc", "[M2]\n", "found no nodes"],
    ["p.mc", "[M2]\n4 0 0 0 0\n", "a pattern without cells"],
    ["p.mcl", "#MCell 4.20\n#L .A$\n#L .?", "line 3, column 3: found `?`"],
    ["p.cells", "!Name: x\n.O.\n.X.\n", "line 3, column 2: found `X`"],
    ["p.cells", "!Name: x\n", "a pattern without cells"],
    ["p.lif", "#Life 1.05\n#P 0\n*", "line 2: found `0`, expected column and row of a block"],
    ["p.lif", "#Life 1.05\n*\n.o", "line 3, column 2: found `o`"],
    ["p.lif", "#Life 1.06\n0 0\n1;2", "line 3: found `1;2`, expected column and row of a cell"],
    ["p.lif", "#Life 1.06\n0 0\n900000000 900000000", "expected at most 67108864"],
    ["p.lif", "#Life 1.06\n0 99999999999", "line 2"],
    ["p.rle", "x = 3, y = 3\n2b3", "line 2, column 3: found `3`"],
  ])("%s %j", (path, text, message) => {
    expect(() => read(text, path)).toThrow(message);
  });
});

describe("images", () => {
  const image = (rows: readonly string[], colours: Readonly<Record<string, readonly number[]>>): Image => ({
    width: rows[0]!.length,
    height: rows.length,
    data: rows.flatMap((row) => [...row].flatMap((symbol) => [...colours[symbol]!])),
    depth: 8,
    channels: Object.values(colours)[0]!.length,
  });
  const field = (type: ValueType) => [{ name: "v", type }];
  const rows = ["ab", "ba", "bb"];

  test("dark pixels are 1, on paper and on glass", () => {
    for (const colours of [
      { a: [0, 0, 0], b: [255, 255, 255] },
      { a: [40, 0, 90, 255], b: [0, 0, 0, 0] },
      { a: [30], b: [200] },
    ]) {
      const { grid } = readImage(image(rows, colours), "p.png", field(BIT), null);
      expect(rowsOf(grid)).toEqual(["10", "01", "00"]);
    }
  });

  test("a palette says otherwise", () => {
    const picture = image(rows, { a: [0, 0, 0], b: [255, 0, 0] });
    const { grid, meaning } = readImage(picture, "p.png", field(FOUR), ["#000000", "#00ff00", "#ff0000"]);
    expect(rowsOf(grid)).toEqual(["02", "20", "22"]);
    expect(meaning).toBe("#000000 = 0, #00ff00 = 1, #ff0000 = 2");
    expect(() => readImage(picture, "p.png", field(FOUR), ["#000000"])).toThrow(
      "p.png, row 1, column 2: found a pixel of another colour than #000000",
    );
    expect(() => readImage(picture, "p.png", field(BIT), ["#000000", "#111111", "#222222"])).toThrow(
      "3 colours",
    );
  });

  test("an image's own palette tells the states of fields with more than two", () => {
    const indexed: Image = {
      ...image(rows, { a: [2], b: [1] }),
      palette: [
        [9, 9, 9],
        [8, 8, 8],
        [7, 7, 7],
      ],
    };
    expect(rowsOf(readImage(indexed, "p.png", field(FOUR), null).grid)).toEqual(["21", "12", "11"]);
  });

  test("colours that tell nothing are refused", () => {
    const two = image(rows, { a: [0, 0, 0], b: [10, 10, 10] });
    expect(() => readImage(two, "p.png", field(BIT), null)).toThrow(/found 2 colours .* with --palette/);
    const many = image(["abc"], { a: [0, 0, 0], b: [250, 10, 10], c: [255, 255, 255] });
    expect(() => readImage(many, "p.png", field(FOUR), null)).toThrow(/found 3 colours/);
  });
});

test("an input on a larger grid", () => {
  const glider = read(GLIDERS[0]![1], "g.rle");
  const fields = [{ name: "v", type: BIT }];
  const placed = (options: Parameters<typeof placeGrid>[2]) => rowsOf(placeGrid(glider, fields, options));
  expect(placed({})).toEqual(GLIDER);
  expect(placed({ pad: 1 })).toEqual(["00000", "00100", "00010", "01110", "00000"]);
  expect(placed({ at: [2, 3] })).toEqual(["00000", "00010", "00001", "00111"]);
  expect(placed({ pad: 1, at: [1, 3] })).toEqual(["00010", "00001", "00111", "00000", "00000"]);
  expect(() => placed({ pad: 1, at: [4, 1] })).toThrow("--at 4,1: an input of 3x3");
  expect(() => placed({ pad: 1e6 })).toThrow("expected at most");
  const seven = placeGrid(
    read("2C!", "g.rle", { kind: "range", lo: 4, hi: 9 }),
    [{ name: "v", type: { kind: "range", lo: 4, hi: 9 } }],
    { pad: 1 },
  );
  expect(rowsOf(seven)).toEqual(["4444", "4774", "4444"]);
});
