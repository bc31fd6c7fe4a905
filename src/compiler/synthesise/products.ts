// Products: conjunctions of conditions on different keys. Every function of the patch is made of sums of them; where
// no two of them are ever 1 together, their sum is their disjunction, and costs no unit.

import { spend } from "../../diagnostics/budget.ts";
import { groupBy } from "../../diagnostics/group.ts";
import type { Place } from "../../grid/direction.ts";
import { type Condition, type Key, type Keys, negated } from "./keys.ts";
import { contains, intersect, isFull, meet, type ValueSet } from "./value-sets.ts";

/** All conditions hold; the empty product is 1. */
export type Product = ReadonlyMap<Key, ValueSet>;

export const ALWAYS: Product = new Map();

/** The neighbour whose field a key is of. */
const placeOf = (key: Key): Place | null =>
  key.tag === "read" && key.of.place !== "here" ? key.of.place : null;

export class Products {
  readonly #keys: Keys;
  readonly #tokens: ReadonlySet<string>;

  /** `tokens`: fields of which at most one cell of the grid holds another value than the first. */
  constructor(keys: Keys, tokens: readonly string[] = []) {
    this.#keys = keys;
    this.#tokens = new Set(tokens);
  }

  of({ key, set }: Condition): Product[] {
    const product = this.and(ALWAYS, key, set);
    return product === null ? [] : [product];
  }

  not(condition: Condition): Product[] {
    return this.of(negated(condition));
  }

  /** A product with one more condition, or null where both never hold together. */
  and(product: Product, key: Key, set: ValueSet): Product | null {
    return this.#add(new Map(product), key, set);
  }

  /** Products each with several more conditions. */
  withAll(these: readonly Product[], conditions: readonly Condition[]): readonly Product[] {
    if (conditions.length === 0) return these;
    const pairs = conditions.map(({ key, set }) => [key, set] as const);
    return these.flatMap((product) => this.#addAll(product, pairs) ?? []);
  }

  #addAll(product: Product, conditions: Iterable<readonly [Key, ValueSet]>): Product | null {
    let all: Map<Key, ValueSet> | null = new Map(product);
    for (const [key, set] of conditions) {
      all = this.#add(all, key, set);
      if (all === null) return null;
    }
    return all;
  }

  #add(product: Map<Key, ValueSet>, key: Key, set: ValueSet): Map<Key, ValueSet> | null {
    spend();
    const before = product.get(key);
    const both = before === undefined ? set : intersect(before, set);
    if (both.length === 0) return null;
    if (isFull(both, key)) product.delete(key);
    else product.set(key, both);
    const alone = this.#tokens.size === 0 ? product : this.#alone(product, key);
    return alone && this.#offGrid(alone, key);
  }

  /** A condition that says where a token is says that no other cell has it; so no other condition need. */
  #alone(product: Map<Key, ValueSet>, changed: Key): Map<Key, ValueSet> | null {
    const field = this.#tokenOf(changed);
    if (field === null) return product;
    const holder = this.#holderOf(product, field);
    if (holder === null) return product;
    for (const [key, set] of product) {
      if (key === holder || this.#tokenOf(key) !== field) continue;
      if (!contains(set, key.lo)) return null;
      product.delete(key);
    }
    return product;
  }

  /** The field of a key, where that has a token. */
  #tokenOf(key: Key): string | null {
    return key.tag === "read" && this.#tokens.has(key.of.field) ? key.of.field : null;
  }

  /** The key by which a product says where the token of a field is. */
  #holderOf(product: Product, field: string): Key | null {
    for (const [key, set] of product) if (this.#tokenOf(key) === field && !contains(set, key.lo)) return key;
    return null;
  }

  /**
   * Products by where they say that a token is, which excludes the others; null where no token is in each of them, or
   * all say the same.
   */
  byHolder(list: readonly Product[]): (readonly Product[])[] | null {
    for (const field of this.#tokens) {
      const groups = groupBy(list, (product) => this.#holderOf(product, field));
      if (groups.size > 1 && !groups.has(null)) return [...groups.values()];
    }
    return null;
  }

  both(a: Product, b: Product): Product | null {
    return this.#addAll(a, b);
  }

  /** All conjunctions of one of the first and one of the second. */
  cross(these: readonly Product[], those: readonly Product[]): Product[] {
    return these.flatMap((a) =>
      those.flatMap((b) => {
        const both = this.both(a, b);
        return both === null ? [] : [both];
      }),
    );
  }

  /** Off the grid every field has its first value, so that a condition which excludes it says that there is a cell. */
  #offGrid(product: Map<Key, ValueSet>, changed: Key): Map<Key, ValueSet> | null {
    const place = changed.tag === "inside" ? changed.place : placeOf(changed);
    const inside = place === null ? null : this.#keys.insideAt(place);
    const there = inside === null ? undefined : product.get(inside);
    if (inside === null || there === undefined) return product;
    const isThere = [...product].some(([key, set]) => placeOf(key) === place && !contains(set, key.lo));
    if (!isThere) return product;
    if (!contains(there, 1)) return null;
    product.delete(inside);
    return product;
  }

  /** Tells whether two products are never 1 together, as far as their keys tell. */
  areDisjoint(a: Product, b: Product): boolean {
    spend();
    for (const [key, set] of a) {
      const other = b.get(key);
      if (other !== undefined && !meet(set, other)) return true;
    }
    if (this.#haveTwoHolders(a, b)) return true;
    return this.#isApartOffGrid(a, b) || this.#isApartOffGrid(b, a);
  }

  /** Tells whether they say of one token that different cells have it. */
  #haveTwoHolders(a: Product, b: Product): boolean {
    return [...this.#tokens].some((field) => {
      const [one, other] = [this.#holderOf(a, field), this.#holderOf(b, field)];
      return one !== null && other !== null && one !== other;
    });
  }

  #isApartOffGrid(a: Product, b: Product): boolean {
    for (const [inside, there] of a) {
      if (inside.tag !== "inside" || contains(there, 1)) continue;
      for (const [key, set] of b) if (placeOf(key) === inside.place && !contains(set, key.lo)) return true;
    }
    return false;
  }

  /**
   * Returns how many sums of channels a product is made of: `there is a cell, and its field has one of these values` is one
   * where the first value is among these, because fields off the grid have that one.
   */
  partsOf(product: Product): { readonly condition: Condition; readonly inside: Condition | null }[] {
    const joined = new Map<Key, Condition>();
    for (const [key, set] of product) {
      if (key.tag !== "inside" || !contains(set, 1)) continue;
      const field = [...product.keys()].find((other) => placeOf(other) === key.place && !joined.has(other));
      if (field !== undefined) joined.set(field, { key, set });
    }
    const gone = new Set([...joined.values()].map(({ key }) => key));
    return [...product]
      .filter(([key]) => !gone.has(key))
      .map(([key, set]) => ({ condition: { key, set }, inside: joined.get(key) ?? null }));
  }
}
