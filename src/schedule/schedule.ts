// Instruction IR to rule IR: picks the cheapest handshake that is right, and says which and why.
//
//   free-running      straight-line, and no result feeds back: values converge without any handshake
//   lockstep          no sweeps: every cell runs the same instruction in every step
//   alternating bit   one walk of the grid fits all sweeps: one bit tells whether a neighbour has run
//   clock of three    everything else: position modulo three

import type { Direction } from "../grid/direction.ts";
import type { Expression, Expressions } from "../logic/expression.ts";
import type { Instruction, InstructionProgram, Write } from "../lower/instructions.ts";
import type { HandshakeKind } from "../network/network.ts";
import { convergenceObstacle } from "./converge.ts";
import { type Handshake, handshake, type Modulus } from "./handshake.ts";
import { commonWalk, handshakeNeighbours, ownSources, placesRead } from "./order.ts";
import type { Rule, RuleStop, ScheduledInstruction } from "./rule.ts";
import { insertShadows } from "./shadows.ts";

export function schedule(program: InstructionProgram): Rule {
  const obstacle = convergenceObstacle(program);
  if (obstacle === null) return freeRunning(program);
  const sweeps = program.instructions.some((instruction) => placesRead(instruction, "new").length > 0);
  if (!sweeps) {
    const reason = `no instruction reads a value that its own sweep has just made, so all cells keep step; not free-running because ${obstacle}`;
    return withHandshake(program, "lockstep", 1, () => [], reason);
  }
  const walk = commonWalk(program.instructions);
  if (walk !== null) {
    const among = handshakeNeighbours(program).filter((place) => walk.includes(place));
    const reason = `no axis is swept both ways, so the neighbours ${among.join(", ")} are only ever ahead, and one bit tells; not free-running because ${obstacle}`;
    return withHandshake(program, "alternating-bit", 2, () => among, reason);
  }
  const reason = "an axis is swept both ways, so a neighbour can be behind, level or ahead";
  return withHandshake(program, "clock-of-three", 3, ownSources, reason);
}

function freeRunning(program: InstructionProgram): Rule {
  const { instructions, fields } = insertShadows(program, () => [], true);
  return {
    name: program.name,
    predict: program.predict,
    fields,
    signals: [],
    updates: instructions.flatMap(({ writes }) => writes),
    schedule: {
      kind: "free-running",
      reason: "straight-line, and no result feeds back, so all values converge without a handshake",
      clock: [],
      instructions,
    },
    stop: { kind: "fixpoint" },
    expressions: program.expressions,
  };
}

function withHandshake(
  program: InstructionProgram,
  kind: HandshakeKind,
  modulus: Modulus,
  sources: (instruction: Instruction) => readonly Direction[],
  reason: string,
): Rule {
  const { expressions: make } = program;
  const { instructions, fields } = insertShadows(program, sources, modulus === 1);
  const taken = new Set(fields.map(({ name }) => name));
  const shake = handshake(make, instructions, handshakeNeighbours(program), modulus, taken);
  return {
    name: program.name,
    predict: program.predict,
    fields: [...fields, ...shake.fields],
    signals: shake.signals,
    updates: [...fieldUpdates(make, fields, instructions, shake), ...shake.updates],
    schedule: { kind, reason, clock: shake.clock, instructions },
    stop: stopRule(make, program.halted, shake.ended),
    expressions: make,
  };
}

/** Every field: the value of the instruction that runs, or the old one. */
function fieldUpdates(
  make: Expressions,
  fields: Rule["fields"],
  instructions: readonly ScheduledInstruction[],
  { runs }: Handshake,
): Write[] {
  return fields.flatMap(({ name, type }) => {
    const own = make.read(name, type, "here", "now");
    const value = instructions.reduceRight<Expression>((otherwise, { writes }, at) => {
      const write = writes.find(({ field }) => field === name);
      return write === undefined ? otherwise : make.choose(runs[at]!, write.value, otherwise);
    }, own);
    return value === own ? [] : [{ field: name, value }];
  });
}

function stopRule(make: Expressions, halted: Expression, ended: Expression): RuleStop {
  const when = make.or(halted, ended);
  return when === make.zero ? { kind: "never" } : { kind: "halted", when };
}
