// What a rule computes in one step, as polynomials, from its expressions by their plain meaning.

import type { Rule } from "../../../compiler/schedule/rule.ts";
import { type Expression, leaves } from "../../../logic/expression.ts";
import { bitsFor } from "../../../network/network.ts";
import { type Algebra, add, combine, constant, inverse, ONE, scaled, ZERO } from "./algebra.ts";
import type { Case, Lists } from "./lists.ts";
import type { Reads } from "./reads.ts";
import type { Rectifier } from "./rectifier.ts";
import type { Polynomial } from "./space.ts";

export class Expressed {
  readonly #algebra: Algebra;
  readonly #reads: Reads;
  readonly #rectifier: Rectifier;
  readonly #signals: ReadonlyMap<string, Expression>;
  readonly #numbers = new Map<Expression, Polynomial>();
  readonly lists: Lists;

  constructor(
    rule: Pick<Rule, "signals">,
    algebra: Algebra,
    reads: Reads,
    rectifier: Rectifier,
    lists: Lists,
  ) {
    this.#algebra = algebra;
    this.#reads = reads;
    this.#rectifier = rectifier;
    this.#signals = new Map(rule.signals.map(({ name, value }) => [name, value]));
    this.lists = lists;
  }

  /** The value of an expression; bits are 0 or 1, enum values are indices. */
  number(of: Expression): Polynomial {
    const known = this.#numbers.get(of);
    if (known !== undefined) return known;
    const made = this.#number(of);
    this.#numbers.set(of, made);
    return made;
  }

  #number(of: Expression): Polynomial {
    switch (of.tag) {
      case "constant":
        return constant(of.value);
      case "read":
        return this.#reads.value(of.field, of.place);
      case "inside":
        return this.#reads.inside(of.place);
      case "signal":
        return this.number(this.#signals.get(of.name)!);
      case "not":
        return inverse(this.number(of.of));
      case "and":
        return this.#algebra.product(of.of.map((part) => this.number(part)));
      case "or":
        return this.lists.any(of.of.map((part) => this.number(part)));
      case "xor": {
        const [left, right] = [this.number(of.left), this.number(of.right)];
        return add(add(left, right), this.#algebra.times(left, right), -2);
      }
      case "is":
        return this.holding(of.of, of.value);
      case "atLeast":
        return this.atLeast(of.of, of.bound);
      case "sum":
        return combine(
          of.offset,
          of.terms.map(({ weight, of: term }) => [weight, this.number(term)] as const),
        );
      case "min":
      case "max": {
        const [left, right] = [this.number(of.left), this.number(of.right)];
        const over = this.#rectifier.relu(add(left, right, -1));
        return of.tag === "min" ? add(left, over, -1) : add(right, over);
      }
      case "choose":
        return this.#chosen(of, (each) => this.number(each));
    }
  }

  /** 1 where a value is at least the bound: pushed down to reads and sums. */
  atLeast(of: Expression, bound: number): Polynomial {
    if (of.lo >= bound) return ONE;
    if (of.hi < bound) return ZERO;
    switch (of.tag) {
      case "read":
        return this.#reads.atLeast(of.field, of.place, bound);
      case "max":
        return this.lists.any([this.atLeast(of.left, bound), this.atLeast(of.right, bound)]);
      case "min":
        return this.#algebra.times(this.atLeast(of.left, bound), this.atLeast(of.right, bound));
      case "choose":
        return this.#chosen(of, (each) => this.atLeast(each, bound));
      default:
        return this.reaching(of, bound);
    }
  }

  /** The same, from the value as a whole. */
  reaching(of: Expression, bound: number): Polynomial {
    const summands =
      of.tag === "sum"
        ? () => of.terms.map(({ weight, of: term }) => scaled(this.number(term), weight))
        : undefined;
    return this.#rectifier.step(this.number(of), bound, summands);
  }

  /** Bit `bit` of a value less `from`, the highest of several bits first. */
  bit(of: Expression, { bit, from }: { readonly bit: number; readonly from: number }): Polynomial {
    let rest = add(this.number(of), constant(-from));
    for (let at = bitsFor(of.hi - from) - 1; at >= bit; at--) {
      const set = this.#rectifier.step(rest, 2 ** at);
      if (at === bit) return set;
      rest = add(rest, set, -(2 ** at));
    }
    return ZERO;
  }

  /** 1 where a value is this one. */
  holding(of: Expression, wanted: number): Polynomial {
    if (wanted < of.lo || wanted > of.hi) return ZERO;
    if (of.tag === "constant") return ONE;
    if (of.tag === "read") return this.#reads.holding(of.field, of.place, wanted);
    if (of.tag === "choose") return this.#chosen(of, (each) => this.holding(each, wanted));
    return add(this.atLeast(of, wanted), this.atLeast(of, wanted + 1), -1);
  }

  #chosen(of: Expression, value: (leaf: Expression) => Polynomial): Polynomial {
    const cases = this.casesOf(of);
    const last = cases.at(-1)!;
    const rest = value(last.then);
    return combine(0, [
      [1, rest],
      ...cases.slice(0, -1).map(({ when, then }) => {
        return [1, this.#algebra.times(when, add(value(then), rest, -1))] as const;
      }),
    ]);
  }

  /** The cases of a decision list, exclusive and complete. */
  casesOf(of: Expression): readonly Case[] {
    return this.lists.casesOf(of, (bit) => this.number(bit));
  }

  /** For each value but the first, where an expression has that value. */
  distribution(of: Expression): ReadonlyMap<number, Polynomial> {
    const values = Array.from({ length: of.hi }, (_, at) => at + 1);
    if (of.tag !== "choose") return new Map(values.map((value) => [value, this.holding(of, value)]));
    const sums = new Map<number, [number, Polynomial][]>(values.map((value) => [value, []]));
    for (const { when, then } of this.casesOf(of)) {
      if (then.tag === "constant") sums.get(then.value)?.push([1, when]);
      else if (then.tag === "read") {
        for (const [value, part] of this.#whereRead(when, then)) sums.get(value)?.push([1, part]);
      } else {
        for (const [value, part] of this.distribution(then))
          if (part.size > 0) sums.get(value)?.push([1, this.#algebra.times(when, part)]);
      }
    }
    return new Map([...sums].map(([value, parts]) => [value, combine(0, parts)]));
  }

  /** `when` and a field having a value: terms that speak of the field already are only looked at once. */
  *#whereRead(
    when: Polynomial,
    read: Expression & { readonly tag: "read" },
  ): Generator<readonly [value: number, part: Polynomial]> {
    const { space } = this.#algebra;
    const holding = (value: number) => this.#reads.holding(read.field, read.place, value);
    const byAtom = new Map<number | null, Map<number, number>>();
    const key = space.readKey(read.field, read.place);
    for (const [monomial, weight] of when) {
      const at = space.atomOf(monomial, key)?.at ?? null;
      const part = byAtom.get(at) ?? new Map<number, number>();
      byAtom.set(at, part.set(monomial, weight));
    }
    const free = byAtom.get(null) ?? ZERO;
    for (let value = 1; value <= read.hi; value++) {
      const atom = space.readAtom(read.field, read.type, read.place, value)!;
      const fixed = byAtom.get(space.atoms[atom]!.at) ?? ZERO;
      yield [value, add(this.#algebra.times(free, holding(value)), fixed)];
    }
  }
}

/** Whether expressions ask where the edge of the grid is. */
export function asksForEdges(rule: Pick<Rule, "updates" | "signals">): boolean {
  return leaves([...rule.updates, ...rule.signals].map(({ value }) => value)).some(
    ({ tag }) => tag === "inside",
  );
}
