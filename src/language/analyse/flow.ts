// What is known about values at one point of a body: intervals that conditions and assignments have narrowed.
//
// A fact says that an expression lies in an interval. Expressions are told apart by the numbers that they have as
// terms, so that `a + b > 3` narrows a later `a + b` as well as `a` and `b`. Neighbours and lets never change within a
// body; an assignment makes older facts void that mention the assigned field. That is seen from the times of both, so
// that nothing is ever taken away, and a point costs what it adds to the one before. A point that is never reached is
// null.

import { spend } from "../../diagnostics/budget.ts";
import { type Bounds, bounds } from "../../grid/grid.ts";
import type { CheckedExpression, CheckedOf } from "./checked.ts";
import { apply, EITHER, hull, intersection, negate, onlyValueOf } from "./interval.ts";
import { IntMap } from "./persistent.ts";
import { Terms } from "./terms.ts";

interface Fact {
  readonly interval: Bounds;
  readonly time: number;
}

/** A condition that was seen to be true, or false, on the way to a point; before it, the one seen before. */
interface Seen {
  readonly condition: CheckedExpression;
  readonly truth: boolean;
  readonly time: number;
  readonly before: Seen | null;
  /** Conditions up to this one. */
  readonly count: number;
}

interface Let {
  readonly value: CheckedExpression;
  readonly time: number;
}

export interface Flow {
  readonly terms: Terms;
  /** Whether facts are noted at all: what a machine is written out as needs none, since its symbols and states fit. */
  readonly isKept: boolean;
  /** Intervals of terms. */
  readonly facts: IntMap<Fact>;
  /** The latest condition. */
  readonly seen: Seen | null;
  /** Values of lets: testing a let tests its value. */
  readonly lets: IntMap<Let>;
  /** When own fields were assigned. */
  readonly assigned: IntMap<number>;
}

/** A flow, or null where the program never comes. */
type Point = Flow | null;

/** The point where nothing is known yet; points of one program share their terms. */
export const begin = (terms = new Terms(), isKept = true): Flow => ({
  terms,
  isKept,
  facts: IntMap.empty(),
  seen: null,
  lets: IntMap.empty(),
  assigned: IntMap.empty(),
});

/** Tells whether what a term was at some time is what it is at a point. */
const holds = ({ terms, assigned }: Flow, term: number, time: number): boolean =>
  terms.mentions(term).every((field) => (assigned.get(field) ?? 0) < time);

/** Tells where an expression lies by what is known of it as a whole, beside what is known of its parts. */
export function factOf(expression: CheckedExpression, flow: Flow): Bounds | null {
  if (expression.tag === "constant" || flow.facts.isEmpty) return null;
  const term = flow.terms.of(expression);
  const fact = flow.facts.get(term);
  return fact !== undefined && holds(flow, term, fact.time) ? fact.interval : null;
}

/** Returns what a let stands for, as long as that has not changed. */
export function valueOfLet(local: number, flow: Flow): CheckedExpression | null {
  const known = flow.lets.get(local);
  return known !== undefined && holds(flow, flow.terms.of(known.value), known.time) ? known.value : null;
}

/** Conditions that are looked at again; of a long chain, the latest. */
const MOST_SEEN = 200;

/** Conditions that still hold, the latest first. */
export function* seenAt(flow: Flow): Generator<Pick<Seen, "condition" | "truth">> {
  let left = MOST_SEEN;
  for (let seen = flow.seen; seen !== null && left > 0; seen = seen.before, left--)
    if (holds(flow, flow.terms.of(seen.condition), seen.time)) yield seen;
}

/** The interval of an expression at a point, as narrow as the facts allow. */
export function intervalOf(expression: CheckedExpression, flow: Flow): Bounds {
  const computed = computedInterval(expression, flow);
  const fact = factOf(expression, flow);
  return fact === null ? computed : (intersection(computed, fact) ?? computed);
}

function computedInterval(expression: CheckedExpression, flow: Flow): Bounds {
  spend();
  switch (expression.tag) {
    case "constant":
      return { lo: expression.value, hi: expression.value };
    case "own":
    case "neighbour":
    case "local":
      return bounds(expression.type);
    case "edge":
      return EITHER;
    case "not":
      return negate(intervalOf(expression.of, flow));
    case "binary":
      return apply(
        expression.operator,
        intervalOf(expression.left, flow),
        intervalOf(expression.right, flow),
      );
    case "choose": {
      let interval = intervalOf(expression.then, flow);
      let rest = expression.otherwise;
      // Chains can be long.
      for (; rest.tag === "choose" && factOf(rest, flow) === null; rest = rest.otherwise)
        interval = hull(interval, intervalOf(rest.then, flow));
      return hull(interval, intervalOf(rest, flow));
    }
  }
}

/** Returns what is known after an own field got a value in the given interval. */
export function assigned(flow: Flow, field: string, interval: Bounds): Flow {
  const { terms, isKept } = flow;
  if (!isKept) return flow;
  const after = { ...flow, assigned: flow.assigned.set(terms.field(field), terms.now()) };
  return noted(after, terms.ofField(field), interval);
}

/** Returns what is known after `let`: the local lies where its value does, and stands for it. */
export function bound(flow: Flow, local: number, value: CheckedExpression): Flow {
  if (!flow.isKept) return flow;
  const time = flow.terms.now();
  const after = { ...flow, lets: flow.lets.set(local, { value, time }) };
  return noted(after, flow.terms.ofLet(local), intervalOf(value, flow));
}

/** The flow with one more fact. */
function noted(flow: Flow, term: number, interval: Bounds): Flow {
  return { ...flow, facts: flow.facts.set(term, { interval, time: flow.terms.now() }) };
}

/** Returns what is known where two paths meet: what both know. */
export function join(one: Point, other: Point): Point {
  if (one === null || other === null) return one ?? other;
  const { terms } = one;
  const facts = one.facts.merge(other.facts, false, (fact, second, term) =>
    holds(one, term, fact.time) && holds(other, term, second.time)
      ? { interval: hull(fact.interval, second.interval), time: terms.now() }
      : undefined,
  );
  return {
    terms,
    isKept: one.isKept,
    facts,
    seen: seenByBoth(one.seen, other.seen),
    lets: one.lets.merge(other.lets, false, () => undefined),
    assigned: one.assigned.merge(other.assigned, true, (first, second) => Math.max(first, second)),
  };
}

function seenByBoth(one: Seen | null, other: Seen | null): Seen | null {
  let [a, b] = [one, other];
  while (a !== b) {
    if ((a?.count ?? 0) >= (b?.count ?? 0)) a = a!.before;
    else b = b!.before;
  }
  return a;
}

/** Returns what is known once a condition is seen to be true, or false; null if it cannot be. */
export function see(flow: Flow, condition: CheckedExpression, truth: boolean): Point {
  if (!flow.isKept) return flow;
  const point = refine(flow, condition, truth);
  if (point === null) return null;
  const { terms, seen: before } = flow;
  return { ...point, seen: { condition, truth, time: terms.now(), before, count: (before?.count ?? 0) + 1 } };
}

/** The facts that follow from a condition. */
function refine(flow: Flow, condition: CheckedExpression, truth: boolean): Point {
  const narrowed = labelled(flow, condition, truth ? { lo: 1, hi: 1 } : { lo: 0, hi: 0 });
  if (narrowed === null) return null;
  switch (condition.tag) {
    case "not":
      return refine(narrowed, condition.of, !truth);
    case "binary":
      return refineBinary(narrowed, condition, truth);
    case "local": {
      const value = valueOfLet(condition.local, narrowed);
      return value === null ? narrowed : refine(narrowed, value, truth);
    }
    default:
      return narrowed;
  }
}

/** Records that a condition is true, or false. Its parts tell whether it can be, if they are conditions. */
function labelled(flow: Flow, condition: CheckedExpression, value: Bounds): Point {
  const isMade = condition.tag === "binary" && (condition.operator === "and" || condition.operator === "or");
  if (!isMade) return narrow(flow, condition, value);
  const fact = factOf(condition, flow);
  return fact !== null && intersection(fact, value) === null
    ? null
    : noted(flow, flow.terms.of(condition), value);
}

type Binary = CheckedOf<"binary">;

function refineBinary(flow: Flow, condition: Binary, truth: boolean): Point {
  const { operator, left, right } = condition;
  switch (operator) {
    case "and":
    case "or": {
      const first = refine(flow, left, truth);
      // A conjunction that holds, or a disjunction that fails, fixes both sides.
      if (truth === (operator === "and")) return first && refine(first, right, truth);
      const skipped = refine(flow, left, !truth);
      return join(first, skipped && refine(skipped, right, truth));
    }
    case "xor":
      return refineXor(flow, left, right, truth);
    case "==":
    case "!=":
      return truth === (operator === "==") ? equal(flow, left, right) : unequal(flow, left, right);
    case "<":
      return truth ? ordered(flow, left, right, 1) : ordered(flow, right, left, 0);
    case "<=":
      return truth ? ordered(flow, left, right, 0) : ordered(flow, right, left, 1);
    case ">":
      return truth ? ordered(flow, right, left, 1) : ordered(flow, left, right, 0);
    case ">=":
      return truth ? ordered(flow, right, left, 0) : ordered(flow, left, right, 1);
    default:
      return flow;
  }
}

function refineXor(flow: Flow, left: CheckedExpression, right: CheckedExpression, truth: boolean): Point {
  const known = (side: CheckedExpression) => onlyValueOf(intervalOf(side, flow));
  const [leftValue, rightValue] = [known(left), known(right)];
  if (leftValue !== null) return refine(flow, right, truth !== (leftValue === 1));
  if (rightValue !== null) return refine(flow, left, truth !== (rightValue === 1));
  return flow;
}

function equal(flow: Flow, left: CheckedExpression, right: CheckedExpression): Point {
  const narrowed = narrow(flow, left, intervalOf(right, flow));
  const both = narrowed && narrow(narrowed, right, intervalOf(left, narrowed));
  return both && narrowDifference(both, left, right, { lo: 0, hi: 0 });
}

/** An inequality only helps where one side is constant and at an end of the other. */
function unequal(flow: Flow, left: CheckedExpression, right: CheckedExpression): Point {
  const apart = (side: CheckedExpression, other: CheckedExpression, from: Point): Point => {
    if (from === null) return null;
    const value = onlyValueOf(intervalOf(other, from));
    const { lo, hi } = intervalOf(side, from);
    if (value === null || (value !== lo && value !== hi)) return from;
    if (lo === hi) return null;
    return narrow(from, side, value === lo ? { lo: lo + 1, hi } : { lo, hi: hi - 1 });
  };
  return apart(right, left, apart(left, right, flow));
}

/** Narrows by `less + gap <= more`. */
function ordered(flow: Flow, less: CheckedExpression, more: CheckedExpression, gap: number): Point {
  const upper = intervalOf(more, flow).hi - gap;
  const first = narrow(flow, less, { lo: Number.NEGATIVE_INFINITY, hi: upper });
  if (first === null) return null;
  const lower = intervalOf(less, first).lo + gap;
  const second = narrow(first, more, { lo: lower, hi: Number.POSITIVE_INFINITY });
  return second && narrowDifference(second, more, less, { lo: gap, hi: Number.POSITIVE_INFINITY });
}

/** Records `left - right`, so that a comparison says something about a later difference. */
function narrowDifference(flow: Flow, left: CheckedExpression, right: CheckedExpression, to: Bounds): Point {
  // What is known of one side then says it all.
  if (left.tag === "constant" || right.tag === "constant") return flow;
  return narrow(flow, { tag: "binary", operator: "-", left, right, type: left.type, span: left.span }, to);
}

/** Records that an expression lies in an interval, and what follows for its parts; null if it cannot. */
function narrow(flow: Flow, expression: CheckedExpression, to: Bounds): Point {
  spend();
  const known = intervalOf(expression, flow);
  const interval = intersection(known, to);
  if (interval === null) return null;
  if (expression.tag === "constant" || (interval.lo === known.lo && interval.hi === known.hi)) return flow;
  const narrower = noted(flow, flow.terms.of(expression), interval);
  return expression.tag === "binary" ? narrowParts(narrower, expression, interval) : narrower;
}

/** If a sum, difference, minimum or maximum lies in an interval, so do its operands, in others. */
function narrowParts(flow: Flow, { operator, left, right }: Binary, to: Bounds): Point {
  const below = { lo: Number.NEGATIVE_INFINITY, hi: to.hi };
  const above = { lo: to.lo, hi: Number.POSITIVE_INFINITY };
  const both = (leftTo: (right: Bounds) => Bounds, rightTo: (left: Bounds) => Bounds): Point => {
    const first = narrow(flow, left, leftTo(intervalOf(right, flow)));
    return first && narrow(first, right, rightTo(intervalOf(left, first)));
  };
  switch (operator) {
    case "+":
      return both(
        (other) => apply("-", to, other),
        (other) => apply("-", to, other),
      );
    case "-":
      return both(
        (other) => apply("+", to, other),
        (other) => apply("-", other, to),
      );
    case "min":
      return both(
        () => above,
        () => above,
      );
    case "max":
      return both(
        () => below,
        () => below,
      );
    default:
      return flow;
  }
}
