// Weight files carry what a program says of its inputs, so that they refuse wrong grids by themselves.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import type { Network } from "../../src/network/network.ts";
import { printNetwork } from "../../src/network/print-network.ts";
import { readSafetensors, writeSafetensors } from "../../src/network/safetensors.ts";
import { networkFaults } from "../../src/network/validate.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { water } from "./samples.ts";

const { network } = compile({
  name: "p.alg",
  text: `program p {
      output x: bit
      grid 1 x cols where not cols == 3
      workspace left 2 * cols - 1, bottom 1
      place x = 1 at row 1 column max(1, cols - 2)
      each { x = x or left.x }
    }`,
});

test("rules come back from the file and do the same", () => {
  const read = readWeightFile(writeWeightFile(network), "p.safetensors");
  expect(read).toEqual(network);
  const input = { rows: 1, cols: 4, planes: {} };
  const made = prepareInput(read, input);
  expect(made).toEqual(prepareInput(network, input));
  expect([made.rows, made.cols, made.planes.x!.indexOf(1)]).toEqual([2, 11, 8]);
  expect(() => prepareInput(read, { rows: 1, cols: 3, planes: {} })).toThrow(InputError);
});

test("listings show the rules as the program writes them", () => {
  const lines = printNetwork(network)
    .split("\n")
    .filter((line) => line.startsWith("  input "));
  expect(lines.map((line) => line.slice(12))).toEqual([
    "grid 1 x cols where not cols == 3",
    "workspace bottom 1, left 2 * cols - 1",
    "place x = 1 at row 1 column max(1, cols - 2)",
  ]);
  expect(printNetwork(water)).not.toContain("\n  input ");
});

test("networks without rules are written without any", () => {
  expect(readSafetensors(writeWeightFile(water)).metadata.input).toBeUndefined();
});

test.each([
  ["grid", { rows: 1 }],
  ["workspace", { top: { tag: "rows" } }],
  ["places", [{ field: "x", value: 1, row: { tag: "up" }, column: { tag: "cols" } }]],
  ["places", [{ field: "x", value: 7, row: { tag: "rows" }, column: { tag: "cols" } }]],
  ["places", [{ field: "y", value: 1, row: { tag: "rows" }, column: { tag: "cols" } }]],
  ["sizes", {}],
])("a damaged rule for %s is refused: %j", (key, rule) => {
  const { tensors, metadata } = readSafetensors(writeWeightFile(network));
  const input = JSON.stringify({ ...JSON.parse(metadata.input!), [key]: rule });
  const damaged = writeSafetensors(tensors, { ...metadata, input });
  expect(() => readWeightFile(damaged, "p.safetensors")).toThrow(InputError);
});

test("a value placed where it cannot be is a fault", () => {
  const placed = (field: string, value: number): Network => ({
    ...network,
    places: [{ ...network.places![0]!, field, value }],
  });
  expect(networkFaults(placed("x", 1))).toEqual([]);
  expect(networkFaults(placed("x", 2))).toEqual(["2 is placed in field x, which is not a value of bit"]);
  expect(networkFaults(placed("y", 0))).toEqual(["a value is placed in field y, which does not exist"]);
});
