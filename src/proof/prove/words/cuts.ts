// Numbers that network and rule both make, as free variables (cut points: Kuehlmann and Krohm 1997).
//
// Deep expressions of many neighbours have no diagrams of reasonable size in any order, but what network and rule make on
// the way to them does, and much of that is equal: a sum of units is a part of the rule (likely.ts says which may be). Where
// diagrams show that it is, the part is a free variable to both from there on, of as many bits as its values take, and a
// sum of units is that variable. Whatever is equal for all values of these variables is equal.
//
// What differs may do so only where variables have values that what they stand for never have together. So a difference
// is traced back: variables are replaced by what they stand for, the last one first, until neighbourhoods are left, or
// nothing.

import type { Rule } from "../../../compiler/schedule/rule.ts";
import { bounds } from "../../../grid/grid.ts";
import type { Bool } from "../../../logic/bdd.ts";
import type { Expression } from "../../../logic/expression.ts";
import { unlessTooLarge } from "../../../logic/nodes.ts";
import { type Network, standsFor } from "../../../network/network.ts";
import type { PatchField, Slot } from "../patch.ts";
import { Forms, type OpenSum } from "./forms.ts";
import type { Likely, SumSource } from "./likely.ts";
import { Meaning } from "./meaning.ts";
import type { Witness } from "./samples.ts";
import type { Sight } from "./sight.ts";
import { onesOf } from "./verdict.ts";
import type { Word } from "./words.ts";

/** Nodes that it may take to show that a sum is a part of the rule. */
const MOST_NODES = 300_000;

/** A variable of its own for each of some parts. */
export const fieldsOf = (parts: readonly Likely[]): ReadonlyMap<Expression, PatchField> =>
  new Map(
    parts.map(({ of }, at) => [
      of,
      { name: `part ${at}`, role: "state", type: { kind: "range", lo: of.lo, hi: of.hi } },
    ]),
  );

interface CutOptions {
  readonly sight: Sight;
  /** The parts that may become variables, and the fields by which `sight` has these. */
  readonly likely: readonly Likely[];
  readonly fields: ReadonlyMap<Expression, PatchField>;
  /** Nodes from which on a part becomes a variable. */
  readonly least: number;
  /** The units of each hidden layer that are asked for. */
  readonly units: readonly (readonly number[])[];
}

/** A network whose sums of units are variables where a rule has these, too. */
export class Cuts {
  /** The parts that are variables, or sums of them as the network has them. */
  readonly words = new Map<Expression, Word>();
  /** Neighbourhoods in which parts are not the sums that they seemed to be. */
  readonly witnesses: Witness[] = [];
  readonly #rule: Rule;
  readonly #network: Network;
  readonly #sight: Sight;
  readonly #forms: Forms;
  readonly #fields: ReadonlyMap<Expression, PatchField>;
  readonly #least: number;
  /** The variables that were made, in this order, and what their bits stand for. */
  readonly #made: { readonly variables: readonly number[]; readonly bits: readonly Bool[] }[] = [];
  /** What single bits of neighbourhoods follow from variables of one bit: 1 wherever these are what they stand for. */
  #implied: Bool = 1;
  #meaning: Meaning;

  constructor(rule: Rule, network: Network, { sight, likely, fields, least, units }: CutOptions) {
    this.#rule = rule;
    this.#network = network;
    this.#sight = sight;
    this.#fields = fields;
    this.#least = least;
    this.#forms = new Forms(network, sight);
    this.#meaning = new Meaning(rule, sight);
    for (const [layer, used] of units.entries()) {
      for (const unit of used) this.#forms.step.rectified(layer, unit);
      // Where there is no room left, parts stay what they are.
      for (const each of likely)
        if (each.layer === layer)
          unlessTooLarge(
            () => this.#tryPart(each),
            () => undefined,
          );
    }
  }

  /** The next value of a channel. */
  channel(channel: number): Word {
    return this.#forms.word(this.#forms.step.next(channel));
  }

  #tryPart({ of, sum }: Likely): void {
    const { words } = this.#sight;
    const { bdd } = words;
    const form = this.#forms.sum(
      0,
      sum.map(({ weight, source }) => ({ weight, of: this.#formOf(source) })),
    );
    const pivot = this.#forms.pivotOf(form);
    const value = bdd.within(MOST_NODES, () => this.#meaning.word(of));
    if (value === null) return;
    const isSmall = bdd.nodesOf(value, this.#least) < this.#least;
    if (isSmall && (pivot === null || this.#forms.inputsOf(form) <= bdd.supportOf(value).length)) return;
    const made = bdd.within(MOST_NODES, () => this.#forms.word(form));
    const differs = made && bdd.within(MOST_NODES, () => this.traced(words.differs(value, made)));
    if (differs === 0 && pivot === null) this.#set(of, made!);
    else if (differs === 0 && pivot !== null)
      this.#forms.replace(pivot, form, this.#forms.atom(isSmall ? value : this.#cut(of, value), of));
    else if (differs !== null) this.witnesses.push(this.#witness(differs));
  }

  /** A neighbourhood in which a function of neighbourhoods is 1. */
  #witness(f: Bool): Witness {
    const ones = onesOf(this.#sight, f);
    const matters = new Set(this.#sight.words.bdd.support(f));
    return (slot, random) => {
      const of = this.#sight.bitsOf(slot);
      const above = random - firstOf(slot);
      const isOne = (variable: number, depth: number) =>
        matters.has(variable) ? ones.has(variable) : bitOf(above, of.length - 1 - depth) === 1;
      return this.#sight.valueOf(slot, new Set(of.filter(isOne)));
    };
  }

  #formOf(source: SumSource): OpenSum {
    const { channels } = this.#network;
    switch (source.tag) {
      case "one":
        return { constant: 1, terms: new Map() };
      case "unit":
        return this.#forms.step.rectified(source.layer, source.unit);
      case "inside": {
        const at = channels.findIndex(({ code }) => code.kind === "inside");
        return this.#forms.input(at, source.tap);
      }
      case "field":
        return this.#fieldForm(source.field, source.tap);
    }
  }

  /** The value of a field by its channels. */
  #fieldForm(name: string, tap: number): OpenSum {
    const { lo } = bounds(this.#rule.fields.find((field) => field.name === name)!.type);
    const parts = [...this.#network.channels.entries()].flatMap(([channel, { code }]) => {
      if (code.kind === "inside" || code.field !== name) return [];
      const weight =
        code.kind === "one-hot" ? standsFor(code) - lo : code.kind === "binary" ? 2 ** code.bit : 1;
      return [{ weight, of: this.#forms.input(channel, tap) }];
    });
    return this.#forms.sum(lo, parts);
  }

  #cut(of: Expression, value: Word): Word {
    const { words } = this.#sight;
    const field = this.#fields.get(of)!;
    const above = words.add(value, words.constant(-of.lo));
    const variables = this.#sight.bitsOf({ tag: "field", field, place: "here" });
    const bits = variables.map((_, depth) => above[variables.length - 1 - depth] ?? above.at(-1)!);
    const made = this.#sight.value(field.name, "here");
    this.#made.push({ variables, bits });
    if (bits.length === 1) this.#learn(variables[0]!, bits[0]!);
    this.#set(of, made);
    return made;
  }

  /** What a part is from here on. */
  #set(of: Expression, word: Word): void {
    this.words.set(of, word);
    this.#meaning = new Meaning(this.#rule, this.#sight, this.words);
  }

  /** Notes what follows from a bit, and from its opposite. */
  #learn(variable: number, bit: Bool): void {
    const { bdd } = this.#sight.words;
    const learn = (when: Bool, value: Bool): void => {
      const all = bdd.implied(value).map((literal) => {
        const positive = bdd.variable(literal >> 1);
        return literal % 2 === 1 ? positive : bdd.not(positive);
      });
      if (all.length > 0) this.#implied = bdd.and(this.#implied, bdd.or(bdd.not(when), bdd.and(...all)));
    };
    learn(bdd.variable(variable), bit);
    learn(bdd.not(bdd.variable(variable)), bdd.not(bit));
  }

  /** The same function of neighbourhoods alone. */
  traced(f: Bool): Bool {
    const { bdd } = this.#sight.words;
    let left = bdd.and(f, this.#implied);
    // One after the other in the whole function, since what stands above a variable tells its uses apart.
    for (const { variables, bits } of this.#made.toReversed())
      for (const [depth, variable] of variables.entries())
        if (bdd.support(left).includes(variable))
          left = bdd.ite(bits[depth]!, bdd.cofactor(left, variable, 1), bdd.cofactor(left, variable, 0));
    return left;
  }

  /** The variables of neighbourhoods behind some. */
  behind(read: readonly number[]): number[] {
    const found = new Set(read);
    for (const { variables, bits } of this.#made.toReversed()) {
      if (!variables.some((variable) => found.has(variable))) continue;
      for (const variable of variables) found.delete(variable);
      for (const variable of this.#sight.words.bdd.supportOf(bits)) found.add(variable);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** Of a neighbourhood, also the variables of parts that are 1. */
  completed(ones: ReadonlySet<number>): ReadonlySet<number> {
    const all = new Set(ones);
    const value = (variable: number) => (all.has(variable) ? 1 : 0);
    for (const { variables, bits } of this.#made)
      for (const [depth, bit] of bits.entries())
        if (this.#sight.words.bdd.evaluate(bit, value) === 1) all.add(variables[depth]!);
    return all;
  }
}

const firstOf = (slot: Slot): number => (slot.tag === "side" ? 0 : bounds(slot.field.type).lo);

const bitOf = (value: number, bit: number): number => Math.floor(value / 2 ** bit) % 2;
