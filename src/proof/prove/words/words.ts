// Whole numbers as words of bits, each bit a function of the neighbourhood: sums are made by the carries of written
// addition, comparisons by the sign of a difference. In an order of variables in which bits of equal weight stand
// together, sums of a few numbers of any range have small diagrams (Bryant 1986, figure 12), where diagrams with a leaf
// for each number grow with the range.

import type { Bdd, Bool, BooleanFunctions } from "../../../logic/bdd.ts";
import { halved } from "../../../logic/pairwise.ts";

/** Two's complement, lowest bit first; the last one is the sign, and no shorter word is the same number. */
export type Word = readonly Bool[];

/** What a function of a field is from some value on, in order of rising values, the first one being 0. */
export type Steps = readonly { readonly from: number; readonly value: number }[];

export class Words<Functions extends BooleanFunctions = Bdd> {
  readonly bdd: Functions;
  readonly #kept = new Set<Bool>();
  /** Parts of the sum that is being made. */
  #parts: Word[] = [];

  constructor(bdd: Functions) {
    this.bdd = bdd;
  }

  /** The same word, which is asked for again. */
  keep(a: Word): Word {
    for (const bit of a) this.#kept.add(bit);
    return a;
  }

  /** The bits of what is kept; where there was no room for a sum, also of its parts. */
  get inUse(): ReadonlySet<Bool> {
    return new Set([...this.#kept, ...this.#parts.flat()]);
  }

  constant(value: number): Word {
    const bits: Bool[] = [];
    for (let left = value; left !== 0 && left !== -1; left = Math.floor(left / 2))
      bits.push(left % 2 === 0 ? 0 : 1);
    return [...bits, value < 0 ? 1 : 0];
  }

  /** A number that is never negative, by its bits. */
  unsigned(bits: readonly Bool[]): Word {
    return short([...bits, 0]);
  }

  add(a: Word, b: Word): Word {
    if (isZero(a)) return b;
    if (isZero(b)) return a;
    const { bdd } = this;
    let carry: Bool = 0;
    const made = Array.from({ length: Math.max(a.length, b.length) + 1 }, (_, at) => {
      const [x, y] = [bitOf(a, at), bitOf(b, at)];
      const either = bdd.xor(x, y);
      const sum = bdd.xor(either, carry);
      carry = bdd.ite(either, carry, x);
      return sum;
    });
    return short(made);
  }

  negative(a: Word): Word {
    return this.add(
      a.map((bit) => this.bdd.not(bit)),
      this.constant(1),
    );
  }

  scale(a: Word, factor: number): Word {
    if (factor < 0) return this.negative(this.scale(a, -factor));
    let made: Word = this.constant(0);
    for (let [left, at] = [factor, 0]; left > 0; left = Math.floor(left / 2), at++)
      if (left % 2 === 1) made = this.add(made, [...new Array<Bool>(at).fill(0), ...a]);
    return made;
  }

  /** `bias` and weighted words; where they are many, they are added two by two. */
  sum(bias: number, terms: readonly { readonly weight: number; readonly of: Word }[]): Word {
    const all = [this.constant(bias), ...terms.map(({ weight, of }) => this.scale(of, weight))];
    this.#parts = [...all];
    const made = halved(all, (a, b) => {
      const both = this.add(a, b);
      this.#parts.push(both);
      return both;
    })!;
    this.#parts = [];
    return made;
  }

  rectified(a: Word): Word {
    const isPositive = this.bdd.not(a.at(-1)!);
    return short(a.map((bit) => this.bdd.and(bit, isPositive)));
  }

  choose(when: Bool, then: Word, otherwise: Word): Word {
    if (when === 1) return then;
    if (when === 0) return otherwise;
    const length = Math.max(then.length, otherwise.length);
    return short(
      Array.from({ length }, (_, at) => this.bdd.ite(when, bitOf(then, at), bitOf(otherwise, at))),
    );
  }

  /** Tells where all of these hold. */
  all(bits: readonly Bool[]): Bool {
    return halved(bits, (a, b) => this.bdd.and(a, b)) ?? 1;
  }

  /** Tells where any of them does. */
  any(bits: readonly Bool[]): Bool {
    return halved(bits, (a, b) => this.bdd.or(a, b)) ?? 0;
  }

  /** Tells where exactly one of two does. */
  either(a: Bool, b: Bool): Bool {
    return this.bdd.xor(a, b);
  }

  /** The word as whoever compares it needs it. */
  shown(a: Word): Word {
    return a;
  }

  /** Tells where `a` is less than `b`. */
  isLess(a: Word, b: Word): Bool {
    return this.add(a, this.negative(b)).at(-1)!;
  }

  isAtLeast(a: Word, bound: number): Bool {
    return this.bdd.not(this.add(a, this.constant(-bound)).at(-1)!);
  }

  is(a: Word, value: number): Bool {
    return this.bdd.not(this.differs(a, this.constant(value)));
  }

  differs(a: Word, b: Word): Bool {
    const length = Math.max(a.length, b.length);
    let found: Bool = 0;
    for (let at = 0; at < length; at++) found = this.bdd.or(found, this.bdd.xor(bitOf(a, at), bitOf(b, at)));
    return found;
  }

  /** The number where these variables are 1, and all others 0. */
  evaluate(a: Word, ones: ReadonlySet<number>): number {
    const bits = a.map((bit) => this.bdd.evaluate(bit, (variable) => (ones.has(variable) ? 1 : 0)));
    return bits.reduce<number>((sum, bit, at) => sum + bit * 2 ** at * (at === a.length - 1 ? -1 : 1), 0);
  }

  /** A function of the number up to `most` that some variables make, highest bit first in `variables`: see `numberWithin`. */
  stepped(variables: readonly number[], steps: Steps, most: number): Word {
    const build = (depth: number, low: number, first: number, last: number, isTight: boolean): Word => {
      if (first === last) return this.constant(steps[first]!.value);
      const worth = 2 ** (variables.length - depth - 1);
      const isLast = hasBit(most, worth);
      const middle = low + worth;
      let [below, above] = [first, last];
      while (below < last && steps[below + 1]!.from < middle) below++;
      const otherwise = build(depth + 1, low, first, below, isTight && !isLast);
      if (isTight && !isLast) return otherwise;
      while (above > first && steps[above]!.from > middle) above--;
      const then = build(depth + 1, middle, above, last, isTight);
      return this.choose(this.bdd.variable(variables[depth]!), then, otherwise);
    };
    return build(0, 0, 0, steps.length - 1, true);
  }

  /** The bits of such a number, lowest first. */
  within(variables: readonly number[], most: number): Bool[] {
    const { bdd } = this;
    let isTight: Bool = 1;
    const bits = variables.map((variable, depth) => {
      const bit = bdd.variable(variable);
      if (!hasBit(most, 2 ** (variables.length - depth - 1))) return bdd.and(bit, bdd.not(isTight));
      isTight = bdd.and(isTight, bit);
      return bit;
    });
    return bits.reverse();
  }
}

/** Tells whether a number that is not negative has the bit of that worth. */
export const hasBit = (number: number, worth: number): boolean => Math.floor(number / worth) % 2 === 1;

/**
 * The number up to `most` that some bits stand for. From the highest bit on, one that would lead beyond `most` counts as 0: so
 * every assignment is a number, numbers up to `most` are themselves, and what a bit says depends on no lower one, as it
 * would if numbers beyond were those that lack the highest bit: comparisons, which are decided from the highest bit
 * on, would wait for the lowest, of each of the numbers.
 */
export function numberWithin(most: number, bits: readonly boolean[]): number {
  let [number, isTight] = [0, true];
  for (const [depth, bit] of bits.entries()) {
    const worth = 2 ** (bits.length - depth - 1);
    const isLast = hasBit(most, worth);
    if (bit && (isLast || !isTight)) number += worth;
    else isTight &&= !isLast;
  }
  return number;
}

const bitOf = (word: Word, at: number): Bool => word[at] ?? word.at(-1)!;

const isZero = (word: Word): boolean => word.length === 1 && word[0] === 0;

/** Without bits that repeat the sign. */
function short(bits: readonly Bool[]): Word {
  let length = bits.length;
  while (length > 1 && bits[length - 1] === bits[length - 2]) length--;
  return bits.slice(0, length);
}
