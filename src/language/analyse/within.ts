/** A part of a tree and all that it is made of, in the order of the text. Goes as deep as the tree does. */
export function* allWithin<T>(root: T, partsOf: (part: T) => readonly T[]): Generator<T> {
  const pending = [root];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    yield part;
    for (const inner of partsOf(part).toReversed()) pending.push(inner);
  }
}
