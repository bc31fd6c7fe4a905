// Products and quotients, which rules have as sums of a condition for every multiple that is reached, as sums of digits: fewer
// numbers, in more layers, where such conditions are no channels.

import { groupBy } from "../../diagnostics/group.ts";
import type { Expression, ExpressionOf, Expressions, Term } from "../../logic/expression.ts";
import { quotientDigits } from "../../logic/quotient-digits.ts";
import { type Rule, withValues } from "../schedule/rule.ts";

/** Fewer conditions stay as they are. */
const FEWEST_STEPS = 6;

type Sum = ExpressionOf<"sum">;

/** A term of a sum: a threshold of a number, and what is added where it is reached, or null for 1. */
interface Step {
  readonly term: Term;
  readonly number: Expression;
  readonly bound: number;
  readonly added: Expression | null;
}

/** The digits that a digit is made of, where it is one: thresholds of a number of which what is asked for is what they leave. */
export function digitsBefore(node: Expression): readonly Expression[] {
  if (node.tag !== "atLeast" || node.of.tag !== "sum") return [];
  const { terms } = node.of;
  const parts = new Set(terms.map(({ of }) => of));
  const numbers = (of: Expression) => (of.tag === "sum" ? of.terms.map((term) => term.of) : [of]);
  return terms.flatMap(({ of }) =>
    of.tag === "atLeast" && numbers(of.of).some((number) => parts.has(number)) ? [of] : [],
  );
}

/** Sums of which some terms are thresholds of one number at equal distances. */
export const hasSteps = (node: Expression): node is Sum => node.tag === "sum" && stepsOf(node).length > 0;

/** The same rule with these sums made of digits. */
export function withDigits(rule: Rule, sums: readonly Sum[]): Rule {
  const make = rule.expressions;
  const made = new Map<Expression, Expression>();
  for (const sum of sums.toSorted((a, b) => a.depth - b.depth)) {
    const now = make.replace(sum, made);
    made.set(sum, now.tag === "sum" ? inDigits(make, now) : now);
  }
  return withValues(rule, (value) => make.replace(value, made));
}

function inDigits(make: Expressions, sum: Sum): Expression {
  const all = stepsOf(sum);
  const counted = new Set(all.flatMap((steps) => steps.map(({ term }) => term)));
  const digits = all.flatMap((steps): Term[] => {
    const [{ term, number, bound, added }, second] = steps as [Step, Step];
    const unit = second.bound - bound;
    const above = make.sum([{ weight: 1, of: number }], unit - bound);
    return quotientDigits(make, above, unit, steps.length).map(({ weight, of }) => ({
      weight: weight * term.weight,
      of: added === null ? of : make.choose(of, added, make.zero),
    }));
  });
  return make.sum([...sum.terms.filter((term) => !counted.has(term)), ...digits], sum.offset);
}

/** Groups of terms, each in the order of its bounds. */
function stepsOf({ terms }: Sum): readonly (readonly Step[])[] {
  if (terms.length < FEWEST_STEPS) return [];
  const steps = terms.map(stepOf).filter((step) => step !== null);
  const key = ({ term, number, added }: Step) => `${term.weight} ${number.id} ${added?.id}`;
  return [...groupBy(steps, key).values()]
    .map((group) => group.toSorted((a, b) => a.bound - b.bound))
    .filter((group) => group.length >= FEWEST_STEPS && isEven(group));
}

function stepOf(term: Term): Step | null {
  const { of } = term;
  if (of.tag === "atLeast") return { term, number: of.of, bound: of.bound, added: null };
  if (of.tag !== "choose" || of.when.tag !== "atLeast") return null;
  const isNothing = of.otherwise.tag === "constant" && of.otherwise.value === 0;
  return isNothing ? { term, number: of.when.of, bound: of.when.bound, added: of.then } : null;
}

const isEven = (steps: readonly Step[]): boolean =>
  steps.every(
    ({ bound }, at) => at < 2 || bound - steps[at - 1]!.bound === steps[1]!.bound - steps[0]!.bound,
  );
