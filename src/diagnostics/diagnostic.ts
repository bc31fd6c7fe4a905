// One shape for everything a user can get wrong. Stages collect these; only the shells print them.

import type { CODES } from "./codes.ts";

/** Half-open range of UTF-16 offsets into one source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The line in which a place of a text is, counted from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

/** Line ends as `\n`, and no byte order mark. */
export const plainLines = (text: string): string => text.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n");

/** Characters that a terminal obeys: control, ends of lines, halves of pairs, and what turns the direction of writing. */
const OBEYED = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u;

/** The same without the tab and the end of a line. */
const OBEYED_IN_LINES = /[^\P{Cc}\t\n]|[\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/gu;

/** Tells whether a text is one line, and without characters that a terminal obeys. */
export const isPlainText = (text: string): boolean => !OBEYED.test(text);

/** A text of one or more lines, with ? for each character that a terminal obeys. */
export const plainText = (text: string): string => text.replace(OBEYED_IN_LINES, "?");

/** A named text that spans point into. */
export interface Source {
  /** What the user calls it: usually the path as typed. */
  readonly name: string;
  readonly text: string;
}

export interface Diagnostic {
  readonly code: ErrorCode;
  readonly severity: "error" | "warning";
  /** One sentence saying what is wrong. */
  readonly message: string;
  readonly span: Span;
  /** What stood there, where that can be said. */
  readonly found?: string;
  /** What could have stood there. */
  readonly expected?: string;
  /** How to repair it. */
  readonly hint?: string;
  /** Other places that belong to the story, such as an earlier declaration. */
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
}

/** Bad input of any kind: the shells print the message and exit with code 2. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** A program that does not compile: the diagnostics, with the text they point into. */
export class ProgramError extends InputError {
  readonly source: Source;
  readonly diagnostics: readonly Diagnostic[];

  constructor(source: Source, diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((each) => `${each.code}: ${each.message}`).join("\n"));
    this.source = source;
    this.diagnostics = diagnostics;
  }
}

/** Closes an exhaustive switch: reaching it is our bug. */
export function unreachable(value: never): never {
  throw new Error(`internal: unexpected ${JSON.stringify(value)}`);
}

// Short ways to write a diagnostic down. The functions that name one message each are built on these.

/** What a diagnostic can say besides its message. */
type Details = Pick<Diagnostic, "found" | "expected" | "hint" | "related">;

export const error = (code: ErrorCode, span: Span, message: string, details: Details = {}): Diagnostic => ({
  code,
  severity: "error",
  message,
  span,
  ...details,
});

export const warning = (code: ErrorCode, span: Span, message: string, details: Details): Diagnostic => ({
  code,
  severity: "warning",
  message,
  span,
  ...details,
});

/** A hint that names the nearest known name, if there is one. */
export const didYouMean = (nearest: string | null): Details =>
  nearest === null ? {} : { hint: `did you mean \`${nearest}\`?` };

/** A code of a message about a program. */
type ErrorCode = keyof typeof CODES;
