// What expressions of a rule mean, as words.

import type { Rule } from "../../../compiler/schedule/rule.ts";
import { unreachable } from "../../../diagnostics/diagnostic.ts";
import type { Bdd, Bool, BooleanFunctions } from "../../../logic/bdd.ts";
import type { Expression, ExpressionOf } from "../../../logic/expression.ts";
import { halved } from "../../../logic/pairwise.ts";
import type { Sight } from "./neighbourhood-words.ts";
import type { Word } from "./words.ts";

/** What a part of a list of choices gives, and where. */
interface Part {
  readonly when: Bool;
  readonly then: Word;
}

export class Meaning<Functions extends BooleanFunctions = Bdd> {
  readonly #rule: Pick<Rule, "signals">;
  readonly #sight: Sight<Functions>;
  readonly #reading: (read: ExpressionOf<"read">) => Word;
  readonly #known = new Map<Expression, Word>();

  /** A read means what its place holds, or what is given for it. */
  constructor(
    rule: Pick<Rule, "signals">,
    sight: Sight<Functions>,
    reading = ({ field, place }: ExpressionOf<"read">): Word => sight.value(field, place),
  ) {
    this.#rule = rule;
    this.#sight = sight;
    this.#reading = reading;
  }

  /** The value of an expression over the neighbourhood. */
  word(node: Expression): Word {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const made = this.#sight.words.keep(this.#word(node));
    this.#known.set(node, made);
    return made;
  }

  /** Of one that is 0 or 1. */
  bit(node: Expression): Bool {
    return this.word(node)[0]!;
  }

  #word(node: Expression): Word {
    const { words } = this.#sight;
    switch (node.tag) {
      case "constant":
        return words.constant(node.value);
      case "read":
        return this.#reading(node);
      case "signal":
        return this.word(this.#rule.signals.find(({ name }) => name === node.name)!.value);
      case "sum":
        return words.sum(
          node.offset,
          node.terms.map(({ weight, of }) => ({ weight, of: this.word(of) })),
        );
      case "min":
      case "max": {
        const [left, right] = [this.word(node.left), this.word(node.right)];
        const isLess = words.isLess(left, right);
        return node.tag === "min" ? words.choose(isLess, left, right) : words.choose(isLess, right, left);
      }
      case "choose":
        return this.#list(node);
      default:
        return words.unsigned([this.#bit(node)]);
    }
  }

  #bit(
    node: Exclude<Expression, { tag: "constant" | "read" | "signal" | "sum" | "min" | "max" | "choose" }>,
  ): Bool {
    const { words } = this.#sight;
    const { bdd } = words;
    switch (node.tag) {
      case "inside":
        return this.#sight.inside(node.place);
      case "not":
        return bdd.not(this.bit(node.of));
      case "and":
        return words.all(this.#until(0, node.of));
      case "or":
        return words.any(this.#until(1, node.of));
      case "xor":
        return words.either(this.bit(node.left), this.bit(node.right));
      case "is":
        return words.is(this.word(node.of), node.value);
      case "atLeast":
        return words.isAtLeast(this.word(node.of), node.bound);
      default:
        return unreachable(node);
    }
  }

  /** Bits up to the first one that decides. */
  #until(deciding: Bool, parts: readonly Expression[]): Bool[] {
    const bits: Bool[] = [];
    for (const part of parts) {
      bits.push(this.bit(part));
      if (bits.at(-1) === deciding) return [deciding];
    }
    return bits;
  }

  /** A list of choices, of which the first one that holds counts: halves first, as lists can be long. */
  #list(list: Expression & { readonly tag: "choose" }): Word {
    const { words } = this.#sight;
    const parts: Part[] = [];
    for (let rest: Expression = list; parts.at(-1)?.when !== 1; ) {
      if (rest.tag !== "choose" || this.#known.has(rest)) {
        parts.push({ when: 1, then: this.word(rest) });
        continue;
      }
      const when = this.bit(rest.when);
      if (when !== 0) parts.push({ when, then: this.word(rest.then) });
      rest = rest.otherwise;
    }
    const join = (a: Part, b: Part): Part => ({
      when: words.any([a.when, b.when]),
      then: words.choose(a.when, a.then, b.then),
    });
    return halved(parts, join)!.then;
  }
}
