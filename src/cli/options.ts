// Parsers for the values of command line options. Commander prints what they throw with the option's name.

import { InvalidArgumentError } from "commander";
import { type Budget, USUAL_BUDGET } from "../diagnostics/budget.ts";
import type { Shape } from "../grid/grid.ts";

/** A whole number from `least` on. */
export const wholeNumber =
  (least = 0) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} on.`);
  };

export function frameRate(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1000) return value;
  throw new InvalidArgumentError("Expected a number of frames a second, such as 10.");
}

/** A time in seconds. */
export function seconds(text: string): number {
  const value = Number(text);
  if (/^[\d.]+$/.test(text) && value >= 0 && value <= 1e6) return value;
  throw new InvalidArgumentError("Expected a number of seconds, such as 60.");
}

/** A shape such as `8x12`: rows, then columns; with at most `most` cells. */
const shapeOfAtMost =
  (most: number) =>
  (text: string): Shape => {
    const [, rows, cols] = /^(\d+)[xX](\d+)$/.exec(text) ?? [];
    const [r, c] = [Number(rows), Number(cols)];
    if (!(r >= 1 && c >= 1)) throw new InvalidArgumentError("Expected ROWSxCOLUMNS, such as 8x12.");
    if (r * c > most) throw new InvalidArgumentError(`Expected at most ${most} cells.`);
    return { rows: r, cols: c };
  };

/** Shapes of grids that are looked at cell by cell. */
export const shape = shapeOfAtMost(2 ** 24);

/** Shapes of grids that are only run: whether there is memory for them depends on the engine. */
export const largeShape = shapeOfAtMost(Number.MAX_SAFE_INTEGER);

export type Params = Readonly<Record<string, number>>;

/** Collects `NAME=VALUE`; the last value of a name counts. */
export function assignment(text: string, before: Params = {}): Params {
  const [, name, value] = /^([A-Za-z_]\w*)=([+-]?\d+)$/.exec(text.trim()) ?? [];
  if (name === undefined || !Number.isSafeInteger(Number(value)))
    throw new InvalidArgumentError("Expected NAME=VALUE with a whole number, such as k=8.");
  return { ...before, [name]: Number(value) };
}

/** Texts with commas between them, of all times that the option is given. */
export const list = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text.split(",").map((each) => each.trim()),
];

/** The address of a Redis or Valkey server, such as `redis://:password@host:6379/0`. */
export function address(text: string): string {
  if (URL.canParse(text)) {
    const { protocol, hostname, pathname } = new URL(text);
    if (/^rediss?:$/.test(protocol) && hostname !== "" && /^(?:\/\d*)?$/.test(pathname)) return text;
  }
  throw new InvalidArgumentError(
    "Expected the address of a Redis or Valkey server, such as redis://localhost:6379.",
  );
}

/** Names with commas between them. */
export function names(text: string): readonly string[] {
  return separated(text, isName, "Expected names of fields with commas between them, such as x,busy.");
}

const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

/** Texts with commas between them, all of one kind. */
function separated(text: string, isOne: (text: string) => boolean, expected: string): readonly string[] {
  const found = text.split(",").map((each) => each.trim());
  if (found.every(isOne)) return found;
  throw new InvalidArgumentError(expected);
}

/** Numbers in ascending order, each once. */
const ascending = (numbers: readonly number[]): readonly number[] =>
  [...new Set(numbers)].sort((one, other) => one - other);

/** A name in a program. */
export function identifier(text: string): string {
  if (isName(text)) return text;
  throw new InvalidArgumentError("Expected letters, digits and _, such as my_rule.");
}

/** A row and a column, counted from 1. */
export function place(text: string): readonly [row: number, column: number] {
  const [, row, column] = (/^(\d{1,9}),\s*(\d{1,9})$/.exec(text) ?? []).map(Number);
  if (row !== undefined && column !== undefined && row > 0 && column > 0) return [row, column];
  throw new InvalidArgumentError("Expected ROW,COLUMN, counted from 1, such as 5,12.");
}

/** Colours with commas between them: `#rrggbb`, with or without the sign, or `transparent`. */
export function colours(text: string): readonly string[] {
  const found = text.split(",").map((each) =>
    each
      .trim()
      .toLowerCase()
      .replace(/^#?(?=[0-9a-f]{6}$)/, "#"),
  );
  const distinct = new Set(found).size === found.length;
  if (distinct && found.every((each) => /^(#[0-9a-f]{6}|transparent)$/.test(each))) return found;
  throw new InvalidArgumentError("Expected different colours such as #ffffff,#000000 or transparent.");
}

/** Steps with commas between them, in ascending order. */
export function stepNumbers(text: string): readonly number[] {
  const expected = "Expected whole numbers with commas between them, such as 0,5,10.";
  return ascending(separated(text, (each) => /^\d{1,9}$/.test(each), expected).map(Number));
}

/** Whole numbers with commas between them, each once: `8`, or all from one to another, `0..10`, `0..100..20` by 20. */
export function wholeNumbers(text: string): readonly number[] {
  const found = text.split(",").flatMap((each) => {
    const [, from, to = from, by = "1"] =
      /^(-?\d{1,9})(?:\.\.(-?\d{1,9})(?:\.\.(\d{1,9}))?)?$/.exec(each.trim()) ?? [];
    const [first, last, step] = [Number(from), Number(to), Number(by)];
    const count = from === undefined || step === 0 ? 0 : Math.floor((last - first) / step) + 1;
    if (count < 1 || count > 10_000)
      throw new InvalidArgumentError("Expected numbers such as 8,16,32 or 0..10 or 0..100..20.");
    return Array.from({ length: count }, (_, at) => first + at * step);
  });
  return ascending(found);
}

const isReal = (text: string): boolean => /^[\d.]+(?:e-?\d+)?$/i.test(text) && Number.isFinite(Number(text));

/** A number from 0 to `most`. */
export const realNumber =
  (most: number) =>
  (text: string): number => {
    if (isReal(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`Expected a number from 0 to ${most}.`);
  };

/** Numbers from 0 on with commas between them, ascending. */
export function realNumbers(text: string): readonly number[] {
  const expected = "Expected numbers with commas between them, such as 0.01,0.1,1.";
  return ascending(separated(text, isReal, expected).map(Number));
}

/** A width such as `4x`, times that of the compiled network, or `16`, units in every hidden layer. */
export function width(text: string): { readonly unit: "times" | "units"; readonly value: number } {
  const [, number, times] = /^(\d{1,4}(?:\.\d+)?)(x?)$/i.exec(text) ?? [];
  const value = Number(number);
  if (value > 0 && (times !== "" || Number.isInteger(value)))
    return { unit: times === "" ? "units" : "times", value };
  throw new InvalidArgumentError(
    "Expected a width such as 4x, times the compiled one, or 16, units in every layer.",
  );
}

const UNITS: Readonly<Record<string, number>> = { mib: 2 ** 20, gib: 2 ** 30 };

/** Time and memory for work that does not pause: `60`, `60s`, `4GiB` or `60s,4GiB`. */
export function budget(text: string): Budget {
  let found: Partial<Budget> = {};
  for (const part of text.split(",")) {
    const [, number, unit = ""] = /^(\d{1,9}(?:\.\d{1,9})?)(s|mib|gib|)$/i.exec(part.trim()) ?? [];
    const factor = UNITS[unit.toLowerCase()];
    const key = factor === undefined ? "seconds" : "bytes";
    if (!(Number(number) > 0) || key in found)
      throw new InvalidArgumentError("Expected seconds, memory or both, such as 60s or 60s,4GiB.");
    found = { ...found, [key]: Number(number) * (factor ?? 1) };
  }
  return { ...USUAL_BUDGET, ...found };
}

/** When a search ends: at a find that is exact, at one that is proved, or after a number of candidates. */
export function goal(text: string): "exact" | "proved" | number {
  if (text === "exact" || text === "proved") return text;
  const count = Number(text);
  if (/^\d+(?:e\d+)?$/i.test(text) && count >= 1 && count <= 2 ** 50) return count;
  throw new InvalidArgumentError(
    "Expected exact, proved, or a number of candidates, such as 1000000 or 1e9.",
  );
}
