// Types as they are written, checked: how many values they have, and which names and symbols.

import type { Span } from "../../diagnostics/diagnostic.ts";
import type { ValueType } from "../../grid/grid.ts";
import type { AstEnumValue, AstType } from "../parse/ast.ts";
import { constantInteger } from "./constants.ts";
import type { Context, EnumType } from "./context.ts";
import { Enums } from "./enums.ts";
import { typeOf } from "./interval.ts";
import { duplicateValue } from "./messages/names.ts";
import { emptyEnum, emptyRange, symbolTwice, symbolWithSpace, typeTooLarge } from "./messages/types.ts";

/** Sums of numbers must be exact in float32, which counts to 2^24. */
const MAX_VALUES = 2 ** 22;

/** The enum types of a program. */
export function collectEnums(types: readonly AstType[]): Enums {
  return new Enums(
    types.flatMap((type) => (type.tag === "enum" && type.values.length > 0 ? [enumType(type.values)] : [])),
  );
}

/** Symbols are kept only where some are given; a value without one is written by its name. */
function enumType(values: readonly AstEnumValue[]): EnumType {
  const names = values.map((value) => value.name.text);
  if (values.every((value) => value.symbol === null)) return { kind: "enum", names };
  return { kind: "enum", names, symbols: values.map((value) => value.symbol?.text ?? value.name.text) };
}

/** The type that was written, or null after an error. */
export function checkType(type: AstType, context: Context): ValueType | null {
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
  if (values.length === 0) context.report(emptyEnum(span));
  const names = new Map<string, Span>();
  const symbols = new Map<string, Span>();
  for (const { name, symbol } of values) {
    const earlier = names.get(name.text);
    if (earlier) context.report(duplicateValue(name, earlier));
    else names.set(name.text, name.span);
    if (symbol === null) continue;
    if (/\s/.test(symbol.text)) context.report(symbolWithSpace(symbol.span));
    const used = symbols.get(symbol.text);
    if (used) context.report(symbolTwice(symbol.span, symbol.text, used));
    else symbols.set(symbol.text, symbol.span);
  }
  return values.length === 0 ? null : context.globals.enums.shared(enumType(values));
}

function checkRange(type: AstType & { readonly tag: "range" }, context: Context): ValueType | null {
  const lo = constantInteger(context, type.lo);
  const hi = constantInteger(context, type.hi);
  if (lo === null || hi === null) return null;
  if (lo > hi) context.report(emptyRange(type.span, lo, hi));
  else if (hi - lo >= MAX_VALUES) context.report(typeTooLarge(type.span, hi - lo + 1, MAX_VALUES));
  else return typeOf({ lo, hi });
  return null;
}
