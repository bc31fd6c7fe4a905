// Messages about types and ranges (TL3xx).

import { error, type Span } from "../../../diagnostics/diagnostic.ts";
import { type Bounds, bounds, showType } from "../../../grid/grid.ts";
import type { CheckedField } from "../checked.ts";
import { intersection, onlyValueOf, showInterval } from "../interval.ts";

type Target = Pick<CheckedField, "name" | "type" | "span">;

interface Shown {
  readonly text: string;
  readonly interval: Bounds;
  /** One of its values that does not fit, and what it comes from, if that can be said. */
  readonly example?: string | null;
}

function rangeHint({ text, interval }: Shown, { name, type }: Target, outside: boolean): string {
  const { lo, hi } = bounds(type);
  const wider = `declare \`${name}: ${Math.min(lo, interval.lo)}..${Math.max(hi, interval.hi)}\``;
  if (outside) return `give it a value in ${showInterval({ lo, hi })}, or ${wider}`;
  const short = text.length > 40 ? "..." : text;
  const lifted = interval.lo < lo ? `max(${short}, ${lo})` : short;
  const clamped = interval.hi > hi ? `min(${lifted}, ${hi})` : lifted;
  return `test with \`if\` that it fits, clamp it with \`${clamped}\`, or ${wider}`;
}

export const aboutTypes = {
  typeMismatch: (span: Span, found: string, expected: string, hint?: string) =>
    error("TL301", span, `This is ${found}, but ${expected} is needed.`, {
      found,
      expected,
      ...(hint === undefined ? {} : { hint }),
    }),

  notABit: (span: Span, text: string, found: string, interval: Bounds | null) =>
    error("TL302", span, `This must be a bit, but it is ${found}.`, {
      found,
      expected: "a bit: 0 or 1",
      hint:
        interval === null
          ? `compare it with a value, as in \`${text} == ...\``
          : `compare it, as in \`${text} != 0\``,
    }),

  /** An assigned number may lie outside the type of its field. */
  leavesRange: (span: Span, value: Shown, target: Target) => {
    const type = showType(target.type);
    const outside = intersection(value.interval, bounds(target.type)) === null;
    const message = `This value ${outside ? "lies outside" : "can leave"} the type of \`${target.name}\`, which is ${type}.`;
    return error("TL303", span, message, {
      found:
        `${onlyValueOf(value.interval) === null ? "a value in" : "the value"} ${showInterval(value.interval)}` +
        (value.example == null ? "" : `, such as ${value.example}`),
      expected: `a value in ${showInterval(bounds(target.type))}`,
      hint: rangeHint(value, target, outside),
      related: [{ span: target.span, message: `\`${target.name}\` is declared as ${type} here` }],
    });
  },

  emptyRange: (span: Span, lo: number, hi: number) =>
    error("TL304", span, `The range ${lo}..${hi} is empty.`, {
      found: `${lo}..${hi}`,
      expected: "a range whose first number is not above its last",
      hint: `write ${hi}..${lo}`,
    }),

  typeTooLarge: (span: Span, values: number, limit: number) =>
    error("TL305", span, `A type has at most ${limit} values; this one has ${values}.`, {
      found: `${values} values`,
      expected: `at most ${limit} values`,
      hint: "sums of larger numbers would not be exact; split them into digits",
    }),

  emptyEnum: (span: Span) =>
    error("TL306", span, "An enum needs at least one value.", {
      found: "no values",
      expected: "names separated by commas, as in `enum { empty, wire }`",
    }),

  enumsOnlyEqual: (span: Span, operator: string, type: string) =>
    error("TL307", span, `Enum values have no order and no sum: \`${operator}\` needs numbers.`, {
      found: `a value of ${type}`,
      expected: "a number or a bit",
      hint: "enum values can be compared with `==` and `!=`, and assigned",
    }),

  notConstant: (span: Span, text: string) =>
    error("TL308", span, "This must be a constant.", {
      found: `\`${text}\``,
      expected: "numbers, enum values, params, and sums of them",
      hint: "the value must be known before the program runs",
    }),

  notExhaustive: (span: Span, missing: readonly string[]) => {
    const shown =
      missing.slice(0, 5).join(", ") + (missing.length > 5 ? ` and ${missing.length - 5} more` : "");
    return error("TL309", span, `This match does not say what to do for ${shown}.`, {
      found: `no arm for ${shown}`,
      expected: "an arm for every possible value",
      hint: "add the missing arms, or `else => { }`",
    });
  },

  armTwice: (span: Span, value: string, earlier: Span) =>
    error("TL310", span, `The value ${value} has an arm already.`, {
      found: `a second arm for ${value}`,
      expected: "one arm for every value",
      related: [{ span: earlier, message: "the first arm is here" }],
    }),

  elseNotLast: (span: Span) =>
    error("TL311", span, "No arm can follow `else`.", {
      found: "an arm after `else`",
      expected: "`else` as the last arm",
    }),

  paramNotInteger: (span: Span, name: string, found: string) =>
    error("TL312", span, `The param \`${name}\` must be an integer.`, {
      found,
      expected: "an integer of at most 9 digits",
    }),

  programTooLarge: (span: Span) =>
    error("TL313", span, "The calls in this program are too many or too deep once they are written out.", {
      found: "calls within calls within calls",
      expected: "fewer calls of functions",
      hint: "keep the result of a function in a `let` before it is passed on",
    }),

  symbolTwice: (span: Span, symbol: string, earlier: Span) =>
    error("TL314", span, `The symbol "${symbol}" stands for two values.`, {
      found: `a second "${symbol}"`,
      expected: "a different symbol for every value",
      related: [{ span: earlier, message: "it stands for this value too" }],
    }),

  negativeCount: (span: Span, count: number) =>
    error("TL315", span, "Nothing can be repeated a negative number of times.", {
      found: String(count),
      expected: "0 or more",
    }),

  symbolWithSpace: (span: Span) =>
    error("TL316", span, "A symbol cannot contain white space, which separates the cells of a file.", {
      found: "white space in quotes",
      expected: "letters, digits or signs",
    }),

  symbolWithControl: (span: Span) =>
    error("TL316", span, "A symbol cannot contain control characters, which terminals obey.", {
      found: "a control character in quotes",
      expected: "letters, digits or signs",
    }),

  noQuotient: (span: Span, operator: string) =>
    error("TL317", span, "A cell divides by positive numbers and params only.", {
      found: `\`${operator}\` with a divisor that is negative, or differs from cell to cell`,
      expected: "a positive constant",
      hint: "compare with multiples, or count down with `-`",
    }),

  divisionByZero: (span: Span) =>
    error("TL318", span, "This divides by zero.", { found: "0", expected: "any other number" }),
};
