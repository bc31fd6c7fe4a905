// Numbers as forms. Reads and sums are linear and cost no unit; a minimum or maximum is one unit; of several cases,
// constants and constant differences cost nothing, and `bit * number` is one unit where the number's bounds are known.

import type { Bounds } from "../../grid/grid.ts";
import type { Expression, ExpressionOf } from "../../logic/expression.ts";
import type { PassesWithBits } from "./bits.ts";
import { combine, constantForm, type Form, formSize } from "./forms.ts";

/** Values that other cases are told as differences from; all but the last few are not tried. */
const MOST_BASES = 3;

/** A case: where its bit is 1, the number is that. */
interface NumberCase {
  readonly bit: Form;
  readonly number: Form;
  readonly range: Bounds;
}

export class Numbers {
  readonly #builder: PassesWithBits;
  readonly #known = new Map<Expression, Form>();

  constructor(builder: PassesWithBits) {
    this.#builder = builder;
  }

  form(of: Expression): Form {
    const known = this.#known.get(of);
    if (known !== undefined) return known;
    const { gates, decisions } = this.#builder;
    const form = this.#form(of);
    const isShared = this.#builder.uses(of) >= 3 && decisions.reaches("numberTerms", form.terms.size - 1);
    const made = isShared ? gates.materialise(form, of.lo) : form;
    this.#known.set(of, made);
    return made;
  }

  #form(of: Expression): Form {
    const { reads, keys, bits } = this.#builder;
    const table = keys.tableOf(of);
    if (table !== null) return reads.table(table.read, (value) => table.values[value - table.read.lo]!);
    switch (of.tag) {
      case "constant":
        return constantForm(of.value);
      case "read":
        return reads.number(of);
      case "sum":
        return combine(
          of.offset,
          of.terms.map((term) => [term.weight, this.form(term.of)]),
        );
      case "min":
      case "max":
        return this.#extremum(of);
      case "choose":
        return this.#chosen(of);
      default:
        return bits.form(of);
    }
  }

  /** max(a, b) = b + relu(a - b), min(a, b) = a - relu(a - b). */
  #extremum({ tag, left, right }: ExpressionOf<"min" | "max">): Form {
    const [a, b] = [this.form(left), this.form(right)];
    const difference = combine(0, [
      [1, a],
      [-1, b],
    ]);
    const over = this.#builder.gates.relu(difference, { tag: "ramp" }, left.hi - right.lo);
    return tag === "max"
      ? combine(0, [
          [1, b],
          [1, over],
        ])
      : combine(0, [
          [1, a],
          [-1, over],
        ]);
  }

  /** One case as the base, and what the others differ from it by. */
  #chosen(of: Expression): Form {
    const { cases, bits } = this.#builder;
    const list = cases.of(of).map(
      ({ when, then }): NumberCase => ({
        bit: bits.sum(when),
        number: this.form(then),
        range: { lo: then.lo, hi: then.hi },
      }),
    );
    const firstConstant = list.findIndex(({ number }) => number.terms.size === 0);
    const bases = list.filter(({ number }, at) => number.terms.size > 0 || at === firstConstant);
    const made = bases.slice(-MOST_BASES).map((base) => this.#from(base, list));
    return made.reduce((best, each) => (each.price < best.price ? each : best)).form;
  }

  #from(base: NumberCase, list: readonly NumberCase[]): { readonly form: Form; readonly price: number } {
    const parts: [number, Form][] = [[1, base.number]];
    let price = formSize(base.number);
    for (const each of list) {
      if (each === base) continue;
      const { bit, number, range } = each;
      const difference = combine(0, [
        [1, number],
        [-1, base.number],
      ]);
      if (difference.terms.size === 0) {
        if (difference.constant !== 0) price += bit.terms.size;
        parts.push([difference.constant, bit]);
      } else {
        price += difference.terms.size + 2 * bit.terms.size + 2;
        const reach = { lo: range.lo - base.range.hi, hi: range.hi - base.range.lo };
        parts.push([1, this.#times(bit, difference, reach)]);
      }
    }
    return { form: combine(0, parts), price };
  }

  /** `bit * number`, the number being within the range. */
  #times(given: Form, number: Form, range: Bounds): Form {
    const { gates, decisions } = this.#builder;
    const known = gates.range(number);
    const [lo, hi] = [Math.max(range.lo, known.lo), Math.min(range.hi, known.hi)];
    const bit = decisions.reaches("bitTerms", given.terms.size) ? gates.materialise(given, 0) : given;
    const product = (of: Form, width: number): Form => {
      const input = combine(-width, [
        [1, of],
        [width, bit],
      ]);
      return gates.relu(input, { tag: "times", bit, of, width }, width);
    };
    if (lo >= 0) return product(number, hi);
    if (hi <= 0) return combine(0, [[-1, product(combine(0, [[-1, number]]), -lo)]]);
    return combine(0, [
      [1, product(combine(-lo, [[1, number]]), hi - lo)],
      [lo, bit],
    ]);
  }
}
