// Which line of a schedule is which instruction of the program. A schedule is the program's instructions in order,
// each perhaps after a line that copies fields to shadows; beside the program's fields and the shadows it has fields
// to keep time with.

import type { Instruction, InstructionProgram, Successor } from "../../compiler/lower/instructions.ts";
import type { Rule, ScheduledInstruction } from "../../compiler/schedule/rule.ts";
import type { Place } from "../../grid/direction.ts";
import { bounds, showType } from "../../grid/grid.ts";
import type { NetworkField } from "../../network/network.ts";

/** A field that holds what another held before the next instruction. */
interface Copy {
  readonly shadow: string;
  readonly of: string;
}

/** One line of a schedule: an instruction of the program, or the copies made before it. */
export interface Line {
  readonly label: string;
  readonly instruction: Instruction | null;
  readonly copies: readonly Copy[];
  readonly writes: ReadonlySet<string>;
  /** Lines that may follow; the number of lines stands for the end. */
  readonly targets: readonly number[];
  /** Neighbours that must have run the line before the cell may. */
  readonly sources: readonly Place[];
}

export interface Matching {
  readonly lines: readonly Line[];
  /** The line on which each instruction of the program begins. */
  readonly entries: readonly number[];
  readonly canEnd: boolean;
  /** The hidden field that says which line comes next; null where there is one line only. */
  readonly position: NetworkField | null;
  /** The hidden field that keeps time beside it, if there is one. */
  readonly clock: NetworkField | null;
}

/** Matches a rule's schedule with a program; a clause that says what does not fit where something does not. */
export function matchSchedule(program: InstructionProgram, rule: Rule): Matching | string {
  const lines = matchLines(program, rule.schedule.instructions);
  if (typeof lines === "string") return lines;
  const fault = fieldFault(program, rule, lines);
  if (fault !== null) return fault;
  const canEnd = lines.some(({ targets }) => targets.includes(lines.length));
  const shadows = new Set(lines.flatMap(({ copies }) => copies.map(({ shadow }) => shadow)));
  const known = new Set([...shadows, ...program.fields.map(({ name }) => name)]);
  const extra = rule.fields.filter(({ name }) => !known.has(name));
  const keeps =
    rule.schedule.kind === "free-running"
      ? nothingKept(extra)
      : keeperOf(extra, lines.length + Number(canEnd), rule.schedule.clock?.field ?? null);
  return typeof keeps === "string" ? keeps : { lines, entries: entriesOf(lines), canEnd, ...keeps };
}

const entriesOf = (lines: readonly Line[]): number[] =>
  lines.flatMap(({ instruction }, at) => {
    if (instruction === null) return [];
    return lines[at - 1]?.instruction === null ? [at - 1] : [at];
  });

/** The lines, each with its instruction. */
function matchLines(
  program: InstructionProgram,
  scheduled: readonly ScheduledInstruction[],
): readonly Line[] | string {
  const own = new Set(program.fields.map(({ name }) => name));
  const isCopy = scheduled.map(({ writes }) => {
    return writes.length > 0 && writes.every(({ field }) => !own.has(field));
  });
  const mains = isCopy.flatMap((copy, at) => (copy ? [] : [at]));
  if (mains.length !== program.instructions.length)
    return `the schedule has ${mains.length} instructions, the program ${program.instructions.length}`;
  const lone = isCopy.findIndex((copy, at) => copy && isCopy[at + 1] !== false);
  if (lone >= 0) return `no instruction follows line ${lone}, ${scheduled[lone]!.label}`;
  const entries = mains.map((at) => (isCopy[at - 1] === true ? at - 1 : at));
  const all = [...scheduled.keys()];
  const instructions = new Map(mains.map((at, nth) => [at, program.instructions[nth]!]));
  const lines: Line[] = [];
  for (const [at, { label, writes, next, sources, completes }] of scheduled.entries()) {
    const instruction = instructions.get(at) ?? null;
    const wanted: LineTree =
      instruction === null ? at + 1 : linesAfter(instruction.next, entries, scheduled.length);
    if (!sameTree(linesAfter(next, all, scheduled.length), wanted))
      return `other lines follow line ${at}, ${label}, than the program says`;
    if ((instruction?.completes ?? null) !== completes)
      return `line ${at}, ${label}, is said to complete another instruction than it does`;
    const copies: Copy[] = [];
    if (instruction === null) {
      for (const { field, value } of writes) {
        if (value.tag !== "read" || value.place !== "here" || !own.has(value.field))
          return `line ${at} writes ${field}, which is no field of the program, but does not copy one`;
        copies.push({ shadow: field, of: value.field });
      }
    }
    const written = (instruction ?? { writes }).writes.map(({ field }) => field);
    lines.push({
      label,
      instruction,
      copies,
      writes: new Set(written),
      targets: leavesOf(wanted),
      sources,
    });
  }
  return lines;
}

/** Lines at the ends of tests. */
type LineTree = number | readonly [then: LineTree, otherwise: LineTree];

function linesAfter(next: Successor, entries: readonly number[], end: number): LineTree {
  if (next.tag === "end") return end;
  if (next.tag === "goto") return entries[next.instruction]!;
  return [linesAfter(next.then, entries, end), linesAfter(next.otherwise, entries, end)];
}

function sameTree(a: LineTree, b: LineTree): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return sameTree(a[0], b[0]) && sameTree(a[1], b[1]);
}

const leavesOf = (tree: LineTree): number[] =>
  typeof tree === "number" ? [tree] : [...new Set(tree.flatMap(leavesOf))];

/** Tells whether the program's fields and the shadows are there as they should. */
function fieldFault(program: InstructionProgram, rule: Rule, lines: readonly Line[]): string | null {
  const own = new Map(rule.fields.map((field) => [field.name, field]));
  for (const { name, role, type, initial } of program.fields) {
    const found = own.get(name);
    if (found === undefined) return `the rule lacks the field ${name}`;
    if (showType(found.type) !== showType(type) || found.role !== role || found.initial !== initial)
      return `the rule's field ${name} is not declared as the program's`;
  }
  for (const { shadow, of } of lines.flatMap(({ copies }) => copies)) {
    const [found, original] = [own.get(shadow), program.fields.find(({ name }) => name === of)!];
    if (found?.role !== "hidden" || showType(found.type) !== showType(original.type))
      return `${shadow} is no hidden field of the type of ${of}`;
  }
  if (rule.name !== program.name || rule.predict !== program.predict)
    return `the rule is called ${rule.name} and predicts ${rule.predict ?? "nothing"}, unlike the program`;
  return null;
}

type Keepers = Pick<Matching, "position" | "clock"> | string;

const unneeded = ({ name }: NetworkField): string => `nothing needs the field ${name}`;

const nothingKept = ([first]: readonly NetworkField[]): Keepers =>
  first === undefined ? { position: null, clock: null } : unneeded(first);

/** Tells the fields apart that keep a cell's place in the program and in time. */
function keeperOf(extra: readonly NetworkField[], positions: number, clocked: string | null): Keepers {
  const odd = extra.find(({ role, initial }) => role !== "hidden" || initial !== 0);
  if (odd !== undefined) return `${odd.name} is neither the program's nor hidden and 0 at the start`;
  const clock = extra.find(({ name }) => name === clocked && (positions === 1 || extra.length > 1)) ?? null;
  const rest = extra.filter((field) => field !== clock);
  if (positions === 1) return rest.length === 0 ? { position: null, clock } : unneeded(rest[0]!);
  if (rest.length !== 1)
    return `${positions} lines need one field to tell them apart, and there are ${rest.length}`;
  const position = rest[0]!;
  const { lo, hi } = bounds(position.type);
  if (lo !== 0 || hi !== positions - 1)
    return `${position.name} tells ${hi - lo + 1} lines apart, not ${positions}`;
  return { position, clock };
}
