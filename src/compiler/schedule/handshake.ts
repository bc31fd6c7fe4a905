// Local time: a cell keeps its own position in the program, and may run its next instruction when no
// neighbour is behind it and the neighbours that the sweep comes from are already ahead. Neighbours then
// never differ by more than one instruction, so the position modulo three tells behind, same and ahead;
// modulo two is enough where it is known for every neighbour that it can only be ahead, or only behind.

import type { Direction, Place } from "../../grid/direction.ts";
import type { Expression, Expressions } from "../../logic/expression.ts";
import type { Clock, NetworkField } from "../../network/network.ts";
import type { Write } from "../lower/instructions.ts";
import { type Lines, targets } from "./lines.ts";
import type { Rule, ScheduledInstruction } from "./rule.ts";

/** 1: every cell keeps step; 2: alternating bit; 3: clock of three. */
type Modulus = 1 | 2 | 3;

export interface Handshake extends Pick<Rule, "fields" | "signals" | "updates"> {
  /** Where each instruction runs in this step; never two in one cell. */
  readonly runs: readonly Expression[];
  readonly clock: Clock | null;
}

type AtPhase<Where> = (place: Where, phase: number) => Expression;

/** In programs of more lines, a field of its own says more cheaply than the line which phase a neighbour is in. */
const FEW_LINES = 7;

/** Everything that does not depend on the instruction. A condition may list all lines, so each is made once. */
interface Context {
  readonly make: Expressions;
  readonly modulus: Modulus;
  readonly neighbours: readonly Direction[];
  /** Is this place's phase that one? Off the grid the phase reads as 0. */
  readonly phaseIs: AtPhase<Place>;
  /** Is that neighbour ahead of a cell in this phase? */
  readonly ahead: AtPhase<Direction>;
  readonly notBehind: AtPhase<Direction>;
}

function contextOf(
  make: Expressions,
  modulus: Modulus,
  neighbours: readonly Direction[],
  phase: AtPhase<Place>,
): Context {
  const phaseIs = once(phase);
  return {
    make,
    modulus,
    neighbours,
    phaseIs,
    ahead: once((place, at) => ahead(make, modulus, phaseIs, place, at)),
    notBehind: once((place, at) => notBehind(make, modulus, phaseIs, place, at)),
  };
}

function once<Where>(work: AtPhase<Where>): AtPhase<Where> {
  const known = new Map<string, Expression>();
  return (place, phase) => {
    const key = `${place} ${phase}`;
    const made = known.get(key) ?? work(place, phase);
    known.set(key, made);
    return made;
  };
}

/**
 * Keeps every cell's position modulo `modulus`, in the line where that tells it, else in a field of its own. Few lines
 * have a signal each, which says that a cell runs it. Many share one, whose length is that of all lines together.
 */
export function counting(lines: Lines, neighbours: readonly Direction[], modulus: Modulus): Handshake {
  const { make, instructions } = lines;
  const here = instructions.map((_, at) => lines.at("here", at));
  if (modulus === 1)
    return { fields: fieldsOf(lines), signals: [], runs: here, updates: lines.updates(here), clock: null };
  const areFew = instructions.length <= FEW_LINES;
  const derived = phasesByLine(instructions, modulus);
  const tick = areFew && derived !== null ? null : tickField(lines, modulus);
  const context = contextOf(make, modulus, neighbours, (place, phase) =>
    tick === null
      ? make.or(...linesOf(derived!, phase).map((line) => lines.at(place, line)))
      : make.is(make.read(tick.name, tick.type, place, "now"), phase),
  );
  const all = instructions.map(
    ({ sources }, at): Turn => ({ sources, phase: derived?.[at] ?? null, lines: [at] }),
  );
  const comes = (turns: readonly Turn[]) => make.or(...turns.map((turn) => turnComes(context, turn, here)));
  const signals = areFew
    ? all.map((turn, at) => ({ name: lines.field === null ? "ready" : `run ${at}`, value: comes([turn]) }))
    : [{ name: "ready", value: comes(together(all)) }];
  const given = signals.map(({ name }) => make.signal(name));
  const runs = here.map((line, at) => (areFew ? given[at]! : make.and(line, given[0]!)));
  const changing = tick ?? lines.field;
  return {
    fields: [...fieldsOf(lines), ...(tick === null ? [] : [tick])],
    signals,
    runs,
    updates: [
      ...lines.updates(runs),
      ...(tick === null ? [] : [tickUpdate(make, tick, modulus, make.or(...given))]),
    ],
    clock: changing === null ? null : { field: changing.name, event: "changes" },
  };
}

const fieldsOf = ({ field }: Lines): readonly NetworkField[] => (field === null ? [] : [field]);

/** Lines whose cells wait for the same neighbours in the same phase. */
interface Turn {
  readonly sources: ScheduledInstruction["sources"];
  /** Null where the line does not tell. */
  readonly phase: number | null;
  readonly lines: readonly number[];
}

/** Turns that differ only in their lines as one. */
function together(turns: readonly Turn[]): readonly Turn[] {
  const groups = new Map<string, Turn & { readonly lines: number[] }>();
  for (const { phase, sources, lines } of turns) {
    const key = `${phase} ${[...sources].sort().join(" ")}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { phase, sources, lines: [...lines] });
    else group.lines.push(...lines);
  }
  return [...groups.values()];
}

/** Tells whether a cell is on one of these lines and may run it. */
function turnComes(
  context: Context,
  { sources, phase, lines }: Turn,
  here: readonly Expression[],
): Expression {
  const { make, modulus, phaseIs } = context;
  const onLine = make.or(...lines.map((at) => here[at]!));
  if (phase !== null) return make.and(onLine, mayRun(context, sources, phase));
  const phases = phasesOf(modulus).map((each) =>
    make.and(onLine, phaseIs("here", each), mayRun(context, sources, each)),
  );
  return make.or(...phases);
}

function phasesOf(modulus: Modulus): number[] {
  return Array.from({ length: modulus }, (_, phase) => phase);
}

function linesOf(phases: readonly number[], phase: number): number[] {
  return phases.flatMap((each, at) => (each === phase ? [at] : []));
}

/** Tells whether the neighbours of a cell in this phase let it run. */
function mayRun(
  { make, neighbours, ahead, notBehind }: Context,
  sources: ScheduledInstruction["sources"],
  phase: number,
): Expression {
  return make.and(
    ...neighbours.map((place) => (sources.includes(place) ? ahead(place, phase) : notBehind(place, phase))),
  );
}

function ahead(
  make: Expressions,
  modulus: Modulus,
  phaseIs: AtPhase<Place>,
  place: Direction,
  phase: number,
): Expression {
  const next = (phase + 1) % modulus;
  const there = phaseIs(place, next);
  // The padding's phase is 0, which already looks ahead to a cell in the last phase.
  return next === 0 ? there : make.or(there, make.not(make.inside(place)));
}

function notBehind(
  make: Expressions,
  modulus: Modulus,
  phaseIs: AtPhase<Place>,
  place: Direction,
  phase: number,
): Expression {
  const previous = (phase + modulus - 1) % modulus;
  const there = phaseIs(place, previous);
  // The padding's phase is 0, so only a cell in phase 1 could mistake it for one that is behind.
  return make.not(previous === 0 ? make.and(there, make.inside(place)) : there);
}

function tickField(lines: Lines, modulus: Modulus): NetworkField {
  return lines.hidden(modulus === 2 ? "tick" : "clock", phasesOf(modulus).map(String));
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

function tickUpdate(make: Expressions, tick: NetworkField, modulus: Modulus, running: Expression): Write {
  const now = make.read(tick.name, tick.type, "here", "now");
  const later = phasesOf(modulus).reduceRight<Expression>(
    (otherwise, phase) => make.choose(make.is(now, phase), make.constant((phase + 1) % modulus), otherwise),
    make.zero,
  );
  return { field: tick.name, value: make.choose(running, later, now) };
}
