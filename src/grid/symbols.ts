// How single values are written in grid files: bits as 0 and 1, ranges as integers, enums by name or
// by their one display symbol.

import { unreachable } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../diagnostics/suggest.ts";
import { bounds, type EnumType, type ValueType } from "./grid.ts";

const BIT_SYMBOLS: ReadonlyMap<string, number> = new Map([
  ["0", 0],
  ["1", 1],
  ["false", 0],
  ["true", 1],
  [".", 0],
  ["#", 1],
]);

/** The value that a symbol stands for, or null where it is none of the type's. */
export function parseSymbol(type: ValueType, text: string): number | null {
  switch (type.kind) {
    case "bit":
      return BIT_SYMBOLS.get(text.toLowerCase()) ?? null;
    case "range": {
      const value = Number(text);
      return isInteger(text) && value >= type.lo && value <= type.hi ? value : null;
    }
    case "enum": {
      // What gets written goes first: a symbol may be the name of another value.
      const index = written(type).indexOf(text);
      const found = index >= 0 ? index : type.names.indexOf(text);
      return found >= 0 ? found : null;
    }
    default:
      return unreachable(type);
  }
}

/** `parseSymbol` of one type, for many cells: what has been read once is known. */
export function symbolReader(type: ValueType): (text: string) => number | null {
  const known = new Map<string, number | null>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = parseSymbol(type, text);
    if (known.size < MOST_KNOWN) known.set(text, value);
    return value;
  };
}

/** Symbols that are remembered: of ranges there may be as many as cells. */
const MOST_KNOWN = 10_000;

/** `showSymbol` of one type, for many cells. */
export function symbolWriter(type: ValueType): (value: number) => string {
  const { lo, hi } = bounds(type);
  if (hi - lo >= MOST_KNOWN) return (value) => showSymbol(type, value);
  const known: (string | undefined)[] = new Array(hi - lo + 1);
  return (value) => {
    known[value - lo] ??= showSymbol(type, value);
    return known[value - lo]!;
  };
}

/** By value, from the first on: the code of its symbol; null unless each is one character of ASCII. */
export function characterCodes(type: ValueType): Uint8Array | null {
  const { lo, hi } = bounds(type);
  if (hi - lo >= ASCII) return null;
  const symbols = Array.from({ length: hi - lo + 1 }, (_, at) => showSymbol(type, lo + at));
  if (symbols.some((symbol) => symbol.length !== 1 || symbol.charCodeAt(0) >= ASCII)) return null;
  return Uint8Array.from(symbols, (symbol) => symbol.charCodeAt(0));
}

/** By code of a character of ASCII: the value that it stands for, -1 where it is no symbol of a type without negative values. */
export const characterValues = (type: ValueType): Int32Array =>
  Int32Array.from({ length: ASCII }, (_, code) => parseSymbol(type, String.fromCharCode(code)) ?? -1);

const ASCII = 128;

/** The symbols of an enum, or its names where it has none, or none that could be told apart in a file. */
function written(type: EnumType): readonly string[] {
  const symbols = type.symbols ?? [];
  const clear = symbols.every((symbol) => symbol !== "" && !/[\s"]/.test(symbol));
  return clear && new Set(symbols).size === type.names.length ? symbols : type.names;
}

const isInteger = (text: string): boolean => /^[+-]?\d+$/.test(text);

/** Writes a value. */
export function showSymbol(type: ValueType, value: number): string {
  if (type.kind !== "enum") return String(value);
  const symbol = written(type)[value];
  if (symbol === undefined) throw new Error(`internal: ${value} is no value of ${type.names.join(", ")}`);
  return symbol;
}

/** Tells whether every value is written as one character, so that a row needs no space between its cells. */
export function isCompact(type: ValueType): boolean {
  if (type.kind === "bit") return true;
  if (type.kind === "range") return type.lo >= 0 && type.hi <= 9;
  // Brackets and colons could be taken for the header of a layer.
  return written(type).every((symbol) => [...symbol].length === 1 && !/[[\]:]/.test(symbol));
}

/** Tells whether all values of an enum are written as one character; a row that is no header can be read without spaces. */
export const isOfCharacters = (type: ValueType): boolean =>
  type.kind === "enum" && written(type).every((symbol) => [...symbol].length === 1);

/** Lists what can be written for a type, for messages: `0 or 1`, `a whole number from 0 to 7`, `one of a, b`. */
function describeSymbols(type: ValueType): string {
  if (type.kind === "bit") return "0 or 1 (or false or true, or . or #)";
  if (type.kind === "range") return `a whole number from ${type.lo} to ${type.hi}`;
  const symbols = written(type);
  const words = type.names.map((name, i) => (symbols[i] === name ? name : `${name} (${symbols[i]})`));
  return `one of ${words.join(", ")}`;
}

/** Why a text is no value of a type, as the end of a sentence about the place where it stands. */
export function explainWrongSymbol(type: ValueType, text: string): string {
  const expected = `expected ${describeSymbols(type)}`;
  if (text === "") return `found an empty cell, ${expected}`;
  const found = `found "${text.length > 40 ? `${text.slice(0, 40)}...` : text}"`;
  if (type.kind === "range" && isInteger(text)) return `${found}, which is out of range: ${expected}`;
  const near = type.kind === "enum" ? nearestName(text, type.names) : null;
  return `${found}, ${expected}${near === null ? "" : `; did you mean ${near}?`}`;
}
