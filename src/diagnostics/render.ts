// Shows diagnostics: to people as a code frame with the place underlined, to programs as JSON.

import { type Diagnostic, plainText, type Source, type Span } from "./diagnostic.ts";

/** A place in a text: lines and columns count from 1, columns in UTF-16 units. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line and column of an offset; offsets outside the text are moved to its ends. */
export function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, Math.max(0, offset));
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: before.length - lineStart + 1 };
}

/**
 * A diagnostic as plain text: message, place, code frame, then what was found, expected and what to do, then the
 * related places with frames of their own.
 */
export function renderDiagnostic(source: Source, diagnostic: Diagnostic): string {
  const { code, severity, message, span, found, expected, hint, related = [] } = diagnostic;
  const notes = Object.entries({ found, expected, hint }).flatMap(([label, text]) =>
    text === undefined ? [] : [`  ${label}: ${clipText(text)}`],
  );
  const others = related.flatMap((other) => [`  ${other.message}`, ...codeFrame(source, other.span)]);
  return [`${severity} ${code}: ${clipText(message)}`, ...codeFrame(source, span), ...notes, ...others].join(
    "\n",
  );
}

/** Messages quote the text, which may be without end. */
const MOST_QUOTED = 500;

/** A text without what a terminal obeys, and without its middle where it is longer than that many characters. */
export const clipText = (text: string, most = MOST_QUOTED): string =>
  plainText(text.length <= most ? text : `${text.slice(0, most - 100)} ... ${text.slice(-95)}`);

/** File, line and column, the first line of the place, and carets under the part of it that is meant. */
export function codeFrame(source: Source, span: Span): readonly string[] {
  const { line, column } = positionOf(source.text, span.start);
  const whole = lineAt(source.text, span.start).replace(/\r$/, "");
  // Of a line that no screen holds, the part around the place.
  const cut = whole.length <= MOST_COLUMNS ? 0 : Math.max(0, column - 1 - MOST_COLUMNS / 2);
  const text = whole.slice(cut, cut + MOST_COLUMNS);
  const margin = String(line);
  const blank = " ".repeat(margin.length);
  // Tabs before the place are kept, so that the carets stand below it however wide tabs are.
  const indent = text.slice(0, column - 1 - cut).replace(/[^\t]/g, " ");
  const length = Math.max(1, Math.min(span.end - span.start, text.length - indent.length));
  return [
    `${blank} --> ${source.name}:${line}:${column}`,
    `${blank} |`,
    `${margin} | ${plainText(text)}`.trimEnd(),
    `${blank} | ${indent}${"^".repeat(length)}`,
  ];
}

const MOST_COLUMNS = 240;

/** The line in which an offset stands. */
function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", start);
  return text.slice(start, end < 0 ? text.length : end);
}

/** A diagnostic for programs to read; `line` to `endColumn` is the half-open place. */
export interface DiagnosticJson extends Omit<Diagnostic, "span" | "related"> {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function diagnosticToJson(source: Source, diagnostic: Diagnostic): DiagnosticJson {
  const { code, severity, message, span, found, expected, hint } = diagnostic;
  const start = positionOf(source.text, span.start);
  const end = positionOf(source.text, span.end);
  return {
    code,
    severity,
    message: clipText(message),
    ...start,
    endLine: end.line,
    endColumn: end.column,
    ...(found === undefined ? {} : { found: clipText(found) }),
    ...(expected === undefined ? {} : { expected: clipText(expected) }),
    ...(hint === undefined ? {} : { hint: clipText(hint) }),
  };
}
