// Instruction IR to rule IR: picks the cheapest handshake that is right, and says which and why.
//
//   free-running      straight-line, and no result feeds back: values converge without any handshake
//   lockstep          no sweeps: every cell runs the same instruction in every step
//   alternating bit   one walk of the grid fits all sweeps: one bit tells whether a neighbour has run
//   clock of three    everything else: position modulo three

import type { Direction } from "../../grid/direction.ts";
import { inputRulesOf } from "../../grid/prepare.ts";
import type { Expression, Expressions } from "../../logic/expression.ts";
import type { HandshakeKind } from "../../network/network.ts";
import type { Instruction, InstructionProgram, Write } from "../lower/instructions.ts";
import { convergenceObstacle } from "./converge.ts";
import { counting, type Handshake } from "./handshake.ts";
import { Lines, targets } from "./lines.ts";
import {
  aheadIn,
  commonRhythm,
  commonWalk,
  handshakeNeighbours,
  mayBeAhead,
  ownSources,
  placesRead,
} from "./order.ts";
import { pulsing } from "./pulse.ts";
import type { Rule, RuleStop, ScheduledInstruction } from "./rule.ts";
import { insertShadows, type Order } from "./shadows.ts";

export function schedule(program: InstructionProgram): Rule {
  const obstacle = convergenceObstacle(program);
  if (obstacle === null) return freeRunning(program);
  const neighbours = handshakeNeighbours(program);
  const sweeps = program.instructions.some((instruction) => placesRead(instruction, "new").length > 0);
  if (!sweeps) {
    const reason = `no instruction reads a value that its own sweep has just made, so all cells keep step; not free-running because ${obstacle}`;
    return withHandshake(
      program,
      "lockstep",
      reason,
      () => IN_STEP,
      (lines) => counting(lines, [], 1),
    );
  }
  const walk = commonWalk(program.instructions);
  if (walk === null) {
    const reason = "an axis is swept both ways, so a neighbour can be behind, level or ahead";
    const order = (instruction: Instruction) => waitingFor(ownSources(instruction));
    return withHandshake(program, "clock-of-three", reason, order, (lines) => counting(lines, neighbours, 3));
  }
  const why = `no axis is swept both ways; not free-running because ${obstacle}`;
  const rhythm = loops(program) ? commonRhythm(program) : null;
  if (rhythm !== null) {
    const ahead = aheadIn(rhythm.wave);
    const order = { sources: ahead.filter((place) => neighbours.includes(place)), ahead };
    const reason = `${why}; the instructions follow one another as waves ${rhythm.period === 1 ? "one step" : "two steps"} apart, and one bit hands them on`;
    return withHandshake(
      program,
      "alternating-bit",
      reason,
      () => order,
      (lines) => pulsing(lines, rhythm),
    );
  }
  const order = waitingFor(neighbours.filter((place) => walk.includes(place)));
  const reason = `${why}; the neighbours ${order.sources.join(", ")} are only ever ahead, and one bit tells`;
  return withHandshake(
    program,
    "alternating-bit",
    reason,
    () => order,
    (lines) => counting(lines, neighbours, 2),
  );
}

const IN_STEP: Order = { sources: [], ahead: [] };

function waitingFor(sources: readonly Direction[]): Order {
  return { sources, ahead: mayBeAhead(sources) };
}

/** Whether some instruction can come again. */
function loops({ instructions }: InstructionProgram): boolean {
  return instructions.some(({ next }, at) => targets(next).some((target) => target !== null && target <= at));
}

function freeRunning(program: InstructionProgram): Rule {
  const { instructions, fields } = insertShadows(program, () => IN_STEP);
  return {
    name: program.name,
    predict: program.predict,
    fields,
    signals: [],
    updates: instructions.flatMap(({ writes }) => writes),
    schedule: {
      kind: "free-running",
      reason: "straight-line, and no result feeds back, so all values converge without a handshake",
      clock: null,
      instructions,
    },
    stop: { kind: "fixpoint" },
    expressions: program.expressions,
    ...inputRulesOf(program),
  };
}

function withHandshake(
  program: InstructionProgram,
  kind: HandshakeKind,
  reason: string,
  orderOf: (instruction: Instruction) => Order,
  handshakeOf: (lines: Lines) => Handshake,
): Rule {
  const { expressions: make } = program;
  const { instructions, fields } = insertShadows(program, orderOf);
  const lines = new Lines(make, instructions, new Set(fields.map(({ name }) => name)));
  const shake = handshakeOf(lines);
  return {
    name: program.name,
    predict: program.predict,
    fields: [...fields, ...shake.fields],
    signals: shake.signals,
    updates: [...fieldUpdates(make, fields, instructions, shake), ...shake.updates],
    schedule: { kind, reason, clock: shake.clock, instructions },
    stop: stopRule(make, make.or(program.halted, program.ends), lines.ended),
    expressions: make,
    ...inputRulesOf(program),
  };
}

/** Every field: the value of the instruction that runs, or the old one. */
function fieldUpdates(
  make: Expressions,
  fields: Rule["fields"],
  instructions: readonly ScheduledInstruction[],
  { runs }: Handshake,
): Write[] {
  const own = new Map(fields.map(({ name, type }) => [name, make.read(name, type, "here", "now")]));
  const values = new Map(own);
  // The last instruction is the innermost choice.
  for (const [at, { writes }] of [...instructions.entries()].reverse())
    for (const { field, value } of writes)
      values.set(field, make.choose(runs[at]!, value, values.get(field)!));
  return [...values].flatMap(([field, value]) => (value === own.get(field) ? [] : [{ field, value }]));
}

function stopRule(make: Expressions, over: Expression, ended: Expression): RuleStop {
  const when = make.or(over, ended);
  return when === make.zero ? { kind: "never" } : { kind: "halted", when };
}
