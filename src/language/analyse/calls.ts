// Calls, written out: `count` as a sum over neighbours, `abs` as a maximum, functions by their bodies.

import { AXES, DIRECTIONS, type Direction } from "../../grid/direction.ts";
import type { EnumType } from "../../grid/grid.ts";
import type { AstExpression, AstOf } from "../parse/ast.ts";
import { grouped } from "../parse/chain.ts";
import { allWithin } from "./checked.ts";
import { type Context, type Report, Scope, textAt, type Value } from "./context.ts";
import { checkHoleCall } from "./holes.ts";
import { intersection, typeOf } from "./interval.ts";
import { aboutControl } from "./messages/control.ts";
import { aboutNames } from "./messages/names.ts";
import { aboutTypes } from "./messages/types.ts";
import { binary, constant, expectBit, expectNumber } from "./values.ts";

export const BUILT_IN_FUNCTIONS: readonly string[] = ["count", "min", "max", "abs", "any", "all"];

type Check = (context: Context, ast: AstExpression, expected: EnumType | null) => Value | null;

export function checkCall(
  context: Context,
  ast: AstOf<"call">,
  expected: EnumType | null,
  check: Check,
): Value | null {
  switch (ast.callee.text) {
    case "count":
      return checkCount(context, ast, check);
    case "min":
    case "max":
      return checkExtreme(context, ast, ast.callee.text, check);
    case "abs":
      return checkAbsolute(context, ast, check);
    case "any":
    case "all":
      return context.report(aboutControl.quantifierMisplaced(ast.span, ast.callee.text));
    default:
      return checkInlined(context, ast, expected, check);
  }
}

/** `count(e)`: how many of the neighbours that `around` or `beside` stands for satisfy e. */
function checkCount(context: Context, ast: AstOf<"call">, check: Check): Value | null {
  const [of, ...more] = ast.arguments;
  if (of === undefined || more.length > 0)
    return context.report(aboutNames.argumentCount(ast.callee, ast.arguments.length, 1));
  const words = placeWords(of);
  if (words.size !== 1) {
    const text = textAt(context, ast.span);
    return context.report(
      words.size === 0 ? aboutControl.nothingCounted(ast.span, text) : aboutControl.countedTwice(ast.span),
    );
  }
  const [word] = words;
  const places: readonly Direction[] = word === "around" ? DIRECTIONS : AXES;
  const terms = places.map((place) =>
    expectBit(context, check({ ...context, counted: { word: word!, place } }, of, null)),
  );
  return terms.reduce((sum, term) => sum && term && binary(context, "+", sum, term, ast.span));
}

/** Tells which of `around` and `beside` an expression reads. */
function placeWords(ast: AstExpression): ReadonlySet<"around" | "beside"> {
  const words = new Set<"around" | "beside">();
  for (const part of partsWithin(ast))
    if (part.tag === "read" && (part.place.text === "around" || part.place.text === "beside"))
      words.add(part.place.text);
  return words;
}

export const partsWithin = (ast: AstExpression): Iterable<AstExpression> => allWithin(ast, partsOf);

/** The expressions that an expression is made of. */
function partsOf(ast: AstExpression): readonly AstExpression[] {
  switch (ast.tag) {
    case "not":
    case "negative":
      return [ast.of];
    case "binary":
      return [ast.left, ast.right];
    case "choose":
      return [ast.when, ast.then, ast.otherwise];
    case "call":
    case "table":
      return ast.arguments;
    case "option":
      return ast.options;
    default:
      return [];
  }
}

function checkNumbers(context: Context, ast: AstOf<"call">, check: Check): readonly Value[] | null {
  const values = ast.arguments.map((argument) =>
    expectNumber(context, check(context, argument, null), ast.callee.text),
  );
  return values.every((value) => value !== null) ? values : null;
}

function checkExtreme(
  context: Context,
  ast: AstOf<"call">,
  operator: "min" | "max",
  check: Check,
): Value | null {
  const values = checkNumbers(context, ast, check);
  if (ast.arguments.length === 0) context.report(aboutNames.argumentCount(ast.callee, 0, 1, " or more"));
  if (values === null || values.length === 0) return null;
  return grouped(values, (best, value) => binary(context, operator, best, value, ast.span));
}

function checkAbsolute(context: Context, ast: AstOf<"call">, check: Check): Value | null {
  const values = checkNumbers(context, ast, check);
  if (ast.arguments.length !== 1)
    context.report(aboutNames.argumentCount(ast.callee, ast.arguments.length, 1));
  const value = values?.[0];
  if (value === undefined || ast.arguments.length !== 1) return null;
  const negated = binary(context, "-", constant(0, ast.span), value, ast.span);
  const larger = binary(context, "max", value, negated, ast.span);
  // max(x, -x) is never negative, which intervals cannot see.
  const interval = intersection(larger.interval, { lo: 0, hi: Number.POSITIVE_INFINITY }) ?? larger.interval;
  return binaryWithin(larger, interval);
}

function binaryWithin(value: Value, interval: Value["interval"]): Value {
  return { node: { ...value.node, type: typeOf(interval) }, interval };
}

function checkInlined(
  context: Context,
  ast: AstOf<"call">,
  expected: EnumType | null,
  check: Check,
): Value | null {
  const { functions, holes, recursive } = context.globals;
  const name = ast.callee.text;
  const hole = holes.get(name);
  if (hole) return checkHoleCall(context, ast, hole, check);
  const fn = functions.get(name);
  if (!fn)
    return context.report(
      aboutNames.unknownFunction(ast.callee, [...functions.keys(), ...holes.keys(), ...BUILT_IN_FUNCTIONS]),
    );
  context.notes.functionsCalled.add(name);
  const wanted = fn.parameters.length;
  if (ast.arguments.length !== wanted)
    return context.report(aboutNames.argumentCount(ast.callee, ast.arguments.length, wanted));
  if (recursive.has(name) || !withinBudget(context, ast)) return null;
  const values = new Map(fn.parameters.map((parameter, index) => [parameter.text, ast.arguments[index]!]));
  const call = { fn: name, values, caller: context };
  const called = { span: ast.span, message: `\`${name}\` is called here` };
  const report: Report = (diagnostic) =>
    context.report({ ...diagnostic, related: [...(diagnostic.related ?? []), called] });
  return check({ ...context, locals: new Scope(), counted: null, call, report }, fn.body, expected);
}

/** Calls of calls can grow without bound: counts them down, and reports once when there are too many. */
function withinBudget(context: Context, ast: AstOf<"call">): boolean {
  const left = --context.notes.inlineBudget;
  if (left === 0) context.report(aboutTypes.programTooLarge(ast.span));
  return left > 0;
}
