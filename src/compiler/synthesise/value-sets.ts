// Sets of whole numbers as boundaries: a number is in the set where an odd number of boundaries is at or below it.
// A threshold has one interval however long the range is, and so has its complement.

import { cached } from "../../diagnostics/memo.ts";
import type { Bounds } from "../../grid/grid.ts";

/** Rising boundaries, an even number of them: `[2, 5, 7, 8]` is {2, 3, 4, 7}. */
export type ValueSet = readonly number[];

export const NO_VALUES: ValueSet = [];

/** The numbers from `lo` to `hi`, both included. */
export function interval(lo: number, hi: number): ValueSet {
  return hi < lo ? NO_VALUES : [lo, hi + 1];
}

export function single(value: number): ValueSet {
  return [value, value + 1];
}

export function valuesWhere({ lo, hi }: Bounds, test: (value: number) => boolean): ValueSet {
  const bounds: number[] = [];
  for (let value = lo; value <= hi; value++) {
    if (test(value) !== (bounds.length % 2 === 1)) bounds.push(value);
  }
  if (bounds.length % 2 === 1) bounds.push(hi + 1);
  return bounds;
}

export function contains(set: ValueSet, value: number): boolean {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (set[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

export const intersect = (a: ValueSet, b: ValueSet): ValueSet => merged(a, b, (x, y) => x && y);
export const unite = (a: ValueSet, b: ValueSet): ValueSet => merged(a, b, (x, y) => x || y);
/** The union of many sets, in nearly linear time. */
export function uniteAll(sets: readonly ValueSet[]): ValueSet {
  if (sets.length < 2) return sets[0] ?? NO_VALUES;
  const middle = sets.length >> 1;
  return unite(uniteAll(sets.slice(0, middle)), uniteAll(sets.slice(middle)));
}

/** A set as text, made once: large sets are asked for theirs again and again. */
export const spelledSet = (set: ValueSet): string => cached(spelled, set, () => set.join(","));

const spelled = new WeakMap<ValueSet, string>();

export const differ = (a: ValueSet, b: ValueSet): ValueSet => merged(a, b, (x, y) => x !== y);

/** The other numbers of the range; the set is within it. */
export const complement = (set: ValueSet, { lo, hi }: Bounds): ValueSet => differ(set, interval(lo, hi));

export function isFull(set: ValueSet, { lo, hi }: Bounds): boolean {
  return set.length === 2 && set[0]! <= lo && set[1]! > hi;
}

export function meet(a: ValueSet, b: ValueSet): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i + 1]! <= b[j]!) i += 2;
    else if (b[j + 1]! <= a[i]!) j += 2;
    else return true;
  }
  return false;
}

export function isSameSet(a: ValueSet, b: ValueSet): boolean {
  return a.length === b.length && a.every((bound, at) => bound === b[at]);
}

/** The only number of the set, or null. */
export function onlyValue(set: ValueSet): number | null {
  return set.length === 2 && set[1]! - set[0]! === 1 ? set[0]! : null;
}

export function valuesOfSet(set: ValueSet): number[] {
  const values: number[] = [];
  for (let at = 0; at < set.length; at += 2) {
    for (let value = set[at]!; value < set[at + 1]!; value++) values.push(value);
  }
  return values;
}

/** The set of `sign * v + offset` for every v of the set; the sign is 1 or -1. */
export function moved(set: ValueSet, sign: 1 | -1, offset: number): ValueSet {
  if (sign === 1) return set.map((bound) => bound + offset);
  return set.map((bound) => 1 - bound + offset).reverse();
}

function merged(a: ValueSet, b: ValueSet, keep: (inA: boolean, inB: boolean) => boolean): ValueSet {
  const bounds: number[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const next = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    if (a[i] === next) i++;
    if (b[j] === next) j++;
    if (keep(i % 2 === 1, j % 2 === 1) !== (bounds.length % 2 === 1)) bounds.push(next);
  }
  return bounds;
}
