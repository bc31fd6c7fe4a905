// Bits as disjunctions of products. An `or` is the products of its parts; an `and` multiplies at most one of them out;
// everything else that is no condition on one key becomes a key of its own.

import type { Expression, ExpressionOf } from "../../logic/expression.ts";
import { isExclusive } from "./exclusive.ts";
import { negated } from "./keys.ts";
import type { Both, Passes } from "./passes.ts";
import { ALWAYS, type Product } from "./products.ts";

/** `choose` as a bit: longer lists are taken as decision lists. */
const LONG = 3;
/** Negations of longer lists are not pushed inwards. */
const LONGEST = 100;

/** Choices of a list, counted up to `most`. */
function chainLength(list: Expression, most: number): number {
  let length = 0;
  for (let at = list; at.tag === "choose" && length < most; at = at.otherwise) length++;
  return length;
}

export class Disjunctions {
  readonly #builder: Passes;
  readonly #known = new Map<Expression, readonly Product[]>();

  constructor(builder: Passes) {
    this.#builder = builder;
  }

  of(bit: Expression): readonly Product[] {
    const known = this.#known.get(bit);
    if (known !== undefined) return known;
    const made = this.#of(bit);
    this.#known.set(bit, made);
    return made;
  }

  #of(bit: Expression): readonly Product[] {
    if (bit.tag === "constant") return bit.value === 0 ? [] : [ALWAYS];
    const { keys, products } = this.#builder;
    const condition = keys.condition(bit);
    if (condition !== null) return products.of(condition);
    switch (bit.tag) {
      case "or":
        return bit.of.flatMap((part) => this.of(part));
      case "and":
        return this.#and(bit.of);
      case "not":
        return this.#not(bit);
      case "choose":
        return this.#choose(bit);
      case "xor": {
        const [left, right] = [this.both(bit.left), this.both(bit.right)];
        return [...products.cross(left.yes, right.no), ...products.cross(left.no, right.yes)];
      }
      default:
        return products.of(keys.opaque(bit));
    }
  }

  #and(parts: readonly Expression[]): readonly Product[] {
    const { keys, products } = this.#builder;
    const conditions = parts.map((part) => keys.condition(part));
    let all = products.withAll(
      [ALWAYS],
      conditions.filter((condition) => condition !== null),
    );
    const rest = parts
      .filter((_, at) => conditions[at] === null)
      .map((part) => ({ part, terms: this.#pushed(part) }));
    let isMultiplied = false;
    for (const { part, terms } of rest.toSorted((a, b) => b.terms.length - a.terms.length)) {
      if (terms.length === 1) all = products.cross(all, terms);
      else if (!isMultiplied && this.#isWorthMultiplying(part, terms)) {
        isMultiplied = true;
        all = products.cross(all, terms);
      } else all = products.cross(all, products.of(keys.opaque(part)));
    }
    return all;
  }

  /**
   * Tells whether terms are multiplied out: a sum of channels is better one condition; of others, few are, or those of no
   * other use.
   */
  #isWorthMultiplying(part: Expression, terms: readonly Product[]): boolean {
    const { products, decisions } = this.#builder;
    const isExclusiveSum = isExclusive(products, terms);
    if (isExclusiveSum && terms.every((term) => products.partsOf(term).length === 1)) return false;
    if (isExclusiveSum && this.#builder.uses(part) === 1) return true;
    return !decisions.reaches("distribute", terms.length - 1);
  }

  #choose(bit: ExpressionOf<"choose">): readonly Product[] {
    const { products, cases } = this.#builder;
    if (this.#builder.mostShared > 1 && chainLength(bit, LONG + 1) > LONG)
      return cases.of(bit).flatMap(({ when, then }) => products.cross(when, this.#few(then)));
    const { yes, no } = this.both(bit.when);
    return [...products.cross(yes, this.#few(bit.then)), ...products.cross(no, this.#few(bit.otherwise))];
  }

  /** The products of a bit, or a key of its own, where several that have many would have them all. */
  #few(bit: Expression): readonly Product[] {
    const terms = this.of(bit);
    if (terms.length <= this.#builder.mostShared || !this.#builder.isShared(bit)) return terms;
    return this.#builder.products.of(this.#builder.keys.opaque(bit));
  }

  /** A negation pushed inwards, where that leaves few products. */
  #pushed(bit: Expression): readonly Product[] {
    return bit.tag === "not" && bit.of.tag !== "constant" ? this.#not(bit) : this.of(bit);
  }

  #not(bit: ExpressionOf<"not">): readonly Product[] {
    const { keys, products, rule } = this.#builder;
    const condition = keys.condition(bit);
    if (condition !== null) return products.of(condition);
    const { of } = bit;
    if (of.tag === "or")
      return products.withAll(
        [ALWAYS],
        of.of.map((part) => negated(keys.opaque(part))),
      );
    if (of.tag === "choose" && chainLength(of, LONGEST) < LONGEST) {
      const { yes, no } = this.both(of.when);
      const { not } = { not: (each: Expression) => this.#few(rule.expressions.not(each)) };
      return [...products.cross(yes, not(of.then)), ...products.cross(no, not(of.otherwise))];
    }
    if (of.tag === "xor") {
      const [left, right] = [this.both(of.left), this.both(of.right)];
      return [...products.cross(left.yes, right.yes), ...products.cross(left.no, right.no)];
    }
    return products.of(keys.opaque(bit));
  }

  /** A bit and its negation, each as one product or as a key of its own. */
  both(bit: Expression): Both {
    const { keys, products, rule } = this.#builder;
    const condition = keys.condition(bit);
    if (condition !== null) return { yes: products.of(condition), no: products.not(condition) };
    const yes = this.of(bit);
    const no = this.of(rule.expressions.not(bit));
    const whole = keys.opaque(bit);
    return {
      yes: yes.length <= 1 ? yes : products.of(whole),
      no: no.length <= 1 ? no : products.not(whole),
    };
  }
}
