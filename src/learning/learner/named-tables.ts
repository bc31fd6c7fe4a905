// Tables that name their columns themselves: ARFF (Weka's attribute-relation files, dense and sparse) and JSON lines, an
// object for each row.

import { InputError } from "../../diagnostics/diagnostic.ts";
import { keyTwice } from "../../diagnostics/keys.ts";
import type { CutRow } from "../../grid/delimited.ts";

/** A table without anything to guess. */
export interface NamedTable {
  readonly kind: "ARFF" | "JSON lines" | "Parquet";
  readonly header: readonly string[];
  readonly rows: readonly CutRow[];
  readonly comments: number;
}

/** Reads a table that names its columns; null for texts of other kinds. */
export function readNamedTable(text: string, file: string): NamedTable | null {
  if (/^(?:[^\S\n]*(?:%.*)?\n)*[^\S\n]*@relation\b/i.test(text)) return readArff(text, file);
  return /^\s*\{\s*"[^\n]*\}[^\S\n]*(?:\n|$)/.test(text) ? readJsonLines(text, file) : null;
}

interface Attribute {
  readonly name: string;
  /** What a sparse row means where it says nothing: 0, or the first of the values. */
  readonly usual: string;
  /** Those that it may have; null where it has a type, such as `numeric`. */
  readonly values: ReadonlySet<string> | null;
}

const WORD = `'(?:[^'\\\\]|\\\\.)*'|"(?:[^"\\\\]|\\\\.)*"|[^\\s,{}'"]+`;
const ATTRIBUTE = new RegExp(`^@attribute\\s+(${WORD})\\s+(.+)$`, "i");

function readArff(text: string, file: string): NamedTable {
  const attributes: Attribute[] = [];
  const rows: CutRow[] = [];
  let [comments, isData] = [0, false];
  for (const [at, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line.startsWith("%")) comments++;
    if (line === "" || line.startsWith("%")) continue;
    if (isData) rows.push({ line: at + 1, cells: arffRow(line, at + 1, attributes, file) });
    else if (/^@data\b/i.test(line)) isData = true;
    else if (!/^@relation\b/i.test(line)) attributes.push(attributeOf(line, at + 1, file));
  }
  if (!isData || rows.length === 0)
    throw new InputError(`${file}: found ${isData ? "no rows behind" : "no"} @data, expected examples`);
  return { kind: "ARFF", header: attributes.map(({ name }) => name), rows, comments };
}

function attributeOf(line: string, at: number, file: string): Attribute {
  const [, name, type] = ATTRIBUTE.exec(line) ?? [];
  if (name === undefined)
    throw new InputError(
      `${file}, line ${at}: found \`${line.slice(0, 60)}\`, expected @attribute NAME and its values, or @data`,
    );
  const list = /^\{(.*)\}$/.exec(type!.trim())?.[1];
  const values = list === undefined ? null : wordsOf(list);
  return { name: plain(name), usual: values?.[0] ?? "0", values: values && new Set([...values, "?"]) };
}

function arffRow(line: string, at: number, attributes: readonly Attribute[], file: string): string[] {
  const wrong = (found: string, expected: string) =>
    new InputError(`${file}, line ${at}: found ${found}, expected ${expected}`);
  const checked = (cells: string[]): string[] => {
    const strange = attributes.findIndex(
      ({ values }, column) => values !== null && !values.has(cells[column]!),
    );
    if (strange < 0) return cells;
    const { name, values } = attributes[strange]!;
    throw wrong(`\`${cells[strange]}\` for ${name}`, `what its @attribute names: ${[...values!].join(", ")}`);
  };
  const sparse = /^\{(.*)\}(?:\s*,\s*\{\s*[\d.]+\s*\})?$/.exec(line)?.[1];
  if (sparse === undefined) {
    const cells = wordsOf(line);
    if (cells.length === attributes.length) return checked(cells);
    throw wrong(`${cells.length} values`, `${attributes.length}, one for each @attribute`);
  }
  const cells = attributes.map(({ usual }) => usual);
  for (const part of wordsOf(sparse)) {
    const [, index, value] = /^(\d+)\s+(.*)$/.exec(part) ?? [];
    if (part === "") continue;
    if (index === undefined || Number(index) >= attributes.length)
      throw wrong(`\`${part}\``, `the number of a column from 0 to ${attributes.length - 1} and its value`);
    cells[Number(index)] = plain(value!);
  }
  return checked(cells);
}

/** Words with commas between them, quoted or not. */
function wordsOf(text: string): string[] {
  const parts = text.match(/(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,'"])+|(?<=,)(?=,|$)|^(?=,)/g) ?? [];
  return parts.map((part) => plain(part.trim()));
}

/** A word without its quotes. */
const plain = (word: string): string => {
  const [, , inside] = /^(['"])(.*)\1$/.exec(word) ?? [];
  return inside === undefined ? word : inside.replace(/\\(.)/g, "$1");
};

function readJsonLines(text: string, file: string): NamedTable {
  let header: Set<string> | null = null;
  const rows: CutRow[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const object = objectIn(line, at + 1, file);
    const keys = Object.keys(object);
    const known: Set<string> = header ?? new Set(keys);
    header = known;
    const strange = keys.find((key) => !known.has(key));
    if (strange !== undefined)
      throw new InputError(
        `${file}, line ${at + 1}: found the column ${strange}, expected ${[...known].join(", ")}`,
      );
    // A key that is left out is a missing value.
    rows.push({ line: at + 1, cells: Array.from(known, (key) => cellOf(object[key], key, at + 1, file)) });
  }
  return { kind: "JSON lines", header: [...header!], rows, comments: 0 };
}

function objectIn(line: string, at: number, file: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new InputError(`${file}, line ${at}: this is no JSON: ${(error as Error).message}; mend the line`);
  }
  const twice = keyTwice(line);
  if (twice !== null)
    throw new InputError(
      `${file}, line ${at}: found two values of the column ${twice}, expected one; mend the line`,
    );
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new InputError(
    `${file}, line ${at}: found ${line.trim().slice(0, 40)}, expected an object such as {"a": 1}`,
  );
}

function cellOf(value: unknown, key: string, at: number, file: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  throw new InputError(
    `${file}, line ${at}: found ${JSON.stringify(value).slice(0, 40)} for ${key}, expected a number, a text, true, false or null`,
  );
}
