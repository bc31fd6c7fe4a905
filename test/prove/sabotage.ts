// Rules with something wrong in them: rewritten expressions, updates and schedules.

import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { type Expression, leaves } from "../../src/logic/expression.ts";

type Rewrite = (expression: Expression) => Expression;

/** Another next value for a field; without one, the field keeps its value for ever. */
export function withUpdate(rule: Rule, field: string, rewrite: Rewrite | null): Rule {
  if (!rule.updates.some((update) => update.field === field)) throw new Error(`no update of ${field}`);
  const updates = rule.updates.flatMap((update) => {
    if (update.field !== field) return [update];
    return rewrite === null ? [] : [{ field, value: rewrite(update.value) }];
  });
  return { ...rule, updates };
}

/** Another value for a signal. */
export function withSignal(rule: Rule, name: string, rewrite: Rewrite): Rule {
  if (!rule.signals.some((signal) => signal.name === name)) throw new Error(`no signal ${name}`);
  const signals = rule.signals.map((signal) =>
    signal.name === name ? { name, value: rewrite(signal.value) } : signal,
  );
  return { ...rule, signals };
}

/** Rewrites leaves, printed as `up.x`, `x`, `inside up` or `signal ready`; those not named stay. */
export function replacing(rule: Rule, changed: Readonly<Record<string, string | number>>): Rewrite {
  const { expressions: make } = rule;
  const hit = new Set<string>();
  const leafNamed = (name: string): Expression => {
    const found = allLeaves(rule).find((leaf) => showLeaf(leaf) === name);
    if (found !== undefined) return found;
    const [place, field] = name.includes(".") ? name.split(".") : ["here", name];
    const { type } = rule.fields.find((each) => each.name === field)!;
    return make.read(field!, type, place as "here", "now");
  };
  return (expression) => {
    const made = make.substitute(expression, (leaf) => {
      const to = changed[showLeaf(leaf)];
      if (to === undefined) return leaf;
      hit.add(showLeaf(leaf));
      return typeof to === "number" ? make.constant(to) : leafNamed(to);
    });
    const missed = Object.keys(changed).filter((name) => !hit.has(name));
    if (missed.length > 0) throw new Error(`no ${missed.join(", ")}`);
    return made;
  };
}

export function showLeaf(leaf: Expression): string {
  if (leaf.tag === "read") return leaf.place === "here" ? leaf.field : `${leaf.place}.${leaf.field}`;
  if (leaf.tag === "inside") return `inside ${leaf.place}`;
  return leaf.tag === "signal" ? `signal ${leaf.name}` : leaf.tag;
}

/** Every leaf of a rule's signals and updates, each once. */
export function allLeaves({ signals, updates }: Rule): Expression[] {
  return leaves([...signals, ...updates].map(({ value }) => value));
}
