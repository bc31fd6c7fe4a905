// A better order of variables, found by sifting (Rudell 1993): each variable in turn is moved through all places, by
// exchanges with its neighbours, and is left where the functions had the fewest nodes. Bdd keeps one order for good; so
// this works on a copy of the nodes, and whoever asks makes the functions again in the order that is found. What is
// proved then does not depend on anything here.

import { spend } from "../diagnostics/budget.ts";
import type { Bdd, Bool } from "./bdd.ts";
import { larger } from "./nodes.ts";

/** While a variable is moved, the functions may get larger by this factor. */
const MOST_GROWTH = 1.2;
/** Another round is worth it if the last one left at most this part of the nodes. */
const WORTH = 0.95;

/** An order of variables, the one at the root first, and the number of nodes that some functions have in it. */
interface Sifted {
  readonly order: readonly number[];
  readonly nodes: number;
}

/** Finds an order of the first `variables` variables in which functions have fewer nodes; at most `work` nodes are visited. */
export function sifted(bdd: Bdd, functions: Iterable<Bool>, variables: number, work: number): Sifted {
  const sifter = new Sifter(bdd, functions, variables, work);
  sifter.run();
  return { order: sifter.order, nodes: sifter.nodes };
}

class Sifter {
  /** The variables, from the root on, and where each of them stands. */
  readonly order: number[];
  readonly #levelOf: number[];
  /** How many nodes there are. */
  nodes = 0;
  #work: number;
  #variable: Int32Array<ArrayBuffer>;
  #low: Int32Array<ArrayBuffer>;
  #high: Int32Array<ArrayBuffer>;
  /** How many nodes and functions lead to a node. */
  #uses: Int32Array<ArrayBuffer>;
  /** The next node of the same place in a table, or of the free ones; 0 is none. */
  #next: Int32Array<ArrayBuffer>;
  #free = 0;
  #made = 1;
  /** By variable, its nodes by hash of low and high. */
  readonly #tables: Int32Array[];
  readonly #counts: number[];

  constructor(bdd: Bdd, functions: Iterable<Bool>, variables: number, work: number) {
    this.#work = work;
    this.order = Array.from({ length: variables }, (_, at) => at);
    this.#levelOf = [...this.order];
    this.#tables = this.order.map(() => new Int32Array(16));
    this.#counts = this.order.map(() => 0);
    const room = 1024;
    this.#variable = new Int32Array(room).fill(-1, 0, 1);
    this.#low = new Int32Array(room);
    this.#high = new Int32Array(room);
    this.#uses = new Int32Array(room);
    this.#next = new Int32Array(room);
    const copies = new Int32Array(bdd.size);
    const copy = (f: Bool): Bool => {
      const node = f >> 1;
      if (node !== 0 && copies[node] === 0) {
        const [variable, low, high] = bdd.branches(f & ~1);
        copies[node] = this.#node(variable, copy(low), copy(high)) >> 1;
      }
      return 2 * copies[node]! + (f & 1);
    };
    for (const f of functions) this.#use(copy(f));
  }

  run(): void {
    for (let before = Number.POSITIVE_INFINITY; this.nodes < WORTH * before && this.#work > 0; ) {
      before = this.nodes;
      const largest = [...this.order].sort((a, b) => this.#counts[b]! - this.#counts[a]! || a - b);
      for (const variable of largest) if (this.#work > 0 && this.#counts[variable]! > 0) this.#sift(variable);
    }
  }

  /** Moves a variable to its best place: to the nearer end first, then to the other one, and back. */
  #sift(variable: number): void {
    const last = this.order.length - 1;
    const start = this.#levelOf[variable]!;
    let [best, fewest] = [start, this.nodes];
    const look = (end: number): void => {
      const most = MOST_GROWTH * fewest;
      while (this.#levelOf[variable] !== end && this.nodes <= most && this.#work > 0) {
        this.#stepTo(variable, end);
        if (this.nodes < fewest) [best, fewest] = [this.#levelOf[variable]!, this.nodes];
      }
    };
    const isLow = start > last / 2;
    look(isLow ? last : 0);
    while (this.#levelOf[variable] !== start) this.#stepTo(variable, start);
    look(isLow ? 0 : last);
    while (this.#levelOf[variable] !== best) this.#stepTo(variable, best);
  }

  /** Moves a variable one level nearer to another one. */
  #stepTo(variable: number, level: number): void {
    const at = this.#levelOf[variable]!;
    this.#exchange(at < level ? at : at - 1);
  }

  /** Exchanges the variable at a level with the next one; all nodes in use stay the functions that they are. */
  #exchange(level: number): void {
    const [upper, lower] = [this.order[level]!, this.order[level + 1]!];
    this.order[level] = lower;
    this.order[level + 1] = upper;
    this.#levelOf[lower] = level;
    this.#levelOf[upper] = level + 1;
    const work = this.#counts[upper]! + this.#tables[upper]!.length;
    this.#work -= work;
    spend(work >> 3);
    for (let node = this.#takeOut(upper, lower); node !== 0; ) {
      const next = this.#next[node]!;
      const [low, high] = [this.#low[node]!, this.#high[node]!];
      const negated = high & 1;
      const isLow = this.#variable[low >> 1] === lower;
      const isHigh = this.#variable[high >> 1] === lower;
      const lowLow = isLow ? this.#low[low >> 1]! : low;
      const lowHigh = isLow ? this.#high[low >> 1]! : low;
      const highLow = isHigh ? this.#low[high >> 1]! ^ negated : high;
      const highHigh = isHigh ? this.#high[high >> 1]! ^ negated : high;
      const whenLow = this.#node(upper, lowLow, highLow);
      this.#use(whenLow);
      const whenHigh = this.#node(upper, lowHigh, highHigh);
      this.#use(whenHigh);
      this.#variable[node] = lower;
      this.#low[node] = whenLow;
      this.#high[node] = whenHigh;
      this.#enter(node, lower);
      this.#leave(low);
      this.#leave(high);
      node = next;
    }
  }

  /** Takes the nodes of a variable out of its table that lead to another variable: the first of a list. */
  #takeOut(variable: number, below: number): number {
    const table = this.#tables[variable]!;
    let taken = 0;
    for (let place = 0; place < table.length; place++) {
      let kept = 0;
      for (let node = table[place]!; node !== 0; ) {
        const next = this.#next[node]!;
        const isAbove =
          this.#variable[this.#low[node]! >> 1] === below || this.#variable[this.#high[node]! >> 1] === below;
        if (isAbove) {
          this.#next[node] = taken;
          taken = node;
          this.#counts[variable]!--;
        } else {
          this.#next[node] = kept;
          kept = node;
        }
        node = next;
      }
      table[place] = kept;
    }
    return taken;
  }

  #node(variable: number, low: number, high: number): number {
    if (low === high) return low;
    const negated = low & 1;
    const whenLow = low ^ negated;
    const whenHigh = high ^ negated;
    const table = this.#tables[variable]!;
    for (let node = table[placeOf(table, whenLow, whenHigh)]!; node !== 0; node = this.#next[node]!)
      if (this.#low[node] === whenLow && this.#high[node] === whenHigh) return 2 * node + negated;
    const made = this.#room();
    this.#variable[made] = variable;
    this.#low[made] = whenLow;
    this.#high[made] = whenHigh;
    this.#uses[made] = 0;
    this.#use(whenLow);
    this.#use(whenHigh);
    this.#enter(made, variable);
    this.nodes++;
    return 2 * made + negated;
  }

  /** The number of a node that is free. */
  #room(): number {
    const free = this.#free;
    if (free !== 0) {
      this.#free = this.#next[free]!;
      return free;
    }
    const made = this.#made++;
    if (made === this.#variable.length) {
      this.#variable = larger(this.#variable);
      this.#low = larger(this.#low);
      this.#high = larger(this.#high);
      this.#uses = larger(this.#uses);
      this.#next = larger(this.#next);
    }
    return made;
  }

  #enter(node: number, variable: number): void {
    let table = this.#tables[variable]!;
    if (this.#counts[variable]! > 2 * table.length) {
      const spread = new Int32Array(4 * table.length);
      for (const head of table)
        for (let each = head; each !== 0; ) {
          const next = this.#next[each]!;
          this.#put(spread, each);
          each = next;
        }
      this.#tables[variable] = spread;
      table = spread;
    }
    this.#put(table, node);
    this.#counts[variable]!++;
  }

  #put(table: Int32Array, node: number): void {
    const place = placeOf(table, this.#low[node]!, this.#high[node]!);
    this.#next[node] = table[place]!;
    table[place] = node;
  }

  #use(f: number): void {
    this.#uses[f >> 1]!++;
  }

  /** One less leads to a node; if none does, it goes. */
  #leave(f: number): void {
    const node = f >> 1;
    if (--this.#uses[node]! > 0 || node === 0) return;
    const variable = this.#variable[node]!;
    const [low, high] = [this.#low[node]!, this.#high[node]!];
    const table = this.#tables[variable]!;
    const place = placeOf(table, low, high);
    if (table[place] === node) table[place] = this.#next[node]!;
    else {
      let before = table[place]!;
      while (this.#next[before] !== node) before = this.#next[before]!;
      this.#next[before] = this.#next[node]!;
    }
    this.#counts[variable]!--;
    this.nodes--;
    this.#next[node] = this.#free;
    this.#free = node;
    this.#leave(low);
    this.#leave(high);
  }
}

function placeOf(table: Int32Array, low: number, high: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) & (table.length - 1);
}
