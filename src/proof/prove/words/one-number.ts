// Channels that are made of one number alone, such as the digits of a sum: whatever the number is made of, all that is to be
// looked at is its values. So the number becomes a word of free bits.

import type { Rule } from "../../../compiler/schedule/rule.ts";
import { cached } from "../../../diagnostics/memo.ts";
import { Bdd } from "../../../logic/bdd.ts";
import { unlessTooLarge } from "../../../logic/nodes.ts";
import { bitsFor, type Channel } from "../../../network/network.ts";
import { Sight } from "./neighbourhood-words.ts";
import type { Forms, OpenSum } from "./open-sums.ts";
import { Expected } from "./rule-words.ts";
import { type Word, Words } from "./words.ts";

/** Nodes over the bits of the number, all together. */
const MOST_NODES = 200_000;

export class OneNumber {
  readonly #forms: Forms;
  readonly #number: OpenSum;
  readonly #highest: number;
  /** An atom of the number and its weight there, by which it is seen how often sums have the number. */
  readonly #pivot: readonly [number, number];
  readonly #words = new Words(new Bdd(MOST_NODES));
  readonly #word: Word;
  readonly #expected: Expected;
  readonly #atoms = new Map<number, Word | null>();

  /** `number` is that of which channels are to be made, between the bounds. */
  constructor(
    rule: Rule,
    forms: Forms,
    number: OpenSum,
    { lo, hi }: { readonly lo: number; readonly hi: number },
  ) {
    this.#forms = forms;
    this.#number = number;
    this.#highest = hi;
    this.#pivot = [...number.terms].at(-1) ?? [-1, 1];
    const count = bitsFor(hi - lo);
    const bits = Array.from({ length: count }, (_, bit) => this.#words.bdd.variable(count - 1 - bit));
    this.#word = this.#words.add(this.#words.unsigned(bits), this.#words.constant(lo));
    this.#expected = new Expected(rule, new Sight(rule.fields, false, this.#words), () => this.#word);
  }

  /** Tells whether a sum is shown to be what a channel holds where its field becomes the number. */
  holds(channel: Channel, sum: OpenSum): boolean {
    const { bdd } = this.#words;
    const compare = (): boolean => {
      const got = this.#of(sum);
      if (got === null) return false;
      const differs = this.#words.differs(got, this.#expected.channel(channel));
      return bdd.and(differs, bdd.not(this.#words.isAtLeast(this.#word, this.#highest + 1))) === 0;
    };
    return unlessTooLarge(compare, () => false);
  }

  /** A sum as a word over the number; null where it is made of others, too. */
  #of(form: OpenSum): Word | null {
    const forms = this.#forms;
    const sum = forms.normal(form);
    const [pivot, weight] = this.#pivot;
    const factor = (sum.terms.get(pivot) ?? 0) / weight;
    if (!Number.isInteger(factor)) return null;
    const rest = forms.sum(0, [
      { weight: 1, of: sum },
      { weight: -factor, of: this.#number },
    ]);
    const parts = [{ weight: factor, of: this.#word }];
    for (const [atom, weight] of rest.terms) {
      const of = cached(this.#atoms, atom, () => this.#ofAtom(atom));
      if (of === null) return null;
      parts.push({ weight, of });
    }
    return this.#words.sum(rest.constant, parts);
  }

  #ofAtom(atom: number): Word | null {
    const input = this.#forms.inputOf(atom);
    const sum = input && this.#of(input.sum);
    if (sum === null) return null;
    return input!.isThreshold
      ? this.#words.unsigned([this.#words.isAtLeast(sum, 1)])
      : this.#words.rectified(sum);
  }
}
