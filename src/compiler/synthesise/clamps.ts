// What a link of a chain does to a number: it adds something, and keeps within bounds. Two links after one another are one
// again, and so is a choice between two that does not look at the number.

import { memo } from "../../diagnostics/memo.ts";
import { type Expression, type ExpressionOf, type Expressions, operands } from "../../logic/expression.ts";
import { halved } from "../../logic/pairwise.ts";

/** What becomes of a number: `min(hi, max(lo, number + plus))`. */
export interface Clamp {
  readonly plus: Expression;
  readonly lo: Expression | null;
  readonly hi: Expression | null;
}

/** Returns what links do after one another, the innermost first; of at least one. */
export const allOf = (make: Expressions, clamps: readonly Clamp[]): Clamp =>
  halved(clamps, (below, above) => composed(make, above, below))!;

function composed(make: Expressions, above: Clamp, below: Clamp): Clamp {
  const raised = (bound: Expression | null): Expression | null => bound && added(make, bound, above.plus);
  const [lo, hi] = [raised(below.lo), raised(below.hi)];
  return {
    plus: added(make, below.plus, above.plus),
    lo: largest(make, above.lo, lo),
    hi: hi === null ? above.hi : least(make, above.hi, largest(make, above.lo, hi)!),
  };
}

/** Returns what becomes of a number. */
export const clamped = (make: Expressions, number: Expression, { plus, lo, hi }: Clamp): Expression =>
  least(make, hi, largest(make, lo, added(make, number, plus))!)!;

const added = (make: Expressions, a: Expression, b: Expression): Expression =>
  make.sum([
    { weight: 1, of: a },
    { weight: 1, of: b },
  ]);

/** Null is no bound. */
const least = (make: Expressions, a: Expression | null, b: Expression | null): Expression | null =>
  a === null ? b : b === null ? a : make.min(a, b);
const largest = (make: Expressions, a: Expression | null, b: Expression | null): Expression | null =>
  a === null ? b : b === null ? a : make.max(a, b);

/** What a number becomes, link by link, as a sum within bounds. */
export class Clamps {
  readonly #make: Expressions;
  readonly #below: Expression;
  /** What becomes of the number in an expression; null where that is no sum within bounds. */
  readonly of = memo((value: Expression): Clamp | null => this.#of(value));
  readonly #isUsedIn = memo((value: Expression): boolean => this.#depends(value));

  constructor(make: Expressions, below: Expression) {
    this.#make = make;
    this.#below = below;
  }

  #of(value: Expression): Clamp | null {
    const make = this.#make;
    if (value === this.#below) return { plus: make.zero, lo: null, hi: null };
    if (value.tag === "min" || value.tag === "max") {
      const isLeft = this.#isUsedIn(value.left);
      if (isLeft && this.#isUsedIn(value.right)) return null;
      const inner = this.of(isLeft ? value.left : value.right);
      return inner && this.#bounded(inner, value.tag, isLeft ? value.right : value.left);
    }
    if (value.tag === "sum") return this.#added(value);
    if (value.tag === "choose") return this.#chosen(value);
    return null;
  }

  #bounded({ plus, lo, hi }: Clamp, tag: "min" | "max", by: Expression): Clamp {
    const make = this.#make;
    if (tag === "min") return { plus, lo, hi: least(make, hi, by) };
    return { plus, lo: largest(make, lo, by), hi: hi && make.max(hi, by) };
  }

  #added({ terms, offset }: ExpressionOf<"sum">): Clamp | null {
    const make = this.#make;
    const own = terms.filter(({ of }) => this.#isUsedIn(of));
    const inner = own.length === 1 && own[0]!.weight === 1 ? this.of(own[0]!.of) : null;
    if (inner === null) return null;
    const by = make.sum(
      terms.filter((term) => term !== own[0]),
      offset,
    );
    const { plus, lo, hi } = inner;
    return { plus: added(make, plus, by), lo: lo && added(make, lo, by), hi: hi && added(make, hi, by) };
  }

  #chosen({ when, then, otherwise }: ExpressionOf<"choose">): Clamp | null {
    if (this.#isUsedIn(when)) return null;
    const [yes, no] = [this.#orFixed(then), this.#orFixed(otherwise)];
    if (yes === null || no === null) return null;
    const make = this.#make;
    const either = (a: Expression, b: Expression): Expression => make.choose(when, a, b);
    // Where only one of them has a bound, the other has one that it never reaches.
    const bound = (of: "lo" | "hi"): Expression | null =>
      yes[of] === null && no[of] === null ? null : either(this.#boundOf(yes, of), this.#boundOf(no, of));
    return { plus: either(yes.plus, no.plus), lo: bound("lo"), hi: bound("hi") };
  }

  /** A value that does not depend on the number is where both bounds are. */
  #orFixed(value: Expression): Clamp | null {
    return this.#isUsedIn(value) ? this.of(value) : { plus: this.#make.zero, lo: value, hi: value };
  }

  #boundOf(clamp: Clamp, of: "lo" | "hi"): Expression {
    return clamp[of] ?? this.#make.constant(this.#below[of] + clamp.plus[of]);
  }

  #depends(value: Expression): boolean {
    if (value === this.#below) return true;
    return value.depth > this.#below.depth && operands(value).some((part) => this.#isUsedIn(part));
  }
}
