// Folders in the style of Hugging Face: the example on the card runs as it stands there, and all files say the same network.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { program, Workspace } from "../cli/harness.ts";
import { compileProgram, readProgram } from "../programs/programs.ts";
import { pythonWith, runPython } from "./python.ts";

const python = pythonWith("torch");
const work = new Workspace();

// Bits and enums, a learner, a machine with workspace and without inputs, a field that only one cell may hold.
describe.each(["life", "wireworld", "gf2", "bb3", "langton"])("%s", (name) => {
  const folder = `${name}.hf`;

  test("has a card with metadata, a configuration, weights and the program", async () => {
    const { code, stdout } = await work.run(["export", program(`${name}.alg`), "--format", "hf"]);
    expect(code).toBe(0);
    const files = [`${name}.alg`, "README.md", "config.json", "model.py", "model.safetensors"];
    expect(readdirSync(work.path(folder)).sort()).toEqual(files.sort());
    expect(stdout.trimEnd().split("\n").sort()).toEqual(files.map((file) => `${folder}/${file}`).sort());
    const card = work.read(`${folder}/README.md`);
    const [, front] = /^---\n(.*?)\n---\n/s.exec(card)!;
    expect(parse(front!)).toMatchObject({
      library_name: "pytorch",
      tags: expect.arrayContaining(["tapeloom"]),
    });
    expect(card).toContain("is proved to do what the program says");
    const { network } = compileProgram(name);
    const read = readWeightFile(work.bytes(`${folder}/model.safetensors`), "model.safetensors");
    expect(read.layers).toEqual(network.layers);
    const config = JSON.parse(work.read(`${folder}/config.json`));
    expect(config.program).toMatchObject({ name, sha256: network.sourceHash });
    expect(config.channels.map((each: { name: string }) => each.name)).toEqual(
      network.channels.map((each) => each.name),
    );
    expect(work.read(`${folder}/${name}.alg`)).toBe(readProgram(name).text);
  });

  test.skipIf(python === null)("its example runs as it stands there", async () => {
    await work.run(["export", program(`${name}.alg`), "--format", "hf"]);
    const [, snippet] = /```python\n(.*?)```/s.exec(work.read(`${folder}/README.md`))!;
    const script = `${snippet!.replace("print(", "found = (")}
import json
print(json.dumps({"steps": found[0], "fields": {name: grid[0].tolist() for name, grid in found[1].items()}}))`;
    const found = runPython(python!, work.path(folder), script) as {
      steps: number;
      fields: Record<string, number[][]>;
    };
    expect(found.steps).toBeGreaterThanOrEqual(0);
    const { checked } = compileProgram(name, { effort: 0 });
    expect(Object.keys(found.fields)).toEqual(
      expect.arrayContaining(checked.fields.map((field) => field.name)),
    );
  });
});

test("a weight file has no program beside it, and params are said", async () => {
  await work.run(["compile", program("life.alg"), "-o", "life.safetensors"]);
  await work.run(["export", "life.safetensors", "--format", "hf", "-o", "weights"]);
  expect(readdirSync(work.path("weights"))).not.toContain("life.alg");
  expect(work.read(join("weights", "README.md"))).not.toContain("## Program");
  const source = "program p { param k = 1 input a: 0..3 loop { each { a = min(a, k) } } }";
  await work.run(["export", work.write("p.alg", source), "--format", "hf", "-o", "params", "--set", "k=2"]);
  expect(work.read(join("params", "README.md"))).toContain("in `p.alg` with k = 2 by tapeloom");
});
