// Numbers for expressions: equal numbers mean equal values as long as no mentioned own field is assigned.

import { cached } from "../../diagnostics/memo.ts";
import { type CheckedExpression, partsOf } from "./checked.ts";

export class Terms {
  readonly #known = new WeakMap<CheckedExpression, number>();
  readonly #numbers = new Map<string, number>();
  readonly #mentions: (readonly number[])[] = [];
  readonly #fields = new Map<string, number>();
  #time = 0;

  /** The number of an expression. */
  of(expression: CheckedExpression): number {
    const known = this.#known.get(expression);
    if (known !== undefined) return known;
    // Chains of choices can be too long to be nested: their last parts come first.
    const chain = [expression];
    for (let last = expression; last.tag === "choose" && !this.#known.has(last.otherwise); ) {
      last = last.otherwise;
      chain.push(last);
    }
    for (const part of chain.reverse()) this.#known.set(part, this.#find(part));
    return this.#known.get(expression)!;
  }

  /** The number that an own field has as an expression. */
  ofField(name: string): number {
    return this.#numberOf(`own ${name}`, () => [this.field(name)]);
  }

  /** The number that a let has as an expression. */
  ofLet(local: number): number {
    return this.#numberOf(`let ${local}`, () => NOTHING);
  }

  /** The number of an own field among the fields. */
  field(name: string): number {
    return cached(this.#fields, name, () => this.#fields.size);
  }

  /** The own fields that an expression depends on, given its number. */
  mentions(term: number): readonly number[] {
    return this.#mentions[term]!;
  }

  /** A time that is later than all before. */
  now(): number {
    return ++this.#time;
  }

  #find(expression: CheckedExpression): number {
    if (expression.tag === "own") return this.ofField(expression.field);
    if (expression.tag === "local") return this.ofLet(expression.local);
    const parts = partsOf(expression).map((part) => this.of(part));
    const text = [labelOf(expression), ...parts].join(" ");
    return this.#numberOf(text, () => parts.map((part) => this.mentions(part)).reduce(union, NOTHING));
  }

  #numberOf(text: string, mentions: () => readonly number[]): number {
    return cached(this.#numbers, text, () => this.#mentions.push(mentions()) - 1);
  }
}

const NOTHING: readonly number[] = [];

function union(one: readonly number[], other: readonly number[]): readonly number[] {
  if (one.length < other.length) return union(other, one);
  const more = other.filter((field) => !one.includes(field));
  return more.length === 0 ? one : [...one, ...more];
}

/** All that an expression is beside its parts. */
function labelOf(expression: Exclude<CheckedExpression, { readonly tag: "own" | "local" }>): string {
  switch (expression.tag) {
    case "constant":
      return String(expression.value);
    case "neighbour":
      return `${expression.place} ${expression.field}`;
    case "edge":
      return `at ${expression.side}`;
    case "not":
    case "choose":
      return expression.tag;
    case "binary":
      return expression.operator;
  }
}
