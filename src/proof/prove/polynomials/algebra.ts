// Arithmetic of polynomials. Functions of one sum are kept as ramps, so that their products are made of the functions'
// values: a product of two steps is a step.

import { AXES } from "../../../grid/direction.ts";
import { type Atom, NOTHING, type Polynomial, type Space, UNIT } from "./space.ts";
import { PolynomialsTooLarge } from "./too-large.ts";

/** A polynomial while it is added up. */
export type Growing = Map<number, number>;

/** Coefficients of this size still add up exactly. */
const LARGEST = 2 ** 40;
/** Values of a sum that a product of two functions of it is tabulated for. */
const MOST_VALUES = 5000;

export const ZERO: Polynomial = new Map();
export const ONE: Polynomial = new Map([[UNIT, 1]]);

export const constant = (value: number): Polynomial => (value === 0 ? ZERO : new Map([[UNIT, value]]));
export const constantTerm = (of: Polynomial): number => of.get(UNIT) ?? 0;

/** The number of a constant polynomial, else null. */
export function numberOf(of: Polynomial): number | null {
  if (of.size === 0) return 0;
  return of.size === 1 ? (of.get(UNIT) ?? null) : null;
}

export function addTerm(to: Growing, monomial: number, coefficient: number): void {
  const sum = (to.get(monomial) ?? 0) + coefficient;
  if (sum === 0) to.delete(monomial);
  else if (Math.abs(sum) > LARGEST) throw new PolynomialsTooLarge();
  else to.set(monomial, sum);
}

export function addTo(to: Growing, of: Polynomial, weight = 1): Growing {
  if (weight !== 0) for (const [monomial, coefficient] of of) addTerm(to, monomial, weight * coefficient);
  return to;
}

export function combine(
  offset: number,
  parts: Iterable<readonly [weight: number, of: Polynomial]>,
): Polynomial {
  const sum: Growing = new Map();
  addTerm(sum, UNIT, offset);
  for (const [weight, of] of parts) addTo(sum, of, weight);
  return sum;
}

export const add = (a: Polynomial, b: Polynomial, weight = 1): Polynomial => addTo(new Map(a), b, weight);
export const scaled = (of: Polynomial, weight: number): Polynomial => combine(0, [[weight, of]]);
/** 1 - of. */
export const inverse = (of: Polynomial): Polynomial => combine(1, [[-1, of]]);

export function isSame(a: Polynomial, b: Polynomial): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [monomial, coefficient] of a) if (b.get(monomial) !== coefficient) return false;
  return true;
}

/** What ramps of one sum are multiplied with, each by where it begins; a number of its own by null. */
type Ramps = ReadonlyMap<number | null, number>;

export class Algebra {
  readonly space: Space;

  constructor(space: Space) {
    this.space = space;
  }

  atom(id: number): Polynomial {
    return new Map([[this.space.monomial(id), 1]]);
  }

  times(a: Polynomial, b: Polynomial): Polynomial {
    const [few, many] = a.size <= b.size ? [a, b] : [b, a];
    const known = numberOf(few);
    if (known !== null) return known === 1 ? many : scaled(many, known);
    this.space.spend(few.size * many.size);
    const shared = this.#sharedNumber(few, many);
    if (shared !== null) return this.#timesOver(few, many, shared);
    const product: Growing = new Map();
    for (const [x, weight] of few)
      for (const [y, coefficient] of many) {
        const monomial = this.space.times(x, y);
        if (monomial !== NOTHING) addTerm(product, monomial, weight * coefficient);
      }
    return product;
  }

  product(parts: readonly Polynomial[]): Polynomial {
    return parts.toSorted((a, b) => a.size - b.size).reduce((all, part) => this.times(all, part), ONE);
  }

  /** The latest sum of which both have ramps, or null. */
  #sharedNumber(a: Polynomial, b: Polynomial): number | null {
    const numbers = this.numbersOf(a);
    if (numbers.size === 0) return null;
    let shared: number | null = null;
    for (const key of this.numbersOf(b))
      if (numbers.has(key) && (shared === null || key > shared)) shared = key;
    return shared;
  }

  /** The sums that a polynomial has ramps of. */
  numbersOf(of: Polynomial): Set<number> {
    const { space } = this;
    const found = new Set<number>();
    for (const monomial of of.keys()) {
      for (let at = monomial; at !== UNIT; at = space.shorter(at)) {
        const { key, kind } = space.lastAtom(at);
        if (kind === "ramp") found.add(key);
      }
    }
    return found;
  }

  /** Both as sums of monomials times functions of one sum. */
  #timesOver(a: Polynomial, b: Polynomial, key: number): Polynomial {
    const product: Growing = new Map();
    const [left, right] = [this.overNumber(a, key), this.overNumber(b, key)];
    for (const [x, f] of left)
      for (const [y, g] of right) {
        const rest = this.times(new Map([[x, 1]]), new Map([[y, 1]]));
        if (rest.size > 0) addTo(product, this.times(rest, this.#multiplied(key, f, g)));
      }
    return product;
  }

  /** For every cofactor the ramps that it is multiplied with; where there is none, a number. */
  overNumber(of: Polynomial, key: number): Map<number, Ramps> {
    const { space } = this;
    const parts = new Map<number, Map<number | null, number>>();
    for (const [monomial, coefficient] of of) {
      const atom = space.atomOf(monomial, key);
      const rest = atom === null ? monomial : space.without(monomial, key);
      const ramps = parts.get(rest);
      if (ramps === undefined) parts.set(rest, new Map([[atom?.at ?? null, coefficient]]));
      else ramps.set(atom?.at ?? null, coefficient);
    }
    return parts;
  }

  #multiplied(key: number, f: Ramps, g: Ramps): Polynomial {
    if (f.size === 1 && f.has(null)) return scaled(this.#rampsOf(key, g), f.get(null)!);
    if (g.size === 1 && g.has(null)) return scaled(this.#rampsOf(key, f), g.get(null)!);
    const { lo, hi } = this.space.number(key);
    const ends = [lo, hi, ...this.#bendsOf(f), ...this.#bendsOf(g)].sort((a, b) => a - b);
    const points = new Set<number>();
    for (const [at, end] of ends.entries()) {
      points.add(end);
      const next = ends[at + 1] ?? end;
      const isBent =
        next > end + 1 &&
        rampValue(f, end) !== rampValue(f, next) &&
        rampValue(g, end) !== rampValue(g, next);
      if (!isBent) continue;
      if (next - end > MOST_VALUES) throw new PolynomialsTooLarge();
      for (let value = end + 1; value < next; value++) points.add(value);
    }
    return this.ofNumber(key, [...points], (value) => rampValue(f, value) * rampValue(g, value), true);
  }

  #bendsOf(ramps: Ramps): number[] {
    return [...ramps.keys()].filter((at) => at !== null);
  }

  #rampsOf(key: number, ramps: Ramps): Polynomial {
    const made: Growing = new Map();
    for (const [at, weight] of ramps)
      addTerm(made, at === null ? UNIT : this.space.monomial(this.space.ramp(key, at)), weight);
    return made;
  }

  /**
   * A function of a sum that is linear between the points, which include both ends of its range. What begins as linear
   * is spelled out, unless it is to be `kept` as a ramp from the least value on.
   */
  ofNumber(key: number, points: Iterable<number>, of: (value: number) => number, kept = false): Polynomial {
    const { lo, hi, body } = this.space.number(key);
    const ends = [...new Set(points)].filter((at) => at >= lo && at <= hi).sort((a, b) => a - b);
    const made: Growing = new Map();
    addTerm(made, UNIT, of(lo));
    let slope = 0;
    for (const [at, end] of ends.slice(0, -1).entries()) {
      const next = ends[at + 1]!;
      const now = (of(next) - of(end)) / (next - end);
      if (end === lo && !kept) {
        addTo(made, body, now);
        addTerm(made, UNIT, -lo * now);
      } else if (now !== slope) addTerm(made, this.space.monomial(this.space.ramp(key, end)), now - slope);
      slope = now;
    }
    return made;
  }

  /** Spells out ramps that begin at the least value of their sum: those that stand alone, or all. */
  spelled(of: Polynomial, all: boolean): Polynomial {
    const { space } = this;
    let made: Growing | null = null;
    for (const [monomial, weight] of of) {
      const ramp = space
        .atomsOf(monomial)
        .map((id) => space.atoms[id]!)
        .find(
          ({ key, kind, at }) => kind === "ramp" && !space.number(key).isField && at <= space.number(key).lo,
        );
      if (ramp === undefined) continue;
      const rest = space.without(monomial, ramp.key);
      if (rest !== UNIT && !all) continue;
      made ??= new Map(of);
      addTerm(made, monomial, -weight);
      const above = add(space.number(ramp.key).body, new Map([[UNIT, -ramp.at]]));
      addTo(made, this.times(new Map([[rest, 1]]), above), weight);
    }
    return made === null ? of : this.spelled(made, all);
  }

  /** The channels that a polynomial depends on, by way of sums, too, and the cases that these stand for. */
  dependenceOf(of: Polynomial): { readonly inputs: number; readonly cases: number } {
    const atoms = new Map<number, Set<number>>();
    const pending = [of];
    const numbers = new Set<number>();
    for (let each = pending.pop(); each !== undefined; each = pending.pop())
      for (const monomial of each.keys())
        for (const id of this.space.atomsOf(monomial)) {
          const { key, kind } = this.space.atoms[id]!;
          if (kind !== "ramp") atoms.set(key, (atoms.get(key) ?? new Set()).add(id));
          else if (!numbers.has(key)) {
            numbers.add(key);
            pending.push(this.space.number(key).body);
          }
        }
    const fields = [...numbers].map((key) => this.space.number(key)).filter(({ isField }) => isField);
    const sizes = [...atoms.values()].map(({ size }) => size);
    const cases = [...sizes, ...fields.map(({ lo, hi }) => hi - lo)].reduce(
      (all, size) => all * (size + 1),
      1,
    );
    const inputs = sizes.reduce((sum, size) => sum + size, fields.length);
    return { inputs, cases: Math.min(cases, Number.MAX_VALUE) };
  }

  /** The atoms of a key, ascending. */
  testsOf(of: Polynomial, key: number): (readonly [id: number, atom: Atom])[] {
    const found = new Set<number>();
    for (const monomial of of.keys())
      for (const id of this.space.atomsOf(monomial)) if (this.space.atoms[id]!.key === key) found.add(id);
    return [...found].map((id) => [id, this.space.atoms[id]!] as const).sort(([, a], [, b]) => a.at - b.at);
  }

  /** A polynomial where an atom is the highest of its key that holds; null: where none does. */
  where(of: Polynomial, key: number, holds: Atom | null): Polynomial {
    const made: Growing = new Map();
    for (const [monomial, weight] of of) {
      const atom = this.space.atomOf(monomial, key);
      const isAbsent =
        holds === null && key < AXES.length && ((this.space.sidesOf(monomial) >> key) & 1) === 1;
      if (atom === null ? isAbsent : !isTrue(atom, holds)) continue;
      addTerm(made, atom === null ? monomial : this.space.without(monomial, key), weight);
    }
    return made;
  }
}

function isTrue(atom: Atom, holds: Atom | null): boolean {
  if (holds === null) return false;
  return atom.kind === "atLeast" ? atom.at <= holds.at : atom === holds;
}

/** The value of ramps and a number at a value of their sum. */
export function rampValue(ramps: Ramps, value: number): number {
  let sum = 0;
  for (const [at, weight] of ramps) sum += at === null ? weight : weight * Math.max(0, value - at);
  return sum;
}
