// What the values of tables mean: which texts are one value, which are missing, and which of two is positive.

import { isDecimalComma } from "../../grid/delimited.ts";
import type { Sign } from "./memory-layer.ts";

/** What spreadsheets and data frames write where there is no value. */
const MISSING: ReadonlySet<string> = new Set([
  "",
  "?",
  "na",
  "n/a",
  "#n/a",
  "#na",
  "<na>",
  "nan",
  "-nan",
  "null",
  "\\n",
]);

/** Tells whether a cell has no value. */
export const isMissing = (cell: string): boolean => MISSING.has(cell.toLowerCase());

/** What stands for a missing value where that is a value of its own. */
export const MISSING_VALUE = "missing";

/** Opposites, the negative first. */
const PAIRS: readonly (readonly [string, string])[] = [
  ["0", "1"],
  ["-1", "1"],
  ["-", "+"],
  ["false", "true"],
  ["f", "t"],
  ["no", "yes"],
  ["n", "y"],
  ["off", "on"],
  ["n", "p"],
  ["neg", "pos"],
  ["negative", "positive"],
  ["reject", "accept"],
  ["rejected", "accepted"],
  ["rejects", "accepts"],
  ["fail", "pass"],
  ["failed", "passed"],
  ["failure", "success"],
  ["bad", "good"],
  ["wrong", "right"],
  ["incorrect", "correct"],
  ["absent", "present"],
  ["low", "high"],
  ["down", "up"],
  ["loss", "win"],
  ["lose", "win"],
  ["lost", "won"],
  ["dead", "alive"],
  ["deny", "allow"],
  ["denied", "approved"],
  ["denied", "allowed"],
  ["nein", "ja"],
  ["falsch", "wahr"],
  ["non", "oui"],
  ["faux", "vrai"],
];

/** Words that mean the same wherever they stand, by their sign. */
const PLAIN: ReadonlyMap<string, Sign> = new Map(
  PAIRS.slice(0, 8).flatMap(([no, yes]) => [[no, -1] as const, [yes, 1] as const]),
);

const WORDS: ReadonlySet<string> = new Set(PAIRS.flat());

/** The number that a text writes, in the shortest form; null for all others, and for more digits than are exact. */
function numberIn(text: string): string | null {
  const [, whole, part = ""] = /^[+-]?(\d*)(?:\.(\d*))?(?:e[+-]?\d+)?$/i.exec(text) ?? [];
  if (whole === undefined || whole + part === "") return null;
  // Codes such as 01 are no numbers: 01 and 1 need not be the same.
  if (/^0\d/.test(whole)) return null;
  const digits = (whole + part).replace(/^0+/, "").replace(/0+$/, "");
  const value = Number(text);
  if (digits.length > 15 || !Number.isFinite(value) || (value === 0) !== (digits === "")) return null;
  return String(value === 0 ? 0 : value);
}

/** Tells whether a text is a number, or one of the usual words for yes and no. */
export const isPlainValue = (value: string): boolean => numberIn(value) !== null || PLAIN.has(value);

/** Tells whether a text is a number. */
export const isNumber = (value: string): boolean => numberIn(value) !== null;

/**
 * The value that a cell writes: `+1`, `1.0` and ` 1` are one value, and so are `True` and `TRUE`.
 * @param decimalComma whether `1,0` is a number too
 */
export function canonical(cell: string, decimalComma = false): string {
  // Most cells of most tables are one digit.
  if (/^\d$/.test(cell)) return cell;
  const minus = cell.replace(/^[\u2212\u2013](?=[\d.,]|$)/, "-");
  const text = decimalComma && isDecimalComma(minus) ? minus.replace(",", ".") : minus;
  const lower = text.toLowerCase();
  return numberIn(text) ?? (WORDS.has(lower) ? lower : text);
}

/** The opposite of a value, where only one is usual: of 0 it is 1; of 1 it is 0, or -1 where `signs` are usual. */
export function oppositeOf(value: string, signs: boolean): string | null {
  const pairs = PAIRS.filter((pair) => pair.includes(value));
  const [pair] = signs && value === "1" ? pairs.slice(1) : pairs;
  if (pair === undefined) return null;
  return pair[0] === value ? pair[1] : pair[0];
}

/** Tells whether two values are usual opposites. */
export const areOpposites = (one: string, other: string): boolean =>
  one !== other && PAIRS.some((pair) => pair.includes(one) && pair.includes(other));

/**
 * Tells whether two values usually mean the same, such as `yes` and `true`, or `Spam` and `spam`; or look the same, but for
 * characters that are not seen.
 */
export function areAlike(one: string, other: string): boolean {
  const sign = PLAIN.get(one);
  if (sign !== undefined && sign === PLAIN.get(other)) return !(isNumber(one) && isNumber(other));
  return one !== other && lookOf(one) === lookOf(other);
}

/** A value in one of the ways to write what is read alike: composed letters, plain digits and spaces, nothing invisible. */
const lookOf = (value: string): string =>
  value
    .normalize("NFKC")
    .replaceAll(/\p{Cf}/gu, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .toLowerCase();

/** Why one of two values is the positive one. */
type Reason = "opposites" | "known" | "negation" | "number" | "alphabet";

interface Order {
  readonly negative: string;
  readonly positive: string;
  readonly reason: Reason;
}

/** Tells which of two values is positive. */
export function orderOf(one: string, other: string): Order {
  const pair = PAIRS.find((each) => each.includes(one) && each.includes(other));
  if (pair !== undefined) return { negative: pair[0], positive: pair[1], reason: "opposites" };
  const ordered = (isFirst: boolean, reason: Reason): Order =>
    isFirst ? { negative: one, positive: other, reason } : { negative: other, positive: one, reason };
  if (isNumber(one) && isNumber(other)) return ordered(Number(one) < Number(other), "number");
  if (negates(one, other) !== negates(other, one)) return ordered(negates(one, other), "negation");
  const [first, second] = [signOf(one), signOf(other)];
  if (first !== second) return ordered(first < second, "known");
  return ordered(one < other, "alphabet");
}

/** The sign of a word or number of the usual ones; letters mean yes or no beside their opposites alone. */
const signOf = (value: string): Sign | 0 => (/^[a-z]$/.test(value) ? 0 : (PLAIN.get(value) ?? 0));

/** `not spam` and `non-spam` negate `spam`; `invalid` negates `valid`. */
const negates = (one: string, other: string): boolean =>
  /^(?:not|non|no|un|in|dis)/i.test(one) &&
  one.replace(/^(?:not|non|no|un|in|dis)[ _-]*/i, "").toLowerCase() === other.toLowerCase();

/** Both values of -1/+1 data, and not 0 or 1 alone. */
export const isSigned = (values: readonly string[]): boolean =>
  values.includes("-1") && values.every((value) => value === "-1" || value === "1");
