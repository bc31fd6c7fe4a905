// Collects the declarations of a program: fields, params and functions, each name once. Everything declared is
// known everywhere, also above its declaration; only params must be declared before they are used in params.

import { isPlainText, type Span } from "../../diagnostics/diagnostic.ts";
import { BIT, bounds, type EnumType, type ValueType } from "../../grid/grid.ts";
import type {
  AstDeclaration,
  AstEnumValue,
  AstExpression,
  AstOf,
  AstProgram,
  AstType,
  Name,
} from "../parse/ast.ts";
import { BUILT_IN_FUNCTIONS, partsWithin } from "./calls.ts";
import type { CheckedField } from "./checked.ts";
import { constantInteger, constantOf } from "./constants.ts";
import type { Context, DeclaredHole, Globals, Param, Report } from "./context.ts";
import { Enums } from "./enums.ts";
import { typeOf } from "./interval.ts";
import { aboutNames } from "./messages/names.ts";
import { aboutTypes } from "./messages/types.ts";

export interface Declared {
  readonly globals: Globals;
  readonly predict: string | null;
}

const declarationsOf = <Tag extends AstDeclaration["tag"]>(program: AstProgram, tag: Tag): AstOf<Tag>[] =>
  program.items.filter((item): item is AstOf<Tag> => item.tag === tag);

/** `context` is one without any globals; `overrides` are values for params. */
export function collectDeclarations(
  program: AstProgram,
  context: Context,
  overrides: Readonly<Record<string, number>>,
): Declared {
  const fields = declarationsOf(program, "field");
  const first = reportDuplicates(program, fields, context.report);
  const isFirst = ({ name }: { readonly name: Name }): boolean => first.get(name.text) === name.span;
  const enums = collectEnums([...fields.map((field) => field.type), ...typesOfHoles(program)]);
  const fieldNames = new Set(fields.flatMap((field) => field.names.map((name) => name.text)));
  const named: Context = { ...context, globals: { ...context.globals, enums, fieldNames } };
  const params = collectParams(
    declarationsOf(program, "param").filter(isFirst),
    named,
    overrides,
    program.name.span,
  );
  const functions = collectFunctions(declarationsOf(program, "fn").filter(isFirst), context.report);
  const holes = collectHoles(declarationsOf(program, "hole").filter(isFirst), {
    ...named,
    globals: { ...named.globals, params },
  });
  const recursive = reportRecursion(functions, context.report);
  const partial: Globals = { ...named.globals, params, functions, holes, recursive };
  const checked = collectFields(fields, { ...context, globals: partial });
  const globals: Globals = { ...partial, ...checked };
  return { globals, predict: checkPredict(program, globals, context.report) };
}

/** Reports names that are declared twice; gives the place of the first declaration of each. */
function reportDuplicates(
  program: AstProgram,
  fields: readonly AstOf<"field">[],
  report: Report,
): ReadonlyMap<string, Span> {
  const names = program.items.flatMap((item): (readonly [Name, string])[] => {
    if (item.tag === "field") return item.names.map((name) => [name, `the ${item.role}`]);
    if (item.tag === "param") return [[item.name, "the param"]];
    if (item.tag === "hole") return [[item.name, "the hole"]];
    return item.tag === "fn" ? [[item.name, "the function"]] : [];
  });
  const seen = new Map<string, Span>();
  for (const [name, what] of names) {
    const earlier = seen.get(name.text);
    if (earlier) report(aboutNames.duplicate(name, what, earlier));
    else seen.set(name.text, name.span);
  }
  // The same value may belong to several enums, but not be another name too.
  const clashes = new Set<string>();
  for (const { type } of fields) {
    for (const { name } of type.tag === "enum" ? type.values : []) {
      const earlier = seen.get(name.text);
      if (earlier && !clashes.has(name.text)) report(aboutNames.duplicate(name, "the enum value", earlier));
      clashes.add(name.text);
    }
  }
  return seen;
}

function collectParams(
  declared: readonly AstOf<"param">[],
  context: Context,
  overrides: Readonly<Record<string, number>>,
  programName: Span,
): ReadonlyMap<string, Param> {
  const params = new Map<string, Param>();
  for (const { name, value } of declared) {
    const byDefault = constantInteger({ ...context, globals: { ...context.globals, params } }, value);
    const override = Object.hasOwn(overrides, name.text) ? overrides[name.text]! : null;
    if (override !== null && (!Number.isInteger(override) || Math.abs(override) > 999_999_999))
      context.report(aboutTypes.paramNotInteger(name.span, name.text, String(override)));
    // A param with an error still is one, so that its uses are not reported too.
    if (!params.has(name.text)) params.set(name.text, { name, value: override ?? byDefault ?? 1 });
  }
  for (const name of Object.keys(overrides))
    if (!params.has(name)) context.report(aboutNames.unknownParam(programName, name, params.keys()));
  return params;
}

const typesOfHoles = (program: AstProgram): readonly AstType[] =>
  declarationsOf(program, "hole").flatMap(({ parameters, type }) => [
    ...parameters.flatMap((parameter) => parameter.type ?? []),
    type,
  ]);

/** Holes whose types have no error. */
function collectHoles(
  declared: readonly AstOf<"hole">[],
  context: Context,
): ReadonlyMap<string, DeclaredHole> {
  const holes = new Map<string, DeclaredHole>();
  for (const { name, parameters, type, span } of declared) {
    if (BUILT_IN_FUNCTIONS.includes(name.text)) context.report(aboutNames.builtIn(name));
    reportTwice(
      parameters.map((parameter) => parameter.name),
      context.report,
    );
    const types = parameters.map((each) => (each.type ? checkType(each.type, context) : BIT));
    const result = checkType(type, context);
    if (result !== null && types.every((each) => each !== null))
      holes.set(name.text, { name, parameters: types, type: result, span });
  }
  return holes;
}

function reportTwice(parameters: readonly Name[], report: Report): void {
  const seen = new Map<string, Span>();
  for (const parameter of parameters) {
    const earlier = seen.get(parameter.text);
    if (earlier) report(aboutNames.duplicate(parameter, "the parameter", earlier));
    else seen.set(parameter.text, parameter.span);
  }
}

function collectFunctions(
  declared: readonly AstOf<"fn">[],
  report: Report,
): ReadonlyMap<string, AstOf<"fn">> {
  const functions = new Map<string, AstOf<"fn">>();
  for (const fn of declared) {
    if (BUILT_IN_FUNCTIONS.includes(fn.name.text)) report(aboutNames.builtIn(fn.name));
    reportTwice(fn.parameters, report);
    if (!functions.has(fn.name.text)) functions.set(fn.name.text, fn);
  }
  return functions;
}

function reportRecursion(functions: ReadonlyMap<string, AstOf<"fn">>, report: Report): ReadonlySet<string> {
  const cycles = recursiveFunctions(functions);
  for (const cycle of cycles) report(aboutNames.recursion(functions.get(cycle[0]!)!.name, cycle));
  return new Set(cycles.flat());
}

function collectFields(
  declared: readonly AstOf<"field">[],
  context: Context,
): Pick<Globals, "fields" | "brokenFields"> {
  const fields = new Map<string, CheckedField>();
  const brokenFields = new Set<string>();
  for (const declaration of declared) {
    const type = checkType(declaration.type, context);
    const initial = type && checkInitial(declaration, type, context);
    for (const name of declaration.names) {
      if (type === null) brokenFields.add(name.text);
      else if (!fields.has(name.text) && !isTaken(context, name))
        fields.set(name.text, {
          name: name.text,
          role: declaration.role,
          type,
          initial: initial ?? bounds(type).lo,
          span: name.span,
        });
    }
  }
  return { fields, brokenFields };
}

/** Tells whether a name was declared as something else first. */
const isTaken = ({ globals }: Context, { text }: Name): boolean =>
  globals.params.has(text) || globals.functions.has(text) || globals.holes.has(text);

/** The declared initial value, or null if there is none or it has an error. */
const checkInitial = (
  { names, initial, type: { span } }: AstOf<"field">,
  type: ValueType,
  context: Context,
) => initial && constantOf(context, initial, { name: names[0]!.text, type, span });

function checkPredict(program: AstProgram, { fields, brokenFields }: Globals, report: Report): string | null {
  const [first, ...more] = declarationsOf(program, "predict");
  for (const again of more) report(aboutNames.predictTwice(again.span, first!.span));
  if (!first) return null;
  if (!fields.has(first.field.text) && !brokenFields.has(first.field.text))
    report(aboutNames.unknownField(first.field, fields.keys()));
  return first.field.text;
}

// Which functions call themselves, directly or through others.

const callees = (ast: AstExpression): readonly string[] =>
  [...partsWithin(ast)].flatMap((part) => (part.tag === "call" ? [part.callee.text] : []));

/** Every cycle of calls once, as a path that ends where it began; cycles through known ones are left out. */
function recursiveFunctions(functions: ReadonlyMap<string, AstOf<"fn">>): readonly (readonly string[])[] {
  const cycles: (readonly string[])[] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const start = path.indexOf(name);
    if (start >= 0) {
      cycles.push([...path.slice(start), name]);
      return;
    }
    const fn = functions.get(name);
    if (!fn || done.has(name)) return;
    for (const callee of new Set(callees(fn.body))) visit(callee, [...path, name]);
    done.add(name);
  };
  for (const name of functions.keys()) visit(name, []);
  return cycles;
}

// Types as they are written, checked: how many values they have, and which names and symbols.

/** Sums of numbers must be exact in float32, which counts to 2^24. */
const MAX_VALUES = 2 ** 22;

/** The enum types of a program. */
const collectEnums = (types: readonly AstType[]): Enums =>
  new Enums(
    types.flatMap((type) => (type.tag === "enum" && type.values.length > 0 ? [enumType(type.values)] : [])),
  );

/** Symbols are kept only where some are given; a value without one is written by its name. */
function enumType(values: readonly AstEnumValue[]): EnumType {
  const names = values.map((value) => value.name.text);
  if (values.every((value) => value.symbol === null)) return { kind: "enum", names };
  return { kind: "enum", names, symbols: values.map((value) => value.symbol?.text ?? value.name.text) };
}

/** The type that was written, or null after an error. */
function checkType(type: AstType, context: Context): ValueType | null {
  switch (type.tag) {
    case "bit":
      return { kind: "bit" };
    case "enum":
      return checkEnum(type, context);
    case "range":
      return checkRange(type, context);
  }
}

function checkEnum(type: AstType & { readonly tag: "enum" }, context: Context): ValueType | null {
  const { values, span } = type;
  if (values.length === 0) context.report(aboutTypes.emptyEnum(span));
  const names = new Map<string, Span>();
  const symbols = new Map<string, Span>();
  for (const { name, symbol } of values) {
    const earlier = names.get(name.text);
    if (earlier) context.report(aboutNames.duplicateValue(name, earlier));
    else names.set(name.text, name.span);
    if (symbol === null) continue;
    if (/\s/.test(symbol.text)) context.report(aboutTypes.symbolWithSpace(symbol.span));
    else if (!isPlainText(symbol.text)) context.report(aboutTypes.symbolWithControl(symbol.span));
    const used = symbols.get(symbol.text);
    if (used) context.report(aboutTypes.symbolTwice(symbol.span, symbol.text, used));
    else symbols.set(symbol.text, symbol.span);
  }
  return values.length === 0 ? null : context.globals.enums.shared(enumType(values));
}

function checkRange(type: AstType & { readonly tag: "range" }, context: Context): ValueType | null {
  const lo = constantInteger(context, type.lo);
  const hi = constantInteger(context, type.hi);
  if (lo === null || hi === null) return null;
  if (lo > hi) context.report(aboutTypes.emptyRange(type.span, lo, hi));
  else if (hi - lo >= MAX_VALUES) context.report(aboutTypes.typeTooLarge(type.span, hi - lo + 1, MAX_VALUES));
  else return typeOf({ lo, hi });
  return null;
}
