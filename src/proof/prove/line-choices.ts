// Lists of choices, of which a cell on a known line takes only those of its line. A program of many instructions has lists as
// long as itself, and each of its lines is looked at.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { pushTo } from "../../diagnostics/group.ts";
import { memo } from "../../diagnostics/memo.ts";
import type { Expression } from "../../logic/expression.ts";

type Choice = Expression & { readonly tag: "choose" };

/** A list of choices by the only line on which each can be taken. */
interface ByLine {
  readonly lines: ReadonlyMap<number, readonly Choice[]>;
  readonly otherwise: Expression;
}

export class LineChoices {
  readonly #rule: Rule;
  /** The field that says which line a cell is on; null where no field does. */
  readonly #position: string | null;
  readonly #lists = memo((list: Choice) => this.#byLine(list));
  readonly #signals: ReadonlyMap<string, Expression>;

  constructor(rule: Rule, position: string | null) {
    this.#rule = rule;
    this.#position = position;
    this.#signals = new Map(rule.signals.map(({ name, value }) => [name, value]));
  }

  /** An expression of the same value in every cell on a line. */
  on(line: number, value: Expression): Expression {
    const list = value.tag === "choose" ? this.#lists(value) : null;
    if (list === null) return value;
    return (list.lines.get(line) ?? []).reduceRight(
      (rest: Expression, { when, then }) => this.#rule.expressions.choose(when, then, rest),
      list.otherwise,
    );
  }

  /** Null where some choice can be taken on several lines. */
  #byLine(list: Choice): ByLine | null {
    const lines = new Map<number, Choice[]>();
    let rest: Expression = list;
    for (; rest.tag === "choose"; rest = rest.otherwise) {
      const line = this.#lineOf(rest.when);
      if (line === null) return null;
      pushTo(lines, line, rest);
    }
    return { lines, otherwise: rest };
  }

  /** The only line on which a condition can hold, if that is seen from how it is written. */
  #lineOf(when: Expression): number | null {
    switch (when.tag) {
      case "signal":
        return this.#lineOf(this.#signals.get(when.name)!);
      case "and":
        return when.of.map((part) => this.#lineOf(part)).find((line) => line !== null) ?? null;
      case "is": {
        const { of } = when;
        const isPosition = of.tag === "read" && of.place === "here" && of.field === this.#position;
        return isPosition ? when.value : null;
      }
      default:
        return null;
    }
  }
}
