// Checks the bodies of `each` and `sweep`: statements in order, each with what is known when it runs.

import { spend } from "../../diagnostics/budget.ts";
import { bounds } from "../../grid/grid.ts";
import type { AstAssign, AstExpression, AstIf, AstLet, AstStatement, Name } from "../parse/ast.ts";
import { type Checked, checkBranch, type Decision, decided } from "./branches.ts";
import type { CheckedField, CheckedStatement } from "./checked.ts";
import { type Context, type Local, Scope, textAt, type Value } from "./context.ts";
import { exactRange, exampleOf } from "./exact.ts";
import { checkCondition, checkExpression, onSide } from "./expressions.ts";
import { assigned, bound } from "./flow.ts";
import { type Interval, within } from "./interval.ts";
import { checkMatch } from "./match.ts";
import { assignsNeighbour, instructionInBody } from "./messages/control.ts";
import { duplicate, notAssignable, taken, unknownField } from "./messages/names.ts";
import { leavesRange, typeMismatch } from "./messages/types.ts";
import { unusedLet } from "./messages/warnings.ts";
import { describe, describeType, isEnum, sameEnum } from "./values.ts";

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
    if (!current.notes.localsRead.has(id)) current.report(unusedLet(name));
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
      context.report(instructionInBody({ start, end: start + word.length }, word));
      return { statements: [], after: context };
    }
  }
}

function checkAssign(context: Context, { place, field: name, value: ast, span }: AstAssign): Checked {
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
    return context.report(assignsNeighbour(span, `${place.text}.${name.text}`, name.text));
  }
  const local = context.locals.get(name.text);
  const param = params.get(name.text);
  if (local) context.report(notAssignable(name, "a `let`", local.name.span));
  else if (param) context.report(notAssignable(name, "a param", param.name.span));
  else if (functions.has(name.text))
    context.report(notAssignable(name, "a function", functions.get(name.text)!.name.span));
  else if (fields.has(name.text)) return fields.get(name.text)!;
  else if (brokenFields.has(name.text)) return null;
  else if (enums.owners(name.text).length > 0) context.report(notAssignable(name, "an enum value", null));
  else context.report(unknownField(name, fields.keys()));
  return null;
}

/** Where a value lies that a field can hold; null, with a report, if it cannot. */
function fitting(context: Context, value: Value, field: CheckedField, ast: AstExpression): Interval | null {
  const found = value.node.type;
  const { type } = field;
  if (isEnum(type) ? !sameEnum(type, found) : isEnum(found))
    return context.report(
      typeMismatch(value.node.span, describe(value), `${describeType(type)} for \`${field.name}\``),
    );
  const room = bounds(type);
  if (isEnum(type) || within(value.interval, room) || !context.reached) return value.interval;
  const exact = exactRange(value.node, context.flow, context.globals.fields);
  if (exact === "never") return room;
  if (exact !== null && within(exact, room)) return exact;
  const text = textAt(context, ast.span);
  const shown = { text, interval: exact ?? value.interval, example: exact && exampleOf(exact, room) };
  return context.report(leavesRange(ast.span, shown, field));
}

function checkLet(context: Context, { name, value: ast, span }: AstLet): Checked {
  const { globals, notes } = context;
  const earlier =
    context.locals.get(name.text)?.name.span ??
    globals.fields.get(name.text)?.span ??
    globals.params.get(name.text)?.name.span ??
    globals.functions.get(name.text)?.name.span;
  if (earlier) context.report(duplicate(name, "the let", earlier));
  else if (globals.enums.owners(name.text).length > 0) context.report(taken(name, "an enum value"));
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
function checkIf(context: Context, first: AstIf): Checked {
  const parts: Decision[] = [];
  let [here, ast]: [Context, AstIf] = [context, first];
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
