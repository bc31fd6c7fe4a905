// Sums in words: what a unit measures.

import { groupBy } from "../../diagnostics/group.ts";
import { DIRECTIONS } from "../../grid/direction.ts";
import { ATOM, atom, bracketed, CLEAR, type Written, writer, writeSum } from "../../grid/infix.ts";

export interface Named {
  readonly name: Written;
  readonly weight: number;
}

/** A term of a sum; `neighbour` says of which channel it is if it is a neighbour's. */
interface SumTerm {
  readonly id: number;
  readonly weight: number;
  readonly neighbour: number | null;
}

/** Equal weights on all neighbours taken together as counts; and all other terms. */
export function countsIn<T extends SumTerm>(
  terms: readonly T[],
  nameOf: (id: number) => string,
): { readonly counts: readonly Named[]; readonly others: readonly T[] } {
  const ofNeighbours = terms.filter(({ neighbour }) => neighbour !== null);
  const groups = groupBy(ofNeighbours, ({ neighbour, weight }) => `${neighbour} ${weight}`);
  const whole = [...groups.values()].filter((group) => group.length === DIRECTIONS.length);
  const counted = new Set(whole.flat());
  return {
    counts: whole.map(([first]) => {
      const { id, weight } = first!;
      return { name: atom(`count(around.${nameOf(id).replace(/^\w+\./, "")})`), weight };
    }),
    others: terms.filter((term) => !counted.has(term)),
  };
}

/** Phrases that are no names: operands of anything else need parentheses around them. */
const PHRASE = 0;
export const phrase = (text: string): Written => ({ text, binding: PHRASE });

/** A name in an operation that is written as a phrase. */
export const part = (name: Written): string => bracketed(name, ATOM);

/** Writes `and`, `or` and `not`, of names and phrases. */
export const writeWords = writer({ ...CLEAR, not: { ...CLEAR.not, operands: ATOM } });

/** Tells how far one thing is above or below a threshold, or a sum. */
export function distanceFrom(named: readonly Named[], constant: number): Written {
  const [first, ...others] = named;
  if (first === undefined || others.length > 0) return describeSum(named, constant);
  const threshold = -constant / first.weight;
  if (first.weight < 0) return phrase(`how far ${part(first.name)} is below ${threshold}`);
  return threshold === 0 ? first.name : phrase(`how far ${part(first.name)} is above ${threshold}`);
}

/** `a and not b` where that is what the sum detects, else the sum: `2 up.x - y + 1`. */
export function describeSum(named: readonly Named[], constant: number): Written {
  const positive = named.filter(({ weight }) => weight === 1).length;
  if (named.length > 0 && named.every(({ weight }) => Math.abs(weight) === 1) && constant === 1 - positive)
    return writeWords(
      "and",
      named.map(({ name, weight }) => (weight === 1 ? name : writeWords("not", [name]))),
    );
  const terms = [...named, ...(constant === 0 ? [] : [{ name: null, weight: constant }])];
  return phrase(
    writeSum(terms, ({ name }, size) => {
      if (name === null) return String(size);
      return size === 1 ? part(name) : `${size} ${part(name)}`;
    }),
  );
}
