// Values of the fields at one place that some functions do not tell apart.

import type { Bdd, Bool } from "../../../logic/bdd.ts";
import { bitsFor } from "../../../network/network.ts";
import { numberWithin, type Word, type Words } from "./words.ts";

/** Bits of the fields at a place of which all values are gone through. */
const MOST_BITS = 16;

export class Classes {
  /** The variables of the fields, and an assignment of each class, as a number of them, the first one lowest. */
  readonly #fields: readonly number[];
  readonly #members: readonly number[];
  /** Numbers of classes by these assignments. */
  readonly #classOf: ReadonlyMap<number, number>;
  readonly #bitOf: ReadonlyMap<number, number>;
  readonly #bdd: Bdd;
  readonly #known = new Map<string, Word>();
  #words: Words | null = null;
  #inside: Bool = 1;
  #variables: readonly number[] = [];

  private constructor(bdd: Bdd, fields: readonly number[], members: readonly number[]) {
    this.#bdd = bdd;
    this.#fields = fields;
    this.#members = members;
    this.#classOf = new Map(members.map((at, index) => [at, index]));
    this.#bitOf = new Map(fields.map((variable, bit) => [variable, bit]));
  }

  /** The classes that some words tell apart, in the order of the longest; the one of first values is the first. */
  static of(bdd: Bdd, words: readonly Word[]): Classes | null {
    const fields = bdd.supportOf(words.flat());
    if (fields.length > MOST_BITS) return null;
    const classOf = new Int32Array(2 ** fields.length);
    let count = 1;
    for (const bit of new Set(words.flat().map((each) => each & ~1))) {
      const { rare } = rareSide(bdd, bit);
      const split = new Map<number, number>();
      eachOf(bdd, rare, fields, (at) => {
        const before = classOf[at]!;
        if (!split.has(before)) split.set(before, count++);
        classOf[at] = split.get(before)!;
      });
    }
    const members = new Map<number, number>();
    for (const [at, each] of classOf.entries()) if (!members.has(each)) members.set(each, at);
    const longest = words.reduce((a, b) => (b.length > a.length ? b : a));
    const made = new Classes(bdd, fields, [...members.values()]);
    const sorted = [...members.values()]
      .map((at) => ({ at, value: at === 0 ? Number.NEGATIVE_INFINITY : made.#valueAt(longest, at) }))
      .sort((a, b) => a.value - b.value);
    return new Classes(
      bdd,
      fields,
      sorted.map(({ at }) => at),
    );
  }

  /** How many bits number the classes. */
  get bits(): number {
    return bitsFor(this.#members.length - 1);
  }

  /** Gives the classes variables, highest bit first; off the grid a place has first values. */
  name(words: Words, variables: readonly number[], inside: Bool): void {
    this.#words = words;
    this.#variables = variables;
    this.#inside = inside;
  }

  /** A function of the fields that tells no more apart, over the variables of classes. */
  word(of: Word): Word {
    const key = of.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const words = this.#words!;
    const steps = this.#stepsOf(of);
    const most = this.#members.length - 1;
    const there = words.stepped(this.#variables, steps, most);
    const made = words.choose(this.#inside, there, words.constant(steps[0]!.value));
    this.#known.set(key, made);
    return made;
  }

  /** From which class on a function of the fields has which value: only classes that differ from the first are gone through. */
  #stepsOf(of: Word): { from: number; value: number }[] {
    const first = this.#valueAt(of, this.#members[0]!);
    const others = new Map<number, number>();
    for (const [place, bit] of of.entries()) {
      const { rare, isRare } = rareSide(this.#bdd, bit);
      const worth = (isRare ? 1 : -1) * worthOfBit(of, place);
      eachOf(this.#bdd, rare, this.#fields, (at) => {
        const index = this.#classOf.get(at);
        if (index !== undefined) others.set(index, (others.get(index) ?? first) + worth);
      });
    }
    const steps = [{ from: 0, value: first }];
    const go = (from: number, value: number) => {
      if (value !== steps.at(-1)!.value) steps.push({ from, value });
    };
    for (const [index, value] of [...others].sort(([a], [b]) => a - b)) {
      go(index, value);
      if (!others.has(index + 1) && index + 1 < this.#members.length) go(index + 1, first);
    }
    return steps;
  }

  /** The variables of fields that are 1 in a member of the class that these variables name. */
  member(ones: ReadonlySet<number>): number[] {
    const most = this.#members.length - 1;
    const bits = this.#variables.map((variable) => ones.has(variable));
    const at = this.#members[numberWithin(most, bits)]!;
    return this.#fields.filter((_, bit) => ((at >> bit) & 1) === 1);
  }

  /** The variables of fields, if one of the classes is asked for. */
  behind(asked: ReadonlySet<number>): readonly number[] {
    return this.#variables.some((variable) => asked.has(variable)) ? this.#fields : [];
  }

  #valueAt(of: Word, at: number): number {
    const isOne = (variable: number) => (at >> this.#bitOf.get(variable)!) & 1;
    return of.reduce<number>(
      (sum, bit, place) => sum + this.#bdd.evaluate(bit, isOne) * worthOfBit(of, place),
      0,
    );
  }
}

/** Returns what a bit of a word is worth, of which the last one is the sign. */
const worthOfBit = (word: Word, place: number): number => 2 ** place * (place === word.length - 1 ? -1 : 1);

/** Of the two values of a bit, where it has the one that first values do not have, which is the rarer one; whether that is 1. */
function rareSide(bdd: Bdd, bit: Bool): { rare: Bool; isRare: boolean } {
  const isRare = bdd.evaluate(bit, () => 0) === 0;
  return { rare: isRare ? bit : bdd.not(bit), isRare };
}

/** Calls back with each assignment of some variables, ascending, that makes a function 1. */
function eachOf(bdd: Bdd, of: Bool, variables: readonly number[], visit: (assignment: number) => void): void {
  const walk = (left: Bool, depth: number, assignment: number): void => {
    if (left === 0) return;
    const variable = variables[depth];
    if (variable === undefined) {
      visit(assignment);
      return;
    }
    walk(bdd.cofactor(left, variable, 0), depth + 1, assignment);
    walk(bdd.cofactor(left, variable, 1), depth + 1, assignment + 2 ** depth);
  };
  walk(of, 0, 0);
}
