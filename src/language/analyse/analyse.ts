// From the syntax tree to the checked program: machines are written out, then declarations come first, then
// settings, then instructions, then what was never used.
// Analysis goes on after errors; one mistake gives one message.

import type { Diagnostic, Source, Span } from "../../diagnostics/diagnostic.ts";
import type { AstOf, AstProgram } from "../parse/ast.ts";
import type { CheckedInstruction, CheckedProgram } from "./checked.ts";
import { type AnalysisNotes, type Context, type Globals, type Report, Scope } from "./context.ts";
import { collectDeclarations, type Declared } from "./declarations.ts";
import { Enums } from "./enums.ts";
import { begin } from "./flow.ts";
import { checkInstructions, isWork } from "./instructions.ts";
import {
  expandMachine,
  firstMargins,
  headOfMachine,
  linesOf,
  machineEnds,
  withoutTables,
} from "./machine.ts";
import { checkMachine } from "./machine-rules.ts";
import { aboutControl } from "./messages/control.ts";
import { aboutHoles } from "./messages/holes.ts";
import { aboutSettings } from "./messages/settings.ts";
import { aboutTypes } from "./messages/types.ts";
import { aboutDoubts } from "./messages/warnings.ts";
import { checkSettings, type Settings } from "./settings.ts";

interface Analysed {
  /** The checked program, or null if there was an error. */
  readonly program: CheckedProgram | null;
  /** Errors and warnings in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

/** More calls than this after inlining are a mistake, not a program. */
const INLINED_CALLS = 20_000;

/**
 * Checks a program; `params` replaces the default values of its params. A program with holes is an error unless a `sketch`
 * is what is wanted.
 */
export function analyse(
  ast: AstProgram,
  source: Source,
  params: Readonly<Record<string, number>> = {},
  { sketch = false }: { readonly sketch?: boolean } = {},
): Analysed {
  const diagnostics = new Map<string, Diagnostic>();
  const machines: AstOf<"machine">[] = [];
  const report: Report = (diagnostic) => {
    const { code, span } = diagnostic;
    // Inlining checks the same text several times.
    const key = `${code} ${span.start} ${span.end}`;
    // Nobody wrote what a machine is written out as, so there is nothing to warn of.
    const isOfMachine = machines.some((machine) => within(span, machine.span));
    if (!diagnostics.has(key) && !(diagnostic.severity === "warning" && isOfMachine))
      diagnostics.set(key, diagnostic);
    return null;
  };
  const hasErrors = (): boolean => [...diagnostics.values()].some((each) => each.severity === "error");
  const start = startContext(source, report);
  const plain = ast.items.map((item) => (item.tag === "machine" ? withoutTables(item, report) : item));
  for (const item of plain) if (item.tag === "machine") machines.push(item);
  const items = plain.map((item) =>
    item.tag === "workspace" && item.auto ? withRoom(item, machines, report) : item,
  );
  const areTablesSound = !hasErrors();
  const program = { ...ast, items };
  const declared = collectDeclarations(expandMachine(program), start, params);
  const written = expandMachine(program, declared.globals);
  const ends = written.items.some(({ tag }) => tag === "ends");
  const context: Context = { ...start, globals: declared.globals, ends };
  const settings = checkSettings(context, written.items);
  for (const again of machines.slice(1))
    report(aboutSettings.settingTwice(headOfMachine(again), "machine", headOfMachine(machines[0]!)));
  // What is wrong with a table has been said: rules that it lacks would be missed again.
  if (areTablesSound) for (const machine of machines) checkMachine(context, machine);
  // A machine with an error has been reported where it is wrong: what it is written out as would be again.
  const sound = machines.length === 0 || !hasErrors();
  const body = sound ? checkAll(written, context) : [];
  reportEndless(settings, context);
  // After an error, what was used is not known well enough.
  if (!hasErrors()) warnUnused(written, context, declared);
  const holes = [...context.notes.holes.values()].sort((one, other) => one.span.start - other.span.start);
  if (!sketch && holes.length > 0 && !hasErrors()) report(aboutHoles.unfilled(holes));
  const inOrder = [...diagnostics.values()].sort((one, other) => one.span.start - other.span.start);
  if (hasErrors()) return { program: null, diagnostics: inOrder };
  const fields = [...declared.globals.fields.values()];
  const { predict } = declared;
  const { endless } = context.notes;
  const assertions = [...context.notes.assertions.values()].sort((one, other) => one.start - other.start);
  return {
    program: {
      name: program.name.text,
      source,
      fields,
      body,
      predict,
      endless,
      assertions,
      ...(holes.length > 0 && { holes }),
      ...settings,
      ...(machines[0] === undefined ? {} : { machine: machineEnds(machines[0]) }),
    },
    diagnostics: inOrder,
  };
}

const within = (inner: Span, outer: Span): boolean => inner.start >= outer.start && inner.end <= outer.end;

/** A program that never ends keeps no promise about its steps. */
function reportEndless({ steps }: Settings, { notes, report }: Context): void {
  if (steps && notes.endless) report(aboutSettings.stepsOfEndless(steps.span, notes.endless));
}

function checkAll(program: AstProgram, context: Context): readonly CheckedInstruction[] {
  if (!program.items.some(isWork)) context.report(aboutControl.nothingToDo(program.name.span, "program"));
  try {
    const instructions = program.items.filter(({ tag }) => tag !== "assert");
    return checkInstructions(context, instructions, false);
  } catch (error) {
    // Calls within calls can nest much more deeply than the text does.
    if (!(error instanceof RangeError)) throw error;
    context.report(aboutTypes.programTooLarge(program.name.span));
    return [];
  }
}

const NO_GLOBALS: Globals = {
  fields: new Map(),
  fieldNames: new Set(),
  brokenFields: new Set(),
  params: new Map(),
  functions: new Map(),
  holes: new Map(),
  recursive: new Set(),
  enums: new Enums([]),
};

function startContext(source: Source, report: Report): Context {
  const notes: AnalysisNotes = {
    fieldsRead: new Set(),
    localsRead: new Set(),
    paramsRead: new Set(),
    functionsCalled: new Set(),
    holes: new Map(),
    assigned: "",
    nextLocal: 0,
    nextInstruction: 0,
    assertions: new Map(),
    endless: null,
    enumsOfChoices: new WeakMap(),
    inlineBudget: INLINED_CALLS,
  };
  return {
    source,
    globals: NO_GLOBALS,
    notes,
    report,
    flow: begin(),
    reached: true,
    locals: new Scope(),
    kind: "cell",
    sweep: null,
    counted: null,
    call: null,
    ends: false,
  };
}

function warnUnused(program: AstProgram, { globals, notes, report }: Context, { predict }: Declared): void {
  for (const { name, role, span } of globals.fields.values()) {
    if (role !== "output" && name !== predict && !notes.fieldsRead.has(name))
      report(aboutDoubts.neverRead(name, role, span));
  }
  for (const item of program.items) {
    if (item.tag === "hole" && !notes.holes.has(item.span.start)) report(aboutDoubts.neverCalled(item.name));
    if (item.tag === "fn" && !notes.functionsCalled.has(item.name.text))
      report(aboutDoubts.neverCalled(item.name));
    if (item.tag === "param" && !notes.paramsRead.has(item.name.text))
      report(aboutDoubts.unusedParam(item.name));
  }
}

/** A growing workspace with what it begins with. */
function withRoom(
  item: AstOf<"workspace">,
  [machine]: readonly AstOf<"machine">[],
  report: Report,
): AstOf<"workspace"> {
  const hasHead = machine !== undefined && linesOf(machine, "start").length > 0;
  if (!hasHead) report(aboutSettings.workspaceWithoutHead(item.span));
  return hasHead ? { ...item, margins: firstMargins(machine, item) } : item;
}
