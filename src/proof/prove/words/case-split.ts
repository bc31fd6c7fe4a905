// That two sums of a network and a rule are the same number, by cases.
//
// A sum has numbers that depend on a condition: units, which are 0 or their input, and choices, minima and maxima of the rule.
// In a case, some conditions hold. Where they say which way such a number goes, what it is there takes its place, and what
// is left of the difference mostly cancels. Where it does not, the condition that decides on most of it splits the case in
// two. Conditions are Boolean functions of the neighbourhood, of which a search (logic/sweep.ts) says whether they can hold
// together; bounds of sums that have been held say so at once. Nothing is taken for granted: what is not shown is open.

import { cached } from "../../../diagnostics/memo.ts";
import type { Bounds } from "../../../grid/grid.ts";
import type { Bool } from "../../../logic/bdd.ts";
import type { Expression } from "../../../logic/expression.ts";
import type { Sweep } from "../../../logic/sweep.ts";
import { constantSum, type Forms, formOfAtom, type OpenSum, termsKey } from "./open-sums.ts";
import type { RuleForms } from "./rule-open-sums.ts";
import type { Words } from "./words.ts";

/** Conflicts that it may take to see what follows from a case, that it is none, and that nothing is left in it. */
const ASK_CONFLICTS = 20;
const NONE_CONFLICTS = 300;
const LEAF_CONFLICTS = 3000;
/** Cases into which a difference is split. */
const MOST_CASES = 4000;
/** Units of units in which conditions are looked for. */
const MOST_DEPTH = 4;
/** Choices are opened before all else, as both of their sides are open; which of two numbers is larger decides on less. */
const CHOICE = 2 ** 20;
const COMPARISON = 1 / 64;

/** Whether a sum is at least 1, or, where it is negated, at most 0. */
interface Sign {
  readonly sum: OpenSum;
  readonly isNegated: boolean;
}

/** A number that is one sum where a function is 0, and another where it is 1. */
interface Opening {
  readonly when: Bool;
  readonly is: readonly [OpenSum, OpenSum];
  /** How much of the number that decides on. */
  readonly span: number;
  /** The sum that is at least 1 where the function is 1; null where it is no such function. */
  readonly sum: OpenSum | null;
}

/** Neighbourhoods in which some functions hold, and what is known of these. */
class Case {
  readonly parent: Case | null;
  readonly holds: readonly Bool[];
  readonly sign: Sign | null;
  readonly samples: Int32Array;
  /** What functions are in it, by those that are not negated. */
  readonly facts: Map<Bool, 0 | 1>;
  /** Bounds of sums without their constants. */
  readonly ranges: Map<string, Bounds>;
  readonly openings = new Map<number, Opening | null>();
  readonly closed = new Map<number, OpenSum>();
  readonly bits = new Map<Expression, Bool>();
  /** Bits that are open, by the functions that they are. */
  readonly equal = new Map<Bool, OpenSum>();

  constructor(
    sweep: Sweep,
    parent: Case | null = null,
    holds: readonly Bool[] = [],
    sign: Sign | null = null,
  ) {
    this.parent = parent;
    this.holds = holds;
    this.sign = sign;
    this.samples = sweep.samplesWhere(holds);
    this.facts = new Map(parent?.facts);
    this.ranges = new Map(parent?.ranges);
  }
}

export class CaseSplit {
  readonly #forms: Forms;
  readonly #rule: RuleForms;
  readonly #sweep: Sweep;
  readonly #words: Words<Sweep>;
  #cases = 0;
  #mostConflicts = Number.POSITIVE_INFINITY;
  /** Whether minima and maxima are opened, and whether one has been left as it is. */
  #opensExtremes = true;
  #hasExtremes = false;

  constructor(forms: Forms, rule: RuleForms, words: Words<Sweep>) {
    this.#forms = forms;
    this.#rule = rule;
    this.#words = words;
    this.#sweep = words.bdd;
  }

  /**
   * Tells whether a sum is shown to be 0 everywhere, in `most` conflicts or hardly more: first of whatever number its minima
   * and maxima are, which mostly do not matter where network and rule share them.
   */
  isZero(sum: OpenSum, most: number): boolean {
    this.#mostConflicts = this.#sweep.conflicts + most;
    this.#hasExtremes = false;
    if (this.#isZeroBy(sum, false)) return true;
    return this.#hasExtremes && this.#isZeroBy(sum, true);
  }

  #isZeroBy(sum: OpenSum, opensExtremes: boolean): boolean {
    this.#opensExtremes = opensExtremes;
    this.#cases = 0;
    return this.#isZeroIn(sum, new Case(this.#sweep));
  }

  #isZeroIn(sum: OpenSum, own: Case): boolean {
    this.#cases++;
    const left = this.#closed(sum, own);
    const { lo, hi } = this.#rangeOf(left, own);
    if (lo === 0 && hi === 0) return true;
    if (this.#sweep.conflicts > this.#mostConflicts) return false;
    const split = left.terms.size === 0 || this.#cases > MOST_CASES ? null : this.#split(left, own);
    if (split === null) return this.#isNowhere(left, own);
    return ([0, 1] as const).every((value) => {
      const next = this.#caseOf(own, split, value);
      return next === null || this.#isZeroIn(left, next);
    });
  }

  /** Tells whether the neighbourhoods of a case in which a sum is not 0 are shown to be none. */
  #isNowhere(sum: OpenSum, own: Case): boolean {
    const again: Bool[] = [];
    for (let each: Case | null = own; each !== null; each = each.parent)
      if (each.sign !== null)
        again.push(this.#isPositive(this.#closed(each.sign.sum, own), own) ^ (each.sign.isNegated ? 1 : 0));
    const differs = this.#words.differs(this.#forms.word(sum), this.#words.constant(0));
    return this.#sweep.never([...again, ...own.holds, differs], LEAF_CONFLICTS);
  }

  /** Tells where a condition is 0 or 1 besides; null where that is nowhere. */
  #caseOf(own: Case, { when, sum }: Opening, value: 0 | 1): Case | null {
    const side = when ^ value ^ 1;
    const holds = [...own.holds, side];
    const sign = sum && { sum, isNegated: value === 0 };
    let next = new Case(this.#sweep, own, holds, sign);
    if (next.samples.every((each) => each === 0)) {
      const is = this.#sweep.sample(holds, NONE_CONFLICTS);
      if (is === false) return null;
      if (is === true) next = new Case(this.#sweep, own, holds, sign);
    }
    next.facts.set(when & ~1, (value ^ (when & 1)) as 0 | 1);
    return this.#noteRanges(next) ? next : null;
  }

  /** Notes the bounds of the sums whose signs are held; false where they contradict each other. */
  #noteRanges(own: Case): boolean {
    for (let each: Case | null = own; each !== null; each = each.parent) {
      if (each.sign === null) continue;
      const sum = this.#closed(each.sign.sum, own);
      const { lo, hi } = this.#rangeOf(sum, own);
      const is = each.sign.isNegated ? { lo, hi: Math.min(hi, 0) } : { lo: Math.max(lo, 1), hi };
      if (is.lo > is.hi) return false;
      if (sum.terms.size === 0) continue;
      const { key, isNegated } = termsKey(sum);
      const [a, b] = [is.lo - sum.constant, is.hi - sum.constant];
      own.ranges.set(key, isNegated ? { lo: -b, hi: -a } : { lo: a, hi: b });
    }
    return true;
  }

  #rangeOf(sum: OpenSum, own: Case): Bounds {
    const { lo, hi } = this.#forms.bounds(sum);
    const { key, isNegated } = termsKey(sum);
    const known = own.ranges.get(key);
    if (known === undefined) return { lo, hi };
    const [a, b] = isNegated ? [-known.hi, -known.lo] : [known.lo, known.hi];
    return { lo: Math.max(lo, a + sum.constant), hi: Math.min(hi, b + sum.constant) };
  }

  /** Returns what a function is everywhere in a case; null where it is not shown to be one of both. */
  #follows(when: Bool, own: Case): 0 | 1 | null {
    if (when < 2) return when === 1 ? 1 : 0;
    const negated = (when & 1) as 0 | 1;
    const known = own.facts.get(when ^ negated);
    if (known !== undefined) return (known ^ negated) as 0 | 1;
    const seen = this.#sweep.seenWhere(when, own.samples);
    if (seen === null) return null;
    const found = (seen === undefined ? ([0, 1] as const) : [seen]).find((value) =>
      this.#sweep.never([...own.holds, when ^ value], ASK_CONFLICTS),
    );
    if (found === undefined) return null;
    own.facts.set(when ^ negated, (found ^ negated) as 0 | 1);
    return found;
  }

  /** A sum in a case, in which it is the same number. */
  #closed(form: OpenSum, own: Case): OpenSum {
    const { constant, terms } = this.#forms.normal(form);
    const parts = [...terms].map(([atom, weight]) => ({ weight, of: this.#closedAtom(atom, own) }));
    return this.#forms.normal(this.#forms.sum(constant, parts));
  }

  #closedAtom(atom: number, own: Case): OpenSum {
    return cached(own.closed, atom, () => {
      const opening = this.#opening(atom, own);
      const value = opening && this.#follows(opening.when, own);
      if (opening === null || value === null) return this.#open(atom, opening, own);
      return this.#closed(opening.is[value], own);
    });
  }

  /** An atom that is open; of bits that are equal in a case, the first one. */
  #open(atom: number, opening: Opening | null, own: Case): OpenSum {
    const form = formOfAtom(atom);
    if (opening === null || !this.#isBit(atom)) return form;
    const turned = (bit: OpenSum) => ((opening.when & 1) === 0 ? bit : this.#forms.complement(bit));
    return turned(cached(own.equal, opening.when & ~1, () => turned(form)));
  }

  #opening(atom: number, own: Case): Opening | null {
    return cached(own.openings, atom, () => this.#openingOf(atom, own));
  }

  #openingOf(atom: number, own: Case): Opening | null {
    if (this.#forms.isDigit(atom)) return null;
    const { lo, hi } = this.#forms.bounds(formOfAtom(atom));
    const isBit = lo === 0 && hi === 1;
    const before = own.parent?.openings.get(atom) ?? null;
    const node = this.#rule.expressionOf(atom);
    const span = hi - lo;
    const input = this.#forms.inputOf(atom);
    if (input === null && node !== null) {
      if (isBit) return { when: this.#bit(node, own), is: BIT, span, sum: null };
      return this.#openingOfNode(node, own, span, before);
    }
    if (input !== null) {
      const sum = this.#closed(before?.sum ?? input.sum, own);
      const is = [constantSum(0), isBit ? constantSum(1) : sum] as const;
      return { when: this.#isPositive(sum, own), is, span: isBit ? 1 : span * COMPARISON, sum };
    }
    return isBit ? { when: this.#forms.word(formOfAtom(atom))[0]!, is: BIT, span, sum: null } : null;
  }

  #openingOfNode(node: Expression, own: Case, span: number, before: Opening | null): Opening | null {
    if (node.tag === "choose") {
      const is = [this.#rule.form(node.otherwise), this.#rule.form(node.then)] as const;
      return { when: this.#bit(node.when, own), is, span: CHOICE * span, sum: null };
    }
    if (node.tag !== "min" && node.tag !== "max") return null;
    if (!this.#opensExtremes) {
      this.#hasExtremes = true;
      return null;
    }
    const [left, right] = [this.#rule.form(node.left), this.#rule.form(node.right)];
    const above = before?.sum ?? this.#forms.complement(this.#forms.difference(right, left));
    const sum = this.#closed(above, own);
    const is = node.tag === "max" ? ([right, left] as const) : ([left, right] as const);
    return { when: this.#isPositive(sum, own), is, span: span * COMPARISON, sum };
  }

  #isPositive(sum: OpenSum, own: Case): Bool {
    const { lo, hi } = this.#rangeOf(sum, own);
    if (lo >= 1 || hi <= 0) return lo >= 1 ? 1 : 0;
    return this.#words.isAtLeast(this.#forms.word({ constant: 0, terms: sum.terms }), 1 - sum.constant);
  }

  /** Returns what a condition of the rule is in a case. */
  #bit(node: Expression, own: Case): Bool {
    const bit = cached(own.bits, node, () => this.#bitOf(node, own));
    return this.#follows(bit, own) ?? bit;
  }

  #bitOf(node: Expression, own: Case): Bool {
    const words = this.#words;
    const isAtLeast = (of: Expression, bound: number): Bool => {
      const above = this.#forms.sum(1 - bound, [{ weight: 1, of: this.#rule.form(of) }]);
      return this.#isPositive(this.#closed(above, own), own);
    };
    switch (node.tag) {
      case "not":
        return this.#bit(node.of, own) ^ 1;
      case "and":
        return words.all(node.of.map((each) => this.#bit(each, own)));
      case "or":
        return words.any(node.of.map((each) => this.#bit(each, own)));
      case "xor":
        return words.either(this.#bit(node.left, own), this.#bit(node.right, own));
      case "choose": {
        const when = this.#bit(node.when, own);
        if (when < 2) return this.#bit(when === 1 ? node.then : node.otherwise, own);
        return this.#sweep.ite(when, this.#bit(node.then, own), this.#bit(node.otherwise, own));
      }
      case "atLeast":
        return isAtLeast(node.of, node.bound);
      case "is":
        if (node.of.hi - node.of.lo <= 1) return this.#rule.bit(node);
        return words.all([isAtLeast(node.of, node.value), isAtLeast(node.of, node.value + 1) ^ 1]);
      default:
        return this.#rule.bit(node);
    }
  }

  /** The condition that decides on most of a sum; null where it depends on none. */
  #split(left: OpenSum, own: Case): Opening | null {
    const scores = new Map<Bool, { opening: Opening; score: number }>();
    const visit = (sum: OpenSum, factor: number, depth: number): void => {
      for (const [atom, weight] of sum.terms) {
        const opening = this.#opening(atom, own);
        if (opening === null || opening.when < 2) continue;
        const score = factor * Math.abs(weight) * opening.span;
        const known = scores.get(opening.when & ~1);
        if (known === undefined) scores.set(opening.when & ~1, { opening, score });
        else known.score += score;
        const isInner = depth < MOST_DEPTH && opening.sum !== null;
        if (
          isInner &&
          (!this.#isBit(atom) || [...opening.sum!.terms.keys()].every((each) => this.#isBit(each)))
        )
          visit(opening.sum!, factor * Math.abs(weight), depth + 1);
      }
    };
    visit(left, 1, 0);
    return [...scores.values()].sort((a, b) => b.score - a.score)[0]?.opening ?? null;
  }

  #isBit(atom: number): boolean {
    const { lo, hi } = this.#forms.bounds(formOfAtom(atom));
    return lo === 0 && hi === 1 && !this.#forms.isDigit(atom);
  }
}

const BIT = [constantSum(0), constantSum(1)] as const;
