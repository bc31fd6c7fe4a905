// Constants: expressions over numbers, enum values and params, whose interval is therefore one value.

import type { AstExpression } from "../parse/ast.ts";
import { type Context, type EnumType, Scope, type Value } from "./context.ts";
import { checkExpression } from "./expressions.ts";
import { begin } from "./flow.ts";
import { typeMismatch } from "./messages/types.ts";
import { describe, isEnum } from "./values.ts";

/** Checks an expression that must not depend on any cell; its interval is a single value. */
export function checkConstant(context: Context, ast: AstExpression, expected: EnumType | null): Value | null {
  const alone: Context = {
    ...context,
    kind: "constant",
    flow: begin(context.flow.terms),
    locals: new Scope(),
    sweep: null,
    counted: null,
  };
  return checkExpression(alone, ast, expected);
}

/** The value of a constant that must be a number; null after an error. */
export function constantInteger(context: Context, ast: AstExpression): number | null {
  const value = checkConstant(context, ast, null);
  if (value === null) return null;
  if (!isEnum(value.node.type)) return value.interval.lo;
  context.report(typeMismatch(ast.span, describe(value), "a number"));
  return null;
}
