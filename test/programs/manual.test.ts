// The manual of the language: its examples run and give what it prints, and their networks agree with them.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkProgram, compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import { readGrid, writeGrid } from "../../src/grid/formats.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { format } from "../../src/language/parse/format.ts";
import { checkNetwork } from "../../src/proof/verify/check.ts";

const root = new URL("../../", import.meta.url);
const manual = readFileSync(new URL("docs/language.md", root), "utf8");

interface Example {
  readonly name: string;
  readonly text: string;
  /** Input, number of instructions and output, where the manual shows a run. */
  readonly run: { readonly input: string; readonly instructions: number; readonly output: string } | null;
}

const EXAMPLE =
  /^```alg\n([\s\S]*?)^```\n(?:\n```run\n([\s\S]*?)=> after (\d+) instructions?\n([\s\S]*?)```\n)?/gm;

const examples = [...manual.matchAll(EXAMPLE)].map(
  ([, text, input, instructions, output]): Example => ({
    name: /^program (\w+)/m.exec(text!)![1]!,
    text: text!,
    run: input === undefined ? null : { input, instructions: Number(instructions), output: output! },
  }),
);

describe.each(examples)("$name", ({ name, text, run }) => {
  const source = { name: `${name}.alg`, text };
  const { checked, warnings } = checkProgram(source);

  test("is in order and laid out", () => {
    expect(warnings).toEqual([]);
    expect(format(source)).toBe(text);
  });

  test.runIf(run !== null)("runs as the manual prints", () => {
    const inputs = checked.fields.filter(({ role }) => role === "input");
    const [, rows, cols] = /^(\d+)x(\d+) cells\n$/.exec(run!.input) ?? [];
    const input: Grid =
      rows === undefined
        ? readGrid(run!.input, "input", "text", inputs)
        : { rows: Number(rows), cols: Number(cols), planes: {} };
    const limit = { maxInstructions: run!.instructions };
    const result = interpret(checked, prepareInput(checked, input), limit);
    const outputs = checked.fields.filter(({ role }) => role === "output");
    expect(writeGrid(result.grid, outputs.length > 0 ? outputs : inputs, "text")).toBe(run!.output);
    expect(result.instructions).toBe(run!.instructions);
    expect(result.halted).toBe(!checked.endless);
  });

  test("has a network that does the same", async () => {
    const compilation = compile(source);
    const engine = directEngine(compilation.network);
    const options = { seed: 1, grids: 24, maxRows: 6, maxCols: 6 };
    expect(await checkNetwork(compilation, compilation.network, engine, options)).toMatchObject({
      agree: true,
    });
  });
});

test("there is an example of every construct", () => {
  const all = examples.map(({ text }) => text).join("\n");
  const words =
    "input output state predict param fn bit enum each sweep loop halt repeat while if match let any all " +
    "around beside left right up down min max then else xor at grid workspace place steps ends machine start";
  expect(words.split(" ").filter((word) => !new RegExp(`\\b${word}\\b`).test(all))).toEqual([]);
  expect(examples.filter(({ run }) => run !== null).length).toBeGreaterThan(8);
});
