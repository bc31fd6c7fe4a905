// Sums in words: what a unit measures.

import { groupBy } from "../../diagnostics/group.ts";
import { DIRECTIONS } from "../../grid/direction.ts";

export interface Named {
  readonly name: string;
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
      return { name: `count(around.${nameOf(id).replace(/^\w+\./, "")})`, weight };
    }),
    others: terms.filter((term) => !counted.has(term)),
  };
}

/** How far one thing is above or below a threshold, or a sum. */
export function distanceFrom(named: readonly Named[], constant: number): string {
  const [first, ...others] = named;
  if (first === undefined || others.length > 0) return describeSum(named, constant);
  const threshold = -constant / first.weight;
  if (first.weight < 0) return `how far ${inBrackets(first.name)} is below ${threshold}`;
  return threshold === 0 ? first.name : `how far ${inBrackets(first.name)} is above ${threshold}`;
}

/** `a and not b` where that is what the sum detects, else the sum: `2 up.x - y + 1`. */
export function describeSum(named: readonly Named[], constant: number): string {
  const positive = named.filter(({ weight }) => weight === 1).length;
  if (named.every(({ weight }) => Math.abs(weight) === 1) && constant === 1 - positive) {
    return named
      .map(({ name, weight }) => (weight === 1 ? inBrackets(name) : `not ${inBrackets(name)}`))
      .join(" and ");
  }
  const parts = named.map(({ name, weight }) => {
    const factor = Math.abs(weight) === 1 ? "" : `${Math.abs(weight)} `;
    return `${weight < 0 ? "- " : "+ "}${factor}${inBrackets(name)}`;
  });
  if (constant !== 0 || parts.length === 0) parts.push(`${constant < 0 ? "- " : "+ "}${Math.abs(constant)}`);
  return parts.join(" ").replace(/^\+ /, "").replace(/^- /, "-");
}

export function inBrackets(text: string): string {
  return / /.test(text) && !/^count\(\S+\)$/.test(text) ? `(${text})` : text;
}
