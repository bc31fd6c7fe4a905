// The units of a network under construction. A gate is relu of a form; a form is an integer-weighted sum of
// gates one level down (level 1: of channels at places) plus a constant. Equal gates are the same gate.

import type { Bool } from "../logic/bdd.ts";

export interface Form {
  readonly constant: number;
  /** Weight of every gate of the form's level; at level 0, of every literal variable. Never 0. */
  readonly terms: ReadonlyMap<number, number>;
}

export interface Gate {
  readonly id: number;
  /** 1 for units that read the 3x3 patch, 2 for units that read those, and so on. */
  readonly level: number;
  readonly input: Form;
  /** The Boolean function the gate was made for, where it has one; for people only. */
  readonly meaning: Bool | null;
}

export class Gates {
  readonly #gates: Gate[] = [];
  readonly #interned = new Map<string, number>();
  readonly #closures: (readonly number[])[] = [];
  readonly #costs: number[] = [];

  gate(id: number): Gate {
    return this.#gates[id]!;
  }

  /** The gate relu(input) at this level. */
  relu(level: number, input: Form, meaning: Bool | null): number {
    const key = `${level}:${formKey(input)}`;
    const known = this.#interned.get(key);
    if (known !== undefined) return known;
    const id = this.#gates.length;
    this.#gates.push({ id, level, input, meaning });
    this.#interned.set(key, id);
    this.#costs.push(formCost(input));
    const below = level === 1 ? [] : [...input.terms.keys()].flatMap((gate) => this.#closures[gate]!);
    this.#closures.push([...new Set([id, ...below])]);
    return id;
  }

  /** The gate and all gates below it. */
  closure(id: number): readonly number[] {
    return this.#closures[id]!;
  }

  /** Non-zero numbers of the gate itself: its weights and its bias. */
  cost(id: number): number {
    return this.#costs[id]!;
  }
}

export function formCost(form: Form): number {
  return form.terms.size + (form.constant === 0 ? 0 : 1);
}

export function formKey(form: Form): string {
  const terms = [...form.terms].sort(([a], [b]) => a - b).map(([term, weight]) => `${weight}*${term}`);
  return `${terms.join("+")}+${form.constant}`;
}

/** `constant + sum of weight * form`. */
export function combine(constant: number, parts: readonly { weight: number; form: Form }[]): Form {
  const terms = new Map<number, number>();
  let total = constant;
  for (const { weight, form } of parts) {
    total += weight * form.constant;
    for (const [term, factor] of form.terms) {
      const sum = (terms.get(term) ?? 0) + weight * factor;
      if (sum === 0) terms.delete(term);
      else terms.set(term, sum);
    }
  }
  return { constant: total, terms };
}

/** The form that is one gate or one literal. */
export function single(term: number): Form {
  return { constant: 0, terms: new Map([[term, 1]]) };
}
