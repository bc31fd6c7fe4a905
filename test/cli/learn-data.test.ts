// What `learn` and `predict` make of data files, from the command line.

import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { SEED } from "../seed.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();
const gf2 = program("gf2.alg");
const conjunction = program("conjunction.alg");

describe("a parity in -1 and +1 is a product", () => {
  /** Rows of five signs and the product of the first `count`. */
  const rows = (count: number, random = seededRandom(SEED + count)) =>
    Array.from({ length: 14 }, () => {
      const signs = Array.from({ length: 5 }, () => 1 - 2 * random.int(2));
      return [...signs, signs.slice(0, count).reduce((one, other) => one * other, 1)];
    });
  const write = (name: string, data: readonly (readonly number[])[], show: (sign: number) => string) =>
    work.write(name, data.map((row) => row.map(show).join(",")).join("\n"));
  const signed = (sign: number) => (sign > 0 ? `+${sign}` : String(sign));

  test.each([2, 3])(
    "of %d features, learned from as many examples as it takes",
    async (count) => {
      // The unit vectors, and the vector of no -1, determine every parity.
      const basis = Array.from({ length: 6 }, (_, at) => {
        const signs = Array.from({ length: 5 }, (_, index) => (index === at ? -1 : 1));
        return [...signs, at < count ? -1 : 1];
      });
      const model = `p${count}.safetensors`;
      write("train.csv", basis, signed);
      write("test.csv", rows(count), signed);
      const words = ["learn", gf2, "--data", "train.csv", "--test", "test.csv", "-o", model];
      const { code, document, stderr } = await work.json(words);
      expect([code, document.accuracy, document.one]).toEqual([0, 1, -1]);
      expect(document.predictions).toEqual(rows(count).map((row) => signed(row.at(-1)!)));
      expect(stderr).toContain("no header; label in column 6 (+1 = +1, -1 = -1; -1 is the bit 1)\n");
      const { document: predicted } = await work.json(["predict", model, "--data", "test.csv"]);
      expect([predicted.accuracy, predicted.predictions]).toEqual([1, document.predictions]);
      const bits = (sign: number) => String((1 - sign) / 2);
      write("train.csv", basis, bits);
      write("test.csv", rows(count), bits);
      const { document: xor } = await work.json(words);
      expect([xor.accuracy, xor.one]).toEqual([1, 1]);
    },
    120_000,
  );
});

describe("what was understood is said", () => {
  const line = async (text: string, ...options: string[]) => {
    work.write("data.csv", text);
    const { code, stderr } = await work.run(["learn", conjunction, "--data", "data.csv", ...options]);
    return { code, lines: stderr.split("\n") };
  };

  test("on standard error", async () => {
    const text = "sep=;\na;b;spam\n1,0;1;spam\n0,0;1;ham\n\n;;\n?;1;ham\n";
    const { code, lines } = await line(text, "--missing", "drop");
    expect(code).toBe(0);
    expect(lines[0]).toBe(
      'data.csv: 2 rows, 3 columns, delimiter ";", decimal comma, header, 1 empty row, 1 row dropped with missing ' +
        "values (line 7); label spam (spam = +1, ham = -1)",
    );
    expect((await line(text)).code).toBe(2);
    expect((await line("a,b\n1,yes\n0,yes\n")).lines[1]).toMatch(
      /^warning: data.csv: all rows have the label yes/,
    );
  }, 60_000);

  test("and in the document", async () => {
    work.write("data.csv", "a\tb\n1\tno\n0\tyes\n");
    const { document } = await work.json(["learn", conjunction, "--data", "data.csv", "--positive", "no"]);
    expect(document.data).toEqual({
      file: "data.csv",
      rows: 2,
      columns: 2,
      header: true,
      delimiter: "\t",
      decimalComma: false,
      comments: 0,
      emptyRows: 0,
      trailing: false,
      dropped: [],
      label: 2,
      positive: "no",
      negative: "yes",
      remarks: [],
    });
  }, 60_000);

  test("+ is positive, and the model answers in the words of its data", async () => {
    work.write("data.csv", "a,b,label\n0,0,-\n0,1,-\n1,0,-\n1,1,+\n");
    const words = ["learn", conjunction, "--data", "data.csv", "-o", "plus.safetensors"];
    expect((await work.json(words)).document).toMatchObject({
      accuracy: 1,
      predictions: ["-", "-", "-", "+"],
    });
    work.write("new.csv", "b;a\n1;1\n;1\n");
    const dropped = await work.run(["predict", "plus.safetensors", "--data", "new.csv", "--missing", "drop"]);
    expect(dropped.stdout).toBe("+\n");
    expect(dropped.stderr).toBe(
      'new.csv: 1 row, 2 columns, delimiter ";", header, 1 row dropped with missing values (line 3); without the label ' +
        "label\n",
    );
    const bad = await work.run(["predict", "plus.safetensors", "--data", "new.csv"]);
    expect([bad.code, bad.stderr]).toEqual([
      2,
      "error: new.csv, line 3, column b: found nothing, expected a value; fill it in, or leave such rows out with " +
        "--missing drop\n",
    ]);
    const positive = ["predict", "plus.safetensors", "--data", "new.csv", "--positive", "-"];
    expect((await work.run(positive)).stderr).toMatch(/--positive -: the model was trained with \+ as/);
  }, 60_000);
});

test("UTF-16 is read where the text begins with its mark", async () => {
  const text = "\uFEFFx\tgröße\ty\r\n0\t1\t0\r\n1\t1\t1\r\n1\t0\t0\r\n";
  const little = Buffer.from(text, "utf16le");
  const read = async (bytes: Uint8Array) => {
    work.write("data.txt", bytes);
    const { code, stderr, stdout } = await work.run(["learn", conjunction, "--data", "data.txt"]);
    return { code, stderr, stdout: stdout.replace(/time +[\d.]+ s/, "") };
  };
  const plain = await read(Buffer.from(text, "utf8"));
  expect([plain.code, plain.stderr]).toEqual([
    0,
    expect.stringContaining("3 rows, 3 columns, delimiter tab, header"),
  ]);
  for (const bytes of [little, Buffer.from(little).swap16(), gzipSync(text)])
    expect(await read(bytes)).toEqual(plain);
  const short = await read(gzipSync(text).subarray(0, -12));
  expect([short.code, short.stderr]).toEqual([2, expect.stringContaining("not a whole file of gzip")]);
  const cut = await read(little.subarray(0, -1));
  expect([cut.code, cut.stderr]).toEqual([2, expect.stringContaining("text that is not UTF-8")]);
});

test("a grid is cut by its own delimiter too, or refused", async () => {
  const run = (text: string) => {
    work.write("grid.csv", text);
    return work.run(["run", gf2, "--input", "grid.csv"]);
  };
  const { stdout } = await run("a,b,y\n1,0,1\n0,1,1\n1,1,?\n");
  expect(stdout).toMatch(/prediction: 0/);
  for (const text of [
    "sep=;\na;b;y\n1;0;1\n0;1;1\n1;1;?\n",
    "x1|x (m, s)|y\n1|0|1\n0|1|1\n1|1|?\n",
    "1 0 1\n0 1 1\n1 1 ?",
  ])
    expect((await run(text)).stdout).toBe(stdout);
  const bad = await run("1,0;1\n0,0;1\n");
  expect([bad.code, bad.stderr]).toEqual([
    2,
    expect.stringContaining('column 1: found "1,0", expected 0 or 1'),
  ]);
});

test("what is without end is cut short wherever it is shown", async () => {
  const long = "x".repeat(1e5);
  const names = Array.from({ length: 2000 }, (_, at) => `column${at}`);
  const line = (value: string) => `${names.map(() => value).join(",")}\n`;
  work.write("many.csv", `${names.join(",")}\n${line("0")}${line("1")}${line("0")}`);
  work.write("long.csv", `a,b\n${long},0\n0,1\n`);
  for (const [words, code] of [
    [["learn", conjunction, "--data", "long.csv", "-o", "long.safetensors"], 0],
    [["predict", "long.safetensors", "--data", "many.csv"], 2],
    [["learn", conjunction, "--data", "long.csv", "--positive", long], 2],
  ] as const) {
    const found = await work.run([...words]);
    expect(found.code, found.stderr).toBe(code);
    expect(found.stdout.length + found.stderr.length).toBeLessThan(4000);
  }
}, 60_000);
