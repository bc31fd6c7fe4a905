// Cases are legal neighbourhoods, each once, and say what the rule says.

import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { loadBackend } from "../../src/engines/backend.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { CaseSet, ownInput } from "../../src/learning/train/cases.ts";
import { countNeighbourhoods, sourceOf } from "../../src/learning/train/draw.ts";
import { caseDifferentiator, MARGIN } from "../../src/learning/train/gradient.ts";
import { weightsOf } from "../../src/learning/train/weights.ts";
import { encode } from "../../src/network/state.ts";
import { compileProgram } from "../programs/programs.ts";
import { neighbourhoods } from "../prove/exhaustive.ts";
import { SEED } from "../seed.ts";

describe.each(["gf2", "sort", "conjunction", "maze"])("%s", (name) => {
  const { checked, rule, network } = compileProgram(name);
  const source = sourceOf(checked, rule, seededRandom(SEED));
  const cases = new CaseSet(network);
  for (let turn = 0; turn < 20; turn++) source.run(cases);
  const visited = cases.count;
  for (let turn = 0; turn < 20; turn++) source.anywhere(cases);

  test("the compiled network is right on all of them, to the full margin", async () => {
    expect(visited).toBeGreaterThan(50);
    expect(cases.count).toBeGreaterThan(visited);
    const { evaluate } = caseDifferentiator(await loadBackend(), network.residual);
    const { loss, shortfalls } = evaluate(weightsOf(network), cases);
    expect(loss).toBe(0);
    expect(shortfalls.every((shortfall) => shortfall === 0)).toBe(true);
  });

  test("a network with one number changed is not", async () => {
    const { evaluate } = caseDifferentiator(await loadBackend(), network.residual);
    const weights = weightsOf(network);
    weights.at(-1)!.bias[network.channels.findIndex(({ code }) => code.kind !== "inside")]! += 1;
    expect(evaluate(weights, cases).shortfalls.some((shortfall) => shortfall > MARGIN)).toBe(true);
  });

  test("none comes twice", () => {
    const rows = Array.from({ length: cases.count }, (_, at) =>
      cases.inputs.subarray(at * cases.width, (at + 1) * cases.width).join(""),
    );
    expect(new Set(rows).size).toBe(cases.count);
    const before = cases.count;
    cases.addFrom(cases, 0);
    expect(cases.count).toBe(before);
  });
});

test("the cell's own channels are in the middle", () => {
  const { network } = compileProgram("add");
  const cases = new CaseSet(network);
  const planes = { x: Int32Array.of(1), total: Int32Array.of(0), carry: Int32Array.of(1) };
  const grid = { rows: 1, cols: 1, planes };
  cases.add(grid, grid);
  const own = network.channels.map((_, channel) => cases.inputs[ownInput(cases, channel)]!);
  expect(own).toEqual([...encode(network, grid)]);
  expect(cases.inputs.reduce((sum, bit) => sum + bit, 0)).toBe(own.reduce((sum, bit) => sum + bit, 0));
});

test("around a counterexample lie cases that differ from it in a few places, and those that the rule makes", async () => {
  const { checked, rule, network } = compileProgram("maze");
  const source = sourceOf(checked, rule, seededRandom(SEED));
  const cases = new CaseSet(network);
  const grid = { rows: 2, cols: 3, planes: { cell: Int32Array.of(0, 1, 2, 1, 1, 0) } };
  source.around(cases, { grid, row: 1, col: 1 }, 50);
  const run = directEngine(network).start(grid, [encode(network, grid)]);
  await run.advance(1);
  const after = (await run.read())[0]!;
  const width = network.channels.length;
  expect([...cases.targets.subarray(0, width)]).toEqual([...after.subarray(4 * width, 5 * width)]);
  expect(cases.count).toBeGreaterThan(25);
});

test.each(["life", "parity"])("the number of legal neighbourhoods of %s, where edges do not show", (name) => {
  const { rule, network } = compileProgram(name);
  expect(countNeighbourhoods(rule)).toBe(2 ** (9 * network.channels.length));
});

test("the number of legal neighbourhoods, where edges show", () => {
  const text = "program edges { state y: bit loop { each { if at right { y = not y } } } }";
  const { rule } = compile({ name: "edges", text });
  expect(countNeighbourhoods(rule)).toBe([...neighbourhoods(rule)].length);
});
