// `tapeloom corpus`: the same folder however it comes about; one that was stopped is gone on with.

import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { again, SEED } from "../seed.ts";
import { Workspace } from "./harness.ts";

const work = new Workspace();
const corpus = (folder: string, count: number, ...more: string[]) => [
  ...["corpus", "-o", folder, "--count", String(count), "--seed", String(SEED)],
  ...more,
];
const filesOf = (folder: string) =>
  Object.fromEntries(readdirSync(work.path(folder)).map((name) => [name, work.bytes(`${folder}/${name}`)]));

describe(`a corpus; ${again(SEED)}`, () => {
  test("has a program, a weight file and a line for each number", async () => {
    const { document, code } = await work.json(corpus("whole", 5));
    expect([code, document]).toEqual([0, expect.objectContaining({ programs: 5, outcomes: { proved: 5 } })]);
    const lines = work
      .read("whole/manifest.jsonl")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    for (const { program, seed, outcome } of lines) {
      expect([seed, outcome]).toEqual([SEED, "proved"]);
      const { code: proved } = await work.run([
        "prove",
        `whole/${program}.alg`,
        `whole/${program}.safetensors`,
      ]);
      expect(proved).toBe(0);
    }
    expect(Object.keys(filesOf("whole")).length).toBe(11);
  });

  test("that was stopped goes on, also in the middle of a line, and with a larger count", async () => {
    await work.run(corpus("parts", 2));
    work.write("parts/manifest.jsonl", `${work.read("parts/manifest.jsonl")}{"seed":1,"ind`);
    const { stderr } = await work.run(corpus("parts", 5));
    expect(stderr).toContain("parts: goes on, 2 programs there already");
    expect(filesOf("parts")).toEqual(filesOf("whole"));
    // What is there already is not made again.
    expect((await work.run(corpus("parts", 3))).stdout).toContain("parts: 3 programs");
    expect(filesOf("parts")).toEqual(filesOf("whole"));
  });

  test("of another seed, and what is none, are left alone", async () => {
    const other = await work.run(["corpus", "-o", "whole", "--seed", String(SEED + 1)]);
    expect(other).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: whole: found a corpus of seed/),
    });
    work.write("parts/manifest.jsonl", '{"index":3}\n');
    const none = await work.run(corpus("parts", 2));
    expect(none).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("line 1 is no entry of program number 0"),
    });
    const missing = await work.run(["corpus"]);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("-o, --output <folder>") });
  });
});
