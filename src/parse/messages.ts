// Syntax errors (TL1xx), one small function per message.

import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";

/** The parser stopped at a word or symbol that cannot stand there. */
export function unexpected(span: Span, found: string, expected: string, hint?: string): Diagnostic {
  return {
    code: "TL101",
    severity: "error",
    message: `I cannot read on here: found ${found}, expected ${expected}.`,
    span,
    found,
    expected,
    ...(hint === undefined ? {} : { hint }),
  };
}

export function chainedComparison(span: Span, found: string): Diagnostic {
  return {
    code: "TL111",
    severity: "error",
    message: "Comparisons cannot be chained.",
    span,
    found: `\`${found}\``,
    expected: "one comparison between two values",
    hint: "join two comparisons with `and`, as in `a < b and b < c`",
  };
}

export function numberTooLarge(span: Span, found: string): Diagnostic {
  return {
    code: "TL114",
    severity: "error",
    message: "This number is too large.",
    span,
    found: `a number of ${found.length} digits`,
    expected: "at most 9 digits",
  };
}

export function nestedTooDeeply(span: Span): Diagnostic {
  return {
    code: "TL117",
    severity: "error",
    message: "This program is nested too deeply to be read.",
    span,
    expected: "fewer levels of parentheses and braces",
    hint: "give parts of long expressions names with `let`",
  };
}
