import { describe, expect, test } from "vitest";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();

/** Compiles parity and takes one from the first number that is not zero in its last layer. */
async function breakParity(file: string): Promise<void> {
  await work.run(["compile", program("parity.alg"), "-o", file]);
  const network = readWeightFile(work.bytes(file), file);
  network.layers.at(-1)!.weight.values[0]! -= 1;
  work.write(file, writeWeightFile(network));
}

describe("prove", () => {
  test("says how each channel was decided, and that the rule is the program's schedule", async () => {
    const words = ["prove", program("gf2.alg"), "--seed", "1"];
    const { code, stdout } = await work.run(words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^gf2: proved, on every grid and for any number of steps/);
    expect(stdout).toMatch(
      /\n {2}schedule: proved \(alternating bit, waves, 1 instruction, [\d,]+ cases\)\n/,
    );
    const { document } = await work.json(words);
    expect(document).toMatchObject({
      proved: true,
      schedule: { outcome: "proved", lines: 1 },
      counterexample: null,
    });
  });

  test("a network that differs is refuted, and exits with 1", async () => {
    await breakParity("broken.safetensors");
    const words = ["prove", program("parity.alg"), "broken.safetensors", "--seed", "1"];
    const { code, stdout } = await work.run(words);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^parity: refuted/);
    const { document } = await work.json(words);
    expect(document).toMatchObject({ proved: false, schedule: { outcome: "proved" } });
    expect(document.counterexample).not.toBeNull();
  });

  test("--terminates runs all inputs up to a size, and says that it is bounded", async () => {
    const words = ["prove", program("gf2.alg"), "--terminates", "--max", "2x3"];
    const { code, stdout } = await work.run(words);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\n {2}steps <= 2 \* rows \+ cols: proved for 98 inputs, all there are on grids of up to 2x3 cells \(.*\); larger grids were not tried\n/,
    );
    const { document } = await work.json(words);
    expect(document.terminates).toMatchObject({
      outcome: "proved",
      bounded: true,
      inputs: 98,
      counterexample: null,
    });
  });

  test("a claim that is too low is refuted by an input", async () => {
    const text =
      "program slow { input n: 0..2 steps <= 1 loop { each { n = max(n - 1, 0) } halt when n == 0 } }";
    const { code, stdout } = await work.run(["prove", work.write("slow.alg", text), "--terminates"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/steps <= 1: refuted .*: this input takes more than 1 step:\n2\n$/);
  });

  test.each([
    [
      ["--terminates"],
      "life.alg",
      "life claims nothing about its steps; write such as `steps <= 3 * rows + cols`",
    ],
    [["--terminates", "--max", "2x1"], "glow.alg", "no grid of up to 2x1 cells is one that glow takes"],
  ])("%s of %s is refused", async (options, file, message) => {
    const glow = "program glow { output x: bit grid 1 x cols where cols >= 2 steps <= 1 each { x = 1 } }";
    const path = file === "glow.alg" ? work.write(file, glow) : program(file);
    const { code, stderr } = await work.run(["prove", path, ...options]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe("mutate", () => {
  test("counts who notices, and names what nobody could", async () => {
    const words = ["mutate", program("parity.alg"), "--grids", "20", "--seed", "1"];
    const { code, stdout } = await work.run(words);
    expect(code).toBe(0);
    const { document } = await work.json(words);
    const { mutants, refuted, found, equivalent, missed, undecided } = document;
    expect(mutants).toBe(refuted + equivalent.length + undecided);
    expect(refuted + undecided).toBe(found + missed.length);
    expect(stdout).toContain(`parity: ${mutants} mutants of`);
    expect(stdout).toContain(
      `prove refutes  ${refuted} of ${refuted} (100.0%) of those that are not equivalent`,
    );
    for (const { number, from, to } of equivalent)
      expect(stdout).toContain(`${number} ${from} becomes ${to}: proved on all`);
  });
});

describe("assertions", () => {
  const text = `program claims {
  input x: bit
  state a, b: bit
  assert not a or b
  assert not b
  sweep down {
    a = up.a and x
    b = up.b or x
  }
}
`;

  test("are proved, or refuted by a grid, and then prove exits with 1", async () => {
    const words = ["prove", work.write("claims.alg", text), "--seed", "1"];
    const { code, stdout } = await work.run(words);
    expect(code).toBe(1);
    expect(stdout).toMatch(/\n {2}line 4, assert not a or b: proved, on every grid \(\d+ cases\)\n/);
    expect(stdout).toMatch(
      /\n {2}line 5, assert not b: refuted: it does not hold in row 1, column 1, where b = 1, on this grid:\n1\n/,
    );
    const { document } = await work.json(words);
    expect(document).toMatchObject({
      proved: true,
      assertions: [
        { line: 4, outcome: "proved", reached: null },
        {
          line: 5,
          outcome: "refuted",
          reached: { input: { x: [[1]] }, row: 1, column: 1, instructions: 1, values: "b = 1" },
        },
      ],
    });
  });

  test("to which no cell comes are named by prove, check and the interpreter", async () => {
    const dead =
      "program dead {\n  input x: bit\n  output y: bit\n  each {\n    if x and not x {\n      assert y\n    }\n    y = x\n  }\n}\n";
    const file = work.write("dead.alg", dead);
    const proved = await work.run(["prove", file, "--seed", "1"]);
    expect(proved.code).toBe(0);
    expect(proved.stdout).toContain("\n  line 6, assert y: never reached, on any grid\n");
    const checked = await work.run(["check", file, "--seed", "1"]);
    expect(checked.code).toBe(0);
    expect(checked.stdout).toMatch(/\nline 6, assert y: never reached on these grids\n$/);
    const { document } = await work.json(["check", file, "--seed", "1"]);
    expect(document.assertions).toEqual([{ line: 6, name: "assert y", outcome: "never reached" }]);
    const run = await work.run(["run", file, "--engine", "reference", "-i", work.write("x.txt", "1\n")]);
    expect(run.stderr).toContain("line 6: `assert y` was never reached\n");
  });

  test("that fail are told by check and by the interpreter", async () => {
    const file = work.write("claims.alg", text);
    const checked = await work.run(["check", file, "--seed", "1"]);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toMatch(/^claims: the program breaks an assertion of its own/);
    expect(checked.stdout).toContain("values      b = 1\ninstruction assert not b\n");
    const run = await work.run(["run", file, "--engine", "reference", "-i", work.write("one.txt", "0\n1\n")]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(
      "line 5: `assert not b` does not hold in row 2, column 1, after 1 instruction, where b = 1",
    );
  });
});
