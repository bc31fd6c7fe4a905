import type { FailedMatchResult } from "ohm-js";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { unexpected } from "./messages.ts";

export function syntaxError(text: string, match: FailedMatchResult): Diagnostic {
  const start = match.getRightmostFailurePosition();
  const expected = match.getExpectedText();
  return unexpected(
    { start, end: Math.min(start + 1, text.length) },
    text.slice(start, start + 10),
    expected,
  );
}
