// Expression graphs: what a cell computes, as a value of finite integers read from its 3x3 patch.
// Nodes are interned, so equal expressions are the same object and graphs stay small.
// The constructors fold constants and flatten; everything deeper is left to decision diagrams.

import { spend } from "../diagnostics/budget.ts";
import { unreachable } from "../diagnostics/diagnostic.ts";
import type { Tagged } from "../diagnostics/tagged.ts";
import type { Place } from "../grid/direction.ts";
import { type Bounds, bounds, type ValueType } from "../grid/grid.ts";

/** `weight * of`, summed up in a `sum` node. */
export interface Term {
  readonly weight: number;
  readonly of: Expression;
}

/**
 * When a neighbour's value is meant, relative to the instruction that reads it. `now` stands where the
 * question does not arise: the instruction does not write that field, or it is the cell's own.
 */
type Age = "old" | "new" | "now";

/**
 * `lo..hi` bounds every value the expression can take; bits are 0..1, enum values are indices. `depth` counts the nodes
 * on the longest way down; `nesting` counts a chain `if a then x else if b then y else ...` once.
 */
export type Expression = Tagged<
  {
    constant: { value: number };
    read: { field: string; place: Place; age: Age; type: ValueType };
    /** 1 where the grid has a cell at that place. */
    inside: { place: Place };
    /** A bit computed once and used in many places, such as "ready to run". */
    signal: { name: string };
    not: { of: Expression };
    and: { of: readonly Expression[] };
    or: { of: readonly Expression[] };
    xor: { left: Expression; right: Expression };
    /** 1 where `of` has exactly this value. */
    is: { of: Expression; value: number };
    /** 1 where `of` is at least `bound`. */
    atLeast: { of: Expression; bound: number };
    sum: { terms: readonly Term[]; offset: number };
    min: { left: Expression; right: Expression };
    max: { left: Expression; right: Expression };
    choose: { when: Expression; then: Expression; otherwise: Expression };
  },
  Bounds & { readonly id: number; readonly depth: number; readonly nesting: number }
>;

/** An expression with a tag, such as `ExpressionOf<"sum">`. */
export type ExpressionOf<Tag> = Expression & { readonly tag: Tag };

type Shape<E = Expression> = E extends unknown ? Omit<E, "id" | "depth" | "nesting"> : never;

/** Levels to which a parity is searched for a part that comes again. */
const LOOKS = 4;

/** Makes and interns expressions. One builder serves one compilation. */
export class Expressions {
  readonly #interned = new Map<string, Expression>();
  #made = 0;
  readonly zero = this.constant(0);
  readonly one = this.constant(1);

  #intern(key: string, node: Shape): Expression {
    spend();
    const known = this.#interned.get(key);
    if (known !== undefined) return known;
    const below = operands(node as Expression);
    const nested = node.tag === "choose" ? [node.when, node.then] : below;
    const rest = node.tag === "choose" ? node.otherwise.nesting : 0;
    const made = {
      ...node,
      id: this.#made++,
      depth: 1 + below.reduce((most, { depth }) => Math.max(most, depth), 0),
      nesting: Math.max(
        rest,
        nested.reduce((most, { nesting }) => Math.max(most, nesting + 1), 1),
      ),
    } as Expression;
    this.#interned.set(key, made);
    return made;
  }

  /** Returns what is made of an expression and a number, once: of deep ones, the lower parts first. */
  #once(kind: string, of: Expression, value: number, make: (of: Expression) => Expression): Expression {
    const key = (node: Expression) => `${kind} ${node.id} ${value}`;
    const known = this.#interned.get(key(of));
    if (known !== undefined) return known;
    const isDone = (node: Expression) => this.#interned.has(key(node));
    for (const part of landings([of], ({ depth }) => depth, isDone))
      if (!isDone(part)) this.#interned.set(key(part), make(part));
    const made = make(of);
    this.#interned.set(key(of), made);
    return made;
  }

  constant(value: number): Expression {
    return this.#intern(`${value}`, { tag: "constant", value, lo: value, hi: value });
  }

  read(field: string, type: ValueType, place: Place, age: Age): Expression {
    return this.#intern(`read ${field} ${place} ${age}`, {
      tag: "read",
      field,
      type,
      place,
      age,
      ...bounds(type),
    });
  }

  inside(place: Place): Expression {
    if (place === "here") return this.one;
    return this.#intern(`inside ${place}`, { tag: "inside", place, lo: 0, hi: 1 });
  }

  signal(name: string): Expression {
    return this.#intern(`signal ${name}`, { tag: "signal", name, lo: 0, hi: 1 });
  }

  not(of: Expression): Expression {
    if (of.tag === "constant") return this.constant(1 - of.value);
    if (of.tag === "not") return of.of;
    return this.#intern(`not ${of.id}`, { tag: "not", of, lo: 0, hi: 1 });
  }

  and(...parts: readonly Expression[]): Expression {
    return this.#junction("and", parts, this.one, this.zero);
  }

  or(...parts: readonly Expression[]): Expression {
    return this.#junction("or", parts, this.zero, this.one);
  }

  #junction(
    tag: "and" | "or",
    parts: readonly Expression[],
    neutral: Expression,
    absorbing: Expression,
  ): Expression {
    const flat = parts.flatMap((part) => (part.tag === tag ? part.of : [part]));
    const kept = [...new Set(flat)].filter((part) => part !== neutral).sort((a, b) => a.id - b.id);
    if (kept.includes(absorbing)) return absorbing;
    if (kept.length === 0) return neutral;
    if (kept.length === 1) return kept[0]!;
    return this.#intern(`${tag} ${kept.map((part) => part.id).join(" ")}`, { tag, of: kept, lo: 0, hi: 1 });
  }

  xor(left: Expression, right: Expression): Expression {
    if (left === right) return this.zero;
    if (left.tag === "constant") return left.value === 0 ? right : this.not(right);
    if (right.tag === "constant") return right.value === 0 ? left : this.not(left);
    const less = this.#without(left, right, LOOKS) ?? this.#without(right, left, LOOKS);
    if (less !== null) return less;
    const [first, second] = left.id < right.id ? [left, right] : [right, left];
    return this.#intern(`xor ${first.id} ${second.id}`, {
      tag: "xor",
      left: first,
      right: second,
      lo: 0,
      hi: 1,
    });
  }

  /** A parity without one of its parts, if that is among the last few: twice the same bit is nothing. */
  #without(parity: Expression, part: Expression, looks: number): Expression | null {
    if (parity.tag !== "xor" || looks === 0) return null;
    const { left, right } = parity;
    if (left === part) return right;
    if (right === part) return left;
    const fewer = this.#without(left, part, looks - 1);
    if (fewer !== null) return this.xor(fewer, right);
    const others = this.#without(right, part, looks - 1);
    return others && this.xor(left, others);
  }

  is(of: Expression, value: number): Expression {
    if (value < of.lo || value > of.hi) return this.zero;
    if (of.tag === "constant") return this.one;
    if (of.tag === "choose")
      return this.#once("is", of, value, (part) =>
        part.tag === "choose"
          ? this.choose(part.when, this.is(part.then, value), this.is(part.otherwise, value))
          : this.is(part, value),
      );
    return this.#intern(`is ${of.id} ${value}`, { tag: "is", of, value, lo: 0, hi: 1 });
  }

  /** Thresholds of a number that is made of others are made of theirs. */
  atLeast(of: Expression, bound: number): Expression {
    if (of.lo >= bound) return this.one;
    if (of.hi < bound) return this.zero;
    if (of.lo === 0 && of.hi === 1 && of.tag !== "sum") return of;
    if (isChosen(of) || (of.tag === "sum" && of.terms.length === 1))
      return this.#once("atLeast", of, bound, (part) => this.#atLeastPart(part, bound));
    return this.#threshold(of, bound);
  }

  /**
   * 1 where `of` is at least `bound`, as one of several thresholds of a number that is made once: `isWholeThreshold`,
   * until `split`.
   */
  wholeAtLeast(of: Expression, bound: number): Expression {
    return isChosen(of) && of.lo < bound && of.hi >= bound
      ? this.#threshold(of, bound)
      : this.atLeast(of, bound);
  }

  #threshold(of: Expression, bound: number): Expression {
    // What is made of a number once has the other name.
    const name = isChosen(of) ? "threshold" : "atLeast";
    return this.#intern(`${name} ${of.id} ${bound}`, { tag: "atLeast", of, bound, lo: 0, hi: 1 });
  }

  #atLeastPart(of: Expression, bound: number): Expression {
    switch (of.tag) {
      case "choose":
        return this.choose(of.when, this.atLeast(of.then, bound), this.atLeast(of.otherwise, bound));
      case "max":
        return this.or(this.atLeast(of.left, bound), this.atLeast(of.right, bound));
      case "min":
        return this.and(this.atLeast(of.left, bound), this.atLeast(of.right, bound));
      case "sum": {
        if (of.terms.length > 1) break;
        const { term, limit, isBelow } = solveForTerm(of.terms[0]!, of.offset, bound);
        return isBelow ? this.not(this.atLeast(term, limit)) : this.atLeast(term, limit);
      }
    }
    return this.atLeast(of, bound);
  }

  /** Equality of two values: of enums case by case, of numbers by two comparisons. */
  equals(left: Expression, right: Expression, isEnum: boolean): Expression {
    if (left === right) return this.one;
    if (right.tag === "constant" && (isEnum || left.tag !== "sum")) return this.is(left, right.value);
    if (left.tag === "constant") return this.equals(right, left, isEnum);
    if (!isEnum) {
      const difference = this.difference(left, right);
      return this.and(this.atLeast(difference, 0), this.not(this.atLeast(difference, 1)));
    }
    const values = Array.from({ length: left.hi - left.lo + 1 }, (_, index) => left.lo + index);
    return this.or(...values.map((value) => this.and(this.is(left, value), this.is(right, value))));
  }

  difference(left: Expression, right: Expression): Expression {
    return this.sum([
      { weight: 1, of: left },
      { weight: -1, of: right },
    ]);
  }

  sum(terms: readonly Term[], offset = 0): Expression {
    const weights = new Map<Expression, number>();
    let constant = offset;
    const add = (weight: number, of: Expression): void => {
      if (of.tag === "constant") constant += weight * of.value;
      else if (of.tag === "sum") {
        constant += weight * of.offset;
        for (const term of of.terms) add(weight * term.weight, term.of);
      } else weights.set(of, (weights.get(of) ?? 0) + weight);
    };
    for (const term of terms) add(term.weight, term.of);
    const kept = [...weights]
      .filter(([, weight]) => weight !== 0)
      .map(([of, weight]) => ({ weight, of }))
      .sort((a, b) => a.of.id - b.of.id);
    if (kept.length === 0) return this.constant(constant);
    if (kept.length === 1 && kept[0]!.weight === 1 && constant === 0) return kept[0]!.of;
    const low = kept.reduce((sum, { weight, of }) => sum + weight * (weight > 0 ? of.lo : of.hi), constant);
    const high = kept.reduce((sum, { weight, of }) => sum + weight * (weight > 0 ? of.hi : of.lo), constant);
    const key = `sum ${kept.map(({ weight, of }) => `${weight}*${of.id}`).join(" ")} ${constant}`;
    return this.#intern(key, { tag: "sum", terms: kept, offset: constant, lo: low, hi: high });
  }

  min(left: Expression, right: Expression): Expression {
    if (left === right || left.hi <= right.lo) return left;
    if (right.hi <= left.lo) return right;
    if (left.lo >= 0 && left.hi <= 1 && right.lo >= 0 && right.hi <= 1) return this.and(left, right);
    const node = {
      tag: "min",
      left,
      right,
      lo: Math.min(left.lo, right.lo),
      hi: Math.min(left.hi, right.hi),
    };
    return this.#intern(`min ${left.id} ${right.id}`, node as Shape);
  }

  max(left: Expression, right: Expression): Expression {
    if (left === right || left.lo >= right.hi) return left;
    if (right.lo >= left.hi) return right;
    if (left.lo >= 0 && left.hi <= 1 && right.lo >= 0 && right.hi <= 1) return this.or(left, right);
    const node = {
      tag: "max",
      left,
      right,
      lo: Math.max(left.lo, right.lo),
      hi: Math.max(left.hi, right.hi),
    };
    return this.#intern(`max ${left.id} ${right.id}`, node as Shape);
  }

  choose(when: Expression, whereIt: Expression, whereNot: Expression): Expression {
    const then = whereKnown(whereIt, when, true);
    const otherwise = whereKnown(whereNot, when, false);
    if (then === otherwise || when === this.one) return then;
    if (when === this.zero) return otherwise;
    if (then === this.one && otherwise === this.zero) return when;
    if (then === this.zero && otherwise === this.one) return this.not(when);
    const extremum = this.#extremum(when, then, otherwise);
    if (extremum !== null) return extremum;
    return this.#intern(`choose ${when.id} ${then.id} ${otherwise.id}`, {
      tag: "choose",
      when,
      then,
      otherwise,
      lo: Math.min(then.lo, otherwise.lo),
      hi: Math.max(then.hi, otherwise.hi),
    });
  }

  /** `if a < b then b else a` is a maximum: in thermometer code one gate a channel, not a comparison. */
  #extremum(when: Expression, then: Expression, otherwise: Expression): Expression | null {
    const comparison = when.tag === "not" ? when.of : when;
    if (comparison.tag !== "atLeast" || comparison.bound < 0 || comparison.bound > 1) return null;
    const larger = when === comparison ? then : otherwise;
    const smaller = when === comparison ? otherwise : then;
    if (comparison.of === this.difference(larger, smaller)) return this.max(then, otherwise);
    if (comparison.of === this.difference(smaller, larger)) return this.min(then, otherwise);
    return null;
  }

  /** Rebuilds a graph with its leaves (reads and signals) replaced; operands first, since lists of rules are long. */
  substitute(root: Expression, leaf: (node: Expression) => Expression): Expression {
    return this.#rebuilt(root, leaf, (of, bound) => this.wholeAtLeast(of, bound));
  }

  /** Rebuilds a graph with some of its nodes replaced, whatever these are. */
  replace(root: Expression, by: ReadonlyMap<Expression, Expression>): Expression {
    const leaf = (node: Expression): Expression => node;
    return this.#rebuilt(root, leaf, (of, bound) => this.wholeAtLeast(of, bound), new Map(by));
  }

  /** The same expression without thresholds that are whole. */
  split(root: Expression): Expression {
    return this.#rebuilt(
      root,
      (leaf) => leaf,
      (of, bound) => this.atLeast(of, bound),
    );
  }

  #rebuilt(
    root: Expression,
    leaf: (node: Expression) => Expression,
    whole: (of: Expression, bound: number) => Expression,
    done = new Map<Expression, Expression>(),
  ): Expression {
    const made = (node: Expression): Expression => done.get(node)!;
    const pending = [root];
    for (let node = pending.at(-1); node !== undefined; node = pending.at(-1)) {
      const open = done.has(node) ? [] : operands(node).filter((part) => !done.has(part));
      if (open.length > 0) for (const part of open.reverse()) pending.push(part);
      else {
        pending.pop();
        if (!done.has(node)) done.set(node, this.#rebuild(node, made, leaf, whole));
      }
    }
    return made(root);
  }

  #rebuild(
    node: Expression,
    visit: (node: Expression) => Expression,
    leaf: (node: Expression) => Expression,
    whole: (of: Expression, bound: number) => Expression,
  ): Expression {
    spend();
    switch (node.tag) {
      case "constant":
        return node;
      case "read":
      case "inside":
      case "signal":
        return leaf(node);
      case "not":
        return this.not(visit(node.of));
      case "and":
        return this.and(...node.of.map(visit));
      case "or":
        return this.or(...node.of.map(visit));
      case "xor":
        return this.xor(visit(node.left), visit(node.right));
      case "is":
        return this.is(visit(node.of), node.value);
      case "atLeast":
        return isWholeThreshold(node)
          ? whole(visit(node.of), node.bound)
          : this.atLeast(visit(node.of), node.bound);
      case "sum":
        return this.sum(
          node.terms.map((term) => ({ weight: term.weight, of: visit(term.of) })),
          node.offset,
        );
      case "min":
        return this.min(visit(node.left), visit(node.right));
      case "max":
        return this.max(visit(node.left), visit(node.right));
      case "choose":
        return this.choose(visit(node.when), visit(node.then), visit(node.otherwise));
      default:
        return unreachable(node);
    }
  }
}

/** Tells whether a number is one of several others. */
const isChosen = ({ tag }: Expression): boolean => tag === "choose" || tag === "max" || tag === "min";

/** Tells whether it is a threshold of a number that is made of others, and not made of theirs. */
export const isWholeThreshold = (node: Expression): boolean => node.tag === "atLeast" && isChosen(node.of);

/** A value where it is known whether a condition holds: choices by that condition are made. */
export function whereKnown(value: Expression, condition: Expression, holds: boolean): Expression {
  let at = value;
  while (at.tag === "choose" && isAbout(at.when, condition))
    at = (at.when === condition) === holds ? at.then : at.otherwise;
  return at;
}

/** Tells whether one of two bits is the other, or its negation. */
const isAbout = (bit: Expression, other: Expression): boolean =>
  bit === other || (bit.tag === "not" && bit.of === other) || (other.tag === "not" && other.of === bit);

/** `weight * term + offset >= bound`, solved: the term is at least the limit, or below it. */
export function solveForTerm(
  { weight, of }: Term,
  offset: number,
  bound: number,
): { readonly term: Expression; readonly limit: number; readonly isBelow: boolean } {
  const limit = (bound - offset) / weight;
  if (weight > 0) return { term: of, limit: Math.ceil(limit), isBelow: false };
  return { term: of, limit: Math.floor(limit) + 1, isBelow: true };
}

/** Direct operands of a node. */
export function operands(node: Expression): readonly Expression[] {
  switch (node.tag) {
    case "constant":
    case "read":
    case "inside":
    case "signal":
      return [];
    case "not":
    case "is":
    case "atLeast":
      return [node.of];
    case "and":
    case "or":
      return node.of;
    case "sum":
      return node.terms.map((term) => term.of);
    case "xor":
    case "min":
    case "max":
      return [node.left, node.right];
    case "choose":
      return [node.when, node.then, node.otherwise];
    default:
      return unreachable(node);
  }
}

/**
 * All leaves (reads, inside, signals) below the given roots, each once; without recursion, since lists of rules are
 * long.
 */
export function leaves(roots: Iterable<Expression>): Expression[] {
  const seen = new Set<Expression>();
  const found: Expression[] = [];
  const pending = [...roots].reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const below = operands(node);
    if (below.length === 0 && node.tag !== "constant") found.push(node);
    for (let at = below.length - 1; at >= 0; at--) pending.push(below[at]!);
  }
  return found;
}

/** The fields that are read below the given roots, in this cell or in others. */
export const fieldsRead = (roots: Iterable<Expression>): ReadonlySet<string> =>
  new Set(leaves(roots).flatMap((leaf) => (leaf.tag === "read" ? [leaf.field] : [])));

/** Levels of nesting that a recursion goes down without trouble. */
const STEP = 100;

/**
 * Nodes below the roots, the lowest first, such that a recursion which keeps its results and has visited all of these
 * goes down `STEP` levels at most. None of what is not deep. `depthOf` is what each level of the recursion lessens;
 * below what is done, nothing is looked for.
 */
export function landings(
  roots: readonly Expression[],
  depthOf: (node: Expression) => number = ({ depth }) => depth,
  isDone: (node: Expression) => boolean = () => false,
): Expression[] {
  const pending = roots.filter((root) => depthOf(root) > STEP);
  if (pending.length === 0) return [];
  const band = (node: Expression): number => Math.floor(depthOf(node) / STEP);
  const seen = new Set(pending);
  const found = new Set<Expression>();
  for (let node = pending.pop(); node !== undefined; node = pending.pop())
    for (const part of operands(node)) {
      if (band(part) === 0 || isDone(part)) continue;
      if (band(part) < band(node)) found.add(part);
      if (!seen.has(part)) pending.push(part);
      seen.add(part);
    }
  return [...found].sort((a, b) => depthOf(a) - depthOf(b));
}

/** Tells how often each node is an operand, or a root. */
export function countUses(roots: readonly Expression[]): ReadonlyMap<Expression, number> {
  const uses = new Map<Expression, number>();
  const pending = [...roots];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const before = uses.get(node) ?? 0;
    uses.set(node, before + 1);
    if (before === 0) for (const part of operands(node)) pending.push(part);
  }
  return uses;
}

/** Returns how many nodes an expression has, counted up to `most`. */
export function nodesBelow(root: Expression, most: number): number {
  const seen = new Set<Expression>([root]);
  for (const of of seen) {
    if (seen.size > most) break;
    for (const part of operands(of)) seen.add(part);
  }
  return seen.size;
}
