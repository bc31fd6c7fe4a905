// What programs say of their grids and runs, as commands obey it.

import { expect, test } from "vitest";
import { Workspace } from "./harness.ts";

const work = new Workspace();

work.write(
  "bb3.alg",
  `program bb3 {
  output tape: bit
  grid 1 x cols where cols <= 4
  workspace left 3, right cols
  steps <= 21
  machine on tape {
    start A at left
    halt H
    A 0 -> 1 right B
    A 1 -> 1 right H
    B 0 -> 1 left B
    B 1 -> 0 right C
    C 0 -> 1 left C
    C 1 -> 1 left A
  }
}
`,
);

test("a machine runs on its workspace, as a program and from its weight file alone", async () => {
  await work.run(["compile", "bb3.alg"]);
  for (const [file, engine] of [
    ["bb3.alg", "reference"],
    ["bb3.alg", "rule"],
    ["bb3.safetensors", "direct"],
  ] as const) {
    const words = ["run", file, "--random", "1x3", "--seed", "1", "--engine", engine];
    const { code, document } = await work.json(words);
    expect(code).toBe(0);
    expect(document, file).toMatchObject({ rows: 1, cols: 9, steps: 21, halted: true });
    expect(document.outputs.tape[0].filter((symbol: number) => symbol === 1)).toHaveLength(5);
  }
});

test.each(["bb3.alg", "bb3.safetensors"])("%s refuses a grid of another shape", async (file) => {
  const { code, stderr } = await work.run([
    "run",
    file,
    "--random",
    "2x3",
    "--seed",
    "1",
    "--engine",
    "direct",
  ]);
  expect(code).toBe(2);
  expect(stderr).toContain(
    "error: the program takes a grid of 1 x cols where cols <= 4 (rows x columns), but the input has 2 x 3",
  );
});

test("check tells the worst run beside the claim", async () => {
  const { code, stdout } = await work.run(["check", "bb3.alg", "--grids", "24", "--seed", "1"]);
  expect(stdout).toMatch(
    /\nsteps <= 21: the worst was 21 steps of 21, on 1x\d cells\nof these runs: \d+ halted in H, \d+ had no single head, or were left running\n$/,
  );
  expect(code).toBe(0);
});

test("check shows a run that takes longer than claimed", async () => {
  work.write("low.alg", work.read("bb3.alg").replace("steps <= 21", "steps <= 20"));
  const { code, stdout } = await work.run(["check", "low.alg", "--grids", "24", "--seed", "1"]);
  expect(code).toBe(1);
  expect(stdout).toContain("bb3: the network takes more steps than the program claims");
  expect(stdout).toMatch(/\nexpected +at most 20\ngot +21\n/);
  expect(stdout).toContain("5 |   steps <= 20\n");
  const { document } = await work.json(["check", "low.alg", "--grids", "24", "--seed", "1"]);
  expect(document).toMatchObject({ agree: false, claim: { claim: "20" }, counterexample: { kind: "steps" } });
});

test("run says when a head has left the grid", async () => {
  const machine =
    "program walk { output t: bit machine on t { start A at left A 0 -> 1 right A A 1 -> 1 stay A } }";
  work.write("walk.alg", machine);
  const words = ["run", "walk.alg", "--random", "1x3", "--seed", "1", "--engine", "reference"];
  const { stdout, stderr } = await work.run(words);
  expect(stdout).toBe("[t]\n111\n\n[head]\n...\n");
  expect(stderr).toContain("walk: halted after 3 instructions");
  expect(stderr).toContain("walk: no head is left on the grid");
  expect((await work.run(["run", "bb3.alg", ...words.slice(2)])).stderr).not.toContain("no head is left");
});
