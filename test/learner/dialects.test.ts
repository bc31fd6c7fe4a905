// Tables in all the dialects that people and programs write. The writer here shares nothing with the reader: whatever it
// writes comes back the same, or is refused; never another table without a warning.

import { describe, expect, test } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { formatOfTable } from "../../src/learning/learner/dataset.ts";
import { type DataTable, readTable } from "../../src/learning/learner/delimited-tables.ts";
import { again, SEED } from "../seed.ts";

interface Dialect {
  readonly delimiter: "," | ";" | "\t" | "|" | " ";
  readonly quotes: "none" | "needed" | "all" | "header" | "words";
  readonly header: boolean;
  readonly comma: boolean;
  readonly newline: "\n" | "\r\n" | "\r";
  readonly bom: boolean;
  readonly sep: boolean;
  readonly trailing: "none" | "rows" | "all";
  readonly padding: boolean;
  readonly blank: boolean;
  readonly comment: boolean;
  readonly end: boolean;
}

interface Content {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const VALUES: readonly (readonly [string, string])[] = [
  ["0", "1"],
  ["0", "1"],
  ["-1", "1"],
  ["-1", "+1"],
  ["0.0", "1.0"],
  ["0.5", "1.5"],
  ["-", "+"],
  ["no", "yes"],
  ["False", "True"],
  ["F", "T"],
  ["ham", "spam"],
  ["not spam", "spam"],
  ["red car", "blue bus"],
  ["a, b", "c"],
  ["x;y", "z"],
  ['5" pipe', "rod"],
  ["3", "7"],
  ["10", "01"],
  [".", "#"],
  ["two\nlines", "one"],
];
const NAMES = [
  "a",
  "b",
  "x1",
  "label",
  "spam",
  "size (m, s)",
  "y",
  "t",
  "red car",
  "width; cm",
  "1",
  "yes",
  "my #",
];

const pick = <T>(random: Random, from: readonly T[]): T => from[random.int(from.length)]!;

function drawContent(random: Random): Content {
  const width = 2 + random.int(4);
  const columns = Array.from({ length: width }, () => pick(random, VALUES));
  const alike = random.int(3) === 0;
  const rows = Array.from({ length: 1 + random.int(7) }, () =>
    columns.map((values) => pick(random, alike ? columns[0]! : values)),
  );
  const names = [...NAMES].sort(() => random.int(3) - 1).slice(0, width);
  return { names, rows };
}

function drawDialect(random: Random): Dialect {
  const rarely = () => random.int(6) === 0;
  return {
    delimiter: pick(random, [",", ",", ";", "\t", "|", " "] as const),
    quotes: pick(random, ["none", "needed", "needed", "all", "header", "words"] as const),
    header: random.int(2) === 0,
    comma: random.int(3) === 0,
    newline: pick(random, ["\n", "\n", "\r\n", "\r"] as const),
    bom: rarely(),
    sep: rarely(),
    trailing: pick(random, ["none", "none", "none", "none", "rows", "all"] as const),
    padding: rarely(),
    blank: rarely(),
    comment: rarely(),
    end: random.int(2) === 0,
  };
}

/** The text, or null where the dialect cannot write this content. */
function write({ names, rows }: Content, dialect: Dialect, random: Random): string | null {
  const { delimiter, quotes, newline, trailing } = dialect;
  let possible = true;
  const cell = (value: string, isHeader: boolean): string => {
    const number = /^[+-]?\d+\.\d+$/.test(value);
    const text = dialect.comma && number ? value.replace(".", ",") : value;
    const needed = text.includes(delimiter) || /["\n]/.test(text) || (delimiter === " " && /\s/.test(text));
    const isWord = !/^[+-]?[\d.,]+$/.test(text);
    const quoted =
      quotes === "all" ||
      (quotes === "header" && isHeader) ||
      (quotes === "words" && isWord) ||
      (quotes !== "none" && needed) ||
      text.startsWith("#");
    if (!quoted && needed) possible = false;
    const written = quoted ? `"${text.replaceAll('"', '""').replaceAll("\n", newline)}"` : text;
    return dialect.padding && delimiter !== "\t" && !quoted ? ` ${written} ` : written;
  };
  const join = (cells: readonly string[]) =>
    cells.join(delimiter === " " ? " ".repeat(1 + random.int(3)) : delimiter);
  const ends = { none: "", rows: delimiter, all: delimiter };
  const lines = rows.map((row) => join(row.map((value) => cell(value, false))) + ends[trailing]);
  if (dialect.header)
    lines.unshift(join(names.map((name) => cell(name, true))) + (trailing === "all" ? delimiter : ""));
  if (dialect.blank) lines.splice(random.int(lines.length + 1), 0, "");
  if (dialect.comment) lines.splice(random.int(lines.length + 1), 0, "# a remark");
  if (dialect.sep) lines.unshift(`sep=${delimiter}`);
  return possible ? (dialect.bom ? "\uFEFF" : "") + lines.join(newline) + (dialect.end ? newline : "") : null;
}

/** The cells as they must come back. */
const expected = ({ names, rows }: Content, { header, comma }: Dialect) => ({
  header: header ? names : null,
  rows: rows.map((row) =>
    row.map((value) => (comma && /^[+-]?\d+\.\d+$/.test(value) ? value.replace(".", ",") : value)),
  ),
});
const found = ({ header, rows }: DataTable) => ({ header, rows: rows.map(({ cells }) => cells) });

function readOrRefuse(text: string, options?: Parameters<typeof readTable>[3]): DataTable | InputError {
  try {
    const table = readTable(text, "t.csv", undefined, options);
    formatOfTable(table);
    return table;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

const CASES = 3000;

function campaign(check: (content: Content, dialect: Dialect, text: string) => boolean): number {
  let [tried, read] = [0, 0];
  for (let at = 0; at < CASES; at++) {
    const seed = SEED + at;
    const random = seededRandom(seed);
    const [content, dialect] = [drawContent(random), drawDialect(random)];
    const text = write(content, dialect, random);
    if (text === null) continue;
    tried++;
    try {
      if (check(content, dialect, text)) read++;
    } catch (error) {
      throw new Error(`${again(seed)}: ${JSON.stringify(text)}\n${(error as Error).message}`);
    }
  }
  expect(tried).toBeGreaterThan(CASES / 2);
  return read / tried;
}

describe("random tables in random dialects", () => {
  test("come back the same, or are refused", () => {
    const rate = campaign((content, dialect, text) => {
      const table = readOrRefuse(text);
      if (table instanceof InputError || table.warnings.length > 0) return false;
      expect(found(table)).toEqual(expected(content, dialect));
      return true;
    });
    expect(rate).toBeGreaterThan(0.6);
  });

  test("come back the same with delimiter and header asked for", () => {
    const rate = campaign((content, dialect, text) => {
      const { delimiter, header } = dialect;
      const table = readOrRefuse(text, { delimiter, header });
      if (table instanceof InputError) return false;
      expect(found(table)).toEqual(expected(content, dialect));
      return true;
    });
    expect(rate).toBeGreaterThan(0.95);
  });
});

test("a row of examples with a number in it is not taken for a header in silence", () => {
  const kinds = ["01", "01", "012", "xo", "abc"].map((values) => [...values]);
  for (let at = 0; at < CASES; at++) {
    const random = seededRandom(SEED + at);
    const columns = [pick(random, kinds.slice(0, 3)), pick(random, kinds), pick(random, kinds)];
    const rows = Array.from({ length: 2 + random.int(6) }, () =>
      columns.map((values) => pick(random, values)),
    );
    // Two numbers that count the columns and do not come again are names.
    if (rows[0]!.filter((cell) => /\d/.test(cell)).length > 1) continue;
    const found = readOrRefuse(rows.map((row) => row.join(",")).join("\n"));
    if (found instanceof InputError || found.header === null) continue;
    expect(found.warnings, `${again(SEED + at)}: ${rows.join("|")}`).not.toEqual([]);
  }
});
