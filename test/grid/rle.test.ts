// Patterns: written ones are read back, and hand-written ones as other programs read them.

import { describe, expect, test } from "vitest";
import { formatOf, readGrid, writeGrid } from "../../src/grid/formats.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid, ValueType } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { again, SEED } from "../seed.ts";

const BIT: ValueType = { kind: "bit" };
const range = (lo: number, hi: number): ValueType => ({ kind: "range", lo, hi });

const read = (text: string, type: ValueType = BIT): Grid =>
  readGrid(text, "p.rle", "rle", [{ name: "v", type }]);
const rowsOf = ({ cols, planes }: Grid): string[] =>
  [...planes.v!].join("").match(new RegExp(`.{${cols}}`, "g")) ?? [];
const picture = (text: string, type: ValueType = BIT): string[] => rowsOf(read(text, type));

const GLIDER = "bo$2bo$3o!";

test("what is written is read back, whatever the shape, the states and the share of zeros", () => {
  const types: ValueType[] = [
    BIT,
    range(3, 9),
    range(-2, 260),
    { kind: "enum", names: ["off", "on"], symbols: [".", "#"] },
    { kind: "enum", names: ["a", "b", "c"] },
  ];
  const random = seededRandom(SEED);
  for (let i = 0; i < 200; i++) {
    const type = types[i % types.length]!;
    const shape = { rows: 1 + random.int(6), cols: 1 + random.int(60) };
    const grid = randomGrid(shape, [{ name: "v", type }], random);
    const first = type.kind === "range" ? type.lo : 0;
    const kept = random.next();
    const plane = grid.planes.v!.map((value) => (random.next() < kept ? value : first));
    const text = writeGrid({ ...grid, planes: { v: plane } }, [{ name: "v", type }], "rle");
    expect(Math.max(...text.split("\n").map((line) => line.length)), again(SEED)).toBeLessThanOrEqual(70);
    expect(read(text, type), again(SEED)).toEqual({ ...shape, planes: { v: plane } });
  }
});

test(`however a pattern is broken into lines and spaced, it is read as it is, seed ${SEED}`, () => {
  const random = seededRandom(SEED);
  const pick = (all: readonly string[]) => all[random.int(all.length)]!;
  const symbols = [".", "b", "o", "A", "B", "X", "pA", "qX", "yO"];
  const states = [0, 0, 1, 1, 2, 24, 25, 72, 255];
  const breaks = ["", "", "", "", " ", "\t", "\n", "\r\n", "\n  ", "\n#C between 3o$!\n", " \n # o\n"];
  for (let i = 0; i < 300; i++) {
    const rows: number[][] = [[]];
    let text = "";
    for (let item = 0; item < 1 + random.int(40); item++) {
      const at = random.int(symbols.length + 1);
      // On both sides of the length from which on runs are filled at once.
      const count = pick(["", "1", "2", "03", "31", "32", "33", "40"]);
      const length = count === "" ? 1 : Number(count);
      text += `${pick(breaks)}${count}${pick(["", "", "", " ", "\n"])}${symbols[at] ?? "$"}`;
      const value = states[at];
      if (value === undefined) for (let row = 0; row < length; row++) rows.push([]);
      else for (let cell = 0; cell < length; cell++) rows.at(-1)!.push(value);
    }
    const cols = Math.max(...rows.map(({ length }) => length));
    while (rows.length > 0 && rows.at(-1)!.length === 0) rows.pop();
    if (cols === 0) continue;
    const values = rows.flatMap((row) => Array.from({ length: cols }, (_, col) => row[col] ?? 0));
    const whole = `${text}${pick(breaks)}!${pick(["", "\nanything 3x"])}`;
    const grid = read(whole, range(0, 255));
    expect(grid.rows, `${again(SEED)}\n${text}`).toBe(rows.length);
    expect([...grid.planes.v!], `${again(SEED)}\n${text}`).toEqual(values);
    // A header that is right, leaves room, or is too small.
    const near = (size: number) => Math.max(1, size + nearZero(random));
    const named = { rows: near(rows.length), cols: near(cols) };
    const header = `x = ${named.cols}, y = ${named.rows}\n`;
    const roomy = read(`${header}${whole}`, range(0, 255));
    const shape = { rows: Math.max(rows.length, named.rows), cols: Math.max(cols, named.cols) };
    const expected = Array.from({ length: shape.rows * shape.cols }, (_, at) => {
      return rows[Math.floor(at / shape.cols)]?.[at % shape.cols] ?? 0;
    });
    const about = `${again(SEED)}\n${header}${text}`;
    expect({ ...roomy, planes: [...roomy.planes.v!] }, about).toEqual({ ...shape, planes: expected });
    // What is wrong is said in the same words whether a header gives the size or not.
    const broken = random.int(2) === 0 ? whole : `${text}3z$${whole}`;
    expect(mistakeIn(`${header}${broken}`), about).toBe(mistakeIn(`#C comment\n${broken}`));
  }
});

const nearZero = (random: { int(count: number): number }): number => [-1, 0, 0, 0, 1, 5][random.int(6)]!;

/** What is said of a pattern whose states are to be 0 to 40; null if nothing is. */
function mistakeIn(text: string): string | null {
  try {
    read(text, range(0, 40));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

test("patterns of more text than is made at once are read back", () => {
  const fields = [{ name: "v", type: range(0, 40) }];
  for (const cols of [1, 31_000, 33_000, 150_000]) {
    const grid = randomGrid({ rows: 2, cols }, fields, seededRandom(SEED));
    expect(readGrid(writeGrid(grid, fields, "rle"), "p.rle", "rle", fields)).toEqual(grid);
  }
});

describe("patterns from elsewhere", () => {
  test("with and without header, over several lines, with comments between", () => {
    const glider = ["010", "001", "111"];
    expect(picture(`x = 3, y = 3, rule = B3/S23\n${GLIDER}\n`)).toEqual(glider);
    expect(picture(GLIDER)).toEqual(glider);
    expect(
      picture("#N Glider\r\n#O someone\r\nx=3,y=3\r\nbo$\r\n#C between\r\n2b o $\r\n3 o!\r\nanything"),
    ).toEqual(glider);
    expect(picture(`\n#C above\n\nX = 3, Y = 3\n${GLIDER}`)).toEqual(glider);
  });

  test("the header leaves room, and rows may end early or be missing", () => {
    expect(picture("x = 4, y = 3\no$$2o!")).toEqual(["1000", "0000", "1100"]);
    expect(picture("x = 4, y = 3\n2$o!")).toEqual(["0000", "0000", "1000"]);
    expect(picture("x = 2, y = 2\n!")).toEqual(["00", "00"]);
  });

  test("a bounded plane is the grid: the pattern lies in it where it says, or in the middle", () => {
    const header = "x = 3, y = 3, rule = B3/S23:P5,4";
    const middle = ["00000", "00100", "00010", "01110"];
    expect(picture(`#CXRLE Pos=-2,-2\n${header}\n${GLIDER}`)).toEqual(["01000", "00100", "11100", "00000"]);
    expect(picture(`#CXRLE Pos=-1,-1 Gen=7\n${header}\n${GLIDER}`)).toEqual(middle);
    expect(picture(`${header}\n${GLIDER}`)).toEqual(middle);
    // A torus is a plane of its own kind, and an unbounded one has no size.
    expect(picture(`x = 3, y = 3, rule = B3/S23:T5,4\n${GLIDER}`)).toHaveLength(3);
    expect(picture(`x = 3, y = 3, rule = B3/S23:P0,4\n${GLIDER}`)).toHaveLength(3);
  });

  test("many states: letters, and pairs of them; the first value of a field is state 0", () => {
    expect([...read("x = 4, y = 1\n.ABX!", range(0, 30)).planes.v!]).toEqual([0, 1, 2, 24]);
    expect([...read("pApFqAyO!", range(0, 255)).planes.v!]).toEqual([25, 30, 49, 255]);
    expect([...read("2.B!", range(5, 9)).planes.v!]).toEqual([5, 5, 7]);
  });

  test("the name of a file says the format", () => {
    expect(formatOf("patterns/Gun.RLE")).toBe("rle");
  });
});

describe("what cannot be read is refused, with its place", () => {
  test.each([
    ["x = 1, y = 1\nB!", BIT, "p.rle, line 2: found state 2, but v has 2 values: expected states 0 to 1"],
    ["x = 1, y = 1\nbo$\nb?o!", BIT, "p.rle, line 3, column 2: found `?o!`, expected a run such as `3o`"],
    ["x = 1, y = 1\n3 4o!", BIT, "p.rle, line 2, column 1: found `3 4o!`, expected a run"],
    ["x = 1, y = 1\nbo 2pZ!", BIT, "p.rle, line 2, column 4: found `2pZ!`, expected a run"],
    ["x = 1, y = 1\nb2\n ?", BIT, "p.rle, line 3, column 2: found `?`, expected a run"],
    ["x = 1, y = 1\nbp", BIT, "p.rle, line 2, column 2: found `p`, expected a run"],
    ["x = 1, y = 1\n3", BIT, "p.rle, line 2, column 1: found `3`, expected a run"],
    ["hello", BIT, "p.rle, line 1, column 1: found `hello`"],
    ["", BIT, "p.rle: found a pattern without cells"],
    ["x = 0, y = 0\n!", BIT, "p.rle: found a pattern without cells"],
    [
      "x = 9, y = 1, rule = B3/S23:P4,1\n5o!",
      BIT,
      "p.rle, line 2: found cells in row 1 from column -1 on, expected all on the plane of 1x4",
    ],
    [
      "#CXRLE Pos=-9,0\nx = 1, y = 1, rule = B3/S23:P4,1\no!",
      BIT,
      "p.rle, line 3: found cells in row 1 from column -6 on",
    ],
    ["99999999999b o!", BIT, "expected at most 67108864 in all"],
    ["x = 99999999999999999999, y = 9\no!", BIT, "expected at most 67108864 in all"],
    ["9999999999999999999999999999o!", BIT, "expected at most 67108864 in all"],
  ])("%s", (text, type, message) => {
    expect(() => read(text, type)).toThrow(message);
  });

  test("programs of several input fields, and grids of several fields", () => {
    const fields = [
      { name: "a", type: BIT },
      { name: "b", type: BIT },
    ];
    expect(() => readGrid(GLIDER, "p.rle", "rle", fields)).toThrow(
      "a pattern has the cells of one field, but the program reads 2 (a, b)",
    );
    const grid = randomGrid({ rows: 2, cols: 2 }, fields, seededRandom(1));
    expect(() => writeGrid(grid, fields, "rle")).toThrow("a pattern has the cells of one field, found a, b");
    const large = randomGrid({ rows: 1, cols: 1 }, [{ name: "v", type: range(0, 400) }], seededRandom(1));
    expect(() => writeGrid(large, [{ name: "v", type: range(0, 400) }], "rle")).toThrow(
      "at most 265 states, but v has 401",
    );
  });
});
