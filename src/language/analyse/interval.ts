// Closed intervals of integers: what analysis knows about a value that it cannot compute.

import type { Bounds, ValueType } from "../../grid/grid.ts";
import type { BinaryOperator } from "./checked.ts";

const FALSE: Bounds = { lo: 0, hi: 0 };
const TRUE: Bounds = { lo: 1, hi: 1 };
export const EITHER: Bounds = { lo: 0, hi: 1 };

/** The one value of an interval, or null if there are several. */
export const onlyValueOf = (interval: Bounds): number | null =>
  interval.lo === interval.hi ? interval.lo : null;

export const isWithin = (inner: Bounds, outer: Bounds): boolean =>
  outer.lo <= inner.lo && inner.hi <= outer.hi;

/** Smallest interval that holds both. */
export const hull = (one: Bounds, other: Bounds): Bounds => ({
  lo: Math.min(one.lo, other.lo),
  hi: Math.max(one.hi, other.hi),
});

/** Returns what two intervals have in common, or null if that is nothing. */
export function intersection(one: Bounds, other: Bounds): Bounds | null {
  const lo = Math.max(one.lo, other.lo);
  const hi = Math.min(one.hi, other.hi);
  return lo <= hi ? { lo, hi } : null;
}

/** The type with exactly the values of an interval. */
export const typeOf = ({ lo, hi }: Bounds): ValueType =>
  lo === EITHER.lo && hi === EITHER.hi ? { kind: "bit" } : { kind: "range", lo, hi };

/** Writes an interval for messages: `3`, `0..7`. */
export const showInterval = ({ lo, hi }: Bounds): string => (lo === hi ? String(lo) : `${lo}..${hi}`);

/** 1 if surely true, 0 if surely false. */
const verdict = (surely: boolean, never: boolean): Bounds => (surely ? TRUE : never ? FALSE : EITHER);

/** Tells where the result of an operator lies when its operands lie in two intervals. */
export function apply(operator: BinaryOperator, a: Bounds, b: Bounds): Bounds {
  switch (operator) {
    case "and":
    case "min":
      return { lo: Math.min(a.lo, b.lo), hi: Math.min(a.hi, b.hi) };
    case "or":
    case "max":
      return { lo: Math.max(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
    case "xor":
    case "!=":
      return negate(apply("==", a, b));
    case "==":
      return verdict(onlyValueOf(a) !== null && a.lo === onlyValueOf(b), intersection(a, b) === null);
    case "<":
      return verdict(a.hi < b.lo, a.lo >= b.hi);
    case "<=":
      return verdict(a.hi <= b.lo, a.lo > b.hi);
    case ">":
      return apply("<", b, a);
    case ">=":
      return apply("<=", b, a);
    case "+":
      return { lo: a.lo + b.lo, hi: a.hi + b.hi };
    case "-":
      return { lo: a.lo - b.hi, hi: a.hi - b.lo };
    case "*":
      return productOf(a, b);
    case "/":
      return { lo: Math.floor(a.lo / b.lo), hi: Math.floor(a.hi / b.lo) };
    case "%":
      return remainderOf(a, b.lo);
  }
}

function productOf(a: Bounds, b: Bounds): Bounds {
  const ends = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi].map((end) => end + 0);
  return { lo: Math.min(...ends), hi: Math.max(...ends) };
}

function remainderOf({ lo, hi }: Bounds, divisor: number): Bounds {
  const rounds = Math.floor(lo / divisor);
  if (rounds !== Math.floor(hi / divisor)) return { lo: 0, hi: divisor - 1 };
  return { lo: lo - rounds * divisor, hi: hi - rounds * divisor };
}

/** `not` of a bit. */
export const negate = (bit: Bounds): Bounds => ({ lo: 1 - bit.hi, hi: 1 - bit.lo });
