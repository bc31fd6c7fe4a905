// Expressions in the size of a grid, such as `3 * rows + cols` and `rows >= 2 and cols >= 2`: what a program says
// about the grids it takes, the room it needs around them and the steps it makes. Conditions are 0 or 1.

import { spend } from "../diagnostics/budget.ts";
import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import type { Tagged } from "../diagnostics/tagged.ts";
import type { Shape } from "./grid.ts";
import { atom, type Written, writeOperator } from "./infix.ts";
import { OPERATIONS } from "./operations.ts";

const ARITHMETIC = ["+", "-", "*", "/", "min", "max"] as const;
const CONDITIONS = ["and", "or", "xor", "==", "!=", "<", "<=", ">", ">="] as const;
export const SIZE_OPERATORS = [...ARITHMETIC, ...CONDITIONS] as const;
export type SizeOperator = (typeof SIZE_OPERATORS)[number];

export type SizeExpression = Tagged<{
  number: { value: number };
  rows: unknown;
  cols: unknown;
  not: { of: SizeExpression };
  binary: { operator: SizeOperator; left: SizeExpression; right: SizeExpression };
}>;

/** The value for a shape; `/` rounds down. Throws InputError where it divides by zero. */
export function evaluateSize(expression: SizeExpression, shape: Shape): number {
  spend();
  switch (expression.tag) {
    case "number":
      return expression.value;
    case "rows":
    case "cols":
      return shape[expression.tag];
    case "not":
      return 1 - evaluateSize(expression.of, shape);
    case "binary": {
      const { operator, left, right } = expression;
      const [a, b] = [evaluateSize(left, shape), evaluateSize(right, shape)];
      if (operator === "/" && b === 0)
        throw new InputError(
          `\`${showSize(expression)}\` divides by zero for a grid of ${shape.rows}x${shape.cols} cells; ` +
            "give a grid of another shape, or change the program",
        );
      return OPERATIONS[operator](a, b);
    }
    default:
      return unreachable(expression);
  }
}

/** Counts the numbers and operators of an expression. */
export function countParts(expression: SizeExpression): number {
  switch (expression.tag) {
    case "not":
      return 1 + countParts(expression.of);
    case "binary":
      return 1 + countParts(expression.left) + countParts(expression.right);
    default:
      return 1;
  }
}

/** As a program would write it. */
export const showSize = (expression: SizeExpression): string => written(expression).text;

function written(expression: SizeExpression): Written {
  switch (expression.tag) {
    case "number":
      return expression.value < 0
        ? writeOperator("negative", [atom(String(-expression.value))])
        : atom(String(expression.value));
    case "rows":
    case "cols":
      return atom(expression.tag);
    case "not":
      return writeOperator("not", [written(expression.of)]);
    case "binary": {
      const { operator, left, right } = expression;
      if (operator === "min" || operator === "max")
        return atom(`${operator}(${showSize(left)}, ${showSize(right)})`);
      return writeOperator(operator, [written(left), written(right)]);
    }
    default:
      return unreachable(expression);
  }
}
