import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Network } from "../../src/network/network.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();

/** Compiles a program of the gallery and breaks one weight of its last layer. */
async function breakNetwork(name: string, file: string, change: (network: Network) => void): Promise<void> {
  await work.run(["compile", program(`${name}.alg`), "-o", file]);
  const network = readWeightFile(work.bytes(file), file);
  change(network);
  work.write(file, writeWeightFile(network));
}

/** Turns the last hidden unit's largest weight into 0. */
function forget({ layers }: Network): void {
  const { values } = layers.at(-1)!.weight;
  values[values.length - 1] = 0;
}

describe("check", () => {
  test.each(["parity", "add", "life"])("%s does what it says", async (name) => {
    const words = ["check", program(`${name}.alg`), "--grids", "40", "--max", "5x7", "--seed", "3"];
    const { code, stdout } = await work.run(words);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        `^${name}: the network does what the program says on 40 grids of up to 5x7 cells: [\\d,]+ steps, [\\d,]+ values compared \\(seed 3\\)\\n(steps <= .*\\n)?$`,
      ),
    );
    const { document } = await work.json([...words, "--engine", "tensor"]);
    expect(document).toMatchObject({ agree: true, grids: 40, seed: 3, counterexample: null });
    expect(stdout).toContain(`${document.cells.toLocaleString("en-US")} values`);
  });

  test("as many grids as the budget allows, unless their number is given", async () => {
    const words = ["check", program("parity.alg"), "--seed", "1"];
    const { code, stdout, stderr } = await work.run(words, { seconds: 0 });
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("on 8 grids of up to"),
    });
    expect(stderr).toBe(
      "remark: 8 of 200 grids were run: more take longer than the budget allows; --grids 200 runs them all," +
        " a larger --budget more of them\n",
    );
    const given = await work.run([...words, "--grids", "24"], { seconds: 0 });
    expect(given).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("on 24 grids of up to"),
    });
    expect((await work.run(words)).stdout).toContain("on 200 grids of up to");
  });

  test("large grids run one at a time, which comes to the same", async () => {
    for (const [left, count] of [
      [9000, "8 grids"],
      [11_000, "1 grid"],
    ] as const) {
      work.write(
        "wide.alg",
        `program wide {
          input tape: bit
          grid 1 x cols
          workspace left ${left}
          each { tape = left.tape }
        }`,
      );
      const words = ["check", "wide.alg", "--max", "1x4", "--seed", "1"];
      const cut = await work.run(words, { seconds: 0 });
      expect(cut).toMatchObject({ code: 0, stdout: expect.stringContaining(`on ${count} of up to`) });
      expect((await work.run([...words, "--grids", "9"])).stdout).toContain("on 9 grids of up to");
    }
  });

  test("a broken network is shown on the smallest grid, and exits with 1", async () => {
    await breakNetwork("parity", "broken.safetensors", forget);
    const words = ["check", program("parity.alg"), "broken.safetensors", "--seed", "1"];
    const { code, stdout, stderr } = await work.run(words);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const line =
      readFileSync(program("parity.alg"), "utf8")
        .split("\n")
        .findIndex((text) => text.includes("sweep")) + 1;
    expect(stdout).toContain("parity: the network does not do what the program says");
    expect(stdout).toMatch(
      /\nThe smallest grid found, 1x\d, with the cell that differs in brackets:\nx\n {2}[ 01[\]]+\n/,
    );
    expect(stdout).toMatch(/\nfield +p\nexpected +1\ngot +0\n/);
    expect(stdout).toMatch(/\nunit +layer 2, unit 2: p\n/);
    expect(stdout).toMatch(
      new RegExp(`\\ninstruction sweep right \\(line ${line}\\)\\n +--> .*parity.alg:${line}:3\\n`),
    );
    expect(stdout).toContain(`${line} |   sweep right {\n  |   ^^^^^^^^^^^^^\n`);
  });

  test("the counterexample is one: the engines differ on it in that cell", async () => {
    // The filter loses its middle: living cells with two neighbours die, in digital values.
    await breakNetwork("life", "broken.safetensors", ({ layers }) => {
      const { columns, values } = layers[0]!.weight;
      expect(columns[4]).toBe(4);
      values[4] = 0;
    });
    const words = ["check", program("life.alg"), "broken.safetensors", "--seed", "5", "--max", "4x4"];
    const { code, document } = await work.json(words);
    expect(code).toBe(1);
    const { input, step, row, column, field, expected, got } = document.counterexample;
    work.write("input.json", JSON.stringify(input));
    const at = async (subject: string, engine: string) => {
      const run = [
        "run",
        subject,
        "-i",
        "input.json",
        "--engine",
        engine,
        "--steps",
        String(step),
        "--watch",
      ];
      return fieldIn((await work.run(run)).stdout, step, field)[row - 1]![column - 1];
    };
    // In lockstep every step is an instruction.
    expect(await at(program("life.alg"), "reference")).toBe(expected);
    expect(await at("broken.safetensors", "direct")).toBe(got);
    expect(expected).not.toBe(got);
  });

  test("weights of an older text are checked with a remark, those of another program are refused", async () => {
    const text = readFileSync(program("parity.alg"), "utf8");
    work.write("old.alg", text);
    await work.run(["compile", "old.alg"]);
    work.write("old.alg", `${text}\n// A remark more.\n`);
    const { code, stderr } = await work.run(["check", "old.alg", "old.safetensors", "--grids", "8"]);
    expect(code).toBe(0);
    expect(stderr).toBe(
      "remark: old.safetensors was compiled from another text of old.alg; it is checked against old.alg as it is now\n",
    );
    const other = await work.run(["check", program("add.alg"), "old.safetensors"]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("remark: old.safetensors was compiled from the program parity; ");
    expect(other.stderr).toMatch(/error: these weights do not belong to add/);
  });

  test("shows a bar on terminals, and takes it away", async () => {
    const { stderr } = await work.run(["check", program("parity.alg"), "--grids", "40"], { isTTY: true });
    expect(stderr).toMatch(/parity \[=+ *\] \d+\/40 grids/);
    expect(stderr).toContain("\x1b[?25h");
  });

  test("the seed is drawn, and printed, where none is given", async () => {
    const words = ["check", program("parity.alg"), "--grids", "8"];
    const seeds = await Promise.all([work.json(words), work.json(words)]);
    expect(seeds[0].document.seed).not.toBe(seeds[1].document.seed);
  });
});

/** The cells of one field in the frame of one step; fields stand side by side under their names. */
function fieldIn(frames: string, step: number, field: string): string[][] {
  const frame = frames.split(/^step /m).find((part) => part.startsWith(`${step}\n`))!;
  const [, names, ...lines] = frame.trimEnd().split("\n");
  const start = names!.indexOf(field);
  const end = names!.slice(start).search(/ \S/);
  const cut = lines.map((line) => line.slice(start, end < 0 ? undefined : start + end).trim());
  // Enum names have spaces between them, numbers of one digit have none.
  return cut.map((line) => (/[a-z]/.test(line) ? line.split(/\s+/) : [...line]));
}
