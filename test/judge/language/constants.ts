// Evaluates what is known before a run: constants, and sizes in rows and columns.

import { operate } from "./operators.ts";
import { type Expression, Refused, type Value } from "./tree.ts";

/** The value of a constant, given what names stand for. Other names are values of enums. */
export function constant(expression: Expression, names: ReadonlyMap<string, number>): Value {
  const inner = (each: Expression) => constant(each, names);
  switch (expression.kind) {
    case "value":
      return expression.value;
    case "name":
      return names.get(expression.name) ?? expression.name;
    case "not":
      return operate("not", [inner(expression.of)]);
    case "negative":
      return operate("negative", [inner(expression.of)]);
    case "two":
      return operate(expression.operator, [inner(expression.left), inner(expression.right)]);
    case "if":
      return inner(expression.condition) === 1 ? inner(expression.yes) : inner(expression.no);
    case "call":
      return operate(expression.name, expression.inputs.map(inner));
    default:
      throw new Refused("a cell's value where a constant is needed");
  }
}

/** A size, in rows and columns of the input. */
export function size(
  expression: Expression,
  shape: { readonly rows: number; readonly cols: number },
  params: ReadonlyMap<string, number>,
): number {
  const value = constant(expression, new Map([...params, ["rows", shape.rows], ["cols", shape.cols]]));
  if (typeof value === "string") throw new Refused(`${value} is no size`);
  return value;
}
