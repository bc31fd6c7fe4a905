// Holes of sketches. A hole is entries whose values are not known yet: of a table one for each combination of its
// arguments, else a single one. Analysis writes them out as if they were fields of the cell that nothing assigns, so
// that whoever gives every cell the same values there runs one of the programs that the sketch stands for.

import type { Span } from "../../diagnostics/diagnostic.ts";
import { BIT, bounds, type EnumType, type ValueType } from "../../grid/grid.ts";
import type { AstExpression, AstOf } from "../parse/ast.ts";
import type { Hole } from "./checked.ts";
import { type Context, type DeclaredHole, Scope, type Value } from "./context.ts";
import { isWithin, typeOf } from "./interval.ts";
import { aboutHoles } from "./messages/holes.ts";
import { aboutNames } from "./messages/names.ts";
import { aboutTypes } from "./messages/types.ts";
import {
  binary,
  choose,
  comparable,
  constant,
  describeType,
  describeValue,
  expectNumber,
  isEnum,
  sameEnum,
  settle,
} from "./values.ts";

type Check = (context: Context, ast: AstExpression, expected: EnumType | null) => Value | null;

/** Entries of one hole; every one is a choice in the cell. */
const MOST_ENTRIES = 4096;

/** `?(a, b)`: a bit for each combination of what is listed. */
export function checkTable(context: Context, ast: AstOf<"table">, check: Check): Value | null {
  if (!isInCell(context, ast.span)) return null;
  const given = ast.arguments.map((argument) => check(context, argument, null));
  const values = given.filter((value) => value !== null);
  if (values.length < given.length) return null;
  return lookUp(
    context,
    { ...inPlace(context, "table", ast.span), arguments: values.map(rangeOf) },
    values,
    ast.span,
  );
}

/** `?{a, b}`: one of the expressions. */
export function checkOption(
  context: Context,
  ast: AstOf<"option">,
  expected: EnumType | null,
  check: Check,
): Value | null {
  if (!isInCell(context, ast.span)) return null;
  const values = ast.options.map((option) => check(context, option, expected));
  const [first] = values;
  if (!first || !values.every((value) => value !== null && comparable(context, first, value))) return null;
  const type: ValueType = typeOf({ lo: 0, hi: values.length - 1 });
  const hole = noted(context, { ...inPlace(context, "option", ast.span), type }, ast.span);
  return (
    hole &&
    (values as readonly Value[]).reduceRight((rest, value, at) => {
      const number = constant(at, ast.span);
      const isChosen = binary(context, "==", entry(context, hole, 0, ast.span), number, ast.span);
      return choose(context, isChosen, value, rest, ast.span);
    })
  );
}

/** `?0..7`: a constant. */
export function checkUnknown(context: Context, ast: AstOf<"unknown">, check: Check): Value | null {
  if (!isInCell(context, ast.span)) return null;
  const alone: Context = { ...context, kind: "constant", locals: new Scope(), sweep: null, counted: null };
  const [from, to] = [ast.lo, ast.hi].map((end) => expectNumber(alone, check(alone, end, null), ".."));
  if (!from || !to) return null;
  const [{ lo }, { hi }] = [from.interval, to.interval];
  if (lo > hi) return context.report(aboutTypes.emptyRange(ast.span, lo, hi));
  const type = typeOf({ lo, hi });
  const hole = noted(context, { ...inPlace(context, "unknown", ast.span), type }, ast.span);
  return hole && entry(context, hole, 0, ast.span);
}

/** A call of a hole that is declared. */
export function checkHoleCall(
  context: Context,
  ast: AstOf<"call">,
  { name, parameters, type, span }: DeclaredHole,
  check: Check,
): Value | null {
  if (!isInCell(context, ast.span)) return null;
  const given = ast.arguments.map((argument, at) => {
    const wanted = parameters[at] ?? type;
    const value = check(context, argument, isEnum(wanted) ? wanted : null);
    if (value === null || at >= parameters.length || fits(value, wanted)) return value;
    return context.report(
      aboutHoles.wrongArgument(argument.span, name, describeValue(value), describeType(wanted)),
    );
  });
  if (given.length !== parameters.length)
    return context.report(aboutNames.argumentCount(ast.callee, given.length, parameters.length));
  const values = given.filter((value) => value !== null);
  const hole: Wanted = { name: name.text, kind: "table", type, arguments: parameters, span };
  return values.length < given.length ? null : lookUp(context, hole, values, ast.span);
}

const fits = ({ node, interval }: Value, wanted: ValueType): boolean =>
  isEnum(wanted) ? sameEnum(node.type, wanted) : !isEnum(node.type) && isWithin(interval, bounds(wanted));

/** Returns what an argument can be where it stands. */
const rangeOf = ({ node, interval }: Value): ValueType => (isEnum(node.type) ? node.type : typeOf(interval));

function isInCell(context: Context, span: Span): boolean {
  if (context.kind === "cell") return true;
  context.report(aboutTypes.notConstant(span, context.source.text.slice(span.start, span.end)));
  return false;
}

type Wanted = Omit<Hole, "entries">;

/** A hole without a name of its own is called like what it is assigned to, and numbered from the second on. */
function inPlace({ notes }: Context, kind: Hole["kind"], span: Span): Wanted {
  const known = notes.holes.get(span.start);
  const taken = new Set([...notes.holes.values()].map(({ name }) => name));
  const first = notes.assigned || "hole";
  let name = known?.name ?? first;
  for (let number = 2; !known && taken.has(name); number++) name = `${first}${number}`;
  return { name, kind, type: BIT, arguments: [], span };
}

/** The hole as it is known from now on; null after an error. */
function noted(context: Context, wanted: Wanted, span: Span): Hole | null {
  const { holes } = context.notes;
  const size = wanted.arguments.map(bounds).reduce((product, { lo, hi }) => product * (hi - lo + 1), 1);
  const known = holes.get(wanted.span.start);
  if (size > MOST_ENTRIES) context.report(aboutHoles.largeHole(span, size, MOST_ENTRIES));
  else if (known && JSON.stringify(known.arguments) !== JSON.stringify(wanted.arguments))
    context.report(aboutHoles.differingRanges(span));
  else {
    const entries = Array.from({ length: size }, (_, at) => `?${wanted.name}[${at}]`);
    const hole = known ?? { ...wanted, entries };
    holes.set(wanted.span.start, hole);
    return hole;
  }
  return null;
}

/** The entry that the arguments lead to. */
function lookUp(context: Context, wanted: Wanted, values: readonly Value[], span: Span): Value | null {
  const hole = noted(context, wanted, span);
  const under = (depth: number, index: number): Value => {
    const value = values[depth];
    if (value === undefined) return entry(context, hole!, index, span);
    const { lo, hi } = bounds(hole!.arguments[depth]!);
    const next = (at: number) => under(depth + 1, index * (hi - lo + 1) + at - lo);
    let chosen = next(hi);
    for (let at = hi - 1; at >= lo; at--) {
      const isHere = binary(context, "==", value, constant(at, span), span);
      chosen = choose(context, isHere, next(at), chosen, span);
    }
    return chosen;
  };
  return hole && under(0, 0);
}

function entry(context: Context, { type, entries }: Hole, index: number, span: Span): Value {
  const enumType = isEnum(type) ? type : undefined;
  return settle(context, { tag: "own", field: entries[index]!, span }, bounds(type), enumType);
}
