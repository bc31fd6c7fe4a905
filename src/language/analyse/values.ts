// Makes checked nodes: applies what is known at the point, and checks what operands may be.

import type { Span } from "../../diagnostics/diagnostic.ts";
import { type Bounds, bounds, type EnumType, showType, type ValueType } from "../../grid/grid.ts";
import type { BinaryOperator, CheckedExpression } from "./checked.ts";
import { type Context, textAt, type Value } from "./context.ts";
import { factOf } from "./flow.ts";
import { apply, EITHER, hull, intersection, isWithin, typeOf } from "./interval.ts";
import { aboutTypes } from "./messages/types.ts";

type Untyped = CheckedExpression extends infer Node
  ? Node extends unknown
    ? Omit<Node, "type">
    : never
  : never;

/** A node whose value lies in an interval, or in a narrower one if a fact says so; enums keep their type. */
export function settle(context: Context, untyped: Untyped, interval: Bounds, enumType?: EnumType): Value {
  const node = { ...untyped, type: enumType ?? typeOf(interval) } as CheckedExpression;
  const fact = factOf(node, context.flow);
  if (fact === null) return { node, interval };
  const narrowed = intersection(interval, fact) ?? interval;
  return { node: enumType ? node : { ...node, type: typeOf(narrowed) }, interval: narrowed };
}

export function constant(value: number, span: Span, enumType?: EnumType): Value {
  const interval = { lo: value, hi: value };
  return { node: { tag: "constant", value, type: enumType ?? typeOf(interval), span }, interval };
}

export function binary(
  context: Context,
  operator: BinaryOperator,
  left: Value,
  right: Value,
  span: Span,
): Value {
  const node = { tag: "binary", operator, left: left.node, right: right.node, span } as const;
  return settle(context, node, apply(operator, left.interval, right.interval));
}

export function choose(context: Context, when: Value, then: Value, otherwise: Value, span: Span): Value {
  const node = { tag: "choose", when: when.node, then: then.node, otherwise: otherwise.node, span } as const;
  const enumType = isEnum(then.node.type) ? then.node.type : undefined;
  return settle(context, node, hull(then.interval, otherwise.interval), enumType);
}

export const isEnum = (type: ValueType): type is EnumType => type.kind === "enum";

/** Enums with the same names in the same order are one type. */
export function sameEnum(one: ValueType, other: ValueType): boolean {
  if (!isEnum(one) || !isEnum(other)) return false;
  const [names, others] = [one.names, other.names];
  return (
    names === others ||
    (names.length === others.length && names.every((name, index) => name === others[index]))
  );
}

/** Names a value for messages: by its enum, or by where it lies. */
export function describeValue({ node, interval }: Value): string {
  if (node.tag === "constant" && !isEnum(node.type)) return `the number ${node.value}`;
  return describeType(isEnum(node.type) ? node.type : typeOf(interval));
}

/** Names the values of a type for messages. */
export function describeType(type: ValueType): string {
  if (isEnum(type)) return `a value of \`${showType(type)}\``;
  return isWithin(bounds(type), EITHER) ? "a bit" : `a number in ${showType(type)}`;
}

/** The value if it is a bit; null, with a report, if not. */
export function expectBit(context: Context, value: Value | null): Value | null {
  if (value === null) return null;
  const enumerated = isEnum(value.node.type);
  if (!enumerated && (isWithin(value.interval, EITHER) || !context.reached)) return value;
  const text = textAt(context, value.node.span);
  return context.report(
    aboutTypes.notABit(value.node.span, text, describeValue(value), enumerated ? null : value.interval),
  );
}

/** The value if it is a number; null, with a report, if it is an enum value. */
export function expectNumber(context: Context, value: Value | null, operator: string): Value | null {
  if (value === null || !isEnum(value.node.type)) return value;
  return context.report(
    aboutTypes.enumsOnlyEqual(value.node.span, operator, `\`${showType(value.node.type)}\``),
  );
}

/** Tells whether two values are both numbers or of one enum; reports if not. */
export function comparable(context: Context, left: Value, right: Value): boolean {
  const enums = [left, right].filter((value) => isEnum(value.node.type)).length;
  if (enums === 0 || sameEnum(left.node.type, right.node.type)) return true;
  context.report(aboutTypes.typeMismatch(right.node.span, describeValue(right), describeValue(left)));
  return false;
}
