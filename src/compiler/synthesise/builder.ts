// What the parts of the structural synthesis share: bits are made of products, products of conditions, conditions of
// numbers, numbers of bits and cases.

import { bounds } from "../../grid/grid.ts";
import type { Codes } from "../../logic/channels.ts";
import { countUses, type Expression, isWholeThreshold, landings } from "../../logic/expression.ts";
import { type Rule, valuesOfRule, withValues } from "../schedule/rule.ts";
import { Balance } from "./balance.ts";
import { Bits, type PassesWithBits } from "./bits.ts";
import { Cases } from "./decision-lists.ts";
import { Disjunctions } from "./disjunctions.ts";
import { Gates } from "./gates.ts";
import { Keys } from "./keys.ts";
import { Numbers } from "./numbers.ts";
import { Products } from "./products.ts";
import { digitsBefore, hasSteps, withDigits } from "./quotients.ts";
import { channelsOfRule, Reads } from "./reads.ts";
import { Decisions, type Strategy } from "./strategy.ts";

const MOST_SHARED = 8;
/** Rules of expressions of so few levels are not balanced. */
export const DEEP = 10;

export class Builder implements PassesWithBits {
  readonly rule: Rule;
  readonly codes: Codes;
  readonly decisions: Decisions;
  readonly gates: Gates;
  readonly reads: Reads;
  readonly keys: Keys;
  readonly products: Products;
  readonly disjunctions: Disjunctions;
  readonly bits: Bits;
  readonly numbers: Numbers;
  readonly cases: Cases;
  readonly widest: number;
  readonly #uses: ReadonlyMap<Expression, number>;
  readonly #balance: Balance | null;
  /** By how many each expression is used, also those that were made on the way. */
  readonly #allUses = new Map<Expression, number>();

  /**
   * `tokens`: fields of which at most one cell of the grid holds another value than the first; `most`: numbers of units
   * that may be made.
   */
  constructor(
    given: Rule,
    codes: Codes,
    strategy: Strategy,
    tokens: readonly string[] = [],
    most = Number.POSITIVE_INFINITY,
  ) {
    this.decisions = new Decisions(strategy);
    const isNumbered = hasQuotients(given) && this.decisions.exactly("digits") === 1;
    const numbered = isNumbered ? withDigits(given, [...usesIn(given).keys()].filter(hasSteps)) : given;
    const uses = usesIn(numbered);
    const isSplit = [...uses.keys()].some(isWholeThreshold) && this.decisions.exactly("splitSteps") === 1;
    const isDeep = nestingOf(numbered) > DEEP;
    this.#balance =
      isDeep && this.decisions.exactly("balanced") === 1 ? new Balance(given.expressions) : null;
    const rule = this.#withBalancedSignals(isSplit ? split(numbered) : numbered);
    this.rule = rule;
    this.codes = codes;
    this.#uses = isSplit ? usesIn(rule) : uses;
    this.gates = new Gates(channelsOfRule(rule, codes), tokens, most);
    this.reads = new Reads(rule, codes, this.gates);
    this.widest = rule.fields
      .filter(({ name }) => this.reads.isNumber(name))
      .reduce((most, { type }) => Math.max(most, bounds(type).hi - bounds(type).lo), 1);
    this.keys = new Keys(rule);
    if (isNumbered) this.#setApart([...uses.keys()]);
    this.products = new Products(this.keys, tokens);
    this.disjunctions = new Disjunctions(this);
    this.bits = new Bits(this);
    this.numbers = new Numbers(this);
    this.cases = new Cases(this);
  }

  /** Digits of numbers that are no bits of theirs are made of each other, not each by a table. */
  #setApart(nodes: readonly Expression[]): void {
    const digits = new Set(nodes.flatMap(digitsBefore));
    for (const digit of [...digits].sort((a, b) => a.depth - b.depth)) {
      const table = this.keys.tableOf(digit);
      if (table === null) continue;
      const { read, values } = table;
      if (this.reads.unitsFor(read, (value) => values[value - read.lo]!) > 0) this.keys.setApart(digit);
    }
  }

  /** Visits the lower parts of deep expressions, so that what is made of them is not made by a deep recursion. */
  prepare(roots: readonly Expression[]): void {
    for (const [of, count] of countUses(roots)) this.#allUses.set(of, count + (this.#allUses.get(of) ?? 0));
    const isBit = ({ lo, hi }: Expression): boolean => lo >= 0 && hi <= 1;
    for (const part of landings(roots)) if (isBit(part)) this.keys.condition(part);
    for (const part of landings(roots, ({ nesting }) => nesting)) {
      if (isBit(part)) {
        this.disjunctions.both(part);
        this.bits.form(part);
      } else this.numbers.form(part);
    }
  }

  /** The same value with chains as trees, where that is the strategy. */
  balanced(value: Expression): Expression {
    if (this.#balance === null) return value;
    const made = this.#balance.of(value);
    if (made !== value) this.prepare([made]);
    return made;
  }

  #withBalancedSignals(rule: Rule): Rule {
    if (this.#balance === null) return rule;
    const balance = this.#balance;
    const signals = rule.signals.map((signal) => ({ ...signal, value: balance.of(signal.value) }));
    return { ...rule, signals };
  }

  uses(of: Expression): number {
    return this.#uses.get(of) ?? (this.#balance === null ? 1 : (this.#allUses.get(of) ?? 1));
  }

  /** Bits of more products than this that are parts of several others are not multiplied out in these. */
  get mostShared(): number {
    return this.#balance === null ? MOST_SHARED : 1;
  }

  isShared(of: Expression): boolean {
    return (this.#allUses.get(of.tag === "not" ? of.of : of) ?? 1) >= 2;
  }
}

/** Levels of the deepest expression. */
export const nestingOf = (rule: Rule): number =>
  valuesOfRule(rule).reduce((most, { nesting }) => Math.max(most, nesting), 0);

/** Levels of the deepest number. */
export const numberNestingOf = (rule: Rule): number =>
  [...usesIn(rule).keys()].reduce(
    (most, { lo, hi, nesting }) => (hi - lo > 1 ? Math.max(most, nesting) : most),
    0,
  );

/** Tells whether there are products or quotients that digits may make smaller. */
export const hasQuotients = (rule: Rule): boolean =>
  [...usesIn(rule).keys()].some((node) => hasSteps(node) || digitsBefore(node).length > 0);

const usesIn = (rule: Rule): ReadonlyMap<Expression, number> => countUses(valuesOfRule(rule));

/** The same rule with all thresholds of numbers made of those of what they are made of. */
const split = (rule: Rule): Rule => withValues(rule, (value) => rule.expressions.split(value));
