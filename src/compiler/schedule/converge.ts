// Free-running programs: straight-line code whose results do not feed back. Each field is then a fixed
// function of the inputs and of fields that settle before it, so stepping all of them for ever settles all.

import { leaves } from "../../logic/expression.ts";
import type { InstructionProgram, Read } from "../lower/instructions.ts";

/** Why a program would not converge without a handshake, or null if it does. */
export function convergenceObstacle(program: InstructionProgram): string | null {
  const { instructions, fields } = program;
  const straight = instructions.every(({ next }, at) =>
    at + 1 < instructions.length ? next.tag === "goto" && next.instruction === at + 1 : next.tag === "end",
  );
  if (!straight) return "the program loops";
  if (program.halted !== program.expressions.zero) return "cells halt one by one";
  if (program.ends !== program.expressions.zero) return "the run ends when all cells say so";
  const writer = new Map<string, number>();
  for (const [at, { writes }] of instructions.entries()) {
    for (const { field } of writes) {
      if (writer.has(field)) return `two instructions write ${field}`;
      writer.set(field, at);
    }
  }
  for (const [at, { writes }] of instructions.entries()) {
    for (const read of leaves(writes.map(({ value }) => value)).filter(isRead)) {
      const written = writer.get(read.field);
      if (written === undefined || written < at || read.age === "new") continue;
      return `${read.field} is read before it is written`;
    }
  }
  return fields.length === 0 ? "there are no fields" : null;
}

function isRead(leaf: ReturnType<typeof leaves>[number]): leaf is Read {
  return leaf.tag === "read";
}
