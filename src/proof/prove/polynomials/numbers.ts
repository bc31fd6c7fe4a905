// Sums as keys. Whatever is compared with a bound is looked up without its constant and with a positive first
// coefficient, so that all thresholds of a sum, and of the sum the other way round, are of one key.

import type { Algebra } from "./algebra.ts";
import { constantTerm, type Growing, isSame } from "./algebra.ts";
import type { Range, Ranges } from "./ranges.ts";
import { type Polynomial, UNIT } from "./space.ts";

/** A polynomial as `sign * sum + offset`, where the sum is the same object for all that share it. */
export interface Body {
  readonly sum: Polynomial;
  readonly sign: 1 | -1;
  readonly offset: number;
}

export class Numbers {
  readonly #algebra: Algebra;
  readonly #ranges: Ranges;
  readonly #bodies = new Map<number, Polynomial[]>();
  readonly #keys = new Map<Polynomial, number>();

  constructor(algebra: Algebra, ranges: Ranges) {
    this.#algebra = algebra;
    this.#ranges = ranges;
  }

  bodyOf(of: Polynomial): Body {
    const offset = constantTerm(of);
    let least = Number.POSITIVE_INFINITY;
    for (const monomial of of.keys()) if (monomial !== UNIT && monomial < least) least = monomial;
    const sign = (of.get(least) ?? 1) < 0 ? -1 : 1;
    const sum: Growing = new Map();
    let hash = 0;
    for (const [monomial, weight] of of) {
      if (monomial === UNIT) continue;
      sum.set(monomial, sign * weight);
      hash = (hash + Math.imul(scrambled(monomial), sign * weight)) | 0;
    }
    return { sum: this.#same(sum, hash), sign, offset };
  }

  /** The one object of equal sums. */
  #same(sum: Polynomial, hash: number): Polynomial {
    const known = this.#bodies.get(hash);
    const found = known?.find((each) => isSame(each, sum));
    if (found !== undefined) return found;
    if (known === undefined) this.#bodies.set(hash, [sum]);
    else known.push(sum);
    return sum;
  }

  rangeOf(of: Polynomial): Range {
    const { sum, sign, offset } = this.bodyOf(of);
    const { lo, hi } = this.#ranges.of(sum);
    return sign === 1 ? { lo: lo + offset, hi: hi + offset } : { lo: offset - hi, hi: offset - lo };
  }

  /** The key of a sum, where somebody compared that with a bound. */
  knownKey(sum: Polynomial): number | null {
    return this.#keys.get(sum) ?? null;
  }

  keyOf(sum: Polynomial): number {
    const known = this.#keys.get(sum);
    if (known !== undefined) return known;
    const { lo, hi } = this.#ranges.of(sum);
    const made = this.#algebra.space.numberKey(sum, lo, hi);
    this.#keys.set(sum, made);
    return made;
  }
}

function scrambled(monomial: number): number {
  const mixed = Math.imul(monomial ^ (monomial >>> 15), 0x2c1b3c6d);
  return Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39) | 1;
}
