// A network's step in sums that are not worked out: of what it reads, and of units of which it is open whether they are 0.
// What a layer only hands on is the same sum again, and what is added here and taken away there is gone.
//
// Equal units are one: a unit is named by its sum, up to its sign, as `relu(-x)` is `relu(x) - x`; and those whose sums
// differ by a small constant are one of them and bits that say whether the sum has reached some bounds.

import { cached, once } from "../../../diagnostics/memo.ts";
import { type Bounds, bounds } from "../../../grid/grid.ts";
import type { Bool, BooleanFunctions } from "../../../logic/bdd.ts";
import {
  bitsFor,
  type FieldCode,
  largestOf,
  type Network,
  standsFor,
  worthOf,
} from "../../../network/network.ts";
import { type StepValues, stepOf } from "../../../network/step.ts";
import type { Sight } from "./neighbourhood-words.ts";
import { readings } from "./network-words.ts";
import type { Word } from "./words.ts";

/** Constants by which sums may differ whose units are one and some bits. */
const NEAR = 3;

/** A constant and weighted atoms: sources of the first layer by their number, and others after these. */
export interface OpenSum {
  readonly constant: number;
  readonly terms: ReadonlyMap<number, number>;
}

/** The sum that a unit rectifies; or, of a threshold, that is at least 1 where it is 1. */
interface Input {
  readonly sum: OpenSum;
  readonly isThreshold: boolean;
}

/** A number that is no sum. Its word is made when somebody first asks for it, of atoms that were made before. */
interface Atom extends Bounds {
  readonly word: () => Word;
  readonly seen: () => Float64Array;
  readonly input: Input | null;
}

/** A channel of a field in a sum. */
interface Share {
  readonly code: FieldCode;
  readonly weight: number;
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
  /** Values of fields less their first ones, at most. */
  readonly #largest: ReadonlyMap<string, number>;
  readonly #atoms: Atom[] = [];
  /** What atoms have been replaced by: where their weight is a multiple of `times`, that many are `by`. */
  readonly #replaced = new Map<number, { readonly times: number; readonly by: OpenSum }>();
  /** What units hand on, by the terms and the constants of their sums. */
  readonly #ramps = new Map<string, Map<number, OpenSum>>();
  readonly #thresholds = new Map<string, OpenSum>();
  readonly #words = new Map<string, Word>();
  readonly #seen: (source: number) => Float64Array;

  /** `seen` gives what sources of the first layer are in some neighbourhoods. */
  constructor(network: Network, sight: Sight<BooleanFunctions>, seen: (source: number) => Float64Array) {
    this.#network = network;
    this.#sight = sight;
    this.#seen = seen;
    this.#sources = 9 * network.channels.length;
    this.#largest = new Map(
      sight.slots.flatMap((slot) => {
        if (slot.tag === "side") return [];
        const { lo, hi } = bounds(slot.field.type);
        return [[slot.field.name, hi - lo] as const];
      }),
    );
    this.step = stepOf<OpenSum>(network, {
      input: (channel, tap) => this.input(channel, tap),
      sum: (terms, bias) => this.sum(bias, terms),
      rectify: (sum) => this.rectified(sum),
    });
  }

  /** Returns what a channel holds at a tap. */
  input(channel: number, tap: number): OpenSum {
    return formOfAtom(tap * this.#network.channels.length + channel);
  }

  /** A number by its bounds, its word, and what it is in the neighbourhoods that are seen. */
  atom({ lo, hi }: Bounds, word: () => Word, seen: () => Float64Array, input: Input | null = null): number {
    const atom = { word: once(word), seen: once(seen), lo, hi, input };
    return this.#sources + this.#atoms.push(atom) - 1;
  }

  /** Returns what a sum is in the neighbourhoods that are seen. */
  seen({ constant, terms }: OpenSum): Float64Array {
    const column = new Float64Array(this.#seen(0).length).fill(constant);
    for (const [atom, weight] of terms) {
      const own = atom < this.#sources ? this.#seen(atom) : this.#atoms[atom - this.#sources]!.seen();
      for (let at = 0; at < column.length; at++) column[at]! += weight * own[at]!;
    }
    return column;
  }

  isUnit(atom: number): boolean {
    return this.inputOf(atom)?.isThreshold === false;
  }

  /** Of a unit or a threshold, the sum on which it depends; null of others. */
  inputOf(atom: number): Input | null {
    return this.#atoms[atom - this.#sources]?.input ?? null;
  }

  /** Tells whether an atom is a part of a number that a cell holds. */
  isDigit(atom: number): boolean {
    const kind = atom < this.#sources ? this.#code(atom).kind : null;
    return kind === "binary" || kind === "thermometer";
  }

  #code(source: number) {
    const { channels } = this.#network;
    return channels[source % channels.length]!.code;
  }

  sum(constant: number, parts: readonly Weighted[]): OpenSum {
    let all = constant;
    const terms = new Map<number, number>();
    for (const { weight, of } of parts) {
      all += weight * of.constant;
      addTerms(terms, weight, of);
    }
    return { constant: all, terms };
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

  /** The same number without atoms that have been replaced, as far as their weights allow. */
  normal(form: OpenSum): OpenSum {
    const isLeft = ([atom, weight]: readonly [number, number]) => {
      const instead = this.#replaced.get(atom);
      return instead !== undefined && weight % instead.times === 0;
    };
    if (![...form.terms].some(isLeft)) return form;
    let { constant } = form;
    const terms = new Map(form.terms);
    for (let next = [...terms].find(isLeft); next !== undefined; next = [...terms].find(isLeft)) {
      const [atom, weight] = next;
      const { times, by } = this.#replaced.get(atom)!;
      terms.delete(atom);
      constant += (weight / times) * by.constant;
      addTerms(terms, weight / times, by);
    }
    return { constant, terms };
  }

  /**
   * The atoms of a sum by which it can be solved: those that are units or thresholds. Units come first, and later ones before
   * those that came before.
   */
  pivotsOf(sum: OpenSum): readonly number[] {
    const kind = (atom: number) => (this.isUnit(atom) ? 0 : 1);
    return [...this.normal(sum).terms.keys()]
      .filter((atom) => this.inputOf(atom) !== null)
      .sort((a, b) => kind(a) - kind(b) || b - a);
  }

  /** Returns what is left of a sum without one of its atoms. */
  without(sum: OpenSum, atom: number): OpenSum {
    const { constant, terms } = this.normal(sum);
    return { constant, terms: new Map([...terms].filter(([each]) => each !== atom)) };
  }

  /** Returns what an atom has been replaced by, which its weight may not allow everywhere; null of others. */
  replacedBy(atom: number): OpenSum | null {
    return this.#replaced.get(atom)?.by ?? null;
  }

  /**
   * Replaces an atom of a sum that is 0 by the others. Not where what has taken their places leads back to it, which would
   * have no end: then it is false.
   */
  replace(atom: number, zero: OpenSum): boolean {
    const weight = this.normal(zero).terms.get(atom)!;
    const others = this.without(zero, atom);
    if (this.#leadTo(atom, others)) return false;
    const by = weight > 0 ? this.negative(others) : others;
    this.#replaced.set(atom, { times: Math.abs(weight), by });
    return true;
  }

  /** Tells whether an atom is among those of a sum and all that their places may be taken by, also where that would cancel. */
  #leadTo(atom: number, { terms }: OpenSum): boolean {
    const found = new Set(terms.keys());
    for (const each of found) for (const next of this.replacedBy(each)?.terms.keys() ?? []) found.add(next);
    return found.has(atom);
  }

  /** Throws DiagramsTooLarge. */
  word(form: OpenSum): Word {
    return this.wordAsIs(this.normal(form));
  }

  /** The word of a sum of which no atom is replaced. */
  wordAsIs({ constant, terms }: OpenSum): Word {
    const { words } = this.#sight;
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
      ...others.map(({ source, weight }) => ({ weight, of: this.#atoms[source - this.#sources]!.word() })),
    ]);
  }

  bounds({ constant, terms }: OpenSum): Bounds {
    let [lo, hi] = [constant, constant];
    const fields = new Map<string, Share[]>();
    for (const [atom, weight] of terms) {
      const code = atom < this.#sources ? this.#code(atom) : null;
      if (
        code !== null &&
        (code.kind === "thermometer" || code.kind === "one-hot" || code.kind === "binary")
      ) {
        const key = `${Math.floor(atom / this.#network.channels.length)} ${code.field}`;
        cached(fields, key, (): Share[] => []).push({ code, weight });
        continue;
      }
      const own = code === null ? this.#atoms[atom - this.#sources]! : { lo: 0, hi: largestOf(code) };
      lo += Math.min(weight * own.lo, weight * own.hi);
      hi += Math.max(weight * own.lo, weight * own.hi);
    }
    for (const shares of fields.values()) {
      const values = this.#extremesOf(shares);
      lo += Math.min(0, ...values);
      hi += Math.max(0, ...values);
    }
    return { lo, hi };
  }

  /** Returns what channels of one field at one place add up to, 0 or one of these, or something in between. */
  #extremesOf(shares: readonly Share[]): readonly number[] {
    const [{ code, weight }] = shares as readonly [Share, ...Share[]];
    if (code.kind === "one-hot") return shares.map(({ weight }) => weight);
    if (code.kind === "thermometer") {
      let sum = 0;
      return shares
        .toSorted((a, b) => standsFor(a.code) - standsFor(b.code))
        .map(({ weight }) => {
          sum += weight;
          return sum;
        });
    }
    const worth = weight / worthOf(code);
    const most = this.#largest.get(code.field)!;
    if (shares.length === bitsFor(most) && shares.every((each) => each.weight === worth * worthOf(each.code)))
      return [worth * most];
    const [below, above] = [Math.min, Math.max].map((choose) =>
      shares.reduce((sum, each) => sum + choose(each.weight, 0), 0),
    );
    return [below!, above!];
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
    const own = this.#ofUnit(sum);
    if (own !== null) return own;
    const { key, isNegated } = termsKey(sum);
    if (isNegated) {
      const negative = this.negative(sum);
      return this.difference(this.rectified(negative), negative);
    }
    const family = cached(this.#ramps, key, (): Map<number, OpenSum> => new Map());
    return cached(family, sum.constant, () => this.#byNear(sum, family) ?? this.#ramp(sum));
  }

  /** Returns what a unit of a single other one is by what that one rectifies; null for other sums. */
  #ofUnit(sum: OpenSum): OpenSum | null {
    const units = [...sum.terms].filter(([atom]) => this.isUnit(atom));
    const [[unit, weight] = [0, 0]] = units;
    if (units.length !== 1 || Math.abs(weight) !== 1) return null;
    const own = this.inputOf(unit)!.sum;
    // relu(-x) is relu(x) - x.
    for (const [input, taken] of [
      [own, formOfAtom(unit)],
      [this.negative(own), this.difference(formOfAtom(unit), own)],
    ] as const) {
      const { constant, terms } = this.sum(0, [
        { weight: 1, of: sum },
        { weight: -weight, of: taken },
      ]);
      if (terms.size > 0) continue;
      if (weight === 1 && constant < 0) return this.rectified(this.sum(constant, [{ weight: 1, of: input }]));
      if (weight === -1 && constant === 1) return this.complement(this.threshold(input));
    }
    return null;
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
    const seen = this.seen(sum);
    const isNegative = this.#isSigned(seen, sum, 1);
    if (isNegative || this.#isSigned(seen, sum, 0)) return isNegative ? constantSum(0) : sum;
    const bounds = { lo: 0, hi: this.bounds(sum).hi };
    const word = () => words.rectified(this.wordAsIs(sum));
    const rectified = () => seen.map((value) => Math.max(value, 0));
    return formOfAtom(this.atom(bounds, word, rectified, { sum, isThreshold: false }));
  }

  /** Tells whether a sum is shown to be negative everywhere, or nowhere. */
  #isSigned(seen: Float64Array, sum: OpenSum, isNegative: Bool): boolean {
    const isSeen = seen.every((value) => value < 0 === (isNegative === 1));
    return isSeen && this.wordAsIs(sum).at(-1) === isNegative;
  }

  /** 1 where a sum is at least 1, else 0. */
  threshold(given: OpenSum): OpenSum {
    const sum = this.normal(given);
    const { terms } = sum;
    const { lo, hi } = this.bounds(sum);
    if (lo >= 1 || hi <= 0) return constantSum(lo >= 1 ? 1 : 0);
    const { key, isNegated } = termsKey(sum);
    if (isNegated) return this.complement(this.threshold(this.complement(sum)));
    return cached(this.#thresholds, `${sum.constant} ${key}`, () => {
      const { words } = this.#sight;
      const above = this.sum(-1, [{ weight: 1, of: sum }]);
      const seen = this.seen(above);
      const isNever = this.#isSigned(seen, above, 1);
      if (isNever || this.#isSigned(seen, above, 0)) return constantSum(isNever ? 0 : 1);
      const word = (): Word => [words.isAtLeast(this.wordAsIs({ constant: 0, terms }), 1 - sum.constant), 0];
      const isReached = () => seen.map((value) => (value >= 0 ? 1 : 0));
      return formOfAtom(this.atom({ lo: 0, hi: 1 }, word, isReached, { sum, isThreshold: true }));
    });
  }
}

/** Adds weighted terms to others; those that are 0 are taken out. */
function addTerms(terms: Map<number, number>, factor: number, of: OpenSum): void {
  for (const [atom, weight] of of.terms) {
    const sum = (terms.get(atom) ?? 0) + factor * weight;
    if (sum === 0) terms.delete(atom);
    else terms.set(atom, sum);
  }
}

/** The terms of a sum in order, and those of its negative if the first weight is negative: the same text for both. */
export function termsKey({ terms }: Pick<OpenSum, "terms">) {
  const sorted = [...terms].sort(([a], [b]) => a - b);
  const isNegated = sorted.length > 0 && sorted[0]![1] < 0;
  const all = isNegated ? sorted.map(([atom, weight]) => [atom, -weight] as const) : sorted;
  return { key: all.join(" "), sorted: all, isNegated };
}

/** The same text for the same sums. */
export const textOf = ({ constant, terms }: OpenSum): string =>
  `${constant} ${[...terms].sort(([a], [b]) => a - b).join(" ")}`;
