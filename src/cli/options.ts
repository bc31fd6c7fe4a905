// Parsers for the values of command line options. Commander prints what they throw with the option's name.

import { InvalidArgumentError } from "commander";
import type { Shape } from "../grid/grid.ts";

/** Cells that a grid may have at most: more would not fit into memory as a network's state. */
const MOST_CELLS = 2 ** 24;

/** A whole number from `least` on. */
export const wholeNumber =
  (least = 0) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} on.`);
  };

/** Frames a second. */
export function frameRate(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1000) return value;
  throw new InvalidArgumentError("Expected a number of frames a second, such as 10.");
}

/** A shape such as `8x12`: rows, then columns. */
export function shape(text: string): Shape {
  const [, rows, cols] = /^(\d+)[xX](\d+)$/.exec(text) ?? [];
  const [r, c] = [Number(rows), Number(cols)];
  if (!(r >= 1 && c >= 1)) throw new InvalidArgumentError("Expected ROWSxCOLUMNS, such as 8x12.");
  if (r * c > MOST_CELLS) throw new InvalidArgumentError(`Expected at most ${MOST_CELLS} cells.`);
  return { rows: r, cols: c };
}

export type Params = Readonly<Record<string, number>>;

/** Collects `NAME=VALUE`; the last value of a name counts. */
export function assignment(text: string, before: Params = {}): Params {
  const [, name, value] = /^([A-Za-z_]\w*)=([+-]?\d+)$/.exec(text.trim()) ?? [];
  if (name === undefined || !Number.isSafeInteger(Number(value)))
    throw new InvalidArgumentError("Expected NAME=VALUE with a whole number, such as k=8.");
  return { ...before, [name]: Number(value) };
}

/** Names with commas between them. */
export function names(text: string): readonly string[] {
  const found = text.split(",").map((name) => name.trim());
  if (found.every((name) => /^[A-Za-z_]\w*$/.test(name))) return found;
  throw new InvalidArgumentError("Expected names of fields with commas between them, such as x,busy.");
}

/** Steps with commas between them, in ascending order. */
export function stepNumbers(text: string): readonly number[] {
  const found = text.split(",").map((each) => each.trim());
  if (found.every((each) => /^\d{1,9}$/.test(each)))
    return [...new Set(found.map(Number))].sort((one, other) => one - other);
  throw new InvalidArgumentError("Expected whole numbers with commas between them, such as 0,5,10.");
}
