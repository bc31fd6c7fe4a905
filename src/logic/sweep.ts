// Functions as a graph of conjunctions, in which equal functions are one node as far as that is found out: two nodes that
// are equal on all samples are compared by a search for a difference, and what it finds is a sample from then on (SAT
// sweeping: Kuehlmann and Krohm 1997; Mishchenko, Chatterjee, Jiang and Brayton 2005).
//
// A function is a number as in bdd.ts: twice its node, and 1 if it is negated. Unlike there, equal functions need not be
// equal numbers; unequal ones never are.

import { spend } from "../diagnostics/budget.ts";
import { cached } from "../diagnostics/memo.ts";
import type { Bool, BooleanFunctions } from "./bdd.ts";
import { DiagramsTooLarge, larger } from "./nodes.ts";
import { Solver } from "./solver.ts";

/** Conflicts that it may take to compare two nodes, by what is close to them and by all that they depend on. */
const CLOSE_CONFLICTS = 100;
const CONFLICTS = 10;
/** Nodes that are close. */
const CLOSE = 150;
/** Nodes of the same samples that are compared with a new one. */
const MOST_CANDIDATES = 4;
/** Samples are kept 32 in a number, and one that is found is varied 31 times: this is all of them. */
const ALL = -1;
/** In place of an operand. */
const NONE = -1;

export class Sweep implements BooleanFunctions {
  readonly #solver = new Solver();
  readonly #sampled: (variable: number) => Int32Array;
  readonly #samples: number;
  readonly #most: number;
  #mostConflicts = Number.POSITIVE_INFINITY;
  #size = 0;
  /** By node, its two operands; of a variable, NONE and its number. */
  #left = new Int32Array(1024);
  #right = new Int32Array(1024);
  /** Whether the solver knows what a node is made of. */
  #isTold = new Uint8Array(1024);
  #stamps = new Int32Array(1024);
  #stamp = 0;
  readonly #known = new Map<Bool, Map<Bool, Bool>>();
  /** The samples of each node, one after the other, and those that were found to tell nodes apart. */
  #values: Int32Array<ArrayBuffer>;
  readonly #found: Int32Array<ArrayBuffer>[] = [];
  /** A hash of those of each node, as of the first ones. */
  #foundKeys = new Int32Array(1024);
  readonly #alike = new Map<number, number[]>();
  readonly #variables = new Map<number, Bool>();
  #random = 1;
  /** Whether something has begun that has not ended. */
  #isOpen = false;

  /** `sampled` gives `samples` numbers of 32 samples each of a variable. Throws DiagramsTooLarge beyond `most` nodes. */
  constructor(sampled: (variable: number) => Int32Array, samples: number, most: number) {
    this.#sampled = sampled;
    this.#samples = samples;
    this.#most = most;
    this.#values = new Int32Array(1024 * samples);
    this.#node(NONE, NONE, new Int32Array(samples));
    this.#file(0);
  }

  get size(): number {
    return this.#size;
  }

  /** Conflicts so far: a measure of work that is the same on every machine. */
  get conflicts(): number {
    return this.#solver.conflicts;
  }

  /** Throws DiagramsTooLarge, from now on, beyond this number of conflicts since the beginning. */
  allow(conflicts: number): void {
    this.#mostConflicts = conflicts;
  }

  /**
   * Does something that leaves all in order when it ends. Where it did not end, as the stack was full in the middle of it,
   * nothing that is said from then on would be certain: throws DiagramsTooLarge.
   */
  #whole<T>(work: () => T): T {
    if (this.#isOpen) throw new DiagramsTooLarge();
    this.#isOpen = true;
    const made = work();
    this.#isOpen = false;
    return made;
  }

  #node(left: number, right: number, values: Int32Array): number {
    spend();
    if (this.#size >= this.#most) throw new DiagramsTooLarge();
    return this.#whole(() => this.#newNode(left, right, values));
  }

  #newNode(left: number, right: number, values: Int32Array): number {
    const made = this.#size++;
    if (made === this.#left.length) this.#grow();
    this.#left[made] = left;
    this.#right[made] = right;
    this.#values.set(values, made * this.#samples);
    this.#solver.variable((values[0]! & 1) as 0 | 1);
    for (const each of this.#found) {
      each[made] = left === NONE ? this.#draw() : wordOf(each, left) & wordOf(each, right);
      this.#addFound(made, each);
    }
    return made;
  }

  #grow(): void {
    const room = 2 * this.#left.length;
    this.#left = larger(this.#left, room);
    this.#right = larger(this.#right, room);
    this.#stamps = larger(this.#stamps, room);
    this.#values = larger(this.#values, room * this.#samples);
    this.#foundKeys = larger(this.#foundKeys, room);
    const told = new Uint8Array(room);
    told.set(this.#isTold);
    this.#isTold = told;
    for (const [at, each] of this.#found.entries()) this.#found[at] = larger(each, room);
  }

  variable(index: number): Bool {
    return cached(this.#variables, index, () => {
      const node = this.#node(NONE, index, this.#sampled(index));
      this.#file(node);
      return 2 * node;
    });
  }

  #draw(): number {
    this.#random = Math.imul(this.#random, 1_664_525) + 1_013_904_223;
    return Math.imul(this.#random ^ (this.#random >>> 15), 0x2c1b3c6d);
  }

  not(f: Bool): Bool {
    return f ^ 1;
  }

  and(...all: readonly Bool[]): Bool {
    return all.reduce<Bool>((f, g) => this.#and(f, g), 1);
  }

  or(...all: readonly Bool[]): Bool {
    return all.reduce<Bool>((f, g) => this.#and(f, g ^ 1), 1) ^ 1;
  }

  xor(f: Bool, g: Bool): Bool {
    return this.#and(this.#and(f, g) ^ 1, this.#and(f ^ 1, g ^ 1) ^ 1);
  }

  ite(when: Bool, then: Bool, otherwise: Bool): Bool {
    if (then === otherwise) return then;
    if (when < 2) return when === 1 ? then : otherwise;
    return this.#and(this.#and(when, then) ^ 1, this.#and(when ^ 1, otherwise) ^ 1) ^ 1;
  }

  #and(f: Bool, g: Bool): Bool {
    if (f === g || g === 1) return f;
    if (f > g) return this.#and(g, f);
    if (f < 2) return f === 0 ? 0 : g;
    if ((f ^ g) === 1) return 0;
    let row = this.#known.get(f);
    if (row === undefined) {
      row = new Map();
      this.#known.set(f, row);
    }
    let made = row.get(g);
    if (made === undefined) {
      made = this.#make(f, g);
      row.set(g, made);
    }
    return made;
  }

  #make(f: Bool, g: Bool): Bool {
    const [values, count] = [new Int32Array(this.#samples), this.#samples];
    for (let at = 0; at < count; at++) values[at] = this.#sample(f, at) & this.#sample(g, at);
    const node = this.#node(f, g, values);
    const same = this.#same(node);
    if (same !== null) return same;
    this.#file(node);
    return 2 * node;
  }

  /** 32 of the samples of a function. */
  #sample(f: Bool, at: number): number {
    const [node, count] = [f >> 1, this.#samples];
    const value = at < count ? this.#values[node * count + at]! : this.#found[at - count]![node]!;
    return value ^ -(f & 1);
  }

  /** A hash that is equal for nodes that are equal, or each other's opposite, on all first samples. */
  #key(node: number): number {
    const first = node * this.#samples;
    const flip = this.#flip(node);
    let key = 0;
    for (let at = 0; at < this.#samples; at++) key = mixed(key, this.#values[first + at]! ^ flip);
    return key;
  }

  #flip(node: number): number {
    return -(this.#values[node * this.#samples]! & 1);
  }

  /** Adds a sample that was found to the hash of a node. */
  #addFound(node: number, sample: Int32Array): void {
    this.#foundKeys[node] = mixed(this.#foundKeys[node]!, sample[node]! ^ this.#flip(node));
  }

  #file(node: number): void {
    const key = this.#key(node);
    const alike = this.#alike.get(key);
    if (alike === undefined) this.#alike.set(key, [node]);
    else alike.push(node);
  }

  /** The function among those there are that a new node is; null if none is shown to be. */
  #same(node: number): Bool | null {
    const others = this.#alike.get(this.#key(node)) ?? [];
    let tried = 0;
    for (const other of others) {
      if (this.#foundKeys[other] !== this.#foundKeys[node]) continue;
      const flip = (this.#values[node * this.#samples]! ^ this.#values[other * this.#samples]!) & 1;
      const f = 2 * other + flip;
      if (!this.#isAlike(2 * node, f)) continue;
      if (++tried > MOST_CANDIDATES) return null;
      if (this.#isShown(2 * node, f)) return f;
    }
    return null;
  }

  #isAlike(f: Bool, g: Bool): boolean {
    for (let at = 0; at < this.#samples + this.#found.length; at++)
      if (this.#sample(f, at) !== this.#sample(g, at)) return false;
    return true;
  }

  #isShown(f: Bool, g: Bool): boolean {
    const close = this.#below([f, g], CLOSE);
    const all = () => this.#below([f, g], Number.POSITIVE_INFINITY);
    return (
      this.#areEqual(f, g, close, CLOSE_CONFLICTS, false) || this.#areEqual(f, g, all(), CONFLICTS, true)
    );
  }

  #areEqual(f: Bool, g: Bool, nodes: readonly number[], most: number, isWhole: boolean): boolean {
    const sides = [
      [f, g ^ 1],
      [f ^ 1, g],
    ].filter((all) => !all.includes(0));
    return sides.every((all) => this.#solve(all, nodes, most, isWhole) === false);
  }

  /** Tells whether functions may hold together; if so where all that they depend on is decided, that is a sample. */
  #solve(all: readonly Bool[], nodes: readonly number[], most: number, isWhole: boolean): boolean | null {
    const left = this.#mostConflicts - this.conflicts;
    if (left <= 0) throw new DiagramsTooLarge();
    const found = this.#whole(() => {
      const assumed = all.filter((f) => f !== 1);
      const is = this.#solver.solve(assumed, nodes, Math.min(most, left));
      if (is === true) {
        if (isWhole) this.#learn(nodes);
        this.#solver.forget();
      }
      return is;
    });
    // What would have been found out later is not taken for different.
    if (found === null && left < most) throw new DiagramsTooLarge();
    return found;
  }

  /** Tells whether these are shown never to hold together. */
  never(all: readonly Bool[], most: number): boolean {
    if (all.includes(0)) return true;
    return this.#solve(all, this.#below(all, Number.POSITIVE_INFINITY), most, false) === false;
  }

  /** Tells whether these can hold together, of which there is a sample then; null where that is not known. */
  sample(all: readonly Bool[], most: number): boolean | null {
    if (all.includes(0)) return false;
    return this.#solve(all, this.#below(all, Number.POSITIVE_INFINITY), most, true);
  }

  /** Nodes on which functions depend, the nearest first, of which the solver knows what they are. */
  #below(functions: readonly Bool[], most: number): number[] {
    const stamp = ++this.#stamp;
    const found: number[] = [];
    const add = (f: Bool): void => {
      const node = f >> 1;
      if (node === 0 || this.#stamps[node] === stamp) return;
      this.#stamps[node] = stamp;
      found.push(node);
    };
    for (const f of functions) add(f);
    for (let at = 0; at < found.length && at < most; at++) {
      const node = found[at]!;
      if (this.#left[node] === NONE) continue;
      this.#tell(node);
      add(this.#left[node]!);
      add(this.#right[node]!);
    }
    return found;
  }

  #tell(node: number): void {
    if (this.#isTold[node] === 1) return;
    const [f, g, own] = [this.#left[node]!, this.#right[node]!, 2 * node];
    this.#whole(() => {
      this.#solver.add([own ^ 1, f]);
      this.#solver.add([own ^ 1, g]);
      this.#solver.add([own, f ^ 1, g ^ 1]);
      this.#isTold[node] = 1;
    });
  }

  /** Takes the solver's answer, and some like it, for samples. */
  #learn(nodes: readonly number[]): void {
    const values = new Int32Array(this.#left.length);
    const own = new Set(nodes);
    for (const variable of this.#variables.values()) {
      const node = variable >> 1;
      // The first of them is the answer; in each of the others, one in sixteen variables differs.
      const varied = this.#draw() & this.#draw() & this.#draw() & this.#draw() & ~1;
      values[node] = own.has(node) ? -this.#solver.value(node) ^ varied : this.#draw();
    }
    for (let node = 1; node < this.#size; node++)
      if (this.#left[node] !== NONE)
        values[node] = wordOf(values, this.#left[node]!) & wordOf(values, this.#right[node]!);
    this.#found.push(values);
    for (let node = 0; node < this.#size; node++) this.#addFound(node, values);
  }

  /** The samples in which functions all hold, 32 in a number. */
  samplesWhere(all: readonly Bool[]): Int32Array {
    const made = new Int32Array(this.#samples + this.#found.length).fill(ALL);
    for (const f of all) for (let at = 0; at < made.length; at++) made[at]! &= this.#sample(f, at);
    return made;
  }

  /** Returns what a function is in all of some samples; null where it is both, undefined where there are none. */
  seenWhere(f: Bool, where: Int32Array): 0 | 1 | null | undefined {
    let is: 0 | 1 | undefined;
    for (const [at, mask] of where.entries()) {
      if (mask === 0) continue;
      const value = this.#sample(f, at) & mask;
      if (value !== 0 && value !== mask) return null;
      const own = value === 0 ? 0 : 1;
      if (is !== undefined && is !== own) return null;
      is = own;
    }
    return is;
  }

  /** The variables that are 1 in a sample in which a function is; null where there is none. */
  onesSeen(f: Bool): ReadonlySet<number> | null {
    const found = this.samplesWhere([f]);
    const at = found.findIndex((each) => each !== 0);
    if (at < 0) return null;
    const bit = 31 - Math.clz32(found[at]! & -found[at]!);
    const isOne = (variable: Bool) => ((this.#sample(variable, at) >>> bit) & 1) === 1;
    return new Set([...this.#variables].filter(([, each]) => isOne(each)).map(([index]) => index));
  }

  evaluate(f: Bool, value: (variable: number) => number): 0 | 1 {
    const known = new Map<number, number>([[0, 0]]);
    // Operands have lower numbers than what is made of them.
    for (const node of this.#below([f], Number.POSITIVE_INFINITY).sort((a, b) => a - b)) {
      const [left, right] = [this.#left[node]!, this.#right[node]!];
      const of = (g: Bool) => known.get(g >> 1)! ^ (g & 1);
      known.set(node, left === NONE ? value(right) : of(left) & of(right));
    }
    return (known.get(f >> 1)! ^ (f & 1)) as 0 | 1;
  }

  supportOf(functions: readonly Bool[]): number[] {
    return this.#below(functions, Number.POSITIVE_INFINITY)
      .filter((node) => this.#left[node] === NONE)
      .map((node) => this.#right[node]!)
      .sort((a, b) => a - b);
  }
}

/** A hash of what had a hash, and another number. */
function mixed(key: number, value: number): number {
  const made = Math.imul(key ^ value, 0x9e3779b1);
  return made ^ (made >>> 15);
}

const wordOf = (values: Int32Array, f: Bool): number => values[f >> 1]! ^ -(f & 1);
