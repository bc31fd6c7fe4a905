// Fills the holes of a sketch: the text of the program that it then is, with the comments and lines of its author.

import { InputError, type Source, type Span } from "../../diagnostics/diagnostic.ts";
import { keyTwice } from "../../diagnostics/keys.ts";
import { type Bounds, bounds, type ValueType } from "../../grid/grid.ts";
import { LANGUAGE, operandOf } from "../../grid/infix.ts";
import type { AstBinaryOperator, AstExpression, AstOf, AstProgram } from "../parse/ast.ts";
import { printExpression, written } from "../parse/print-ast.ts";
import type { Hole } from "./checked.ts";

/** What stands in each hole, by its name: values of all entries. Enum values are indices. */
export type Filling = Readonly<Record<string, readonly number[]>>;

/** Returns how many values an entry can have. */
export const valuesOfHole = ({ type }: Pick<Hole, "type">): number => bounds(type).hi - bounds(type).lo + 1;

/** Returns how many programs a sketch stands for, as a power of two. */
export const bitsOfHoles = (holes: readonly Hole[]): number =>
  holes.reduce((bits, hole) => bits + hole.entries.length * Math.log2(valuesOfHole(hole)), 0);

/**
 * Reads a filling: a JSON object with a number, a list of numbers or a text of digits for each hole.
 * @throws InputError if it does not fit the holes
 */
export function readFilling(text: string, name: string, holes: readonly Hole[]): Filling {
  const given = parsed(text, name);
  const twice = keyTwice(text);
  if (twice !== null)
    throw new InputError(`${name}: found two values for the hole \`${twice}\`, expected one; leave one out`);
  const names = holes.map((hole) => hole.name).join(", ");
  for (const key of Object.keys(given))
    if (!holes.some((hole) => hole.name === key))
      throw new InputError(`${name}: the sketch has no hole \`${key}\`; its holes are ${names}`);
  return Object.fromEntries(holes.map((hole) => [hole.name, entriesOf(given[hole.name], name, hole)]));
}

function parsed(text: string, name: string): Readonly<Record<string, unknown>> {
  let found: unknown = null;
  try {
    found = JSON.parse(text);
  } catch {}
  if (typeof found === "object" && found !== null && !Array.isArray(found)) return { ...found };
  throw new InputError(
    `${name}: expected a JSON object that says what stands in each hole, such as { "lead": "00010111", "k": 3 }`,
  );
}

function entriesOf(given: unknown, name: string, hole: Hole): readonly number[] {
  const { lo, hi } = bounds(hole.type);
  const list = typeof given === "string" ? [...given].map(Number) : [given].flat();
  const isRight = (value: unknown): value is number =>
    typeof value === "number" && Number.isInteger(value) && value >= lo && value <= hi;
  if (given !== undefined && list.length === hole.entries.length && list.every(isRight)) return list;
  const wanted = hole.entries.length === 1 ? "a number" : `${hole.entries.length} numbers`;
  const found = given === undefined ? "nothing" : JSON.stringify(given);
  throw new InputError(
    `${name}: found ${found} for the hole \`${hole.name}\`; expected ${wanted} from ${lo} to ${hi}`,
  );
}

/** The sketch with its holes filled. */
export function fill(source: Source, ast: AstProgram, holes: readonly Hole[], filling: Filling): Source {
  const known = new Map(holes.map((hole) => [hole.span.start, { hole, values: filling[hole.name]! }]));
  const edits: { readonly span: Span; readonly text: string }[] = [];
  const visit = (part: unknown, show: Show): void => {
    if (typeof part !== "object" || part === null) return;
    const node = part as AstExpression | AstOf<"hole">;
    if (node.tag === "hole") edits.push({ span: node.span, text: functionOf(node, known) });
    else if (isHole(node)) edits.push({ span: node.span, text: show(filled(node, known)) });
    else for (const child of Object.values(part)) visit(child, operandIn(node));
  };
  visit(ast.items, printExpression);
  let text = source.text;
  for (const edit of edits.toSorted((one, other) => other.span.start - one.span.start))
    text = text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end);
  return { name: source.name, text };
}

type Show = (ast: AstExpression) => string;

/**
 * Tells how an expression is printed that stands in another one. What is first in a group of a long chain is not first in
 * the text.
 */
function operandIn(parent: AstExpression): Show {
  switch (parent.tag) {
    case "not":
    case "negative":
      return (ast) => operandOf(LANGUAGE[parent.tag], written(ast), 0);
    case "binary":
      return (ast) => operandOf(LANGUAGE[parent.operator], written(ast), 1);
    default:
      return printExpression;
  }
}

const isHole = ({ tag }: AstExpression): boolean => tag === "table" || tag === "option" || tag === "unknown";

type Known = ReadonlyMap<number, { readonly hole: Hole; readonly values: readonly number[] }>;

/** A declared hole as a function; nothing where nobody calls it. */
function functionOf({ name, parameters, span }: AstOf<"hole">, known: Known): string {
  const found = known.get(span.start);
  if (found === undefined) return "";
  const body = tableOf(
    found,
    parameters.map((each) => ({ tag: "name", name: each.name.text, span: each.name.span })),
  );
  return `fn ${name.text}(${parameters.map((each) => each.name.text).join(", ")}) = ${printExpression(body)}`;
}

/** The expression without holes; holes that analysis never came to keep their first possibility. */
function filled(ast: AstExpression, known: Known): AstExpression {
  const inner = (part: AstExpression): AstExpression => filled(part, known);
  const found = known.get(ast.span.start);
  switch (ast.tag) {
    case "table":
      return found === undefined ? numberAst(0) : tableOf(found, ast.arguments.map(inner));
    case "option":
      return inner(ast.options[found?.values[0] ?? 0]!);
    case "unknown":
      return found === undefined ? ast.lo : numberAst(found.values[0]!);
    case "not":
    case "negative":
      return { ...ast, of: inner(ast.of) };
    case "binary":
      return { ...ast, left: inner(ast.left), right: inner(ast.right) };
    case "choose":
      return { ...ast, when: inner(ast.when), then: inner(ast.then), otherwise: inner(ast.otherwise) };
    case "call":
      return { ...ast, arguments: ast.arguments.map(inner) };
    default:
      return ast;
  }
}

function tableOf(
  { hole, values }: { readonly hole: Hole; readonly values: readonly number[] },
  list: readonly AstExpression[],
): AstExpression {
  const value = literalOf(hole.type);
  const given = list.map((ast, at): Argument => {
    const type = hole.arguments[at]!;
    return { at, ast, range: bounds(type), value: literalOf(type) };
  });
  return express({ arguments: given, values, isBit: hole.type.kind === "bit", value });
}

/** Tells how values of a type are written. */
const literalOf =
  (type: ValueType) =>
  (value: number): AstExpression =>
    type.kind === "enum"
      ? { tag: "name", name: type.names[value]!, span: { start: 0, end: 0 } }
      : numberAst(value);

// A table as an expression that is as short as looking at one argument after another makes it.

interface Argument {
  /** Its place among the arguments of the whole table: expressions that are made, too, may be alike in all else. */
  readonly at: number;
  readonly ast: AstExpression;
  readonly range: Bounds;
  /** The expression of one of its values. */
  value(value: number): AstExpression;
}

interface Table {
  readonly arguments: readonly Argument[];
  /** The last argument changes fastest. */
  readonly values: readonly number[];
  /** Whether values are bits. */
  readonly isBit: boolean;
  value(value: number): AstExpression;
}

const NOWHERE = { start: 0, end: 0 };
const numberAst = (value: number): AstExpression =>
  value < 0
    ? { tag: "negative", of: numberAst(-value), span: NOWHERE }
    : { tag: "number", value, span: NOWHERE };
const not = (of: AstExpression): AstExpression => ({ tag: "not", of, span: NOWHERE });
const join = (left: AstExpression, operator: AstBinaryOperator, right: AstExpression): AstExpression => {
  return { tag: "binary", operator, left, right, span: NOWHERE };
};
const choose = (when: AstExpression, then: AstExpression, otherwise: AstExpression): AstExpression => {
  return { tag: "choose", when, then, otherwise, span: NOWHERE };
};

/** Arguments of which each is tried first; of more, only the first one: all subsets would take too long. */
const MOST_TRIED = 6;

/** An expression with the values of a table. */
function express(table: Table, known = new Map<string, AstExpression>()): AstExpression {
  const { arguments: list, values } = table;
  const first = values[0]!;
  if (values.every((value) => value === first)) return table.value(first);
  const key = `${list.map(({ at }) => at)}:${values}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  let best: AstExpression | null = null;
  const tried = list.length > MOST_TRIED ? list.slice(0, 1) : list;
  for (const at of tried.keys()) {
    const found = byArgument(table, at, known);
    if (best === null || printExpression(found).length < printExpression(best).length) best = found;
  }
  known.set(key, best!);
  return best!;
}

/** The expression of the table when one of its arguments is looked at first. */
function byArgument(table: Table, at: number, known: Map<string, AstExpression>): AstExpression {
  const { ast, range, value: shown } = table.arguments[at]!;
  const parts = partsBy(table, at);
  const others = parts.filter((part, index) => parts.findIndex((each) => same(each, part)) === index);
  const one = (part: readonly number[]): AstExpression =>
    express({ ...table, arguments: table.arguments.toSpliced(at, 1), values: part }, known);
  if (others.length === 1) return one(others[0]!);
  if (range.lo === 0 && range.hi === 1) return byBit(table, ast, parts[0]!, parts[1]!, one);
  const usual = others.toSorted((a, b) => count(parts, b) - count(parts, a))[0]!;
  return parts.reduceRight((rest, part, index) => {
    const either = (operator: "==" | "!="): AstExpression => join(ast, operator, shown(range.lo + index));
    if (same(part, usual)) return rest;
    if (table.isBit && part.every((value) => value === 1)) return orElse(either("=="), rest);
    if (table.isBit && part.every((value) => value === 0)) return andAlso(either("!="), rest);
    return choose(either("=="), one(part), rest);
  }, one(usual));
}

const isNumber = (of: AstExpression, value: number): boolean => of.tag === "number" && of.value === value;
const orElse = (one: AstExpression, rest: AstExpression): AstExpression =>
  isNumber(rest, 0) ? one : join(one, "or", rest);
const andAlso = (one: AstExpression, rest: AstExpression): AstExpression =>
  isNumber(rest, 1) ? one : join(one, "and", rest);

function byBit(
  { isBit }: Table,
  ast: AstExpression,
  off: readonly number[],
  on: readonly number[],
  one: (part: readonly number[]) => AstExpression,
): AstExpression {
  const all = (part: readonly number[], value: number): boolean => part.every((each) => each === value);
  if (isBit) {
    if (all(off, 0)) return all(on, 1) ? ast : join(ast, "and", one(on));
    if (all(on, 0)) return all(off, 1) ? not(ast) : join(not(ast), "and", one(off));
    if (all(on, 1)) return join(ast, "or", one(off));
    if (all(off, 1)) return join(not(ast), "or", one(on));
    if (off.every((value, index) => value !== on[index])) return join(ast, "xor", one(off));
  }
  return choose(ast, one(on), one(off));
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, index) => value === b[index]);
const count = (parts: readonly (readonly number[])[], part: readonly number[]): number =>
  parts.filter((each) => same(each, part)).length;

/** The tables that are left for each value of an argument. */
function partsBy({ arguments: list, values }: Table, at: number): readonly (readonly number[])[] {
  const size = ({ range }: Argument): number => range.hi - range.lo + 1;
  const below = list.slice(at + 1).reduce((product, each) => product * size(each), 1);
  const own = size(list[at]!);
  return Array.from({ length: own }, (_, value) =>
    values.filter((_, index) => Math.floor(index / below) % own === value),
  );
}
