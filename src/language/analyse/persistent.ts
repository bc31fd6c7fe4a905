// Maps from small integers that are never changed: a map with one more entry shares all but a path with the one before
// (a radix tree: Bagwell, Ideal Hash Trees, 2001). So every point of a program can have a map of its own, and maps of
// two points are merged in the time that their differences take.

const BITS = 4;
const WIDTH = 1 << BITS;

/** An inner node, or at level 0 a leaf with values. */
type Node = readonly unknown[];

/** What two values of one key become in a merged map; undefined if it has none. */
type Both<T> = (one: T, other: T, key: number) => T | undefined;

export class IntMap<T> {
  readonly #root: Node;
  /** Levels below the root. */
  readonly #height: number;

  private constructor(root: Node, height: number) {
    this.#root = root;
    this.#height = height;
  }

  static empty<T>(): IntMap<T> {
    return new IntMap<T>([], 0);
  }

  get isEmpty(): boolean {
    return this.#root.length === 0;
  }

  get(key: number): T | undefined {
    if (key >= WIDTH ** (this.#height + 1)) return undefined;
    let node: Node | undefined = this.#root;
    for (let level = this.#height; level > 0 && node !== undefined; level--)
      node = node[digit(key, level)] as Node | undefined;
    return node?.[digit(key, 0)] as T | undefined;
  }

  set(key: number, value: T): IntMap<T> {
    const { root, height } = this.#grown(key);
    return new IntMap<T>(withValue(root, height, key, value), height);
  }

  /** Both maps as one. Keys that only one of them has stay if `alone` is true. */
  merge(other: IntMap<T>, alone: boolean, both: Both<T>): IntMap<T> {
    const height = Math.max(this.#height, other.#height);
    const [one, two] = [raised(this.#root, this.#height, height), raised(other.#root, other.#height, height)];
    return new IntMap<T>(merged(one, two, height, 0, alone, both as Both<unknown>) ?? [], height);
  }

  #grown(key: number): { root: Node; height: number } {
    let height = this.#height;
    while (key >= WIDTH ** (height + 1)) height++;
    return { root: raised(this.#root, this.#height, height), height };
  }
}

const digit = (key: number, level: number): number => (key >> (BITS * level)) & (WIDTH - 1);

function raised(node: Node, from: number, to: number): Node {
  return from === to ? node : raised([node], from + 1, to);
}

function withValue(node: Node | undefined, level: number, key: number, value: unknown): Node {
  const copy = node === undefined ? [] : [...node];
  const at = digit(key, level);
  copy[at] = level === 0 ? value : withValue(copy[at] as Node | undefined, level - 1, key, value);
  return copy;
}

function merged(
  one: Node | undefined,
  other: Node | undefined,
  level: number,
  prefix: number,
  alone: boolean,
  both: Both<unknown>,
): Node | undefined {
  if (one === other) return one;
  if (one === undefined || other === undefined) return alone ? (one ?? other) : undefined;
  const made: unknown[] = [];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const key = prefix * WIDTH + at;
    const [a, b] = [one[at], other[at]];
    if (a === b) made.push(a);
    else if (level > 0)
      made.push(merged(a as Node | undefined, b as Node | undefined, level - 1, key, alone, both));
    else if (a === undefined || b === undefined) made.push(alone ? (a ?? b) : undefined);
    else made.push(both(a, b, key));
  }
  return made;
}
