import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { randomMachine } from "../../bench/compile-programs.ts";
import { hashOf } from "../../src/compile.ts";
import { sizeOf } from "../../src/network/network.ts";
import { sumRanges } from "../../src/network/reach.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();
const forms = new Workspace();
const network = (file: string) => readWeightFile(work.bytes(file), file);

describe("compile", () => {
  test("writes the weights beside nothing else, and prints their size", async () => {
    const { code, stdout, stderr } = await work.run(["compile", program("parity.alg")]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readdirSync(work.folder)).toEqual(["parity.safetensors"]);
    const size = sizeOf(network("parity.safetensors"));
    expect(stdout).toContain("parity.safetensors\n");
    for (const [label, value] of [
      ["program", "parity"],
      ["channels", size.channels],
      ["hidden units", size.hidden],
      ["weights", size.weights],
      ["non-zero weights", size.nonzero],
      ["layers", size.layers.join(", ")],
    ])
      expect(stdout).toMatch(new RegExp(`^ {2}${label} +${value}$`, "m"));
    expect(stdout).toMatch(/schedule +free-running: straight-line/);
    expect(stdout).toMatch(/exact in +float32, float16, bfloat16, int8/);
    expect(stdout).toMatch(/optimisation +\d+ non-zero: from the structure/);
  });

  test("--no-tokens makes a network for any number of heads, which takes more numbers", async () => {
    const tokensOf = async (...options: string[]) => {
      await work.run(["compile", program("bb3.alg"), "-o", "t.safetensors", ...options]);
      const { tokens = [] } = network("t.safetensors");
      return { tokens, nonzero: sizeOf(network("t.safetensors")).nonzero };
    };
    const [alone, several] = [await tokensOf(), await tokensOf("--no-tokens")];
    expect([alone.tokens, several.tokens]).toEqual([["head"], []]);
    expect(several.nonzero).toBeGreaterThan(alone.nonzero);
    const { code, stdout } = await work.run(["prove", program("bb3.alg"), "t.safetensors"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("proved, on every grid")]);
  });

  test("--json describes the file that was written", async () => {
    const { code, document } = await work.json(["compile", program("sort.alg"), "-o", "s.safetensors"]);
    const written = network("s.safetensors");
    expect(code).toBe(0);
    expect(document).toEqual({
      program: "sort",
      ...sizeOf(written),
      schedule: written.schedule,
      exact: written.exact,
      bounds: sumRanges(written).map((sums) => sums.map((each) => [...each])),
      history: expect.arrayContaining([{ step: "from the structure", nonzero: expect.any(Number) }]),
      proved: true,
      file: "s.safetensors",
    });
    expect(document.history.at(-1).nonzero).toBe(document.nonzero);
    expect(written.sourceHash).toBe(hashOf(readFileSync(program("sort.alg"), "utf8")));
  });

  test("proves large networks, of which nothing is pruned; without the proof, the numbers are the same", async () => {
    work.write("large.alg", randomMachine(100, 8, 1));
    const { document } = await work.json(["compile", "large.alg", "--budget", "60s"]);
    expect(document.proved).toBe(true);
    const proved = readFileSync(work.path("large.safetensors"));
    const { stdout } = await work.run(["compile", "large.alg", "--no-proof"]);
    expect(stdout).toMatch(/proof +none yet: .* nothing of it is pruned;\n +`tapeloom prove` proves it/);
    expect(readFileSync(work.path("large.safetensors"))).toEqual(proved);
  });

  test("--set changes params", async () => {
    const text = "program p { param k = 2\n input n: 0..k\n each { n = if n < k then n + 1 else n } }";
    work.write("p.alg", text);
    await work.run(["compile", "p.alg", "--set", "k=3", "--set", "k=5"]);
    expect(network("p.safetensors").fields[0]!.type).toEqual({ kind: "range", lo: 0, hi: 5 });
  });

  test("warnings go to standard error", async () => {
    work.write("w.alg", "program w {\n  input x: bit\n  loop {\n    sweep right { x = left.x }\n  }\n}\n");
    const { code, stdout, stderr } = await work.json(["compile", "w.alg"]);
    expect(code).toBe(0);
    expect(() => JSON.parse(stdout)).not.toThrow();
    expect(stderr).toMatch(/^warning TL503: /);
    expect(stderr).toContain("3 |   loop {\n");
  });

  test("-v says more", async () => {
    const { stderr } = await work.run(["compile", program("parity.alg"), "-v"]);
    expect(stderr).toMatch(/compiled in \d+\.\d s\n/);
    expect(stderr).toMatch(/[\d,]+ bytes, program SHA-256 [0-9a-f]{64}\n/);
  });

  test("an existing file is replaced, a link is followed, and nothing is left behind by errors", async () => {
    mkdirSync(work.path("out"));
    work.write("out/real.safetensors", "old");
    symlinkSync(work.path("out/real.safetensors"), work.path("out/link.safetensors"));
    await work.run(["compile", program("parity.alg"), "-o", "out/link.safetensors"]);
    expect(network("out/real.safetensors").program).toBe("parity");
    mkdirSync(work.path("out/taken.safetensors"));
    const { code, stderr } = await work.run([
      "compile",
      program("parity.alg"),
      "-o",
      "out/taken.safetensors",
    ]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "error: out/taken.safetensors cannot be written: it is a directory; give the name of a file\n",
    });
    expect(readdirSync(work.path("out")).sort()).toEqual([
      "link.safetensors",
      "real.safetensors",
      "taken.safetensors",
    ]);
  });

  test.each([
    ["ast", /^program parity \{\n {2}input x: bit\n/],
    ["instructions", /^program parity\n[\s\S]*0: sweep right \(line \d+\)\n {2}p = /],
    ["ir", /^program parity\n[\s\S]*0: sweep right/],
    ["rule", /^rule parity\n[\s\S]*next values\n {2}p = /],
    ["network", /^network parity\n[\s\S]*layer 1: 3x3/],
  ])("--emit %s prints it and writes no weights", async (stage, expected) => {
    const { code, stdout } = await forms.run(["compile", program("parity.alg"), "--emit", stage]);
    expect(code).toBe(0);
    expect(stdout).toMatch(expected);
    expect(readdirSync(forms.folder).filter((file) => file !== "form.txt")).toEqual([]);
    const { document } = await forms.json(["compile", program("parity.alg"), "--emit", stage]);
    expect(document).toEqual({ program: "parity", emit: stage, text: stdout });
    await forms.run(["compile", program("parity.alg"), "--emit", stage, "-o", "form.txt"]);
    expect(forms.read("form.txt")).toBe(stdout);
  });
});

describe("programs with errors", () => {
  const text = "program bad {\n  input x: bit\n  each { y = x\n         x = z }\n}\n";

  test("are shown as code frames", async () => {
    work.write("bad.alg", text);
    const { code, stdout, stderr } = await work.run(["compile", "bad.alg"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(" --> bad.alg:3:10\n");
    expect(stderr).toContain("4 |          x = z }\n");
    expect(stderr).toMatch(/\nbad.alg: 2 errors\n$/);
    expect(existsSync(work.path("bad.safetensors"))).toBe(false);
  });

  test("are JSON with --json", async () => {
    work.write("bad.alg", text);
    const { code, document, stderr } = await work.json(["compile", "bad.alg"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(document.errors).toMatchObject([
      { severity: "error", line: 3, column: 10 },
      { severity: "error", line: 4, column: 14 },
    ]);
  });

  test("are coloured on terminals, unless NO_COLOR is set", async () => {
    work.write("bad.alg", text);
    const colour = await work.run(["compile", "bad.alg"], { isTTY: true });
    expect(colour.stderr.replaceAll("\x1b", "ESC")).toMatch(/^ESC\[31merror TL\d+:ESC\[39m/);
    const plain = await work.run(["compile", "bad.alg"], { isTTY: true, env: { NO_COLOR: "1" } });
    expect(plain.stderr).toMatch(/^error TL\d+: /);
  });
});
