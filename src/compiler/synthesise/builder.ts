// What the parts of the structural synthesis share: bits are made of products, products of conditions, conditions of
// numbers, numbers of bits and cases.

import { bounds } from "../../grid/grid.ts";
import type { Codes } from "../../logic/channels.ts";
import { countUses, type Expression, isWholeThreshold, landings } from "../../logic/expression.ts";
import type { Rule } from "../schedule/rule.ts";
import { Bits, type PartsWithBits } from "./bits.ts";
import { Cases } from "./cases.ts";
import { Disjunctions } from "./disjunctions.ts";
import { Gates } from "./gates.ts";
import { Keys } from "./keys.ts";
import { Numbers } from "./numbers.ts";
import { Products } from "./products.ts";
import { channelsOfRule, Reads } from "./reads.ts";
import { Decisions, type Strategy } from "./strategy.ts";

export class Builder implements PartsWithBits {
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

  /** `tokens`: fields of which at most one cell of the grid holds another value than the first. */
  constructor(given: Rule, codes: Codes, strategy: Strategy, tokens: readonly string[] = []) {
    this.decisions = new Decisions(strategy);
    const uses = usesIn(given);
    const isSplit = [...uses.keys()].some(isWholeThreshold) && this.decisions.exactly("splitSteps") === 1;
    const rule = isSplit ? split(given) : given;
    this.rule = rule;
    this.codes = codes;
    this.#uses = isSplit ? usesIn(rule) : uses;
    this.gates = new Gates(channelsOfRule(rule, codes), tokens);
    this.reads = new Reads(rule, codes, this.gates);
    this.widest = rule.fields
      .filter(({ name }) => this.reads.isNumber(name))
      .reduce((most, { type }) => Math.max(most, bounds(type).hi - bounds(type).lo), 1);
    this.keys = new Keys(rule);
    this.products = new Products(this.keys, tokens);
    this.disjunctions = new Disjunctions(this);
    this.bits = new Bits(this);
    this.numbers = new Numbers(this);
    this.cases = new Cases(this);
  }

  /** Visits the lower parts of deep expressions, so that what is made of them is not made by a deep recursion. */
  prepare(roots: readonly Expression[]): void {
    const isBit = ({ lo, hi }: Expression): boolean => lo >= 0 && hi <= 1;
    for (const part of landings(roots)) if (isBit(part)) this.keys.condition(part);
    for (const part of landings(roots, ({ nesting }) => nesting)) {
      if (isBit(part)) {
        this.disjunctions.both(part);
        this.bits.form(part);
      } else this.numbers.form(part);
    }
  }

  uses(of: Expression): number {
    return this.#uses.get(of) ?? 1;
  }
}

const usesIn = ({ updates, signals }: Rule): ReadonlyMap<Expression, number> =>
  countUses([...updates, ...signals].map(({ value }) => value));

/** The same rule with all thresholds of numbers made of those of what they are made of. */
const split = (rule: Rule): Rule => ({
  ...rule,
  updates: rule.updates.map((write) => ({ ...write, value: rule.expressions.split(write.value) })),
  signals: rule.signals.map((signal) => ({ ...signal, value: rule.expressions.split(signal.value) })),
});
