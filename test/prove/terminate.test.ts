// Bounded termination proofs: all inputs there are, and the steps that each of them takes.

import { describe, expect, test } from "vitest";
import { type Compilation, compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { bounds, type Grid, type Shape } from "../../src/grid/grid.ts";
import { fitsGrid, prepareInput } from "../../src/grid/prepare.ts";
import { evaluateSize } from "../../src/grid/size.ts";
import { proveTermination } from "../../src/proof/prove/terminate.ts";
import { compileProgram, readProgram } from "../programs/programs.ts";

const compiled = (name: string, text: string): Compilation =>
  compile({ name, text: `program ${name} { ${text} }` });

/** Steps of every input of a shape, by the plain runner. */
async function stepsOfAll({ checked, network }: Compilation, shape: Shape): Promise<number[]> {
  let grids: Grid[] = [{ ...shape, planes: {} }];
  for (const { name, type } of checked.fields.filter(({ role }) => role === "input")) {
    const { lo, hi } = bounds(type);
    for (let cell = 0; cell < shape.rows * shape.cols; cell++) {
      grids = grids.flatMap((grid) =>
        Array.from({ length: hi - lo + 1 }, (_, at) => {
          const plane = grid.planes[name] ?? new Int32Array(shape.rows * shape.cols);
          return { ...shape, planes: { ...grid.planes, [name]: plane.with(cell, lo + at) } };
        }),
      );
    }
  }
  const runs = grids.map((grid) => runNetwork(network, directEngine(network), prepareInput(checked, grid)));
  return (await Promise.all(runs)).map(({ steps }) => steps);
}

const GLOW = `output lit: bit
  grid 1 x cols where cols >= 2
  workspace left 2, right cols - 1
  place lit = 1 at row 1 column (cols + 1) / 2
  ends when all(lit)
  loop { each { lit = lit or left.lit or right.lit } }`;
const COUNTDOWN = "input n: 0..2 loop { each { n = max(n - 1, 0) } halt when n == 0 }";

describe.each([
  ["gf2", compileProgram("gf2"), { rows: 2, cols: 3 }],
  ["parity", compileProgram("parity"), { rows: 1, cols: 5 }],
  [
    "sums",
    compiled("sums", "input x: 0..2 output s: 0..4 steps <= cols sweep right { s = min(left.s + x, 4) }"),
    { rows: 2, cols: 2 },
  ],
  ["glow", compiled("glow", `steps <= 2 * cols ${GLOW}`), { rows: 1, cols: 7 }],
  ["countdown", compiled("countdown", `steps <= 2 ${COUNTDOWN}`), { rows: 2, cols: 2 }],
] as const)("%s", (_, compilation, max) => {
  test("all inputs of all shapes are run, and the worst is the worst", async () => {
    const { checked, network } = compilation;
    const proof = (await proveTermination(checked, network, { max }))!;
    const shapes: Shape[] = [];
    for (let rows = 1; rows <= max.rows; rows++)
      for (let cols = 1; cols <= max.cols; cols++)
        if (fitsGrid(checked, { rows, cols })) shapes.push({ rows, cols });
    const all = await Promise.all(shapes.map((shape) => stepsOfAll(compilation, shape)));
    expect(proof.outcome).toBe("proved");
    expect(proof.inputs).toBe(all.flat().length);
    expect(new Set(proof.shapes.map(({ rows, cols }) => `${rows}x${cols}`))).toEqual(
      new Set(shapes.map(({ rows, cols }) => `${rows}x${cols}`)),
    );
    const { input, steps, bound } = proof.worst!;
    const again = await runNetwork(network, directEngine(network), prepareInput(checked, input));
    expect(again.steps).toBe(steps);
    const at = shapes.findIndex(({ rows, cols }) => rows === input.rows && cols === input.cols);
    expect(steps).toBe(Math.max(...all[at]!));
    expect(steps).toBeLessThanOrEqual(bound);
  });
});

test.each([
  ["gf2", readProgram("gf2").text.replace(/steps <= [^\n]*/, "steps <= 2 * rows + cols - 3")],
  ["glow", `program glow { steps <= cols ${GLOW} }`],
  ["countdown", `program countdown { steps <= 1 ${COUNTDOWN} }`],
])("a claim that is too low is refuted, by %s on a smallest grid", async (name, text) => {
  const compilation = compile({ name, text });
  const { checked, network } = compilation;
  const { outcome, counterexample, shapes } = (await proveTermination(checked, network))!;
  expect(outcome).toBe("refuted");
  const { input, steps, bound } = counterexample!;
  expect(steps).toBeNull();
  for (const shape of shapes.filter(({ rows, cols }) => rows * cols < input.rows * input.cols))
    expect(Math.max(...(await stepsOfAll(compilation, shape)))).toBeLessThanOrEqual(
      evaluateSize(checked.steps!.most, shape),
    );
  const run = await runNetwork(network, directEngine(network), prepareInput(checked, input));
  expect(run.steps).toBeGreaterThan(bound);
});

test("without a size, as many inputs are run as is reasonable", async () => {
  const { checked, network } = compileProgram("parity");
  const { inputs } = (await proveTermination(checked, network))!;
  expect(inputs).toBeGreaterThan(2 ** 13);
  expect(inputs).toBeLessThanOrEqual(2 ** 16);
});

test("a program that claims nothing has nothing to prove", async () => {
  const { checked, network } = compiled("quiet", COUNTDOWN);
  expect(await proveTermination(checked, network)).toBeNull();
});

test("an interrupt is heard between batches", async () => {
  const { checked, network } = compileProgram("gf2");
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort("stop"), 20);
  const running = proveTermination(checked, network, {
    max: { rows: 4, cols: 6 },
    signal: interrupt.signal,
  });
  await expect(running).rejects.toBe("stop");
});
