// Claims about steps, and inputs that fit what a program says of its grids.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { fitsGrid, prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { checkNetwork } from "../../src/proof/verify/check.ts";
import { shapesFor } from "../../src/proof/verify/shapes.ts";

const gf2 = readFileSync(new URL("../../programs/gf2.alg", import.meta.url), "utf8");

async function check(text: string, grids = 80) {
  const compilation = compile({ name: "p.alg", text });
  const engine = directEngine(compilation.network);
  const result = await checkNetwork(compilation, compilation.network, engine, { seed: 1, grids });
  return { ...compilation, engine, result };
}

/** The program with a claim of its own, or another one. */
const claiming = (steps: string): string => {
  const without = gf2.replace(/^ *steps <=.*\n/m, "");
  return without.replace("predict x", `predict x\n  steps <= ${steps}`);
};

test("gf2 keeps within 2 * rows + cols, and comes near it", async () => {
  const { result } = await check(claiming("2 * rows + cols"));
  expect(result).toMatchObject({ agree: true, claim: { claim: "2 * rows + cols" } });
  const { steps, bound, rows, cols } = result.claim!.worst!;
  expect(bound).toBe(2 * rows + cols);
  expect(steps).toBeLessThanOrEqual(bound);
  expect(steps).toBeGreaterThan(0.9 * bound);
});

test("a claim that is too low is refuted by a small input that really takes longer", async () => {
  const { result, network, engine } = await check(claiming("rows + cols"));
  expect(result.agree).toBe(false);
  const { kind, input, step, expected, got, line } = result.counterexample!;
  expect({ kind, field: result.counterexample!.field }).toEqual({ kind: "steps", field: "steps" });
  const run = await runNetwork(network, engine, prepareInput(network, input));
  expect(run.steps).toBe(step);
  expect(got).toBe(String(step));
  expect(expected).toBe(`at most ${input.rows + input.cols}`);
  expect(run.steps).toBeGreaterThan(input.rows + input.cols);
  expect(input.rows * input.cols).toBeLessThanOrEqual(4);
  expect(claiming("rows + cols").split("\n")[line - 1]).toContain("steps <=");
});

test("runs that go on beyond the usual length are followed as far as the claim goes", async () => {
  const slow = (steps: number) => `program slow {
    output n: 0..200
    steps <= ${steps}
    ends when all(n == 150)
    loop { each { n = if n >= 150 then n else n + 1 } }
  }`;
  const { result } = await check(slow(150), 8);
  expect(result).toMatchObject({ agree: true, claim: { worst: { steps: 150, bound: 150 } } });
  const { result: refuted } = await check(slow(149), 8);
  expect(refuted.counterexample).toMatchObject({ kind: "steps", got: "150", input: { rows: 1, cols: 1 } });
});

test("runs that take too long to wait for tell nothing, unless they break the claim", async () => {
  const endless = (steps: number) => `program endless {
    output n: bit
    steps <= ${steps}
    ends when all(n)
    loop { each { n = n and left.n } }
  }`;
  const { result } = await check(endless(1_000_000), 4);
  expect(result).toMatchObject({ agree: true, claim: { claim: "1000000", worst: null } });
  const { result: refuted } = await check(endless(100), 4);
  expect(refuted.counterexample).toMatchObject({ kind: "steps", expected: "at most 100" });
  expect(refuted.counterexample!.got).toBe("more than 101");
});

test("a claim is about the input as given, before its workspace", async () => {
  const text = (steps: string) => `program wave {
    output seen: bit
    grid 1 x cols
    workspace left cols
    steps <= ${steps}
    place seen = 1 at right
    ends when all(seen)
    loop { each { seen = seen or right.seen } }
  }`;
  const { result } = await check(text("2 * cols - 1"), 24);
  expect(result).toMatchObject({ agree: true });
  const worst = result.claim!.worst!;
  expect([worst.rows, worst.steps]).toEqual([1, 2 * worst.cols - 1]);
  const { result: refuted } = await check(text("2 * cols - 2"), 24);
  expect(refuted.counterexample).toMatchObject({
    input: { rows: 1, cols: 1 },
    step: 1,
    expected: "at most 0",
  });
});

test("a program without a claim has none in its result", async () => {
  const { result } = await check(
    "program p { input x: bit output p: bit sweep right { p = left.p xor x } }",
    8,
  );
  expect(result).toMatchObject({ agree: true, claim: null });
});

const rulesOf = (settings: string) =>
  compile({ name: "p.alg", text: `program p { output x: bit ${settings} each { x = 1 } }` }).checked;

test.each([
  "grid 1 x cols",
  "grid rows x cols where rows >= 2 and cols >= 2",
  "grid rows x rows",
  "grid 30 x 2",
])("shapes for %s all fit, and are many", (settings) => {
  const program = rulesOf(settings);
  const shapeOf = shapesFor(program, { rows: 12, cols: 12 });
  const random = seededRandom(7);
  const shapes = Array.from({ length: 200 }, (_, batch) => shapeOf(batch, random));
  expect(shapes.every((shape) => fitsGrid(program, shape))).toBe(true);
  const different = new Set(shapes.map(({ rows, cols }) => `${rows}x${cols}`));
  expect(different.size).toBeGreaterThanOrEqual(settings === "grid 30 x 2" ? 1 : 10);
});

test("a program that takes no grid at all is refused", () => {
  const program = rulesOf("grid rows x cols where rows > cols and cols > rows");
  expect(() => shapesFor(program, { rows: 12, cols: 12 })).toThrow(InputError);
});
