// Patterns from files, as `run` takes them; the oracle is a Game of Life of its own, and what is known of patterns.

import { gzipSync } from "node:zlib";
import { PNG } from "pngjs";
import { expect, test } from "vitest";
import { program, Workspace } from "./harness.ts";

const workspace = new Workspace();

// Gosper's glider gun (1970).
const GUN = `!Name: Gosper glider gun
........................O
......................O.O
............OO......OO............OO
...........O...O....OO............OO
OO........O.....O...OO
OO........O...O.OO....O.O
..........O.....O.......O
...........O...O
............OO`;

const lines = (text: string) => text.trimEnd().split("\n");
const ones = (rows: readonly string[]) => rows.join("").replaceAll("0", "").length;

test("the glider gun sends a glider every 30 steps", async () => {
  workspace.write("gun.cells", GUN);
  const at = async (steps: number) => {
    const { stdout, stderr, code } = await workspace.run([
      "run",
      program("life.alg"),
      "-i",
      "gun.cells",
      "--pad",
      "40",
      "--steps",
      String(steps),
    ]);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`ran ${steps} steps`)]);
    return lines(stdout);
  };
  const [start, once, twice] = [await at(0), await at(30), await at(60)];
  expect([start.length, start[0]!.length]).toEqual([89, 116]);
  expect([ones(start), ones(once), ones(twice)]).toEqual([36, 41, 46]);
  const gun = (rows: readonly string[]) => rows.slice(40, 49).map((row) => row.slice(40, 76));
  expect(gun(twice)).toEqual(gun(once));
});

test("the same pattern in other files is the same run", async () => {
  const { stdout: wanted } = await workspace.run([
    "run",
    program("life.alg"),
    "-i",
    workspace.write("g.rle", "x = 3, y = 3\nbo$2bo$3o!"),
    "--pad",
    "4",
    "--steps",
    "8",
  ]);
  expect(ones(lines(wanted))).toBe(5);
  const png = new PNG({ width: 3, height: 3, colorType: 2 });
  for (const [at, symbol] of [..."010001111"].entries())
    png.data.set([0, 0, 0].map(() => (symbol === "1" ? 0 : 255)).concat(255), 4 * at);
  workspace.write("g.png", new Uint8Array(PNG.sync.write(png, { colorType: 2 })));
  workspace.write("g.mc.gz", new Uint8Array(gzipSync("[M2] (golly 4.0)\n#R B3/S23\n.*$..*$***$\n")));
  workspace.write("g.lif", "#Life 1.06\n5 5\n6 6\n4 7\n5 7\n6 7\n");
  for (const file of ["g.png", "g.mc.gz", "g.lif"]) {
    const { stdout, stderr } = await workspace.run([
      "run",
      program("life.alg"),
      "-i",
      file,
      "--pad",
      "4",
      "--steps",
      "8",
    ]);
    expect(stdout, stderr).toBe(wanted);
    if (file === "g.png")
      expect(stderr).toContain("g.png: 3x3 pixels (rows x columns), #ffffff = 0, #000000 = 1");
  }
});

test("what does not fit is refused with a message", async () => {
  const run = (...words: string[]) => workspace.run(["run", program("life.alg"), "--steps", "1", ...words]);
  workspace.write("s.rle", "x = 3, y = 1, rule = B3/S23\nABC!");
  workspace.write("broken.gz", new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 1, 2, 3]));
  const bomb = new Uint8Array(PNG.sync.write(new PNG({ width: 1, height: 1 })));
  new DataView(bomb.buffer, bomb.byteOffset).setUint32(16, 2 ** 31 - 1);
  workspace.write("bomb.png", bomb);
  workspace.write("half.png", new Uint8Array(PNG.sync.write(new PNG({ width: 9, height: 9 }))).slice(0, 60));
  workspace.write("start.png", new Uint8Array(PNG.sync.write(new PNG({ width: 9, height: 9 }))).slice(0, 10));
  const cases: readonly (readonly [words: readonly string[], message: RegExp])[] = [
    [["-i", "s.rle"], /s\.rle, line 2: found state 2, but alive has 2 values/],
    [["-i", "s.rle", "--palette", "#000000,#ffffff"], /--palette is for images/],
    [["--random", "3x3", "--pad", "2"], /--pad belongs to --input/],
    [["-i", "broken.gz"], /not a whole file of gzip/],
    [["-i", "bomb.png"], /found a grid of .*expected at most/],
    [["-i", "half.png"], /this PNG file cannot be read/],
    [["-i", "start.png"], /this PNG file cannot be read/],
    [["-i", "s.rle", "--at", "0,1"], /Expected ROW,COLUMN/],
    [["-i", "s.rle", "--palette", "red"], /Expected different colours/],
  ];
  for (const [words, message] of cases) {
    const { code, stderr } = await run(...words);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr).not.toMatch(/internal|\n {4}at /);
  }
});

test("a plane whose edges are joined is said to be none", async () => {
  for (const [plane, isJoined] of [
    [":T20,20", true],
    [":K20*,20", true],
    [":P20,20", false],
    ["", false],
  ] as const) {
    workspace.write("plane.rle", `x = 3, y = 1, rule = B3/S23${plane}\n3o!`);
    const { stderr } = await workspace.run(["run", program("life.alg"), "-i", "plane.rle", "--steps", "1"]);
    expect(stderr.includes(`is for the plane ${plane}, whose edges are joined`), plane).toBe(isJoined);
  }
});
