// Networks that round their channels after every step, on the command line: their files say so, and no flag is needed.

import { beforeAll, describe, expect, test } from "vitest";
import { readNotes, readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { learnedLike } from "../network/samples.ts";
import { SEED } from "../seed.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();
const PARITY = program("parity.alg");
const ROW = "1011001\n";

/** `learned` says that it rounds; `silent` has the same numbers, but says nothing. */
beforeAll(async () => {
  await work.run(["compile", PARITY]);
  const compiled = readWeightFile(work.bytes("parity.safetensors"), "it");
  const learned = learnedLike(compiled, 0.03, SEED);
  work.write("learned.safetensors", writeWeightFile(learned));
  work.write("silent.safetensors", writeWeightFile({ ...learned, snap: false }));
});

describe("weights that say so", () => {
  test.each(["direct", "bits", "tensor"])("are run and checked on the %s engine", async (engine) => {
    const words = ["run", "--engine", engine, "--input", "-"];
    const compiled = await work.run([...words, "parity.safetensors"], { stdin: ROW });
    const learned = await work.run([...words, "learned.safetensors"], { stdin: ROW });
    expect(compiled).toMatchObject({ code: 0, stdout: "1101110\n" });
    expect(learned).toEqual(compiled);
    const check = [
      "check",
      PARITY,
      "learned.safetensors",
      "--engine",
      engine,
      "--grids",
      "40",
      "--seed",
      "1",
    ];
    expect(await work.json(check)).toMatchObject({ code: 0, document: { agree: true } });
  });

  test("are proved and decompiled", async () => {
    expect(await work.json(["prove", PARITY, "learned.safetensors"])).toMatchObject({
      code: 0,
      document: { proved: true },
    });
    expect(await work.json(["prove", PARITY, "learned.safetensors", "--snap"])).toMatchObject({ code: 0 });
    const { code, document } = await work.json(["decompile", "learned.safetensors", "--program", PARITY]);
    expect({ code, document }).toMatchObject({ code: 0, document: { proved: true, differences: [] } });
    expect(document.program).toContain("p = x xor left.p");
  });

  test("are explained", async () => {
    const { stdout } = await work.run(["explain", "learned.safetensors"]);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "Every channel is rounded to 0 or 1, at 1/2, after each step",
    );
    expect(stdout).toMatch(
      /^ {2}snap\(s\) is 1 where s is above 1\/2, else 0\.\n(?: {2}x' .*\n) {2}p' = snap\(/m,
    );
    expect((await work.json(["explain", "learned.safetensors"])).document.snap).toBe(true);
    expect((await work.run(["explain", "parity.safetensors"])).stdout).not.toContain("snap");
  });

  test("are exported as such, and read back", async () => {
    await work.run(["export", "learned.safetensors", "--format", "pytorch", "-o", "module.py"]);
    expect(readWeightFile(work.bytes("module.safetensors"), "it").snap).toBe(true);
    await work.run(["export", "learned.safetensors", "--format", "json", "-o", "learned.json"]);
    expect(JSON.parse(work.read("learned.json")).snap).toBe(true);
  });

  test("go on from there when trained again", async () => {
    const words = [
      "train",
      PARITY,
      "--from",
      "learned.safetensors",
      "--seed",
      "1",
      "-o",
      "again.safetensors",
    ];
    expect(await work.json(words)).toMatchObject({ code: 0, document: { outcome: "proved" } });
    expect(readWeightFile(work.bytes("again.safetensors"), "it").snap).toBe(true);
  });
});

describe("--snap, for weights that do not", () => {
  test("makes run and check round", async () => {
    const words = ["check", PARITY, "silent.safetensors", "--grids", "40", "--seed", "1"];
    expect((await work.run(words)).code).toBe(1);
    expect((await work.run([...words, "--snap"])).code).toBe(0);
    const compiled = await work.run(["run", "parity.safetensors", "--input", "-"], { stdin: ROW });
    expect(await work.run(["run", "silent.safetensors", "--input", "-", "--snap"], { stdin: ROW })).toEqual(
      compiled,
    );
    // Rounding whole numbers changes nothing.
    expect(await work.run(["run", PARITY, "--input", "-", "--snap"], { stdin: ROW })).toEqual(compiled);
  });

  test("a run that ends on what is no code says so", async () => {
    const words = ["run", "--input", "-", "--steps", "3"];
    const { code, stderr } = await work.run([...words, "silent.safetensors"], { stdin: ROW });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /the channel [xp] holds -?[\d.e-]+ in row 1, column \d, which is no code of its field/,
    );
    const { document } = await work.json(["run", "silent.safetensors", "--random", "1x3", "--steps", "2"]);
    expect(document.stray).toMatchObject({ channel: expect.stringMatching(/^[xp]$/), row: 1 });
    for (const file of ["learned.safetensors", "parity.safetensors"]) {
      const silent = await work.run([...words, file], { stdin: ROW });
      expect(silent.stderr).not.toContain("no code");
    }
  });

  test("a checkpoint without rounding is of another run", async () => {
    const words = ["run", "silent.safetensors", "--input", "-", "--checkpoint", "it.ckpt", "--steps", "3"];
    expect((await work.run(words, { stdin: ROW })).code).toBe(0);
    const { code, stderr } = await work.run([...words, "--snap"], { stdin: ROW });
    expect(code).toBe(2);
    expect(stderr).toContain("it.ckpt is a checkpoint of another run: the weights are others");
  });

  test("is for networks", async () => {
    const { code, stderr } = await work.run(["run", PARITY, "--random", "1x3", "--engine", "rule", "--snap"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--snap is for runs of networks, but --engine rule runs the program itself");
  });
});

test("radii of errors are not of networks that round", async () => {
  await work.run(["compile", PARITY, "--robust", "-o", "robust.safetensors"]);
  const bytes = work.bytes("robust.safetensors");
  const both = { ...readWeightFile(bytes, "it"), snap: true };
  work.write("both.safetensors", writeWeightFile(both, readNotes(bytes, "it")));
  const { code, stderr } = await work.run(["prove", PARITY, "both.safetensors"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/both\.safetensors says both that channels are rounded .* make it again/);
});
