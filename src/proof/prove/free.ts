// Free-running rules: no handshake at all. Every cell computes every instruction in every step, and the values settle
// in the order of the program: a field that one instruction writes, from fields that earlier ones have settled and
// from its own values where a sweep comes from, has one value that it can rest at, and reaches it. A run is over when
// nothing changes, so then all values are those of the sequential reading, whatever came before.

import type { Instruction, InstructionProgram, Read } from "../../compiler/lower/instructions.ts";
import type { Rule } from "../../compiler/schedule/rule.ts";
import { Diagrams, fewDiagrams } from "../../logic/diagrams.ts";
import { leaves } from "../../logic/expression.ts";
import { unlessTooLarge } from "../../logic/nodes.ts";
import { expressionValues } from "./functions.ts";
import { comesFirst } from "./handshake.ts";
import { shownSame } from "./line-terms.ts";
import type { Matching } from "./matching.ts";
import { Patch } from "./neighbourhood.ts";
import { equal, unless, unwieldy } from "./obligation.ts";
import type { Obligation } from "./result.ts";

export function proveFree(
  program: InstructionProgram,
  rule: Rule,
  matching: Matching,
  fewNodes: number,
): Obligation[] {
  const { instructions } = program;
  const writers = new Map<string, number>();
  for (const [at, { writes }] of instructions.entries())
    for (const { field } of writes) if (!writers.has(field)) writers.set(field, at);
  const reads = instructions.flatMap(readsOf).length;
  const patch = new Patch(rule.fields, true);
  return [
    unless("the program is a straight line", instructions.length, straightness(program, rule, matching)),
    unless(
      "values settle one after another",
      reads,
      instructions.flatMap((instruction, at) => unsettled(instruction, at, writers)),
    ),
    ...rule.fields.map(({ name }) => {
      const within = (diagrams: Diagrams) => () => computes(rule, program, name, patch.anew(diagrams));
      return unlessTooLarge(
        within(fewDiagrams(fewNodes)),
        () =>
          computesSame(rule, program, name) ??
          unlessTooLarge(within(new Diagrams(MOST_NODES)), () => unwieldy(`${name} is computed`)),
      );
    }),
  ];
}

function straightness(program: InstructionProgram, rule: Rule, { lines }: Matching): string[] {
  const faults = lines.flatMap(({ label, targets, instruction }, at) => [
    ...(instruction === null ? [`line ${at}, ${label}, copies, although nobody waits`] : []),
    ...(targets.length === 1 && targets[0] === at + 1
      ? []
      : [`line ${at}, ${label}, does not lead to the next`]),
  ]);
  const { zero } = program.expressions;
  if (program.halted !== zero || program.ends !== zero) faults.push("cells can be finished before the end");
  if (rule.stop.kind !== "fixpoint") faults.push("the run does not wait for values to settle");
  return faults;
}

const readsOf = ({ writes }: Instruction): Read[] =>
  leaves(writes.map(({ value }) => value)).filter((leaf): leaf is Read => leaf.tag === "read");

/** Reads of an instruction that do not mean a value settled before; its own ones must come along its sweep. */
function unsettled(instruction: Instruction, at: number, writers: ReadonlyMap<string, number>): string[] {
  const faults = instruction.writes
    .filter(({ field }) => writers.get(field) !== at)
    .map(({ field }) => `${field} is written by two instructions`);
  const own: Read[] = [];
  for (const read of readsOf(instruction)) {
    const writer = writers.get(read.field);
    if (writer === undefined || writer < at) continue;
    if (writer === at && read.age === "new" && read.place !== "here") own.push(read);
    else faults.push(`${instruction.label} reads ${read.field} before it has settled`);
  }
  if (!comesFirst(own.map(({ place }) => place)))
    faults.push(`${instruction.label} reads its own values in a circle`);
  return faults;
}

const MOST_NODES = 2_000_000;

/** The rule's next value of a field is what its instruction writes, all reads taken as they are now. */
function computes(rule: Rule, program: InstructionProgram, name: string, patch: Patch): Obligation {
  const value = expressionValues(rule, patch);
  const own = patch.value(name, "here");
  const { update, write } = nextOf(rule, program, name);
  const got = update === undefined ? own : value(update.value);
  const wanted = write === undefined ? own : value(write.value);
  const where = patch.diagrams.constant(1);
  return equal(
    `${name} is computed`,
    patch,
    { got, wanted, where },
    `the next ${name} is not what the program writes`,
  );
}

/** The obligation that the rule computes what the instruction writes, where both are written alike; else null. */
function computesSame(rule: Rule, program: InstructionProgram, name: string): Obligation | null {
  const { expressions: make } = rule;
  const { update, write } = nextOf(rule, program, name);
  const { type } = rule.fields.find((field) => field.name === name)!;
  const own = make.read(name, type, "here", "now");
  const wanted = make.substitute(write?.value ?? own, (leaf) =>
    leaf.tag === "read" ? make.read(leaf.field, leaf.type, leaf.place, "now") : leaf,
  );
  return wanted === (update?.value ?? own) ? shownSame(`${name} is computed`, wanted) : null;
}

const nextOf = (rule: Rule, { instructions }: InstructionProgram, name: string) => ({
  update: rule.updates.find(({ field }) => field === name),
  write: instructions.flatMap(({ writes }) => writes).find(({ field }) => field === name),
});
