// `tapeloom play`: frames where there is no terminal, and an animation with keys where there is one.

import { expect, test } from "vitest";
import { program, type Setting, Workspace } from "./harness.ts";

const work = new Workspace();
work.write("glider.rle", "x = 3, y = 3, rule = B3/S23\nbo$2bo$3o!");

const GLIDER = ["010", "001", "111"];

test("elsewhere than on a terminal, frames follow each other", async () => {
  const words = ["play", "glider.rle", "--pad", "1", "--frames", "5"];
  const { code, stdout, stderr } = await work.run(words);
  expect([code, stderr]).toEqual([0, "B3_S23: 4 steps\n"]);
  const frames = stdout.split("\n\n").map((frame) => frame.trimEnd().split("\n"));
  expect(frames.slice(0, 5).map(([head]) => head)).toEqual([0, 1, 2, 3, 4].map((step) => `step ${step}`));
  const at = (frame: number, row: number, col: number) =>
    frames[frame]!.slice(2 + row, 5 + row).map((line) => line.slice(col, col + 3));
  expect(at(0, 1, 1)).toEqual(GLIDER);
  // One row and one column further.
  expect(at(4, 2, 2)).toEqual(GLIDER);
});

test("the same frames from a program, a weight file, a rule and a pattern alone", async () => {
  await work.run(["compile", program("life.alg"), "-o", "life.safetensors"]);
  const cells = async (...words: string[]) => {
    const { stdout } = await work.run(["play", ...words, "--pad", "3", "--frames", "3"]);
    return stdout.replace(/^[a-z]+$/gm, "");
  };
  const wanted = await cells("glider.rle");
  for (const file of [program("life.alg"), "life.safetensors", "B3/S23", "Life"])
    expect(await cells(file, "glider.rle"), file).toBe(wanted);
});

test("a pattern of another rule than the one that is played is remarked on", async () => {
  work.write("named.rle", "x = 3, y = 3, rule = HighLife\nbo$2bo$3o!");
  work.write("23.rle", "x = 3, y = 3, rule = 23/3:T20,20\nbo$2bo$3o!");
  work.write("plain.cells", ".O.\n..O\nOOO\n");
  const remarks = async (rule: string, pattern: string) => {
    const { code, stderr } = await work.run(["play", rule, pattern, "--frames", "1"]);
    expect(code, stderr).toBe(0);
    return stderr.split("\n").filter((line) => line.startsWith("remark"));
  };
  // The same rule, whichever way it is written; or none.
  for (const [rule, pattern] of [
    ["B3/S23", "glider.rle"],
    ["Life", "glider.rle"],
    ["b3s23", "23.rle"],
    ["B2/S", "plain.cells"],
  ] as const)
    expect(await remarks(rule, pattern), `${rule} ${pattern}`).toEqual([]);
  expect(await remarks("B36/S23", "glider.rle")).toEqual([
    "remark: glider.rle is for the rule B3/S23; it is played by B36/S23",
  ]);
  expect(await remarks("B3/S23", "named.rle")).toEqual([
    "remark: named.rle is for the rule HighLife; it is played by B3/S23",
  ]);
});

test("patterns have room around them, unless their plane is bounded", async () => {
  work.write("plane.rle", "x = 3, y = 3, rule = B3/S23:P5,4\nbo$2bo$3o!");
  const size = async (file: string) => (await work.json(["play", file, "--frames", "1"])).document;
  expect(await size("plane.rle")).toMatchObject({ rows: 4, cols: 5, steps: 0 });
  expect(await size("glider.rle")).toMatchObject({ rows: 23, cols: 23, program: "B3_S23" });
});

/** Every step that the screen has shown, with the word behind it. */
const steps = (text: string): (readonly [step: number, word: string])[] =>
  [...text.matchAll(/step (\d+) {2}(\S+)/g)].map(([, step, word]) => [Number(step), word!] as const);

test("keys pause, step, change the speed and quit", async () => {
  const keys = [" ", ".", ".", "+", " ", "q"];
  let heard = 0;
  const { code, stdout, stderr } = await work.run(["play", "glider.rle", "--fps", "50"], {
    isTTY: true,
    env: { COLORTERM: "truecolor" },
    onOutput(text, _interrupt, press) {
      // Each key when the screen shows what the one before did.
      const [step, word] = steps(text).at(-1) ?? ([0, ""] as const);
      const isReady = [
        step > 2,
        word === "paused",
        word === "paused",
        word === "paused",
        word === "paused",
        word === "100/s",
      ];
      if (heard < keys.length && isReady[heard]) setTimeout(press, 60, keys[heard++]!);
    },
  });
  expect(code).toBe(0);
  expect(heard).toBe(keys.length);
  const all = steps(stdout);
  const paused = [...new Set(all.filter(([, word]) => word === "paused").map(([step]) => step))];
  // Two steps by key, and one more if a step was under way when the run was paused.
  expect(paused).toEqual(paused.map((_, more) => paused[0]! + more));
  expect([3, 4]).toContain(paused.length);
  expect(stderr).toMatch(/^B3_S23: \d+ steps\n$/);
  // The screen is given back, with its cursor.
  expect(stdout.startsWith("\x1b[?1049h\x1b[?25l")).toBe(true);
  expect(stdout.trimEnd().endsWith("\x1b[?25h\x1b[?1049l")).toBe(true);
});

/** Presses `q` once, when the screen shows some words. */
function quitAt(words: string): NonNullable<Setting["onOutput"]> {
  let isPressed = false;
  return (text, _interrupt, press) => {
    if (isPressed || !text.includes(words)) return;
    isPressed = true;
    setTimeout(press, 0, "q");
  };
}

test("cells are colours, as in pictures, or characters where there are to be none", async () => {
  const frame = async (env: Record<string, string>, size: { rows: number; columns: number }) => {
    const { stdout } = await work.run(["play", "glider.rle", "--pad", "0", "--frames", "1"], {
      isTTY: true,
      env,
      ...size,
      onOutput: quitAt("the end"),
    });
    return stdout.slice(stdout.indexOf("\x1b[H") + 3).split("\x1b[K\r\n");
  };
  expect((await frame({ NO_COLOR: "1" }, { rows: 9, columns: 40 })).slice(0, 3)).toEqual([
    ".1.",
    "..1",
    "111",
  ]);
  const [paper, ink] = ["238;236;228", "38;38;38"];
  const wide = await frame({ COLORTERM: "truecolor" }, { rows: 9, columns: 40 });
  expect(wide[0]).toBe(`\x1b[48;2;${paper}m  \x1b[48;2;${ink}m  \x1b[48;2;${paper}m  \x1b[0m`);
  // Two rows in a line where cells of full size find no room.
  const narrow = await frame({ COLORTERM: "truecolor" }, { rows: 3, columns: 40 });
  expect(
    narrow[0]!.startsWith(`\x1b[48;2;${paper}m\x1b[38;2;${paper}m▀\x1b[48;2;${paper}m\x1b[38;2;${ink}m▀`),
  ).toBe(true);
  expect((await frame({}, { rows: 9, columns: 40 }))[0]).toContain("\x1b[48;5;");
});

test("a run that ends stays on the screen until a key is pressed", async () => {
  const { code, stdout, stderr } = await work.run(
    ["play", program("parity.alg"), "--random", "1x6", "--seed", "1", "--fps", "100"],
    {
      isTTY: true,
      onOutput: quitAt("halted"),
    },
  );
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/^random grid of 1x6, seed 1\nparity: halted after \d+ steps?\n$/),
  ]);
  expect(stdout).toContain("halted");
});

test.each([
  [["play", "nothing"], "found the rule `nothing`"],
  [["play", "glider.rle", "glider.rle", "--random", "3x3"], "found both the pattern glider.rle and --random"],
  [["play", program("life.alg"), "none.rle"], "none.rle"],
  [["play", program("life.alg"), "--show", "ink"], "there is no field ink"],
])("refuses %j", async (words, message) => {
  const { code, stderr } = await work.run(words);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
