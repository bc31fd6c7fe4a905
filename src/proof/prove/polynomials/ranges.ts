// What a polynomial is at least and at most, on all legal neighbourhoods; never too narrow. Parts that share no key are
// bounded apart. Within a part, a key is fixed to each of its values in turn. That takes sums for free: those of terms
// that exclude each other are seen to be at most 1, however many they are.
//
// Sums and what they are made of are not independent. A ramp is 0 or linear: `a - relu(a - b)` is a or b at every
// point, so that bounds of both bound it.

import { AXES } from "../../../grid/direction.ts";
import { type Algebra, addTerm, addTo, type Growing, rampValue } from "./algebra.ts";
import { type Part, partsOf, type Term } from "./parts.ts";
import { type Atom, type Polynomial, type Space, UNIT } from "./space.ts";

export interface Range {
  readonly lo: number;
  readonly hi: number;
}

/** Terms that one question may look at. */
const MOST_WORK = 400_000;
/** Linear pieces that sums are divided into. */
const MOST_PIECES = 64;
/** Terms of a polynomial that is divided into pieces. */
const MOST_DIVIDED = 3000;
/** Bounds beyond this are not exact. */
const LARGEST = 2 ** 50;

const NOTHING: Range = { lo: 0, hi: 0 };
const EVERYTHING: Range = { lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY };

/** A key of which an atom holds, the highest of its kind, or none. */
interface Fixed {
  readonly key: number;
  readonly atom: Atom | null;
  /** The atoms that were told apart. */
  readonly tests: ReadonlySet<number>;
}

/** A sum that has ramps, where some keys are fixed. */
interface Sum extends Range {
  readonly key: number;
  readonly body: Polynomial;
}

type Cofactors = ReturnType<Algebra["overNumber"]>;

export class Ranges {
  readonly #algebra: Algebra;
  readonly #space: Space;
  readonly #known = new WeakMap<Polynomial, Range>();
  #work = 0;

  constructor(algebra: Algebra) {
    this.#algebra = algebra;
    this.#space = algebra.space;
  }

  of(polynomial: Polynomial): Range {
    const known = this.#known.get(polynomial);
    if (known !== undefined) return known;
    this.#work = MOST_WORK;
    const made = this.#divided(polynomial, MOST_PIECES, []);
    const isExact = Math.max(Math.abs(made.lo), Math.abs(made.hi)) <= LARGEST;
    const range = isExact ? made : { lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY };
    this.#known.set(polynomial, range);
    return range;
  }

  #spend(work: number): void {
    this.#work -= work;
    this.#space.spend(work / 8);
  }

  /** Bounds with sums as independent keys, and those that the latest sum allows; the narrowest. */
  #divided(polynomial: Polynomial, pieces: number, fixed: readonly Fixed[]): Range {
    const numbers = this.#sumsOf(polynomial);
    const whole = this.#terms([...polynomial]);
    if (numbers.length === 0 || polynomial.size > MOST_DIVIDED) return whole;
    const common = this.#cofactorIn(polynomial);
    if (common !== null) return meet(whole, this.#overCofactor(polynomial, common, pieces, fixed));
    const key = Math.max(...numbers);
    const parts = this.#algebra.overNumber(polynomial, key);
    const number = this.#space.number(key);
    const body = fixed.reduce((of, each) => this.#whereFixed(of, each), number.body);
    const sum: Sum = { ...number, key, body };
    return meet(
      meet(whole, this.#apart(parts, sum, pieces, fixed)),
      this.#piecewise(parts, sum, pieces, fixed),
    );
  }

  /** Sums that have ramps; fields that do are independent. */
  #sumsOf(of: Polynomial): number[] {
    return [...this.#algebra.numbersOf(of)].filter((key) => !this.#space.number(key).isField);
  }

  /** A field or side that a ramp is multiplied with, sides first. */
  #cofactorIn(of: Polynomial): number | null {
    let found: number | null = null;
    for (const monomial of of.keys()) {
      const atoms = this.#space.atomsOf(monomial).map((id) => this.#space.atoms[id]!);
      if (!atoms.some(({ kind }) => kind === "ramp")) continue;
      for (const { key, kind } of atoms)
        if (kind !== "ramp" && (found === null || key < AXES.length)) found = key;
    }
    return found;
  }

  /** A sum where a key is fixed, as far as it tells no more values of that apart. */
  #whereFixed(of: Polynomial, { key, atom, tests }: Fixed): Polynomial {
    const isTold = key < AXES.length || this.#algebra.testsOf(of, key).every(([id]) => tests.has(id));
    return isTold ? this.#algebra.where(of, key, atom) : of;
  }

  #overCofactor(of: Polynomial, key: number, pieces: number, fixed: readonly Fixed[]): Range {
    const found = this.#algebra.testsOf(of, key);
    const tests = new Set(found.map(([id]) => id));
    const atoms = [null, ...found.map(([, atom]) => atom)];
    if (atoms.length > pieces || this.#work <= 0) return EVERYTHING;
    return atoms
      .map((atom) =>
        this.#divided(this.#algebra.where(of, key, atom), pieces / atoms.length, [
          ...fixed,
          { key, atom, tests },
        ]),
      )
      .reduce(hull);
  }

  /** Bounds of a function of a sum, and of the rest. */
  #apart(parts: Cofactors, { body, lo, hi }: Sum, pieces: number, fixed: readonly Fixed[]): Range {
    const rest: Growing = new Map();
    for (const [monomial, ramps] of parts) {
      const constant = ramps.get(null);
      if (constant !== undefined) rest.set(monomial, constant);
      if (monomial !== UNIT && ramps.size > (constant === undefined ? 0 : 1)) return EVERYTHING;
    }
    const slope = factorWithin(rest, body);
    if (slope === null) return EVERYTHING;
    addTo(rest, body, -slope);
    const ramps = new Map(parts.get(UNIT) ?? []);
    ramps.delete(null);
    const values = [lo, hi, ...(ramps.keys() as Iterable<number>)]
      .filter((at) => at >= lo && at <= hi)
      .map((at) => rampValue(ramps, at) + slope * at);
    const others = this.#divided(rest, pieces, fixed);
    return { lo: others.lo + Math.min(...values), hi: others.hi + Math.max(...values) };
  }

  /** Bounds of every linear piece. */
  #piecewise(parts: Cofactors, sum: Sum, pieces: number, fixed: readonly Fixed[]): Range {
    const { lo, hi } = sum;
    const bends = new Set([...parts.values()].flatMap((ramps) => [...ramps.keys()]));
    const starts = [lo, ...[...bends].filter((at) => at !== null && at > lo && at < hi)] as number[];
    if (starts.length > pieces || this.#work <= 0) return EVERYTHING;
    const ranges = starts.map((start) =>
      this.#divided(this.#piece(sum, parts, start), pieces / starts.length, fixed),
    );
    return ranges.reduce(hull);
  }

  /** The linear function that a polynomial is where a sum is just above `start`. */
  #piece({ body }: Sum, parts: Cofactors, start: number): Polynomial {
    const piece: Growing = new Map();
    for (const [rest, ramps] of parts) {
      const base = rampValue(ramps, start);
      const slope = rampValue(ramps, start + 1) - base;
      addTerm(piece, rest, base - slope * start);
      if (slope !== 0) addTo(piece, this.#algebra.times(new Map([[rest, 1]]), body), slope);
    }
    return piece;
  }

  #terms(terms: readonly Term[]): Range {
    this.#spend(terms.length);
    if (this.#work <= 0) return this.#roughly(terms);
    const side = this.#sideIn(terms);
    if (side !== null) return this.#overSide(terms, side);
    let [lo, hi] = [0, 0];
    const others: Term[] = [];
    for (const term of terms) {
      if (term[0] !== UNIT) others.push(term);
      else lo = hi = term[1];
    }
    for (const part of partsOf(this.#space, others)) {
      const range = part.keys.size === 1 ? this.#ofOneKey(part.terms) : this.#overKey(part);
      lo += range.lo;
      hi += range.hi;
    }
    return { lo, hi };
  }

  /** Each term for itself. */
  #roughly(terms: readonly Term[]): Range {
    let [lo, hi] = [0, 0];
    for (const [monomial, coefficient] of terms) {
      let most = 1;
      for (const id of this.#space.atomsOf(monomial)) {
        const { key, kind, at } = this.#space.atoms[id]!;
        if (kind === "ramp") most *= this.#space.number(key).hi - at;
      }
      if (monomial === UNIT) lo += coefficient;
      else lo += Math.min(0, coefficient * most);
      hi += monomial === UNIT ? coefficient : Math.max(0, coefficient * most);
    }
    return { lo, hi };
  }

  /** A side that terms ask for by itself. */
  #sideIn(terms: readonly Term[]): number | null {
    for (const [monomial] of terms) {
      for (let at = monomial; at !== UNIT; at = this.#space.shorter(at)) {
        const { key } = this.#space.lastAtom(at);
        if (key < AXES.length) return key;
      }
    }
    return null;
  }

  #overSide(terms: readonly Term[], side: number): Range {
    const inside = terms.map(([monomial, weight]): Term => [this.#space.without(monomial, side), weight]);
    const outside = terms.filter(
      ([monomial]) =>
        ((this.#space.sidesOf(monomial) >> side) & 1) === 0 && this.#space.atomOf(monomial, side) === null,
    );
    return hull(this.#terms(this.#collected(inside)), this.#terms(outside));
  }

  /** Exact: every term is an atom of the same key. */
  #ofOneKey(terms: readonly Term[]): Range {
    const atoms = terms.map(([monomial, weight]) => [this.#space.lastAtom(monomial), weight] as const);
    return this.#valuesOf(atoms).reduce((range, value) => hull(range, { lo: value, hi: value }), {
      lo: Number.POSITIVE_INFINITY,
      hi: Number.NEGATIVE_INFINITY,
    });
  }

  /** The values of a function of one key, as far as extremes are concerned. */
  #valuesOf(atoms: readonly (readonly [atom: Atom, weight: number])[]): number[] {
    const [first] = atoms[0]!;
    switch (first.kind) {
      case "is":
        return [0, ...atoms.map(([, weight]) => weight)];
      case "atLeast": {
        const values = [0];
        let sum = 0;
        for (const [, weight] of atoms.toSorted(([a], [b]) => a.at - b.at)) {
          sum += weight;
          values.push(sum);
        }
        return values;
      }
      case "ramp": {
        const { lo, hi } = this.#space.number(first.key);
        const ramps = new Map(atoms.map(([{ at }, weight]) => [at, weight]));
        const ends = [lo, hi, ...ramps.keys()].filter((at) => at >= lo && at <= hi);
        return ends.map((at) => rampValue(ramps, at));
      }
    }
  }

  /** Fixes the key that most terms have. */
  #overKey({ keys, terms }: Part): Range {
    const [key] = [...keys].reduce((most, each) => (each[1] > most[1] ? each : most));
    const without = terms.filter(([monomial]) => this.#space.atomOf(monomial, key) === null);
    let range: Range | null = null;
    for (const fixed of this.#fixed(terms, key)) {
      if (this.#work <= 0) return this.#roughly(terms);
      const each = this.#terms(this.#collected([...without, ...fixed]));
      range = range === null ? each : hull(range, each);
    }
    return range ?? NOTHING;
  }

  /** The terms that have a key, without it, for each of its values that are told apart. */
  *#fixed(terms: readonly Term[], key: number): Generator<Term[]> {
    const byAtom = new Map<Atom, Term[]>();
    for (const [monomial, weight] of terms) {
      const atom = this.#space.atomOf(monomial, key);
      if (atom === null) continue;
      const list = byAtom.get(atom) ?? [];
      list.push([this.#space.without(monomial, key), weight]);
      byAtom.set(atom, list);
    }
    const atoms = [...byAtom].sort(([a], [b]) => a.at - b.at);
    const { kind } = atoms[0]![0];
    if (kind === "ramp") yield* this.#fixedNumber(atoms, key);
    else {
      yield [];
      let sum: Term[] = [];
      for (const [, list] of atoms) {
        sum = kind === "is" ? list : [...sum, ...list];
        yield sum;
      }
    }
  }

  /** Between two bends all is linear in the sum, so that extremes are at bends. */
  *#fixedNumber(atoms: readonly (readonly [Atom, Term[]])[], key: number): Generator<Term[]> {
    const { lo, hi } = this.#space.number(key);
    const ends = new Set([lo, hi, ...atoms.map(([{ at }]) => at)]);
    for (const end of ends) {
      if (end < lo || end > hi) continue;
      yield atoms.flatMap(([{ at }, list]) =>
        end > at ? list.map(([monomial, weight]): Term => [monomial, weight * (end - at)]) : [],
      );
    }
  }

  #collected(terms: readonly Term[]): Term[] {
    const sum: Growing = new Map();
    for (const [monomial, weight] of terms) addTerm(sum, monomial, weight);
    return [...sum];
  }
}

const meet = (a: Range, b: Range): Range => ({ lo: Math.max(a.lo, b.lo), hi: Math.min(a.hi, b.hi) });
const hull = (a: Range, b: Range): Range => ({ lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) });

/** How often a sum is part of another, constants apart; null where it is not. */
function factorWithin(of: Polynomial, sum: Polynomial): number | null {
  let factor: number | null = null;
  for (const [monomial, weight] of sum) {
    if (monomial === UNIT) continue;
    factor ??= (of.get(monomial) ?? 0) / weight;
    if (factor === 0 || of.get(monomial) !== factor * weight) return null;
  }
  return factor;
}
