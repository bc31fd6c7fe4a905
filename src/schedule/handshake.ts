// Local time: a cell keeps its own position in the program, and may run its next instruction when no
// neighbour is behind it and the neighbours that the sweep comes from are already ahead. Neighbours then
// never differ by more than one instruction, so the position modulo three tells behind, same and ahead;
// modulo two is enough where it is known for every neighbour that it can only be ahead, or only behind.

import type { Direction, Place } from "../grid/direction.ts";
import type { Expression, Expressions } from "../logic/expression.ts";
import type { IrField, Successor, Write } from "../lower/instructions.ts";
import { positions, type ScheduledInstruction } from "./rule.ts";

/** 1: every cell keeps step; 2: alternating bit; 3: clock of three. */
export type Modulus = 1 | 2 | 3;

export interface Handshake {
  readonly fields: readonly IrField[];
  readonly signals: readonly { readonly name: string; readonly value: Expression }[];
  /** Where each instruction runs in this step. */
  readonly runs: readonly Expression[];
  readonly updates: readonly Write[];
  readonly clock: readonly string[];
  /** Where a cell has come to the end of the program. */
  readonly ended: Expression;
}

/** Everything about a handshake that does not depend on the instruction. */
interface Context {
  readonly make: Expressions;
  readonly modulus: Modulus;
  readonly neighbours: readonly Direction[];
  /** Is this place's phase that one? Off the grid the phase reads as 0. */
  phaseIs(place: Place, phase: number): Expression;
}

export function handshake(
  make: Expressions,
  instructions: readonly ScheduledInstruction[],
  neighbours: readonly Direction[],
  modulus: Modulus,
  taken: ReadonlySet<string>,
): Handshake {
  const line = lineField(instructions, taken);
  const atLine = (place: Place, at: number): Expression =>
    line === null ? make.one : make.is(make.read(line.name, line.type, place, "now"), at);
  const derived = phasesByLine(instructions, modulus);
  const tick = modulus === 1 || derived !== null ? null : tickField(modulus, taken);
  const context: Context = {
    make,
    modulus,
    neighbours,
    phaseIs: (place, phase) =>
      tick === null
        ? make.or(...linesOf(derived!, phase).map((at) => atLine(place, at)))
        : make.is(make.read(tick.name, tick.type, place, "now"), phase),
  };
  const signals = new Map<string, Expression>();
  const runs = instructions.map((instruction, at) => {
    const here = atLine("here", at);
    if (modulus === 1) return here;
    const ready = readyIn(context, instruction, tick === null ? [derived![at]!] : phasesOf(modulus));
    if (tick !== null) return make.and(signal(make, signals, readyName(instruction), ready), here);
    return signal(make, signals, `run ${at}`, make.and(ready, here));
  });
  const updates = [
    ...(line === null ? [] : [lineUpdate(make, line, instructions, runs)]),
    ...(tick === null ? [] : [tickUpdate(make, tick, modulus, make.or(...runs))]),
  ];
  const fields = [...(line === null ? [] : [line]), ...(tick === null ? [] : [tick])];
  return {
    fields,
    signals: [...signals].map(([name, value]) => ({ name, value })),
    runs,
    updates,
    clock: modulus === 1 ? [] : tick === null ? [line!.name] : [tick.name],
    ended: endsOf(instructions) ? atLine("here", instructions.length) : make.zero,
  };
}

function signal(
  make: Expressions,
  known: Map<string, Expression>,
  name: string,
  value: Expression,
): Expression {
  known.set(name, value);
  return make.signal(name);
}

function readyName({ sources }: ScheduledInstruction): string {
  return sources.length === 0 ? "ready" : `ready after ${[...sources].sort().join(" ")}`;
}

function phasesOf(modulus: Modulus): number[] {
  return Array.from({ length: modulus }, (_, phase) => phase);
}

function linesOf(phases: readonly number[], phase: number): number[] {
  return phases.flatMap((each, at) => (each === phase ? [at] : []));
}

/** Whether a cell in one of these phases may run the instruction. */
function readyIn(context: Context, { sources }: ScheduledInstruction, phases: readonly number[]): Expression {
  const { make, neighbours } = context;
  const inPhase = (phase: number): Expression =>
    make.and(
      context.phaseIs("here", phase),
      ...neighbours.map((place) =>
        sources.includes(place) ? ahead(context, place, phase) : notBehind(context, place, phase),
      ),
    );
  return make.or(...phases.map(inPhase));
}

function ahead({ make, modulus, phaseIs }: Context, place: Direction, phase: number): Expression {
  const next = (phase + 1) % modulus;
  const there = phaseIs(place, next);
  // The padding's phase is 0, which already looks ahead to a cell in the last phase.
  return next === 0 ? there : make.or(there, make.not(make.inside(place)));
}

function notBehind({ make, modulus, phaseIs }: Context, place: Direction, phase: number): Expression {
  const previous = (phase + modulus - 1) % modulus;
  const there = phaseIs(place, previous);
  // The padding's phase is 0, so only a cell in phase 1 could mistake it for one that is behind.
  return make.not(previous === 0 ? make.and(there, make.inside(place)) : there);
}

function endsOf(instructions: readonly ScheduledInstruction[]): boolean {
  return instructions.some(({ next }) => targets(next).includes(null));
}

/** Instructions that may follow; null is the end. */
function targets(next: Successor): (number | null)[] {
  if (next.tag === "end") return [null];
  if (next.tag === "goto") return [next.instruction];
  return [...targets(next.then), ...targets(next.otherwise)];
}

function freshName(wanted: string, taken: ReadonlySet<string>): string {
  return taken.has(wanted) ? freshName(`${wanted}'`, taken) : wanted;
}

function lineField(
  instructions: readonly ScheduledInstruction[],
  taken: ReadonlySet<string>,
): IrField | null {
  const names = instructions.map((_, at) => `${at}`);
  if (endsOf(instructions)) names.push("end");
  if (names.length === 1) return null;
  return { name: freshName("line", taken), role: "hidden", type: positions(names), initial: 0 };
}

function tickField(modulus: Modulus, taken: ReadonlySet<string>): IrField {
  const names = phasesOf(modulus).map(String);
  const name = freshName(modulus === 2 ? "tick" : "clock", taken);
  return { name, role: "hidden", type: positions(names), initial: 0 };
}

/**
 * The phase of every line (and of the end), where the line alone determines it: then no clock is needed.
 * Null where some way round the program has a length that the modulus does not divide.
 */
function phasesByLine(instructions: readonly ScheduledInstruction[], modulus: Modulus): number[] | null {
  const phases: (number | undefined)[] = [0];
  const pending = [0];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const target of targets(instructions[at]!.next)) {
      const to = target ?? instructions.length;
      const phase = (phases[at]! + 1) % modulus;
      if (phases[to] === undefined) {
        phases[to] = phase;
        if (target !== null) pending.push(target);
      } else if (phases[to] !== phase) return null;
    }
  }
  return phases.map((phase) => phase ?? 0);
}

function lineUpdate(
  make: Expressions,
  line: IrField,
  instructions: readonly ScheduledInstruction[],
  runs: readonly Expression[],
): Write {
  const next = (successor: Successor): Expression => {
    if (successor.tag === "end") return make.constant(instructions.length);
    if (successor.tag === "goto") return make.constant(successor.instruction);
    return make.choose(successor.when, next(successor.then), next(successor.otherwise));
  };
  const stay = make.read(line.name, line.type, "here", "now");
  const value = instructions.reduceRight(
    (otherwise, instruction, at) => make.choose(runs[at]!, next(instruction.next), otherwise),
    stay,
  );
  return { field: line.name, value };
}

function tickUpdate(make: Expressions, tick: IrField, modulus: Modulus, running: Expression): Write {
  const now = make.read(tick.name, tick.type, "here", "now");
  const later = phasesOf(modulus).reduceRight<Expression>(
    (otherwise, phase) => make.choose(make.is(now, phase), make.constant((phase + 1) % modulus), otherwise),
    make.zero,
  );
  return { field: tick.name, value: make.choose(running, later, now) };
}
