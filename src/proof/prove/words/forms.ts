// A network's step in sums that are not worked out: of what it reads, and of units of which it is open whether they are 0.
// What a layer only hands on is the same sum again, and what is added here and taken away there is gone.
//
// Equal units are one: a unit is named by its sum, up to its sign, as `relu(-x)` is `relu(x) - x`; and those whose sums
// differ by a small constant are one of them and bits that say whether the sum has reached some bounds.

import { cached } from "../../../diagnostics/memo.ts";
import type { BooleanFunctions } from "../../../logic/bdd.ts";
import { largestOf, type Network } from "../../../network/network.ts";
import { type StepValues, stepOf } from "../../../network/step.ts";
import type { Sight } from "./sight.ts";
import { readings } from "./units.ts";
import type { Word } from "./words.ts";

/** Constants by which sums may differ whose units are one and some bits. */
const NEAR = 3;

/** A constant and weighted atoms: sources of the first layer by their number, and others after these. */
export interface OpenSum {
  readonly constant: number;
  readonly terms: ReadonlyMap<number, number>;
}

interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

/** The sum that a unit rectifies; or, of a threshold, that is at least 1 where it is 1. */
interface Input {
  readonly sum: OpenSum;
  readonly isThreshold: boolean;
}

/** A number that is no sum. */
interface Atom extends Bounds {
  readonly word: Word;
  readonly input: Input | null;
}

interface Weighted {
  readonly weight: number;
  readonly of: OpenSum;
}

export const constantSum = (constant: number): OpenSum => ({ constant, terms: new Map() });

export const formOfAtom = (atom: number): OpenSum => ({ constant: 0, terms: new Map([[atom, 1]]) });

export class Forms {
  /** Sums and what units hand on, before atoms are replaced. */
  readonly step: StepValues<OpenSum>;
  readonly #network: Network;
  readonly #sight: Sight<BooleanFunctions>;
  readonly #sources: number;
  readonly #atoms: Atom[] = [];
  /** What atoms have been replaced by. */
  readonly #replaced = new Map<number, OpenSum>();
  /** What units hand on, by the terms and the constants of their sums. */
  readonly #ramps = new Map<string, Map<number, OpenSum>>();
  readonly #thresholds = new Map<string, OpenSum>();
  readonly #words = new Map<string, Word>();

  constructor(network: Network, sight: Sight<BooleanFunctions>) {
    this.#network = network;
    this.#sight = sight;
    this.#sources = 9 * network.channels.length;
    this.step = stepOf<OpenSum>(network, {
      input: (channel, tap) => this.input(channel, tap),
      sum: (terms, bias) => this.sum(bias, terms),
      rectify: (sum) => this.rectified(sum),
    });
  }

  /** What a channel holds at a tap. */
  input(channel: number, tap: number): OpenSum {
    return formOfAtom(tap * this.#network.channels.length + channel);
  }

  /** A number by its word and its bounds. */
  atom(word: Word, { lo, hi }: Bounds, input: Input | null = null): number {
    return this.#sources + this.#atoms.push({ word, lo, hi, input }) - 1;
  }

  isUnit(atom: number): boolean {
    return this.inputOf(atom)?.isThreshold === false;
  }

  /** Of a unit or a threshold, the sum on which it depends; null of others. */
  inputOf(atom: number): Input | null {
    return this.#atoms[atom - this.#sources]?.input ?? null;
  }

  /** Whether an atom is a part of a number that a cell holds. */
  isDigit(atom: number): boolean {
    const kind = atom < this.#sources ? this.#code(atom).kind : null;
    return kind === "binary" || kind === "thermometer";
  }

  #code(source: number) {
    const { channels } = this.#network;
    return channels[source % channels.length]!.code;
  }

  sum(constant: number, parts: readonly Weighted[]): OpenSum {
    return this.#sum(constant, parts, () => undefined);
  }

  difference(a: OpenSum, b: OpenSum): OpenSum {
    return this.sum(0, [
      { weight: 1, of: a },
      { weight: -1, of: b },
    ]);
  }

  negative(a: OpenSum): OpenSum {
    return this.difference(constantSum(0), a);
  }

  /** 1 where a bit is 0. */
  complement(bit: OpenSum): OpenSum {
    return this.difference(constantSum(1), bit);
  }

  #sum(bias: number, parts: readonly Weighted[], instead: (atom: number) => OpenSum | undefined): OpenSum {
    let all = bias;
    const terms = new Map<number, number>();
    const add = (factor: number, { constant, terms: own }: OpenSum): void => {
      all += factor * constant;
      for (const [atom, weight] of own) {
        const other = instead(atom);
        const sum = (terms.get(atom) ?? 0) + factor * weight;
        if (other !== undefined) add(factor * weight, other);
        else if (sum === 0) terms.delete(atom);
        else terms.set(atom, sum);
      }
    };
    for (const { weight, of } of parts) add(weight, of);
    return { constant: all, terms };
  }

  /** The same number without atoms that have been replaced. */
  normal(form: OpenSum): OpenSum {
    return this.#sum(0, [{ weight: 1, of: form }], (atom) => this.#replaced.get(atom));
  }

  /** The last atom of a form that is a unit and has the weight 1 or -1; null if there is none. */
  pivotOf(form: OpenSum): number | null {
    const pivots = [...this.normal(form).terms]
      .filter(([atom, weight]) => Math.abs(weight) === 1 && this.isUnit(atom))
      .map(([atom]) => atom);
    return pivots.length === 0 ? null : Math.max(...pivots);
  }

  /** Replaces an atom of weight 1 or -1 in a form by what makes the form another one, which is the same number. */
  replace(atom: number, form: OpenSum, other: OpenSum): void {
    const normal = this.normal(form);
    const weight = normal.terms.get(atom)!;
    const parts = [
      { weight, of: other },
      { weight: -weight, of: normal },
      { weight: 1, of: formOfAtom(atom) },
    ];
    this.#replaced.set(atom, this.normal(this.sum(0, parts)));
  }

  /** Throws DiagramsTooLarge. */
  word(form: OpenSum): Word {
    const { words } = this.#sight;
    const { constant, terms } = this.normal(form);
    const { key, sorted, isNegated } = termsKey({ terms });
    const base = cached(this.#words, key, () => this.#wordOf(sorted));
    return words.add(isNegated ? words.negative(base) : base, words.constant(constant));
  }

  #wordOf(terms: readonly (readonly [number, number])[]): Word {
    const { words } = this.#sight;
    const all = terms.map(([source, weight]) => ({ source, weight, column: -1 }));
    const inputs = all.filter(({ source }) => source < this.#sources);
    const others = all.filter(({ source }) => source >= this.#sources);
    return words.sum(0, [
      ...readings(this.#network, this.#sight, inputs),
      ...others.map(({ source, weight }) => ({ weight, of: this.#atoms[source - this.#sources]!.word })),
    ]);
  }

  bounds({ constant, terms }: OpenSum): Bounds {
    let [lo, hi] = [constant, constant];
    for (const [atom, weight] of terms) {
      const own = this.#atomBounds(atom);
      lo += Math.min(weight * own.lo, weight * own.hi);
      hi += Math.max(weight * own.lo, weight * own.hi);
    }
    return { lo, hi };
  }

  #atomBounds(atom: number): Bounds {
    return atom < this.#sources
      ? { lo: 0, hi: largestOf(this.#code(atom)) }
      : this.#atoms[atom - this.#sources]!;
  }

  /** A sum, or 0 where it is negative. */
  rectified(given: OpenSum): OpenSum {
    const sum = this.normal(given);
    // An atom that is handed on is not negative, which what it is replaced by need not show.
    for (const each of [given, sum]) {
      const { lo, hi } = this.bounds(each);
      if (lo >= 0) return each;
      if (hi <= 0) return constantSum(0);
    }
    const { key, isNegated } = termsKey(sum);
    if (isNegated) {
      const negative = this.negative(sum);
      return this.difference(this.rectified(negative), negative);
    }
    const family = cached(this.#ramps, key, (): Map<number, OpenSum> => new Map());
    return cached(family, sum.constant, () => this.#byNear(sum, family) ?? this.#ramp(sum));
  }

  /** By the unit of a sum that is nearly the same: what lies between are thresholds. */
  #byNear({ constant, terms }: OpenSum, family: ReadonlyMap<number, OpenSum>): OpenSum | null {
    const distance = (other: number) => Math.abs(other - constant);
    const [nearest] = [...family.keys()]
      .filter((other) => distance(other) <= NEAR)
      .sort((a, b) => distance(a) - distance(b));
    if (nearest === undefined) return null;
    const first = Math.min(constant, nearest) + 1;
    const between = Array.from({ length: distance(nearest) }, (_, at) => ({
      weight: Math.sign(constant - nearest),
      of: this.threshold({ constant: first + at, terms }),
    }));
    return this.sum(0, [{ weight: 1, of: family.get(nearest)! }, ...between]);
  }

  #ramp(sum: OpenSum): OpenSum {
    const { words } = this.#sight;
    const word = this.word(sum);
    if (word.at(-1) === 0) return sum;
    if (word.at(-1) === 1) return constantSum(0);
    const bounds = { lo: 0, hi: this.bounds(sum).hi };
    return formOfAtom(this.atom(words.rectified(word), bounds, { sum, isThreshold: false }));
  }

  /** 1 where a sum is at least 1, else 0. */
  threshold(given: OpenSum): OpenSum {
    const sum = this.normal(given);
    const { lo, hi } = this.bounds(sum);
    if (lo >= 1 || hi <= 0) return constantSum(lo >= 1 ? 1 : 0);
    const { key, isNegated } = termsKey(sum);
    if (isNegated) return this.complement(this.threshold(this.complement(sum)));
    return cached(this.#thresholds, `${sum.constant} ${key}`, () => {
      const bit = this.#sight.words.isAtLeast(this.word({ constant: 0, terms: sum.terms }), 1 - sum.constant);
      if (bit < 2) return constantSum(bit);
      return formOfAtom(this.atom([bit, 0], { lo: 0, hi: 1 }, { sum, isThreshold: true }));
    });
  }
}

/** The terms of a sum in order, and those of its negative if the first weight is negative: the same text for both. */
export function termsKey({ terms }: Pick<OpenSum, "terms">) {
  const sorted = [...terms].sort(([a], [b]) => a - b);
  const isNegated = sorted.length > 0 && sorted[0]![1] < 0;
  const all = isNegated ? sorted.map(([atom, weight]) => [atom, -weight] as const) : sorted;
  return { key: all.join(" "), sorted: all, isNegated };
}
