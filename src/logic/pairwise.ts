// Lists put together two at a time, so that what is made is a tree of little depth.

/** Each of a list joined with the one that stands beside it; the last alone, where there are oddly many. */
export const inPairs = <T>(list: readonly T[], join: (first: T, second: T) => T): readonly T[] =>
  Array.from({ length: Math.ceil(list.length / 2) }, (_, at) =>
    2 * at + 1 < list.length ? join(list[2 * at]!, list[2 * at + 1]!) : list[2 * at]!,
  );

/** All of them joined, each with what stands beside it first; undefined for none. */
export function halved<T>(list: readonly T[], join: (first: T, second: T) => T): T | undefined {
  let left = list;
  while (left.length > 1) left = inPairs(left, join);
  return left[0];
}
