// `workspace auto`: what runs show is what happens on a tape without ends. The oracle has such a tape, a map of cells.

import { expect, test } from "vitest";
import { Workspace } from "./harness.ts";

const workspace = new Workspace();
workspace.write("blank.txt", "0\n");

/** Steps, ones and cells of a machine on an endless tape, by its usual notation. */
function onEndlessTape(machine: string, most = 1e6) {
  const rules = machine.split("_").map((row) => row.match(/.../g)!);
  const tape = new Map<number, number>();
  let [at, state, steps, least, largest] = [0, 0, 0, 0, 0];
  while (state >= 0 && state < rules.length && steps < most) {
    const [write, move, next] = rules[state]![tape.get(at) ?? 0]!;
    tape.set(at, Number(write));
    at += move === "R" ? 1 : -1;
    state = next!.charCodeAt(0) - "A".charCodeAt(0);
    [least, largest] = [Math.min(least, at), Math.max(largest, at)];
    steps++;
  }
  return { steps, ones: [...tape.values()].filter((each) => each === 1).length, cells: largest - least + 1 };
}

const program = (machine: string, name: string, extra = "") => {
  const rules = machine.split("_").flatMap((row, state) =>
    row.match(/.../g)!.map((rule, symbol) => {
      const [write, move, next] = rule;
      return `${"ABCDEFGH"[state]} ${symbol} -> ${write} ${move === "R" ? "right" : "left"} ${next === "Z" ? "H" : next}`;
    }),
  );
  return `program ${name} {
  input tape: bit
  grid 1 x cols
  workspace auto
  machine on tape {
    start A at left
    halt H
    ${rules.join("\n    ")}
  }
  ${extra}
}
`;
};

// Machines that go far: the busy beavers of three and four states, and one that goes to the left for long.
const MACHINES = ["1RB1RZ_1LB0RC_1LC1LA", "1RB1LB_1LA0LC_1RZ1LD_1RD0RA", "1RB1LC_1LA1RB_1LB1LC"];

test.each(MACHINES.slice(0, 2))("%s halts after as many steps as on an endless tape", async (machine) => {
  const { steps, ones, cells } = onEndlessTape(machine);
  workspace.write("m.alg", program(machine, "m"));
  await workspace.run(["compile", "m.alg", "-o", "m.safetensors"]);
  for (const file of ["m.alg", "m.safetensors"])
    for (const engine of file === "m.alg" ? ["reference", "rule", "direct", "bits"] : ["direct"]) {
      const { document, stderr } = await workspace.json(["run", file, "-i", "blank.txt", "--engine", engine]);
      const wanted = document.outputs.tape.flat().filter((each: number) => each === 1).length;
      expect([document.steps, wanted, document.heads.length], stderr).toEqual([steps, ones, 1]);
      expect(document.cols).toBeGreaterThanOrEqual(cells);
    }
});

test("a machine without end is followed for as many steps as are asked for", async () => {
  const right = "1RA1RA";
  workspace.write("r.alg", program(right, "r").replace("    halt H\n", ""));
  const { document, stderr } = await workspace.json(["run", "r.alg", "-i", "blank.txt", "--steps", "300"]);
  expect([document.steps, document.heads.length]).toEqual([300, 1]);
  expect(stderr).toMatch(/the head needed more room, and has it on a grid of 1x1025/);
  const { code, stderr: refused } = await workspace.run(
    ["run", "r.alg", "-i", "blank.txt", "--steps", "100000"],
    { memory: 2 ** 22 },
  );
  expect([code, refused]).toEqual([2, expect.stringContaining("are free")]);
  const { stderr: checkpoint } = await workspace.run([
    "run",
    "r.alg",
    "-i",
    "blank.txt",
    "--steps",
    "300",
    "--checkpoint",
    "c.ckpt",
  ]);
  expect(checkpoint).toContain("--checkpoint is for runs on one grid");
});

test("proved like any other", async () => {
  workspace.write("p.alg", program(MACHINES[0]!, "p"));
  const proved = await workspace.run(["prove", "p.alg"]);
  expect(proved.code, proved.stderr).toBe(0);
  const { code, stdout } = await workspace.run([
    "check",
    "p.alg",
    "--grids",
    "5",
    "--max",
    "1x4",
    "--seed",
    "1",
  ]);
  expect(code, stdout).toBe(0);
});
