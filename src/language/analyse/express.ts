// A table as an expression that is as short as looking at one argument after another makes it.

import type { AstBinaryOperator, AstExpression } from "../parse/ast.ts";
import { printExpression } from "../parse/print-ast.ts";
import type { Interval } from "./interval.ts";

export interface Argument {
  /** Its place among the arguments of the whole table: expressions that are made, too, may be alike in all else. */
  readonly at: number;
  readonly ast: AstExpression;
  readonly range: Interval;
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
export const numberAst = (value: number): AstExpression =>
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
export function express(table: Table, known = new Map<string, AstExpression>()): AstExpression {
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
