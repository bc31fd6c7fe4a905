import { describe, expect, test } from "vitest";
import { dropMissing } from "../../src/cli/table-input.ts";
import {
  examplesOf,
  type FormatOptions,
  formatOfTable,
  hasLabels,
  queriesOf,
  showLabel,
} from "../../src/learning/learner/dataset.ts";
import { readTable, type TableOptions } from "../../src/learning/learner/delimited-tables.ts";
import { encodedFormat, knownOf } from "../../src/learning/learner/encode.ts";
import type { Known } from "../../src/learning/learner/header.ts";
import { remarksOn } from "../../src/learning/learner/remarks.ts";
import { canonical } from "../../src/learning/learner/table-values.ts";

const table = (text: string, known?: Known, options?: TableOptions) =>
  readTable(text, "train.csv", known, options);

function read(text: string, label?: string) {
  const data = table(text);
  const format = formatOfTable(data, { label });
  return { format, examples: examplesOf(data, format) };
}

const EXPECTED = [
  { features: [-1, 1], label: 1 },
  { features: [1, 1], label: -1 },
  { features: [1, -1], label: 1 },
];

describe("values", () => {
  test.each([
    ["0 and 1, no header", "0,1,1\n1,1,0\n1,0,1\n"],
    ["-1 and +1, with blanks and CRLF", " -1, +1,+1\r\n+1,+1,-1\r\n\r\n1,-1,1"],
    ["truth values with a header", "a,b,y\nfalse,True,TRUE\ntrue,true,false\ntrue,false,true\n"],
    [
      "any two values, the smaller is -1",
      "a;b;y\nn;9;yes\ny;9;no\ny;10;yes\n".replace(/9/g, "8").replace(/10/g, "7"),
    ],
    ["quoted", '"a","b","y"\n"0","1","1"\n"1","1","0"\n"1","0","1"\n'],
  ])("%s", (_, text) => {
    expect(read(text).examples).toEqual(EXPECTED);
  });

  test("the label is the last column, or the one asked for by name or number", () => {
    const text = "y,a,b\n1,0,1\n0,1,1\n1,1,0\n";
    expect(read(text, "y").examples).toEqual(EXPECTED);
    expect(read(text, "1").examples).toEqual(EXPECTED);
    expect(read("1,0,1\n0,1,1\n1,1,0\n", "1").examples).toEqual(EXPECTED);
    expect(() => read(text, "Y2")).toThrow(/--label Y2: train.csv has no such column; found y, a, b/);
  });

  test.each<[string, string, readonly string[] | null]>([
    ["numbers as names, of a data frame", "0,1,y\n1,0,yes\n1,1,no\n", ["0", "1", "y"]],
    ["nothing but numbers as names", "0,1,2\n1,0,1\n0,1,0\n", ["0", "1", "2"]],
    ["words in the data", "a,y\nred,1\nblue,0\nblue,1\n", ["a", "y"]],
    ["no header: a word that comes once", "red,1\nblue,0\nblue,1\n", null],
    ["no header: words that come again", "red,up\nblue,up\nred,down\n", null],
    ["no header: numbers", "0,1,1\n0,1,0\n", null],
    ["no header: numbers that count, and come again", "0,1,2\n0,1,2\n1,1,3\n", null],
  ])("header: %s", (_, text, header) => {
    expect(table(text).header).toEqual(header);
  });

  test("labels are written as they came", () => {
    const { format } = read("a,y\n0,no\n1,yes\n");
    expect([showLabel(format, -1), showLabel(format, 1)]).toEqual(["no", "yes"]);
    expect(showLabel(read("0,1\n1,1\n").format, -1)).toBe("0");
  });
});

describe("mistakes are named with row and column", () => {
  test.each([
    ["", /^train.csv is empty/],
    ["a,b,y\n", /^train.csv has no rows below its header \(a,b,y\)/],
    ["a,b,y\n0,1,1\n0,1\n", /^train.csv, line 3: found 2 values, expected 3/],
    ["a,b,y\n0,,1\n", /^train.csv, line 2, column b: found nothing, expected a value/],
    ["0,1,?\n", /^train.csv, line 1, column 3: found "\?", expected a value/],
    ["a,b,y\n0,1,1\nNaN,1,1\n", /^train.csv, line 3, column a: found "NaN", expected a value/],
    ["a,b,y\n0,1,1\n1,0,0\n2,0,0\n", /^train.csv, line 4, column a: found "2", expected "0" or "1"/],
    ["a,b,a\n0,1,1\n", /^train.csv: the columns 1 and 3 are both called a/],
    ["a,,y\n0,1,1\n", /^train.csv: column 2 has no name/],
    ['a,"b,y\n0,1,1\n', /^train.csv, line 1: found quotes/],
  ])("%j", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe("later tables", () => {
  const { format } = read("a,b,y\n0,5,1\n1,5,0\n1,7,1\n");

  test("are read by name, whatever the order, with or without the label", () => {
    expect(queriesOf(table("b,a\n5,1\n7,0\n", format), format)).toEqual([
      [1, -1],
      [-1, 1],
    ]);
    const labelled = table("y,b,a\n1,5,1\n", format);
    expect(hasLabels(labelled, format)).toBe(true);
    expect(examplesOf(labelled, format)).toEqual([{ features: [1, -1], label: 1 }]);
    expect(hasLabels(table("a,b\n0,5\n", format), format)).toBe(false);
    expect(hasLabels(table("a,b,y\n0,5,?\n", format), format)).toBe(false);
  });

  test("without a header, by position", () => {
    expect(queriesOf(table("1,7\n", format), format)).toEqual([[1, 1]]);
    expect(queriesOf(table("1,7,0\n", format), format)).toEqual([[1, 1]]);
  });

  test("must have the same columns and values", () => {
    expect(() => queriesOf(table("a,c\n0,1\n", format), format)).toThrow(
      /found no column b and found a column c, expected the columns a, b, y/,
    );
    expect(() => queriesOf(table("a,b,c\n0,5,1\n", format), format)).toThrow(/found a column c/);
    expect(() => examplesOf(table("a,b\n0,5\n", format), format)).toThrow(/found no column y/);
    expect(() => queriesOf(table("1\n", format), format)).toThrow(
      /found 1 columns, expected 3 as in the training data \(a, b, y\), or 2/,
    );
    expect(() => queriesOf(table("a,b\n0,6\n", format), format)).toThrow(
      /line 2, column b: found "6", expected "5" or "7"/,
    );
  });

  test("the opposite of a usual value is understood where the training data lack it", () => {
    const constant = read("a,y\n1,1\n1,0\n").format;
    expect(queriesOf(table("0\n", constant), constant)).toEqual([[-1]]);
    const named = read("a,y\nw,1\nw,0\n").format;
    expect(() => queriesOf(table("x\n", named), named)).toThrow(/found "x", expected "w"/);
  });
});

/** The format of training data, its examples and what is said of it. */
function understood(text: string, options: FormatOptions & TableOptions = {}) {
  const data = readTable(text, "train.csv", undefined, options);
  const format = formatOfTable(data, options);
  const { negative, positive } = format.columns[format.label]!;
  const remarks = [...data.warnings, ...remarksOn(data, format, options)];
  return { data, format, examples: examplesOf(data, format), negative, positive, remarks };
}

describe("which value is positive", () => {
  test.each([
    ["0", "1"],
    ["-", "+"],
    ["\u2212", "+"],
    ["no", "YES"],
    ["False", "TRUE"],
    ["F", "t"],
    ["N", "y"],
    ["off", "On"],
    ["reject", "accept"],
    ["negative", "Positive"],
    ["neg", "pos"],
    ["not spam", "spam"],
    ["zero", "yes"],
    ["no", "maybe"],
    ["invalid", "valid"],
    ["1", "2"],
    ["9", "10"],
    ["ham", "spam"],
  ])("%s is negative, %s is positive, whichever comes first", (no, yes) => {
    for (const [first, second] of [
      [no, yes],
      [yes, no],
    ]) {
      const { format } = understood(`a,label\n0,${first}\n1,${second}\n`);
      expect([showLabel(format, -1), showLabel(format, 1)]).toEqual([no, yes]);
    }
  });

  test("a rule that is a choice is said, and --positive overrides it", () => {
    const text = "a,label\n0,spam\n1,ham\n";
    expect(understood(text).remarks[0]).toMatch(/later in the alphabet is \+1; --positive ham turns/);
    expect(understood("a,label\n0,1\n1,2\n").remarks[0]).toMatch(/the larger number is \+1/);
    expect(understood("a,label\n0,no\n1,yes\n").remarks).toEqual([]);
    const ham = understood(text, { positive: "ham" });
    expect([ham.negative, ham.positive, ham.remarks]).toEqual(["spam", "ham", []]);
    expect(() => understood(text, { positive: "eggs" })).toThrow(/has the values spam and ham, expected one/);
  });

  test("one label alone, and two that mean the same, are warnings", () => {
    expect(understood("a,label\n0,yes\n1,yes\n").remarks[0]).toMatch(
      /^warning: .*all rows have the label yes/,
    );
    expect(understood("a,label\n0,yes\n1,true\n").remarks[0]).toMatch(/"true" and "yes", which usually mean/);
    expect(understood("a,label\nx,0\nX,1\n").remarks[0]).toMatch(/column a: found "X" and "x"/);
  });

  test("a column that is called the label, and is not taken for it, is a warning", () => {
    for (const name of ["label", "Class", "target", "y"]) {
      const text = `${name},a,b\n0,1,0\n1,0,1\n1,1,1\n`;
      expect(understood(text).remarks[0]).toBe(
        `warning: train.csv: the last column, b, is taken for the label, and ${name} for a feature; say --label ${name} if ` +
          "that is the label, or --label b if all is well",
      );
      for (const label of [name, "b", "1", "3"]) expect(understood(text, { label }).remarks).toEqual([]);
      expect(understood(text.replaceAll("b", "class")).remarks).toEqual([]);
    }
    const table = readTable("class,a,b\nx,1,0\ny,0,1\nz,1,1\n", "train.csv");
    const { table: encoded, format } = encodedFormat(table, { encode: "onehot" });
    expect(remarksOn(encoded, format)[0]).toMatch(/say --label class if that is the label/);
  });

  test("numbers of the label's column are digits", () => {
    const text = "a,b,c\n0,1,0\n1,0,1\n";
    expect(understood(text, { label: "2" }).format.label).toBe(1);
    for (const label of ["0x2", "2e0", " 2", "2.0", "+2", "0", "4", ""])
      expect(() => understood(text, { label })).toThrow(/has no such column/);
  });

  test("labels are written as the data write them", () => {
    const { format } = understood("1,0;1,0\n0,0;0,0\n");
    expect([showLabel(format, 1), showLabel(format, -1)]).toEqual(["1,0", "0,0"]);
    const signs = understood("+1 -1\n-1 +1\n").format;
    expect([showLabel(signs, 1), showLabel(signs, -1)]).toEqual(["+1", "-1"]);
  });

  test("numbers are the same only if they are", () => {
    expect(understood("a,y\n1.0,0\n+1,1\n1e0,0\n0,1\n").format.columns[0]).toMatchObject({ positive: "1" });
    expect(() => understood("a,y\n01,0\n1,1\n0,1\n")).toThrow(/line 4, column a: found "0"/);
    const long = understood("a,y\n9007199254740993,0\n9007199254740992,1\n").examples;
    expect(long.map(({ features }) => features[0])).toEqual([1, -1]);
  });
});

describe("-1 and +1", () => {
  const signs = "a,b,y\n-1,1,-1\n1,1,1\n1,-1,-1\n";

  test("where all columns are, they are taken as they are, and -1 is the bit 1", () => {
    const { format, examples, remarks } = understood(signs);
    expect(format.one).toBe(-1);
    expect(examples).toEqual([
      { features: [-1, 1], label: -1 },
      { features: [1, 1], label: 1 },
      { features: [1, -1], label: -1 },
    ]);
    expect(remarks[0]).toMatch(/-1 is the bit 1, also for the label y; --positive 1 makes/);
    expect(understood("a,b,y\n-1,1,-1\n1,1,1\n").format.one).toBe(-1);
    expect(understood(signs, { positive: "-1" }).format.one).toBe(-1);
  });

  test("0 and 1, and nothing but 1, are not", () => {
    expect(understood("a,b,y\n1,1,1\n1,1,1\n").format.one).toBeUndefined();
    expect(understood("a,b,y\n0,1,1\n1,1,0\n").format.one).toBeUndefined();
  });

  test("with another label, -1 is the bit 1 of features still, and so +1 to the network", () => {
    const { format, examples } = understood("a,b,y\n-1,1,yes\n1,1,no\n");
    expect(format.one).toBeUndefined();
    expect(examples).toEqual([
      { features: [1, -1], label: 1 },
      { features: [-1, -1], label: -1 },
    ]);
    const turned = understood(signs, { positive: "1" });
    expect(turned.examples[0]).toEqual({ features: [1, -1], label: -1 });
  });

  test("a label beside features of another kind is positive at +1, which is said", () => {
    const { positive, remarks } = understood("a,y\n0,-1\n1,+1\n");
    expect(positive).toBe("1");
    expect(remarks[0]).toMatch(/so \+1 is the bit 1, unlike.*; --positive -1 turns it round/);
  });
});

describe("tables from outside", () => {
  test.each<[string, string, string, number, readonly string[] | null]>([
    [
      "semicolons, a comma in the header",
      "x1;x2 (m, s);label\n0;1;0\n1;0;1\n",
      ";",
      2,
      ["x1", "x2 (m, s)", "label"],
    ],
    ["decimal commas", "1,0;0,0;1,0\n0,0;1,0;0,0\n", ";", 2, null],
    ["decimal commas between spaces", "1,0 0,0 1,0\n0,0 1,0 0,0\n", " ", 2, null],
    ["decimal commas in quotes", '"1,0","0,0"\n"0,0","1,0"\n', ",", 2, null],
    ["a line for Excel", "sep=;\na;b;label\n1;0;1\n0;1;0\n", ";", 2, ["a", "b", "label"]],
    ["a line for Excel, quoted, with commas", '"sep=\t",,\na\tb\n1\t0\n0\t1\n', "\t", 2, ["a", "b"]],
    ["runs of spaces", " 1 0 1\n 0  1 0\n", " ", 2, null],
    ["numpy", "# a b c\n1.000000000000000000e+00 0.0e+00\n0.0e+00 1.0e+00\n", " ", 2, null],
    ["tabs with spaces in words", "my car\tmy bus\nred car\t1\nblue car\t0\n", "\t", 2, ["my car", "my bus"]],
    ["bars and a frame", "| a | b |\n|---|---|\n| 0 | 1 |\n| 1 | 0 |\n", "|", 2, ["a", "b"]],
    ["bars and a frame that aligns", "| a | b |\n|:-|:-:|\n| 0 | 1 |\n| 1 | 0 |\n", "|", 2, ["a", "b"]],
    ["trailing delimiters", "a;b;\n0;1;\n1;0;\n", ";", 2, ["a", "b"]],
    ["trailing delimiters below a header", "a,b\n0,1,\n1,0,\n", ",", 2, ["a", "b"]],
    ["rows of delimiters", "a,b\n0,1\n,\n1,0\n,\n", ",", 2, ["a", "b"]],
    ["single quotes", "'a','b'\n'0','yes'\n'1','no'\n", ",", 2, ["a", "b"]],
    ["a header that is a value", "free,offer,spam\n1,0,spam\n0,1,ham\n", ",", 2, ["free", "offer", "spam"]],
  ])("%s", (_, text, delimiter, rows, header) => {
    const data = table(text);
    expect(() => formatOfTable(data)).not.toThrow();
    expect([data.dialect.delimiter, data.rows.length, data.header]).toEqual([delimiter, rows, header]);
  });

  test.each<[string, string, RegExp]>([
    ["commas and semicolons in every row", "0,1,1;1\n1,0,1;0\n", /could be cut at "," and ";".*--delimiter/],
    [
      "both decimals",
      "1,0;0.5\n0,0;1.5\n",
      /found 1,0 in line 1 and 0.5 in line 1, expected a decimal comma or/,
    ],
    ["ragged", "a,b,y\n0,1,1\n0,1\n", /line 3: found 2 values, expected 3 as in line 1 \(delimiter ","\)/],
    ["one column", "a\n0\n1\n", /line 1: found one column \("a"\), expected at least two/],
    ["whole rows in quotes", '"a,b"\n"0,1"\n', /found one column.*take away the quotes around whole rows/],
    ["words above words", "a,b\nred,car\n", /could be a header or an example .*--header or --no-header/],
    [
      "words that disagree",
      "free,spam\nyes,spam\nmaybe,ham\n",
      /"spam" is a value further down, "free" is not/,
    ],
    [
      "a number that comes again beside likely names",
      "1,red\n0,blue\n1,green\n",
      /"1" is a value further down/,
    ],
    ["tabs in all rows, and spaces in some", "a\tb c\n1\t0 1\n0 1\t0\n", /cut at tab and spaces/],
    ["JSON", '{\n"a": 1,\n"b": 2}\n', /found JSON, expected a table/],
    ["JSON rows", "[[0, 1], [1, 0]]", /found JSON/],
    ["rows in brackets", "(0, 1)\n(1, 0)\n", /found rows in brackets/],
    ["HTML", "<!DOCTYPE html>\n<p>1,2", /found HTML or XML/],
    ["LIBSVM", "+1 1:1 2:1\n-1 1:0 2:1\n", /found LIBSVM's format/],
    ["control characters", "0,1\n1,\u0001\n", /line 2: found control characters/],
    ["blank lines alone", " \n\n", /is empty/],
    ["comments alone", "# a,b\n", /is empty/],
    ["spaces before quotes that hold a comma", '0, "a, b"\n1, "c, d"\n', /quotes that do not match/],
    ["single quotes around two", "'a,b',0\n'b,c',1\n", /single quotes around several values \('a,b'\)/],
  ])("refused: %s", (_, text, message) => {
    expect(() => formatOfTable(table(text))).toThrow(message);
  });

  test("a decimal comma that could stand between two values is a warning", () => {
    expect(understood("0,1;1\n1,0;0\n").remarks[0]).toMatch(
      /line 1: 0,1 is taken for a number with a decimal/,
    );
    expect(understood("0,1;1\n1,0;0\n", { delimiter: ";" }).remarks).toEqual([]);
    expect(understood("0,0;1\n1,0;0\n").remarks).toEqual([]);
  });

  test.each<[string, string, RegExp]>([
    [
      "of digits in quotes",
      'size,y\n"1,000",0\n999,1\n',
      /line 2: 1,000 is taken for.*decimal comma, which is less/,
    ],
    ["of digits between semicolons", "sep=;\nsize;y\n-12,500;0\n7;1\n", /line 3: -12,500 is taken/],
    [
      "a number beside likely names",
      "red,3\nblue,1\ngreen,1\n",
      /taken for a header, although "3" is a number/,
    ],
    [
      "a place beside likely names",
      "1,red\n2,blue\n3,green\n",
      /taken for a header, although "1" is a number/,
    ],
  ])("a warning: %s", (_, text, message) => {
    expect(table(text).warnings).toEqual([expect.stringMatching(message)]);
  });

  test("commas are decimal without a warning where one cannot group digits", () => {
    expect(table("a;y\n1,500;0\n2,25;1\n", undefined, { delimiter: ";" }).warnings).toEqual([]);
  });

  test("what is asked for is done", () => {
    const asked = (text: string, options: TableOptions) => readTable(text, "t.csv", undefined, options);
    expect(asked("0,1,1;1\n1,0,1;0\n", { delimiter: "semicolon" }).rows[0]!.cells).toEqual(["0,1,1", "1"]);
    expect(asked("0:1\n1:0\n", { delimiter: ":" }).rows[0]!.cells).toEqual(["0", "1"]);
    expect(asked("a,b\nred,car\n", { header: true }).header).toEqual(["a", "b"]);
    expect(asked("a,b\nred,car\n", { header: false }).rows).toHaveLength(2);
    expect(() => asked("0,1\n", { delimiter: "1" })).toThrow(/--delimiter 1: expected comma, semicolon/);
  });

  test("rows with missing values are left out on request", () => {
    const data = table("a,b,y\n0,1,1\n?,1,0\n1,NA,0\n1,0,nan\n1,0,0\n");
    expect(() => formatOfTable(data)).toThrow(/line 3, column a: found "\?".*--missing drop/);
    const { table: left, dropped } = dropMissing(data);
    expect([left.rows.length, dropped]).toEqual([2, [3, 4, 5]]);
    // Queries need no label.
    expect(dropMissing(data, formatOfTable(left)).dropped).toEqual([3, 4]);
  });
});

test("values that look alike are remarked on, and letters are no yes or no beside others", () => {
  for (const other of ["1\u200b", "\uff11", "\u2060 1"])
    expect(understood(`a,y\n1,0\n${other},1\n`).remarks[0]).toMatch(/which usually mean the same/);
  for (const [one, other] of [
    ["caf\u00e9", "cafe\u0301"],
    ["red car", "red\u00a0car"],
    ["na\u00efve", "NA\u00cfVE"],
  ])
    expect(understood(`a,y\n${one},0\n${other},1\n`).remarks[0]).toMatch(/which usually mean the same/);
  expect(understood("a,y\n1,0\n\u0661,1\n").remarks).toEqual([]);
  expect(understood("a,y\n0,M\n1,F\n").remarks[0]).toMatch(/later in the alphabet is \+1/);
  expect(understood("a,y\n0,T\n1,F\n").remarks).toEqual([]);
});

describe("the first row of a later table", () => {
  const { format } = read("free,spam\n0,spam\n1,ham\n");

  test.each<[string, string, readonly string[] | null]>([
    ["names", "spam,free\nspam,0\n", ["spam", "free"]],
    ["values, one of which is a name", "0,spam\n1,ham\n", null],
    ["a single row of values", "1\n", null],
  ])("%s", (_, text, header) => {
    expect(table(text, format).header).toEqual(header);
  });

  test.each<[string, string, string, RegExp]>([
    ["a label that is none", "1,0\n0,0\n1,1\n", "1,f\n0,0\n1,1\n", /whose label is none, unlike those below/],
    [
      "few values",
      "1,0,0,1\n0,1,1,0\n",
      "1,p,q,1\n0,1,1,0\n",
      /some of which are values of the training data/,
    ],
    ["a label alone", "a,0\na,1\n", "b,1\na,0\n", /some of which are values of the training data/],
  ])("refused: %s, which may be a header or an example", (_, training, text, message) => {
    expect(() => table(text, read(training).format)).toThrow(message);
  });

  test("of a label of which one value counts, all others are labels", () => {
    const { format: own } = encodedFormat(table("f,y\n0,a\n1,b\n1,c\n"), { positive: "a" });
    expect(table("0,b\n1,a\n", knownOf(own)).header).toBe(null);
    expect(table("0,x\n1,a\n", knownOf(own)).header).toBe(null);
  });

  test("other names are refused with all of them", () => {
    expect(() => queriesOf(table("cost,size\n0,ham\n", format), format)).toThrow(
      /found no column free and found columns cost, size, expected the columns free, spam/,
    );
  });
});

test("a digit alone is the number that it is in other spellings", () => {
  for (let digit = 0; digit < 10; digit++)
    for (const spelled of [`${digit}`, `+${digit}`, `${digit}.0`, `${digit}e0`])
      for (const decimalComma of [false, true]) expect(canonical(spelled, decimalComma)).toBe(`${digit}`);
  for (const other of ["\u0663", "a", "", "01", "-"]) expect(canonical(other)).toBe(other);
});
