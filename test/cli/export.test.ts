import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadOnnxRuntime } from "../../src/engines/onnx.ts";
import { readNetworkJson } from "../../src/network/export/json.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { life, parity, water } from "../network/samples.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();
work.write("parity.safetensors", writeWeightFile(parity));
work.write("water.safetensors", writeWeightFile(water));
work.write("life.safetensors", writeWeightFile(life));

const FILES = [
  ["onnx", ["parity.onnx"]],
  ["pytorch", ["parity.safetensors", "parity.py"]],
  ["tfjs", ["parity.tfjs/weights.bin", "parity.tfjs/model.json"]],
  ["npz", ["parity.npz"]],
  ["json", ["parity.json"]],
] as const;

describe("files", () => {
  test.each(FILES)("--format %s is called after the program", async (format, files) => {
    const result = await work.run(["export", "parity.safetensors", "--format", format]);
    expect(result).toEqual({ code: 0, stdout: files.map((file) => `${file}\n`).join(""), stderr: "" });
    for (const file of files) expect(work.bytes(file).length).toBeGreaterThan(100);
  });

  test("-o gives another name, and the files that go with it follow", async () => {
    const { document } = await work.json([
      "export",
      "parity.safetensors",
      "--format",
      "pytorch",
      "-o",
      "p2.py",
    ]);
    expect(document).toEqual({
      program: "parity",
      format: "pytorch",
      files: ["p2.safetensors", "p2.py"].map((file) => ({ file, bytes: work.bytes(file).length })),
    });
    expect(work.read("p2.py")).toContain('with_name("p2.safetensors")');
    expect(work.bytes("p2.safetensors")).toEqual(work.bytes("parity.safetensors"));
  });

  test("programs are compiled first, with their params", async () => {
    const source =
      "program p { param k = 1 input x: bit output n: 0..9 each { n = k + (if x then 1 else 0) } }";
    work.write("p.alg", source);
    await work.run(["export", "p.alg", "--format", "json", "--set", "k=3"]);
    await work.run(["compile", "p.alg", "--set", "k=3"]);
    const compiled = readWeightFile(work.bytes("p.safetensors"), "p");
    // JSON has no -0.
    const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
    expect(plain(readNetworkJson(work.read("p.json"), "p.json"))).toEqual(plain(compiled));
  });

  test("patterns take a grid, as a run does", async () => {
    const input = ["--input", program("life.input.txt")];
    await work.run(["export", "life.safetensors", "--format", "rle", ...input]);
    expect(work.read("life.rle")).toMatch(/rule = B3\/S23:P11,11\nbo\$2bo/);
    const golly = await work.run([
      "export",
      "life.safetensors",
      "--format",
      "golly",
      "-o",
      "my-life.rule",
      ...input,
    ]);
    expect(golly.stdout).toBe("my-life.rule\nmy-life.rle\n");
    expect(work.read("my-life.rule")).toMatch(/^@RULE my-life\n/);
    expect(work.read("my-life.rle")).toContain("rule = my-life:P11,11\n");
    const random = ["--random", "3x4", "--seed", "5"];
    const { stderr } = await work.run([
      "export",
      "life.safetensors",
      "--format",
      "rle",
      "-o",
      "r.rle",
      ...random,
    ]);
    expect(stderr).toBe("random grid of 3x4, seed 5\n");
    expect(work.read("r.rle")).toContain("x = 4, y = 3");
  });

  test("--unroll writes so many steps", async () => {
    await work.run(["export", "parity.safetensors", "--format", "onnx", "--unroll", "2", "-o", "u.onnx"]);
    const text = Buffer.from(work.bytes("u.onnx")).toString("latin1");
    expect(text).toContain("step.2.");
    expect(text).not.toContain("Loop");
  });
});

describe("what does not fit is refused, and nothing is written", () => {
  const LIFE = ["export", "life.safetensors", "--format"];
  test.each([
    [["export", "life.safetensors"], /required option '--format <format>' not specified/],
    [
      [...LIFE, "caffe"],
      /Allowed choices are onnx, pytorch, tfjs, hf, npz, json, c, verilog, wasm, rle, golly/,
    ],
    [[...LIFE, "onnx", "-o", "x.py"], /-o x\.py: expected a name that ends in \.onnx/],
    [[...LIFE, "tfjs", "-o", "x/model.json"], /writes model\.json and weights\.bin into a folder/],
    [[...LIFE, "npz", "--unroll", "3"], /--unroll belongs to --format onnx/],
    [[...LIFE, "onnx", "--unroll", "20000"], /expected at most 10000 steps/],
    [[...LIFE, "onnx", "--unroll", "0"], /Expected a whole number from 1 on/],
    [[...LIFE, "json", "--input", "x.txt"], /are for --format rle, golly, c, verilog, but/],
    [[...LIFE, "onnx", "--pad", "2"], /are for --format rle, golly, c, verilog, but/],
    [[...LIFE, "rle", "--pad", "2"], /there is no grid/],
    [[...LIFE, "golly", "-o", "3 d.rule"], /the rule would be called "3 d"/],
    [[...LIFE, "onnx", "-o", "none/x.onnx"], /there is no directory none; make it/],
    [
      [...LIFE, "tfjs", "-o", "life.safetensors"],
      /life\.safetensors cannot be written: it is a file, not a dir/,
    ],
    [["export", "water.safetensors", "--format", "rle"], /its cells hold 2 fields \(level, mode\)/],
    [["export", "none.safetensors", "--format", "onnx"], /there is no such file/],
  ])("%j", async (words, message) => {
    const before = readdirSync(work.folder);
    const { code, stdout, stderr } = await work.run(words);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(readdirSync(work.folder)).toEqual(before);
  });
});

const runtime = await loadOnnxRuntime().catch((error: Error) => error);
if (runtime instanceof Error) console.warn(`skipped: ${runtime.message}`);

test.skipIf(runtime instanceof Error)(
  "--engine onnx runs a network to the same end as the others",
  async () => {
    const grid = ["--random", "9x14", "--seed", "3"];
    const runs = ["direct", "onnx"].map((engine) =>
      work.json(["run", "parity.safetensors", ...grid, "--engine", engine]),
    );
    const [direct, onnx] = await Promise.all(runs);
    expect(onnx!.document).toEqual({ ...direct!.document, engine: "onnx" });
    expect(onnx!.document.halted).toBe(true);
  },
);
