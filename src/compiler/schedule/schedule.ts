// Instruction IR to rule IR: picks the cheapest handshake that is right, and says which and why.
//
//   free-running      straight-line, and no result feeds back: values converge without any handshake
//   lockstep          no sweeps: every cell runs the same instruction in every step
//   alternating bit   one walk of the grid fits all sweeps: one bit tells whether a neighbour has run
//   clock of three    everything else: position modulo three

import type { Axis, Direction } from "../../grid/direction.ts";
import { inputRulesOf } from "../../grid/prepare.ts";
import { type Expression, type Expressions, leaves } from "../../logic/expression.ts";
import type { HandshakeKind } from "../../network/network.ts";
import type { Instruction, InstructionProgram, Read, Write } from "../lower/instructions.ts";
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
  type Rhythm,
  type Wave,
} from "./order.ts";
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

/** Tells whether some instruction can come again. */
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

// Free-running programs: straight-line code whose results do not feed back. Each field is then a fixed
// function of the inputs and of fields that settle before it, so stepping all of them for ever settles all.

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

// Waves without counting. Where all instructions run through the grid as waves in one direction, one or two
// steps apart, a cell runs exactly one step after the neighbour before it, and the first cell in every step or
// every second one. One bit, "I ran in the last step", hands the wave on; nobody asks whether a neighbour is
// behind, because in the steady rhythm nobody can be. (A systolic array, Kung and Leiserson 1978.)

function pulsing(lines: Lines, rhythm: Rhythm): Handshake {
  const { make } = lines;
  const ran = lines.hidden("ran", ["no", "yes"]);
  const ready = make.signal("ready");
  const runs = lines.instructions.map((_, at) => make.and(ready, lines.at("here", at)));
  return {
    fields: [...(lines.field === null ? [] : [lines.field]), ran],
    signals: [{ name: "ready", value: handedOn(lines, ran.name, rhythm) }],
    runs,
    updates: [...lines.updates(runs), { field: ran.name, value: make.or(...runs) }],
    clock: { field: ran.name, event: "on" },
  };
}

/** The neighbour before the cell has just run; the cell where waves start runs, or has just rested. */
function handedOn({ make }: Lines, ran: string, { wave, period }: Rhythm): Expression {
  const justRan = (place: Axis | "here"): Expression => make.read(ran, { kind: "bit" }, place, "now");
  const nobody: Expression[] = [];
  const cases = predecessors(wave).map((place) => {
    const first = make.and(...nobody, justRan(place));
    nobody.push(make.not(make.inside(place)));
    return first;
  });
  const first = period === 1 ? make.one : make.not(justRan("here"));
  return make.or(...cases, make.and(...nobody, first));
}

/** The neighbours one step before the cell, the one asked first, first. */
function predecessors([down, right]: Wave): Axis[] {
  const vertical: Axis[] = down === 0 ? [] : [down > 0 ? "up" : "down"];
  const horizontal: Axis[] = right === 0 ? [] : [right > 0 ? "left" : "right"];
  return [...vertical, ...horizontal];
}
