// Things in groups.

import { cached } from "./memo.ts";

/** Things by their keys, both in the order in which they come. */
export function groupBy<T, K>(all: Iterable<T>, key: (one: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) cached(groups, key(one), () => []).push(one);
  return groups;
}
