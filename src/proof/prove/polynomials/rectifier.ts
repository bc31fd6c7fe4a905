// relu of a polynomial, by the first of these lemmas that applies:
//
//   it is never negative, or never positive;
//   it is a function of one key;
//   one of the bits that it is a sum of decides its sign: relu(x + b) is relu(x) where b is 0, and relu(x + 1) where it
//   is 1, one of which is 0 or linear. Conjunctions, disjunctions, a bit times a number, and "unless" are of that kind;
//   it depends on few values, which are gone through;
//   else it is a ramp of the sum that it is.
//
// Each is an equation that holds whatever else is known, so that nothing rests on where the polynomial comes from.

import { AXES } from "../../../grid/direction.ts";
import { greatestDivisor } from "../../../network/divisor.ts";
import {
  type Algebra,
  add,
  addTo,
  combine,
  constantTerm,
  type Growing,
  ONE,
  rampValue,
  ZERO,
} from "./algebra.ts";
import type { Body, Numbers } from "./numbers.ts";
import { partsOf } from "./parts.ts";
import type { Range } from "./ranges.ts";
import { mapOneKey } from "./single.ts";
import { type Polynomial, type Space, UNIT } from "./space.ts";
import { PolynomialsTooLarge } from "./too-large.ts";

/** A bit, and what it is multiplied with in a sum. */
interface WeightedBit {
  readonly weight: number;
  readonly bit: Polynomial;
}

/** A function of a sum: linear but for its bends. */
interface NumberFunction {
  readonly bends: readonly number[];
  readonly of: (value: number) => number;
}

/** What adds up to a polynomial, but for a constant, where that is known. */
export type Summands = () => readonly Polynomial[];
const NONE: Summands = () => [];

/** Terms of all cases that are gone through for one polynomial. */
const MOST_CASES = 5000;
/** Polynomials of more values than this are numbers, and better not divided into cases. */
const MOST_SPREAD = 12;
/** Terms with a key in common that are tried as a bit, and keys that are tried. */
const MOST_SLICED = 40;
const MOST_SLICES = 24;
/** More than a polynomial has terms. */
const FIRST = 1e9;
/** Summands that are tried to be joined with each other. */
const MOST_JOINED = 24;

const positive = (value: number): number => Math.max(0, value);

export class Rectifier {
  readonly #algebra: Algebra;
  readonly space: Space;
  readonly #numbers: Numbers;
  readonly #known = new Map<Polynomial, Map<number, Polynomial>>();
  #cases = 0;

  constructor(algebra: Algebra, numbers: Numbers) {
    this.#algebra = algebra;
    this.space = algebra.space;
    this.#numbers = numbers;
  }

  /** relu of a polynomial. `summands`, where given, add up to it, but for a constant. */
  relu(given: Polynomial, summands: Summands = NONE): Polynomial {
    const of = this.#algebra.spelled(given, false);
    const { lo, hi } = this.#numbers.rangeOf(of);
    if (lo >= 0) return of;
    if (hi <= 0) return ZERO;
    const body = this.#numbers.bodyOf(of);
    const name = 2 * body.offset + (body.sign === 1 ? 0 : 1);
    const known = this.#known.get(body.sum)?.get(name);
    if (known !== undefined) return known;
    this.#cases = MOST_CASES;
    const made =
      this.#decide(of) ?? this.#byOneOf(of, []) ?? this.#bySummands(of, summands) ?? this.#ramp(body);
    const others = this.#known.get(body.sum);
    if (others === undefined) this.#known.set(body.sum, new Map([[name, made]]));
    else others.set(name, made);
    return made;
  }

  /** relu of a polynomial without any new sum, or null. */
  #decide(of: Polynomial): Polynomial | null {
    const range = this.#numbers.rangeOf(of);
    if (range.lo >= 0) return of;
    if (range.hi <= 0) return ZERO;
    return (
      mapOneKey(this.#algebra, of, positive) ??
      this.#ofNumber(of, this.#numbers.bodyOf(of)) ??
      this.#byParts(of) ??
      this.#byCases(of, range)
    );
  }

  /** [polynomial >= bound]. */
  step(given: Polynomial, bound: number, summands: Summands = NONE): Polynomial {
    const of = this.#algebra.spelled(given, false);
    const { lo, hi } = this.#numbers.rangeOf(of);
    if (lo >= bound) return ONE;
    if (hi < bound) return ZERO;
    const to = this.relu(combine(-bound, [[1, of]]), summands);
    const { sum, sign } = this.#numbers.bodyOf(of);
    const key = this.#numbers.knownKey(sum);
    // What begins at the least value is kept as a ramp, so that products with the step stay small.
    if (lo === bound - 1 && sign === 1 && key !== null && this.#algebra.numbersOf(to).has(key))
      return add(this.#algebra.atom(this.space.ramp(key, this.space.number(key).lo)), to, -1);
    return add(this.relu(combine(1 - bound, [[1, of]]), summands), to, -1);
  }

  #endsOf(key: number): [lo: number, hi: number] {
    const { lo, hi } = this.space.number(key);
    return [lo, hi];
  }

  /** A multiple of a sum that is a key, and ramps of the same. */
  #ofNumber(of: Polynomial, { sum }: Body): Polynomial | null {
    const numbers = this.#algebra.numbersOf(of);
    const key = numbers.size === 0 ? this.#numbers.knownKey(sum) : Math.max(...numbers);
    const values = key === null ? null : this.#functionOf(of, key);
    if (key === null || values === null) return null;
    const { lo, hi } = this.space.number(key);
    const points = new Set([lo, hi, ...values.bends]);
    const ends = [...points].sort((a, b) => a - b);
    for (const [at, end] of ends.slice(1).entries()) {
      const [low, high] = [values.of(ends[at]!), values.of(end)];
      if (low < 0 === high < 0) continue;
      const zero = ends[at]! + ((end - ends[at]!) * -low) / (high - low);
      points.add(Math.floor(zero)).add(Math.ceil(zero));
    }
    return this.#algebra.ofNumber(key, points, (value) => positive(values.of(value)));
  }

  #functionOf(of: Polynomial, key: number): NumberFunction | null {
    const { body } = this.space.number(key);
    const ramps: (readonly [at: number, weight: number])[] = [];
    const rest: Growing = new Map(of);
    for (const [monomial, weight] of of) {
      if (monomial === UNIT || this.space.lastAtom(monomial).key !== key) continue;
      if (this.space.shorter(monomial) !== UNIT) return null;
      ramps.push([this.space.lastAtom(monomial).at, weight]);
      rest.delete(monomial);
    }
    const offset = constantTerm(of);
    rest.delete(UNIT);
    const slope = rest.size === 0 ? 0 : factorOf(rest, body);
    if (slope === null) return null;
    const value = (at: number) =>
      ramps.reduce((sum, [bend, weight]) => sum + weight * positive(at - bend), slope * at + offset);
    return { bends: ramps.map(([at]) => at), of: value };
  }

  /** Parts without common keys. */
  #byParts(of: Polynomial): Polynomial | null {
    const terms = [...of].filter(([monomial]) => monomial !== UNIT);
    const parts = partsOf(this.space, terms);
    if (parts.length < 2) return null;
    return this.#decided(
      constantTerm(of),
      parts.map((part) => new Map(part.terms)),
    );
  }

  /** What a unit reads, term by term; where that does not help, those that exclude each other together. */
  #bySummands(of: Polynomial, given: Summands): Polynomial | null {
    const summands = given();
    if (summands.length < 2) return null;
    const offset = summands.reduce((rest, each) => rest - constantTerm(each), constantTerm(of));
    if (summands.length > MOST_JOINED) return this.#decided(offset, summands);
    const joined = this.#joined(summands);
    return this.#decided(offset, summands) ?? this.#decided(offset, joined) ?? this.#byOneOf(of, joined);
  }

  /** The same, each time with exact bounds of all the others; also by the terms that have a key in common. */
  #byOneOf(of: Polynomial, summands: readonly Polynomial[]): Polynomial | null {
    const settled = this.#decide(of);
    if (settled !== null) return settled;
    for (const part of [...summands, ...this.#slicesOf(of)]) {
      const found = this.#bitOf(part);
      if (found === null) continue;
      const { weight, bit } = found;
      const off = this.#algebra.spelled(add(of, bit, -weight), false);
      const { lo, hi } = this.#numbers.rangeOf(off);
      if (lo < 0 && hi > 0 && lo + weight < 0 && hi + weight > 0) continue;
      const others = summands.filter((other) => other !== part);
      const without = this.#byOneOf(off, others);
      const withIt = without && this.#byOneOf(combine(weight, [[1, off]]), others);
      if (withIt) return add(without, this.#algebra.times(bit, add(withIt, without, -1)));
    }
    return null;
  }

  /** For each field or side, the terms that have it, where these are few. */
  #slicesOf(of: Polynomial): Iterable<Polynomial> {
    const slices = new Map<number, Growing>();
    for (const [monomial, weight] of of)
      for (let at = monomial; at !== UNIT; at = this.space.shorter(at)) {
        const { key, kind } = this.space.lastAtom(at);
        if (kind === "ramp") continue;
        const slice = slices.get(key);
        if (slice === undefined) slices.set(key, new Map([[monomial, weight]]));
        else slice.set(monomial, weight);
      }
    const few = [...slices.values()].filter(({ size }) => size <= MOST_SLICED);
    return [...this.#stepsOf(of), ...(slices.size > MOST_SLICES ? [] : few)];
  }

  /** For each sum whose ramps stand alone, the function with these ramps that is level at the end. */
  #stepsOf(of: Polynomial): readonly Polynomial[] {
    const ramps = new Map<number, Map<number, number>>();
    for (const [monomial, weight] of of) {
      if (monomial === UNIT || this.space.shorter(monomial) !== UNIT) continue;
      const { key, kind, at } = this.space.lastAtom(monomial);
      if (kind === "ramp") ramps.set(key, (ramps.get(key) ?? new Map()).set(at, weight));
    }
    return [...ramps].map(([key, each]) => {
      const slope = -[...each.values()].reduce((sum, weight) => sum + weight, 0);
      const value = (at: number) => rampValue(each, at) + slope * at;
      return this.#algebra.ofNumber(key, [...this.#endsOf(key), ...each.keys()], value, true);
    });
  }

  /** Summands two of which together have two values are one. */
  #joined(summands: readonly Polynomial[]): readonly Polynomial[] {
    const joined: Polynomial[] = [];
    for (const each of summands) {
      const at = joined.findIndex((other) => this.#bitOf(add(other, each)) !== null);
      if (at < 0) joined.push(each);
      else joined[at] = add(joined[at]!, each);
    }
    return joined;
  }

  #decided(offset: number, parts: readonly Polynomial[]): Polynomial | null {
    const bits: WeightedBit[] = [];
    const rest: Growing = new Map();
    let base = offset;
    for (const part of parts) {
      const found = this.#bitOf(part);
      if (found === null) addTo(rest, part);
      else {
        bits.push(found);
        base += found.base;
      }
    }
    return bits.length === 0 ? null : this.#byBits(bits, rest, base);
  }

  /** `base + weight * bit`, where that is all that a polynomial can be. */
  #bitOf(of: Polynomial): (WeightedBit & { readonly base: number }) | null {
    let divisor = 0;
    for (const [monomial, weight] of of)
      if (monomial !== UNIT) divisor = greatestDivisor(divisor, Math.abs(weight));
    const { lo, hi } = this.#numbers.rangeOf(of);
    if (divisor === 0 || hi - lo !== divisor) return null;
    const bit = combine(0, [[1, of]]) as Growing;
    addTo(bit, new Map([[UNIT, -lo]]));
    for (const [monomial, weight] of bit) bit.set(monomial, weight / divisor);
    return { weight: divisor, bit, base: lo };
  }

  /** relu(bits + rest + base), by a bit one of whose values leaves nothing to decide. */
  #byBits(bits: readonly WeightedBit[], rest: Polynomial, base: number): Polynomial | null {
    const { lo, hi } = this.#numbers.rangeOf(rest);
    const most = bits.reduce((sum, { weight }) => sum + weight, hi + base);
    const least = lo + base;
    if (most <= 0) return ZERO;
    if (least >= 0)
      return combine(base, [[1, rest], ...bits.map(({ weight, bit }) => [weight, bit] as const)]);
    if (bits.length === 0) return this.#decide(combine(base, [[1, rest]]));
    for (const [at, { weight, bit }] of bits.entries()) {
      if (most - weight > 0 && least + weight < 0) continue;
      const others = bits.filter((_, other) => other !== at);
      const off = this.#byBits(others, rest, base);
      const on = off && this.#byBits(others, rest, base + weight);
      return on && add(off, this.#algebra.times(bit, add(on, off, -1)));
    }
    return null;
  }

  /** The values of the key that most terms have, one after another; null where a case is not decided. */
  #byCases(of: Polynomial, range: Range): Polynomial | null {
    if (range.hi - range.lo > MOST_SPREAD || of.size > this.#cases) return null;
    this.#cases -= of.size;
    const key = this.#commonKey(of);
    if (key === null) return null;
    const without = this.#decide(this.#algebra.where(of, key, null));
    if (without === null) return null;
    const made: Growing = new Map(without);
    let before: Polynomial = without;
    for (const [id, atom] of this.#algebra.testsOf(of, key)) {
      const now = this.#decide(this.#algebra.where(of, key, atom));
      if (now === null) return null;
      addTo(made, this.#algebra.times(this.#algebra.atom(id), add(now, before, -1)));
      if (atom.kind === "atLeast") before = now;
    }
    return made;
  }

  /** Sides first, so that fields are independent after them; null where all keys are sums. */
  #commonKey(of: Polynomial): number | null {
    const counts = new Map<number, number>();
    for (const monomial of of.keys())
      for (let at = monomial; at !== UNIT; at = this.space.shorter(at)) {
        const { key, kind } = this.space.lastAtom(at);
        if (kind !== "ramp") counts.set(key, (counts.get(key) ?? 0) + (key < AXES.length ? FIRST : 1));
      }
    let [common, most] = [null as number | null, 0];
    for (const [key, count] of counts) if (count > most) [common, most] = [key, count];
    return common;
  }

  /** relu(sum + offset), or relu(offset - sum) = relu(sum - offset) - sum + offset. */
  #ramp({ sum, sign, offset }: Body): Polynomial {
    const key = this.#numbers.keyOf(sum);
    const { lo, hi } = this.space.number(key);
    if (!Number.isFinite(lo) || !Number.isFinite(hi)) throw new PolynomialsTooLarge();
    return this.#algebra.ofNumber(key, [lo, -sign * offset, hi], (at) => positive(sign * at + offset));
  }
}

/** What a sum is multiplied with to make another, or null. */
function factorOf(of: Polynomial, sum: Polynomial): number | null {
  if (of.size !== sum.size) return null;
  let factor: number | null = null;
  for (const [monomial, weight] of sum) {
    factor ??= (of.get(monomial) ?? 0) / weight;
    if (factor === 0 || !Number.isInteger(factor) || of.get(monomial) !== factor * weight) return null;
  }
  return factor;
}
