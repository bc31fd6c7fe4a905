// The units of a network under construction. A gate is relu of a form; a form is an integer-weighted sum of
// gates one level down (level 1: of channels at places) plus a constant. Equal gates are the same gate.

import type { Bool } from "../../../logic/bdd.ts";

/** `constant + sum of weights[i] * terms[i]`; forms are many and short, so no order and no index is kept. */
export interface GateForm {
  readonly constant: number;
  /** Gates of the form's level, at level 0 literal variables; each once. */
  readonly terms: readonly number[];
  /** Never 0. */
  readonly weights: readonly number[];
}

interface Gate {
  readonly id: number;
  /** 1 for units that read the 3x3 patch, 2 for units that read those, and so on. */
  readonly level: number;
  readonly input: GateForm;
  /** The Boolean function the gate was made for, where it has one; for people only. */
  readonly meaning: Bool | null;
}

/** By what the price of a gate is scaled. */
export type Discount = (gate: number) => number;

const UNKNOWN = -1;

export class ExactGates {
  readonly #gates: Gate[] = [];
  /** By the hash of level and input: the newest such gate, and for every gate the one before it, or -1. */
  readonly #newest = new Map<number, number>();
  readonly #older: number[] = [];
  readonly #closures: (readonly number[])[] = [];
  readonly #costs: number[] = [];
  /** The form that is a gate alone, one object for each. */
  readonly #alone: GateForm[] = [];
  #paid: ReadonlySet<number> = new Set();
  #discount: Discount | null = null;
  /** What gates cost as supposed; UNKNOWN until somebody asks for the discount. */
  readonly #prices: number[] = [];
  /** The last walk that met each gate. */
  readonly #met: number[] = [];
  #walk = 0;

  gate(id: number): Gate {
    return this.#gates[id]!;
  }

  /** The gate relu(input) at this level. */
  relu(level: number, input: GateForm, meaning: Bool | null): number {
    const key = hashOf(level, input);
    const newest = this.#newest.get(key) ?? -1;
    for (let id = newest; id >= 0; id = this.#older[id]!) {
      const gate = this.#gates[id]!;
      if (gate.level === level && isSame(gate.input, input)) return id;
    }
    const id = this.#gates.length;
    this.#gates.push({ id, level, input, meaning });
    this.#newest.set(key, id);
    this.#older.push(newest);
    const cost = formCost(input);
    this.#costs.push(cost);
    this.#prices.push(this.#discount === null ? cost : UNKNOWN);
    this.#alone.push(single(id));
    this.#met.push(0);
    this.#closures.push(level === 1 ? [id] : [id, ...this.below([input])]);
    return id;
  }

  /** The form that is the gate relu(input) at this level. */
  unit(level: number, input: GateForm, meaning: Bool | null): GateForm {
    return this.alone(this.relu(level, input, meaning));
  }

  alone(id: number): GateForm {
    return this.#alone[id]!;
  }

  /** Sets prices: nothing for gates that are paid for, and what they cost, times the discount, for the others. */
  suppose(paid: ReadonlySet<number>, discount: Discount | null): void {
    if (discount === null && this.#discount === null)
      for (const id of this.#paid) this.#prices[id] = this.#costs[id]!;
    else
      for (const [id, cost] of this.#costs.entries()) this.#prices[id] = discount === null ? cost : UNKNOWN;
    for (const id of paid) this.#prices[id] = 0;
    this.#paid = paid;
    this.#discount = discount;
  }

  /** The gates of forms above level 0, and all gates below those, each once. */
  below(forms: readonly GateForm[]): number[] {
    const walk = ++this.#walk;
    const found: number[] = [];
    for (const { terms } of forms) {
      for (const term of terms) {
        for (const gate of this.#closures[term]!) {
          if (this.#met[gate] === walk) continue;
          this.#met[gate] = walk;
          found.push(gate);
        }
      }
    }
    return found;
  }

  /** The sum of the prices of the same gates. */
  priceBelow({ terms }: GateForm): number {
    if (terms.length === 0) return 0;
    const walk = ++this.#walk;
    let sum = 0;
    for (const term of terms) {
      for (const gate of this.#closures[term]!) {
        if (this.#met[gate] === walk) continue;
        this.#met[gate] = walk;
        if (this.#prices[gate] === UNKNOWN) this.#prices[gate] = this.#costs[gate]! * this.#discount!(gate);
        sum += this.#prices[gate]!;
      }
    }
    return sum;
  }

  /** Non-zero numbers of the gate itself: its weights and its bias. */
  cost(id: number): number {
    return this.#costs[id]!;
  }
}

/** Non-zero numbers of the form itself. */
export function formCost({ constant, terms }: GateForm): number {
  return terms.length + (constant === 0 ? 0 : 1);
}

/** A hash that is equal for equal forms, whatever the order of their terms. */
function hashOf(level: number, { constant, terms, weights }: GateForm): number {
  let hash = Math.imul(constant, 0x9e3779b1) + Math.imul(level, 0x7feb352d);
  for (let at = 0; at < terms.length; at++) {
    const mixed = Math.imul(Math.imul(terms[at]!, 0x85ebca6b) + weights[at]!, 0xc2b2ae35);
    hash += mixed ^ (mixed >>> 15);
  }
  return hash | 0;
}

function isSame(a: GateForm, b: GateForm): boolean {
  if (a.constant !== b.constant || a.terms.length !== b.terms.length) return false;
  for (let at = 0; at < a.terms.length; at++) {
    const other = a.terms[at] === b.terms[at] ? at : b.terms.indexOf(a.terms[at]!);
    if (other < 0 || a.weights[at] !== b.weights[other]) return false;
  }
  return true;
}

/** `constant + sum of forms`, each times its factor where there are any. */
export function combineGates(
  constant: number,
  forms: readonly GateForm[],
  factors?: readonly number[],
): GateForm {
  const terms: number[] = [];
  const weights: number[] = [];
  let total = constant;
  for (let at = 0; at < forms.length; at++) {
    const form = forms[at]!;
    const factor = factors === undefined ? 1 : factors[at]!;
    total += factor * form.constant;
    for (let of = 0; of < form.terms.length; of++) {
      add(terms, weights, form.terms[of]!, factor * form.weights[of]!);
    }
  }
  return { constant: total, terms, weights };
}

function add(terms: number[], weights: number[], term: number, weight: number): void {
  const known = terms.indexOf(term);
  if (known < 0) {
    terms.push(term);
    weights.push(weight);
  } else if (weights[known]! + weight === 0) {
    terms.splice(known, 1);
    weights.splice(known, 1);
  } else weights[known]! += weight;
}

/** The form that is one gate or one literal. */
function single(term: number): GateForm {
  return { constant: 0, terms: [term], weights: [1] };
}

export function constantGate(constant: number): GateForm {
  return { constant, terms: [], weights: [] };
}
