// What polynomials are made of. A key is something with finitely many values: a field at a place, a side of the grid, a
// sum that some unit compares with a bound. Atoms are functions of one key: [key = v], [key >= v], relu(key - t).
// Monomials are products of atoms of different keys.
//
// The first value of a field, which fields off the grid have too, has no atom: an atom of a neighbour's field says that
// the neighbour is there, so that it absorbs the atoms of the sides between. Then every function of sides and fields is
// a sum of monomials in one way only.

import { spend } from "../../../diagnostics/budget.ts";
import { AXES, PLACES, type Place } from "../../../grid/direction.ts";
import { bounds, type ValueType } from "../../../grid/grid.ts";
import { sidesOf } from "../patch.ts";
import { PolynomialsTooLarge } from "./too-large.ts";

/** A sum of monomials, each with a coefficient other than 0. */
export type Polynomial = ReadonlyMap<number, number>;

/** Tests `[key = at]`, `[key >= at]`, or `relu(key - at)`. */
export type AtomKind = "is" | "atLeast" | "ramp";

export interface Atom {
  readonly key: number;
  readonly kind: AtomKind;
  readonly at: number;
  /** Bits of the sides that have a neighbour wherever the atom is not 0. */
  readonly sides: number;
}

export type Key =
  | { readonly tag: "side" | "read" }
  /** What `body` comes to, from `lo` to `hi` on legal neighbourhoods; a field of many values is its own body. */
  | NumberKey;

interface NumberKey {
  readonly tag: "number";
  readonly body: Polynomial;
  readonly lo: number;
  readonly hi: number;
  readonly isField: boolean;
  /** Bits of the sides that have a neighbour wherever it is above its least value. */
  readonly sides: number;
}

/** The product of no atoms: 1. */
export const UNIT = 0;
/** What a product of atoms that exclude each other comes to. */
export const NOTHING = -1;

/** Two numbers of monomials or atoms must fit into a double. */
const PAIR = 2 ** 26;
/** More than any type has. */
const VALUES = 2 ** 30;
/** Fields of more values have ramps for atoms. */
const MOST_ATOMS = 511;
const ALL_SIDES = 2 ** AXES.length - 1;

export class Space {
  readonly keys: Key[] = AXES.map(() => ({ tag: "side" }));
  readonly atoms: Atom[] = [];
  readonly #atomIds = new Map<string, number>();
  readonly #readKeys = new Map<string, number>();
  /** A monomial is a shorter one and a last atom, by ascending keys. */
  readonly #prefix: number[] = [UNIT];
  readonly #last: number[] = [-1];
  readonly #sides: number[] = [0];
  readonly #longer = new Map<number, number>();
  readonly #products = new Map<number, number>();
  readonly #tokens: ReadonlySet<string>;
  #left: number;

  /** Fields of `tokens` have another than their first value in at most one cell. `work`: products that may be made. */
  constructor(tokens: ReadonlySet<string>, work: number) {
    this.#tokens = tokens;
    this.#left = work;
  }

  /** Throws PolynomialsTooLarge when all work is spent. */
  spend(work: number): void {
    this.#left -= work;
    if (this.#left < 0) throw new PolynomialsTooLarge();
  }

  side(at: number): number {
    return this.#atom(at, "is", 1, 1 << at);
  }

  /** The atoms of a field at a place by value; null for the first. Not for fields of many values. */
  readAtom(field: string, type: ValueType, place: Place, value: number): number | null {
    const { lo } = bounds(type);
    if (value <= lo) return null;
    const key = this.readKey(field, place);
    const sides = sidesMask(place);
    if (this.#tokens.has(field))
      return this.#atom(key, "is", PLACES.indexOf(place) * VALUES + value - lo, sides);
    const kind = this.isStaircase(field, type) ? "atLeast" : "is";
    return this.#atom(key, kind, value, sides);
  }

  /** Whether the atoms of a field are ramps. */
  isWide(field: string, type: ValueType): boolean {
    const { lo, hi } = bounds(type);
    return type.kind === "range" && hi - lo > MOST_ATOMS && !this.#tokens.has(field);
  }

  /** The key of a field of many values, whose functions are sums of ramps. */
  wideKey(field: string, type: ValueType, place: Place): number {
    const name = `${field} ${place}`;
    const known = this.#readKeys.get(name);
    if (known !== undefined) return known;
    const { lo, hi } = bounds(type);
    const body = new Map<number, number>();
    const sides = sidesMask(place);
    const made = this.keys.push({ tag: "number", body, lo, hi, isField: true, sides }) - 1;
    this.#readKeys.set(name, made);
    if (lo !== 0) body.set(UNIT, lo);
    body.set(this.monomial(this.ramp(made, lo)), 1);
    return made;
  }

  /** Whether atoms of a field's values say `at least`; else they say `is`. */
  isStaircase(field: string, type: ValueType): boolean {
    return type.kind === "range" && !this.#tokens.has(field);
  }

  /** The cells of a token are one key: which cell has it, and which it is. */
  readKey(field: string, place: Place): number {
    const name = this.#tokens.has(field) ? field : `${field} ${place}`;
    const known = this.#readKeys.get(name);
    if (known !== undefined) return known;
    const made = this.keys.push({ tag: "read" }) - 1;
    this.#readKeys.set(name, made);
    return made;
  }

  /** A new key for what a polynomial comes to. */
  numberKey(body: Polynomial, lo: number, hi: number): number {
    return this.keys.push({ tag: "number", body, lo, hi, isField: false, sides: 0 }) - 1;
  }

  number(key: number): NumberKey {
    const found = this.keys[key]!;
    if (found.tag !== "number") throw new Error("internal: a field is no sum");
    return found;
  }

  ramp(key: number, at: number): number {
    return this.#atom(key, "ramp", at, this.number(key).sides);
  }

  #atom(key: number, kind: AtomKind, at: number, sides: number): number {
    const name = `${key} ${at}`;
    const known = this.#atomIds.get(name);
    if (known !== undefined) return known;
    const made = this.atoms.push({ key, kind, at, sides }) - 1;
    this.#atomIds.set(name, made);
    return made;
  }

  /** The monomial of one atom. */
  monomial(atom: number): number {
    return this.#append(UNIT, atom);
  }

  #append(prefix: number, atom: number): number {
    spend();
    const name = prefix * PAIR + atom;
    const known = this.#longer.get(name);
    if (known !== undefined) return known;
    this.spend(1);
    const made = this.#prefix.push(prefix) - 1;
    this.#last.push(atom);
    const { key, sides } = this.atoms[atom]!;
    this.#sides.push(this.#sides[prefix]! | (key < AXES.length ? 0 : sides));
    this.#longer.set(name, made);
    return made;
  }

  /** The atoms of a monomial, by descending keys. */
  atomsOf(monomial: number): number[] {
    const found: number[] = [];
    for (let at = monomial; at !== UNIT; at = this.#prefix[at]!) found.push(this.#last[at]!);
    return found;
  }

  /** The monomial without its last atom. */
  shorter(monomial: number): number {
    return this.#prefix[monomial]!;
  }

  lastAtom(monomial: number): Atom {
    return this.atoms[this.#last[monomial]!]!;
  }

  /** The atom of a key in a monomial, or null. */
  atomOf(monomial: number, key: number): Atom | null {
    for (let at = monomial; at !== UNIT; at = this.#prefix[at]!) {
      const atom = this.atoms[this.#last[at]!]!;
      if (atom.key === key) return atom;
      if (atom.key < key) return null;
    }
    return null;
  }

  /** Sides that have a neighbour because of a field's atom in the monomial. */
  sidesOf(monomial: number): number {
    return this.#sides[monomial]!;
  }

  /** A monomial without its atom of a key. */
  without(monomial: number, key: number): number {
    if (monomial === UNIT) return UNIT;
    const atom = this.atoms[this.#last[monomial]!]!;
    if (atom.key === key) return this.#prefix[monomial]!;
    if (atom.key < key) return monomial;
    return this.#append(this.without(this.#prefix[monomial]!, key), this.#last[monomial]!);
  }

  /** The product of two monomials that share no sum, or NOTHING. */
  times(a: number, b: number): number {
    if (a === UNIT) return b;
    if (b === UNIT) return a;
    const name = a < b ? a * PAIR + b : b * PAIR + a;
    const known = this.#products.get(name);
    if (known !== undefined) return known;
    this.spend(1);
    const made = this.#withoutSides(this.#merged(a, b));
    this.#products.set(name, made);
    return made;
  }

  #merged(a: number, b: number): number {
    if (a === UNIT) return b;
    if (b === UNIT) return a;
    const [first, second] = [this.#last[a]!, this.#last[b]!];
    const [x, y] = [this.atoms[first]!, this.atoms[second]!];
    if (x.key > y.key) return this.#extended(this.#merged(this.#prefix[a]!, b), first);
    if (x.key < y.key) return this.#extended(this.#merged(a, this.#prefix[b]!), second);
    if (x.kind === "ramp") throw new Error("internal: functions of one sum are multiplied as such");
    if (x.kind === "is" && first !== second) return NOTHING;
    return this.#extended(this.#merged(this.#prefix[a]!, this.#prefix[b]!), x.at > y.at ? first : second);
  }

  #extended(prefix: number, atom: number): number {
    return prefix === NOTHING ? NOTHING : this.#append(prefix, atom);
  }

  #withoutSides(monomial: number): number {
    if (monomial === NOTHING) return NOTHING;
    const implied = this.#sides[monomial]! & ALL_SIDES;
    let made = monomial;
    for (let side = 0; implied >> side !== 0; side++)
      if (((implied >> side) & 1) === 1) made = this.without(made, side);
    return made;
  }
}

const sidesMask = (place: Place): number =>
  sidesOf(place).reduce((mask, side) => mask | (1 << AXES.indexOf(side)), 0);
