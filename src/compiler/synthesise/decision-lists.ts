// Decision lists: `if a then x else if b then y else z` as exclusive and complete cases. Where the conditions exclude
// each other, as most do, the cases are they themselves. Where some can meet, the first wins: in short lists a case
// says that none of those before it holds which could; in long ones, the conditions are sorted into classes that are
// exclusive in themselves (such as what comes from the left and what comes from the right), each class sums up to the
// rank of its condition, and silences the classes of lesser rank.

import { groupBy } from "../../diagnostics/group.ts";
import type { Expression, ExpressionOf } from "../../logic/expression.ts";
import type { PassesWithBits } from "./bits.ts";
import { classesOf, isExclusive } from "./exclusive.ts";
import { combine, type Form, sumOfForms } from "./forms.ts";
import type { Case } from "./passes.ts";
import { ALWAYS, type Product } from "./products.ts";
import { complement, single } from "./value-sets.ts";

/** `if when then ... else otherwise`. */
type Entry = ExpressionOf<"choose">;

/** A product, and which condition of the list it belongs to. */
interface Term {
  readonly product: Product;
  readonly entry: number;
}

/** Conditions in more classes than this are not ranked. */
const MOST_CLASSES = 8;
/** The number that is compared at a time with all before them. */
const FEW = 8;
/** A list of more cases that stands in several others is no part of these: they would grow as a power of their depth. */
const MOST_INNER = 8;

export class Cases {
  readonly #builder: PassesWithBits;
  readonly #known = new Map<Expression, readonly Case[]>();

  constructor(builder: PassesWithBits) {
    this.#builder = builder;
  }

  of(value: Expression): readonly Case[] {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const made = value.tag === "choose" ? this.#listed(value) : [{ when: [ALWAYS], then: value }];
    this.#known.set(value, made);
    return made;
  }

  #listed(value: Expression): readonly Case[] {
    const entries = this.#entriesOf(value);
    const { disjunctions } = this.#builder;
    const conditions = entries.map(({ when }) => disjunctions.of(when));
    const fires = [...this.#firesOf(entries, conditions)];
    fires.push(this.#noneOf(entries, conditions, fires));
    return [...entries.map(({ then }) => then), entries.at(-1)!.otherwise].flatMap((then, at): Case[] => {
      const inner = this.of(then);
      if (inner.length > MOST_INNER && this.#builder.isShared(then)) return [{ when: fires[at]!, then }];
      return inner.map((each) => ({ when: this.#within(fires[at]!, each.when), then: each.then }));
    });
  }

  /**
   * A list that begins with several conditions on one key, and goes on with others that can meet these, is two lists:
   * so it is where one match stands in the last case of another.
   */
  #entriesOf(value: Expression): readonly Entry[] {
    const { keys, products, disjunctions } = this.#builder;
    const entries: Entry[] = [];
    for (let at = value; at.tag === "choose"; at = at.otherwise) {
      if (at !== value && this.#builder.isShared(at) && at.nesting > MOST_INNER) break;
      entries.push(at);
    }
    const key = keys.condition(entries[0]!.when)?.key;
    const end = entries.findIndex(({ when }) => key === undefined || keys.condition(when)?.key !== key);
    if (end < 2) return entries;
    const conditions = entries.flatMap(({ when }) => disjunctions.of(when));
    return isExclusive(products, conditions) ? entries : entries.slice(0, end);
  }

  /** Tells where each entry is the first that holds, as exclusive products. */
  #firesOf(
    entries: readonly Entry[],
    conditions: readonly (readonly Product[])[],
  ): readonly (readonly Product[])[] {
    const { products, decisions, bits } = this.#builder;
    const terms = conditions.flatMap((list, entry) => list.map((product): Term => ({ product, entry })));
    const classes = classesOf(products, terms, MOST_CLASSES);
    if (classes.length <= 1) return conditions;
    if (!decisions.reaches("rankAfter", entries.length - 1)) return this.#firstWins(entries, conditions);
    if (classes.length <= MOST_CLASSES) return this.#ranked(entries.length, classes);
    return this.#tournament(entries.map(({ when }) => bits.form(when)));
  }

  /** A case of a case: a product of both, unless these would be many. */
  #within(outer: readonly Product[], inner: readonly Product[]): readonly Product[] {
    const { products, bits, gates, keys } = this.#builder;
    if (outer.length === 1 || inner.length === 1 || outer.length * inner.length <= 4) {
      return products.cross(outer, inner);
    }
    const key = keys.ofForm(gates.materialise(bits.sum(inner), 0));
    return products.cross(outer, products.of({ key, set: single(1) }));
  }

  /** Tells where no entry holds. */
  #noneOf(
    entries: readonly Entry[],
    conditions: readonly (readonly Product[])[],
    fires: readonly (readonly Product[])[],
  ): readonly Product[] {
    const { products, decisions, disjunctions, bits, gates, keys } = this.#builder;
    const areSimple = conditions.every((list) => list.length === 1 && list[0]!.size === 1);
    if (areSimple && !decisions.reaches("rankAfter", conditions.length - 1)) {
      return conditions
        .flatMap(([product]) => [...product!])
        .reduce<readonly Product[]>(
          (all, [key, set]) => products.cross(all, products.of({ key, set: complement(set, key) })),
          [ALWAYS],
        );
    }
    if (entries.length === 1) return disjunctions.both(entries[0]!.when).no;
    const any = sumOfForms(fires.map((list) => bits.sum(list)));
    const form = decisions.reaches("bitTerms", any.terms.size) ? gates.materialise(any, 0) : any;
    return products.of({ key: keys.ofForm(form), set: single(0) });
  }

  #firstWins(
    entries: readonly Entry[],
    conditions: readonly (readonly Product[])[],
  ): readonly (readonly Product[])[] {
    const { products, disjunctions, keys } = this.#builder;
    return entries.map(({ when }, at) => {
      const isSum = isExclusive(products, conditions[at]!);
      let list: readonly Product[] = isSum ? conditions[at]! : products.of(keys.opaque(when));
      for (let before = 0; before < at; before++) {
        const canMeet = list.some((a) => conditions[before]!.some((b) => !products.areDisjoint(a, b)));
        if (canMeet) list = products.cross(list, disjunctions.both(entries[before]!.when).no);
      }
      return list;
    });
  }

  /** Entry i has rank `count - i`. Each class sums to the rank of what holds in it; the highest is heard. */
  #ranked(count: number, classes: readonly (readonly Term[])[]): readonly (readonly Product[])[] {
    const { bits, gates, keys, products } = this.#builder;
    const ranks = classes.map((terms) => {
      const joined = bits.joined(terms, ({ entry }) => String(entry));
      const parts = joined.map(({ entry, product }) => [count - entry, bits.product(product)] as const);
      return gates.materialise(combine(0, parts), 0);
    });
    const spoken = classes.map((terms) => {
      const lists = groupBy(terms, ({ entry }) => entry);
      return new Map(
        [...lists].map(([entry, list]) => [entry, bits.sum(list.map(({ product }) => product))]),
      );
    });
    const louder = classes.map((_, own) => this.#louder(ranks, own, count));
    return Array.from({ length: count }, (_, entry) =>
      spoken.flatMap((forms, own) => {
        const bit = forms.get(entry);
        if (bit === undefined) return [];
        const by = louder[own]!;
        const heard = combine(0, [[1, bit], ...by.map((each) => [-1, each] as const)]);
        const form = gates.relu(heard, { tag: "silence", bit, by }, 1);
        return products.of({ key: keys.ofForm(form), set: single(1) });
      }),
    );
  }

  /** The first of any bits, in rounds: the first of each few, and the first few that have one. */
  #tournament(given: readonly Form[]): readonly (readonly Product[])[] {
    const { gates, keys, products, bits } = this.#builder;
    const isOne = (form: Form): readonly Product[] => products.of({ key: keys.ofForm(form), set: single(1) });
    const units = given.map((bit) => gates.materialise(bit, 0));
    if (units.length > FEW) {
      const groups = Array.from({ length: Math.ceil(units.length / FEW) }, (_, at) =>
        units.slice(FEW * at, FEW * (at + 1)),
      );
      const winners = this.#tournament(groups.map((group) => bits.any(group)));
      return groups.flatMap((group, at) =>
        this.#tournament(group).map((first) => products.cross(first, winners[at]!)),
      );
    }
    return units.map((bit, at) => {
      const by = units.slice(0, at);
      const heard = combine(0, [[1, bit], ...by.map((each) => [-1, each] as const)]);
      return isOne(gates.relu(heard, { tag: "silence", bit, by }, 1));
    });
  }

  /** For every other class, whether its rank is higher, or as high where that class stands first. */
  #louder(ranks: readonly Form[], own: number, count: number): Form[] {
    const { bits } = this.#builder;
    const range = { lo: -count, hi: count };
    return ranks.flatMap((rank, other) => {
      if (other === own) return [];
      const ahead = combine(0, [
        [1, rank],
        [-1, ranks[own]!],
      ]);
      return [bits.step(ahead, other < own ? 0 : 1, range)];
    });
  }
}
