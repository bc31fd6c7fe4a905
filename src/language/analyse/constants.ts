// Constants: expressions over numbers, enum values and params, whose interval is therefore one value.

import { bounds, type EnumType } from "../../grid/grid.ts";
import type { AstExpression } from "../parse/ast.ts";
import type { CheckedField } from "./checked.ts";
import { type Context, Scope, textAt, type Value } from "./context.ts";
import { checkExpression } from "./expressions.ts";
import { begin } from "./flow.ts";
import { aboutTypes } from "./messages/types.ts";
import { describeType, describeValue, isEnum, sameEnum } from "./values.ts";

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

/** What a constant is for: a field, or what else has a name and a type. */
type ConstantFor = Pick<CheckedField, "name" | "type" | "span">;

/** The value of a constant of a type; null, with a report, where it is of another type or lies outside. */
export function constantOf(context: Context, ast: AstExpression, target: ConstantFor): number | null {
  const { type } = target;
  const expected = isEnum(type) ? type : null;
  const value = checkConstant(context, ast, expected);
  if (value === null) return null;
  const found = value.node.type;
  if (expected ? !sameEnum(expected, found) : isEnum(found))
    return context.report(aboutTypes.typeMismatch(ast.span, describeValue(value), describeType(type)));
  const { lo, hi } = bounds(type);
  const number = value.interval.lo;
  if (number >= lo && number <= hi) return number;
  return context.report(
    aboutTypes.leavesRange(ast.span, { text: textAt(context, ast.span), interval: value.interval }, target),
  );
}

/** The value of a constant that must be a number; null after an error. */
export function constantInteger(context: Context, ast: AstExpression): number | null {
  const value = checkConstant(context, ast, null);
  if (value === null) return null;
  if (!isEnum(value.node.type)) return value.interval.lo;
  return context.report(aboutTypes.typeMismatch(ast.span, describeValue(value), "a number"));
}
