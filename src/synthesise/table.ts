// One node of an expression graph, evaluated from the values of its operands.

import { unreachable } from "../diagnostics/diagnostic.ts";
import type { Expression } from "../logic/expression.ts";

/** `value(i)` is the value of the i-th operand. Reads, sides and signals have none and must not be asked for. */
export function evaluateNode(of: Expression, value: (operand: number) => number): number {
  switch (of.tag) {
    case "constant":
      return of.value;
    case "read":
    case "inside":
    case "signal":
      throw new Error("internal: a leaf has no value of its own");
    case "not":
      return 1 - value(0);
    case "and":
      return of.of.every((_, at) => value(at) !== 0) ? 1 : 0;
    case "or":
      return of.of.some((_, at) => value(at) !== 0) ? 1 : 0;
    case "xor":
      return value(0) === value(1) ? 0 : 1;
    case "is":
      return value(0) === of.value ? 1 : 0;
    case "atLeast":
      return value(0) >= of.bound ? 1 : 0;
    case "sum":
      return of.terms.reduce((sum, { weight }, at) => sum + weight * value(at), of.offset);
    case "min":
      return Math.min(value(0), value(1));
    case "max":
      return Math.max(value(0), value(1));
    case "choose":
      return value(0) === 0 ? value(2) : value(1);
    default:
      return unreachable(of);
  }
}
