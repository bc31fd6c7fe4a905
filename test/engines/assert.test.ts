// Assertions of a program: what they see, where they are looked at, and how they are reported.

import { describe, expect, test } from "vitest";
import { checkProgram, compile } from "../../src/compile.ts";
import { AssertionFailed } from "../../src/engines/assertion.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { checkNetwork } from "../../src/proof/verify/check.ts";

const source = (text: string) => ({ name: "p.alg", text: `program p {\n${text}\n}` });

function failure(text: string, input: Grid, maxInstructions = 20): AssertionFailed | null {
  try {
    interpret(checkProgram(source(text)).checked, input, { maxInstructions });
    return null;
  } catch (error) {
    if (error instanceof AssertionFailed) return error;
    throw error;
  }
}

const row = (name: string, ...values: number[]): Grid => ({
  rows: 1,
  cols: values.length,
  planes: { [name]: Int32Array.from(values) },
});

describe("in a body", () => {
  const SUM = "input x: 0..2 output s: 0..9";

  test("sees the cell's fields as the statements above have left them, and neighbours by the ages of the sweep", () => {
    const body = "assert s == 0\n s = min(left.s + x, 9)\n assert s >= left.s and right.s == 0";
    expect(failure(`${SUM} sweep right { ${body} }`, row("x", 1, 2, 0, 2))).toBeNull();
  });

  test("tells line, cell, and what it read", () => {
    const found = failure(
      `${SUM}\nsweep right {\nlet more = x + 1\ns = min(left.s + x, 9)\nassert s + more < 5\n}`,
      row("x", 1, 0, 2, 2),
    )!;
    expect(found).toMatchObject({ row: 0, col: 2, count: 0, values: "s = 3, more = 3" });
    expect(found.message).toMatch(
      /^p\.alg, line 6: `assert s \+ more < 5` does not hold in row 1, column 3, .*, where s = 3, more = 3$/,
    );
  });

  test("is not looked at on paths that are not taken, nor by cells that have halted", () => {
    expect(failure(`${SUM} each { if x == 1 { assert x != 1 } else { s = 1 } }`, row("x", 0, 2))).toBeNull();
    const halting = "state n: 0..3 loop { each { assert n == 0 n = min(n + 1, 3) } halt when n == 1 }";
    expect(failure(halting, { rows: 1, cols: 2, planes: {} })).toBeNull();
  });
});

describe("beside the instructions", () => {
  const COUNT = "state n: 0..3 loop { each { if n < 3 { n = n + 1 } } halt when n == 3 }";

  test("holds at the start and after every instruction", () => {
    expect(failure(`assert n < 3\n${COUNT}`, { rows: 2, cols: 1, planes: {} })).toMatchObject({
      row: 0,
      col: 0,
      count: 3,
      values: "n = 3",
    });
    expect(failure(`assert n > 0\n${COUNT}`, { rows: 1, cols: 1, planes: {} })).toMatchObject({ count: 0 });
    expect(failure(`assert n < 3 or n == 3\n${COUNT}`, { rows: 1, cols: 1, planes: {} })).toBeNull();
  });

  test("may ask where the cell is", () => {
    const edge = "input x: bit output y: bit assert not y or at left each { y = x }";
    expect(failure(edge, row("x", 1, 0))).toBeNull();
    expect(failure(edge, row("x", 1, 1))).toMatchObject({ col: 1, count: 1, values: "y = 1" });
  });
});

describe("check", () => {
  const check = (text: string) => {
    const compilation = compile(source(text));
    return checkNetwork(compilation, compilation.network, directEngine(compilation.network), {
      grids: 60,
      maxRows: 4,
      maxCols: 4,
      seed: 3,
    });
  };

  test("reports a broken assertion on the smallest grid", async () => {
    const { agree, counterexample } = await check(
      "input x: bit output s: 0..3 sweep right { s = min(left.s + x, 3)\n assert s < 2 }",
    );
    expect(agree).toBe(false);
    const { input, ...rest } = counterexample!;
    expect(rest).toMatchObject({
      kind: "assert",
      row: 0,
      col: 1,
      got: "s = 2",
      instruction: "assert s < 2",
      line: 3,
    });
    expect([...input.planes.x!]).toEqual([1, 1]);
  });

  test("finds nothing where assertions hold, and asserting changes no network", async () => {
    const program = (asserts: string) =>
      `input x: bit output s: 0..3 sweep right { s = min(left.s + x, 3) ${asserts} }`;
    expect(await check(program("assert s >= left.s"))).toMatchObject({ agree: true, counterexample: null });
    const [plain, asserting] = [program(""), program("assert s >= left.s")].map(
      (text) => compile(source(text)).network,
    );
    expect(asserting!.layers).toEqual(plain!.layers);
  });
});
