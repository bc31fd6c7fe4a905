// Whatever is wrong with the command line or with files is said in one sentence that also says what to do.

import { chmodSync, mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { reportError } from "../../src/cli/errors.ts";
import { type Io, processIo } from "../../src/cli/io.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();
mkdirSync(work.path("folder.alg"));
work.write("good.alg", "program good { input x: bit each { x = not x } }");
work.write("binary.alg", new Uint8Array([0xff, 0xfd, 0, 1]));
work.write("notes.txt", "program good { }");
work.write("zeros.csv", new Uint8Array([0, 0, 0]));
work.write("fake.safetensors", "not at all");
const GRID = ["--random", "1x1"];

const cases: readonly (readonly [words: readonly string[], message: string | RegExp])[] = [
  [["compile", "god.alg"], "god.alg: there is no such file; did you mean good.alg?"],
  [["compile", "nowhere/good.alg"], "nowhere/good.alg: there is no such file; check the name"],
  [["compile", "good.alg/x.alg"], "good.alg/x.alg: there is no such file; check the name"],
  [["compile", "folder.alg"], "folder.alg is a directory; give a file"],
  [
    ["compile", "binary.alg"],
    "binary.alg is a binary file, or text that is not UTF-8; give a text file in UTF-8",
  ],
  [
    ["compile", "notes.txt"],
    "notes.txt is a program: expected a program, a file whose name ends in .alg; rename it, or give another one",
  ],
  [
    ["compile", "good.alg", "-o", "no/dir/x.safetensors"],
    "no/dir/x.safetensors cannot be written: there is no directory no/dir; make it, or choose another place",
  ],
  [
    ["compile", "good.alg", "-o", "weights.bin"],
    /^-o weights.bin: a weight file's name ends in .safetensors/,
  ],
  [["compile", "good.alg", "--emit", "tokens"], /^option '--emit <stage>' argument 'tokens' is invalid/],
  [["compile", "good.alg", "--set", "k"], /Expected NAME=VALUE with a whole number, such as k=8\./],
  [["compile"], /^missing required argument 'file'/],
  [["complie", "good.alg"], /^unknown command 'complie'\n\(Did you mean compile\?\)/],
  [
    ["run", "notes.txt", ...GRID],
    /^notes.txt is a program: expected a program, whose name ends in .alg, or a weight file/,
  ],
  [["run", "fake.safetensors", ...GRID], /^fake.safetensors/],
  [["run", "good.alg"], "there is no grid to run on; give --input FILE, or --random ROWSxCOLUMNS"],
  [["run", "good.alg", ...GRID, "-i", "notes.txt"], "found both --input and --random; give one of them"],
  [["run", "good.alg", "-i", "none.csv"], "none.csv: there is no such file; check the name"],
  [["run", "good.alg", "-i", "zeros.csv"], /^zeros.csv is a binary file/],
  [["run", "good.alg", "-i", "notes.txt"], /^notes.txt, field x, row 1, column 1: found "program"/],
  [
    ["run", "good.alg", "-i", "-", "--seed", "1"],
    "--seed belongs to --random; leave it out where there is --input",
  ],
  [["run", "good.alg", "--random", "3"], /Expected ROWSxCOLUMNS, such as 8x12/],
  [["run", "good.alg", "--random", "0x3"], /Expected ROWSxCOLUMNS, such as 8x12/],
  [
    ["run", "good.alg", "--random", "99999x99999"],
    /a grid of 99999x99999 cells needs [\d,]+ bytes on the direct engine/,
  ],
  [["run", "good.alg", ...GRID, "--steps", "-1"], /Expected a whole number from 0 on/],
  [["run", "good.alg", ...GRID, "--fps", "0"], /Expected a number of frames a second/],
  [
    ["run", "good.alg", ...GRID, "--engine", "gpu"],
    /Allowed choices are auto, bits, tensor, direct, .*rule, reference/,
  ],
  [
    ["run", "good.alg", ...GRID, "-o", "x.bmp"],
    /^-o x.bmp: expected a name that ends in .txt, .csv, .json or .rle/,
  ],
  [
    ["check", "good.alg", "notes.txt"],
    /^notes.txt is a program: expected a weight file, whose name ends in .safetensors/,
  ],
  [["check", "good.alg", "--grids", "0"], /Expected a whole number from 1 on/],
  [["explain", "good.alg", "--set", "k=2"], /^TL215|no param called/],
];

describe("bad input", () => {
  test.each(cases)("%j", async (words, message) => {
    const { code, stdout, stderr } = await work.run(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    if (typeof message === "string") expect(stderr).toBe(`error: ${message}\n`);
    else expect(stderr.replace(/^error: /, "")).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    const { document } = await work.json(words);
    expect(Object.keys(document)).toEqual(["errors"]);
    expect(document.errors[0].message).toEqual(expect.any(String));
  });

  test("--watch does not go with --json", async () => {
    const { code, document } = await work.json(["run", "good.alg", ...GRID, "--watch"]);
    expect(code).toBe(2);
    expect(document).toEqual({ errors: [{ message: "found both --watch and --json; give one of them" }] });
  });

  test("--set does not go with weights", async () => {
    await work.run(["compile", "good.alg"]);
    const { stderr } = await work.run(["explain", "good.safetensors", "--set", "k=1"]);
    expect(stderr).toBe(
      "error: --set changes programs, but good.safetensors is already compiled; give the program\n",
    );
  });

  // The superuser may read everything.
  test.skipIf(process.getuid?.() === 0)("files that may not be read", async () => {
    work.write("secret.alg", "program p { }");
    chmodSync(work.path("secret.alg"), 0);
    const { stderr } = await work.run(["compile", "secret.alg"]);
    expect(stderr).toBe("error: secret.alg may not be read; ask for permission, or give another file\n");
  });

  test("no words at all give the help, on standard error", async () => {
    const { code, stdout, stderr } = await work.run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: tapeloom/);
  });
});

describe("help", () => {
  // In this order, because the first compiles what the others run and check.
  test("every command has an example that works", async () => {
    for (const command of ["compile", "run", "check", "explain"]) {
      const { code, stdout } = await work.run([command, "--help"]);
      expect(code).toBe(0);
      const example = /Example:\n {2}\$ tapeloom (.*)\n/.exec(stdout)?.[1] ?? "";
      expect(example.startsWith(`${command} `)).toBe(true);
      const words = example
        .split(" ")
        .map((word) => (word.startsWith("programs/") ? program(word.slice("programs/".length)) : word));
      expect(await work.run(words), example).toMatchObject({ code: 0 });
    }
  });

  test("the version is the package's", async () => {
    const { default: manifest } = await import("../../package.json", { with: { type: "json" } });
    expect(await work.run(["--version"])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });
});

describe("our own bugs", () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) } as unknown as Io["stdout"];
  const io = { ...processIo(), stdout: stream, stderr: stream };

  test("are not texts that are too long for Node", () => {
    const tooLong = () => "x".repeat(2 ** 30);
    expect(tooLong).toThrow(RangeError);
    try {
      tooLong();
    } catch (error) {
      expect(reportError(io, error, false)).toBe(2);
    }
    expect(written.splice(0).join("")).toMatch(/^error: .*536,870,888 characters.*give a smaller grid/);
  });

  test("are called so, with a stack and a code of their own", () => {
    expect(reportError(io, new Error("internal: no such thing"), false)).toBe(70);
    expect(written.join("")).toMatch(/^internal: no such thing\n[\s\S]*bug in tapeloom[\s\S]*\n {4}at /);
  });
});
