// What is known about values at one point of a body: intervals that conditions and assignments have narrowed.
//
// A fact says that an expression lies in an interval. Expressions are told apart by a key that spells them out,
// so that `a + b > 3` narrows a later `a + b` as well as `a` and `b`. Neighbours and lets never change within a
// body; an assignment drops the facts that mention the assigned field. A point that is never reached is null.

import type { CheckedExpression } from "./checked.ts";
import { apply, EITHER, hull, type Interval, intersect, intervalOfType, negate, single } from "./interval.ts";

/** A condition that was seen to be true, or false, on the way to a point. */
interface Seen {
  readonly condition: CheckedExpression;
  readonly truth: boolean;
}

export interface Flow {
  readonly facts: ReadonlyMap<string, Interval>;
  /** Conditions that still hold, the latest last. */
  readonly seen: readonly Seen[];
  /** Values of lets that still hold: testing a let tests its value. */
  readonly lets: ReadonlyMap<number, CheckedExpression>;
}

/** A flow, or null where the program never comes. */
export type Point = Flow | null;

export const START: Flow = { facts: new Map(), seen: [], lets: new Map() };

const ownKey = (field: string): string => `own ${field};`;

/** What nodes are spelled out as: the same ones are asked for again at every point behind them. */
const KEYS = new WeakMap<CheckedExpression, string>();

/** Spells an expression out; equal keys mean equal values as long as no mentioned own field is assigned. */
export function keyOf(expression: CheckedExpression): string {
  const known = KEYS.get(expression);
  if (known !== undefined) return known;
  const key = spelled(expression);
  KEYS.set(expression, key);
  return key;
}

function spelled(expression: CheckedExpression): string {
  switch (expression.tag) {
    case "constant":
      return String(expression.value);
    case "own":
      return ownKey(expression.field);
    case "neighbour":
      return `${expression.place}.${expression.field};`;
    case "local":
      return `let ${expression.local};`;
    case "edge":
      return `at ${expression.side};`;
    case "not":
      return `not(${keyOf(expression.of)})`;
    case "binary":
      return `(${keyOf(expression.left)}${expression.operator}${keyOf(expression.right)})`;
    case "choose":
      return `if(${keyOf(expression.when)}?${keyOf(expression.then)}:${keyOf(expression.otherwise)})`;
  }
}

/** The interval of an expression at a point, as narrow as the facts allow. */
export function intervalOf(expression: CheckedExpression, flow: Flow): Interval {
  const computed = computedInterval(expression, flow);
  if (flow.facts.size === 0 || expression.tag === "constant") return computed;
  const fact = flow.facts.get(keyOf(expression));
  return fact === undefined ? computed : (intersect(computed, fact) ?? computed);
}

function computedInterval(expression: CheckedExpression, flow: Flow): Interval {
  switch (expression.tag) {
    case "constant":
      return { lo: expression.value, hi: expression.value };
    case "own":
    case "neighbour":
    case "local":
      return intervalOfType(expression.type);
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
    case "choose":
      return hull(intervalOf(expression.then, flow), intervalOf(expression.otherwise, flow));
  }
}

/** What is known after an own field got a value in the given interval. */
export function assigned(flow: Flow, field: string, interval: Interval): Flow {
  const mention = ownKey(field);
  const facts = new Map([...flow.facts].filter(([key]) => !key.includes(mention)));
  const seen = flow.seen.filter(({ condition }) => !keyOf(condition).includes(mention));
  const lets = new Map([...flow.lets].filter(([, value]) => !keyOf(value).includes(mention)));
  return { facts: facts.set(mention, interval), seen, lets };
}

/** What is known after `let`: the local lies where its value does, and stands for it. */
export function bound(flow: Flow, local: number, value: CheckedExpression): Flow {
  const facts = noted(flow.facts, `let ${local};`, intervalOf(value, flow));
  return { ...flow, facts, lets: new Map(flow.lets).set(local, value) };
}

/** What is known where two paths meet: what both know. */
export function join(one: Point, other: Point): Point {
  if (one === null || other === null) return one ?? other;
  const facts = new Map<string, Interval>();
  for (const [key, fact] of one.facts) {
    const second = other.facts.get(key);
    if (second !== undefined) facts.set(key, hull(fact, second));
  }
  const both = new Set(other.seen);
  const seen = one.seen.filter((each) => both.has(each));
  return { facts, seen, lets: new Map([...one.lets].filter(([local]) => other.lets.has(local))) };
}

/** What is known once a condition is seen to be true, or false; null if it cannot be. */
export function see(flow: Flow, condition: CheckedExpression, truth: boolean): Point {
  const point = refine(flow, condition, truth);
  return point && { ...point, seen: [...flow.seen, { condition, truth }].slice(-MOST_FACTS) };
}

/** The facts that follow from a condition. */
function refine(flow: Flow, condition: CheckedExpression, truth: boolean): Point {
  const narrowed = narrow(flow, condition, truth ? { lo: 1, hi: 1 } : { lo: 0, hi: 0 });
  if (narrowed === null) return null;
  switch (condition.tag) {
    case "not":
      return refine(narrowed, condition.of, !truth);
    case "binary":
      return refineBinary(narrowed, condition, truth);
    case "local": {
      const value = narrowed.lets.get(condition.local);
      return value === undefined ? narrowed : refine(narrowed, value, truth);
    }
    default:
      return narrowed;
  }
}

type Binary = CheckedExpression & { tag: "binary" };

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
  const known = (side: CheckedExpression) => single(intervalOf(side, flow));
  const [leftValue, rightValue] = [known(left), known(right)];
  if (leftValue !== null) return refine(flow, right, truth !== (leftValue === 1));
  if (rightValue !== null) return refine(flow, left, truth !== (rightValue === 1));
  return flow;
}

function equal(flow: Flow, left: CheckedExpression, right: CheckedExpression): Point {
  const narrowed = narrow(flow, left, intervalOf(right, flow));
  const both = narrowed && narrow(narrowed, right, intervalOf(left, narrowed));
  return both && narrow(both, difference(left, right), { lo: 0, hi: 0 });
}

/** An inequality only helps where one side is constant and at an end of the other. */
function unequal(flow: Flow, left: CheckedExpression, right: CheckedExpression): Point {
  const apart = (side: CheckedExpression, other: CheckedExpression, from: Point): Point => {
    if (from === null) return null;
    const value = single(intervalOf(other, from));
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
  return second && narrow(second, difference(more, less), { lo: gap, hi: Number.POSITIVE_INFINITY });
}

/** `left - right`, so that a comparison says something about a later difference. */
function difference(left: CheckedExpression, right: CheckedExpression): CheckedExpression {
  return { tag: "binary", operator: "-", left, right, type: left.type, span: left.span };
}

/** Facts and conditions that are kept: each point of a body has a copy of them. Beyond, less is known. */
const MOST_FACTS = 200;

/** The facts with one more, if there is room for it. */
function noted(facts: Flow["facts"], key: string, interval: Interval): Flow["facts"] {
  return facts.size < MOST_FACTS || facts.has(key) ? new Map(facts).set(key, interval) : facts;
}

/** Records that an expression lies in an interval, and what follows for its parts; null if it cannot. */
function narrow(flow: Flow, expression: CheckedExpression, to: Interval): Point {
  const interval = intersect(intervalOf(expression, flow), to);
  if (interval === null) return null;
  if (expression.tag === "constant") return flow;
  const narrower: Flow = { ...flow, facts: noted(flow.facts, keyOf(expression), interval) };
  return expression.tag === "binary" ? narrowParts(narrower, expression, interval) : narrower;
}

/** If a sum, difference, minimum or maximum lies in an interval, so do its operands, in others. */
function narrowParts(flow: Flow, { operator, left, right }: Binary, to: Interval): Point {
  const below = { lo: Number.NEGATIVE_INFINITY, hi: to.hi };
  const above = { lo: to.lo, hi: Number.POSITIVE_INFINITY };
  const both = (leftTo: (right: Interval) => Interval, rightTo: (left: Interval) => Interval): Point => {
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
