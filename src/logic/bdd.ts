// Reduced ordered binary decision diagrams (Bryant 1986) with complement edges (Brace, Rudell and Bryant
// 1990): Boolean functions with equality for free. One manager serves one compilation.
//
// A function is a number, twice its node and 1 if the node's function is negated: so a function and its
// negation share a diagram, and 0 and 1 are the constants. Low edges are never negated, which makes the form
// unique.

import { spend } from "../diagnostics/budget.ts";
import { Nodes, Results } from "./nodes.ts";

export type Bool = number;

/** What makes functions of others, whatever they are kept as. */
export interface BooleanFunctions {
  /** How many nodes there are. */
  readonly size: number;
  /** The function that is 1 where variable `index` is 1. */
  variable(index: number): Bool;
  not(f: Bool): Bool;
  and(...all: readonly Bool[]): Bool;
  or(...all: readonly Bool[]): Bool;
  xor(f: Bool, g: Bool): Bool;
  ite(when: Bool, then: Bool, otherwise: Bool): Bool;
  evaluate(f: Bool, value: (variable: number) => number): 0 | 1;
  /** The variables on which functions seem to depend, in order. */
  supportOf(functions: readonly Bool[]): readonly number[];
}

/** The variable of the constants: below all others. */
const BOTTOM = 2 ** 31 - 1;

/** What a remembered result is of, in place of a third operand. */
const AND = -1;
const XOR = -2;
const RESTRICT = -3;
const MEETS = -4;
const EXISTS = -5;
/** These count down: by the value, by the third operand, by the variable. */
const COFACTOR = -6;
const DIFFER = -8;
const DEPENDS = -(2 ** 24);

export class Bdd implements BooleanFunctions {
  /** The first node is that of the constants. */
  readonly #nodes: Nodes;
  readonly #results = new Results();
  readonly #pathCounts = new Map<Bool, number>();
  readonly #supports: (readonly number[] | undefined)[] = [[]];
  /** By the first variable and the list of those after it. */
  readonly #lists = new Map<readonly number[], Map<number, readonly number[]>>();
  readonly #implied = new Map<Bool, readonly number[]>();

  /** Throws DiagramsTooLarge where more nodes are needed than `most`. */
  constructor(most?: number) {
    this.#nodes = new Nodes(most);
    this.#nodes.node(BOTTOM, 0, 0);
  }

  /** How many nodes there are: a measure of work that is the same on every machine. */
  get size(): number {
    return this.#nodes.size;
  }

  /** The function that is 1 where variable `index` is 1; smaller indices are nearer the root. */
  variable(index: number): Bool {
    return this.#node(index, 0, 1);
  }

  #node(variable: number, low: Bool, high: Bool): Bool {
    spend();
    if (low === high) return low;
    const negated = low & 1;
    return 2 * this.#nodes.node(variable, low ^ negated, high ^ negated) + negated;
  }

  #top(f: Bool): number {
    return this.#nodes.variable[f >> 1]!;
  }

  /** `f` with a variable fixed that is at its root or above. */
  #at(f: Bool, variable: number, value: 0 | 1): Bool {
    const node = f >> 1;
    if (this.#nodes.variable[node] !== variable) return f;
    return (value === 1 ? this.#nodes.high[node]! : this.#nodes.low[node]!) ^ (f & 1);
  }

  /** The variable at the root of `f`, and what `f` is where that is 0 and where it is 1; `f` must not be constant. */
  branches(f: Bool): readonly [variable: number, low: Bool, high: Bool] {
    const top = this.#top(f);
    return [top, this.#at(f, top, 0), this.#at(f, top, 1)];
  }

  ite(when: Bool, then: Bool, otherwise: Bool): Bool {
    if (when === 1 || then === otherwise) return then;
    if (when === 0) return otherwise;
    if (then < 2) return then === 0 ? this.#and(when ^ 1, otherwise) : this.#and(when ^ 1, otherwise ^ 1) ^ 1;
    if (otherwise < 2) return otherwise === 0 ? this.#and(when, then) : this.#and(when, then ^ 1) ^ 1;
    if ((then ^ otherwise) === 1) return this.xor(when, otherwise);
    if ((when & 1) === 1) return this.ite(when ^ 1, otherwise, then);
    const known = this.#results.recall(when, then, otherwise);
    if (known >= 0) return known;
    const top = Math.min(this.#top(when), this.#top(then), this.#top(otherwise));
    const low = this.ite(this.#at(when, top, 0), this.#at(then, top, 0), this.#at(otherwise, top, 0));
    const high = this.ite(this.#at(when, top, 1), this.#at(then, top, 1), this.#at(otherwise, top, 1));
    return this.#results.remember(when, then, otherwise, this.#node(top, low, high));
  }

  not(f: Bool): Bool {
    return f ^ 1;
  }

  and(f: Bool = 1, g: Bool = 1, ...others: readonly Bool[]): Bool {
    const both = this.#and(f, g);
    return others.length === 0 ? both : others.reduce((h, other) => this.#and(h, other), both);
  }

  #and(f: Bool, g: Bool): Bool {
    if (f === g || g === 1) return f;
    if (f > g) return this.#and(g, f);
    if (f < 2) return f === 0 ? 0 : g;
    if ((f ^ g) === 1) return 0;
    const known = this.#results.recall(f, g, AND);
    if (known >= 0) return known;
    // Written out: here most of the time goes that diagrams take.
    const nodes = this.#nodes;
    const one = f >> 1;
    const other = g >> 1;
    const topOne = nodes.variable[one]!;
    const topOther = nodes.variable[other]!;
    let fLow = f;
    let fHigh = f;
    let gLow = g;
    let gHigh = g;
    if (topOne <= topOther) {
      fLow = nodes.low[one]! ^ (f & 1);
      fHigh = nodes.high[one]! ^ (f & 1);
    }
    if (topOther <= topOne) {
      gLow = nodes.low[other]! ^ (g & 1);
      gHigh = nodes.high[other]! ^ (g & 1);
    }
    const low = this.#and(fLow, gLow);
    const high = this.#and(fHigh, gHigh);
    return this.#results.remember(f, g, AND, this.#node(Math.min(topOne, topOther), low, high));
  }

  or(f: Bool = 0, g: Bool = 0, ...others: readonly Bool[]): Bool {
    const either = this.#and(f ^ 1, g ^ 1) ^ 1;
    return others.length === 0
      ? either
      : others.reduce((h, other) => this.#and(h ^ 1, other ^ 1) ^ 1, either);
  }

  xor(f: Bool, g: Bool): Bool {
    const negated = (f ^ g) & 1;
    return this.#xor(f & ~1, g & ~1) ^ negated;
  }

  #xor(f: Bool, g: Bool): Bool {
    if (f === g) return 0;
    if (f > g) return this.#xor(g, f);
    if (f === 0) return g;
    const known = this.#results.recall(f, g, XOR);
    if (known >= 0) return known;
    const top = Math.min(this.#top(f), this.#top(g));
    const low = this.#xor(this.#at(f, top, 0), this.#at(g, top, 0));
    const high = this.xor(this.#at(f, top, 1), this.#at(g, top, 1));
    return this.#results.remember(f, g, XOR, this.#node(top, low, high));
  }

  /** Tells whether `f` and `g` are ever 1 together: their conjunction is not 0, but is not made. */
  meets(f: Bool, g: Bool): boolean {
    if (f === 0 || g === 0 || (f ^ g) === 1) return false;
    if (f === 1 || g === 1 || f === g) return true;
    if (f > g) return this.meets(g, f);
    const known = this.#results.recall(f, g, MEETS);
    if (known >= 0) return known === 1;
    const top = Math.min(this.#top(f), this.#top(g));
    const found =
      this.meets(this.#at(f, top, 0), this.#at(g, top, 0)) ||
      this.meets(this.#at(f, top, 1), this.#at(g, top, 1));
    return this.#results.remember(f, g, MEETS, found ? 1 : 0) === 1;
  }

  /** Tells whether `f` depends on a variable within `care`: somewhere both its values are in there, and `f` differs. */
  dependsOn(f: Bool, variable: number, care: Bool): boolean {
    const top = Math.min(this.#top(f), this.#top(care));
    if (care === 0 || this.#top(f) > variable) return false;
    const [low, high] = [this.#at(f, top, 0), this.#at(f, top, 1)];
    const [careLow, careHigh] = [this.#at(care, top, 0), this.#at(care, top, 1)];
    if (top === variable) return this.differ(low, high, this.#and(careLow, careHigh));
    const operation = DEPENDS - variable;
    const known = this.#results.recall(f, care, operation);
    if (known >= 0) return known === 1;
    const found = this.dependsOn(low, variable, careLow) || this.dependsOn(high, variable, careHigh);
    return this.#results.remember(f, care, operation, found ? 1 : 0) === 1;
  }

  /** Tells whether `f` and `g` differ anywhere in `care`; stops at the first such place. */
  differ(f: Bool, g: Bool, care: Bool): boolean {
    if (f === g || care === 0) return false;
    if (care === 1 || (f ^ g) === 1) return true;
    if (f > g) return this.differ(g, f, care);
    const known = this.#results.recall(f, g, DIFFER - care);
    if (known >= 0) return known === 1;
    const top = Math.min(this.#top(f), this.#top(g), this.#top(care));
    const found =
      this.differ(this.#at(f, top, 0), this.#at(g, top, 0), this.#at(care, top, 0)) ||
      this.differ(this.#at(f, top, 1), this.#at(g, top, 1), this.#at(care, top, 1));
    return this.#results.remember(f, g, DIFFER - care, found ? 1 : 0) === 1;
  }

  /** `f` with one variable fixed. */
  cofactor(f: Bool, variable: number, value: 0 | 1): Bool {
    const node = f >> 1;
    const top = this.#nodes.variable[node]!;
    if (top > variable) return f;
    if (top === variable) return this.#at(f, variable, value);
    const negated = f & 1;
    const operation = COFACTOR - value;
    const known = this.#results.recall(f ^ negated, variable, operation);
    if (known >= 0) return known ^ negated;
    const low = this.cofactor(this.#nodes.low[node]!, variable, value);
    const made = this.#node(top, low, this.cofactor(this.#nodes.high[node]!, variable, value));
    return this.#results.remember(f ^ negated, variable, operation, made) ^ negated;
  }

  /** `f` with functions in the place of its variables. */
  compose(f: Bool, of: (variable: number) => Bool): Bool {
    const done = new Map<number, Bool>();
    const visit = (node: Bool): Bool => {
      if (node <= 1) return node;
      const known = done.get(node);
      if (known !== undefined) return known;
      const top = this.#top(node);
      const made = this.ite(of(top), visit(this.#at(node, top, 1)), visit(this.#at(node, top, 0)));
      done.set(node, made);
      return made;
    };
    return visit(f);
  }

  /** 1 where some value of the variables makes `f` 1. */
  exists(f: Bool, variables: readonly number[]): Bool {
    return variables.reduce((g, variable) => this.#exists(g, variable), f);
  }

  #exists(f: Bool, variable: number): Bool {
    const top = this.#top(f);
    if (top > variable) return f;
    const low = this.#at(f, top, 0);
    const high = this.#at(f, top, 1);
    if (top === variable) return this.#and(low ^ 1, high ^ 1) ^ 1;
    const known = this.#results.recall(f, variable, EXISTS);
    if (known >= 0) return known;
    const made = this.#node(top, this.#exists(low, variable), this.#exists(high, variable));
    return this.#results.remember(f, variable, EXISTS, made);
  }

  /** The variables that `f` depends on, ascending; the same array for all functions of the same variables. */
  support(f: Bool): readonly number[] {
    const node = f >> 1;
    const known = this.#supports[node];
    if (known !== undefined) return known;
    const low = this.support(this.#nodes.low[node]!);
    const high = this.support(this.#nodes.high[node]!);
    const made = this.#list(this.#nodes.variable[node]!, this.#union(low, high));
    this.#supports[node] = made;
    return made;
  }

  /** The variables on which any of some functions depends, ascending. */
  supportOf(functions: readonly Bool[]): number[] {
    return [...new Set(functions.flatMap((f) => this.support(f)))].sort((a, b) => a - b);
  }

  /** The one array that holds a variable, which is before all others, and those of another such array. */
  #list(first: number, rest: readonly number[]): readonly number[] {
    let longer = this.#lists.get(rest);
    if (longer === undefined) {
      longer = new Map();
      this.#lists.set(rest, longer);
    }
    const known = longer.get(first);
    if (known !== undefined) return known;
    const made = [first, ...rest];
    longer.set(first, made);
    return made;
  }

  /** The variables of two such arrays. */
  #union(a: readonly number[], b: readonly number[]): readonly number[] {
    if (a === b || b.length === 0) return a;
    if (a.length === 0) return b;
    const merged: number[] = [];
    for (let [x, y] = [0, 0]; x < a.length || y < b.length; ) {
      const next = Math.min(a[x] ?? BOTTOM, b[y] ?? BOTTOM);
      merged.push(next);
      if (a[x] === next) x++;
      if (b[y] === next) y++;
    }
    return merged.reduceRight<readonly number[]>(
      (rest, variable) => this.#list(variable, rest),
      this.#supports[0]!,
    );
  }

  /**
   * The literals of which `f`, which must not be 0, is a conjunction with the rest: twice the variable, and 1 where it
   * is not negated, ascending.
   */
  implied(f: Bool): readonly number[] {
    if (f < 2) return [];
    const known = this.#implied.get(f);
    if (known !== undefined) return known;
    const top = this.#top(f);
    const [low, high] = [this.#at(f, top, 0), this.#at(f, top, 1)];
    const made =
      high === 0
        ? [2 * top, ...this.implied(low)]
        : low === 0
          ? [2 * top + 1, ...this.implied(high)]
          : this.#impliedByBoth(low, high);
    this.#implied.set(f, made);
    return made;
  }

  #impliedByBoth(f: Bool, g: Bool): readonly number[] {
    const [one, other] = [this.implied(f), this.implied(g)];
    return one.length === 0 || other.length === 0 ? [] : one.filter((literal) => other.includes(literal));
  }

  /** Value of `f` under an assignment. */
  evaluate(f: Bool, value: (variable: number) => number): 0 | 1 {
    let at = f;
    while (at > 1) {
      const top = this.#top(at);
      at = this.#at(at, top, value(top) === 1 ? 1 : 0);
    }
    return at as 0 | 1;
  }

  /** Value of `f` under an assignment that is a table. */
  evaluateAt(f: Bool, values: Uint8Array): 0 | 1 {
    let at = f;
    while (at > 1) {
      const node = at >> 1;
      at =
        (values[this.#nodes.variable[node]!] === 1 ? this.#nodes.high[node]! : this.#nodes.low[node]!) ^
        (at & 1);
    }
    return at as 0 | 1;
  }

  /** Returns how many paths lead to 1. */
  pathCount(f: Bool): number {
    if (f < 2) return f;
    const known = this.#pathCounts.get(f);
    if (known !== undefined) return known;
    const top = this.#top(f);
    const made = this.pathCount(this.#at(f, top, 0)) + this.pathCount(this.#at(f, top, 1));
    this.#pathCounts.set(f, made);
    return made;
  }

  /** The paths to 1: disjoint cubes that together are `f`. */
  paths(f: Bool): { readonly variable: number; readonly value: 0 | 1 }[][] {
    if (f === 0) return [];
    if (f === 1) return [[]];
    const variable = this.#top(f);
    const branch = (value: 0 | 1) =>
      this.paths(this.#at(f, variable, value)).map((path) => [{ variable, value }, ...path]);
    return [...branch(0), ...branch(1)];
  }

  /**
   * A function that equals `f` wherever `care` is 1, usually smaller (Coudert and Madre's restrict).
   * `care` must not be 0.
   */
  restrict(f: Bool, care: Bool): Bool {
    if (care === 1 || f < 2) return f;
    const negated = f & 1;
    return this.#restrict(f ^ negated, care) ^ negated;
  }

  #restrict(f: Bool, care: Bool): Bool {
    const known = this.#results.recall(f, care, RESTRICT);
    if (known >= 0) return known;
    const nodes = this.#nodes;
    const top = nodes.variable[f >> 1]!;
    const inside = care >> 1;
    const careTop = nodes.variable[inside]!;
    let careLow = care;
    let careHigh = care;
    if (careTop <= top) {
      careLow = nodes.low[inside]! ^ (care & 1);
      careHigh = nodes.high[inside]! ^ (care & 1);
    }
    let made: Bool;
    if (careTop < top) made = this.restrict(f, this.#and(careLow ^ 1, careHigh ^ 1) ^ 1);
    else {
      const low = nodes.low[f >> 1]! ^ (f & 1);
      const high = nodes.high[f >> 1]! ^ (f & 1);
      if (careLow === 0) made = this.restrict(high, careHigh);
      else if (careHigh === 0) made = this.restrict(low, careLow);
      else made = this.#node(top, this.restrict(low, careLow), this.restrict(high, careHigh));
    }
    return this.#results.remember(f, care, RESTRICT, made);
  }
}
