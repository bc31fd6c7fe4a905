// Plain evaluation of expression graphs: the oracle for everything that rewrites, prints or compiles them.

import { unreachable } from "../../src/diagnostics/diagnostic.ts";
import type { Expression } from "../../src/logic/expression.ts";

/** Value of an expression, given the values of its leaves. */
export function evaluate(root: Expression, leaf: (node: Expression) => number): number {
  const done = new Map<Expression, number>();
  const visit = (node: Expression): number => {
    const known = done.get(node);
    if (known !== undefined) return known;
    const value = evaluateNode(node, visit, leaf);
    done.set(node, value);
    return value;
  };
  return visit(root);
}

function evaluateNode(
  node: Expression,
  visit: (node: Expression) => number,
  leaf: (node: Expression) => number,
): number {
  switch (node.tag) {
    case "constant":
      return node.value;
    case "read":
    case "inside":
    case "signal":
      return leaf(node);
    case "not":
      return 1 - visit(node.of);
    case "and":
      return node.of.every((part) => visit(part) === 1) ? 1 : 0;
    case "or":
      return node.of.some((part) => visit(part) === 1) ? 1 : 0;
    case "xor":
      return visit(node.left) === visit(node.right) ? 0 : 1;
    case "is":
      return visit(node.of) === node.value ? 1 : 0;
    case "atLeast":
      return visit(node.of) >= node.bound ? 1 : 0;
    case "sum":
      return node.terms.reduce((sum, term) => sum + term.weight * visit(term.of), node.offset);
    case "min":
      return Math.min(visit(node.left), visit(node.right));
    case "max":
      return Math.max(visit(node.left), visit(node.right));
    case "choose":
      return visit(node.when) === 1 ? visit(node.then) : visit(node.otherwise);
    default:
      return unreachable(node);
  }
}
