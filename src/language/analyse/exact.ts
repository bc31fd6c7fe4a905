// The exact range of an expression, found by trying all values of what it reads. Intervals know nothing of how the
// parts of an expression hang together, as those of `max(a, b) - min(a, b)` do; where they are not enough to see that
// a value fits, this is asked, and gives an example where it does not.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import { SIDE_OF } from "../../grid/direction.ts";
import { type Bounds, firstValue } from "../../grid/grid.ts";
import { OPERATIONS } from "../../grid/operations.ts";
import type { CheckedExpression, CheckedField, CheckedOf } from "./checked.ts";
import { type Flow, intervalOf, seenAt, valueOfLet } from "./flow.ts";
import { hull } from "./interval.ts";

/** A field, a neighbour, an edge or a let with a value. */
interface Reading {
  readonly leaf: Leaf;
  readonly value: number;
}

interface ExactRange extends Bounds {
  /** What the smallest and the largest value come from. */
  readonly lowest: readonly Reading[];
  readonly highest: readonly Reading[];
}

type Leaf = CheckedOf<"own" | "neighbour" | "edge" | "local">;

/** Combinations of values that are tried at most. */
const MOST_CASES = 1 << 16;

/**
 * The exact range of an expression at a point, over all values that conditions on the way there allow; "never" if
 * they allow none, null if there are too many to try.
 */
export function exactRange(
  expression: CheckedExpression,
  flow: Flow,
  fields: ReadonlyMap<string, CheckedField>,
): ExactRange | "never" | null {
  const leaves = new Leaves(flow);
  const value = leaves.read(expression);
  if (leaves.cases > MOST_CASES) return null;
  const allowed = [...conditionsOn(leaves, flow), ...leaves.beyondEdges(fields)];
  const found: { at: number; readings: readonly number[] }[] = [];
  leaves.each((values) => {
    if (!allowed.every((holds) => holds(values))) return;
    const at = value(values);
    const [low, high] = found;
    if (low === undefined || at < low.at) found[0] = { at, readings: [...values] };
    if (high === undefined || at > high.at) found[1] = { at, readings: [...values] };
  });
  const [low, high] = found;
  if (low === undefined || high === undefined) return "never";
  return {
    lo: low.at,
    hi: high.at,
    lowest: leaves.readings(low.readings),
    highest: leaves.readings(high.readings),
  };
}

/** Values from which a value outside an interval comes, in words: `-4 where grains is 0 and topple is 1`. */
export function exampleOf(range: ExactRange, room: Bounds): string | null {
  const [value, readings] = range.lo < room.lo ? [range.lo, range.lowest] : [range.hi, range.highest];
  if (readings.length === 0 || readings.length > MOST_SHOWN) return null;
  const parts = readings.map((reading) => `${nameOf(reading.leaf)} is ${show(reading)}`);
  const [last, ...others] = parts.reverse();
  return `${value} where ${others.length === 0 ? last : `${others.reverse().join(", ")} and ${last}`}`;
}

/** An example that has more parts than these helps nobody. */
const MOST_SHOWN = 4;

function nameOf(leaf: Leaf): string {
  switch (leaf.tag) {
    case "own":
      return `\`${leaf.field}\``;
    case "neighbour":
      return `\`${leaf.place}.${leaf.field}\``;
    case "edge":
      return `\`at ${SIDE_OF[leaf.side]}\``;
    case "local":
      return `\`${leaf.name}\``;
  }
}

const show = ({ leaf, value }: Reading): string =>
  leaf.type.kind === "enum" ? leaf.type.names[value]! : `${value}`;

type Evaluate = (values: readonly number[]) => number;
type Test = (values: readonly number[]) => boolean;

/** The conditions that say something of what has been read, as far as there is room for what else they read. */
const conditionsOn = (leaves: Leaves, flow: Flow): readonly Test[] =>
  [...seenAt(flow)].flatMap(({ condition, truth }): Test[] => {
    const read = leaves.tryToRead(condition);
    return read === null ? [] : [(values) => (read(values) === 1) === truth];
  });

interface Known {
  readonly term: number;
  readonly leaf: Leaf;
  readonly interval: Bounds;
}

/** Tells whether one leaf is a neighbour that is missing where the other, an edge, is. */
const isBeyond = (leaf: Leaf, edge: Leaf): boolean =>
  leaf.tag === "neighbour" && edge.tag === "edge" && leaf.place.includes(edge.side);

const isRelated = (one: Known, other: Known): boolean =>
  one.term === other.term || isBeyond(one.leaf, other.leaf) || isBeyond(other.leaf, one.leaf);

/** What expressions read, with the values that each can have. */
class Leaves {
  readonly #flow: Flow;
  #all: Known[] = [];

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /** Combinations of values. */
  get cases(): number {
    return this.#all.reduce((product, { interval }) => product * (interval.hi - interval.lo + 1), 1);
  }

  readings(values: readonly number[]): readonly Reading[] {
    return this.#all.map(({ leaf }, at) => ({ leaf, value: values[at]! }));
  }

  /** Calls with every combination of values; the array is the same each time. */
  each(visit: (values: readonly number[]) => void): void {
    const values = this.#all.map(({ interval }) => interval.lo);
    for (;;) {
      visit(values);
      const next = this.#all.findIndex(({ interval }, at) => values[at]! < interval.hi);
      if (next < 0) return;
      values[next]!++;
      for (let at = 0; at < next; at++) values[at] = this.#all[at]!.interval.lo;
    }
  }

  /** As `read`, where the expression has to do with what has been read and there is room for the rest. */
  tryToRead(expression: CheckedExpression): Evaluate | null {
    const before = this.#all;
    const read = this.read(expression);
    const own = new Leaves(this.#flow);
    own.read(expression);
    const related = own.#all.some((one) => before.some((other) => isRelated(one, other)));
    if (related && this.cases <= MOST_CASES) return read;
    this.#all = before;
    return null;
  }

  /** An expression as a function of the values of what has been read. */
  read(expression: CheckedExpression): Evaluate {
    switch (expression.tag) {
      case "constant":
        return () => expression.value;
      case "own":
      case "neighbour":
      case "edge":
        return this.#leaf(expression);
      case "local": {
        const value = valueOfLet(expression.local, this.#flow);
        return value === null ? this.#leaf(expression) : this.read(value);
      }
      case "not": {
        const of = this.read(expression.of);
        return (values) => 1 - of(values);
      }
      case "binary":
        return this.#binary(expression);
      case "choose":
        return this.#chain(expression);
      default:
        return unreachable(expression);
    }
  }

  /** Chains of choices can be long: they are walked, and not nested. */
  #chain(expression: CheckedExpression): Evaluate {
    const choices: { readonly when: Evaluate; readonly then: Evaluate }[] = [];
    let rest = expression;
    for (; rest.tag === "choose"; rest = rest.otherwise)
      choices.push({ when: this.read(rest.when), then: this.read(rest.then) });
    const last = this.read(rest);
    return (values) => (choices.find(({ when }) => when(values) === 1)?.then ?? last)(values);
  }

  #leaf(leaf: Leaf): Evaluate {
    const term = this.#flow.terms.of(leaf);
    const interval = intervalOf(leaf, this.#flow);
    const known = this.#all.findIndex((each) => each.term === term);
    const at = known < 0 ? this.#all.length : known;
    // Within the branches of an expression less may be known than in others.
    this.#all = [...this.#all];
    this.#all[at] = { term, leaf, interval: hull(interval, this.#all[at]?.interval ?? interval) };
    return (values) => values[at]!;
  }

  #binary({ operator, left, right }: CheckedOf<"binary">): Evaluate {
    const [a, b] = [this.read(left), this.read(right)];
    const work = OPERATIONS[operator];
    return (values) => work(a(values), b(values));
  }

  /** Beyond an edge, neighbours have the first value of their type. */
  beyondEdges(fields: ReadonlyMap<string, CheckedField>): readonly Test[] {
    return this.#all.flatMap(({ leaf: edge }, at) =>
      this.#all.flatMap(({ leaf }, other): Test[] => {
        if (leaf.tag !== "neighbour" || !isBeyond(leaf, edge)) return [];
        const first = firstValue(fields.get(leaf.field)!.type);
        return [(values) => values[at] === 0 || values[other] === first];
      }),
    );
  }
}
