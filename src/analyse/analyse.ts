// From the syntax tree to the checked program: declarations first, then instructions, then what was never used.
// Analysis goes on after errors; one mistake gives one message.

import type { Diagnostic, Source } from "../diagnostics/diagnostic.ts";
import type { AstProgram } from "../parse/ast.ts";
import type { CheckedInstruction, CheckedProgram } from "./checked.ts";
import type { Context, Globals, Notes } from "./context.ts";
import { collectDeclarations, type Declared } from "./declarations.ts";
import { START } from "./flow.ts";
import { checkInstructions, isWork } from "./instructions.ts";
import { nothingToDo } from "./messages/control.ts";
import { tooLarge } from "./messages/types.ts";
import { neverCalled, neverRead, unusedParam } from "./messages/warnings.ts";

export interface Analysed {
  /** The checked program, or null if there was an error. */
  readonly program: CheckedProgram | null;
  /** Errors and warnings in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

/** More calls than this after inlining are a mistake, not a program. */
const INLINED_CALLS = 20_000;

/** Checks a program; `params` replaces the default values of its params. */
export function analyse(
  program: AstProgram,
  source: Source,
  params: Readonly<Record<string, number>> = {},
): Analysed {
  const diagnostics = new Map<string, Diagnostic>();
  const report = (diagnostic: Diagnostic): void => {
    // Inlining checks the same text several times.
    const key = `${diagnostic.code} ${diagnostic.span.start} ${diagnostic.span.end}`;
    if (!diagnostics.has(key)) diagnostics.set(key, diagnostic);
  };
  const start = startContext(source, report);
  const declared = collectDeclarations(program, start, params);
  const context: Context = { ...start, globals: declared.globals };
  const body = checkAll(program, context);
  const failed = [...diagnostics.values()].some((each) => each.severity === "error");
  // After an error, what was used is not known well enough.
  if (!failed) warnUnused(program, context, declared);
  const inOrder = [...diagnostics.values()].sort((one, other) => one.span.start - other.span.start);
  if (failed) return { program: null, diagnostics: inOrder };
  const fields = [...declared.globals.fields.values()];
  const checked = { name: program.name.text, source, fields, body, predict: declared.predict };
  return { program: checked, diagnostics: inOrder };
}

function checkAll(program: AstProgram, context: Context): readonly CheckedInstruction[] {
  if (!program.items.some(isWork)) context.report(nothingToDo(program.name.span, "program"));
  try {
    return checkInstructions(context, program.items, false);
  } catch (error) {
    // Calls within calls can nest much more deeply than the text does.
    if (!(error instanceof RangeError)) throw error;
    context.report(tooLarge(program.name.span));
    return [];
  }
}

const NO_GLOBALS: Globals = {
  fields: new Map(),
  fieldNames: new Set(),
  brokenFields: new Set(),
  params: new Map(),
  functions: new Map(),
  recursive: new Set(),
  enums: [],
};

function startContext(source: Source, report: (diagnostic: Diagnostic) => void): Context {
  const notes: Notes = {
    fieldsRead: new Set(),
    localsRead: new Set(),
    paramsRead: new Set(),
    functionsCalled: new Set(),
    nextLocal: 0,
    nextInstruction: 0,
    inlineBudget: INLINED_CALLS,
  };
  return {
    source,
    globals: NO_GLOBALS,
    notes,
    report,
    flow: START,
    reached: true,
    locals: new Map(),
    kind: "cell",
    sweep: null,
    counted: null,
    call: null,
  };
}

function warnUnused(program: AstProgram, { globals, notes, report }: Context, { predict }: Declared): void {
  for (const { name, role, span } of globals.fields.values()) {
    if (role !== "output" && name !== predict && !notes.fieldsRead.has(name))
      report(neverRead(name, role, span));
  }
  for (const item of program.items) {
    if (item.tag === "fn" && !notes.functionsCalled.has(item.name.text)) report(neverCalled(item.name));
    if (item.tag === "param" && !notes.paramsRead.has(item.name.text)) report(unusedParam(item.name));
  }
}
