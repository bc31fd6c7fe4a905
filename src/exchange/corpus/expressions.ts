// Random expressions of the language as texts, with the values that a number can have, so that what is assigned fits.

import type { ValueType } from "../../grid/grid.ts";
import type { Random } from "../../grid/random.ts";

export interface DrawnField {
  readonly name: string;
  /** Ranges begin with 0. */
  readonly type: ValueType;
}

/** What expressions at one point of a program may read. */
export interface Readable {
  readonly fields: readonly DrawnField[];
  /** Neighbours: those that a sweep comes from come first, and several times. */
  readonly places: readonly string[];
  /** Whether neighbours may be counted. */
  readonly counts: boolean;
}

interface NumberText {
  readonly text: string;
  readonly lo: number;
  readonly hi: number;
}

export const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!;

/** An expression without parentheses around all of it. */
export const bare = (text: string): string => (/^\(.*\)$/.test(text) ? text.slice(1, -1) : text);

const SIDES = ["top", "bottom", "left", "right"];
/** Sums and products of larger numbers are not made. */
const MOST = 12;

export class ExpressionWriter {
  readonly #random: Random;
  readonly #scope: Readable;

  constructor(random: Random, scope: Readable) {
    this.#random = random;
    this.#scope = scope;
  }

  /** An expression whose value fits a type. */
  ofType(type: ValueType, depth: number): string {
    switch (type.kind) {
      case "bit":
        return this.bit(depth);
      case "range":
        return this.#within(this.#number(depth), type.hi);
      case "enum":
        return this.#name(type, depth);
    }
  }

  bit(depth: number): string {
    if (depth === 0) return this.#bitLeaf();
    const [a, b] = [() => this.bit(depth - 1), () => this.bit(this.#random.int(depth))];
    switch (this.#random.int(8)) {
      case 0:
        return `(${a()} and ${b()})`;
      case 1:
        return `(${a()} or ${b()})`;
      case 2:
      case 3:
        return `(${a()} xor ${b()})`;
      case 4:
        return `(not ${a()})`;
      case 5:
        return `(if ${b()} then ${a()} else ${b()})`;
      default:
        return this.#comparison(depth - 1);
    }
  }

  #bitLeaf(): string {
    const random = this.#random;
    if (random.int(10) === 0) return `at ${pick(random, SIDES)}`;
    const field = pick(random, this.#scope.fields);
    const read = this.#read(field);
    switch (field.type.kind) {
      case "bit":
        return read;
      case "range":
        return `(${read} ${pick(random, ["==", "!=", ">=", "<"])} ${1 + random.int(field.type.hi)})`;
      case "enum":
        return `(${read} ${pick(random, ["==", "!="])} ${pick(random, field.type.names)})`;
    }
  }

  #comparison(depth: number): string {
    const random = this.#random;
    const { text, lo, hi } = this.#number(depth);
    if (lo === hi) return this.#bitLeaf();
    return random.int(3) > 0
      ? `(${text} ${pick(random, [">=", "==", "!="])} ${lo + 1 + random.int(hi - lo)})`
      : `(${text} ${pick(random, ["<", "<=", "=="])} ${this.#number(depth).text})`;
  }

  #number(depth: number): NumberText {
    const random = this.#random;
    if (depth === 0) return this.#numberLeaf();
    const [a, b] = [this.#number(depth - 1), this.#number(random.int(depth))];
    switch (random.int(6)) {
      case 0:
        return {
          text: `max(${bare(a.text)}, ${bare(b.text)})`,
          lo: Math.max(a.lo, b.lo),
          hi: Math.max(a.hi, b.hi),
        };
      case 1:
        return {
          text: `min(${bare(a.text)}, ${bare(b.text)})`,
          lo: Math.min(a.lo, b.lo),
          hi: Math.min(a.hi, b.hi),
        };
      case 2:
        return {
          text: `(if ${this.bit(depth - 1)} then ${a.text} else ${b.text})`,
          lo: Math.min(a.lo, b.lo),
          hi: Math.max(a.hi, b.hi),
        };
      case 3:
        return this.#counted() ?? a;
      default: {
        const sum = { lo: a.lo + b.lo, hi: a.hi + b.hi };
        return sum.hi > MOST ? a : { text: `(${a.text} + ${b.text})`, ...sum };
      }
    }
  }

  #numberLeaf(): NumberText {
    const random = this.#random;
    const fields = this.#scope.fields.filter(({ type }) => type.kind !== "enum");
    if (fields.length === 0 || random.int(6) === 0) {
      const value = random.int(3);
      return { text: String(value), lo: value, hi: value };
    }
    const field = pick(random, fields);
    return { text: this.#read(field), lo: 0, hi: field.type.kind === "range" ? field.type.hi : 1 };
  }

  /** How many neighbours have a bit, where they may be counted. */
  #counted(): NumberText | null {
    const random = this.#random;
    const bits = this.#scope.fields.filter(({ type }) => type.kind === "bit");
    if (!this.#scope.counts || bits.length === 0) return null;
    const [of, hi] = random.int(2) === 0 ? ["around", 8] : ["beside", 4];
    return { text: `count(${of}.${pick(random, bits).name})`, lo: 0, hi: Number(hi) };
  }

  #within({ text, hi }: NumberText, most: number): string {
    if (hi <= most) return text;
    return this.#random.int(2) === 0 ? `min(${bare(text)}, ${most})` : `(${bare(text)}) % ${most + 1}`;
  }

  #name(type: ValueType & { readonly kind: "enum" }, depth: number): string {
    const random = this.#random;
    const alike = this.#scope.fields.filter((field) => field.type === type);
    if (depth === 0 || alike.length === 0) {
      const field = alike.length > 0 && random.int(2) === 0 ? pick(random, alike) : null;
      return field === null ? pick(random, type.names) : this.#read(field);
    }
    const part = () => this.#name(type, random.int(depth));
    return `(if ${this.bit(depth - 1)} then ${part()} else ${part()})`;
  }

  /** A field of this cell, or of a neighbour. */
  #read({ name }: DrawnField): string {
    const { places } = this.#scope;
    return places.length > 0 && this.#random.int(5) < 3 ? `${pick(this.#random, places)}.${name}` : name;
  }
}
