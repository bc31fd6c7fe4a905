// Forms: whole-number sums of atoms. An atom is a channel at a place, or a unit; gates.ts keeps them by number.

import { spend } from "../../diagnostics/budget.ts";

/** `constant + sum of weight * atom`. */
export interface Form {
  readonly constant: number;
  /** Atom -> weight, never 0. */
  readonly terms: ReadonlyMap<number, number>;
}

export const constantForm = (constant: number): Form => ({ constant, terms: new Map() });
export const atomForm = (atom: number): Form => ({ constant: 0, terms: new Map([[atom, 1]]) });

export const ZERO = constantForm(0);
export const ONE = constantForm(1);

/** `constant + sum of weight * form`. */
export function combine(constant: number, parts: Iterable<readonly [weight: number, form: Form]>): Form {
  const terms = new Map<number, number>();
  let total = constant;
  for (const [weight, form] of parts) {
    spend();
    if (weight === 0) continue;
    total += weight * form.constant;
    for (const [atom, each] of form.terms) {
      const sum = (terms.get(atom) ?? 0) + weight * each;
      if (sum === 0) terms.delete(atom);
      else terms.set(atom, sum);
    }
  }
  return { constant: total, terms };
}

export const sumOfForms = (forms: readonly Form[]): Form =>
  combine(
    0,
    forms.map((form) => [1, form] as const),
  );

export const inverse = (form: Form): Form => combine(1, [[-1, form]]);

/** Numbers of the form that are not zero. */
export function formSize({ constant, terms }: Form): number {
  return terms.size + (constant === 0 ? 0 : 1);
}

/** The same text for equal sums of atoms, whatever the order of their terms. */
export function spelledTerms({ terms }: Form): string {
  return [...terms]
    .sort(([a], [b]) => a - b)
    .map(([atom, weight]) => `${atom}:${weight}`)
    .join(" ");
}
