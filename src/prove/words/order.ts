// Which inputs of a rule belong together, where some of them are held: what is added, compared or chosen between has
// small diagrams if bits of equal weight stand together, and what only meets in conditions if it does not.

import { memo } from "../../diagnostics/memo.ts";
import { PLACES } from "../../grid/direction.ts";
import { type Expression, operands } from "../../logic/expression.ts";
import type { Rule } from "../../schedule/rule.ts";
import { slotKey } from "../patch.ts";

/** Slots, by key, that are added, compared or chosen between, in the order in which a rule comes to them. */
export type Meetings = readonly (readonly string[])[];

/** Groups of numbers come after all else. */
const NUMBERS = 64;

/** So many slots may stand together because of what is held elsewhere. */
const MOST_TOGETHER = 8;

/** What meets where these slots have these values. */
export function meetingsOf(rule: Rule, held: ReadonlyMap<string, number>): Meetings {
  const { expressions: make } = rule;
  const known = (of: Expression): Expression =>
    make.substitute(of, (leaf) => {
      const value = leaf.tag === "read" ? held.get(keyOf(leaf)) : undefined;
      if (value !== undefined) return make.constant(value);
      const signal = leaf.tag === "signal" ? signalOf(leaf.name) : leaf;
      return signal.tag === "constant" ? signal : leaf;
    });
  const signalOf = memo((name: string) => known(rule.signals.find((signal) => signal.name === name)!.value));
  const found: string[][] = [];
  const join = (slots: readonly (string | null)[]): string | null => {
    const own = slots.filter((slot) => slot !== null);
    if (own.length > 1) found.push(own);
    return own[0] ?? null;
  };
  /** Gives a slot of the numbers that an expression is made of, or null. */
  const visit = memo((node: Expression): string | null => {
    switch (node.tag) {
      case "read":
        found.push([keyOf(node)]);
        return keyOf(node);
      case "signal":
        return visit(signalOf(node.name));
      case "sum":
      case "min":
      case "max":
        return join(operands(node).map(visit));
      case "choose": {
        // Lists of choices may be long.
        const values: (string | null)[] = [];
        let rest: Expression = node;
        for (; rest.tag === "choose"; rest = rest.otherwise) {
          visit(rest.when);
          values.push(visit(rest.then));
        }
        return join([...values, visit(rest)]);
      }
      default:
        for (const part of operands(node)) visit(part);
        return null;
    }
  });
  for (const { value } of rule.updates) visit(known(value));
  return found;
}

const keyOf = ({ field, place, type }: Expression & { readonly tag: "read" }): string =>
  slotKey({ tag: "field", field: { name: field, type, role: "state" }, place });

/**
 * The group of each slot of a number, by key: as what meets here wants it, and as far as that leaves it open, as what
 * meets elsewhere does.
 */
export function groupsOf(
  rule: Rule,
  here: Meetings,
  elsewhere: readonly Meetings[],
): ReadonlyMap<string, number> {
  const groups = new Map<string, ReadonlySet<string>>();
  const groupOf = (slot: string): ReadonlySet<string> => groups.get(slot) ?? new Set([slot]);
  const gather = (meetings: Meetings, most: number): void => {
    for (const [first, ...others] of meetings)
      for (const slot of [first!, ...others]) {
        const both = new Set([...groupOf(first!), ...groupOf(slot)]);
        if (both.size <= most) for (const each of both) groups.set(each, both);
        else if (!groups.has(slot)) groups.set(slot, groupOf(slot));
      }
  };
  gather(here, Number.POSITIVE_INFINITY);
  for (const meetings of elsewhere) gather(meetings, MOST_TOGETHER);
  const numbers = new Map([...new Set(groups.values())].map((group, at) => [group, NUMBERS + at]));
  return new Map(
    rule.fields
      .filter(({ type }) => type.kind === "range")
      .flatMap((field) => PLACES.map((place) => slotKey({ tag: "field", field, place })))
      .map((key) => [key, numbers.get(groupOf(key)) ?? NUMBERS + numbers.size]),
  );
}
