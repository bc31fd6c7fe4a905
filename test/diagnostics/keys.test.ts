// Whatever is read from JSON says so where an object has a key twice, wherever it is and however it is spelt.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { keyTwice } from "../../src/diagnostics/keys.ts";
import { readGrid } from "../../src/grid/formats.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { readFilling } from "../../src/language/analyse/fill.ts";
import { readTable } from "../../src/learning/learner/delimited-tables.ts";
import { exportJson, readNetworkJson } from "../../src/network/export/json.ts";
import { readSafetensors, writeSafetensors } from "../../src/network/safetensors.ts";
import { readNotes, readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { readProgram } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

test("keys that stand twice in random JSON", () => {
  const random = seededRandom(SEED);
  const keys = ["a", "b", '"', "\\", "{", "}:", "a b", "é"];
  let planted = "";
  /** A value as a text, and in some object of it, a key twice. */
  const text = (depth: number, twice: boolean): string => {
    const kind = depth === 0 ? 2 : random.int(3);
    if (kind === 2 && !twice) return JSON.stringify([1, keys[random.int(keys.length)]!, null][random.int(3)]);
    if (kind === 1 && depth > 0) {
      const within = random.int(2);
      return `[ ${[0, 1].map((at) => text(depth - 1, twice && at === within)).join(",\n")}]`;
    }
    const own = keys.filter(() => random.int(2) === 0);
    const entries = own.map((key) => `${JSON.stringify(key)}\t: ${text(Math.max(0, depth - 1), false)}`);
    if (twice) {
      planted = keys[random.int(keys.length)]!;
      const spelt = [...planted].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
      if (!own.includes(planted)) entries.unshift(`${JSON.stringify(planted)}:1`);
      entries.push(random.int(2) === 0 ? `"${spelt.join("")}":[]` : `${JSON.stringify(planted)} :{}`);
    }
    return `{${entries.join(" ,")}}`;
  };
  for (let round = 0; round < 500; round++) {
    const plain = text(3, false);
    expect(keyTwice(plain), `${plain}; ${again(SEED)}`).toBeNull();
    const twice = text(3, true);
    expect(() => JSON.parse(twice)).not.toThrow();
    expect(keyTwice(twice), `${twice}; ${again(SEED)}`).toBe(planted);
  }
});

test("no reader takes one of two values without a word", () => {
  const life = compile(readProgram("life"));
  const { tensors, metadata } = readSafetensors(writeWeightFile(life.network));
  const twice = (text: string) => text.replace(/"(\w+)":[^,{}[\]]+/, (entry) => `${entry},${entry}`);
  for (const [key, value] of Object.entries(metadata)) {
    // What is exact is found anew.
    if (twice(value) === value || key === "exact") continue;
    const bytes = writeSafetensors(tensors, { ...metadata, [key]: twice(value) });
    expect(() => {
      readWeightFile(bytes, "m");
      readNotes(bytes, "m");
    }, key).toThrow(key === "layers" ? /metadata "layers" have the key "kernel" twice/ : /twice|damaged/);
  }
  const json = exportJson(life.network);
  expect(() => readNetworkJson(twice(json), "n.json")).toThrow(/the key "format" stands twice/);
  const grid = (text: string) => () => readGrid(text, "g.json", "json", life.checked.fields);
  expect(grid('{"alive":[[0]]}')).not.toThrow();
  expect(grid('{"alive":[[0]],"al\\u0069ve":[[1]]}')).toThrow("g.json: found two layers for the field alive");
  const rows = '{"a":0,"b":1}\n{"a":1,"b":0}\n';
  expect(readTable(rows, "t.jsonl").rows).toHaveLength(2);
  expect(() => readTable(`${rows}{"a":1,"b":0,"a":0}\n`, "t.jsonl")).toThrow(
    "t.jsonl, line 3: found two values of the column a",
  );
  expect(() => readFilling('{"k":1,"k":2}', "f.json", [])).toThrow(
    "f.json: found two values for the hole `k`",
  );
});
