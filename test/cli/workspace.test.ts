// `workspace auto`: what runs show is what happens on a tape without ends. The oracle has such a tape, a map of cells.

import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { again, SEED } from "../seed.ts";
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
  const cells = Array.from({ length: largest - least + 1 }, (_, cell) => tape.get(least + cell) ?? 0);
  return {
    steps,
    ones: cells.filter((each) => each === 1).length,
    cells: cells.length,
    tape: cells.join(""),
  };
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

const trimmed = (tape: string): string => tape.replace(/^0+|0+$/g, "");

/** A machine of two to four states, all of which can be reached. */
function randomMachine(random: Random): string {
  const states = 2 + random.int(3);
  const rule = () => {
    const to = random.next() < 0.1 ? "Z" : "ABCD"[random.int(states)];
    return `${random.int(2)}${"LR"[random.int(2)]}${to}`;
  };
  const rows = Array.from({ length: states }, () => rule() + rule());
  const reached = new Set(["A"]);
  for (const state of reached)
    for (const to of (rows["ABCD".indexOf(state)] ?? "").match(/[A-D]/g) ?? []) reached.add(to);
  return reached.size === states ? rows.join("_") : randomMachine(random);
}

test("with room to begin with and with more, as on an endless tape", async () => {
  const random = seededRandom(SEED);
  const sides = { same: 0, grown: 0 };
  for (let i = 0; i < 40; i++) {
    const machine = randomMachine(random);
    const halts = machine.includes("Z");
    workspace.write("x.alg", program(machine, "x").replace(halts ? "" : "    halt H\n", ""));
    const words = ["run", "x.alg", "-i", "blank.txt", "--engine", "rule"];
    const { document, stderr } = await workspace.json([...words, "--steps", "40"]);
    const { steps, tape } = onEndlessTape(machine, document.repeats === undefined ? 40 : document.steps);
    const about = `${machine}, ${again(SEED)}\n${stderr}`;
    expect([document.steps, document.heads?.length], about).toEqual([steps, 1]);
    expect(trimmed(document.outputs.tape.flat().join("")), about).toBe(trimmed(tape));
    sides[stderr.includes("needed more room") ? "grown" : "same"]++;
  }
  expect(Math.min(sides.same, sides.grown), again(SEED)).toBeGreaterThan(3);
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
