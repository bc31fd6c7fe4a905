import { describe, expect, test } from "vitest";
import {
  type DataFormat,
  examplesOf,
  formatOfTable,
  hasLabels,
  queriesOf,
  showLabel,
} from "../../src/learner/dataset.ts";
import { readTable } from "../../src/learner/table.ts";

const table = (text: string, format?: DataFormat) => readTable(text, "train.csv", format);

function read(text: string, label?: string) {
  const data = table(text);
  const format = formatOfTable(data, label);
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
    ['a,"b,y\n0,1,1\n', /^train.csv, row .*quotes/],
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
      /found no column b, expected the columns a, b, y/,
    );
    expect(() => queriesOf(table("a,b,c\n0,5,1\n", format), format)).toThrow(/found a column c/);
    expect(() => examplesOf(table("a,b\n0,5\n", format), format)).toThrow(/found no column y/);
    expect(() => queriesOf(table("1\n", format), format)).toThrow(
      /found 1 columns, expected 3 as in the training data, or 2/,
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
