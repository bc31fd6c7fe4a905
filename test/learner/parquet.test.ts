// Parquet files: those of another writer, and random tables, which read as their CSV does.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { readTable } from "../../src/learning/learner/delimited-tables.ts";
import { encodedFormat } from "../../src/learning/learner/encode.ts";
import { labelledRows } from "../../src/learning/learner/labels.ts";
import { isParquet, readParquet } from "../../src/learning/learner/parquet.ts";
import { program, Workspace } from "../cli/harness.ts";
import { again, SEED } from "../seed.ts";

type Columns = Parameters<typeof parquetWriteBuffer>[0]["columnData"];

const written = (columnData: Columns, rest: object = {}): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData, ...rest }));

/** What apache-arrow and parquet-wasm wrote, which is Rust's arrow: dictionaries, nulls, and numbers of 64 bits. */
const ARROW = `colour,size,weight,round,big,kind
red,3,0.5,true,1,a
green,-1,1.25,false,2,b
blue,7,-2,true,1,a
red,0,0.5,true,2,b
blue,3,1.25,false,1,a
green,3,0.5,,2,b
,12,0.5,true,1,a
red,5,3,false,9007199254740993,b`;

const fixture = (name: string) => fileURLToPath(new URL(`parquet/arrow-${name}.parquet`, import.meta.url));

test.each(["snappy", "zstd", "gzip", "brotli", "lz4_raw"])("a file of another writer: %s", async (name) => {
  const bytes = readFileSync(fixture(name));
  expect(isParquet(bytes)).toBe(true);
  const { header, rows, dialect } = await readParquet(bytes, "d.parquet");
  expect([header!, ...rows.map(({ cells }) => cells)].map((cells) => cells.join()).join("\n")).toBe(ARROW);
  expect(dialect.kind).toBe("Parquet");
});

test(`${again(SEED)}: random tables read as their CSV does`, async () => {
  for (let seed = SEED; seed < SEED + 20; seed++) {
    const random = seededRandom(seed);
    const count = 5 + random.int(60);
    const draw = <Value>(value: () => Value) => Array.from({ length: count }, value);
    const columns = [
      { name: "word", data: draw(() => ["red", "green", "blue"][random.int(3)]!) },
      { name: "whole", data: draw(() => random.int(9) - 4) },
      { name: "part", data: draw(() => random.int(20) / 8), type: "DOUBLE" as const },
      { name: "flag", data: draw(() => random.int(2) === 1) },
      { name: "kind", data: draw(() => ["x", "y", "z"][random.int(3)]!) },
    ];
    const csv = [
      columns.map(({ name }) => name).join(),
      ...Array.from({ length: count }, (_, row) => columns.map(({ data }) => String(data[row])).join()),
    ].join("\n");
    const parquet = await readParquet(written(columns, { rowGroupSize: 1 + random.int(20) }), "d");
    const options = { encode: "thermometer", classes: "rest" } as const;
    const [found, expected] = [parquet, readTable(csv, "d", undefined, { header: true })].map((table) => {
      const { table: made, format } = encodedFormat(table, options);
      return labelledRows(made, format);
    });
    expect(found, again(seed)).toEqual(expected);
  }
});

test("dates are words, missing values are missing, and columns in which pandas numbers rows are none", async () => {
  const { header, rows } = await readParquet(
    written([
      { name: "when", data: [new Date("2026-11-29T00:00:00Z"), new Date(0)] },
      { name: "what", data: ["a", null], type: "STRING", nullable: true },
      { name: "__index_level_0__", data: [0, 1] },
    ]),
    "d",
  );
  expect(header).toEqual(["when", "what"]);
  expect(rows.map(({ cells }) => cells)).toEqual([
    ["2026-11-29T00:00:00.000Z", "a"],
    ["1970-01-01T00:00:00.000Z", ""],
  ]);
});

describe("what is no table is refused", () => {
  const whole = written([
    { name: "a", data: [0, 1] },
    { name: "y", data: [1, 0] },
  ]);

  test.each<[string, Uint8Array, RegExp]>([
    [
      "half of a file",
      whole.subarray(0, whole.length - 20),
      /^d is no whole Parquet file \(.*\); write it again$/,
    ],
    ["a damaged page", whole.map((byte, at) => (at > 4 && at < 30 ? 255 : byte)), /no whole Parquet file/],
    ["one column", written([{ name: "a", data: [0, 1] }]), /found one column, a, expected at least two/],
    ["no rows", written([{ name: "a", data: [], type: "INT32" }]), /d has no rows, expected examples/],
    [
      "bytes",
      written([
        { name: "a", data: [{ b: 1 }, { b: 2 }], type: "JSON" },
        { name: "y", data: [1, 0] },
      ]),
      /column a: found bytes or a record, expected words/,
    ],
  ])("%s", async (_, bytes, message) => {
    await expect(readParquet(bytes, "d")).rejects.toThrow(message);
  });

  test("lists", async () => {
    const listed = parquetWriteBuffer({
      columnData: [
        { name: "a", data: [[1, 2], [3]] },
        { name: "y", data: [1, 0] },
      ],
      schema: [
        { name: "root", num_children: 2 },
        { name: "a", repetition_type: "OPTIONAL", converted_type: "LIST", num_children: 1 },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        { name: "element", repetition_type: "OPTIONAL", type: "INT32" },
        { name: "y", type: "INT32", repetition_type: "REQUIRED" },
      ],
    });
    await expect(readParquet(new Uint8Array(listed), "d")).rejects.toThrow(
      /column a: found lists or records, expected one value in each row/,
    );
  });
});

test("learn and predict read them, whatever they are called", async () => {
  const work = new Workspace();
  work.write("d.data", readFileSync(fixture("zstd")));
  const learned = await work.run([
    ...["learn", program("memorize.alg"), "--data", "d.data", "--encode", "onehot", "--missing", "value"],
    ...["-o", "m.safetensors"],
  ]);
  expect(learned).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("d.data: 8 rows, 21 columns when encoded, Parquet"),
  });
  const { stdout } = await work.run(["predict", "m.safetensors", "--data", "d.data", "--missing", "value"]);
  expect(stdout).toBe("a\nb\n".repeat(4));
  const named = await work.run(["predict", "m.safetensors", "--data", "d.data", "--delimiter", "comma"]);
  expect(named).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--delimiter is for delimited text/),
  });
});
