// What the rule makes of channels in a step, as words.

import type { Rule } from "../../../compiler/schedule/rule.ts";
import { bounds, type ValueType } from "../../../grid/grid.ts";
import type { Bool, BooleanFunctions } from "../../../logic/bdd.ts";
import type { Expression } from "../../../logic/expression.ts";
import type { Channel, ChannelCode } from "../../../network/network.ts";
import { Meaning } from "./expression-words.ts";
import type { Sight } from "./neighbourhood-words.ts";
import type { Word } from "./words.ts";

/** Names of an enum that are taken one by one: of more, there would be too many columns. */
const FEW_NAMES = 8;

/** Tells whether a type has so few names that each of them is a number of its own. */
export const hasFewNames = (type: ValueType): boolean =>
  type.kind === "enum" && type.names.length <= FEW_NAMES;

/** The update of the field of a channel; null where there is none. */
export const updateOfChannel = ({ updates }: Rule, code: ChannelCode): Rule["updates"][number] | null =>
  updates.find(({ field }) => code.kind !== "inside" && field === code.field) ?? null;

/**
 * Tells whether a field becomes the name for which a channel stands; null where it has not few names, each with its channel.
 */
export function nameAsked(rule: Rule, code: ChannelCode): Expression | null {
  const update = updateOfChannel(rule, code);
  if (update === null || code.kind !== "one-hot") return null;
  const { type } = rule.fields.find(({ name }) => name === code.field)!;
  return hasFewNames(type) ? rule.expressions.is(update.value, code.equals) : null;
}

/** The rule's next value of a channel. */
export class Expected {
  readonly #rule: Rule;
  readonly #sight: Sight<BooleanFunctions>;
  readonly #word: (node: Expression) => Word;
  /** Where the bits of a field's next value, from some bit on, make a number. */
  readonly #prefixes = new Map<string, Bool>();

  /** `word` says what expressions mean: by default what their parts do. */
  constructor(rule: Rule, sight: Sight<BooleanFunctions>, word?: (node: Expression) => Word) {
    this.#rule = rule;
    this.#sight = sight;
    const meaning = new Meaning(rule, sight);
    this.#word = word ?? ((node) => meaning.word(node));
  }

  channel({ code }: Channel): Word {
    const { words } = this.#sight;
    if (code.kind === "inside") return words.constant(1);
    const update = updateOfChannel(this.#rule, code);
    if (update === null) return this.#sight.channel(code, "here");
    const value = words.shown(this.#word(update.value));
    switch (code.kind) {
      case "bit":
        return value;
      case "integer":
        return words.add(value, words.constant(-code.from));
      case "binary": {
        const above = words.add(value, words.constant(-code.from));
        return words.unsigned([above[code.bit] ?? above.at(-1)!]);
      }
      case "thermometer":
        return words.unsigned([words.isAtLeast(value, code.atLeast)]);
      case "one-hot":
        return words.unsigned([this.#is(code.field, value, code.equals)]);
    }
  }

  /** Tells where a value is a number: of all numbers of a field, bit by bit from the highest, as most prefixes are shared. */
  #is(field: string, value: Word, number: number): Bool {
    const { bdd } = this.#sight.words;
    const { lo } = bounds(this.#rule.fields.find(({ name }) => name === field)!.type);
    if (lo < 0 || number < 0) return this.#sight.words.is(value, number);
    const from = (bit: number): Bool => {
      if (bit >= value.length) return number >= 2 ** bit ? 0 : 1;
      const prefix = Math.floor(number / 2 ** bit);
      const key = `${field} ${bit} ${prefix}`;
      const known = this.#prefixes.get(key);
      if (known !== undefined) return known;
      const made = bdd.and(from(bit + 1), prefix % 2 === 1 ? value[bit]! : bdd.not(value[bit]!));
      this.#prefixes.set(key, made);
      return made;
    };
    return from(0);
  }
}
