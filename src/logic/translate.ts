// Expression graphs to decision diagrams over channels.

import { spend } from "../diagnostics/budget.ts";
import { unreachable } from "../diagnostics/diagnostic.ts";
import type { Bounds, ValueType } from "../grid/grid.ts";
import type { Bool } from "./bdd.ts";
import { type Codes, channelsOf, INSIDE, USUAL_CODES } from "./channels.ts";
import {
  type Expression,
  type ExpressionOf,
  Expressions,
  leaves,
  solveForTerm,
  type Term,
} from "./expression.ts";
import { DiagramsTooLarge } from "./nodes.ts";
import type { LinearSum, Variables } from "./variables.ts";

/** Sums of at most this many channels become diagrams; longer ones stay linear. */
const EXPANDED = 4;

type Read = ExpressionOf<"read">;

/** Deeper expressions have no diagram. */
const MOST_DEPTH = 1000;

/** A sum of literals plus a constant. */
interface Affine {
  readonly weights: Map<number, number>;
  constant: number;
}

interface TranslateOptions {
  readonly codes?: Codes;
  readonly expanded?: number;
}

/** A threshold of a sum that is split into cases, and what has become of those by now. */
interface Split {
  readonly bound: number;
  readonly known: Map<string, Bool>;
}

const splitAt = (bound: number): Split => ({ bound, known: new Map() });

/** Cases into which a sum is split: of more, diagrams would be too large, too. */
const MOST_CASES = 20_000;

export class Translator {
  readonly #variables: Variables;
  readonly #codes: Codes;
  readonly #done = new Map<Expression, Bool>();
  /** Functions of one value, as tables. */
  readonly #tables = new Map<Expression, readonly number[]>();
  readonly #expanded: number;

  /**
   * `codes` are those of the variables' channels; no field that is asked for is an integer. With `expanded`, sums of at
   * most that number of channels become diagrams: with Infinity, literals are all there is.
   *
   * All that it makes throws DiagramsTooLarge where that is too large, or the expression too deep.
   */
  constructor(variables: Variables, { codes = USUAL_CODES, expanded = EXPANDED }: TranslateOptions = {}) {
    this.#variables = variables;
    this.#codes = codes;
    this.#expanded = expanded;
  }

  /** The values of a field's channels when the field has the value of `expression`; not of binary codes. */
  channels(field: { readonly name: string; readonly type: ValueType }, expression: Expression): Bool[] {
    return channelsOf(field).map(({ code }) => {
      if (code.kind === "thermometer") return this.atLeast(expression, code.atLeast);
      if (code.kind === "one-hot") return this.is(expression, code.equals);
      return this.bit(expression);
    });
  }

  /** The function of an expression that is 0 or 1. */
  bit(expression: Expression): Bool {
    const known = this.#done.get(expression);
    if (known !== undefined) return known;
    if (expression.depth > MOST_DEPTH) throw new DiagramsTooLarge();
    const made = this.#bit(expression);
    this.#done.set(expression, made);
    return made;
  }

  #bit(node: Expression): Bool {
    const { bdd } = this.#variables;
    switch (node.tag) {
      case "constant":
        return node.value === 0 ? 0 : 1;
      case "read":
        return this.atLeast(node, 1);
      case "inside":
        return bdd.variable(this.#variables.literal(INSIDE.name, node.place));
      case "signal":
        return bdd.variable(this.#variables.signal(node.name));
      case "not":
        return bdd.not(this.bit(node.of));
      case "and":
        return bdd.and(...node.of.map((part) => this.bit(part)));
      case "or":
        return bdd.or(...node.of.map((part) => this.bit(part)));
      case "xor":
        return bdd.xor(this.bit(node.left), this.bit(node.right));
      case "is":
        return this.is(node.of, node.value);
      case "atLeast":
        return this.atLeast(node.of, node.bound);
      case "choose":
        return bdd.ite(this.bit(node.when), this.bit(node.then), this.bit(node.otherwise));
      case "sum":
      case "min":
      case "max":
        return this.atLeast(node, 1);
      default:
        return unreachable(node);
    }
  }

  /** Tells where an expression has exactly this value. */
  is(node: Expression, value: number): Bool {
    if (node.depth > MOST_DEPTH) throw new DiagramsTooLarge();
    const { bdd } = this.#variables;
    if (node.tag === "constant") return node.value === value ? 1 : 0;
    if (node.tag === "choose") {
      return bdd.ite(this.bit(node.when), this.is(node.then, value), this.is(node.otherwise, value));
    }
    if (node.tag === "read" && this.#isBinary(node)) return this.#hasBits(node, value - node.lo);
    if (node.tag === "read" && node.type.kind === "enum") return this.#isName(node, value);
    return bdd.and(this.atLeast(node, value), bdd.not(this.atLeast(node, value + 1)));
  }

  #isBinary({ field }: Read): boolean {
    return this.#codes.get(field) === "binary";
  }

  /** The bits of a field, lowest first. */
  #bits(node: Read): Bool[] {
    return channelsOf({ name: node.field, type: node.type }, this.#codes).map(({ name }) =>
      this.#variables.bdd.variable(this.#variables.literal(name, node.place)),
    );
  }

  #hasBits(node: Read, number: number): Bool {
    const { bdd } = this.#variables;
    return bdd.and(...this.#bits(node).map((bit, at) => (bitAt(number, at) ? bit : bdd.not(bit))));
  }

  /** Tells where a field's bits make at least a number. */
  #reaches(node: Read, number: number): Bool {
    const { bdd } = this.#variables;
    return this.#bits(node).reduce<Bool>(
      (below, bit, at) => (bitAt(number, at) ? bdd.and(bit, below) : bdd.or(bit, below)),
      1,
    );
  }

  #isName(node: ExpressionOf<"read">, value: number): Bool {
    const { bdd } = this.#variables;
    const literals = channelsOf({ name: node.field, type: node.type }).map(({ name }) =>
      bdd.variable(this.#variables.literal(name, node.place)),
    );
    return value === 0 ? bdd.not(bdd.or(...literals)) : (literals[value - 1] ?? 0);
  }

  atLeast(node: Expression, bound: number): Bool {
    const { bdd } = this.#variables;
    if (node.lo >= bound) return 1;
    if (node.hi < bound) return 0;
    if (node.depth > MOST_DEPTH) throw new DiagramsTooLarge();
    switch (node.tag) {
      case "read":
        return this.#readAtLeast(node, bound);
      case "choose":
        return bdd.ite(
          this.bit(node.when),
          this.atLeast(node.then, bound),
          this.atLeast(node.otherwise, bound),
        );
      case "min":
        return bdd.and(this.atLeast(node.left, bound), this.atLeast(node.right, bound));
      case "max":
        return bdd.or(this.atLeast(node.left, bound), this.atLeast(node.right, bound));
      case "sum":
        if (node.terms.length === 1) {
          const { term, limit, isBelow } = solveForTerm(node.terms[0]!, node.offset, bound);
          return isBelow ? bdd.not(this.atLeast(term, limit)) : this.atLeast(term, limit);
        }
        return this.#sumAtLeast(node.terms, { weights: new Map(), constant: node.offset }, splitAt(bound));
      default:
        return this.bit(node);
    }
  }

  #readAtLeast(node: ExpressionOf<"read">, bound: number): Bool {
    const { bdd } = this.#variables;
    if (this.#isBinary(node)) return this.#reaches(node, bound - node.lo);
    if (node.type.kind === "enum") throw new Error("internal: an enum is not ordered");
    const channel = channelsOf({ name: node.field, type: node.type })[bound - node.lo - 1]!;
    return bdd.variable(this.#variables.literal(channel.name, node.place));
  }

  /** Moves terms one by one into `affine`, splitting cases where a term is not linear in channels. */
  #sumAtLeast(terms: readonly Term[], affine: Affine, split: Split): Bool {
    const [first, ...rest] = terms;
    if (first === undefined) return this.#linearAtLeast(affine, split.bound);
    const { weight, of } = first;
    if (this.#addOneRead(affine, weight, of)) return this.#sumAtLeast(rest, affine, split);
    if (of.tag === "sum") {
      const inner = of.terms.map((term) => ({ weight: weight * term.weight, of: term.of }));
      affine.constant += weight * of.offset;
      return this.#sumAtLeast([...inner, ...rest], affine, split);
    }
    if (this.#addLinear(affine, weight, of)) return this.#sumAtLeast(rest, affine, split);
    const key = `${terms.map((term) => `${term.weight}*${term.of.id}`)} ${[...affine.weights]} ${affine.constant}`;
    const known = split.known.get(key);
    if (known !== undefined) return known;
    spend();
    if (split.known.size >= MOST_CASES) throw new DiagramsTooLarge();
    const made = this.#bySplitting(first, rest, affine, split);
    split.known.set(key, made);
    return made;
  }

  #bySplitting({ weight, of }: Term, rest: readonly Term[], affine: Affine, split: Split): Bool {
    const { bdd } = this.#variables;
    const further = (part: Expression) =>
      this.#sumAtLeast([{ weight, of: part }, ...rest], copy(affine), split);
    if (of.tag === "choose") return bdd.ite(this.bit(of.when), further(of.then), further(of.otherwise));
    if (of.tag === "min" || of.tag === "max") {
      const terms = [
        { weight: 1, of: of.left },
        { weight: -1, of: of.right },
      ];
      const leftIsLarger = this.#sumAtLeast(terms, { weights: new Map(), constant: 0 }, splitAt(0));
      const [large, small] = [further(of.left), further(of.right)];
      return of.tag === "max" ? bdd.ite(leftIsLarger, large, small) : bdd.ite(leftIsLarger, small, large);
    }
    const whenOne = { ...copy(affine), constant: affine.constant + weight };
    return bdd.ite(
      this.bit(of),
      this.#sumAtLeast(rest, whenOne, split),
      this.#sumAtLeast(rest, copy(affine), split),
    );
  }

  /** Adds `weight * of` where that is linear in channels; says whether it was. */
  #addLinear(affine: Affine, weight: number, of: Expression): boolean {
    if (of.tag === "constant") affine.constant += weight * of.value;
    else if (of.tag === "inside") addTo(affine, this.#variables.literal(INSIDE.name, of.place), weight);
    else if (of.tag === "not") {
      if (!this.#addLinear(affine, -weight, of.of)) return false;
      affine.constant += weight;
    } else return this.#addOneRead(affine, weight, of);
    return true;
  }

  /**
   * Adds `of` where one value is all that it reads: whatever a function makes of it, it is linear in the channels
   * of the value's code. So `count(around.s == fire or around.s == ash)` stays a filter.
   */
  #addOneRead(affine: Affine, weight: number, of: Expression): boolean {
    const [read, another] = leaves([of]);
    if (read?.tag !== "read" || another !== undefined) return false;
    if (this.#isBinary(read)) return this.#addBits(affine, weight, of, read);
    const values = this.#tables.get(of) ?? tableOf(of, read);
    this.#tables.set(of, values);
    affine.constant += weight * values[0]!;
    for (const [at, { name }] of channelsOf({ name: read.field, type: read.type }).entries()) {
      // Thermometers add up; of an enum's channels, only one is on.
      const before = read.type.kind === "enum" ? 0 : at;
      addTo(affine, this.#variables.literal(name, read.place), weight * (values[at + 1]! - values[before]!));
    }
    return true;
  }

  /** Adds what reads one value of a binary code: only the value itself is linear in its bits. */
  #addBits(affine: Affine, weight: number, of: Expression, read: Read): boolean {
    if (of !== read) return false;
    affine.constant += weight * read.lo;
    for (const [bit, { name }] of channelsOf({ name: read.field, type: read.type }, this.#codes).entries())
      addTo(affine, this.#variables.literal(name, read.place), weight * 2 ** bit);
    return true;
  }

  #linearAtLeast(affine: Affine, bound: number): Bool {
    const terms = [...affine.weights]
      .filter(([, weight]) => weight !== 0)
      .map(([variable, weight]) => ({ variable, weight }))
      .sort((a, b) => a.variable - b.variable);
    const needed = bound - affine.constant;
    const { lo, hi } = reach(terms);
    if (needed <= lo) return 1;
    if (needed > hi) return 0;
    if (terms.length <= this.#expanded) return this.#expand(terms, needed);
    const { bdd } = this.#variables;
    // One variable a sum: the leading weight is made positive, [-s >= k] is not [s >= 1 - k].
    if (terms[0]!.weight > 0) return bdd.variable(this.#threshold(terms, needed));
    const negated = terms.map(({ variable, weight }) => ({ variable, weight: -weight }));
    return bdd.not(bdd.variable(this.#threshold(negated, 1 - needed)));
  }

  #threshold(terms: LinearSum["terms"], bound: number): number {
    const name = terms
      .map(({ variable, weight }) => `${weight === 1 ? "" : `${weight} `}${this.#variables.name(variable)}`)
      .join(" + ");
    return this.#variables.threshold({ name, terms, ...reach(terms) }, bound);
  }

  #expand(terms: LinearSum["terms"], bound: number): Bool {
    const { bdd } = this.#variables;
    const known = new Map<string, Bool>();
    const from = (at: number, needed: number): Bool => {
      const term = terms[at];
      if (term === undefined) return needed <= 0 ? 1 : 0;
      const key = `${at} ${needed}`;
      const made =
        known.get(key) ??
        bdd.ite(bdd.variable(term.variable), from(at + 1, needed - term.weight), from(at + 1, needed));
      known.set(key, made);
      return made;
    };
    return from(0, bound);
  }
}

const bitAt = (number: number, bit: number): boolean => Math.floor(number / 2 ** bit) % 2 === 1;

/** Returns what an expression is for each value of the one thing that it reads. */
function tableOf(of: Expression, read: Expression): readonly number[] {
  const make = new Expressions();
  return Array.from({ length: read.hi - read.lo + 1 }, (_, at) => {
    const value = make.substitute(of, () => make.constant(read.lo + at));
    if (value.tag !== "constant") throw new Error("internal: a function of one value has another input");
    return value.value;
  });
}

function addTo({ weights }: Affine, variable: number, weight: number): void {
  weights.set(variable, (weights.get(variable) ?? 0) + weight);
}

const copy = (affine: Affine): Affine => ({ weights: new Map(affine.weights), constant: affine.constant });

const reach = (terms: LinearSum["terms"]): Bounds => ({
  lo: terms.reduce((sum, { weight }) => sum + Math.min(weight, 0), 0),
  hi: terms.reduce((sum, { weight }) => sum + Math.max(weight, 0), 0),
});
