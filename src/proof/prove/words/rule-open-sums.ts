// What expressions of a rule mean, as open sums of the same atoms as those of a network (open-sums.ts): so that what both add
// up is the same sum, and only what is not is to be compared.

import type { Rule } from "../../../compiler/schedule/rule.ts";
import { groupBy } from "../../../diagnostics/group.ts";
import { cached } from "../../../diagnostics/memo.ts";
import { tapOf } from "../../../grid/direction.ts";
import { type Bounds, bounds } from "../../../grid/grid.ts";
import { type Expression, type ExpressionOf, operands } from "../../../logic/expression.ts";
import type { Sweep } from "../../../logic/sweep.ts";
import { type FieldCode, type Network, standsFor } from "../../../network/network.ts";
import { Meaning } from "./expression-words.ts";
import type { Extreme } from "./extremes.ts";
import type { Sight } from "./neighbourhood-words.ts";
import { constantSum, type Forms, formOfAtom, type OpenSum } from "./open-sums.ts";
import type { Word } from "./words.ts";

export class RuleForms extends Meaning<Sweep> {
  readonly #rule: Rule;
  readonly #network: Network;
  readonly #forms: Forms;
  readonly #seen: (node: Expression) => Float64Array;
  readonly #fields: ReadonlyMap<string, Rule["fields"][number]>;
  readonly #channels: ReadonlyMap<string, readonly { readonly channel: number; readonly code: FieldCode }[]>;
  readonly #made = new Map<Expression, OpenSum>();
  /** What atoms stand for. */
  readonly #expressions = new Map<number, Expression>();

  /** `seen` gives what expressions are in the neighbourhoods of `forms`. */
  constructor(
    rule: Rule,
    network: Network,
    sight: Sight<Sweep>,
    forms: Forms,
    seen: (node: Expression) => Float64Array,
  ) {
    super(rule, sight);
    this.#seen = seen;
    this.#rule = rule;
    this.#network = network;
    this.#forms = forms;
    this.#fields = new Map(rule.fields.map((field) => [field.name, field]));
    const ofFields = network.channels.flatMap(({ code }, channel) =>
      code.kind === "inside" ? [] : [{ channel, code }],
    );
    this.#channels = groupBy(ofFields, ({ code }) => code.field);
  }

  /** Of atoms as they were made: what has been replaced since then may be made of this. */
  override word(node: Expression): Word {
    const isSum = node.tag === "sum" || node.tag === "min" || node.tag === "max";
    return isSum ? this.#forms.wordAsIs(this.form(node)) : super.word(node);
  }

  /** The value of an expression, made of what has taken the place of others. */
  normalWord(node: Expression): Word {
    return this.#forms.word(this.form(node));
  }

  /** Of an atom that stands for a minimum or maximum, what it is of. */
  extremeOf(atom: number): Extreme | null {
    const node = this.expressionOf(atom);
    if (node?.tag !== "min" && node?.tag !== "max") return null;
    return { isMax: node.tag === "max", of: [this.form(node.left), this.form(node.right)] };
  }

  /** The expression that an atom stands for; null if it stands for none. */
  expressionOf(atom: number): Expression | null {
    return this.#expressions.get(atom) ?? null;
  }

  form(node: Expression): OpenSum {
    return cached(this.#made, node, () => this.#form(node));
  }

  #form(node: Expression): OpenSum {
    const forms = this.#forms;
    switch (node.tag) {
      case "constant":
        return constantSum(node.value);
      case "read":
        return this.fieldForm(node.field, tapOf(node.place));
      case "signal":
        return this.form(this.#rule.signals.find(({ name }) => name === node.name)!.value);
      case "sum":
        return forms.sum(
          node.offset,
          node.terms.map(({ weight, of }) => ({ weight, of: this.form(of) })),
        );
      case "not":
        return forms.complement(this.form(node.of));
      case "min":
      case "max":
        return this.#extreme(node);
      case "atLeast":
        return this.#isAtLeast(node.of, node.bound);
      case "is":
        return this.#is(node);
      case "inside": {
        const at = this.#network.channels.findIndex(({ code }) => code.kind === "inside");
        return at >= 0 ? forms.input(at, tapOf(node.place)) : this.#atom(node);
      }
      case "choose": {
        const when = this.#constantOf(node.when);
        return when === null ? this.#atom(node) : this.form(when === 1 ? node.then : node.otherwise);
      }
      default:
        return this.#atom(node);
    }
  }

  /** Returns what an expression is everywhere in the view; null where its sum does not say so. */
  #constantOf(node: Expression): number | null {
    const { constant, terms } = this.#forms.normal(this.form(node));
    return terms.size === 0 ? constant : null;
  }

  #is(node: ExpressionOf<"is">): OpenSum {
    const { of, value } = node;
    if (of.hi - of.lo <= 1) return this.#atom(node);
    if (of.tag === "read") {
      const held = this.#channelOf(of.field, value);
      if (held !== undefined) return this.#forms.input(held, tapOf(of.place));
    }
    return this.#forms.difference(this.#isAtLeast(of, value), this.#isAtLeast(of, value + 1));
  }

  /** The channel that says whether a field is a number; undefined where there is none. */
  #channelOf(field: string, value: number): number | undefined {
    return this.#channels.get(field)?.find(({ code }) => code.kind === "one-hot" && standsFor(code) === value)
      ?.channel;
  }

  #isAtLeast(of: Expression, bound: number): OpenSum {
    return this.#forms.threshold(this.#forms.sum(1 - bound, [{ weight: 1, of: this.form(of) }]));
  }

  /** The larger one of two numbers is one of them and what the other has more; a number of its own stands for that. */
  #extreme(node: Expression & { readonly tag: "min" | "max" }): OpenSum {
    const forms = this.#forms;
    const [left, right] = [this.form(node.left), this.form(node.right)];
    const gap = forms.normal(forms.difference(left, right));
    const over = forms.rectified(gap);
    const form =
      node.tag === "max" ? forms.difference(right, forms.negative(over)) : forms.difference(left, over);
    const isOther = (atom: number) => [gap, left, right].every((sum) => !forms.normal(sum).terms.has(atom));
    const pivots = [...forms.normal(over).terms.keys()].filter((atom) => forms.isUnit(atom) && isOther(atom));
    const pivot = pivots[0];
    if (pivots.length !== 1 || Math.abs(forms.normal(form).terms.get(pivot!) ?? 0) !== 1) return form;
    const whole = forms.normal(form);
    const part = this.#name(node, () => forms.wordAsIs(whole), node);
    return forms.replace(pivot!, forms.difference(whole, part)) ? part : form;
  }

  /**
   * Makes a number of its own of a sum that network and rule have been shown to share: what it is made of does not matter to
   * what is made of it. One of its atoms, which none of the others is made of, is replaced by that number.
   */
  nameSum(node: ExpressionOf<"sum">, sum: OpenSum, atom: number, within: Bounds): void {
    const forms = this.#forms;
    const part = this.#name(within, () => forms.wordAsIs(sum), node);
    if (forms.replace(atom, forms.difference(sum, part))) this.#made.set(node, part);
  }

  #atom(node: Expression): OpenSum {
    // What an atom is made of comes before it.
    for (const part of operands(node)) this.form(part);
    return this.#name(node, () => this.word(node), node);
  }

  #name(bounds: Bounds, word: () => Word, node: Expression): OpenSum {
    const atom = this.#forms.atom(bounds, word, () => this.#seen(node));
    this.#expressions.set(atom, node);
    return formOfAtom(atom);
  }

  /** The value of a field by its channels. */
  fieldForm(name: string, tap: number): OpenSum {
    const { lo } = bounds(this.#fields.get(name)!.type);
    const parts = (this.#channels.get(name) ?? []).map(({ channel, code }) => {
      const weight =
        code.kind === "one-hot" ? standsFor(code) - lo : code.kind === "binary" ? 2 ** code.bit : 1;
      return { weight, of: this.#forms.input(channel, tap) };
    });
    return this.#forms.sum(lo, parts);
  }
}
