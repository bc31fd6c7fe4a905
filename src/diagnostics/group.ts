// Things in groups.

import { cached } from "./memo.ts";

/** Things by their keys, both in the order in which they come. */
export function groupBy<T, K>(all: Iterable<T>, key: (one: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) pushTo(groups, key(one), one);
  return groups;
}

/** Puts a thing at the end of the group of a key. */
export function pushTo<K, T>(groups: Map<K, T[]>, key: K, one: T): void {
  cached(groups, key, () => []).push(one);
}

/** Ascending whole numbers as runs of neighbours, each by its first and its last. */
export function runsOf(numbers: Iterable<number>): readonly (readonly [from: number, to: number])[] {
  const runs: [from: number, to: number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}
