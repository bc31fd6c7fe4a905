// Inserts the copies of old values that a handshake needs, and drops the ages of all reads.

import type { Direction } from "../../grid/direction.ts";
import type { Expressions } from "../../logic/expression.ts";
import type { NetworkField } from "../../network/network.ts";
import type { Instruction, InstructionProgram, Successor } from "../lower/instructions.ts";
import { isShadowed, shadowedFields } from "./order.ts";
import type { ScheduledInstruction } from "./rule.ts";

interface Scheduled {
  readonly fields: readonly NetworkField[];
  readonly instructions: readonly ScheduledInstruction[];
}

/** Whom a cell waits for in an instruction, and who may run it before the cell. */
export interface Order {
  readonly sources: readonly Direction[];
  readonly ahead: readonly Direction[];
}

export function insertShadows(
  program: InstructionProgram,
  orderOf: (instruction: Instruction) => Order,
): Scheduled {
  const { expressions: make } = program;
  const types = new Map(program.fields.map((field) => [field.name, field]));
  const shadowed = new Set<string>();
  const instructions: ScheduledInstruction[] = [];
  const entries: number[] = [];
  for (const instruction of program.instructions) {
    const { sources, ahead } = orderOf(instruction);
    const fields = shadowedFields(instruction, ahead);
    entries.push(instructions.length);
    for (const field of fields) shadowed.add(field);
    if (fields.length > 0) {
      const writes = fields.map((field) => ({
        field: shadowName(field),
        value: make.read(field, types.get(field)!.type, "here", "now"),
      }));
      const { span } = instruction;
      const next: Successor = { tag: "goto", instruction: -1 };
      instructions.push({
        label: `copy ${fields.join(", ")}`,
        completes: null,
        span,
        writes,
        next,
        // A copy reads nobody; keeping to its instruction's order costs no signal of its own.
        sources,
      });
    }
    instructions.push({ ...readNow(instruction, ahead, make), sources });
  }
  const linked = instructions.map((instruction, at) => ({
    ...instruction,
    next: relink(instruction.next, (to) => (to === -1 ? at + 1 : entries[to]!)),
  }));
  const shadows = [...shadowed].map(
    (field): NetworkField => ({
      ...types.get(field)!,
      name: shadowName(field),
      role: "hidden",
    }),
  );
  return { fields: [...program.fields, ...shadows], instructions: linked };
}

const PREFIX = "old ";

function shadowName(field: string): string {
  return `${PREFIX}${field}`;
}

/** The field that a shadow is a copy of; null for other hidden fields. */
export function originalName(shadow: string): string | null {
  return shadow.startsWith(PREFIX) ? shadow.slice(PREFIX.length) : null;
}

function readNow(instruction: Instruction, ahead: readonly Direction[], make: Expressions): Instruction {
  const rewrite = (value: Parameters<Expressions["substitute"]>[0]) =>
    make.substitute(value, (leaf) => {
      if (leaf.tag !== "read") return leaf;
      const field = isShadowed(leaf, ahead) ? shadowName(leaf.field) : leaf.field;
      return make.read(field, leaf.type, leaf.place, "now");
    });
  return {
    ...instruction,
    writes: instruction.writes.map(({ field, value }) => ({ field, value: rewrite(value) })),
    next: rewriteTests(instruction.next, rewrite),
  };
}

function rewriteTests(
  next: Successor,
  rewrite: (value: Parameters<Expressions["substitute"]>[0]) => ReturnType<Expressions["substitute"]>,
): Successor {
  if (next.tag !== "test") return next;
  return {
    tag: "test",
    when: rewrite(next.when),
    then: rewriteTests(next.then, rewrite),
    otherwise: rewriteTests(next.otherwise, rewrite),
  };
}

function relink(next: Successor, to: (instruction: number) => number): Successor {
  switch (next.tag) {
    case "end":
      return next;
    case "goto":
      return { tag: "goto", instruction: to(next.instruction) };
    case "test":
      return { ...next, then: relink(next.then, to), otherwise: relink(next.otherwise, to) };
  }
}
