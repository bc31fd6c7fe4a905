// Chains: values each of which is made of the one before and of a little more, such as `a and (b xor (c or ...))`. As they
// stand, each takes a layer, and what is read late is handed up through all of them, so that sizes grow as squares. Here
// what a link does to whatever comes from below is told by expressions that do not know it, two links are one, and a
// chain is a tree of few levels:
//
// - of a bit, by what becomes of 0 and of 1. Links of which these rise together, as those by `and` and `or` do, decide or
//   leave it to the next: the first that decides is heard where a sum of them has the greater weight the sooner they come.
//   Parities add up, too. All others choose.
// - of a number, by `min(hi, max(lo, number + plus))`, of which two after one another are one again.

import { cached, memo } from "../../diagnostics/memo.ts";
import { type Expression, type Expressions, operands, type Term } from "../../logic/expression.ts";
import { inPairs } from "../../logic/pairwise.ts";
import { allOf, type Clamp, Clamps, clamped } from "./clamps.ts";

/** Chains of fewer links stay as they are. */
const FEWEST_LINKS = 6;
/** What is not deeper than this is no chain, but may be part of a link. */
const LIGHT = 5;
/** Sums of decisions have weights that add up to this at most. */
const MOST_WEIGHT = 64;
/** The number of decisions from which on a sum is worth it. */
const FEWEST_SUMMED = 4;
const MOST_PARITIES = 8;
/** Numbers of more values stay in chains. */
const MOST_VALUES = 64;
/** Links of more levels are none. */
const MOST_LEVELS = 10;
/** The number of parts within one another, each of several deep things, in which chains are looked for. */
const MOST_INSIDE = 20;

/** What becomes of a bit. */
interface BitLink {
  readonly ofZero: Expression;
  readonly ofOne: Expression;
  /** Whether what becomes of 0 is never more than what becomes of 1. */
  readonly rises: boolean;
}

/** Makes chains into trees: equal values, of fewer levels. */
export class Balance {
  readonly #make: Expressions;
  /** A value with its chains as trees. */
  readonly of = memo((root: Expression): Expression => this.#of(root));
  #inside = 0;

  constructor(make: Expressions) {
    this.#make = make;
  }

  #of(root: Expression): Expression {
    if (root.depth <= LIGHT + FEWEST_LINKS) return root;
    const cuts = cutsOf(root);
    const replaced = new Map([[cuts.at(-1)!, this.#branched(cuts.at(-1)!)]]);
    for (let to = cuts.length - 1; to > 0; ) {
      const links = this.#links(cuts, to);
      const from = to - Math.max(links.count, 1);
      const base = replaced.get(cuts[to]!) ?? cuts[to]!;
      const above = cuts[from]!;
      if (links.count >= FEWEST_LINKS) replaced.set(above, links.after(base));
      else if (base !== cuts[to])
        replaced.set(above, this.#make.replace(above, new Map([[cuts[to]!, base]])));
      to = from;
    }
    return replaced.get(root) ?? root;
  }

  /** Makes what depends on several deep things, each of which is balanced. */
  #branched(node: Expression): Expression {
    if (node.depth <= LIGHT + FEWEST_LINKS || this.#inside >= MOST_INSIDE) return node;
    this.#inside++;
    const parts = new Map(operands(node).map((part) => [part, this.of(part)]));
    this.#inside--;
    return this.#make.replace(node, parts);
  }

  /** As many links as there are above a cut that are of one kind, and what they make of what is below. */
  #links(cuts: readonly Expression[], to: number) {
    if (isBit(cuts[to]!)) {
      let from = to;
      while (from > 0 && isBit(cuts[from - 1]!)) from--;
      const after = (base: Expression): Expression => this.#bits(cuts.slice(from, to + 1), base);
      return { count: to - from, after };
    }
    const make = this.#make;
    const clamps: Clamp[] = [];
    for (let from = to; from > 0 && hasFewValues(cuts[from - 1]!); from--) {
      const clamp = new Clamps(make, cuts[from]!).of(cuts[from - 1]!);
      if (clamp === null) break;
      clamps.push(clamp);
    }
    return { count: clamps.length, after: (base: Expression) => clamped(make, base, allOf(make, clamps)) };
  }

  /** Returns what a chain of bits makes of the last of them; the first is the uppermost. */
  #bits(chain: readonly Expression[], base: Expression): Expression {
    const { links, isTurned } = this.#risen(chain);
    let list = links;
    while (list.length > 1) {
      const summed = this.#summed(list);
      list = summed.length <= (list.length * 2) / 3 ? summed : this.#paired(list);
    }
    const [{ ofZero, ofOne }] = list as [BitLink];
    return this.#chosen(isTurned ? this.#make.not(base) : base, ofOne, ofZero);
  }

  /** Links from the uppermost; those that fall take the negation of what is below, and so rise. */
  #risen(chain: readonly Expression[]): { readonly links: readonly BitLink[]; readonly isTurned: boolean } {
    const make = this.#make;
    let isTurned = false;
    const links = chain.slice(0, -1).map((above, at): BitLink => {
      const below = chain[at + 1]!;
      const [zero, one] = [make.zero, make.one].map((bit) => make.replace(above, new Map([[below, bit]])));
      const [ofZero, ofOne] = isTurned ? [make.not(zero!), make.not(one!)] : [zero!, one!];
      const way = wayOf(above, below, new Map());
      if (way === "both") {
        isTurned = false;
        return { ofZero, ofOne, rises: ofZero === make.zero || ofOne === make.one };
      }
      isTurned = isTurned === (way === "up");
      return isTurned ? { ofZero: ofOne, ofOne: ofZero, rises: true } : { ofZero, ofOne, rises: true };
    });
    return { links, isTurned };
  }

  /** Runs of links that rise, and of parities, as sums. */
  #summed(list: readonly BitLink[]): readonly BitLink[] {
    const made: BitLink[] = [];
    for (let at = 0; at < list.length; ) {
      const rising = this.#decisions(list, at);
      const parities = this.#parities(list, at);
      if (rising.count >= FEWEST_SUMMED) made.push(rising.link());
      else if (parities.count >= 2) made.push(parities.link());
      else made.push(list[at]!);
      at += rising.count >= FEWEST_SUMMED ? rising.count : parities.count >= 2 ? parities.count : 1;
    }
    return made;
  }

  /**
   * The links from `at` on as one sum: positive where the first that decides says 1, negative where it says 0. The
   * innermost has weight 1, and every other one more than those below it can add up to against it.
   */
  #decisions(list: readonly BitLink[], at: number) {
    const make = this.#make;
    let count = 0;
    let best: readonly number[] = [];
    for (let end = at; end < list.length && list[end]!.rises; end++) {
      const weights = weightsOf(make, list.slice(at, end + 1));
      if (weights === null) break;
      [count, best] = [end + 1 - at, weights];
    }
    const link = (): BitLink => {
      const terms = best.flatMap((weight, nth): Term[] => {
        const { ofZero, ofOne } = list[at + nth]!;
        return [
          { weight, of: ofZero },
          { weight, of: ofOne },
        ];
      });
      const sum = make.sum(
        terms,
        best.reduce((total, weight) => total - weight, 0),
      );
      return { ofZero: make.atLeast(sum, 1), ofOne: make.atLeast(sum, 0), rises: true };
    };
    return { count, link };
  }

  #parities(list: readonly BitLink[], at: number) {
    const make = this.#make;
    const most = Math.min(list.length, at + MOST_PARITIES);
    let end = at;
    while (end < most && make.not(list[end]!.ofZero) === list[end]!.ofOne) end++;
    const link = (): BitLink => {
      const bits = list.slice(at, end).map(({ ofZero }) => ofZero);
      const ofZero = isSmall(bits) ? bits.reduce((a, b) => make.xor(a, b)) : this.#odd(bits);
      return { ofZero, ofOne: make.not(ofZero), rises: false };
    };
    return { count: end - at, link };
  }

  #odd(bits: readonly Expression[]): Expression {
    const make = this.#make;
    const sum = make.sum(bits.map((of) => ({ weight: 1, of })));
    const odd = Array.from({ length: sum.hi - sum.lo + 1 }, (_, at) => sum.lo + at).filter(
      (n) => n % 2 !== 0,
    );
    return make.or(...odd.map((n) => make.and(make.atLeast(sum, n), make.not(make.atLeast(sum, n + 1)))));
  }

  #paired(list: readonly BitLink[]): readonly BitLink[] {
    return inPairs(list, (above, below) => ({
      ofZero: this.#through(above, below.ofZero),
      ofOne: this.#through(above, below.ofOne),
      rises: above.rises && below.rises,
    }));
  }

  #through({ ofZero, ofOne, rises }: BitLink, bit: Expression): Expression {
    const make = this.#make;
    if (rises && ofZero !== make.zero && ofOne !== make.one) return make.or(ofZero, make.and(ofOne, bit));
    return this.#chosen(bit, ofOne, ofZero);
  }

  #chosen(bit: Expression, ofOne: Expression, ofZero: Expression): Expression {
    const make = this.#make;
    if (ofOne === make.one) return make.or(bit, ofZero);
    if (ofZero === make.zero) return make.and(bit, ofOne);
    if (ofOne === make.zero) return make.and(make.not(bit), ofZero);
    if (ofZero === make.one) return make.or(make.not(bit), ofOne);
    return make.not(ofZero) === ofOne ? make.xor(bit, ofZero) : make.choose(bit, ofOne, ofZero);
  }
}

/** Trees of larger numbers are right, too, but no proof finds that: it follows the chain of the rule. */
const hasFewValues = ({ lo, hi }: Expression): boolean => hi - lo < MOST_VALUES;
const isBit = ({ lo, hi }: Expression): boolean => lo >= 0 && hi <= 1;
const isSmall = (bits: readonly Expression[]): boolean => bits.length <= 2;

/** Weights for decisions, the innermost last; null where they add up to too much. */
function weightsOf(make: Expressions, links: readonly BitLink[]): readonly number[] | null {
  let [most, least] = [0, 0];
  const weights: number[] = [];
  for (const { ofZero, ofOne } of links.toReversed()) {
    const [canRise, canFall] = [ofZero !== make.zero, ofOne !== make.one];
    const weight = 1 + Math.max(canRise ? least : 0, canFall ? most : 0);
    if (canRise) most += weight;
    if (canFall) least += weight;
    if (most > MOST_WEIGHT || least > MOST_WEIGHT) return null;
    weights.push(weight);
  }
  return weights.reverse();
}

type Way = "none" | "up" | "down" | "both";

const opposite = (way: Way): Way => (way === "up" ? "down" : way === "down" ? "up" : way);

const together = (ways: readonly Way[]): Way => {
  const some = new Set(ways.filter((way) => way !== "none"));
  return some.size === 0 ? "none" : some.size === 1 ? [...some][0]! : "both";
};

/** Tells whether a bit can only rise with one below it, only fall, or both. */
function wayOf(above: Expression, below: Expression, known: Map<Expression, Way>): Way {
  if (above === below) return "up";
  if (above.depth <= below.depth) return "none";
  return cached(known, above, (): Way => {
    const ways = operands(above).map((part) => wayOf(part, below, known));
    const all = together(ways);
    switch (above.tag) {
      case "and":
      case "or":
        return all;
      case "not":
        return opposite(all);
      default:
        return above.tag === "choose" && ways[0] === "none" ? all : all === "none" ? "none" : "both";
    }
  });
}

/** Nodes through which the root depends on all that is deep below them, the root first. */
function cutsOf(root: Expression): readonly Expression[] {
  const cuts: Expression[] = [];
  const open = new DeepestFirst();
  open.add(root);
  for (let node = open.take(); node !== null; node = open.take()) {
    if (open.size === 0) {
      if (cuts.length > 0 && cuts.at(-1)!.depth - node.depth > MOST_LEVELS) break;
      cuts.push(node);
    }
    for (const part of operands(node)) if (part.depth > LIGHT) open.add(part);
  }
  return cuts;
}

/** Nodes by their depth. */
class DeepestFirst {
  readonly #levels: Set<Expression>[] = [];
  size = 0;

  add(node: Expression): void {
    while (this.#levels.length <= node.depth) this.#levels.push(new Set());
    const level = this.#levels[node.depth]!;
    if (!level.has(node)) this.size++;
    level.add(node);
  }

  take(): Expression | null {
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      const [node] = level;
      if (node === undefined) this.#levels.pop();
      else {
        level.delete(node);
        this.size--;
        return node;
      }
    }
    return null;
  }
}
