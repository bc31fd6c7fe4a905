// Files of one kind where another is expected: errors say what they are.

import { beforeAll, describe, expect, test } from "vitest";
import { exportNpz } from "../../src/network/export/npz.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();
const PROGRAM = `program copy {
  input x: bit
  output y: bit
  each { y = left.x }
}
`;
const LEARNER = `program last {
  input x: bit
  state label: bit
  predict label
  sweep down { label = if at bottom then up.label else x }
}
`;

beforeAll(async () => {
  work.write("copy.alg", PROGRAM);
  work.write("last.alg", LEARNER);
  work.write("data.csv", "a,label\n0,0\n1,1\n1,0\n");
  work.write("g.txt", "010\n");
  await work.run(["compile", "copy.alg"]);
  for (const format of ["onnx", "json", "pytorch"])
    await work.run([
      "export",
      "copy.alg",
      "--format",
      format,
      "-o",
      `copy.${format === "pytorch" ? "py" : format}`,
    ]);
  work.write("copy.npz", await exportNpz(readWeightFile(work.bytes("copy.safetensors"), "copy")));
  work.write("copy.bin", work.bytes("copy.safetensors"));
  await work.run(["learn", "last.alg", "--data", "data.csv", "-o", "model.safetensors"]);
}, 120_000);

describe("the model of a learner is no weight file", () => {
  test.each([
    ["run", "model.safetensors", "--random", "2x2"],
    ["prove", "last.alg", "model.safetensors"],
    ["check", "last.alg", "model.safetensors"],
    ["export", "model.safetensors", "--format", "json"],
    ["explain", "model.safetensors"],
    ["decompile", "model.safetensors"],
    ["compare", "last.alg", "model.safetensors"],
  ])("%s %s %s", async (...words) => {
    const { code, stderr } = await work.run(words);
    expect(stderr).toContain(
      "model.safetensors is the model of a trained learner, not the weight file of a program",
    );
    expect(stderr).toContain("tapeloom predict");
    expect(code).toBe(2);
  });
});

test("a weight file is no model", async () => {
  const { code, stderr } = await work.run(["predict", "copy.safetensors", "--data", "data.csv"]);
  expect(stderr).toContain(
    "copy.safetensors is the weight file of a program, not the model of a trained learner",
  );
  expect(code).toBe(2);
});

test.each([
  [["run", "copy.onnx", "--input", "g.txt"], "copy.onnx is a network exported as ONNX: expected a program"],
  [["run", "copy.json", "--input", "g.txt"], "copy.json is a network exported as JSON: expected a program"],
  [["run", "copy.npz", "--input", "g.txt"], "copy.npz is a network exported for NumPy: expected a program"],
  [["run", "copy.py", "--input", "g.txt"], "copy.py is a PyTorch module: expected a program"],
  [["run", "copy.bin", "--input", "g.txt"], "copy.bin is a weight file: expected a program"],
  [["prove", "copy.alg", "last.alg"], "last.alg is a program: expected a weight file"],
  [["check", "copy.alg", "copy.json"], "copy.json is a network exported as JSON: expected a weight file"],
  [["compile", "copy.safetensors"], "copy.safetensors is a weight file: expected a program"],
  [
    ["learn", "model.safetensors", "--data", "data.csv"],
    "model.safetensors is the model of a trained learner: expected a program",
  ],
  [
    ["predict", "last.alg", "--data", "data.csv"],
    "last.alg is a program: expected the model of a trained learner",
  ],
  [
    ["predict", "copy.onnx", "--data", "data.csv"],
    "copy.onnx is a network exported as ONNX: expected the model",
  ],
  [["compare", "last.alg", "copy.safetensors"], "the weights in copy.safetensors do not belong to last"],
])("%j", async (words, message) => {
  const { code, stderr } = await work.run(words);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test("what there is nothing to say of is refused as before", async () => {
  work.write("notes.txt", "hello");
  for (const file of ["notes.txt", "missing.txt"])
    expect((await work.run(["run", file, "--random", "1x1"])).stderr).toContain(
      `${file}: expected a program`,
    );
});

test("a program's warnings are printed once, however often compare is given it", async () => {
  work.write("warned.alg", PROGRAM.replace("output", "state unused: bit\n  output"));
  const words = [
    "compare",
    "warned.alg",
    "warned.alg",
    "--runs",
    "1",
    "--seed",
    "1",
    "--scales",
    "1",
    "--size",
    "2x2",
  ];
  const { code, stderr } = await work.run(words);
  expect(stderr.match(/warning /g)?.length).toBe(1);
  expect(code).toBe(0);
}, 60_000);

test("a machine shows its tape, and where its head is", async () => {
  work.write(
    "even.alg",
    `program even {
  input tape: enum { blank "_", no "0", yes "1" }
  grid 1 x cols
  workspace right 1
  machine on tape {
    start even at left
    halt accept, reject
    even yes -> no right odd
    even no -> no right even
    even blank -> blank stay accept
    odd yes -> yes right even
    odd no -> no right odd
    odd blank -> blank stay reject
  }
}`,
  );
  work.write("tape.txt", "1011\n");
  await work.run(["compile", "even.alg"]);
  for (const file of ["even.alg", "even.safetensors"]) {
    const { stdout, stderr } = await work.run(["run", file, "--input", "tape.txt"]);
    expect(stdout).toBe("[tape]\n0010_\n\n[head]\n. . . . reject\n");
    expect(stderr).toContain("even: the head is in state reject, at row 1, column 5");
    const { stdout: json } = await work.run(["run", file, "--input", "tape.txt", "--json"]);
    expect(JSON.parse(json)).toMatchObject({
      halted: true,
      outputs: { tape: [["0", "0", "1", "0", "_"]] },
      heads: [{ row: 0, col: 4, state: "reject" }],
    });
  }
});

test("the gallery's beaver shows its ones", async () => {
  const { stdout } = await work.run(["run", program("bb3.alg"), "--input", program("bb3.input.txt")]);
  expect(stdout).toContain("[tape]\n11111\n");
});
