// How errors reach the user: diagnostics with code frames, other bad input in one sentence, our own bugs with
// a stack; with `--json` as one document on standard output.

import { plural } from "../diagnostics/count.ts";
import { type Diagnostic, InputError, ProgramError, type Source } from "../diagnostics/diagnostic.ts";
import { clipText, diagnosticToJson, renderDiagnostic } from "../diagnostics/render.ts";
import { Interrupted } from "./guard.ts";
import { EXIT, type Io, OutputLost, paint, remark } from "./io.ts";
import { printJson } from "./json.ts";

/** Reports whatever a command threw; returns the exit code. */
export function reportError(io: Io, error: unknown, json: boolean): number {
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof OutputLost) return reportMessage(io, error.message, false);
  if (error instanceof ProgramError) return reportProgram(io, error, json);
  if (error instanceof InputError) return reportMessage(io, error.message, json);
  if (error instanceof RangeError && error.message === "Invalid string length")
    return reportMessage(io, TOO_LONG, json);
  return reportBug(io, error, json);
}

/** What Node says of texts above 2 ** 29 characters has no other name than its message. */
const TOO_LONG =
  "what was found is longer than the longest text that Node can hold, 536,870,888 characters; give a smaller grid, " +
  "or leave out --json";

/** What a sentence quotes, such as the names of all columns, may be without end. */
const MOST_CHARACTERS = 2000;

/** Bad input in a sentence. */
export function reportMessage(io: Io, whole: string, json: boolean): number {
  const message = clipText(whole, MOST_CHARACTERS);
  if (json) printJson(io, { errors: [{ message }] });
  else remark(io, `${paint(io, io.stderr, "red", "error:")} ${message}`);
  return EXIT.badInput;
}

/** Nobody reads more messages than these at once. */
const MOST_SHOWN = 20;
const MOST_IN_JSON = 200;

function reportProgram(io: Io, { source, diagnostics }: ProgramError, json: boolean): number {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  reportWarnings(io, source, diagnostics);
  const shown = errors.slice(0, json ? MOST_IN_JSON : MOST_SHOWN);
  if (json)
    printJson(io, {
      errors: shown.map((each) => diagnosticToJson(source, each)),
      ...(shown.length < errors.length && { more: errors.length - shown.length }),
    });
  else for (const each of shown) remark(io, `${showDiagnostic(io, source, each)}\n`);
  const first = shown.length < errors.length ? `, the first ${shown.length} of which are shown` : "";
  if (!json) remark(io, `${source.name}: ${plural(errors.length, "error")}${first}`);
  return EXIT.badInput;
}

/** Prints the warnings among some diagnostics. */
export function reportWarnings(io: Io, source: Source, diagnostics: readonly Diagnostic[]): void {
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  for (const each of warnings.slice(0, MOST_SHOWN)) remark(io, `${showDiagnostic(io, source, each)}\n`);
  if (warnings.length > MOST_SHOWN)
    remark(
      io,
      `${source.name}: ${plural(warnings.length, "warning")}, the first ${MOST_SHOWN} of which are shown\n`,
    );
}

function showDiagnostic(io: Io, source: Source, diagnostic: Diagnostic): string {
  const style = diagnostic.severity === "error" ? "red" : "yellow";
  return renderDiagnostic(source, diagnostic).replace(/^\w+ \w+:/, (head) =>
    paint(io, io.stderr, style, head),
  );
}

function reportBug(io: Io, error: unknown, json: boolean): number {
  const text = error instanceof Error ? error.message : String(error);
  const message = `internal: ${text.replace(/^internal: /, "")}`;
  if (json) printJson(io, { errors: [{ message }] });
  remark(io, `${message}\nThis is a bug in tapeloom, not in your input.`);
  if (error instanceof Error) remark(io, error.stack ?? "");
  return EXIT.internal;
}
