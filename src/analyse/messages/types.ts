// Messages about types and ranges (TL3xx).

import type { Diagnostic, Span } from "../../diagnostics/diagnostic.ts";
import { error } from "../../diagnostics/make.ts";
import { type Interval, showInterval } from "../interval.ts";

export function typeMismatch(span: Span, found: string, expected: string, hint?: string): Diagnostic {
  return error("TL301", span, `This is ${found}, but ${expected} is needed.`, {
    found,
    expected,
    ...(hint === undefined ? {} : { hint }),
  });
}

export function notABit(span: Span, text: string, found: string, interval: Interval | null): Diagnostic {
  return error("TL302", span, `This must be a bit, but it is ${found}.`, {
    found,
    expected: "a bit: 0 or 1",
    hint:
      interval === null
        ? `compare it with a value, as in \`${text} == ...\``
        : `compare it, as in \`${text} != 0\``,
  });
}

/** An assigned value may lie outside the type of its field. */
export function leavesRange(
  span: Span,
  value: { readonly text: string; readonly interval: Interval },
  target: { readonly name: string; readonly interval: Interval; readonly span: Span },
): Diagnostic {
  const range = showInterval(target.interval);
  return error("TL303", span, `\`${target.name}\` holds ${range}, but this value can leave that range.`, {
    found: `a value in ${showInterval(value.interval)}`,
    expected: `a value in ${range}`,
    hint: rangeHint(value, target),
    related: [{ span: target.span, message: `\`${target.name}\` is declared as ${range} here` }],
  });
}

function rangeHint(
  value: { readonly text: string; readonly interval: Interval },
  target: { readonly name: string; readonly interval: Interval },
): string {
  const { lo, hi } = target.interval;
  const [low, high] = [value.interval.lo < lo, value.interval.hi > hi];
  const text = value.text.length > 40 ? "..." : value.text;
  const lifted = low ? `max(${text}, ${lo})` : text;
  const clamped = high ? `min(${lifted}, ${hi})` : lifted;
  const wider = `${Math.min(lo, value.interval.lo)}..${Math.max(hi, value.interval.hi)}`;
  return `test before that it fits (with \`if\`), clamp it with \`${clamped}\`, or declare \`${target.name}: ${wider}\``;
}

export function emptyRange(span: Span, lo: number, hi: number): Diagnostic {
  return error("TL304", span, `The range ${lo}..${hi} is empty.`, {
    found: `${lo}..${hi}`,
    expected: "a range whose first number is not above its last",
    hint: `write ${hi}..${lo}`,
  });
}

export function typeTooLarge(span: Span, values: number, limit: number): Diagnostic {
  return error("TL305", span, `A type has at most ${limit} values; this one has ${values}.`, {
    found: `${values} values`,
    expected: `at most ${limit} values`,
    hint: "every value costs the network a channel; split large numbers into digits",
  });
}

export function emptyEnum(span: Span): Diagnostic {
  return error("TL306", span, "An enum needs at least one value.", {
    found: "no values",
    expected: "names separated by commas, as in `enum { empty, wire }`",
  });
}

export function enumsOnlyEqual(span: Span, operator: string, type: string): Diagnostic {
  return error("TL307", span, `Enum values have no order and no sum: \`${operator}\` needs numbers.`, {
    found: `a value of ${type}`,
    expected: "a number or a bit",
    hint: "enum values can be compared with `==` and `!=`, and assigned",
  });
}

export function notConstant(span: Span, text: string): Diagnostic {
  return error("TL308", span, "This must be a constant.", {
    found: `\`${text}\``,
    expected: "numbers, enum values, params, and sums of them",
    hint: "the value must be known before the program runs",
  });
}

export function notExhaustive(span: Span, missing: readonly string[]): Diagnostic {
  const shown = missing.slice(0, 5).join(", ") + (missing.length > 5 ? ", ..." : "");
  return error("TL309", span, `This match does not say what to do for ${shown}.`, {
    found: `no arm for ${shown}`,
    expected: "an arm for every possible value",
    hint: "add the missing arms, or `else => { }`",
  });
}

export function armTwice(span: Span, value: string, earlier: Span): Diagnostic {
  return error("TL310", span, `The value ${value} has an arm already.`, {
    found: `a second arm for ${value}`,
    expected: "one arm for every value",
    related: [{ span: earlier, message: "the first arm is here" }],
  });
}

export function elseNotLast(span: Span): Diagnostic {
  return error("TL311", span, "No arm can follow `else`.", {
    found: "an arm after `else`",
    expected: "`else` as the last arm",
  });
}

export function paramNotInteger(span: Span, name: string, found: string): Diagnostic {
  return error("TL312", span, `The param \`${name}\` must be an integer.`, {
    found,
    expected: "an integer of at most 9 digits",
  });
}

export function tooLarge(span: Span): Diagnostic {
  return error("TL313", span, "This expression is too large once its functions are inlined.", {
    found: "an expression of more than 20000 parts",
    expected: "a smaller expression",
    hint: "keep the result of a function in a `let` before it is passed on",
  });
}

export function symbolTwice(span: Span, symbol: string, earlier: Span): Diagnostic {
  return error("TL314", span, `The symbol "${symbol}" stands for two values.`, {
    found: `a second "${symbol}"`,
    expected: "a different symbol for every value",
    related: [{ span: earlier, message: "it stands for this value too" }],
  });
}

export function negativeCount(span: Span, count: number): Diagnostic {
  return error("TL315", span, "Nothing can be repeated a negative number of times.", {
    found: String(count),
    expected: "0 or more",
  });
}
