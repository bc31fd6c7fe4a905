// Tables that name their columns: the same examples as from CSV, and messages that say where they are wrong.

import { expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { examplesOf, formatOfTable } from "../../src/learning/learner/dataset.ts";
import { readTable } from "../../src/learning/learner/delimited-tables.ts";
import { again, SEED } from "../seed.ts";

const random = seededRandom(SEED);

/** Two values for each column, some of which need quotes. */
const VALUES = [
  ["no", "yes"],
  ["0", "1"],
  ["it's red", "blue, or so"],
  ["low", "high"],
  ["false", "true"],
  ["nobody", "it's me, too"],
] as const;

test("ARFF, dense and sparse, and JSON lines are what CSV would be", () => {
  for (let i = 0; i < 50; i++) {
    const columns = Array.from({ length: 2 + random.int(4) }, (_, at) => ({
      name: ["size", "the colour", "x", "a'b", "label"][at]!,
      values: VALUES[random.int(VALUES.length)]!,
    }));
    const rows = Array.from({ length: 4 + random.int(8) }, () =>
      columns.map(({ values }) => values[random.int(2)]!),
    );
    // Every column has both of its values.
    rows.push(
      columns.map(({ values }) => values[0]),
      columns.map(({ values }) => values[1]),
    );
    const quoted = (word: string) => (/^\w+$/.test(word) ? word : `'${word.replace(/'/g, "\\'")}'`);
    const attributes = columns.map(
      ({ name, values }) => `@attribute ${quoted(name)} {${values.map(quoted).join(", ")}}`,
    );
    const head = ["% a comment", "@RELATION test", "", ...attributes, "@DATA"];
    const dense = [...head, ...rows.map((row) => row.map(quoted).join(","))].join("\n");
    const sparse = [
      ...head,
      ...rows.map((row) => {
        const said = row.flatMap((value, at) =>
          value === columns[at]!.values[0] ? [] : [`${at} ${quoted(value)}`],
        );
        return `{${said.join(", ")}}`;
      }),
    ].join("\r\n");
    const csv = [columns.map(({ name }) => name), ...rows]
      .map((row) => row.map((cell) => `"${cell}"`).join(","))
      .join("\n");
    const json = rows
      .map((row) => JSON.stringify(Object.fromEntries(row.map((cell, at) => [columns[at]!.name, cell]))))
      .join("\n");
    const wanted = readTable(csv, "t.csv", undefined, { header: true });
    for (const [file, text] of [
      ["t.arff", dense],
      ["s.arff", sparse],
      ["t.jsonl", json],
    ] as const) {
      const table = readTable(text, file);
      expect(table.header, again(SEED)).toEqual(wanted.header);
      expect(
        table.rows.map(({ cells }) => cells),
        `${text}\n${again(SEED)}`,
      ).toEqual(rows);
      expect(examplesOf(table, formatOfTable(table))).toEqual(examplesOf(wanted, formatOfTable(wanted)));
    }
  }
});

test.each([
  [
    "@relation r\n@attribute a {x,y}\n@data\nx,y\n",
    "line 4: found 2 values, expected 1, one for each @attribute",
  ],
  ["@relation r\n@attribute a {x,y}\n@attribute b {x,y}\n", "found no @data"],
  ["@relation r\n@attribute a {x,y}\n@attribute b {x,y}\n@data\n", "found no rows behind @data"],
  ["@relation r\na {x,y}\n@data\nx\n", "line 2: found `a {x,y}`, expected @attribute"],
  [
    "@relation r\n@attribute a {x,y}\n@attribute b {x,y}\n@data\n{7 x}\n",
    "line 5: found `7 x`, expected the number of a column",
  ],
  [
    "@relation r\n@attribute a {x,y}\n@attribute b {'x y', z}\n@data\nx,'x y'\nx,w\n",
    "line 6: found `w` for b, expected what its @attribute names: x y, z, ?",
  ],
  ["@relation r\n@attribute a {x,y}\n@attribute b {x,y}\n@data\n{1 z}\n", "line 5: found `z` for b"],
  ['{"a": 1, "b": 2}\n{"a": 1, "b', "line 2: this is no JSON"],
  ['{"a": 1, "b": 2}\n3\n', 'line 2: found 3, expected an object such as {"a": 1}'],
  ['{"a": 1, "b": 2}\n{"a": 1, "c": 2}\n', "line 2: found the column c, expected a, b"],
  ['{"a": 1, "b": 2}\n{"a": 1, "b": }\n', "line 2: this is no JSON"],
  ['{"a": 1, "b": [2]}\n', "line 1: found [2] for b, expected a number"],
  ['{"a": 1}\n', "found one column, a"],
])("%j", (text, message) => {
  expect(() => readTable(text, "t")).toThrow(message);
});

test("blank lines and wide rows cost no more than their length", () => {
  expect(
    readTable(`${"\n".repeat(2000)}a,b\n1,0\n0,1\n`, "t.csv", undefined, { header: true }).header,
  ).toEqual(["a", "b"]);
  // A look ahead from every comma would take the square of the row's length.
  const columns = Array.from({ length: 6000 }, (_, at) => at);
  const row = `{${columns.map((at) => `${at} 1`).join(", ")}}`;
  const attributes = columns.map((at) => `@attribute a${at} {0,1}\n`).join("");
  const { rows } = readTable(`@relation r\n${attributes}@data\n${`${row}\n`.repeat(40)}`, "t.arff");
  expect(rows.every(({ cells }) => cells.every((cell) => cell === "1"))).toBe(true);
});

test("missing values are missing", () => {
  const arff = readTable("@relation r\n@attribute a {x,y}\n@attribute b {x,y}\n@data\nx,?\ny,x\n", "t.arff");
  expect(() => formatOfTable(arff)).toThrow(/line 5.*--missing drop/s);
  const json = readTable('{"a": 1, "b": 0}\n{"a": null, "b": 1}\n{"b": 1}\n', "t.jsonl");
  expect(json.rows.map(({ cells }) => cells)).toEqual([
    ["1", "0"],
    ["", "1"],
    ["", "1"],
  ]);
});
