// What a bare name means: a parameter of the function being inlined, a let, a field, a param, or an enum value.

import type { Span } from "../../diagnostics/diagnostic.ts";
import { cached } from "../../diagnostics/memo.ts";
import { bounds, type EnumType, showType, type ValueType } from "../../grid/grid.ts";
import type { AstExpression, AstOf, Name } from "../parse/ast.ts";
import { type Context, Scope, type Value } from "./context.ts";
import { aboutControl } from "./messages/control.ts";
import { aboutNames } from "./messages/names.ts";
import { aboutTypes } from "./messages/types.ts";
import { constant, isEnum, sameEnum, settle } from "./values.ts";

const asEnum = (type: ValueType): EnumType | undefined => (isEnum(type) ? type : undefined);

/** Resolves a name to a value; `recur` checks the argument that a parameter stands for. */
export function checkName(
  context: Context,
  name: Name,
  expected: EnumType | null,
  recur: (context: Context, ast: AstExpression, expected: EnumType | null) => Value | null,
): Value | null {
  const { call, globals } = context;
  const argument = call?.values.get(name.text);
  if (call && argument) return recur(inCaller(context), argument, expected);
  const param = globals.params.get(name.text);
  if (param) {
    context.notes.paramsRead.add(name.text);
    return constant(param.value, name.span);
  }
  const local = context.locals.get(name.text);
  const field = globals.fields.get(name.text);
  if (local || field) {
    if (field) context.notes.fieldsRead.add(name.text);
    if (local) context.notes.localsRead.add(local.id);
    if (!seesCell(context, name.span, name.text)) return null;
    const type = local ? local.type : field!.type;
    if (type === null) return null;
    return local
      ? settle(
          context,
          { tag: "local", local: local.id, name: name.text, span: name.span },
          bounds(type),
          asEnum(type),
        )
      : settle(context, { tag: "own", field: name.text, span: name.span }, bounds(type), asEnum(type));
  }
  if (context.kind === "constant" && globals.fieldNames.has(name.text))
    return context.report(aboutTypes.notConstant(name.span, name.text));
  if (globals.brokenFields.has(name.text)) return null;
  return checkEnumValue(context, name, expected);
}

/** The context of a call's arguments, with the facts known where the parameter is used. */
function inCaller(context: Context): Context {
  const caller = context.call!.caller;
  return { ...caller, flow: context.flow, reached: context.reached };
}

/** Tells whether the cell may be read here; reports if not. */
export function seesCell(context: Context, span: Span, text: string): boolean {
  if (context.call !== null) context.report(aboutNames.impureFunction(span, text, context.call.fn));
  else if (context.kind === "constant") context.report(aboutTypes.notConstant(span, text));
  else return true;
  return false;
}

function checkEnumValue(context: Context, name: Name, expected: EnumType | null): Value | null {
  const owners = context.globals.enums.owners(name.text);
  const fitting = expected ? owners.filter((type) => sameEnum(type, expected)) : owners;
  const candidates = fitting.length > 0 ? fitting : owners;
  const [type, second] = candidates;
  if (type && second) {
    const shown = candidates.map((each) => `\`${showType(each)}\``);
    return context.report(aboutNames.ambiguousValue(name, shown));
  }
  if (type) return constant(numberOf(type, name.text), name.span, type);
  reportUnknown(context, name, expected);
  return null;
}

function reportUnknown(context: Context, name: Name, expected: EnumType | null): void {
  const known = knownNames(context);
  if (context.globals.functions.has(name.text)) {
    context.report(aboutNames.notAValue(name, "a function", `call it: \`${name.text}(...)\``));
  } else if (name.text === "around" || name.text === "beside") {
    context.report(aboutControl.aroundOutside(name.span, name.text));
  } else {
    const wanted = expected
      ? `a value of \`${showType(expected)}\``
      : context.kind === "constant"
        ? "a `param` or an enum value"
        : "a field, a `let`, a `param` or an enum value";
    context.report(aboutNames.unknownName(name, expected ? [...expected.names, ...known] : known, wanted));
  }
}

/** The enum an expression belongs to as far as names tell, so that its other operand can be read in that light. */
export function enumOf(context: Context, ast: AstExpression): EnumType | null {
  const { call, globals, locals } = context;
  switch (ast.tag) {
    case "name": {
      const argument = call?.values.get(ast.name);
      if (call && argument) return enumOf(call.caller, argument);
      const type = locals.get(ast.name)?.type ?? globals.fields.get(ast.name)?.type;
      return type && isEnum(type) ? type : null;
    }
    case "read": {
      const type = globals.fields.get(ast.field.text)?.type;
      return type && isEnum(type) ? type : null;
    }
    case "choose":
      return enumOfChoice(context, ast);
    case "call":
      return enumOfCall(context, ast);
    default:
      return null;
  }
}

/** Long chains of choices are walked, and asked again at each of their parts. */
function enumOfChoice(context: Context, ast: AstOf<"choose">): EnumType | null {
  const known = context.call === null ? context.notes.enumsOfChoices : null;
  const walked: AstExpression[] = [];
  let found: EnumType | null | undefined;
  let rest: AstExpression = ast;
  for (; rest.tag === "choose" && found === undefined; rest = rest.otherwise) {
    found = known?.get(rest);
    if (found !== undefined) break;
    walked.push(rest);
    found = enumOf(context, rest.then) ?? undefined;
  }
  const type = found === undefined ? enumOf(context, rest) : found;
  for (const choice of walked) known?.set(choice, type);
  return type;
}

function enumOfCall(context: Context, ast: AstOf<"call">): EnumType | null {
  const fn = context.globals.functions.get(ast.callee.text);
  if (!fn || context.globals.recursive.has(ast.callee.text)) return null;
  const values = new Map(fn.parameters.map((name, index) => [name.text, ast.arguments[index]!]));
  if (fn.parameters.length !== ast.arguments.length) return null;
  return enumOf(
    { ...context, locals: new Scope(), call: { fn: fn.name.text, values, caller: context } },
    fn.body,
  );
}

/** Everything that can be meant by a bare name here, for suggestions. */
function knownNames(context: Context): readonly string[] {
  const { fields, params, enums } = context.globals;
  const inFunction = context.call === null ? [] : [...context.call.values.keys()];
  const ofCell =
    context.kind === "constant" || context.call !== null ? [] : [...context.locals.names, ...fields.keys()];
  return [...inFunction, ...ofCell, ...params.keys(), ...enums.names(), "true", "false"];
}

const PLACES = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** The number of a value in its type. */
const numberOf = ({ names }: EnumType, name: string): number =>
  cached(PLACES, names, () => new Map(names.map((each, at) => [each, at]))).get(name)!;
