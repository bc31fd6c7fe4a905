// What fields hold next in a cell on a known line: of a list of choices, it takes only those of its line. A program of many
// instructions has lists as long as itself, and each of its lines is looked at.

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

/** What the rule makes of fields, as expressions. */
export interface OnLine {
  /** What a field holds next, in every cell on a line. */
  readonly next: (line: number, field: string) => Expression;
  /** What it holds now. */
  readonly own: (field: string) => Expression;
}

/** `position`: the field that says which line a cell is on; null where no field does. */
export function lineChoices(rule: Rule, position: string | null): OnLine {
  const updates = new Map(rule.updates.map(({ field, value }) => [field, value]));
  const owns = new Map(
    rule.fields.map(({ name, type }) => [name, rule.expressions.read(name, type, "here", "now")]),
  );
  const own = (field: string): Expression => owns.get(field)!;
  const signals = new Map(rule.signals.map(({ name, value }) => [name, value]));

  /** The only line on which a condition can hold, if that is seen from how it is written. */
  const lineOf = (when: Expression): number | null => {
    switch (when.tag) {
      case "signal":
        return lineOf(signals.get(when.name)!);
      case "and":
        return when.of.map(lineOf).find((line) => line !== null) ?? null;
      case "is": {
        const { of } = when;
        const isPosition = of.tag === "read" && of.place === "here" && of.field === position;
        return isPosition ? when.value : null;
      }
      default:
        return null;
    }
  };

  /** Null where some choice can be taken on several lines. */
  const byLine = memo((list: Choice): ByLine | null => {
    const lines = new Map<number, Choice[]>();
    let rest: Expression = list;
    for (; rest.tag === "choose"; rest = rest.otherwise) {
      const line = lineOf(rest.when);
      if (line === null) return null;
      pushTo(lines, line, rest);
    }
    return { lines, otherwise: rest };
  });

  const next = (line: number, field: string): Expression => {
    const value = updates.get(field) ?? own(field);
    const list = value.tag === "choose" ? byLine(value) : null;
    if (list === null) return value;
    return (list.lines.get(line) ?? []).reduceRight(
      (rest: Expression, { when, then }) => rule.expressions.choose(when, then, rest),
      list.otherwise,
    );
  };
  return { next, own };
}
