// Bits as forms. A product is one unit, relu(sum of its parts - (their number - 1)); exclusive products add up; those
// that can meet take one unit more. A threshold of a sum is the difference of two ramps.

import type { Bounds } from "../../grid/grid.ts";
import type { Expression } from "../../logic/expression.ts";
import type { Read } from "../lower/instructions.ts";
import { blockOf, conjunction, reached } from "./digits.ts";
import { classesOf, joined } from "./exclusive.ts";
import { combine, type Form, formSize, inverse, ONE, sumOfForms, ZERO } from "./forms.ts";
import type { Condition, Key } from "./keys.ts";
import type { Passes } from "./passes.ts";
import type { Product } from "./products.ts";
import { complement, contains, differ, isFull, single, spelledSet, type ValueSet } from "./value-sets.ts";

/** Sums of ramps times numbers may reach this; what is larger is made of units that are 0 or 1. */
const MOST_PRODUCT = 2 ** 18;

export interface PassesWithBits extends Passes {
  readonly bits: Bits;
}

export class Bits {
  readonly #builder: Passes;
  readonly #forms = new Map<Expression, Form>();
  readonly #conditions = new Map<string, Form>();

  constructor(builder: Passes) {
    this.#builder = builder;
  }

  form(bit: Expression): Form {
    const known = this.#forms.get(bit);
    if (known !== undefined) return known;
    const made = this.#form(bit);
    this.#forms.set(bit, made);
    return made;
  }

  #form(bit: Expression): Form {
    if (bit.tag === "constant") return bit.value === 0 ? ZERO : ONE;
    const { keys, disjunctions } = this.#builder;
    const condition = keys.condition(bit);
    const form = condition !== null ? this.condition(condition) : this.or(disjunctions.of(bit));
    return this.#builder.uses(bit) >= 2 ? this.#compact(form) : form;
  }

  /** A bit of many terms as one unit. */
  #compact(form: Form): Form {
    const { gates, decisions } = this.#builder;
    return decisions.reaches("bitTerms", form.terms.size) ? gates.materialise(form, 0) : form;
  }

  condition({ key, set }: Condition): Form {
    const name = `${key.id} ${spelledSet(set)}`;
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    const made = this.#condition({ key, set });
    this.#conditions.set(name, made);
    return made;
  }

  #condition({ key, set }: Condition): Form {
    if (set.length === 0) return ZERO;
    if (isFull(set, key)) return ONE;
    const { reads, numbers } = this.#builder;
    switch (key.tag) {
      case "read":
        return reads.isNumber(key.of.field) ? this.#ofNumber(key.of, set) : this.#among(key, set);
      case "inside":
        return contains(set, 1) ? reads.inside(key.place) : inverse(reads.inside(key.place));
      case "run":
        return this.#running(set, key);
      case "number":
        return this.#steps(numbers.form(key.of), key, set);
      case "bit":
        return contains(set, 1) ? this.form(key.of) : inverse(this.form(key.of));
      case "form":
        return contains(set, 1) ? key.form : inverse(key.form);
    }
  }

  /** The bit that a field of several channels is in the set. */
  #among(key: Key & { tag: "read" }, set: ValueSet): Form {
    const { reads, gates, decisions } = this.#builder;
    const form = reads.among(key.of, set);
    if (!contains(set, key.lo) || !decisions.reaches("firstTerms", form.terms.size)) return form;
    const first = gates.materialise(reads.among(key.of, single(key.lo)), 0);
    const others = reads.among(key.of, differ(set, single(key.lo)));
    const made = sumOfForms([first, others]);
    return made.terms.size < form.terms.size ? made : form;
  }

  /** The bit that a field which is read as a number is in the set: as a sum of bits, by its highest bits alone, or by steps. */
  #ofNumber(read: Read, set: ValueSet): Form {
    const { reads, gates } = this.#builder;
    const sum = reads.ofBits(read, (value) => (contains(set, value) ? 1 : 0));
    if (sum !== null) return sum;
    const digits = reads.digits(read);
    const hasBits = this.#builder.codes.get(read.field) === "binary";
    const block = hasBits ? blockOf(set, read) : null;
    if (block !== null) return conjunction(gates, digits, block);
    const others = hasBits ? blockOf(complement(set, read), read) : null;
    if (others !== null) return inverse(conjunction(gates, digits, others));
    return this.#steps(reads.number(read), read, set);
  }

  /** One of these instructions runs. */
  #running(set: ValueSet, range: Bounds): Form {
    if (contains(set, 0)) return inverse(this.#running(complement(set, range), range));
    const { signals } = this.#builder.rule;
    return sumOfForms(
      signals.filter((_, at) => contains(set, at + 1)).map(({ value }) => this.#signal(value)),
    );
  }

  #signal(value: Expression): Form {
    const known = this.#forms.get(value);
    if (known !== undefined) return known;
    const made = this.#compact(this.or(this.#builder.disjunctions.of(value)));
    this.#forms.set(value, made);
    return made;
  }

  /** 1 where a number within the range is in the set: a step at every boundary. */
  #steps(number: Form, range: Bounds, set: ValueSet): Form {
    const { gates, decisions } = this.#builder;
    const bounds = set.filter((bound) => bound > range.lo && bound <= range.hi);
    const ramps = new Set(bounds.flatMap((bound) => [bound - 1, bound]).filter((at) => at < range.hi));
    const of =
      ramps.size >= 2 && decisions.reaches("numberTerms", number.terms.size)
        ? gates.materialise(number, range.lo)
        : number;
    let isIn = contains(set, range.lo);
    const isLarge = (range.hi - range.lo) * this.#builder.widest > MOST_PRODUCT;
    const parts: [number, Form][] = [];
    for (const bound of bounds) {
      const step =
        isLarge || decisions.exactly("unitSteps") === 1
          ? this.#wideStep(of, bound, range)
          : this.step(of, bound, range);
      parts.push([isIn ? -1 : 1, step]);
      isIn = !isIn;
    }
    return combine(contains(set, range.lo) ? 1 : 0, parts);
  }

  /** 1 where a number within the range is at least `bound`. */
  step(number: Form, bound: number, { lo, hi }: Bounds): Form {
    if (bound <= lo) return ONE;
    if (bound > hi) return ZERO;
    const { gates } = this.#builder;
    const ramp = (from: number): Form =>
      gates.relu(combine(-from, [[1, number]]), { tag: "ramp" }, hi - from);
    if (bound === hi) return bound === lo + 1 ? combine(-lo, [[1, number]]) : ramp(bound - 1);
    if (bound === lo + 1) {
      return inverse(gates.relu(combine(bound, [[-1, number]]), { tag: "ramp" }, bound - lo));
    }
    return combine(0, [
      [1, ramp(bound - 1)],
      [-1, ramp(bound)],
    ]);
  }

  /** A step by a unit that is 0 or 1, whatever may come of the number: what it is multiplied with stays exact. */
  #wideStep(number: Form, bound: number, { lo, hi }: Bounds): Form {
    if (bound <= lo) return ONE;
    return bound > hi ? ZERO : reached(this.#builder.gates, number, bound, bound - lo);
  }

  /** The sums that a product is the conjunction of. */
  #partsOf(product: Product): Form[] {
    const parts = this.#builder.products.partsOf(product);
    return parts.map(({ condition, inside }) => {
      if (inside === null) return this.condition(condition);
      const others = { key: condition.key, set: complement(condition.set, condition.key) };
      return combine(0, [
        [1, this.condition(inside)],
        [-1, this.condition(others)],
      ]);
    });
  }

  product(product: Product): Form {
    if (product.size === 0) return ONE;
    const parts = this.#partsOf(product);
    if (parts.length === 1) return parts[0]!;
    const all = combine(
      1 - parts.length,
      parts.map((part) => [1, part]),
    );
    const conditions = [...product].map(([key, set]) => ({ key, set }));
    return this.#builder.gates.relu(all, { tag: "and", parts: conditions }, 1);
  }

  /** The numbers of a product's unit, and the one that reads it. */
  readonly #price = (product: Product): number => {
    if (product.size === 0) return 1;
    let [terms, constant] = [2, 1 - product.size];
    for (const [key, set] of product) {
      if (key.tag !== "read" && key.tag !== "inside") terms += 2;
      else {
        const form = this.condition({ key, set });
        terms += form.terms.size;
        constant += form.constant;
      }
    }
    return terms + (constant === 0 ? 0 : 1);
  };

  /** Exclusive products, joined where that is cheaper. */
  joined<T extends { readonly product: Product }>(
    items: readonly T[],
    tagOf?: (item: T) => string,
  ): readonly T[] {
    return joined(items, this.#price, tagOf);
  }

  /** The sum of exclusive products: their disjunction. */
  sum(exclusive: readonly Product[]): Form {
    const items = this.joined(exclusive.map((product) => ({ product })));
    return sumOfForms(items.map(({ product }) => this.product(product)));
  }

  /** The disjunction of products, whether they can meet or not. */
  or(list: readonly Product[]): Form {
    if (list.length === 0) return ZERO;
    if (list.some(({ size }) => size === 0)) return ONE;
    const items = list.map((product) => ({ product }));
    const sums = classesOf(this.#builder.products, items).map((each) =>
      this.sum(each.map(({ product }) => product)),
    );
    return sums.length === 1 ? sums[0]! : this.any(sums);
  }

  /** 1 where one of the bits is. */
  any(bits: readonly Form[]): Form {
    const none = this.#builder.gates.relu(inverse(sumOfForms(bits)), { tag: "none", of: bits }, 1);
    return inverse(none);
  }

  /** The numbers of a form, and of the units below it, if nothing else used them. */
  cost(form: Form): number {
    const { gates } = this.#builder;
    return [...gates.below([form])].reduce((sum, id) => {
      const atom = gates.atom(id);
      return sum + (atom.tag === "gate" ? formSize(atom.input) : 0);
    }, formSize(form));
  }
}
