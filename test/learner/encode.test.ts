// Columns of more than two values as columns of 0 and 1: rows stay apart, numbers keep their order, and later tables are
// encoded as the training data are, whatever the order of their columns.

import { describe, expect, test } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { ENCODINGS, type EncodingKind } from "../../src/diagnostics/known-words.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { examplesOf, queriesOf, showLabel } from "../../src/learning/learner/dataset.ts";
import { readTable } from "../../src/learning/learner/delimited-tables.ts";
import { encodedFormat, encodeTable, knownOf, splitExamples } from "../../src/learning/learner/encode.ts";
import { program, Workspace } from "../cli/harness.ts";
import { again, SEED } from "../seed.ts";

const COLOURS = ["red", "green", "blue", "yellow", "grey"];

interface Drawn {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Rows of a word, a whole number, a number with a part, a bit, and the label in a column of its own. */
function drawn(seed: number): Drawn {
  const random = seededRandom(seed);
  const rows = Array.from({ length: 30 }, () => [
    COLOURS[random.int(COLOURS.length)]!,
    String(random.int(40) - 20),
    (random.int(12) / 4).toFixed(2),
    random.int(2) === 0 ? "no" : "yes",
    random.int(2) === 0 ? "spam" : "ham",
  ]);
  return { header: ["colour", "size", "weight", "round", "kind"], rows };
}

const csv = ({ header, rows }: Drawn, withHeader = true): string =>
  [...(withHeader ? [header] : []), ...rows].map((cells) => cells.join(",")).join("\n");

/** The same table with columns in another order, or some of them. */
const columns = ({ header, rows }: Drawn, order: readonly number[]): Drawn => ({
  header: order.map((at) => header[at]!),
  rows: rows.map((cells) => order.map((at) => cells[at]!)),
});

describe.each(ENCODINGS)("%s", (kind) => {
  test(`${again(SEED)}: rows that differ stay apart, unless thresholds are fewer than values`, () => {
    for (let seed = SEED; seed < SEED + 10; seed++) {
      const data = drawn(seed);
      const { table, format } = encodedFormat(readTable(csv(data), "d.csv"), { encode: kind, levels: 40 });
      const features = examplesOf(table, format).map((example) => example.features.join());
      // Numbers are compared by what they are, not by how they are written.
      const own = data.rows.map(([a, b, c, d]) => [a, Number(b), Number(c), d].join());
      expect(new Set(features).size, again(seed)).toBe(new Set(own).size);
    }
  });

  test("later tables: by name in any order, by place, with and without the label", () => {
    const data = drawn(SEED);
    const { table, format } = encodedFormat(readTable(csv(data), "d.csv"), { encode: kind });
    const wanted = examplesOf(table, format).map(({ features }) => features);
    const later = (text: string) =>
      queriesOf(encodeTable(readTable(text, "q.csv", knownOf(format)), format.encoded!), format);
    for (const order of [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [2, 0, 3, 1],
    ])
      expect(later(csv(columns(data, order)))).toEqual(wanted);
    expect(later(csv(data, false))).toEqual(wanted);
    expect(later(csv(columns(data, [0, 1, 2, 3]), false))).toEqual(wanted);
  });
});

test("a thermometer counts thresholds, and no more of them than are asked for", () => {
  for (const levels of [1, 3, 8, 100]) {
    const data = drawn(SEED);
    const { table, format } = encodedFormat(readTable(csv(data), "d.csv"), { encode: "thermometer", levels });
    const names = format.columns.map(({ name }) => name);
    const ofSize = names.flatMap((name, at) => (name.startsWith("size>=") ? [at] : []));
    const values = new Set(data.rows.map(([, size]) => size)).size;
    expect(ofSize.length).toBeLessThanOrEqual(Math.min(levels, values - 1));
    const counts = table.rows.map(({ cells }) => ofSize.filter((at) => cells[at] === "1").length);
    for (const [one, a] of counts.entries())
      for (const [other, b] of counts.entries())
        if (Number(data.rows[one]![1]) <= Number(data.rows[other]![1])) expect(a).toBeLessThanOrEqual(b);
  }
});

describe("on the command line", () => {
  const work = new Workspace();
  const conjunction = program("conjunction.alg");

  test("what was encoded is said, kept in the model, and done again for queries", async () => {
    const { header, rows } = drawn(SEED);
    const labelled = rows.map(([colour, size, weight, round]) => {
      const label = colour === "red" && round === "yes" ? "accept" : "reject";
      return [colour!, size!, weight!, round!, label];
    });
    work.write("train.csv", csv({ header, rows: labelled }));
    const learned = await work.run([
      "learn",
      conjunction,
      "--data",
      "train.csv",
      "--encode",
      "thermometer",
      "--levels",
      "2",
      "-o",
      "m.safetensors",
    ]);
    expect(learned.code).toBe(0);
    expect(learned.stdout).toContain("100%: 30 of 30 rows");
    expect(learned.stderr).toContain("encoded: colour as colour=blue, colour=green");
    work.write("q.csv", "round,weight,size,colour\nyes,0.5,3,red\nno,0.5,3,red\nyes,2.00,-7,blue\n");
    const asked = await work.run(["predict", "m.safetensors", "--data", "q.csv"]);
    expect([asked.code, asked.stdout]).toEqual([0, "accept\nreject\nreject\n"]);
    work.write("bad.csv", "round,weight,size,colour\nyes,0.5,3,mauve\n");
    const bad = await work.run(["predict", "m.safetensors", "--data", "bad.csv"]);
    expect([bad.code, bad.stderr]).toEqual([
      2,
      expect.stringMatching(
        /line 2, column colour: found "mauve", expected one of the values of the training data/,
      ),
    ]);
    work.write("words.csv", "round,weight,size,colour\nyes,0.5,large,red\n");
    const words = await work.run(["predict", "m.safetensors", "--data", "words.csv"]);
    expect([words.code, words.stderr]).toEqual([
      2,
      expect.stringMatching(/column size: found "large", expected a number/),
    ]);
  });

  test("without --encode a third value is refused, and says how it could be taken", async () => {
    work.write("three.csv", "a,b\nx,1\ny,0\nz,1\n");
    const refused = await work.run(["learn", conjunction, "--data", "three.csv"]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--encode onehot")]);
    const levels = await work.run(["learn", conjunction, "--data", "three.csv", "--levels", "3"]);
    expect([levels.code, levels.stderr]).toEqual([
      2,
      expect.stringContaining("those of --encode thermometer"),
    ]);
  });
});

test("a label of several values is one of them against all others, also in later tables", () => {
  const table = readTable("a,kind\n0,x\n1,y\n0,z\n1,y\n", "d.csv");
  expect(() => encodedFormat(table)).toThrow(
    /line 4, column kind: found "z".*take one value of the label .* by --positive/,
  );
  expect(() => encodedFormat(table, { positive: "w" })).toThrow(/--positive w: .* has the values x, y, z/);
  const { table: made, format } = encodedFormat(table, { positive: "y" });
  expect(examplesOf(made, format).map(({ label }) => label)).toEqual([-1, 1, -1, 1]);
  expect([showLabel(format, 1), showLabel(format, -1)]).toEqual(["y", "not y"]);
  const later = encodeTable(readTable("kind,a\nq,1\ny,0\n", "q.csv", knownOf(format)), format.encoded!);
  expect(examplesOf(later, format)).toEqual([
    { features: [1], label: -1 },
    { features: [-1], label: 1 },
  ]);
});

describe("rows that are held back", () => {
  const text = "colour,size,kind\nred,1,y\ngreen,2,n\nblue,3,y\nred,4,n\nred,50,y\nmauve,60,n\n";
  const table = readTable(text, "d.csv");
  const whole = encodedFormat(table, { encode: "onehot" });
  const labels = examplesOf(whole.table, whole.format).map(({ label }) => label);
  const places = { training: [0, 1, 2, 3], held: [4, 5] };

  test("have no say in values and thresholds", () => {
    const split = (encode: EncodingKind) =>
      splitExamples(table, whole.format, labels, places, { encode, levels: 2 });
    for (const encode of ENCODINGS) {
      const own = encodedFormat({ ...table, rows: table.rows.slice(0, 4) }, { encode, levels: 2 });
      const { format, training } = split(encode);
      expect(format.columns).toEqual(own.format.columns);
      expect(training).toEqual(examplesOf(own.table, own.format));
    }
    const { format, held, unknown } = split("thermometer");
    expect(format.columns.map(({ name }) => name)).toEqual([
      "colour=blue",
      "colour=green",
      "colour=red",
      "size>=2",
      "size>=3",
      "kind",
    ]);
    expect(held).toEqual([
      { features: [-1, -1, 1, 1, 1], label: 1 },
      // No code for mauve, and no threshold is needed for 60.
      { features: [-1, -1, -1, 1, 1], label: -1 },
    ]);
    expect(unknown).toBe(1);
  });

  test("may hold a third value of a column, or a label that no other row has", () => {
    const rare = readTable("a,b,kind\n0,x,p\n1,x,q\n0,y,q\n2,y,r\n", "d.csv");
    const all = encodedFormat(rare, { encode: "onehot", positive: "q" });
    const signs = examplesOf(all.table, all.format).map(({ label }) => label);
    const { held, unknown, format } = splitExamples(
      rare,
      all.format,
      signs,
      { training: [0, 1, 2], held: [3] },
      {
        encode: "onehot",
        positive: "q",
      },
    );
    expect([held, unknown]).toEqual([[{ features: [-1, 1], label: -1 }], 1]);
    expect([showLabel(format, 1), showLabel(format, -1)]).toEqual(["q", "not q"]);
  });

  test("on the command line, in parts and as a share", async () => {
    const work = new Workspace();
    // Only thresholds that see the held rows could tell these numbers apart; each word occurs once.
    const rows = Array.from({ length: 24 }, (_, at) => `w${at},${at % 3},${at % 2}`);
    work.write("d.csv", `word,size,y\n${rows.join("\n")}\n`);
    const words = [
      "learn",
      program("conjunction.alg"),
      "--data",
      "d.csv",
      "--encode",
      "onehot",
      "--seed",
      "1",
    ];
    const folds = await work.run([...words, "--folds", "4"]);
    expect([folds.code, folds.stderr]).toEqual([
      0,
      expect.stringContaining("in the 6 rows held back: 6 values that no training row has"),
    ]);
    const share = await work.run([...words, "--test", "0.25", "-o", "m.safetensors"]);
    expect([share.code, share.stderr]).toEqual([
      0,
      expect.stringContaining("in the 6 rows held back: 6 values that no training row has"),
    ]);
    const { document } = await work.json([...words, "--test", "0.25"]);
    const columns = document.columns.map(({ name }: { name: string }) => name);
    expect(columns.filter((name: string) => name.startsWith("word=")).length).toBe(18);
  });
});

describe("--missing value", () => {
  const work = new Workspace();
  // The vote says it all, but for those who did not vote.
  const rows = ["y,3,a", "n,1,b", "?,9,b", "y,,a", "n,?,b", ",2,b", "y,2,a", "n,9,b"];

  test.each(ENCODINGS)("is one more value, also in later tables, %s", async (encode) => {
    work.write("d.csv", `vote,size,class\n${rows.join("\n")}\n`);
    const words = ["--data", "d.csv", "--encode", encode, "--positive", "a", "--missing", "value"];
    const learned = await work.run(["learn", program("memorize.alg"), ...words, "-o", "m.safetensors"]);
    expect([learned.code, learned.stdout]).toEqual([0, expect.stringContaining("100%: 8 of 8 rows")]);
    expect(learned.stderr.includes("vote=missing")).toBe(encode !== "binary");
    for (const header of ["vote,size,class\n", "vote,size\n", ""]) {
      const cells = header.includes("class") ? rows : rows.map((row) => row.replace(/,\w$/, ""));
      work.write("q.csv", `${header}${cells.join("\n")}\n`);
      const asked = await work.run(["predict", "m.safetensors", "--data", "q.csv", "--missing", "value"]);
      expect([asked.code, asked.stdout], header).toEqual([
        0,
        rows.map((row) => `${row.at(-1) === "a" ? "a" : "b"}\n`).join(""),
      ]);
    }
    const refused = await work.run(["predict", "m.safetensors", "--data", "q.csv"]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("expected a value")]);
  });

  test("a label that is missing stays so", async () => {
    work.write("d.csv", "vote,class\ny,a\n?,b\nn,?\n");
    const { code, stderr } = await work.run([
      "learn",
      program("memorize.alg"),
      "--data",
      "d.csv",
      "--encode",
      "onehot",
      "--missing",
      "value",
    ]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("line 4, column class")]);
  });
});

test("names of rows are no values", () => {
  const many = Array.from({ length: 300 }, (_, at) => `name${at},${at % 2}`).join("\n");
  const table = readTable(`who,label\n${many}`, "d.csv");
  expect(() => encodedFormat(table, { encode: "onehot" })).toThrow(InputError);
  expect(() => encodedFormat(table, { encode: "onehot" })).toThrow(
    /column who: found 300 values, expected at most 256/,
  );
});
