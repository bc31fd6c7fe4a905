// What decision diagrams of all kinds are kept in: typed arrays, searched by open addressing; and what is thrown, and caught,
// where they get too large.

/** A function has no diagram of reasonable size in its order of variables. */
export class DiagramsTooLarge extends Error {
  constructor() {
    super("internal: diagrams too large");
  }
}

/** What the machine says where its stack or a table of it is full. */
const FULL = ["call stack", "maximum size", "array length", "array buffer length", "string length"];

/** Tells whether an error says that something is too large. Near a full stack, no regular expression can be compiled. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof DiagramsTooLarge ||
  (error instanceof RangeError && FULL.some((words) => error.message.includes(words)));

/** Returns what `make` makes of diagrams, or what `otherwise` says where these need more room than there is. */
export function unlessTooLarge<T>(make: () => T, otherwise: () => T): T {
  try {
    return make();
  } catch (error) {
    if (isTooLarge(error)) return otherwise();
    throw error;
  }
}

/** Returns what `make` makes of diagrams, or null where these need more room than there is. */
export const nullIfTooLarge = <T>(make: () => T): T | null => unlessTooLarge<T | null>(make, () => null);

/** More nodes than this take too long. */
const MOST_NODES = 2_000_000;

/** Spreads three whole numbers over the bits of one; its lower bits depend on all of theirs. */
function hash(a: number, b: number, c: number): number {
  const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
}

/** Nodes, each of a variable and two children, numbered as they are made; no two are the same. */
export class Nodes {
  variable = new Int32Array(1024);
  low = new Int32Array(1024);
  high = new Int32Array(1024);
  size = 0;
  #most: number;
  /** One more than the node, by hash of what it is made of; 0 is an empty place. */
  #places = new Int32Array(2048);

  /** Throws DiagramsTooLarge beyond `most` nodes. */
  constructor(most = MOST_NODES) {
    this.#most = most;
  }

  /** The node with these, which is made unless it is there. */
  node(variable: number, low: number, high: number): number {
    const mask = this.#places.length - 1;
    let place = hash(variable, low, high) & mask;
    for (let node = this.#places[place]! - 1; node >= 0; node = this.#places[place]! - 1) {
      if (this.low[node] === low && this.high[node] === high && this.variable[node] === variable) return node;
      place = (place + 1) & mask;
    }
    if (this.size >= this.#most) throw new DiagramsTooLarge();
    if (this.size === this.variable.length) {
      this.#grow();
      return this.node(variable, low, high);
    }
    const made = this.size++;
    this.#places[place] = made + 1;
    this.variable[made] = variable;
    this.low[made] = low;
    this.high[made] = high;
    return made;
  }

  /** Makes twice the room; the places are half full at most. Where the stack is full meanwhile, no node is made any more. */
  #grow(): void {
    const most = this.#most;
    this.#most = 0;
    this.variable = larger(this.variable);
    this.low = larger(this.low);
    this.high = larger(this.high);
    this.#places = new Int32Array(2 * this.variable.length);
    const mask = this.#places.length - 1;
    for (let node = 0; node < this.size; node++) {
      let place = hash(this.variable[node]!, this.low[node]!, this.high[node]!) & mask;
      while (this.#places[place] !== 0) place = (place + 1) & mask;
      this.#places[place] = node + 1;
    }
    this.#most = most;
  }
}

/** Results that are remembered at most. */
const MOST_RESULTS = 2 ** 21;

/** Results of operations on three whole numbers. A newer one may displace an older one, which costs time at worst. */
export class Results {
  /** Operands and result, four numbers an entry. */
  #entries = new Int32Array(4 * 4096);
  #count = 0;

  /** The remembered result, or -1. */
  recall(a: number, b: number, c: number): number {
    const entries = this.#entries;
    const at = (hash(a, b, c) << 2) & (entries.length - 1);
    const isFound = entries[at] === a && entries[at + 1] === b && entries[at + 2] === c;
    return isFound ? entries[at + 3]! - 1 : -1;
  }

  /** Remembers a result, which is not negative, and returns it. */
  remember(a: number, b: number, c: number, result: number): number {
    if (++this.#count > this.#entries.length / 4 && this.#entries.length < 4 * MOST_RESULTS) this.#grow();
    this.#put(a, b, c, result + 1);
    return result;
  }

  #put(a: number, b: number, c: number, entry: number): void {
    const entries = this.#entries;
    const at = (hash(a, b, c) << 2) & (entries.length - 1);
    entries[at] = a;
    entries[at + 1] = b;
    entries[at + 2] = c;
    entries[at + 3] = entry;
  }

  #grow(): void {
    const before = this.#entries;
    this.#entries = new Int32Array(2 * before.length);
    for (let at = 0; at < before.length; at += 4)
      if (before[at + 3] !== 0) this.#put(before[at]!, before[at + 1]!, before[at + 2]!, before[at + 3]!);
  }
}

/** The same numbers with zeros after them, as many again where no room is asked for. */
export function larger(old: Int32Array<ArrayBuffer>, room = 2 * old.length): Int32Array<ArrayBuffer> {
  const made = new Int32Array(room);
  made.set(old);
  return made;
}
