// Decision lists as cases that exclude each other. Bits exclude each other if their sum is at most 1.
//
// Where conditions can meet, the first wins: a case says that none of those before it holds. In long lists that would
// multiply every condition with all before it. There, the alternatives of all conditions are sorted into classes whose
// members exclude each other, such as what comes from the left and what comes from the right. A class comes to the rank
// of its condition that holds, the first condition having the highest; and a condition is heard in its class if no
// other class has a higher rank.

import type { Expression } from "../../../logic/expression.ts";
import { type Algebra, add, addTo, combine, type Growing, inverse, ONE, ZERO } from "./algebra.ts";
import type { Numbers } from "./numbers.ts";
import type { Rectifier } from "./rectifier.ts";
import { type Polynomial, UNIT } from "./space.ts";

export interface Case {
  readonly when: Polynomial;
  readonly then: Expression;
}

/** An alternative of a condition, and which condition it is. */
interface Alternative {
  readonly entry: number;
  readonly bit: Polynomial;
}

/** Conditions that are multiplied with all before them. */
const MOST_MULTIPLIED = 9;
const MOST_CLASSES = 8;

type Entry = Expression & { readonly tag: "choose" };

export class Lists {
  readonly #algebra: Algebra;
  readonly #numbers: Numbers;
  readonly #rectifier: Rectifier;
  readonly #known = new Map<Expression, readonly Case[]>();

  constructor(algebra: Algebra, numbers: Numbers, rectifier: Rectifier) {
    this.#algebra = algebra;
    this.#numbers = numbers;
    this.#rectifier = rectifier;
  }

  isExclusive(bits: readonly Polynomial[]): boolean {
    return this.#numbers.rangeOf(sumOf(bits)).hi <= 1;
  }

  /** The disjunction of bits. */
  any(bits: readonly Polynomial[]): Polynomial {
    if (this.isExclusive(bits)) return sumOf(bits);
    return inverse(this.#algebra.product(bits.map(inverse)));
  }

  casesOf(list: Expression, bit: (of: Expression) => Polynomial): readonly Case[] {
    const known = this.#known.get(list);
    if (known !== undefined) return known;
    const entries: Entry[] = [];
    let rest = list;
    for (; rest.tag === "choose"; rest = rest.otherwise) entries.push(rest);
    const fires = this.#fires(entries, bit);
    const made = entries.map(({ then }, at): Case => ({ when: fires[at]!, then }));
    const all = [...made, { when: inverse(sumOf(fires)), then: rest }];
    this.#known.set(list, all);
    return all;
  }

  #fires(entries: readonly Entry[], bit: (of: Expression) => Polynomial): readonly Polynomial[] {
    const conditions = entries.map(({ when }) => bit(when));
    if (this.isExclusive(conditions)) return conditions;
    const classes = entries.length <= MOST_MULTIPLIED ? null : this.#classesOf(entries, bit);
    return classes === null ? this.#firstWins(conditions) : this.#ranked(entries.length, classes);
  }

  #firstWins(conditions: readonly Polynomial[]): readonly Polynomial[] {
    let none: Polynomial = ONE;
    return conditions.map((condition) => {
      const fires = this.#algebra.times(condition, none);
      none = add(none, fires, -1);
      return fires;
    });
  }

  /** Alternatives that read the same places are one class; null where their members can meet. */
  #classesOf(
    entries: readonly Entry[],
    bit: (of: Expression) => Polynomial,
  ): (readonly Alternative[])[] | null {
    const classes = new Map<string, Alternative[]>();
    for (const [entry, { when }] of entries.entries())
      for (const part of when.tag === "or" ? when.of : [when]) {
        const alternative = { entry, bit: bit(part) };
        const name = this.#keysOf(alternative.bit);
        const members = classes.get(name);
        if (members === undefined) classes.set(name, [alternative]);
        else members.push(alternative);
      }
    const found = [...classes.values()].sort((a, b) => b.length - a.length);
    const areSound = found.every((members) => this.isExclusive(members.map((each) => each.bit)));
    return areSound && found.length > 1 && found.length <= MOST_CLASSES ? found : null;
  }

  #keysOf(of: Polynomial): string {
    const { space } = this.#algebra;
    const keys = new Set<number>();
    for (const monomial of of.keys())
      for (let at = monomial; at !== UNIT; at = space.shorter(at)) keys.add(space.lastAtom(at).key);
    return [...keys].sort((a, b) => a - b).join(" ");
  }

  /** Condition i has rank `count - i`; of equal ranks, the class that stands first is heard. */
  #ranked(count: number, classes: readonly (readonly Alternative[])[]): readonly Polynomial[] {
    const ranks = classes.map((members) =>
      combine(
        0,
        members.map(({ entry, bit }) => [count - entry, bit] as const),
      ),
    );
    const heard = ranks.map((own, at) =>
      this.#algebra.product(
        ranks.flatMap((other, before) => {
          if (before === at) return [];
          return [inverse(this.#rectifier.step(add(other, own, -1), before < at ? 0 : 1))];
        }),
      ),
    );
    const fires = Array.from({ length: count }, (): Growing => new Map());
    for (const [at, members] of classes.entries())
      for (const { entry, bit } of members) addTo(fires[entry]!, this.#algebra.times(bit, heard[at]!));
    return fires;
  }
}

function sumOf(parts: readonly Polynomial[]): Polynomial {
  if (parts.length === 1) return parts[0]!;
  return parts.length === 0
    ? ZERO
    : combine(
        0,
        parts.map((part) => [1, part] as const),
      );
}
