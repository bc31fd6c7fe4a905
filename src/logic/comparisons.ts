// Reads comparisons back out of expression graphs, where they have become sums at least a bound: terms with
// negative weights go to the other side, two bounds become an equality, and sums over neighbours a count.

import { groupBy } from "../diagnostics/group.ts";
import { AXES, DIRECTIONS, type Direction } from "../grid/direction.ts";
import type { Expression, ExpressionOf, Term } from "./expression.ts";

export type Comparator = "==" | "!=" | "<" | ">=";

/** The comparison that holds with both sides swapped. */
export const MIRRORED = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  ">=": "<=",
} as const satisfies Readonly<Record<Comparator, string>>;

/** Weighted sums on both sides of a comparison, all weights positive; `constant` belongs to the right. */
interface Sides {
  readonly left: readonly Term[];
  readonly right: readonly Term[];
  readonly constant: number;
}

/** The two sides of comparing a sum with a value; null for anything but a sum. */
export function comparisonOf(of: Expression, value: number): Sides | null {
  if (of.tag !== "sum") return null;
  const left = of.terms.filter(({ weight }) => weight > 0);
  const right = of.terms
    .filter(({ weight }) => weight < 0)
    .map((term) => ({ ...term, weight: -term.weight }));
  return { left, right, constant: value - of.offset };
}

interface Equalities {
  readonly equal: readonly { readonly left: Expression; readonly value: number }[];
  readonly rest: readonly Expression[];
}

/**
 * Pairs of bounds that leave just one value. In an `and`: at least v, and not at least v + 1; in an `or`,
 * which excludes that value: at least v + 1, or not at least v.
 */
export function equalities(tag: "and" | "or", parts: readonly Expression[]): Equalities {
  const paired = new Set<Expression>();
  const equal = parts.flatMap((low) => {
    const least = boundOf(low, tag === "and");
    if (least === null) return [];
    const high = parts.find((part) => {
      const most = boundOf(part, tag === "or");
      return most !== null && most.of === least.of && most.bound === least.bound + 1;
    });
    if (high === undefined) return [];
    paired.add(low).add(high);
    return [{ left: least.of, value: least.bound }];
  });
  return { equal, rest: parts.filter((part) => !paired.has(part)) };
}

/** The comparison in `of >= bound`, or in its negation where a positive one is not asked for. */
function boundOf(part: Expression, positive: boolean): ExpressionOf<"atLeast"> | null {
  const inner = positive ? part : part.tag === "not" ? part.of : null;
  return inner?.tag === "atLeast" ? inner : null;
}

/** One question asked of all eight or all four neighbours, with the same weight. */
interface Count {
  readonly weight: number;
  readonly word: "around" | "beside";
  /** The question as asked of one of them. */
  readonly of: Expression;
}

/** Splits a sum into counts over neighbours and the other terms. */
export function counted(terms: readonly Term[]): {
  readonly counts: readonly Count[];
  readonly rest: readonly Term[];
} {
  const groups = groupBy(terms, ({ weight, of }) => `${weight} ${questionOf(of)?.key ?? of.id}`);
  const counts: Count[] = [];
  const done = new Set<Term>();
  for (const group of groups.values()) {
    const places = group.map(({ of }) => questionOf(of)?.place);
    const word = DIRECTIONS.every((place) => places.includes(place))
      ? "around"
      : AXES.every((place) => places.includes(place))
        ? "beside"
        : null;
    if (word === null) continue;
    const asked: readonly (Direction | undefined)[] = word === "around" ? DIRECTIONS : AXES;
    const parts = group.filter((_, at) => asked.includes(places[at]));
    const { weight, of } = parts[0]!;
    counts.push({ weight, word, of });
    for (const part of parts) done.add(part);
  }
  return { counts, rest: terms.filter((term) => !done.has(term)) };
}

/** Tells which neighbour's bit or enum value a term asks for, and a key of the question apart from the place. */
function questionOf(of: Expression): { readonly place: Direction; readonly key: string } | null {
  const read = of.tag === "is" ? of.of : of;
  if (read.tag !== "read" || read.place === "here") return null;
  if (of.tag !== "is" && read.type.kind !== "bit") return null;
  return { place: read.place, key: `${read.field} ${read.age} ${of.tag === "is" ? of.value : ""}` };
}
