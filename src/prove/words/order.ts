// Which inputs of a rule belong together, where some of them are held: what is added, compared or chosen between has
// small diagrams if bits of equal weight stand together, and what only meets in conditions if it does not.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import { PLACES } from "../../grid/direction.ts";
import type { Expression } from "../../logic/expression.ts";
import type { Rule } from "../../schedule/rule.ts";
import { slotKey } from "../patch.ts";

/** Groups of numbers come after all else. */
const NUMBERS = 64;

/** So many slots may stand together because of what is held elsewhere. */
const MOST_TOGETHER = 8;

/**
 * The group of each slot of a number, by key, in the order in which the rule comes to them: as what is held first wants
 * it, and as far as that leaves it open, as what is held elsewhere does.
 */
export function groupsOf(
  rule: Rule,
  helds: readonly ReadonlyMap<string, number>[],
): ReadonlyMap<string, number> {
  const slots = new Slots();
  for (const [at, held] of helds.entries()) {
    const met = new Meetings(rule, held, slots, at === 0 ? Number.POSITIVE_INFINITY : MOST_TOGETHER);
    for (const { value } of rule.updates) met.visit(value);
  }
  const numbers = rule.fields.filter(({ type }) => type.kind === "range");
  return new Map(
    numbers
      .flatMap((field) => PLACES.map((place) => slotKey({ tag: "field", field, place })))
      .map((key) => [key, NUMBERS + slots.groupOf(key)]),
  );
}

/** Slots, by key, in groups. */
class Slots {
  readonly #groups = new Map<string, Set<string>>();

  /** The group that a slot is in, alone or with others. */
  with(slot: string): ReadonlySet<string> {
    const known = this.#groups.get(slot);
    if (known !== undefined) return known;
    const made = new Set([slot]);
    this.#groups.set(slot, made);
    return made;
  }

  /** Makes one group of two, unless that has more than so many slots. */
  join(a: string, b: string, most: number): void {
    const [own, other] = [this.with(a), this.with(b)];
    if (own === other || own.size + other.size > most) return;
    const both = new Set([...own, ...other]);
    for (const slot of both) this.#groups.set(slot, both);
  }

  /** The number of a slot's group; those that nobody asked for are in the last one. */
  groupOf(slot: string): number {
    const group = this.#groups.get(slot);
    return group === undefined ? this.#groups.size : [...this.#groups.values()].indexOf(group as Set<string>);
  }
}

class Meetings {
  readonly #rule: Rule;
  readonly #held: ReadonlyMap<string, number>;
  readonly #slots: Slots;
  readonly #most: number;
  readonly #visited = new Map<Expression, string | null>();
  readonly #decided = new Map<Expression, number | null>();

  /** Joins slots that meet, unless more than `most` come together. */
  constructor(rule: Rule, held: ReadonlyMap<string, number>, slots: Slots, most: number) {
    this.#rule = rule;
    this.#held = held;
    this.#slots = slots;
    this.#most = most;
  }

  /** Goes through what is not decided; gives a slot of the numbers that an expression is made of, or null. */
  visit(node: Expression): string | null {
    const known = this.#visited.get(node);
    if (known !== undefined) return known;
    const made = this.#value(node) === null ? this.#meet(node) : null;
    this.#visited.set(node, made);
    return made;
  }

  #meet(node: Expression): string | null {
    switch (node.tag) {
      case "constant":
      case "inside":
        return null;
      case "signal":
        return this.visit(this.#signal(node.name));
      case "read":
        this.#slots.with(keyOf(node));
        return keyOf(node);
      case "not":
      case "is":
      case "atLeast":
        this.visit(node.of);
        return null;
      case "and":
      case "or":
        for (const part of node.of) this.visit(part);
        return null;
      case "xor":
        this.visit(node.left);
        this.visit(node.right);
        return null;
      case "sum":
        return this.#join(node.terms.map(({ of }) => this.visit(of)));
      case "min":
      case "max":
        return this.#join([this.visit(node.left), this.visit(node.right)]);
      case "choose":
        return this.#list(node);
      default:
        return unreachable(node);
    }
  }

  /** A list of choices may be long. */
  #list(list: Expression): string | null {
    const values: (string | null)[] = [];
    let rest = list;
    while (rest.tag === "choose") {
      const when = this.#value(rest.when);
      if (when === null) this.visit(rest.when);
      if (when !== 0) values.push(this.visit(rest.then));
      if (when === 1) return this.#join(values);
      rest = rest.otherwise;
    }
    return this.#join([...values, this.visit(rest)]);
  }

  #join(slots: readonly (string | null)[]): string | null {
    const [first = null, ...others] = slots.filter((slot) => slot !== null);
    for (const other of others) this.#slots.join(first!, other, this.#most);
    return first;
  }

  /** What an expression comes to, where that follows from what is held; else null. */
  #value(node: Expression): number | null {
    const known = this.#decided.get(node);
    if (known !== undefined) return known;
    const made = this.#decide(node);
    this.#decided.set(node, made);
    return made;
  }

  #decide(node: Expression): number | null {
    switch (node.tag) {
      case "constant":
        return node.value;
      case "read":
        return this.#held.get(keyOf(node)) ?? null;
      case "signal":
        return this.#value(this.#signal(node.name));
      case "not": {
        const of = this.#value(node.of);
        return of === null ? null : 1 - of;
      }
      case "and":
      case "or": {
        const deciding = node.tag === "and" ? 0 : 1;
        const parts = node.of.map((part) => this.#value(part));
        if (parts.includes(deciding)) return deciding;
        return parts.includes(null) ? null : 1 - deciding;
      }
      case "is": {
        const of = this.#value(node.of);
        return of === null ? null : Number(of === node.value);
      }
      case "atLeast": {
        const of = this.#value(node.of);
        return of === null ? null : Number(of >= node.bound);
      }
      default:
        // That numbers are known is of no use.
        return null;
    }
  }

  #signal(name: string): Expression {
    return this.#rule.signals.find((signal) => signal.name === name)!.value;
  }
}

const keyOf = ({ field, place, type }: Expression & { readonly tag: "read" }): string =>
  slotKey({ tag: "field", field: { name: field, type, role: "state" }, place });
