// `match` written out as a chain of `if`s. The matched expression is pure and nothing is assigned between the
// tests, so it can be tested again and again; every arm knows which values are left when it runs.

import type { Span } from "../../diagnostics/diagnostic.ts";
import type { AstArm, AstExpression, AstMatch } from "../parse/ast.ts";
import { grouped } from "../parse/chain.ts";
import { type CheckBody, type Checked, checkBranch, type Decision, decided } from "./branches.ts";
import { checkConstant } from "./constants.ts";
import type { Context, EnumType, Value } from "./context.ts";
import { checkExpression, onSide } from "./expressions.ts";
import { armTwice, elseNotLast, notExhaustive, typeMismatch } from "./messages/types.ts";
import { armNeverMatches, elseNeverMatches } from "./messages/warnings.ts";
import { binary, describe, isEnum, sameEnum } from "./values.ts";

interface Arm {
  readonly ast: AstArm;
  /** Constants of the matched type, or null for `else`. */
  readonly values: readonly Value[] | null;
}

export function checkMatch(context: Context, ast: AstMatch, checkBody: CheckBody): Checked {
  const of = checkExpression(context, ast.of, null);
  const arms = ast.arms.map((arm): Arm => ({ ast: arm, values: armValues(context, arm, of) }));
  const covered = of !== null && checkCoverage(context, ast, of, arms);
  return checkArms(context, of, arms, covered, checkBody);
}

function armValues(context: Context, arm: AstArm, of: Value | null): readonly Value[] | null {
  if (arm.values === null) return null;
  return arm.values.flatMap((value) => armValue(context, value, of) ?? []);
}

function armValue(context: Context, ast: AstExpression, of: Value | null): Value | null {
  const expected: EnumType | null = of && isEnum(of.node.type) ? of.node.type : null;
  const value = checkConstant(context, ast, expected);
  if (value === null || of === null) return value;
  const agree = expected ? sameEnum(expected, value.node.type) : !isEnum(value.node.type);
  if (!agree) context.report(typeMismatch(ast.span, describe(value), describe(of)));
  return agree ? value : null;
}

/** Every value once, `else` at most once and last; gives whether nothing is left out. */
function checkCoverage(context: Context, ast: AstMatch, of: Value, arms: readonly Arm[]): boolean {
  const { type } = of.node;
  const show = (value: number): string => `\`${isEnum(type) ? type.names[value] : value}\``;
  const left = new Set<number>();
  for (let value = of.interval.lo; value <= of.interval.hi; value++) left.add(value);
  const seen = new Map<number, Span>();
  for (const [index, arm] of arms.entries()) {
    if (arm.values === null) {
      if (index < arms.length - 1) context.report(elseNotLast(arms[index + 1]!.ast.span));
      if (left.size === 0) context.report(elseNeverMatches(arm.ast.span));
      left.clear();
    }
    for (const { node, interval } of arm.values ?? []) {
      const earlier = seen.get(interval.lo);
      if (earlier) context.report(armTwice(node.span, show(interval.lo), earlier));
      else if (!left.delete(interval.lo)) context.report(armNeverMatches(node.span, show(interval.lo)));
      seen.set(interval.lo, node.span);
    }
  }
  if (left.size > 0 && context.reached) context.report(notExhaustive(ast.of.span, [...left].map(show)));
  return left.size === 0;
}

/** The arms as a chain of `if`s; the last arm of a full match needs no test. */
function checkArms(
  context: Context,
  of: Value | null,
  arms: readonly Arm[],
  covered: boolean,
  checkBody: CheckBody,
): Checked {
  const parts: Decision[] = [];
  let here = context;
  let last: Checked | null = null;
  for (const [at, { ast, values }] of arms.entries()) {
    const when = values === null ? null : of && armTest(here, of, values, ast.span);
    const isSure = values === null || (at === arms.length - 1 && when !== null && covered);
    const then = checkBranch(values === null ? here : onSide(here, when, true), ast.body, checkBody);
    if (isSure) last = then;
    if (isSure) break;
    parts.push({ before: here, when, then, span: ast.span });
    here = onSide(here, when, false);
  }
  return parts.reduceRight(decided, last ?? { statements: [], after: here });
}

/** `of == V or of == W`: whether one of the arm's values is the matched one. */
function armTest(context: Context, of: Value, values: readonly Value[], span: Span): Value | null {
  const tests = values.map((value) => binary(context, "==", of, value, span));
  return tests.length === 0
    ? null
    : grouped(tests, (either, test) => binary(context, "or", either, test, span));
}
