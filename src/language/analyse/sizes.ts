// Checks expressions in the size of the grid: what they may be made of, and where a condition is needed.

import { SIDES, type Side } from "../../grid/prepare.ts";
import type { SizeExpression, SizeOperator } from "../../grid/size.ts";
import type { AstExpression } from "../parse/ast.ts";
import { constantInteger } from "./constants.ts";
import { type Context, textAt } from "./context.ts";
import { notASize } from "./messages/settings.ts";

type Kind = "number" | "condition";

/** The size that was written, or null after an error. */
export function checkSize(
  context: Context,
  ast: AstExpression,
  wanted: Kind = "number",
): SizeExpression | null {
  switch (ast.tag) {
    case "number":
      return wanted === "number" ? number(ast.value) : refuse(context, ast, wanted);
    case "boolean":
      return wanted === "condition" ? number(ast.value ? 1 : 0) : refuse(context, ast, wanted);
    case "name":
      return checkSizeName(context, ast, wanted);
    case "negative": {
      const of = checkSize(context, ast.of);
      if (of === null || wanted === "condition") return of && refuse(context, ast, wanted);
      return of.tag === "number" ? number(-of.value) : join("-", number(0), of);
    }
    case "not": {
      if (wanted === "number") return refuse(context, ast, wanted);
      const of = checkSize(context, ast.of, "condition");
      return of && { tag: "not", of };
    }
    case "binary":
      return checkSizeOperator(context, ast, wanted);
    case "call":
      return checkSizeCall(context, ast, wanted);
    default:
      return refuse(context, ast, wanted);
  }
}

export const number = (value: number): SizeExpression => ({ tag: "number", value });

const join = (operator: SizeOperator, left: SizeExpression, right: SizeExpression): SizeExpression => ({
  tag: "binary",
  operator,
  left,
  right,
});

function refuse(context: Context, ast: AstExpression, wanted: Kind): null {
  return context.report(notASize(ast.span, textAt(context, ast.span), `a ${wanted}`));
}

type Ast<Tag> = AstExpression & { readonly tag: Tag };

function checkSizeName(context: Context, ast: Ast<"name">, wanted: Kind): SizeExpression | null {
  const isSize = ast.name === "rows" || ast.name === "cols";
  if (wanted === "condition" || (!isSize && context.globals.fieldNames.has(ast.name)))
    return refuse(context, ast, wanted);
  if (isSize) return { tag: ast.name as "rows" | "cols" };
  const value = constantInteger(context, ast);
  return value === null ? null : number(value);
}

const LOGICAL: readonly string[] = ["and", "or", "xor"];
const ARITHMETIC: readonly string[] = ["+", "-", "*", "/"];

function checkSizeOperator(context: Context, ast: Ast<"binary">, wanted: Kind): SizeExpression | null {
  const arithmetic = ARITHMETIC.includes(ast.operator);
  if (ast.operator === "%" || arithmetic !== (wanted === "number")) return refuse(context, ast, wanted);
  const operands = LOGICAL.includes(ast.operator) ? "condition" : "number";
  const [left, right] = [ast.left, ast.right].map((part) => checkSize(context, part, operands));
  return left && right ? join(ast.operator, left, right) : null;
}

function checkSizeCall(context: Context, ast: Ast<"call">, wanted: Kind): SizeExpression | null {
  const callee = ast.callee.text;
  if (wanted === "condition" || (callee !== "min" && callee !== "max") || ast.arguments.length === 0)
    return refuse(context, ast, wanted);
  const values = ast.arguments.map((argument) => checkSize(context, argument));
  return values.reduce((best, value) => best && value && join(callee, best, value));
}

export const isSide = (word: string): word is Side => (SIDES as readonly string[]).includes(word);
