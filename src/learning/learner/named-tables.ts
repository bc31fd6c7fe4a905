// Tables that name their columns themselves: ARFF (Weka's attribute-relation files, dense and sparse) and JSON lines, an
// object for each row.

import { InputError } from "../../diagnostics/diagnostic.ts";
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
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.length > 0 && lines.every((line) => /^\s*\{.*\}\s*$/.test(line))
    ? readJsonLines(text, file)
    : null;
}

interface Attribute {
  readonly name: string;
  /** What a sparse row means where it says nothing: 0, or the first of the values. */
  readonly usual: string;
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
  const values = /^\{(.*)\}$/.exec(type!.trim())?.[1];
  return { name: plain(name), usual: values === undefined ? "0" : (wordsOf(values)[0] ?? "0") };
}

function arffRow(line: string, at: number, attributes: readonly Attribute[], file: string): string[] {
  const wrong = (found: string, expected: string) =>
    new InputError(`${file}, line ${at}: found ${found}, expected ${expected}`);
  const sparse = /^\{(.*)\}(?:\s*,\s*\{\s*[\d.]+\s*\})?$/.exec(line)?.[1];
  if (sparse === undefined) {
    const cells = wordsOf(line);
    if (cells.length === attributes.length) return cells;
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
  return cells;
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
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new InputError(`${file}, line ${at}: this is no JSON: ${(error as Error).message}; mend the line`);
  }
}

function cellOf(value: unknown, key: string, at: number, file: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  throw new InputError(
    `${file}, line ${at}: found ${JSON.stringify(value).slice(0, 40)} for ${key}, expected a number, a text, true, false or null`,
  );
}
