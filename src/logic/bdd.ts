// Reduced ordered binary decision diagrams (Bryant 1986): Boolean functions with equality for free.
// A function is a number; 0 and 1 are the constants. One manager serves one compilation.

export type Bool = number;

/** Node numbers must fit twice into a double's 53 bits together with a variable. */
const LIMIT = 3_000_000;

/** A function has no diagram of reasonable size in this order of variables. */
export class DiagramTooLarge extends Error {}

export class Bdd {
  readonly #variable: number[] = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  readonly #low: Bool[] = [0, 1];
  readonly #high: Bool[] = [0, 1];
  readonly #unique: Map<number, Bool>[] = [];
  readonly #iteCache = new Map<Bool, Map<number, Bool>>();
  readonly #cofactors: Map<Bool, Bool>[] = [];
  readonly #pathCounts = new Map<Bool, number>();
  readonly #supportCache = new Map<Bool, readonly number[]>();

  /** The function that is 1 where variable `index` is 1; smaller indices are nearer the root. */
  variable(index: number): Bool {
    return this.#node(index, 0, 1);
  }

  #node(variable: number, low: Bool, high: Bool): Bool {
    if (low === high) return low;
    this.#unique[variable] ??= new Map();
    const table = this.#unique[variable];
    const key = low * LIMIT + high;
    const known = table.get(key);
    if (known !== undefined) return known;
    const made = this.#variable.length;
    if (made >= LIMIT) throw new DiagramTooLarge();
    this.#variable.push(variable);
    this.#low.push(low);
    this.#high.push(high);
    table.set(key, made);
    return made;
  }

  ite(when: Bool, then: Bool, otherwise: Bool): Bool {
    if (when === 1 || then === otherwise) return then;
    if (when === 0) return otherwise;
    if (then === 1 && otherwise === 0) return when;
    const cache = this.#iteCache.get(when) ?? new Map<number, Bool>();
    this.#iteCache.set(when, cache);
    const key = then * LIMIT + otherwise;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const top = Math.min(this.#variable[when]!, this.#variable[then]!, this.#variable[otherwise]!);
    const low = this.ite(this.#at(when, top, 0), this.#at(then, top, 0), this.#at(otherwise, top, 0));
    const high = this.ite(this.#at(when, top, 1), this.#at(then, top, 1), this.#at(otherwise, top, 1));
    const made = this.#node(top, low, high);
    cache.set(key, made);
    return made;
  }

  #at(f: Bool, variable: number, value: 0 | 1): Bool {
    if (this.#variable[f] !== variable) return f;
    return value === 1 ? this.#high[f]! : this.#low[f]!;
  }

  not(f: Bool): Bool {
    return this.ite(f, 0, 1);
  }

  and(...parts: readonly Bool[]): Bool {
    return parts.reduce((f, g) => this.ite(f, g, 0), 1);
  }

  or(...parts: readonly Bool[]): Bool {
    return parts.reduce((f, g) => this.ite(f, 1, g), 0);
  }

  xor(f: Bool, g: Bool): Bool {
    return this.ite(f, this.not(g), g);
  }

  /** `f` with one variable fixed. */
  cofactor(f: Bool, variable: number, value: 0 | 1): Bool {
    if (this.#variable[f]! > variable) return f;
    const slot = 2 * variable + value;
    this.#cofactors[slot] ??= new Map();
    const cache = this.#cofactors[slot];
    const known = cache.get(f);
    if (known !== undefined) return known;
    const top = this.#variable[f]!;
    const low = this.#low[f]!;
    const high = this.#high[f]!;
    const made =
      top === variable
        ? value === 1
          ? high
          : low
        : this.#node(top, this.cofactor(low, variable, value), this.cofactor(high, variable, value));
    cache.set(f, made);
    return made;
  }

  /** 1 where some value of the variables makes `f` 1. */
  exists(f: Bool, variables: readonly number[]): Bool {
    return variables.reduce((g, v) => this.or(this.cofactor(g, v, 0), this.cofactor(g, v, 1)), f);
  }

  /** The variables that `f` depends on, ascending. */
  support(f: Bool): readonly number[] {
    const known = this.#supportCache.get(f);
    if (known !== undefined) return known;
    const seen = new Set<Bool>();
    const found = new Set<number>();
    const visit = (node: Bool): void => {
      if (node < 2 || seen.has(node)) return;
      seen.add(node);
      found.add(this.#variable[node]!);
      visit(this.#low[node]!);
      visit(this.#high[node]!);
    };
    visit(f);
    const support = [...found].sort((a, b) => a - b);
    this.#supportCache.set(f, support);
    return support;
  }

  /** Value of `f` under an assignment. */
  evaluate(f: Bool, value: (variable: number) => number): 0 | 1 {
    let node = f;
    while (node > 1) node = value(this.#variable[node]!) === 1 ? this.#high[node]! : this.#low[node]!;
    return node as 0 | 1;
  }

  /**
   * Cuts the diagram before `variable`: the functions of the variables from there on that the earlier ones
   * lead to, each with the function of the earlier ones that leads to it. Those are disjoint.
   */
  cut(f: Bool, variable: number): Map<Bool, Bool> {
    const reached = new Map<Bool, Bool>([[f, 1]]);
    const below = new Map<Bool, Bool>();
    while (reached.size > 0) {
      const node = [...reached.keys()].reduce((a, b) => (this.#variable[a]! <= this.#variable[b]! ? a : b));
      const when = reached.get(node)!;
      reached.delete(node);
      const top = this.#variable[node]!;
      if (top >= variable) {
        below.set(node, when);
        continue;
      }
      const literal = this.variable(top);
      const low = this.#low[node]!;
      const high = this.#high[node]!;
      reached.set(low, this.or(reached.get(low) ?? 0, this.and(when, this.not(literal))));
      reached.set(high, this.or(reached.get(high) ?? 0, this.and(when, literal)));
    }
    return below;
  }

  /** How many paths lead to 1. */
  pathCount(f: Bool): number {
    if (f < 2) return f;
    const known = this.#pathCounts.get(f);
    if (known !== undefined) return known;
    const made = this.pathCount(this.#low[f]!) + this.pathCount(this.#high[f]!);
    this.#pathCounts.set(f, made);
    return made;
  }

  /** The paths to 1: disjoint cubes that together are `f`. */
  paths(f: Bool): { readonly variable: number; readonly value: 0 | 1 }[][] {
    if (f === 0) return [];
    if (f === 1) return [[]];
    const variable = this.#variable[f]!;
    const branch = (child: Bool, value: 0 | 1) =>
      this.paths(child).map((path) => [{ variable, value }, ...path]);
    return [...branch(this.#low[f]!, 0), ...branch(this.#high[f]!, 1)];
  }

  /**
   * A function that equals `f` wherever `care` is 1, usually smaller (Coudert and Madre's restrict).
   * `care` must not be 0.
   */
  restrict(f: Bool, care: Bool): Bool {
    if (care === 1 || f < 2) return f;
    const top = this.#variable[f]!;
    const careTop = this.#variable[care]!;
    if (careTop < top) return this.restrict(f, this.or(this.#low[care]!, this.#high[care]!));
    const careLow = this.#at(care, top, 0);
    const careHigh = this.#at(care, top, 1);
    if (careLow === 0) return this.restrict(this.#high[f]!, careHigh);
    if (careHigh === 0) return this.restrict(this.#low[f]!, careLow);
    return this.#node(top, this.restrict(this.#low[f]!, careLow), this.restrict(this.#high[f]!, careHigh));
  }
}
