// Questions of loops that are gone through many thousand times: a call of `expect` takes many times as long as a comparison,
// so it is called where the comparison fails, to say so.

import { expect } from "vitest";

/** Expects the value that is wanted, as `toBe` does. */
export function expectSame<T>(found: T, wanted: T, label: string): void {
  if (!Object.is(found, wanted)) expect(found, label).toBe(wanted);
}

/** Expects the list that is wanted, value by value. */
export function expectSameList<T>(found: readonly T[], wanted: readonly T[], label: string): void {
  const isSame = found.length === wanted.length && found.every((value, at) => Object.is(value, wanted[at]));
  if (!isSame) expect(found, label).toStrictEqual(wanted);
}

/** Expects a number from `lo` to `hi`, and never NaN. */
export function expectWithin(found: number, lo: number, hi: number, label: string): void {
  if (lo <= found && found <= hi) return;
  expect(found, label).toBeGreaterThanOrEqual(lo);
  expect(found, label).toBeLessThanOrEqual(hi);
}
