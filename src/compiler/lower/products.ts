// Products and quotients as sums of what a cell can compute: of conditions, and of numbers under conditions.

import type { Expression, Expressions } from "../../logic/expression.ts";

/** A number, and the least and the most that it is where it matters: there the program knows more than the graph. */
interface Operand {
  readonly of: Expression;
  readonly lo: number;
  readonly hi: number;
}

/** The factor with fewer values says how often the other one counts: its least value, and once more for each above. */
export function productOf(make: Expressions, one: Operand, other: Operand): Expression {
  const [few, many] = one.hi - one.lo <= other.hi - other.lo ? [one, other] : [other, one];
  if (few.of.tag === "constant") return make.sum([{ weight: few.of.value, of: many.of }]);
  const steps = Array.from({ length: few.hi - few.lo }, (_, at) => {
    const reached = make.atLeast(few.of, few.lo + 1 + at);
    return { weight: 1, of: make.choose(reached, many.of, make.zero) };
  });
  return make.sum([{ weight: few.lo, of: many.of }, ...steps]);
}

/** One for every multiple of the divisor that the number has reached. */
export function quotientOf(make: Expressions, { of, lo, hi }: Operand, divisor: number): Expression {
  const first = Math.floor(lo / divisor);
  const steps = Array.from({ length: Math.floor(hi / divisor) - first }, (_, at) => ({
    weight: 1,
    of: make.atLeast(of, (first + 1 + at) * divisor),
  }));
  return make.sum(steps, first);
}
