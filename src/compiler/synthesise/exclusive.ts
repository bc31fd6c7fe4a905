// Which products exclude each other, and which can be joined; in nearly linear time, since lists of rules are long.

import { spend } from "../../diagnostics/budget.ts";
import { groupBy, pushTo } from "../../diagnostics/group.ts";
import { cached } from "../../diagnostics/memo.ts";
import type { Key } from "./keys.ts";
import type { Product, Products } from "./products.ts";
import { isFull, spelledSet, uniteAll, type ValueSet } from "./value-sets.ts";

/** A product and what it is for. */
interface Item {
  readonly product: Product;
}

/** Products up to which all are compared pair by pair. */
const FEW = 6;
/** Products of a list that is not exclusive which are looked at for the next class. */
const MOST_GREEDY = 400;
const KEYS_TRIED = 6;
/** Times that each product of a list is looked at, or all of a short list together. */
const LOOKS = 8;
const FEWEST_LOOKS = 20_000;
/** Joining: products of more keys than this together are left alone; orders of keys and rounds that are tried. */
const MOST_KEYS = 12;
const MOST_ORDERS = 4;
const MOST_ROUNDS = 4;

/** Tells whether no two of the products are ever 1 together. */
export function isExclusive(products: Products, list: readonly Product[]): boolean {
  if (list.length <= FEW) return isPairwise(products, list);
  const parts = products.byHolder(list);
  if (parts !== null) return parts.every((part) => isExclusive(products, part));
  const counts = countKeys(list);
  const common = [...counts].filter(([, count]) => count === list.length).map(([key]) => key);
  return splits(products, list, common);
}

function isPairwise(products: Products, list: readonly Product[]): boolean {
  return list.every((a, at) => list.slice(at + 1).every((b) => products.areDisjoint(a, b)));
}

/** Splits by a key that all of them constrain: parts whose values do not meet exclude each other. */
function splits(products: Products, list: readonly Product[], keys: readonly Key[]): boolean {
  if (list.length <= FEW) return isPairwise(products, list);
  for (const key of keys) {
    const parts = apart(
      list,
      list.map((product) => product.get(key)!),
    );
    if (parts.length === 1) continue;
    const others = keys.filter((other) => other !== key);
    return parts.every((part) => splits(products, part, others));
  }
  return false;
}

/** The finest partition such that sets of different parts do not meet. */
function apart<T>(items: readonly T[], sets: readonly ValueSet[]): T[][] {
  spend(items.length);
  const owners = items.map((_, at) => at);
  const ownerOf = (at: number): number => {
    let owner = at;
    while (owners[owner] !== owner) {
      owners[owner] = owners[owners[owner]!]!;
      owner = owners[owner]!;
    }
    return owner;
  };
  const intervals = sets.flatMap((set, of) =>
    set.flatMap((from, at) => (at % 2 === 0 ? [{ from, to: set[at + 1]!, of }] : [])),
  );
  intervals.sort((a, b) => a.from - b.from);
  let [reach, reaching] = [Number.NEGATIVE_INFINITY, 0];
  for (const { from, to, of } of intervals) {
    if (from < reach) owners[ownerOf(of)] = ownerOf(reaching);
    if (to <= reach) continue;
    reach = to;
    reaching = of;
  }
  const parts = groupBy(items.keys(), ownerOf);
  return [...parts.values()].map((part) => part.map((at) => items[at]!));
}

/**
 * A partition into classes whose products exclude each other. After `most` classes, and where a long list falls into
 * many, each of the products that are left is a class of its own: that costs hardly more numbers, and takes no time.
 */
export function classesOf<T extends Item>(
  products: Products,
  items: readonly T[],
  most = Number.POSITIVE_INFINITY,
): (readonly T[])[] {
  const classes: (readonly T[])[] = [];
  let looks = Math.max(FEWEST_LOOKS, LOOKS * items.length);
  for (let left = items; left.length > 0; ) {
    if (exclude(products, left)) return [...classes, left];
    looks -= left.length;
    if (looks < 0 || classes.length >= most) return [...classes, ...left.map((item) => [item])];
    const found = byKey(products, left) ?? greedily(products, left);
    const taken = new Set(found);
    classes.push(found);
    left = left.filter((item) => !taken.has(item));
  }
  return classes;
}

const exclude = (products: Products, items: readonly Item[]): boolean =>
  isExclusive(
    products,
    items.map(({ product }) => product),
  );

/** All items that constrain one key, such as those which read one neighbour. */
function byKey<T extends Item>(products: Products, items: readonly T[]): readonly T[] | null {
  const counts = [...countKeys(items.map(({ product }) => product))].sort(([, a], [, b]) => b - a);
  for (const [key] of counts.slice(0, KEYS_TRIED)) {
    const part = items.filter(({ product }) => product.has(key));
    if (part.length > 1 && part.length < items.length && exclude(products, part)) return part;
  }
  return null;
}

function greedily<T extends Item>(products: Products, items: readonly T[]): readonly T[] {
  const found: T[] = [];
  for (const item of items.slice(0, MOST_GREEDY))
    if (found.every((other) => products.areDisjoint(item.product, other.product))) found.push(item);
  return found;
}

function countKeys(list: readonly Product[]): Map<Key, number> {
  spend(list.length);
  const counts = new Map<Key, number>();
  for (const product of list) for (const key of product.keys()) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/**
 * Joins exclusive products that differ in the values of one key only and have the same tag; of several orders of keys
 * the one whose result has the lowest price.
 */
export function joined<T extends Item>(
  items: readonly T[],
  price: (product: Product) => number,
  tagOf: (item: T) => string = () => "",
): readonly T[] {
  const keys = [...countKeys(items.map(({ product }) => product)).keys()];
  if (keys.length > MOST_KEYS || items.length < 2) return items;
  const total = (list: readonly T[]) => list.reduce((sum, { product }) => sum + price(product), 0);
  let [best, least] = [items, total(items)];
  for (const first of keys.slice(0, MOST_ORDERS)) {
    const list = joinedInOrder(items, [first, ...keys.filter((key) => key !== first)], tagOf);
    const cost = total(list);
    if (cost < least) [best, least] = [list, cost];
  }
  return best;
}

function joinedInOrder<T extends Item>(
  items: readonly T[],
  keys: readonly Key[],
  tagOf: (item: T) => string,
): readonly T[] {
  let list = items;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = list.length;
    for (const key of keys) list = joinedOver(list, key, tagOf);
    if (list.length === before) break;
  }
  return list;
}

function joinedOver<T extends Item>(items: readonly T[], key: Key, tagOf: (item: T) => string): readonly T[] {
  const groups = new Map<string, T[]>();
  const others: T[] = [];
  for (const item of items) {
    if (!item.product.has(key)) {
      others.push(item);
      continue;
    }
    let name = `${tagOf(item)}#`;
    for (const { of, text } of spelledConditions(item.product)) if (of !== key) name += `${text};`;
    pushTo(groups, name, item);
  }
  if (groups.size === items.length - others.length) return items;
  return [...others, ...[...groups.values()].map((group) => union(group, key))];
}

interface Spelled {
  readonly of: Key;
  readonly text: string;
}

/** A product's conditions as texts, in an order of their own. */
function spelledConditions(product: Product): readonly Spelled[] {
  return cached(spelled, product, () =>
    [...product]
      .map(([of, set]) => ({ of, text: `${of.id}=${spelledSet(set)}` }))
      .sort((a, b) => (a.text < b.text ? -1 : 1)),
  );
}

const spelled = new WeakMap<Product, readonly Spelled[]>();

function union<T extends Item>(group: readonly T[], key: Key): T {
  const [first] = group;
  if (group.length === 1) return first!;
  const set = uniteAll(group.map(({ product }) => product.get(key)!));
  const product = new Map(first!.product);
  if (isFull(set, key)) product.delete(key);
  else product.set(key, set);
  return { ...first!, product };
}
