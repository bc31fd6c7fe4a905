// Functions of a few numbers as decision diagrams: a node asks one number and goes on by its value; equal nodes are
// one, so that two diagrams are the same function exactly if they are the same node.
//
// Method: reduced ordered multi-valued decision diagrams (Srinivasan, Kam, Malik and Brayton 1990).

import { spend } from "../diagnostics/budget.ts";
import { cached, memo } from "../diagnostics/memo.ts";
import { ADD, type Operation } from "./diagrams.ts";

/** A node of a diagram, or a leaf. */
export type CaseNode = number;

export class CaseDiagrams {
  /** How many values each number has, from 0 on; numbers are asked in this order. */
  readonly domains: readonly number[];
  readonly #levels: number[] = [];
  readonly #children: (readonly CaseNode[])[] = [];
  readonly #values: number[] = [];
  readonly #interned = new Map<string, CaseNode>();
  readonly #applied = new Map<Operation, Map<string, CaseNode>>();
  readonly #chosen = new Map<string, CaseNode>();

  constructor(domains: readonly number[]) {
    this.domains = domains;
  }

  constant(value: number): CaseNode {
    return this.#intern(`=${value}`, this.domains.length, [], value);
  }

  /** The number of a constant function, else null. */
  constantOf(of: CaseNode): number | null {
    return this.isLeaf(of) ? this.value(of) : null;
  }

  /** The node that asks a number; its only child where all are the same. */
  node(level: number, children: readonly CaseNode[]): CaseNode {
    const first = children[0]!;
    if (children.every((each) => each === first)) return first;
    return this.#intern(`${level}:${children.join()}`, level, children, 0);
  }

  #intern(key: string, level: number, children: readonly CaseNode[], value: number): CaseNode {
    const known = this.#interned.get(key);
    if (known !== undefined) return known;
    spend();
    this.#interned.set(key, this.#levels.length);
    this.#children.push(children);
    this.#values.push(value);
    return this.#levels.push(level) - 1;
  }

  /** The number that a node asks; of leaves, how many numbers there are. */
  level(of: CaseNode): number {
    return this.#levels[of]!;
  }

  isLeaf(of: CaseNode): boolean {
    return this.#levels[of] === this.domains.length;
  }

  /** The value of a leaf. */
  value(of: CaseNode): number {
    return this.#values[of]!;
  }

  /** Returns what is left of a node once a number is known to have a value. */
  child(of: CaseNode, level: number, value: number): CaseNode {
    return this.#levels[of] === level ? this.#children[of]![value]! : of;
  }

  /** All children of what is left at a level. */
  children(of: CaseNode, level: number): readonly CaseNode[] {
    if (this.#levels[of] === level) return this.#children[of]!;
    return new Array<CaseNode>(this.domains[level]!).fill(of);
  }

  /** The node whose children are made for each value of a number. */
  make(level: number, child: (value: number) => CaseNode): CaseNode {
    return this.node(
      level,
      Array.from({ length: this.domains[level]! }, (_, value) => child(value)),
    );
  }

  /** Returns what an operation makes of the values of two diagrams, everywhere. */
  apply(operation: Operation, one: CaseNode, other: CaseNode): CaseNode {
    const known = cached(this.#applied, operation, () => new Map<string, CaseNode>());
    const walk = (a: CaseNode, b: CaseNode): CaseNode => {
      const [x, y] = [this.constantOf(a), this.constantOf(b)];
      if (x !== null && y !== null) return this.constant(operation.of(x, y));
      const key = operation.commutative && b < a ? `${b} ${a}` : `${a} ${b}`;
      return cached(known, key, () => {
        const level = Math.min(this.level(a), this.level(b));
        return this.make(level, (value) => walk(this.child(a, level, value), this.child(b, level, value)));
      });
    };
    return walk(one, other);
  }

  /** Applies a function to every value. */
  map(root: CaseNode, of: (value: number) => number): CaseNode {
    const walk: (node: CaseNode) => CaseNode = memo((node) => {
      const value = this.constantOf(node);
      if (value !== null) return this.constant(of(value));
      const level = this.level(node);
      return this.make(level, (at) => walk(this.child(node, level, at)));
    });
    return walk(root);
  }

  /** `bias + sum of weight * diagram`. */
  sum(terms: readonly { readonly weight: number; readonly of: CaseNode }[], bias: number): CaseNode {
    return terms.reduce(
      (total, { weight, of }) =>
        this.apply(ADD, total, weight === 1 ? of : this.map(of, (value) => weight * value)),
      this.constant(bias),
    );
  }

  /** One of two diagrams, as a third is 1 or 0. */
  choose(when: CaseNode, then: CaseNode, otherwise: CaseNode): CaseNode {
    if (then === otherwise) return then;
    const decided = this.constantOf(when);
    if (decided !== null) return decided === 0 ? otherwise : then;
    return cached(this.#chosen, `${when} ${then} ${otherwise}`, () => {
      const level = Math.min(this.level(when), this.level(then), this.level(otherwise));
      const at = (of: CaseNode, value: number) => this.child(of, level, value);
      return this.make(level, (value) => this.choose(at(when, value), at(then, value), at(otherwise, value)));
    });
  }

  /** All nodes below, children before parents, leaves included. */
  below(roots: readonly CaseNode[]): readonly CaseNode[] {
    const seen = new Set<CaseNode>();
    const visit = (of: CaseNode): void => {
      if (seen.has(of)) return;
      for (const child of new Set(this.#children[of])) visit(child);
      seen.add(of);
    };
    for (const root of roots) visit(root);
    return [...seen];
  }

  /** Values for which two diagrams differ; null where they are the same. */
  difference(one: CaseNode, other: CaseNode): readonly number[] | null {
    if (one === other) return null;
    const found: number[] = [];
    for (let [a, b] = [one, other]; a !== b && found.length < this.domains.length; ) {
      const level = found.length;
      const value = this.children(a, level).findIndex((child, at) => child !== this.child(b, level, at));
      found.push(Math.max(0, value));
      [a, b] = [this.child(a, level, found[level]!), this.child(b, level, found[level]!)];
    }
    return found;
  }
}
