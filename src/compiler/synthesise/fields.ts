// The next values of fields, channel by channel. For each field all ways that apply are tried, and the one is taken
// that is cheapest after what is paid for already.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import { bounds } from "../../grid/grid.ts";
import { codeKindOf } from "../../logic/channels.ts";
import { type Expression, type ExpressionOf, nodesBelow } from "../../logic/expression.ts";
import { bitsFor, type NetworkField } from "../../network/network.ts";
import type { Builder } from "./builder.ts";
import { bitsOf } from "./digits.ts";
import { combine, constantForm, type Form, formSize, sumOfForms, ZERO } from "./forms.ts";
import type { Key } from "./keys.ts";
import type { Product } from "./products.ts";
import { isSameSet, onlyValue, single } from "./value-sets.ts";

/** `z' = residual * z + form`. */
interface Output {
  readonly residual: 0 | 1;
  readonly form: Form;
}

/** A field's next channels in one of the ways that there are. */
interface Way {
  readonly outputs: readonly Output[];
  /** Non-zero numbers of the outputs and of the units below that are not paid for. */
  readonly numbers: number;
  /** Layers below. */
  readonly level: number;
}

/** Numbers that are computed in this number of cases have their bits taken case by case. */
const MOST_COMPUTED = 1;

/** Conditions of all thresholds of a range together may have this number of nodes; else the number is made first. */
const MOST_NODES = 20_000;

/**
 * Where a number is balanced, but not its thresholds, the number is made first where these are this many levels deeper.
 */
const MOST_DEEPER = 20;

/** All channels' next values. */
export function outputsOf(builder: Builder): Output[] {
  const fields = new Fields(builder);
  builder.prepare([...builder.rule.signals, ...builder.rule.updates].map(({ value }) => value));
  const outputs: Output[] = builder.gates.channels.map(() => ({ residual: 1, form: ZERO }));
  for (const { field, value } of builder.rule.updates) {
    const coded = builder.rule.fields.find(({ name }) => name === field)!;
    const first = builder.reads.firstChannel(field);
    for (const [at, output] of fields.next(coded, value).entries()) outputs[first + at] = output;
  }
  return outputs;
}

class Fields {
  readonly #builder: Builder;
  readonly #paid = new Set<number>();

  constructor(builder: Builder) {
    this.#builder = builder;
  }

  next(field: NetworkField, value: Expression): readonly Output[] {
    const ways = this.#waysOf(field, value).map((way) => this.#priced(way()));
    const isLevel = ways.every(({ level }) => level === ways[0]!.level);
    const levelPrice = isLevel ? 0 : this.#builder.decisions.exactly("levelPrice");
    const price = ({ numbers, level }: Way): number => numbers + levelPrice * level;
    const { outputs } = ways.reduce((best, each) => (price(each) < price(best) ? each : best));
    for (const gate of this.#builder.gates.below(outputs.map(({ form }) => form))) this.#paid.add(gate);
    return outputs;
  }

  #waysOf(field: NetworkField, given: Expression): (() => readonly Output[])[] {
    const { bits, codes } = this.#builder;
    const kind = codeKindOf(field, codes);
    const isNumber = kind === "integer" || kind === "binary";
    const value = isNumber || kind === "bit" ? this.#builder.balanced(given) : given;
    switch (kind) {
      case "one-hot":
        return [() => this.#namesOverwritten(field, value), () => this.#namesMoved(field, value)];
      case "bit":
        return [
          () => [this.#overwritten(value)],
          () => [this.#changed(field, value, 1)],
          () => [{ residual: 0, form: bits.form(value) }],
        ];
      case "thermometer":
        return this.#waysOfSteps(field, value);
      case "integer":
        return [() => [this.#number(field, value, 0)], () => [this.#number(field, value, 1)]];
      case "binary":
        return [
          () => this.#digits(field, value),
          () => this.#digitsChosen(field, value, 0),
          () => this.#digitsChosen(field, value, 1),
        ];
      default:
        return unreachable(kind);
    }
  }

  #waysOfSteps(field: NetworkField, value: Expression): (() => readonly Output[])[] {
    const { rule } = this.#builder;
    const { lo, hi } = bounds(field.type);
    const number = this.#builder.balanced(value);
    const staircase = () => this.#staircase(number, lo, hi);
    if ((hi - lo) * nodesBelow(value, MOST_NODES) > MOST_NODES) return [staircase];
    const steps = Array.from({ length: hi - lo }, (_, at) => lo + 1 + at);
    const given = steps.map((bound) => rule.expressions.atLeast(value, bound));
    this.#builder.prepare(given);
    const channels = given.map((channel) => this.#builder.balanced(channel));
    const isDeep = ({ nesting }: Expression): boolean => nesting > number.nesting + MOST_DEEPER;
    if (number !== value && channels.some(isDeep)) return [staircase];
    return [
      staircase,
      () => channels.map((channel) => this.#overwritten(channel)),
      () => channels.map((channel, at) => this.#changed(field, channel, steps[at]!)),
    ];
  }

  #priced(outputs: readonly Output[]): Way {
    const { gates } = this.#builder;
    const forms = outputs.map(({ form }) => form);
    let numbers = outputs.reduce((sum, { form, residual }) => sum + formSize(form) + residual, 0);
    for (const id of gates.below(forms)) {
      const atom = gates.atom(id);
      if (atom.tag === "gate" && !this.#paid.has(id)) numbers += formSize(atom.input);
    }
    const level = forms.reduce((most, form) => Math.max(most, gates.level(form)), 0);
    return { outputs, numbers, level };
  }

  /** The number itself, or what it changes by. */
  #number({ name, type }: NetworkField, value: Expression, residual: 0 | 1): Output {
    const { numbers, reads } = this.#builder;
    const own = reads.own(reads.firstChannel(name));
    const form = combine(-bounds(type).lo, [
      [1, numbers.form(value)],
      [-residual, own],
    ]);
    return { residual, form };
  }

  /** Bits of the whole number. */
  #digits({ type }: NetworkField, value: Expression): readonly Output[] {
    const { lo, hi } = bounds(type);
    const { gates, bits, numbers } = this.#builder;
    // What a field becomes is one of its values, whatever the bounds of the expression.
    const number = combine(-lo, [[1, numbers.form(value)]]);
    return bitsOf(gates, (...of) => bits.step(...of), number, hi - lo).map((form) => ({ residual: 0, form }));
  }

  /** Bits case by case; with the residual, cases that change nothing are left out. */
  #digitsChosen(field: NetworkField, value: Expression, residual: 0 | 1): readonly Output[] {
    const { cases, bits, keys, rule, products } = this.#builder;
    const { lo, hi } = bounds(field.type);
    const count = bitsFor(hi - lo);
    const own = rule.expressions.read(field.name, field.type, "here", "now");
    const list = cases.of(value).filter(({ then }) => residual === 0 || then !== own);
    if (list.filter(({ then }) => this.#literalBits(then, lo) === null).length > MOST_COMPUTED)
      return this.#digits(field, value);
    const ofCases = list.map(({ when, then }) => ({ when, digits: this.#caseBits(then, lo, count) }));
    const before = this.#caseBits(own, lo, count);
    const where = (when: readonly Product[], bit: Form): readonly Product[] =>
      bit.terms.size === 0
        ? bit.constant === 0
          ? []
          : when
        : products.cross(when, products.of({ key: keys.ofForm(bit), set: single(1) }));
    return Array.from({ length: count }, (_, bit): Output => {
      const sets = ofCases.flatMap(({ when, digits }) => where(when, digits[bit]!));
      if (residual === 0) return { residual, form: bits.or(sets) };
      const clears = ofCases.flatMap(({ when }) => where(when, before[bit]!));
      const form = combine(0, [
        [1, bits.sum(sets)],
        [-1, bits.sum(clears)],
      ]);
      return { residual, form };
    });
  }

  #caseBits(then: Expression, lo: number, count: number): readonly Form[] {
    const literal = this.#literalBits(then, lo);
    const made = literal ?? this.#computedBits(then, lo);
    return Array.from({ length: count }, (_, bit) => made[bit] ?? ZERO);
  }

  /**
   * Bits of a number less `lo`; where its case is not the one, it may be beyond the range, but they are zeros and ones.
   */
  #computedBits(of: Expression, lo: number): readonly Form[] {
    const { gates, bits, numbers } = this.#builder;
    const most = Math.max(of.hi - lo, 0);
    const number = gates.relu(combine(-lo, [[1, numbers.form(of)]]), { tag: "ramp" }, most);
    return bitsOf(gates, (...of) => bits.step(...of), number, most);
  }

  /** Bits that are there already: of a constant, or of a field with the same first value. */
  #literalBits(of: Expression, lo: number): readonly Form[] | null {
    const { reads, codes } = this.#builder;
    if (of.tag === "constant")
      return Array.from({ length: bitsFor(of.value - lo) }, (_, bit) =>
        constantForm(Math.floor((of.value - lo) / 2 ** bit) % 2),
      );
    const isSame = of.tag === "read" && codes.get(of.field) === "binary" && of.lo === lo;
    return isSame ? reads.digits(of) : null;
  }

  /** A channel that is 1 in these cases. */
  #overwritten(bit: Expression): Output {
    const { cases, bits } = this.#builder;
    const products = cases.of(bit).flatMap(({ when, then }) => this.#where(when, then));
    return { residual: 0, form: bits.or(products) };
  }

  /** A channel that is set and cleared; `bound` is the value from which it is 1. */
  #changed(field: NetworkField, bit: Expression, bound: number): Output {
    const { cases, bits, keys, products, rule } = this.#builder;
    const { expressions: make } = rule;
    const own = keys.opaque(make.atLeast(make.read(field.name, field.type, "here", "now"), bound));
    const [isOn, isOff] = [products.of(own), products.not(own)];
    const sets: Product[] = [];
    const clears: Product[] = [];
    for (const { when, then } of cases.of(bit)) {
      const condition = then.tag === "constant" ? null : keys.condition(then);
      if (condition !== null && condition.key === own.key && isSameSet(condition.set, own.set)) continue;
      sets.push(...products.cross(this.#where(when, then), isOff));
      clears.push(...products.cross(this.#where(when, make.not(then)), isOn));
    }
    const form = combine(0, [
      [1, bits.or(sets)],
      [-1, bits.or(clears)],
    ]);
    return { residual: 1, form };
  }

  /** Tells where a case applies and its bit is 1. */
  #where(when: readonly Product[], bit: Expression): readonly Product[] {
    if (bit.tag === "constant") return bit.value === 0 ? [] : when;
    const { products, disjunctions, keys, mostShared } = this.#builder;
    const terms = disjunctions.of(bit);
    const isSmall = terms.length <= 1 || when.length * terms.length <= 4;
    const isAlone =
      this.#builder.uses(bit) <= 1 && !(terms.length > mostShared && this.#builder.isShared(bit));
    if (isSmall || (when.length === 1 && isAlone)) return products.cross(when, terms);
    return products.cross(when, products.of(keys.opaque(bit)));
  }

  /** The channels of an enum, each a sum of exclusive products. */
  #namesOverwritten(field: NetworkField, value: Expression): readonly Output[] {
    const { bits } = this.#builder;
    const { sets } = this.#moves(field, value, false);
    return sets.map((items) => {
      const joined = bits.joined(items);
      return { residual: 0, form: sumOfForms(joined.map(({ product }) => bits.product(product))) };
    });
  }

  /**
   * The channels of an enum, as what is added to the old ones: a product that knows the old value clears it by the unit
   * that sets the new one.
   */
  #namesMoved(field: NetworkField, value: Expression): readonly Output[] {
    const { bits } = this.#builder;
    const { sets, clears } = this.#moves(field, value, true);
    return sets.map((items, at) => {
      const up = bits.joined(items, ({ old }) => String(old));
      const down = bits.joined(clears[at]!);
      const form = combine(0, [
        ...up.map(({ product }) => [1, bits.product(product)] as const),
        ...down.map(({ product }) => [-1, bits.product(product)] as const),
      ]);
      return { residual: 1, form };
    });
  }

  /**
   * By channel, the products that set it and those that clear it; with `kept`, cases that change nothing are left out.
   */
  #moves(field: NetworkField, value: Expression, kept: boolean): Moves {
    const { keys, rule, cases } = this.#builder;
    const { expressions: make } = rule;
    const own = keys.ofRead(make.read(field.name, field.type, "here", "now") as ExpressionOf<"read">);
    const moves = new Moves(this.#builder, own);
    for (const { when, then } of cases.of(value)) {
      if (kept && own.tag === "read" && then === own.of) continue;
      for (const product of when) moves.add(product, then, kept);
    }
    if (kept) moves.clearUnknown();
    return moves;
  }

  /** A thermometer: a step at every value; steps of neighbouring values share a ramp. */
  #staircase(given: Expression, lo: number, hi: number): readonly Output[] {
    const { numbers, gates, bits } = this.#builder;
    const value = withoutClamps(given, lo, hi);
    const number = gates.materialise(numbers.form(value), value.lo);
    return Array.from({ length: hi - lo }, (_, at) => ({
      residual: 0,
      form: bits.step(number, lo + 1 + at, value),
    }));
  }
}

/** What happens to the channels of an enum: one entry per channel, which is a value from 1 on. */
class Moves {
  readonly sets: { readonly product: Product; readonly old: number | null }[][];
  readonly clears: { readonly product: Product }[][];
  readonly #unknown: Product[] = [];
  readonly #builder: Builder;
  readonly #own: Key;

  constructor(builder: Builder, own: Key) {
    this.#builder = builder;
    this.#own = own;
    this.sets = Array.from({ length: own.hi }, () => []);
    this.clears = Array.from({ length: own.hi }, () => []);
  }

  add(product: Product, then: Expression, kept: boolean): void {
    const set = product.get(this.#own);
    const old = set === undefined ? null : onlyValue(set);
    if (kept && then.tag === "constant" && then.value === old) return;
    this.#set(product, then, old);
    if (old === null) this.#unknown.push(product);
    else if (old > 0) this.clears[old - 1]!.push({ product });
  }

  #set(product: Product, then: Expression, old: number | null): void {
    const { keys, products, disjunctions, cases } = this.#builder;
    if (then.tag === "constant") {
      if (then.value > 0) this.sets[then.value - 1]!.push({ product, old });
      return;
    }
    if (then.tag === "choose" && then.hi > 1) {
      for (const inner of cases.of(then))
        for (const each of products.cross([product], inner.when)) this.#set(each, inner.then, old);
      return;
    }
    if (then.tag !== "read" || then.type.kind === "bit") {
      // A bit in an enum's place.
      const terms = disjunctions.of(then);
      const few = terms.length <= 1 ? terms : products.of(keys.opaque(then));
      for (const each of products.cross([product], few)) this.sets[0]!.push({ product: each, old });
      return;
    }
    const key = keys.ofRead(then);
    for (let value = 1; value <= Math.min(this.#own.hi, key.hi); value++) {
      const both = products.and(product, key, single(value));
      if (both !== null) this.sets[value - 1]!.push({ product: both, old: key === this.#own ? value : old });
    }
  }

  /** Clears the old value where it is not known, whatever it was. */
  clearUnknown(): void {
    const { products, bits, gates, keys } = this.#builder;
    if (this.#unknown.length === 0) return;
    const few: readonly Product[] =
      this.#unknown.length <= 2
        ? this.#unknown
        : products.of({ key: keys.ofForm(gates.materialise(bits.sum(this.#unknown), 0)), set: single(1) });
    for (let value = 1; value <= this.#own.hi; value++) {
      for (const each of few) {
        const product = products.and(each, this.#own, single(value));
        if (product !== null) this.clears[value - 1]!.push({ product });
      }
    }
  }
}

/** A value without the outermost bounds that the field's range sets anyway. */
function withoutClamps(value: Expression, lo: number, hi: number): Expression {
  if (value.tag !== "min" && value.tag !== "max") return value;
  const isIdle = (bound: Expression): boolean =>
    bound.tag === "constant" && (value.tag === "min" ? bound.value >= hi : bound.value <= lo);
  if (isIdle(value.right)) return withoutClamps(value.left, lo, hi);
  if (isIdle(value.left)) return withoutClamps(value.right, lo, hi);
  return value;
}
