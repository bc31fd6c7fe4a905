// Checks the bodies of `each` and `sweep`: statements in order, each with what is known when it runs.

import { spend } from "../../diagnostics/budget.ts";
import type { Span } from "../../diagnostics/diagnostic.ts";
import { type Bounds, bounds, type EnumType } from "../../grid/grid.ts";
import type { AstArm, AstExpression, AstOf, AstStatement, Name } from "../parse/ast.ts";
import { grouped } from "../parse/chain.ts";
import type { CheckedField, CheckedStatement } from "./checked.ts";
import { checkConstant } from "./constants.ts";
import { type Context, type Local, Scope, textAt, type Value } from "./context.ts";
import { exactRange, exampleOf } from "./exact.ts";
import { checkCondition, checkExpression, onSide } from "./expressions.ts";
import { assigned, bound, type Flow, join } from "./flow.ts";
import { isWithin } from "./interval.ts";
import { aboutControl } from "./messages/control.ts";
import { aboutNames } from "./messages/names.ts";
import { aboutTypes } from "./messages/types.ts";
import { aboutDoubts } from "./messages/warnings.ts";
import { binary, describeType, describeValue, isEnum, sameEnum } from "./values.ts";

/** Checks the statements of one pair of braces; names bound there end there. */
export function checkBody(context: Context, body: readonly AstStatement[]): Checked {
  const locals = new Scope(context.locals);
  let current: Context = { ...context, locals };
  const statements: CheckedStatement[] = [];
  for (const statement of body) {
    const checked = checkStatement(current, statement);
    statements.push(...checked.statements);
    current = checked.after;
  }
  for (const { id, name } of locals.own)
    if (!current.notes.localsRead.has(id)) current.report(aboutDoubts.unusedLet(name));
  return { statements, after: { ...current, locals: context.locals } };
}

function checkStatement(context: Context, statement: AstStatement): Checked {
  spend();
  switch (statement.tag) {
    case "assign":
      return checkAssign(context, statement);
    case "let":
      return checkLet(context, statement);
    case "assert": {
      const of = checkCondition(context, statement.of)?.node;
      context.notes.assertions.set(statement.span.start, statement.span);
      return { statements: of ? [{ tag: "assert", of, span: statement.span }] : [], after: context };
    }
    case "if":
      return checkIf(context, statement);
    case "match":
      return checkMatch(context, statement, checkBody);
    default: {
      const { start } = statement.span;
      const word = /^\w+/.exec(context.source.text.slice(start))?.[0] ?? statement.tag;
      context.report(aboutControl.instructionInBody({ start, end: start + word.length }, word));
      return { statements: [], after: context };
    }
  }
}

function checkAssign(context: Context, { place, field: name, value: ast, span }: AstOf<"assign">): Checked {
  const failed: Checked = { statements: [], after: context };
  const field = resolveTarget(context, place, name);
  const expected = field && isEnum(field.type) ? field.type : null;
  context.notes.assigned = name.text;
  const value = checkExpression(context, ast, expected);
  if (field === null) return failed;
  const whole = { ...context, flow: assigned(context.flow, field.name, bounds(field.type)) };
  const interval = value && fitting(context, value, field, ast);
  if (value === null || interval === null || !context.reached) return { statements: [], after: whole };
  const flow = assigned(context.flow, field.name, interval);
  return {
    statements: [{ tag: "assign", field: field.name, value: value.node, span }],
    after: { ...context, flow },
  };
}

function resolveTarget(context: Context, place: Name | null, name: Name): CheckedField | null {
  const { fields, brokenFields, params, functions, enums } = context.globals;
  if (place !== null) {
    const span = { start: place.span.start, end: name.span.end };
    return context.report(aboutControl.assignsNeighbour(span, `${place.text}.${name.text}`, name.text));
  }
  const local = context.locals.get(name.text);
  const param = params.get(name.text);
  if (local) context.report(aboutNames.notAssignable(name, "a `let`", local.name.span));
  else if (param) context.report(aboutNames.notAssignable(name, "a param", param.name.span));
  else if (functions.has(name.text))
    context.report(aboutNames.notAssignable(name, "a function", functions.get(name.text)!.name.span));
  else if (fields.has(name.text)) return fields.get(name.text)!;
  else if (brokenFields.has(name.text)) return null;
  else if (enums.owners(name.text).length > 0)
    context.report(aboutNames.notAssignable(name, "an enum value", null));
  else context.report(aboutNames.unknownField(name, fields.keys()));
  return null;
}

/** Tells where a value lies that a field can hold; null, with a report, if it cannot. */
function fitting(context: Context, value: Value, field: CheckedField, ast: AstExpression): Bounds | null {
  const found = value.node.type;
  const { type } = field;
  if (isEnum(type) ? !sameEnum(type, found) : isEnum(found))
    return context.report(
      aboutTypes.typeMismatch(
        value.node.span,
        describeValue(value),
        `${describeType(type)} for \`${field.name}\``,
      ),
    );
  const room = bounds(type);
  if (isEnum(type) || isWithin(value.interval, room) || !context.reached) return value.interval;
  const exact = exactRange(value.node, context.flow, context.globals.fields);
  if (exact === "never") return room;
  if (exact !== null && isWithin(exact, room)) return exact;
  const text = textAt(context, ast.span);
  const shown = { text, interval: exact ?? value.interval, example: exact && exampleOf(exact, room) };
  return context.report(aboutTypes.leavesRange(ast.span, shown, field));
}

function checkLet(context: Context, { name, value: ast, span }: AstOf<"let">): Checked {
  const { globals, notes } = context;
  const earlier =
    context.locals.get(name.text)?.name.span ??
    globals.fields.get(name.text)?.span ??
    globals.params.get(name.text)?.name.span ??
    globals.functions.get(name.text)?.name.span;
  if (earlier) context.report(aboutNames.duplicate(name, "the let", earlier));
  else if (globals.enums.owners(name.text).length > 0)
    context.report(aboutNames.taken(name, "an enum value"));
  notes.assigned = name.text;
  const value = checkExpression(context, ast, null);
  const local: Local = { id: notes.nextLocal++, name, type: value?.node.type ?? null };
  // A name that is taken keeps its meaning, so that its uses are judged by the first declaration.
  if (!earlier) context.locals.bind(local);
  if (value === null) return { statements: [], after: context };
  const flow = bound(context.flow, local.id, value.node);
  const statement: CheckedStatement = {
    tag: "let",
    local: local.id,
    name: name.text,
    value: value.node,
    span,
  };
  return { statements: [statement], after: { ...context, flow } };
}

/** `else if` chains can be long: they are walked, and joined from their end. */
function checkIf(context: Context, first: AstOf<"if">): Checked {
  const parts: Decision[] = [];
  let [here, ast]: [Context, AstOf<"if">] = [context, first];
  let rest: readonly AstStatement[] | null;
  for (;;) {
    context.notes.assigned = "";
    const when = checkCondition(here, ast.when);
    const then = checkBranch(onSide(here, when, true), ast.then, checkBody);
    parts.push({ before: here, when, then, span: ast.span });
    here = onSide(here, when, false);
    rest = ast.otherwise;
    const [only, ...more] = rest ?? [];
    if (only?.tag !== "if" || more.length > 0) break;
    ast = only;
  }
  return parts.reduceRight(decided, checkBranch(here, rest ?? [], checkBody));
}

// `match` written out as a chain of `if`s. The matched expression is pure and nothing is assigned between the
// tests, so it can be tested again and again; every arm knows which values are left when it runs.

interface Arm {
  readonly ast: AstArm;
  /** Constants of the matched type, or null for `else`. */
  readonly values: readonly Value[] | null;
}

function checkMatch(context: Context, ast: AstOf<"match">, checkBody: CheckBody): Checked {
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
  if (!agree) context.report(aboutTypes.typeMismatch(ast.span, describeValue(value), describeValue(of)));
  return agree ? value : null;
}

/** Every value once, `else` at most once and last; gives whether nothing is left out. */
function checkCoverage(context: Context, ast: AstOf<"match">, of: Value, arms: readonly Arm[]): boolean {
  const { type } = of.node;
  const show = (value: number): string => `\`${isEnum(type) ? type.names[value] : value}\``;
  const left = new Set<number>();
  for (let value = of.interval.lo; value <= of.interval.hi; value++) left.add(value);
  const seen = new Map<number, Span>();
  for (const [index, arm] of arms.entries()) {
    if (arm.values === null) {
      if (index < arms.length - 1) context.report(aboutTypes.elseNotLast(arms[index + 1]!.ast.span));
      if (left.size === 0) context.report(aboutDoubts.elseNeverMatches(arm.ast.span));
      left.clear();
    }
    for (const { node, interval } of arm.values ?? []) {
      const earlier = seen.get(interval.lo);
      if (earlier) context.report(aboutTypes.armTwice(node.span, show(interval.lo), earlier));
      else if (!left.delete(interval.lo))
        context.report(aboutDoubts.armNeverMatches(node.span, show(interval.lo)));
      seen.set(interval.lo, node.span);
    }
  }
  if (left.size > 0 && context.reached)
    context.report(aboutTypes.notExhaustive(ast.of.span, [...left].map(show)));
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

// What `if` and `match` share: branches that may never run, and the point where they meet again.

/** Checked statements, and the context after them. Statements with errors are left out. */
interface Checked {
  readonly statements: readonly CheckedStatement[];
  readonly after: Context;
}

type CheckBody = (context: Context, body: readonly AstStatement[]) => Checked;

/** A branch that never runs is checked but left out: its values may lie outside every range. */
function checkBranch(context: Context, body: readonly AstStatement[], checkBody: CheckBody): Checked {
  const { statements, after } = checkBody(context, body);
  return { statements: context.reached ? statements : [], after };
}

/** The context where two branches meet: what both know, and reached if one of them is. */
function meet(before: Context, one: Context, other: Context): Context {
  const point = (branch: Context): Flow | null => (branch.reached ? branch.flow : null);
  const flow = join(point(one), point(other));
  return flow === null ? { ...before, reached: false } : { ...before, flow };
}

/** One part of a chain: its condition, null after an error, and what is done where that holds. */
interface Decision {
  readonly before: Context;
  readonly when: Value | null;
  readonly then: Checked;
  readonly span: Span;
}

/** A part of a chain with what comes after it. */
function decided(otherwise: Checked, { before, when, then, span }: Decision): Checked {
  const after = meet(before, then.after, otherwise.after);
  if (when === null) return { statements: [], after };
  const statement: CheckedStatement = {
    tag: "if",
    when: when.node,
    then: then.statements,
    otherwise: otherwise.statements,
    span,
  };
  return { statements: before.reached ? [statement] : [], after };
}
