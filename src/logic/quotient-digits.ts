// How often one number goes into another, in digits: as many comparisons as the answer has bits, each of what those before
// have left. A threshold for every multiple takes fewer layers, but as many comparisons as the answer has values.

import type { Expression, Expressions, Term } from "./expression.ts";

/**
 * Bits whose weighted sum is `of / unit`, rounded down; at least 0, and at most `most`. Their weights are powers of two
 * where the number can be no larger.
 */
export function quotientDigits(
  make: Expressions,
  of: Expression,
  unit: number,
  most: number,
): readonly Term[] {
  const digits: Term[] = [];
  const isBounded = of.hi < (most + 1) * unit;
  let rest = of;
  let left = most;
  while (left > 0) {
    const weight = isBounded ? 2 ** Math.floor(Math.log2(left)) : Math.ceil(left / 2);
    const digit = make.wholeAtLeast(rest, weight * unit);
    digits.push({ weight, of: digit });
    left = isBounded ? weight - 1 : left - weight;
    rest = make.sum([
      { weight: 1, of: rest },
      { weight: -weight * unit, of: digit },
    ]);
  }
  return digits;
}
