// `tapeloom run -o`: runs as pictures.

import { describe, expect, test } from "vitest";
import { decodeGif, decodePng, readPanel } from "../report/decode.ts";
import { parseXml } from "../report/svg.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();

const gf2 = ["run", program("gf2.alg"), "--input", program("gf2.input.csv"), "--engine", "direct"];
const parity = ["run", program("parity.alg"), "-i", "-", "--engine", "rule"];

/** The texts of an SVG in the workspace. */
const textsOf = (name: string): string[] =>
  parseXml(work.read(name))
    .filter((element) => element.name === "text")
    .map((element) => element.text);

const BITS = ["#eeece4", "#262626"];

describe("strips", () => {
  test("show about eight steps, the first and the last among them", async () => {
    await work.run([...gf2, "-o", "gf2.svg"]);
    const steps = textsOf("gf2.svg").filter((each) => each.startsWith("step "));
    expect(steps).toHaveLength(8);
    expect([steps[0], steps.at(-1)]).toEqual(["step 0", "step 19"]);
    expect(textsOf("gf2.svg")).toContain("answer");
    expect(textsOf("gf2.svg")).toContain("completed an instruction in this step");
  });

  test("show the steps and the fields that are asked for", async () => {
    await work.run([...gf2, "-o", "gf2.svg", "--steps-shown", "19, 3,3", "--show", "busy,lead"]);
    const texts = textsOf("gf2.svg");
    expect(texts.filter((each) => each.startsWith("step "))).toEqual(["step 3", "step 19"]);
    expect(texts).toEqual(expect.arrayContaining(["busy", "lead", "busy, lead:"]));
    expect(texts).not.toContain("answer");
    await work.run([...gf2, "-o", "gf2.svg", "--frames", "3"]);
    expect(textsOf("gf2.svg").filter((each) => each.startsWith("step "))).toEqual([
      "step 0",
      "step 9",
      "step 19",
    ]);
  });

  test("count instructions where the interpreter runs", async () => {
    const words = ["run", program("parity.alg"), "-i", "-", "--engine", "reference", "-o", "p.svg"];
    await work.run(words, { stdin: "0110" });
    expect(textsOf("p.svg").slice(0, 3)).toEqual([
      "parity on 1x4 cells, halted after 1 instruction",
      "instruction 0",
      "instruction 1",
    ]);
  });

  test("are drawn from weight files as from programs", async () => {
    await work.run(["compile", program("gf2.alg")]);
    await work.run([...gf2, "-o", "program.svg"]);
    await work.run(["run", "gf2.safetensors", ...gf2.slice(2), "-o", "weights.svg"]);
    expect(work.read("weights.svg")).toBe(work.read("program.svg"));
  });

  test("have the result's values in their pixels", async () => {
    const words = [...parity, "-o", "p.png", "--show", "p", "--steps-shown", "4"];
    const { stdout } = await work.json(words, { stdin: "0110\n1011\n" });
    const shown = readPanel(decodePng(work.bytes("p.png")), 2, 4).map((colour) => BITS.indexOf(colour));
    expect(shown).toEqual([0, 1, 0, 0, 1, 1, 0, 1]);
    expect(JSON.parse(stdout).outputs.p.flat()).toEqual(shown);
  });
});

describe("animations", () => {
  test("show every step", async () => {
    const words = [
      "run",
      program("life.alg"),
      "-i",
      "-",
      "--engine",
      "direct",
      "--steps",
      "4",
      "-o",
      "life.gif",
    ];
    const { stderr } = await work.run([...words, "--fps", "5"], {
      stdin: ".....\n..#..\n..#..\n..#..\n.....\n",
    });
    expect(stderr).toContain("wrote life.gif\n");
    const { frames, delays } = decodeGif(work.bytes("life.gif"));
    expect(delays).toEqual([200, 200, 200, 200, 2000]);
    const blinker = (middle: string): number[] =>
      [...`.....${middle}.....`].map((cell) => Number(cell === "#"));
    const [upright, flat] = [blinker("..#....#....#.."), blinker("......###......")];
    const shown = frames.map((frame) => readPanel(frame, 5, 5).map((colour) => BITS.indexOf(colour)));
    expect(shown).toEqual([upright, flat, upright, flat, upright]);
  });

  test("leave steps out of long runs, and say so", async () => {
    const words = [
      "run",
      program("life.alg"),
      "-i",
      "-",
      "--engine",
      "direct",
      "--steps",
      "700",
      "-o",
      "long.gif",
    ];
    const { stderr } = await work.run(words, { stdin: "...\n###\n...\n" });
    expect(stderr).toContain("wrote long.gif with 351 frames, evenly spread over 700 steps\n");
    expect(decodeGif(work.bytes("long.gif")).frames).toHaveLength(351);
    const few = await work.run([...words, "--frames", "20"], { stdin: "...\n###\n...\n" });
    expect(few.stderr).toContain("wrote long.gif\n");
    expect(decodeGif(work.bytes("long.gif")).frames).toHaveLength(20);
  });
});

describe("mistakes", () => {
  test.each([
    [["-o", "p.bmp"], "-o p.bmp: expected a name that ends in .txt, .csv, .json or .rle"],
    [["-o", "p.bmp"], ".svg, .png or .gif for a picture of the run"],
    [["-o", "p.svg", "--show", "q"], "there is no field q to show; the program's fields are x, p"],
    [["-o", "p.svg", "--show", "x,"], "Expected names of fields with commas between them"],
    [["-o", "p.svg", "--steps-shown", "1-3"], "Expected whole numbers with commas between them"],
    [["-o", "p.svg", "--steps-shown", "0,9"], "there is no step 9 to draw: the run was over after 2"],
    [["-o", "p.svg", "--frames", "2", "--steps-shown", "0"], "found both --frames and --steps-shown"],
    [["-o", "p.txt", "--show", "p"], "--show belongs to pictures; give -o with a name that ends in .svg"],
    [["--frames", "3"], "--frames belongs to pictures"],
    [["-o", "p.svg", "--frames", "0"], "Expected a whole number from 1 on"],
  ])("%j", async (words, message) => {
    const { code, stderr } = await work.run([...parity, ...words], { stdin: "011" });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test("grids too large to draw are refused before they run", async () => {
    const words = ["run", program("life.alg"), "--random", "1500x1500", "--seed", "1", "--engine", "direct"];
    const { code, stderr } = await work.run([...words, "-o", "life.gif"]);
    expect(code).toBe(2);
    expect(stderr).toContain("1 grid of 1500x1500 cells cannot be drawn: found 2250000 cells in all");
    expect(stderr).not.toContain("life: ran");
  });
});
