// Keys: what a condition depends on, where that is one thing with finitely many values: a field at a place, a side of
// the grid, which instruction runs, a sum. However many thresholds are asked of a sum, it is one key; so conditions on
// it can be seen to exclude each other, and share its ramps.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import { cached } from "../../diagnostics/memo.ts";
import type { Place } from "../../grid/direction.ts";
import type { Bounds } from "../../grid/grid.ts";
import {
  type Expression,
  type ExpressionOf,
  type Expressions,
  landings,
  operands,
} from "../../logic/expression.ts";
import type { Read } from "../lower/instructions.ts";
import type { Rule } from "../schedule/rule.ts";
import type { Form } from "./forms.ts";
import {
  complement,
  contains,
  differ,
  intersect,
  interval,
  moved,
  NO_VALUES,
  single,
  unite,
  type ValueSet,
  valuesWhere,
} from "./value-sets.ts";

type Inside = ExpressionOf<"inside">;

export type Key = Bounds & { readonly id: number } & (
    | { readonly tag: "read"; readonly of: Read }
    | { readonly tag: "inside"; readonly place: Place }
    /** Which instruction runs: its number from 1, or 0 for none. No two signals of the handshake are 1 together. */
    | { readonly tag: "run" }
    /** A number computed from several things. */
    | { readonly tag: "number"; readonly of: Expression }
    /** A bit computed from several things. */
    | { readonly tag: "bit"; readonly of: Expression }
    /** A bit that is there already. */
    | { readonly tag: "form"; readonly form: Form }
  );

/** The key has a value of the set. */
export interface Condition {
  readonly key: Key;
  readonly set: ValueSet;
}

/** Functions of one field with more values than this are not tabulated. */
const MOST_TABULATED = 4096;

export class Keys {
  readonly #make: Expressions;
  readonly #signals: ReadonlyMap<string, number>;
  readonly #run: Key;
  readonly #byExpression = new Map<Expression, Key>();
  readonly #insides = new Map<Place, Key>();
  readonly #conditions = new Map<Expression, Condition | null>();
  readonly #onlyReads = new Map<Expression, Read | Inside | "none" | "several">();
  readonly #tables = new Map<Expression, Int32Array>();
  #made = 0;

  constructor(rule: Rule) {
    this.#make = rule.expressions;
    this.#signals = new Map(rule.signals.map(({ name }, at) => [name, at + 1]));
    this.#run = { id: this.#made++, tag: "run", lo: 0, hi: rule.signals.length };
  }

  /** From here on, what is made of a bit of one field counts as made of several things. */
  setApart(bit: Expression): void {
    this.#onlyReads.set(bit, "several");
  }

  /** The key of a field at a place. */
  ofRead(of: Read): Key {
    return this.#key(of, () => ({ id: this.#made++, tag: "read", of, lo: of.lo, hi: of.hi }));
  }

  /** The key of a bit that is there as a form. */
  ofForm(form: Form): Key {
    return { id: this.#made++, tag: "form", form, lo: 0, hi: 1 };
  }

  /** The key of whether there is a cell, where somebody asked for that. */
  insideAt(place: Place): Key | null {
    return this.#insides.get(place) ?? null;
  }

  #inside(place: Place): Key {
    return cached(this.#insides, place, () => ({ id: this.#made++, tag: "inside", place, lo: 0, hi: 1 }));
  }

  #key(of: Expression, make: () => Key): Key {
    return cached(this.#byExpression, of, () => make());
  }

  /** A bit as a condition on one key, or null where it depends on several. */
  condition(of: Expression): Condition | null {
    const known = this.#conditions.get(of);
    if (known !== undefined) return known;
    const made = this.#condition(of);
    this.#conditions.set(of, made);
    return made;
  }

  /** A bit as a condition; where it depends on several keys, it is a key of its own. */
  opaque(of: Expression): Condition {
    const known = this.condition(of);
    if (known !== null) return known;
    if (of.tag === "not") return negated(this.opaque(of.of));
    const key = this.#key(of, () => ({ id: this.#made++, tag: "bit", of, lo: 0, hi: 1 }));
    return { key, set: single(1) };
  }

  #condition(of: Expression): Condition | null {
    switch (of.tag) {
      case "read":
        return { key: this.ofRead(of), set: interval(1, of.hi) };
      case "inside":
        return { key: this.#inside(of.place), set: single(1) };
      case "signal":
        return { key: this.#run, set: single(this.#signals.get(of.name)!) };
      case "not": {
        const condition = this.condition(of.of);
        return condition && negated(condition);
      }
      case "is":
        return this.#onNumber(of.of, single(of.value));
      case "atLeast":
        return this.#onNumber(of.of, interval(of.bound, of.of.hi));
      case "and":
        return this.#together(of.of, intersect);
      case "or":
        return this.#together(of.of, unite);
      case "xor":
        return this.#together([of.left, of.right], differ);
      case "choose":
        return this.#chosen(of);
      case "sum":
      case "min":
      case "max":
        return this.#onNumber(of, interval(Math.max(1, of.lo), of.hi));
      case "constant":
        return null;
      default:
        return unreachable(of);
    }
  }

  #together(parts: readonly Expression[], join: (a: ValueSet, b: ValueSet) => ValueSet): Condition | null {
    let all: Condition | null = null;
    for (const part of parts) {
      const one = this.condition(part);
      if (one === null || (all !== null && all.key !== one.key)) return null;
      all = all === null ? one : { key: one.key, set: join(all.set, one.set) };
    }
    return all;
  }

  #chosen({ when, then, otherwise }: ExpressionOf<"choose">): Condition | null {
    const condition = this.condition(when);
    if (condition === null) return null;
    const { key, set } = condition;
    const yes = this.#within(then, key);
    if (yes === null) return null;
    const no = this.#within(otherwise, key);
    if (no === null) return null;
    return { key, set: unite(intersect(set, yes), intersect(complement(set, key), no)) };
  }

  /** The values of the key for which the bit is 1, or null where it depends on another. */
  #within(of: Expression, key: Key): ValueSet | null {
    if (of.tag === "constant") return of.value === 0 ? NO_VALUES : interval(key.lo, key.hi);
    const condition = this.condition(of);
    return condition !== null && condition.key === key ? condition.set : null;
  }

  /** The condition that a number has a value of the set. */
  #onNumber(of: Expression, set: ValueSet): Condition | null {
    if (of.tag === "read") return { key: this.ofRead(of), set };
    const table = this.tableOf(of);
    if (table !== null) {
      const { read, values } = table;
      const wanted = new Set<number>();
      for (let at = 0; at + 1 < set.length; at += 2)
        for (const value of values) if (value >= set[at]! && value < set[at + 1]!) wanted.add(value);
      return { key: this.ofRead(read), set: valuesWhere(read, (v) => wanted.has(values[v - read.lo]!)) };
    }
    if (of.tag === "sum") return this.#onSum(of, set);
    const isExtremum = of.tag === "min" || of.tag === "max";
    if (!isExtremum && of.lo >= 0 && of.hi <= 1)
      return contains(set, 1) ? this.opaque(of) : negated(this.opaque(of));
    return { key: this.#numberKey(of), set };
  }

  /** Sums have no offset, and their first weight is positive: so `a < b` and `b - a > 2` have the same key. */
  #onSum(of: ExpressionOf<"sum">, set: ValueSet): Condition {
    const sign = of.terms[0]!.weight < 0 ? -1 : 1;
    const base = this.#make.sum(of.terms.map((term) => ({ weight: sign * term.weight, of: term.of })));
    // of = sign * base + offset, hence base = sign * (of - offset).
    return { key: this.#numberKey(base), set: moved(set, sign, -sign * of.offset) };
  }

  #numberKey(of: Expression): Key {
    return this.#key(of, () => ({ id: this.#made++, tag: "number", of, lo: of.lo, hi: of.hi }));
  }

  /** A function of one field at one place, by the field's values; null for all others. */
  tableOf(of: Expression): { readonly read: Read; readonly values: Int32Array } | null {
    const read = this.#onlyRead(of);
    if (typeof read === "string" || read.tag !== "read" || read.hi - read.lo >= MOST_TABULATED) return null;
    return { read, values: this.#table(of, read) };
  }

  #table(of: Expression, read: Read): Int32Array {
    const known = this.#tables.get(of);
    if (known !== undefined) return known;
    const isDone = (part: Expression) => this.#tables.has(part);
    for (const part of landings([of], ({ depth }) => depth, isDone)) this.#table(part, read);
    const below = operands(of).map((part) => this.#tableOrConstant(part, read));
    const values = Int32Array.from({ length: read.hi - read.lo + 1 }, (_, at) =>
      of === read ? read.lo + at : evaluateNode(of, (operand) => below[operand]![at]!),
    );
    this.#tables.set(of, values);
    return values;
  }

  #tableOrConstant(of: Expression, read: Read): Int32Array {
    if (of.tag !== "constant") return this.#table(of, read);
    return new Int32Array(read.hi - read.lo + 1).fill(of.value);
  }

  /** The only leaf below an expression; without recursion, since lists of rules are as deep as they are long. */
  #onlyRead(root: Expression): Read | Inside | "none" | "several" {
    const pending = [root];
    for (let of = pending.at(-1); of !== undefined; of = pending.at(-1)) {
      const open = this.#onlyReads.has(of) ? [] : operands(of).filter((part) => !this.#onlyReads.has(part));
      if (open.length > 0) for (const part of open) pending.push(part);
      else {
        pending.pop();
        if (!this.#onlyReads.has(of)) this.#onlyReads.set(of, this.#onlyReadOf(of));
      }
    }
    return this.#onlyReads.get(root)!;
  }

  #onlyReadOf(of: Expression): Read | Inside | "none" | "several" {
    if (of.tag === "read" || of.tag === "inside") return of;
    if (of.tag === "signal") return "several";
    let only: Read | Inside | "none" | "several" = "none";
    for (const part of operands(of)) {
      const each = this.#onlyReads.get(part)!;
      if (each === "none" || each === only) continue;
      if (only !== "none") return "several";
      only = each;
    }
    return only;
  }
}

export function negated({ key, set }: Condition): Condition {
  return { key, set: complement(set, key) };
}

// One node of an expression graph, evaluated from the values of its operands.

/** Evaluates a node; `value(i)` is the value of the i-th operand. Reads, sides and signals have none and must not be asked for. */
export function evaluateNode(of: Expression, value: (operand: number) => number): number {
  switch (of.tag) {
    case "constant":
      return of.value;
    case "read":
    case "inside":
    case "signal":
      throw new Error("internal: a leaf has no value of its own");
    case "not":
      return 1 - value(0);
    case "and":
      return of.of.every((_, at) => value(at) !== 0) ? 1 : 0;
    case "or":
      return of.of.some((_, at) => value(at) !== 0) ? 1 : 0;
    case "xor":
      return value(0) === value(1) ? 0 : 1;
    case "is":
      return value(0) === of.value ? 1 : 0;
    case "atLeast":
      return value(0) >= of.bound ? 1 : 0;
    case "sum":
      return of.terms.reduce((sum, { weight }, at) => sum + weight * value(at), of.offset);
    case "min":
      return Math.min(value(0), value(1));
    case "max":
      return Math.max(value(0), value(1));
    case "choose":
      return value(0) === 0 ? value(2) : value(1);
    default:
      return unreachable(of);
  }
}
