// Numbers of other types in weight files: every pattern of 16 bits as NumPy reads it, and networks that come back.

import { expect, test } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { NUMBER_TYPES, type NumberTypeName } from "../../src/network/number-types.ts";
import { readSafetensors, writeSafetensors } from "../../src/network/safetensors.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { pythonWith, runPython } from "../export/python.ts";
import { compileProgram } from "../programs/programs.ts";
import { learnedLike } from "./samples.ts";

const python = pythonWith("numpy");
const HALVES = ["F16", "BF16"] as const;

/** All patterns of 16 bits, as the numbers of a type. */
function allOf(type: (typeof HALVES)[number]): number[] {
  const view = new DataView(new ArrayBuffer(2));
  return Array.from({ length: 2 ** 16 }, (_, bits) => {
    view.setUint16(0, bits, true);
    return NUMBER_TYPES[type].read(view, 0);
  });
}

test.each(HALVES)("%s: what is read is written as the same bits, infinities included", (type) => {
  const view = new DataView(new ArrayBuffer(2));
  const wrong = allOf(type).flatMap((value, bits) => {
    NUMBER_TYPES[type].write(view, 0, value);
    return Number.isNaN(value) || view.getUint16(0, true) === bits ? [] : [[bits, value]];
  });
  expect(wrong).toEqual([]);
});

test.skipIf(python === null)("every pattern of 16 bits is the number that NumPy takes it for", () => {
  const script = `
import json
import numpy as np
bits = np.arange(65536, dtype=np.uint32)
half = bits.astype(np.uint16).view(np.float16).astype(np.float64)
brain = (bits << 16).view(np.float32).astype(np.float64)
print(json.dumps([[str(v) if not np.isfinite(v) else v for v in kind.tolist()] for kind in (half, brain)]))
`;
  const found = runPython(python!, ".", script) as (number | string)[][];
  const names = new Map([
    ["inf", Number.POSITIVE_INFINITY],
    ["-inf", Number.NEGATIVE_INFINITY],
    ["nan", Number.NaN],
  ]);
  for (const [at, type] of HALVES.entries())
    expect(found[at]!.map((value) => (typeof value === "string" ? names.get(value)! : value))).toEqual(
      allOf(type),
    );
});

const ALL = Object.keys(NUMBER_TYPES) as NumberTypeName[];

test.each(ALL)("%s: a network that is exact in it comes back, dense and sparse", (type) => {
  for (const name of ["life", "bb2", "maze"]) {
    const { network } = compileProgram(name, { effort: 0 });
    for (const form of ["dense", "sparse"] as const) {
      const bytes = writeWeightFile(network, {}, form, type);
      expect(readWeightFile(bytes, name)).toEqual(network);
    }
  }
});

test("what a type would round is refused, when written and when read", () => {
  const learned = learnedLike(compileProgram("life", { effort: 0 }).network, 0.01, 1);
  for (const type of ["F16", "BF16", "I8"] as const)
    expect(() => writeWeightFile(learned, {}, "dense", type)).toThrow(
      /is not exact in .*: its numbers are not whole/,
    );
  const { layers } = readWeightFile(writeWeightFile(learned, {}, "dense", "F64"), "life");
  expect(layers).toEqual(learned.layers);
  const tensor = (...numbers: number[]) => [
    { name: "a", shape: [numbers.length], data: Float32Array.from(numbers) },
  ];
  for (const [type, number] of [
    ["F16", 2049],
    ["F16", 65536],
    ["F16", 2 ** -25],
    ["BF16", 257],
    ["I8", 128],
    ["I8", 0.5],
  ] as const)
    expect(() => writeSafetensors(tensor(1, number), {}, type)).toThrow(InputError);
  const bytes = writeSafetensors(tensor(1, 2), {}, "F64");
  new DataView(bytes.buffer, bytes.byteOffset).setFloat64(bytes.length - 8, 0.1, true);
  expect(() => readSafetensors(bytes)).toThrow(/has 0\.1, which float32 would round/);
});
