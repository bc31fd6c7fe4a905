// Short ways to write a diagnostic down. The functions that name one message each are built on these.

import type { Code } from "./codes.ts";
import type { Diagnostic, Span } from "./diagnostic.ts";

/** What a diagnostic can say besides its message. */
type Details = Pick<Diagnostic, "found" | "expected" | "hint" | "related">;

export const error = (code: Code, span: Span, message: string, details: Details = {}): Diagnostic => ({
  code,
  severity: "error",
  message,
  span,
  ...details,
});

export const warning = (code: Code, span: Span, message: string, details: Details = {}): Diagnostic => ({
  code,
  severity: "warning",
  message,
  span,
  ...details,
});

/** A hint that names the nearest known name, if there is one. */
export function didYouMean(nearest: string | null): Details {
  return nearest === null ? {} : { hint: `did you mean \`${nearest}\`?` };
}
