// Things in groups.

/** Things by their keys, both in the order in which they come. */
export function groupBy<T, K>(all: Iterable<T>, key: (one: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const group = groups.get(key(one));
    if (group === undefined) groups.set(key(one), [one]);
    else group.push(one);
  }
  return groups;
}
