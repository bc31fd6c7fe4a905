// Chains: values each of which is made of the one before and of a little more, such as `a and (b xor (c or ...))`. As they
// stand, each takes a layer, and what is read late is handed up through all of them, so that sizes grow as squares. Here
// what a link does to whatever comes from below is told by expressions that do not know it, two links are one, and a
// chain is a tree of few levels:
//
// - of a bit, by what becomes of 0 and of 1. Links of which these rise together, as those by `and` and `or` do, decide or
//   leave it to the next: the first that decides is heard where a sum of them has the greater weight the sooner they come.
//   Parities add up, too. All others choose.
// - of a number, by `min(hi, max(lo, number + plus))`, of which two after one another are one again.

import { type Expression, type Expressions, operands, type Term } from "../../logic/expression.ts";

/** Chains of fewer links stay as they are. */
const FEWEST_LINKS = 6;
/** What is not deeper than this is no chain, but may be part of a link. */
const LIGHT = 5;
/** Sums of decisions have weights that add up to this at most. */
const MOST_WEIGHT = 64;
/** So many decisions are worth a sum. */
const FEWEST_SUMMED = 4;
const MOST_PARITIES = 8;
/** Numbers of more values stay in chains. */
const MOST_VALUES = 64;
/** Links of more levels are none. */
const MOST_LEVELS = 10;
/** Chains are looked for in so many parts within one another that depend on several deep things. */
const MOST_INSIDE = 20;

/** What becomes of a bit. */
interface BitLink {
  readonly ofZero: Expression;
  readonly ofOne: Expression;
  /** Whether what becomes of 0 is never more than what becomes of 1. */
  readonly rises: boolean;
}

/** What becomes of a number: `min(hi, max(lo, number + plus))`. */
interface Clamp {
  readonly plus: Expression;
  readonly lo: Expression | null;
  readonly hi: Expression | null;
}

/** Makes chains into trees: equal values, of fewer levels. */
export class Balance {
  readonly #make: Expressions;
  readonly #known = new Map<Expression, Expression>();
  #inside = 0;

  constructor(make: Expressions) {
    this.#make = make;
  }

  of(root: Expression): Expression {
    const known = this.#known.get(root);
    if (known !== undefined) return known;
    const made = this.#of(root);
    this.#known.set(root, made);
    return made;
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

  /** What depends on several deep things, each of which is balanced. */
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
    const clamps: Clamp[] = [];
    for (let from = to; from > 0 && hasFewValues(cuts[from - 1]!); from--) {
      const clamp = new Clamps(this.#make, cuts[from]!).of(cuts[from - 1]!);
      if (clamp === null) break;
      clamps.push(clamp);
    }
    return { count: clamps.length, after: (base: Expression) => this.#clamped(base, this.#allOf(clamps)) };
  }

  /** What a chain of bits makes of the last of them; the first is the uppermost. */
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
    return pairs(list, (above, below) => ({
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

  /** The first is the innermost. */
  #allOf(clamps: readonly Clamp[]): Clamp {
    let list = clamps;
    while (list.length > 1) list = pairs(list, (below, above) => this.#composed(above, below));
    return list[0]!;
  }

  #composed(above: Clamp, below: Clamp): Clamp {
    const make = this.#make;
    const raised = (bound: Expression | null): Expression | null => bound && added(make, bound, above.plus);
    const [lo, hi] = [raised(below.lo), raised(below.hi)];
    return {
      plus: added(make, below.plus, above.plus),
      lo: largest(make, above.lo, lo),
      hi: hi === null ? above.hi : least(make, above.hi, largest(make, above.lo, hi)!),
    };
  }

  #clamped(base: Expression, { plus, lo, hi }: Clamp): Expression {
    const make = this.#make;
    return least(make, hi, largest(make, lo, added(make, base, plus))!)!;
  }
}

/** Trees of larger numbers are right, too, but no proof finds that: it follows the chain of the rule. */
const hasFewValues = ({ lo, hi }: Expression): boolean => hi - lo < MOST_VALUES;
const isBit = ({ lo, hi }: Expression): boolean => lo >= 0 && hi <= 1;
const isSmall = (bits: readonly Expression[]): boolean => bits.length <= 2;

const added = (make: Expressions, a: Expression, b: Expression): Expression =>
  make.sum([
    { weight: 1, of: a },
    { weight: 1, of: b },
  ]);

/** Null is no bound. */
const least = (make: Expressions, a: Expression | null, b: Expression | null): Expression | null =>
  a === null ? b : b === null ? a : make.min(a, b);
const largest = (make: Expressions, a: Expression | null, b: Expression | null): Expression | null =>
  a === null ? b : b === null ? a : make.max(a, b);

function pairs<T>(list: readonly T[], join: (first: T, second: T) => T): readonly T[] {
  return Array.from({ length: Math.ceil(list.length / 2) }, (_, at) => {
    const [first, second] = [list[2 * at]!, list[2 * at + 1]];
    return second === undefined ? first : join(first, second);
  });
}

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

/** Whether a bit can only rise with one below it, only fall, or both. */
function wayOf(above: Expression, below: Expression, known: Map<Expression, Way>): Way {
  if (above === below) return "up";
  if (above.depth <= below.depth) return "none";
  const seen = known.get(above);
  if (seen !== undefined) return seen;
  const ways = operands(above).map((part) => wayOf(part, below, known));
  const way =
    above.tag === "and" || above.tag === "or"
      ? together(ways)
      : above.tag === "not"
        ? opposite(ways[0]!)
        : above.tag === "choose" && ways[0] === "none"
          ? together(ways)
          : together(ways) === "none"
            ? "none"
            : "both";
  known.set(above, way);
  return way;
}

/** What a number becomes, link by link, as a sum within bounds. */
class Clamps {
  readonly #make: Expressions;
  readonly #below: Expression;
  readonly #known = new Map<Expression, Clamp | null>();
  readonly #uses = new Map<Expression, boolean>();

  constructor(make: Expressions, below: Expression) {
    this.#make = make;
    this.#below = below;
  }

  of(value: Expression): Clamp | null {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const made = this.#of(value);
    this.#known.set(value, made);
    return made;
  }

  #of(value: Expression): Clamp | null {
    const make = this.#make;
    if (value === this.#below) return { plus: make.zero, lo: null, hi: null };
    if (value.tag === "min" || value.tag === "max") {
      const isLeft = this.#isUsedIn(value.left);
      if (isLeft && this.#isUsedIn(value.right)) return null;
      const inner = this.of(isLeft ? value.left : value.right);
      return inner && this.#bounded(inner, value.tag, isLeft ? value.right : value.left);
    }
    if (value.tag === "sum") return this.#added(value);
    if (value.tag === "choose") return this.#chosen(value);
    return null;
  }

  #bounded({ plus, lo, hi }: Clamp, tag: "min" | "max", by: Expression): Clamp {
    const make = this.#make;
    if (tag === "min") return { plus, lo, hi: least(make, hi, by) };
    return { plus, lo: largest(make, lo, by), hi: hi && make.max(hi, by) };
  }

  #added({ terms, offset }: Expression & { tag: "sum" }): Clamp | null {
    const make = this.#make;
    const own = terms.filter(({ of }) => this.#isUsedIn(of));
    const inner = own.length === 1 && own[0]!.weight === 1 ? this.of(own[0]!.of) : null;
    if (inner === null) return null;
    const by = make.sum(
      terms.filter((term) => term !== own[0]),
      offset,
    );
    const { plus, lo, hi } = inner;
    return { plus: added(make, plus, by), lo: lo && added(make, lo, by), hi: hi && added(make, hi, by) };
  }

  #chosen({ when, then, otherwise }: Expression & { tag: "choose" }): Clamp | null {
    if (this.#isUsedIn(when)) return null;
    const [yes, no] = [this.#orFixed(then), this.#orFixed(otherwise)];
    if (yes === null || no === null) return null;
    const make = this.#make;
    const either = (a: Expression, b: Expression): Expression => make.choose(when, a, b);
    // Where only one of them has a bound, the other has one that it never reaches.
    const bound = (of: "lo" | "hi"): Expression | null =>
      yes[of] === null && no[of] === null ? null : either(this.#boundOf(yes, of), this.#boundOf(no, of));
    return { plus: either(yes.plus, no.plus), lo: bound("lo"), hi: bound("hi") };
  }

  /** A value that does not depend on the number is where both bounds are. */
  #orFixed(value: Expression): Clamp | null {
    return this.#isUsedIn(value) ? this.of(value) : { plus: this.#make.zero, lo: value, hi: value };
  }

  #boundOf(clamp: Clamp, of: "lo" | "hi"): Expression {
    return clamp[of] ?? this.#make.constant(this.#below[of] + clamp.plus[of]);
  }

  #isUsedIn(value: Expression): boolean {
    if (value === this.#below) return true;
    if (value.depth <= this.#below.depth) return false;
    const known = this.#uses.get(value);
    if (known !== undefined) return known;
    const made = operands(value).some((part) => this.#isUsedIn(part));
    this.#uses.set(value, made);
    return made;
  }
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
