import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { formatOf, type GridFormat, readGrid, writeGrid } from "../../src/grid/formats.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid, ValueType } from "../../src/grid/grid.ts";
import type { GridField, ReadOptions } from "../../src/grid/layers.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { again, cases, SEED } from "../seed.ts";

const bit: ValueType = { kind: "bit" };
const range = (lo: number, hi: number): ValueType => ({ kind: "range", lo, hi });
const wall: ValueType = { kind: "enum", names: ["floor", "wall", "door"], symbols: [".", "#", "+"] };
const plain: ValueType = { kind: "enum", names: ["rest", "west", "east"] };

const x: GridField = { name: "x", type: bit };
const of = (name: string, type: ValueType): GridField => ({ name, type });
const planes = (grid: Grid): unknown => ({
  rows: grid.rows,
  cols: grid.cols,
  ...Object.fromEntries(Object.entries(grid.planes).map(([name, plane]) => [name, [...plane].join(" ")])),
});
const read = (
  text: string,
  format: GridFormat = "text",
  fields: readonly GridField[] = [x],
  options?: ReadOptions,
) => planes(readGrid(text, `in.${format}`, format, fields, options));

/** The message of the InputError that reading throws. */
function mistake(...args: Parameters<typeof read>): string {
  try {
    read(...args);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

test("formats by extension", () => {
  expect(["a.txt", "b/c.GRID", "a.b.csv", "x.json", "x.jsonl", "txt", "a.png"].map(formatOf)).toEqual([
    "text",
    "text",
    "csv",
    "json",
    null,
    null,
    null,
  ]);
});

describe("text", () => {
  const square = { rows: 2, cols: 3, x: "0 1 1 1 0 0" };

  test.each([
    ["spaced", "0 1 1\n1 0 0\n"],
    ["compact", "011\n100"],
    ["dots", ".##\n#..\n\n\n"],
    ["words", "  false True true\n1\t0 FALSE"],
    ["CRLF, BOM", "\uFEFF011\r\n100\r\n"],
    ["header", "[x]\n011\n100"],
    ["colon, blank lines", "\nx:\n\n011\n\n100\n"],
  ])("%s", (_, text) => {
    expect(read(text)).toEqual(square);
  });

  test("single cells and columns", () => {
    expect(read("1")).toEqual({ rows: 1, cols: 1, x: "1" });
    expect(read("true\nfalse")).toEqual({ rows: 2, cols: 1, x: "1 0" });
    expect(read("10", "text", [of("x", range(0, 9))])).toEqual({ rows: 1, cols: 2, x: "1 0" });
    expect(read("10", "text", [of("x", range(0, 10))])).toEqual({ rows: 1, cols: 1, x: "10" });
    expect(read("wall\ndoor", "text", [of("x", wall)])).toEqual({ rows: 2, cols: 1, x: "1 2" });
    expect(read("rest west", "text", [of("x", plain)])).toEqual({ rows: 1, cols: 2, x: "0 1" });
  });

  test("symbols and names of enums, spaced or compact", () => {
    const expected = { rows: 2, cols: 3, x: "1 0 2 0 0 1" };
    expect(read("#.+\n..#", "text", [of("x", wall)])).toEqual(expected);
    expect(read("wall . door\nfloor floor #", "text", [of("x", wall)])).toEqual(expected);
  });

  test("several fields", () => {
    const fields = [x, of("n", range(-5, 12))];
    const expected = { rows: 1, cols: 3, x: "1 0 1", n: "-5 0 12" };
    expect(read("101\n\n-5 0 12", "text", fields)).toEqual(expected);
    expect(read("[n]\n-5 +0 12\n[x]\n101", "text", fields)).toEqual(expected);
    expect(read("n:\n-5 0 12\n\nx:\n1 0 1", "text", fields)).toEqual(expected);
  });
});

describe("csv", () => {
  const square = { rows: 2, cols: 3, x: "0 1 1 1 0 0" };

  test.each([
    ["bare", "0,1,1\n1,0,0"],
    ["spaces, CRLF, BOM, trailing newlines", "\uFEFF0, 1 ,1\r\n1,0,0\r\n\r\n"],
    ["quotes", '"0","1","1"\n1, "0" ,"0"\n'],
    ["header", "x0,x1,label\n0,1,1\n1,0,0\n"],
    ["quoted header with a comma and a line break", '"x, 0","x\n1",""\n0,1,1\n1,0,0\n'],
    ["semicolons", "a;b;c\n0;1;1\n1;0;0\n"],
    ["tabs", "0\t1\t1\n1\t0\t0\n"],
    ["words", "FALSE,TRUE,TRUE\nTrue,False,False"],
    ["spreadsheet padding", "[x],,\n0,1,1\n1,0,0\n,,\n,,\n"],
  ])("%s", (_, text) => {
    expect(read(text, "csv")).toEqual(square);
  });

  test("several fields, each with its header line", () => {
    const fields = [x, of("way", plain)];
    const expected = { rows: 1, cols: 2, x: "1 0", way: "2 1" };
    expect(read("1,0\n\neast,west\n", "csv", fields)).toEqual(expected);
    expect(read("[way]\nc1,c2\neast,west\n[x]\nc1,c2\n1,0", "csv", fields)).toEqual(expected);
  });

  test("a first line of numbers is no header", () => {
    expect(mistake("2,3\n0,1\n", "csv")).toContain('row 1, column 1: found "2"');
  });

  test("a header alone", () => {
    expect(mistake("a,b\n", "csv")).toBe(
      'in.csv: field x has no rows below the header "a,b", expected at least one',
    );
  });

  test("rows are counted below the header, lines from the top of the file", () => {
    expect(mistake("a,b\n0,1\n0,z\n", "csv")).toContain(
      'in.csv, field x, row 2 (line 3), column 2: found "z"',
    );
    expect(mistake('"a\nb",c\n0,1\n0,z\n', "csv")).toContain("row 2 (line 4), column 2");
  });

  test("quotes that do not match", () => {
    expect(mistake('0,1\n0,"1\n', "csv")).toMatch(/^in\.csv, line 2: found quotes that do not match/);
  });
});

describe("json", () => {
  const square = { rows: 2, cols: 3, x: "0 1 1 1 0 0" };

  test.each([
    ["numbers", '{"x": [[0, 1, 1], [1, 0, 0]]}'],
    ["booleans", '{"x": [[false, true, true], [true, false, false]]}'],
    ["strings", '{"x": [["0", "1", "true"], ["#", ".", "."]]}'],
    ["rows as strings", '{"x": ["011", "1 0 0"]}'],
    ["rows alone", "\uFEFF[[0, 1, 1], [1, 0, -0]]"],
  ])("%s", (_, text) => {
    expect(read(text, "json")).toEqual(square);
  });

  test.each([
    ["", "in.json, line 1, column 1: this is not JSON: found the end of the file"],
    ['{"x": [[0,\n  01]]}', 'in.json, line 2, column 4: this is not JSON: found "1"'],
    ['{"x": [[0, 1]}', 'column 14: this is not JSON: found "}"'],
    ["{x: 1}", 'column 2: this is not JSON: found "x"'],
    ['{"x": [[1,]]}', 'column 11: this is not JSON: found "]"'],
    ['{"x": [[1]]} 1', 'column 14: this is not JSON: found "1"'],
    ['{"x": nul}', 'column 7: this is not JSON: found "n"'],
    ["3", 'in.json: found 3, expected an object such as { "x": [[0, 1], [1, 0]] }'],
    ["null", "in.json: found null, expected an object"],
    ['{"x": 3}', "in.json, field x: found 3, expected an array of rows"],
    ['{"x": [[1], 3]}', "in.json, field x, row 2: found 3, expected an array of cells or a string"],
    ['[[1], {"a": 1}]', 'in.json, row 2: found {"a":1}, expected an array of cells'],
    ['{"x": [[1, [2]]]}', 'in.json, field x, row 1, column 2: found "[2]", expected 0 or 1'],
    ['{"x": [[1, null]]}', "row 1, column 2: found an empty cell, expected 0 or 1"],
    ['{"x": [[1.5]]}', 'row 1, column 1: found "1.5", expected 0 or 1'],
    ['{"x": [[]]}', "row 1: found no cells"],
    ['{"x": []}', "field x has no rows"],
    ["{}", "in.json: found no rows, expected a grid of x"],
  ])("%j", (text, message) => {
    expect(mistake(text, "json")).toContain(message);
  });

  test("rows alone do not say whose they are", () => {
    expect(mistake("[[1]]", "json", [x, of("y", bit)])).toContain("expected an object such as");
  });

  test("every text that JSON.parse refuses is refused with a place inside it", () => {
    const alphabet = fc.constantFrom("[", "]", "{", "}", ",", ":", '"x"', "1", " ", "true", "\n", "-", '"');
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 12 }), (parts) => {
        const text = parts.join("");
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        if (valid) return;
        const at = /line (\d+), column (\d+): this is not JSON: found (.*);/.exec(mistake(text, "json"))!;
        const rest = text
          .split("\n")
          .slice(Number(at[1]) - 1)
          .join("\n")
          .slice(Number(at[2]) - 1);
        expect(at[3]).toBe(rest === "" ? "the end of the file" : JSON.stringify(rest[0]));
      }),
    );
  });
});

describe("the query of a learner", () => {
  const query = { blankQuery: true };
  const expected = { rows: 2, cols: 2, x: "1 1 1 0" };

  test.each([
    ["text", "11\n1?"],
    ["text", "1 1\n1 ?"],
    ["csv", "a,label\n1,1\n1,\n"],
    ["csv", "1,1\n1, ? \n"],
    ["json", "[[1, 1], [1, null]]"],
    ["json", '["11", "1?"]'],
  ] as const)("%s %j", (format, text) => {
    expect(read(text, format, [x], query)).toEqual(expected);
    expect(mistake(text, format)).toMatch(/row 2.*, column 2: found (an empty cell|"\?"), expected 0 or 1/);
  });

  test("reads as the first value of the type, and only in the last row and column", () => {
    expect(read("5,4\n4,", "csv", [of("x", range(3, 5))], query)).toEqual({ rows: 2, cols: 2, x: "5 4 4 3" });
    expect(mistake("1,\n1,1", "csv", [x], query)).toContain("row 1, column 2: found an empty cell");
    expect(mistake("1,1\n,1", "csv", [x], query)).toContain("row 2, column 1: found an empty cell");
  });
});

describe("mistakes", () => {
  const level = of("level", range(0, 7));
  test.each([
    [
      "wrong bit",
      "01\n02",
      [x],
      'in.text, field x, row 2, column 2: found "2", expected 0 or 1 (or false or true',
    ],
    [
      "out of range",
      "[level]\n1 2\n\n3 9",
      [level],
      'row 2 (line 4), column 2: found "9", which is out of range: expected a whole number from 0 to 7',
    ],
    ["not a number", "1 x", [level], 'column 2: found "x", expected a whole number from 0 to 7'],
    [
      "misspelt name",
      "rest wets",
      [of("x", plain)],
      'column 2: found "wets", expected one of rest, west, east; did you mean west?',
    ],
    [
      "no such symbol",
      ".?",
      [of("x", wall)],
      'column 2: found "?", expected one of floor (.), wall (#), door (+)',
    ],
    [
      "ragged",
      "010\n01\n011",
      [x],
      "in.text, field x, row 2: found 2 cells, expected 3 as in row 1; give every row",
    ],
    ["empty file", "", [x], "in.text: found no rows, expected a grid of x"],
    ["blank file", " \n\n", [x], "in.text: found no rows"],
    ["header alone", "[x]\n", [x], "field x has no rows"],
    [
      "unknown field",
      "[levle]\n1",
      [x, level],
      "in.text: found a layer for the field levle, expected x and level; did you mean level?",
    ],
    [
      "missing field",
      "[x]\n1",
      [x, level],
      "in.text: found no layer for the field level, only for x; add one",
    ],
    ["field twice", "[x]\n1\n[x]\n1", [x], "found two layers for the field x"],
    ["too few layers", "1\n", [x, level], "found 1 layer, expected 2, for the fields x and level"],
    ["gap in the only field", "1\n\n1", [x], "found 2 blocks of rows, but there is only the field x"],
    ["row above the header", "1\n[x]\n1", [x], "in.text, line 1: found a row above the first header"],
    [
      "other shape",
      "[x]\n11\n[level]\n1\n2",
      [x, level],
      "in.text: field level has 2x1 cells (rows x columns), but field x has 1x2;",
    ],
    [
      "binary",
      "01\u0000",
      [x],
      "in.text: this looks like a binary file, or text that is not UTF-8 (character 3)",
    ],
    ["other encoding", "\uFFFD\uFFFD0", [x], "looks like a binary file"],
    ["no fields", "1", [], "the program has no input fields"],
  ] as const)("%s", (_, text, fields, message) => {
    expect(mistake(text, "text", fields)).toContain(message);
  });

  test("no text makes anything but an InputError", () => {
    const parts = fc.constantFrom(
      "0",
      "1",
      "2",
      " ",
      "\n",
      "\n\n",
      ",",
      "[x]",
      "[y]",
      "x:",
      '"',
      "?",
      "#",
      "\r",
      ";",
      "{",
      "toString",
    );
    const fields = fc.constantFrom([x], [x, of("y", plain)], [of("toString", range(0, 12))]);
    const format = fc.constantFrom<GridFormat>("text", "csv", "json");
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 14 }),
        fields,
        format,
        fc.boolean(),
        (words, used, as, blankQuery) => {
          try {
            const grid = readGrid(words.join(""), "f", as, used, { blankQuery });
            expect(Object.keys(grid.planes)).toEqual(used.map((field) => field.name));
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
          }
        },
      ),
      { numRuns: cases(2000) },
    );
  });
});

describe("round trips", () => {
  const type: fc.Arbitrary<ValueType> = fc.oneof(
    fc.constant(bit),
    fc.tuple(fc.integer({ min: -20, max: 12 }), fc.nat(30)).map(([lo, more]) => range(lo, lo + more)),
    fc.constantFrom(wall, plain, { kind: "enum", names: ["a", "b"] } as const),
    fc.constant({ kind: "enum", names: ["one", "a", "two"], symbols: [";", "x,", "a"] } as const),
    fc.constant({ kind: "enum", names: ["a", "b"], symbols: [" ", "#"] } as const),
    fc.constant({ kind: "enum", names: ["a", "b"], symbols: ["#", "#"] } as const),
    fc.constant({ kind: "enum", names: ["a", "b"], symbols: ["]", "["] } as const),
  );
  const fields = fc
    .array(type, { minLength: 1, maxLength: 3 })
    .map((types) => types.map((each, i) => of(`f${i}`, each)));

  test("what is written reads back the same, in every format", () => {
    fc.assert(
      fc.property(
        fields,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer(),
        fc.constantFrom<GridFormat>("text", "csv", "json"),
        (used, rows, cols, seed, format) => {
          const grid = randomGrid({ rows, cols }, used, seededRandom(seed));
          const text = writeGrid(grid, used, format);
          expect(planes(readGrid(text, "f", format, used))).toEqual(planes(grid));
          expect(text.endsWith("\n")).toBe(true);
        },
      ),
      { numRuns: cases(1000) },
    );
  });

  test("rows written side by side are read, and judged, as those with spaces", () => {
    const types: ValueType[] = [bit, range(0, 9), range(1, 4), wall];
    const random = seededRandom(SEED);
    for (let trial = 0; trial < cases(400); trial++) {
      const type = types[trial % types.length]!;
      const own = writeGrid(
        randomGrid({ rows: 3, cols: 9 }, [of("x", type)], random),
        [of("x", type)],
        "text",
      );
      const symbols = [...own.replaceAll(/\s/g, "")];
      const size = 1 + random.int(9);
      const rows = Array.from({ length: 1 + random.int(3) }, () =>
        Array.from({ length: random.int(12) === 0 ? 1 + random.int(9) : size }, () =>
          random.int(40) === 0 ? "z7.#é~"[random.int(6)]! : symbols[random.int(symbols.length)]!,
        ),
      );
      const outcome = (between: string) => {
        const text = rows.map((row) => row.join(between)).join("\n");
        try {
          return read(text, "text", [of("x", type)]);
        } catch (error) {
          return (error as Error).message;
        }
      };
      expect(outcome(""), `${again(SEED)}\n${rows.join("\n")}`).toEqual(outcome(" "));
    }
  });

  test("as written", () => {
    const grid: Grid = {
      rows: 2,
      cols: 2,
      planes: { x: Int32Array.of(0, 1, 1, 0), way: Int32Array.of(0, 1, 2, 0), n: Int32Array.of(10, 2, 3, 4) },
    };
    const all = [x, of("way", plain), of("n", range(0, 12))];
    expect(writeGrid(grid, [x], "text")).toBe("01\n10\n");
    expect(writeGrid(grid, all, "text")).toBe(
      "[x]\n01\n10\n\n[way]\nrest west\neast rest\n\n[n]\n10 2\n3 4\n",
    );
    expect(writeGrid(grid, all.slice(0, 2), "csv")).toBe("[x]\n0,1\n1,0\n\n[way]\nrest,west\neast,rest\n");
    expect(writeGrid(grid, all.slice(0, 2), "json")).toBe(
      '{\n  "x": [\n    [0, 1],\n    [1, 0]\n  ],\n  "way": [\n    ["rest", "west"],\n    ["east", "rest"]\n  ]\n}\n',
    );
  });
});

test("symbols that could delimit are quoted in CSV, and read back", () => {
  const marks = of("mark", { kind: "enum", names: ["a", "b", "c", "d"], symbols: ["|", ";", ",", ":"] });
  const grid: Grid = { rows: 2, cols: 4, planes: { mark: Int32Array.of(0, 1, 2, 3, 0, 0, 0, 0) } };
  for (const each of [grid, { rows: 1, cols: 3, planes: { mark: Int32Array.of(0, 0, 0) } }]) {
    expect(read(writeGrid(each, [marks], "csv"), "csv", [marks])).toEqual(planes(each));
  }
});

test("ranges on both sides of how many symbols are remembered, in every format", () => {
  const random = seededRandom(SEED);
  for (const most of [9, 9_999, 10_000, 10_001, 2 ** 24]) {
    const fields = [of("x", range(-3, most))];
    const [rows, cols] = [101, 200];
    const values = Int32Array.from({ length: rows * cols }, () => random.int(most + 4) - 3);
    for (const format of ["text", "csv", "json"] as const) {
      const text = writeGrid({ rows, cols, planes: { x: values } }, fields, format);
      const found = readGrid(text, "file", format, fields).planes.x!;
      expect(
        found.every((value, at) => value === values[at]),
        `${most}, ${format}; ${again(SEED)}`,
      ).toBe(true);
    }
  }
});
