// The proof that a program is the automaton that it was written for: its next state, as its rule computes it, becomes a
// diagram of the same kind, and must be the same node.

import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import type { Expression } from "../logic/expression.ts";
import type { Rule } from "../schedule/rule.ts";
import type { Automaton } from "./automaton.ts";
import type { Case } from "./cases.ts";

/**
 * Proves that a rule does what the automaton does in every neighbourhood.
 * @throws Error, an internal one, with a neighbourhood where they differ
 */
export function proveAutomaton(automaton: Automaton, rule: Rule): void {
  const { cases, next, places } = automaton;
  const [update, ...more] = rule.updates;
  if (more.length > 0 || rule.fields.length !== 1) throw new Error("internal: the program has other fields");
  const found =
    update === undefined ? cases.make(0, (state) => cases.leaf(state)) : evaluate(automaton, update.value);
  const difference = cases.difference(next, found);
  if (difference === null) return;
  throw new Error(
    `internal: the program differs from the rule where cell, ${places.join(", ")} are ${difference.join(", ")}`,
  );
}

/** The value of an expression as a diagram. */
function evaluate({ cases, places, states }: Automaton, root: Expression): Case {
  const known = new Map<Expression, Case>();
  const [zero, one] = [cases.leaf(0), cases.leaf(1)];
  const levelOf = (place: string): number =>
    place === "here" ? 0 : (places as readonly string[]).indexOf(place) + 1;
  const walk = (node: Expression): Case => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const made = make(node);
    known.set(node, made);
    return made;
  };
  const all = (parts: readonly Expression[], combine: (values: readonly number[]) => number): Case =>
    cases.apply(parts.map(walk), combine);
  const make = (node: Expression): Case => {
    switch (node.tag) {
      case "constant":
        return cases.leaf(node.value);
      case "read": {
        const level = levelOf(node.place);
        if (level < 0 || (level === 0 && node.place !== "here")) return asMissing(node);
        return cases.node(
          level,
          Array.from({ length: states }, (_, value) => cases.leaf(value)),
        );
      }
      case "not":
        return cases.choose(walk(node.of), zero, one);
      case "and":
        return node.of.map(walk).reduce((both, each) => cases.choose(both, each, zero));
      case "or":
        return node.of.map(walk).reduce((either, each) => cases.choose(either, one, each));
      case "xor":
        return all([node.left, node.right], ([a, b]) => (a === b ? 0 : 1));
      case "is":
        return all([node.of], ([a]) => (a === node.value ? 1 : 0));
      case "atLeast":
        return all([node.of], ([a]) => (a! >= node.bound ? 1 : 0));
      case "sum":
        return node.terms.reduce(
          (sum, { weight, of }) => cases.apply([sum, walk(of)], ([a, b]) => a! + weight * b!),
          cases.leaf(node.offset),
        );
      case "min":
        return all([node.left, node.right], ([a, b]) => Math.min(a!, b!));
      case "max":
        return all([node.left, node.right], ([a, b]) => Math.max(a!, b!));
      case "choose":
        return cases.choose(walk(node.when), walk(node.then), walk(node.otherwise));
      case "inside":
      case "signal":
        return asMissing(node);
      default:
        return unreachable(node);
    }
  };
  const asMissing = (node: Expression): never => {
    throw new InputError(`internal: the program reads ${node.tag}, which no automaton has`);
  };
  return walk(root);
}
