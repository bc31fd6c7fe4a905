// Decision diagrams with numbers at the leaves (algebraic decision diagrams, Bahar et al. 1993): functions of the
// neighbourhood, added up, rectified and compared as a whole. Equal functions are the same number.
//
// A field of k values is tested by the chain "at least 1?", "at least 2?", ..., each asked only where the one before
// was answered yes. So no diagram ever speaks of an illegal code, and two diagrams are the same exactly if the
// functions agree on all legal ones.

import { spend } from "../diagnostics/budget.ts";
import { cached } from "../diagnostics/memo.ts";
import { DiagramsTooLarge, Nodes, Results } from "./nodes.ts";

export type Diagram = number;

/** Nodes that diagrams may take together before something else is tried, which takes no diagrams. */
export const FEW_NODES = 60_000;

/** Steps per node that operations may take; sums of wide ranges take many more of the few nodes that they have. */
const STEPS_OF_FEW = 4;

/** Diagrams for what is small, or else soon seen not to be. */
export const fewDiagrams = (nodes: number): Diagrams => new Diagrams(nodes, STEPS_OF_FEW * nodes);

/** The variable of leaves, above all others; their children are both the index of their number. */
const LEAF = 2 ** 30;

/** An operation on two functions, value by value. Results are kept per operation, so each is made once. */
export interface Operation {
  readonly of: (a: number, b: number) => number;
  readonly commutative: boolean;
}

const commutative = (of: Operation["of"]): Operation => ({ of, commutative: true });
export const ADD = commutative((a, b) => a + b);
const TIMES = commutative((a, b) => a * b);
export const MIN = commutative((a, b) => Math.min(a, b));
export const MAX = commutative((a, b) => Math.max(a, b));
/** 1 where two functions differ, else 0. */
export const DIFFERS = commutative((a, b) => (a === b ? 0 : 1));
/** 1 where the first function is the larger one, else 0. */
export const ABOVE: Operation = { of: (a, b) => (a > b ? 1 : 0), commutative: false };

export class Diagrams {
  readonly #nodes: Nodes;
  readonly #results = new Results();
  readonly #numbers: number[] = [];
  readonly #leaves = new Map<number, Diagram>();
  /** Numbers of operations in the table of results, negative, where functions that choose have their own. */
  readonly #operations = new Map<Operation, number>();

  /** By node: the last visit that came to it. */
  #visited = new Int32Array(0);
  #visits = 0;
  #steps = 0;
  readonly #mostSteps: number;

  /** Throws DiagramsTooLarge beyond `limit` nodes, or where operations on two functions take more steps. */
  constructor(limit?: number, mostSteps = Number.POSITIVE_INFINITY) {
    this.#nodes = new Nodes(limit);
    this.#mostSteps = mostSteps;
  }

  /** Nodes made so far. */
  get size(): number {
    return this.#nodes.size;
  }

  constant(value: number): Diagram {
    // -0 and 0 are one value.
    const number = value === 0 ? 0 : value;
    const known = this.#leaves.get(number);
    if (known !== undefined) return known;
    const index = this.#numbers.push(number) - 1;
    const made = this.#nodes.node(LEAF, index, index);
    this.#leaves.set(number, made);
    return made;
  }

  /** `high` where the variable is 1, `low` where it is 0; both may test later variables only. */
  branch(variable: number, low: Diagram, high: Diagram): Diagram {
    spend();
    if (low === high) return low;
    return this.#nodes.node(variable, low, high);
  }

  /** The number of a constant function, else null. */
  constantOf(diagram: Diagram): number | null {
    const { variable, low } = this.#nodes;
    return variable[diagram] === LEAF ? this.#numbers[low[diagram]!]! : null;
  }

  /** The first variable a function tests; of constants, a number above all variables. */
  topOf(diagram: Diagram): number {
    return this.#nodes.variable[diagram]!;
  }

  childrenOf(diagram: Diagram): readonly [low: Diagram, high: Diagram] {
    return [this.#nodes.low[diagram]!, this.#nodes.high[diagram]!];
  }

  #at(diagram: Diagram, variable: number, value: 0 | 1): Diagram {
    if (this.#nodes.variable[diagram] !== variable) return diagram;
    return value === 1 ? this.#nodes.high[diagram]! : this.#nodes.low[diagram]!;
  }

  apply(operation: Operation, a: Diagram, b: Diagram): Diagram {
    return this.#apply(
      operation,
      cached(this.#operations, operation, () => ~this.#operations.size),
      a,
      b,
    );
  }

  #apply(operation: Operation, name: number, a: Diagram, b: Diagram): Diagram {
    const x = this.constantOf(a);
    const y = this.constantOf(b);
    if (x !== null && y !== null) return this.constant(operation.of(x, y));
    if (operation === ADD && x === 0) return b;
    if (operation === ADD && y === 0) return a;
    if (operation === DIFFERS && a === b) return this.constant(0);
    const isTurned = operation.commutative && b < a;
    const first = isTurned ? b : a;
    const second = isTurned ? a : b;
    const known = this.#results.recall(first, second, name);
    if (known >= 0) return known;
    if (++this.#steps > this.#mostSteps) throw new DiagramsTooLarge();
    const top = Math.min(this.topOf(a), this.topOf(b));
    spend();
    const low = this.#apply(operation, name, this.#at(a, top, 0), this.#at(b, top, 0));
    const high = this.#apply(operation, name, this.#at(a, top, 1), this.#at(b, top, 1));
    return this.#results.remember(first, second, name, this.branch(top, low, high));
  }

  /** `then` where `when` is 1, `otherwise` where it is 0. */
  choose(when: Diagram, then: Diagram, otherwise: Diagram): Diagram {
    const decided = this.constantOf(when);
    if (decided !== null) return decided === 0 ? otherwise : then;
    if (then === otherwise) return then;
    const known = this.#results.recall(then, otherwise, when);
    if (known >= 0) return known;
    const top = Math.min(this.topOf(when), this.topOf(then), this.topOf(otherwise));
    const low = this.choose(this.#at(when, top, 0), this.#at(then, top, 0), this.#at(otherwise, top, 0));
    const high = this.choose(this.#at(when, top, 1), this.#at(then, top, 1), this.#at(otherwise, top, 1));
    return this.#results.remember(then, otherwise, when, this.branch(top, low, high));
  }

  /** Folds functions from their values up, a branch by the results of its two sides; each node is folded once. */
  folding<T>(
    leaf: (value: number) => T,
    branch: (variable: number, low: T, high: T) => T,
  ): (diagram: Diagram) => T {
    const done = new Map<Diagram, T>();
    const visit = (node: Diagram): T => {
      const value = this.constantOf(node);
      if (value !== null) return leaf(value);
      const known = done.get(node);
      if (known !== undefined) return known;
      const [low, high] = this.childrenOf(node);
      const made = branch(this.topOf(node), visit(low), visit(high));
      done.set(node, made);
      return made;
    };
    return visit;
  }

  /** Applies a function to every value. */
  map(diagram: Diagram, of: (value: number) => number): Diagram {
    const mapped = this.folding(
      (value) => this.constant(of(value)),
      (variable, low, high) => this.branch(variable, low, high),
    );
    return mapped(diagram);
  }

  /** `bias + sum of weight * diagram`. Functions of the last variables are added first: they stay small longest. */
  sum(terms: readonly { readonly weight: number; readonly of: Diagram }[], bias: number): Diagram {
    return terms
      .toSorted((a, b) => this.topOf(b.of) - this.topOf(a.of))
      .reduce(
        (total, { weight, of }) =>
          this.apply(ADD, total, weight === 1 ? of : this.apply(TIMES, of, this.constant(weight))),
        this.constant(bias),
      );
  }

  /** The variables that a function depends on, ascending. */
  support(diagram: Diagram): number[] {
    const isNew = this.#visiting();
    const found = new Set<number>();
    const visit = (node: Diagram): void => {
      if (this.#nodes.variable[node] === LEAF || !isNew(node)) return;
      found.add(this.#nodes.variable[node]!);
      visit(this.#nodes.low[node]!);
      visit(this.#nodes.high[node]!);
    };
    visit(diagram);
    return [...found].sort((a, b) => a - b);
  }

  /** All values that a function takes, ascending. */
  valuesOf(diagram: Diagram): number[] {
    const isNew = this.#visiting();
    const { variable, low, high } = this.#nodes;
    const found: number[] = [];
    const visit = (node: Diagram): void => {
      if (!isNew(node)) return;
      if (variable[node] === LEAF) found.push(this.#numbers[low[node]!]!);
      else {
        visit(low[node]!);
        visit(high[node]!);
      }
    };
    visit(diagram);
    return found.sort((a, b) => a - b);
  }

  /** A test that is true of every node once. */
  #visiting(): (node: Diagram) => boolean {
    if (this.#visited.length < this.size) this.#visited = new Int32Array(2 * this.size);
    const visited = this.#visited;
    const visit = ++this.#visits;
    return (node) => {
      if (visited[node] === visit) return false;
      visited[node] = visit;
      return true;
    };
  }

  /** Mean of the values, every question being answered yes or no equally often. */
  mean(diagram: Diagram): number {
    return this.folding(
      (value) => value,
      (_, low, high) => (low + high) / 2,
    )(diagram);
  }

  /** Value under an assignment. */
  evaluate(diagram: Diagram, isOne: (variable: number) => boolean): number {
    let node = diagram;
    while (this.#nodes.variable[node] !== LEAF)
      node = isOne(this.#nodes.variable[node]!) ? this.#nodes.high[node]! : this.#nodes.low[node]!;
    return this.#numbers[this.#nodes.low[node]!]!;
  }

  /** The variables that are 1 on a path to a value other than 0, as few as can be; null if there is none. */
  cheapestPath(diagram: Diagram, cost: (variable: number) => number): ReadonlySet<number> | null {
    const least = this.folding(
      (value) => (value === 0 ? Number.POSITIVE_INFINITY : 0),
      (variable, low, high) => Math.min(low, high + cost(variable)),
    );
    if (least(diagram) === Number.POSITIVE_INFINITY) return null;
    const ones = new Set<number>();
    for (let node = diagram; this.#nodes.variable[node] !== LEAF; ) {
      const [low, high] = this.childrenOf(node);
      const variable = this.#nodes.variable[node]!;
      const isLow = least(low) <= least(high) + cost(variable);
      if (!isLow) ones.add(variable);
      node = isLow ? low : high;
    }
    return ones;
  }
}
