// `ends when all(...)`: when a run is over, by the reference interpreter, the rule's stop and the network.

import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import { runRule } from "../../src/engines/rule.ts";
import { runNetwork } from "../../src/engines/run.ts";
import type { Grid } from "../../src/grid/grid.ts";
import type { Network } from "../../src/network/network.ts";
import { checkNetwork } from "../../src/proof/verify/check.ts";

const row = (name: string, values: readonly number[]): Grid => ({
  rows: 1,
  cols: values.length,
  planes: { [name]: Int32Array.from(values) },
});

/** Every cell counts down to 0, and would go on at 7. */
const COUNTDOWN = `program countdown {
  input n: 0..7
  ends when all(n == 0)
  loop { each { n = if n == 0 then 7 else n - 1 } }
}`;

/** Cells with an odd number halt at 3 or below; the others must come to 0 for the run to end. */
const MIXED = `program mixed {
  input n: 0..7
  input odd: bit
  ends when all(n == 0)
  loop {
    each { n = if n == 0 then 0 else n - 1 }
    halt when odd and n <= 3
  }
}`;

describe.each([
  ["when all cells satisfy it at the same time", COUNTDOWN, row("n", [3, 3, 3]), 3],
  ["not when they do one after another", COUNTDOWN, row("n", [2, 3]), null],
  ["before the first pass", COUNTDOWN, row("n", [0, 0]), 0],
  [
    "when the cells that do not have halted",
    MIXED,
    { ...row("n", [4, 7, 2]), planes: { ...row("n", [4, 7, 2]).planes, ...row("odd", [0, 1, 0]).planes } },
    4,
  ],
  [
    "a halted cell that never will does not keep it from ending",
    MIXED,
    { ...row("n", [1, 7]), planes: { ...row("n", [1, 7]).planes, ...row("odd", [1, 0]).planes } },
    7,
  ],
] as const)("a run ends %s", (_, text, input, steps) => {
  const compilation = compile({ name: "p.alg", text });
  const MOST = 20;

  test("by the reference interpreter", () => {
    const run = interpret(compilation.checked, input, { maxInstructions: MOST });
    expect(run).toMatchObject({ halted: steps !== null, instructions: steps ?? MOST });
  });

  test("by the rule and by the network, after as many steps", async () => {
    expect(compilation.rule.schedule.kind).toBe("lockstep");
    const rule = runRule(compilation.rule, input, MOST);
    expect(rule).toMatchObject({ halted: steps !== null, steps: steps ?? MOST });
    const engine = directEngine(compilation.network);
    const run = await runNetwork(compilation.network, engine, input, { maxSteps: MOST });
    expect(run).toMatchObject({ halted: steps !== null, steps: steps ?? MOST });
    expect(run.grid.planes.n).toEqual(rule.grid.planes.n);
  });

  test("and check finds no difference", async () => {
    const engine = directEngine(compilation.network);
    const options = { seed: 3, grids: 60, maxRows: 2, maxCols: 2 };
    const result = await checkNetwork(compilation, compilation.network, engine, options);
    expect(result).toMatchObject({ agree: true });
  });
});

test("straight programs with an end keep step too", () => {
  const text = "program p { input x: bit output y: bit ends when all(y) each { y = x } each { x = 0 } }";
  const compilation = compile({ name: "p.alg", text });
  expect(compilation.rule.schedule.kind).toBe("lockstep");
  expect(runRule(compilation.rule, row("x", [1, 1]), 9)).toMatchObject({ steps: 1, halted: true });
  expect(interpret(compilation.checked, row("x", [1, 1]))).toMatchObject({ instructions: 1, halted: true });
  expect(interpret(compilation.checked, row("x", [1, 0]))).toMatchObject({ instructions: 2, halted: true });
});

test("a network that ends at another time is found, and one that never does is refused", async () => {
  const compilation = compile({ name: "p.alg", text: COUNTDOWN });
  const { network } = compilation;
  const options = { seed: 3, grids: 60, maxRows: 1, maxCols: 1 };
  const late: Network = {
    ...network,
    stop: { kind: "halted", cubes: [{ on: network.channels.map(({ name }) => name), off: [] }] },
  };
  expect((await checkNetwork(compilation, late, directEngine(late), options)).agree).toBe(false);
  const never: Network = { ...network, stop: { kind: "never" } };
  await expect(checkNetwork(compilation, never, directEngine(never), options)).rejects.toThrow(InputError);
});

describe("cells that hold nothing, since every field has one value, and so no channel", () => {
  const input: Grid = { rows: 2, cols: 3, planes: { mark: new Int32Array(6) } };
  const runOf = (when: string) => {
    const text = `program r { input mark: enum { only } loop { each {} halt when ${when} } }`;
    const { network } = compile({ name: "r.alg", text });
    expect(network.channels).toEqual([]);
    return runNetwork(network, directEngine(network), input, { maxSteps: 5 });
  };

  test("halt where the program says so", async () => {
    expect(await runOf("mark == only")).toMatchObject({ steps: 0, halted: true });
  });

  test("and else go on", async () => {
    expect(await runOf("mark != only")).toMatchObject({ steps: 5, halted: false });
  });
});
