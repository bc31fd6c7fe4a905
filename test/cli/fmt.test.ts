import { describe, expect, test } from "vitest";
import { Workspace } from "./harness.ts";

const work = new Workspace();
const UGLY = "program p{ input x:bit\noutput y : bit\neach{y=x}}\n";
const NEAT = "program p {\n  input x: bit\n  output y: bit\n  each { y = x }\n}\n";

describe("fmt", () => {
  test("lays programs out in place, and leaves those in order alone", async () => {
    work.write("ugly.alg", UGLY);
    work.write("neat.alg", NEAT);
    const result = await work.run(["fmt", "ugly.alg", "neat.alg"]);
    expect(result).toEqual({ code: 0, stdout: "", stderr: "changed ugly.alg\n" });
    expect([work.read("ugly.alg"), work.read("neat.alg")]).toEqual([NEAT, NEAT]);
  });

  test("--check changes nothing and exits with 1", async () => {
    work.write("ugly.alg", UGLY);
    const result = await work.run(["fmt", "--check", "ugly.alg", "neat.alg"]);
    expect(result).toEqual({ code: 1, stdout: "", stderr: "would change ugly.alg\n" });
    expect(work.read("ugly.alg")).toBe(UGLY);
    expect((await work.run(["fmt", "--check", "neat.alg"])).code).toBe(0);
    const { code, document } = await work.json(["fmt", "--check", "ugly.alg", "neat.alg"]);
    const files = [
      { file: "ugly.alg", changed: true },
      { file: "neat.alg", changed: false },
    ];
    expect({ code, document }).toEqual({ code: 1, document: { files } });
  });

  test("standard input goes to standard output", async () => {
    const result = await work.run(["fmt", "-"], { stdin: UGLY });
    expect(result).toEqual({ code: 0, stdout: NEAT, stderr: "" });
    expect((await work.run(["fmt", "--check", "-"], { stdin: UGLY })).code).toBe(1);
  });

  test("a program with a mistake is reported and not touched", async () => {
    work.write("bad.alg", "program p { each { x = } }");
    const { code, stderr } = await work.run(["fmt", "bad.alg"]);
    expect(code).toBe(2);
    expect(stderr).toContain("bad.alg:1:24");
    expect(work.read("bad.alg")).toBe("program p { each { x = } }");
  });
});

describe("new", () => {
  test("writes a program that runs on its grid and agrees with its network", async () => {
    const made = await work.run(["new", "near"]);
    expect(made).toMatchObject({ code: 0, stdout: "near.alg\nnear.oracle.js\nnear.input.txt\n" });
    const run = await work.run(["run", "near.alg", "--input", "near.input.txt", "--engine", "reference"]);
    expect(run).toMatchObject({ code: 0, stdout: "990123\n999999\n012001\n" });
    expect((await work.run(["check", "near.alg", "--grids", "20", "--seed", "1"])).code).toBe(0);
    expect((await work.run(["fmt", "--check", "near.alg"])).code).toBe(0);
  });

  test("overwrites nothing", async () => {
    work.write("mine.oracle.js", "mine");
    const { code, stderr } = await work.run(["new", "mine"]);
    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(stderr).toContain("mine.oracle.js exists already");
    expect(work.read("mine.oracle.js")).toBe("mine");
    expect((await work.run(["fmt", "mine.alg"])).code).toBe(2);
  });

  test("refuses names that programs cannot have", async () => {
    expect(await work.run(["new", "../x"])).toMatchObject({ code: 2, stdout: "" });
  });
});
