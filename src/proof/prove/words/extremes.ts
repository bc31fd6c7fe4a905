// Sums of units as minima and maxima of plain sums, in which it does not matter in which order these are made.
//
// With a unit relu(s) of weight w, a sum g + w relu(s) is the larger one of g and g + w s where w is positive, and the
// smaller one where it is negative. So a sum of a few units is made of plain sums by minima and maxima. Whether it reaches
// a number t is a monotone Boolean function of whether the plain sums do; where two sums have the same function, they are
// the same number.

import { cached } from "../../../diagnostics/memo.ts";
import { Bdd, type Bool } from "../../../logic/bdd.ts";
import { unlessTooLarge } from "../../../logic/nodes.ts";
import { constantSum, type Forms, type OpenSum, textOf } from "./open-sums.ts";

/** Nodes that functions may take. */
const MOST_NODES = 100_000;

/** A number that is the larger, or the smaller one, of two. */
export interface Extreme {
  readonly isMax: boolean;
  readonly of: readonly [OpenSum, OpenSum];
}

/**
 * Tells whether two sums are shown to be the same number, by that many sums at most. `named` says which atoms that are no
 * units are the larger or the smaller one of two sums.
 */
export function areSameExtremes(
  forms: Forms,
  named: (atom: number) => Extreme | null,
  [a, b]: readonly [OpenSum, OpenSum],
  mostSums: number,
): boolean {
  const extremes = new Extremes(forms, named, mostSums);
  return unlessTooLarge(
    () => extremes.areSame(a, b),
    () => false,
  );
}

class Extremes {
  readonly #forms: Forms;
  readonly #named: (atom: number) => Extreme | null;
  readonly #mostSums: number;
  readonly #bdd = new Bdd(MOST_NODES);
  /** Plain sums, by their variables and by their texts. */
  readonly #plain: OpenSum[] = [];
  readonly #variables = new Map<string, Bool>();
  readonly #known = new Map<string, Bool | null>();

  constructor(forms: Forms, named: (atom: number) => Extreme | null, mostSums: number) {
    this.#forms = forms;
    this.#named = named;
    this.#mostSums = mostSums;
  }

  /** Throws DiagramsTooLarge. */
  areSame(a: OpenSum, b: OpenSum): boolean {
    const [one, other] = [this.#reached(a), this.#reached(b)];
    return one !== null && other !== null && this.#isNever(this.#bdd.xor(one, other));
  }

  /** Tells whether a function is 0 where larger sums reach all that smaller ones do. */
  #isNever(f: Bool): boolean {
    let left = f;
    for (const low of this.#bdd.support(f)) {
      if (left === 0) break;
      for (const high of this.#bdd.support(left))
        if (low !== high && this.#isLess(this.#plain[low]!, this.#plain[high]!))
          left = this.#bdd.and(left, this.#implies(low, high));
    }
    return left === 0;
  }

  #implies(low: number, high: number): Bool {
    return this.#bdd.or(this.#bdd.not(this.#bdd.variable(low)), this.#bdd.variable(high));
  }

  #isLess(a: OpenSum, b: OpenSum): boolean {
    return this.#forms.bounds(this.#forms.difference(b, a)).lo >= 0;
  }

  /** Tells where a sum reaches a number, by plain sums that do; null if they are too many. Throws DiagramsTooLarge. */
  #reached(form: OpenSum): Bool | null {
    const sum = this.#forms.normal(form);
    const key = textOf(sum);
    const known = this.#known.get(key);
    if (known !== undefined || this.#known.size === this.#mostSums) return known ?? null;
    // A sum that is made of itself would have no end.
    this.#known.set(key, null);
    const made = this.#made(sum, key);
    this.#known.set(key, made);
    return made;
  }

  #made(sum: OpenSum, key: string): Bool | null {
    const last = this.#lastOf(sum);
    if (last === null)
      return cached(this.#variables, key, () => this.#bdd.variable(this.#plain.push(sum) - 1));
    const { atom, weight, extreme } = last;
    const terms = new Map(sum.terms);
    terms.delete(atom);
    const parts = { constant: sum.constant, terms };
    const [left, right] = extreme.of.map((of) =>
      this.#reached(
        this.#forms.sum(0, [
          { weight: 1, of: parts },
          { weight, of },
        ]),
      ),
    );
    if (left == null || right == null) return null;
    return extreme.isMax === weight > 0 ? this.#bdd.or(left, right) : this.#bdd.and(left, right);
  }

  /** Of the atoms of a sum that are extremes, the one that was made last. */
  #lastOf({ terms }: OpenSum) {
    for (const [atom, weight] of [...terms].sort(([a], [b]) => b - a)) {
      const extreme = this.#extremeOf(atom);
      if (extreme !== null) return { atom, weight, extreme };
    }
    return null;
  }

  #extremeOf(atom: number): Extreme | null {
    if (!this.#forms.isUnit(atom)) return this.#named(atom);
    return { isMax: true, of: [constantSum(0), this.#forms.inputOf(atom)!.sum] };
  }
}
