// Handshakes as specifications: who may run when, how far neighbours can then be apart, and why nobody waits for ever.
// None of this is taken from the scheduler; a rule is compared with it on all neighbourhoods.
//
// Counting: T(c) is the number of instructions that cell c has run; all cells run the same sequence. A cell may run
// when its sources are at T + 1 and no other neighbour is behind. Distances d = T(neighbour) - T(c) are known modulo 2
// or 3 only, which suffices if the distances that can occur are told apart by it. Cells with the least T can run as
// soon as none of their sources are among them, and the first of them in an order in which sources come first has none.
//
// Waves: instruction j runs in step j * period + delay(c), where delays grow by one along the wave.

import { type InstructionProgram, type Read, testsOf } from "../../compiler/lower/instructions.ts";
import type { Rule } from "../../compiler/schedule/rule.ts";
import { groupBy } from "../../diagnostics/group.ts";
import { AXES, type Direction, OFFSETS, opposite, type Place } from "../../grid/direction.ts";
import { DIFFERS, type Diagram, MIN, type Operation } from "../../logic/diagrams.ts";
import { type Expression, leaves } from "../../logic/expression.ts";
import type { Distances } from "./ages.ts";
import type { Line, Matching } from "./matching.ts";
import type { Patch } from "./neighbourhood.ts";
import { shown, unless } from "./obligation.ts";
import type { Obligation } from "./result.ts";

export interface Timing {
  /** What shows that neighbours stay together, and that cells go on. */
  readonly obligations: readonly Obligation[];
  /** Tells how far ahead a neighbour may be when a cell runs a line. */
  distances(line: number, place: Direction): Distances;
  /** Tells where a cell on that line runs it. */
  ready(patch: Patch, line: number): Diagram;
  /** Returns what is the same of all neighbourhoods that can come up around a cell on that line. */
  assumed(patch: Patch, line: number): Diagram;
  /** The next value of the clock, where `runs` says whether the cell runs. */
  tick(patch: Patch, runs: Diagram): Diagram;
}

/** The handshake that a rule claims to keep; a clause that says why it can be none. */
export function handshakeOf(program: InstructionProgram, rule: Rule, matching: Matching): Timing | string {
  const { kind, clock } = rule.schedule;
  switch (kind) {
    case "lockstep":
      return matching.clock === null ? inStep(matching) : "cells that keep step need no clock";
    case "clock-of-three":
      return counting(program, matching, 3);
    case "alternating-bit":
      return clock?.event === "on" ? wave(rule, matching) : counting(program, matching, 2);
    case "free-running":
      return "it has no handshake";
  }
}

const inStep = ({ lines }: Matching): Timing => ({
  obligations: [shown("all cells run the same line in every step", lines.length)],
  distances: () => [0],
  ready: (patch) => patch.diagrams.constant(1),
  assumed: (patch) => patch.diagrams.constant(1),
  tick: (_, runs) => runs,
});

type Modulus = 2 | 3;

function counting(program: InstructionProgram, matching: Matching, modulus: Modulus): Timing | string {
  const { lines, clock, position } = matching;
  const phases = phasesOf(lines, modulus);
  if (clock === null && phases === null) return `lines alone do not tell the position modulo ${modulus}`;
  const neighbours = neighboursRead(program);
  const pairs = new Map(neighbours.map((place) => [place, pairsOf(lines, place)]));
  const byLine = new Map([...pairs].map(([place, found]) => [place, groupBy(found, ({ own }) => own)]));
  const distances = new Map(
    [...pairs].map(([place, found]) => [place, [...new Set(found.map(({ distance }) => distance))]]),
  );
  const phase = (patch: Patch, place: Place): Diagram =>
    clock !== null
      ? patch.value(clock.name, place)
      : patch.diagrams.map(patch.value(position!.name, place), (line) => phases![line]!);
  return {
    obligations: [together(pairs, modulus), progress(lines)],
    distances(line, place) {
      const of = byLine.get(place);
      if (of === undefined) return null;
      const found = of.get(line) ?? [];
      return found.map(({ distance }) => distance).filter((d) => mayRun(lines[line]!, place, d));
    },
    ready(patch, line) {
      const { diagrams } = patch;
      const here = phases === null ? phase(patch, "here") : diagrams.constant(phases[line]!);
      const conditions = [...distances].map(([place, found]) => {
        // Three phases tell all distances apart; of two, those that come up.
        const known = modulus === 3 ? [-1, 0, 1] : found;
        const right = new Set(
          known.filter((distance) => mayRun(lines[line]!, place, distance)).map((d) => modulo(d, modulus)),
        );
        const fits: Operation = {
          of: (own, other) => (right.has(modulo(other - own, modulus)) ? 1 : 0),
          commutative: false,
        };
        const there = diagrams.apply(fits, here, phase(patch, place));
        return diagrams.choose(patch.inside(place), there, diagrams.constant(1));
      });
      return conjunction(patch, conditions);
    },
    /** Clock and line begin together and go on together, so that where the line tells the phase, the clock shows it. */
    assumed(patch, line) {
      const { diagrams } = patch;
      if (clock === null || phases === null) return diagrams.constant(1);
      return diagrams.map(patch.value(clock.name, "here"), (value) => (value === phases[line] ? 1 : 0));
    },
    tick(patch, runs) {
      const now = patch.value(clock!.name, "here");
      const next = patch.diagrams.map(now, (value) => (value + 1) % modulus);
      return patch.diagrams.choose(runs, next, now);
    },
  };
}

const modulo = (value: number, modulus: number): number => ((value % modulus) + modulus) % modulus;

/** Tells whether a neighbour so far ahead lets a cell run a line. */
const mayRun = (line: Line, place: Direction, distance: number): boolean =>
  line.sources.includes(place) ? distance === 1 : distance >= 0;

/** Neighbours whose changing fields are read, and those that read the cell's. */
function neighboursRead({ instructions }: InstructionProgram): Direction[] {
  const written = new Set(instructions.flatMap(({ writes }) => writes.map(({ field }) => field)));
  const roots = instructions.flatMap(({ writes, next }) => [
    ...writes.map(({ value }) => value),
    ...testsOf(next),
  ]);
  const places = new Set(
    leaves(roots)
      .filter((leaf): leaf is Read => leaf.tag === "read" && written.has(leaf.field))
      .flatMap(({ place }) => [place, opposite(place)]),
  );
  return [...places].filter((place) => place !== "here");
}

/** The position modulo `modulus` on every line and at the end, where it is the same on every way there. */
function phasesOf(lines: readonly Line[], modulus: Modulus): readonly number[] | null {
  const phases: number[] = [0];
  const pending = [0];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const phase = (phases[at]! + 1) % modulus;
    for (const to of lines[at]?.targets ?? []) {
      if (phases[to] === undefined) pending.push(to);
      phases[to] ??= phase;
      if (phases[to] !== phase) return null;
    }
  }
  return Array.from({ length: lines.length + 1 }, (_, at) => phases[at] ?? 0);
}

/** Two neighbours: their lines, and by how many instructions the other one is ahead. */
interface Pair {
  readonly own: number;
  readonly other: number;
  readonly distance: number;
}

/** Farther apart than any handshake may let them be; looked no further. */
const APART = 2;

/** All that a cell and its neighbour at that place can reach from the start, one or both of them running. */
function pairsOf(lines: readonly Line[], place: Direction): Pair[] {
  const found = new Map<string, Pair>();
  const pending: Pair[] = [{ own: 0, other: 0, distance: 0 }];
  const moves = (line: number, toward: Direction, distance: number): readonly number[] =>
    line < lines.length && mayRun(lines[line]!, toward, distance) ? lines[line]!.targets : [];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const { own, other, distance } = pair;
    const key = `${own} ${other} ${distance}`;
    if (found.has(key)) continue;
    found.set(key, pair);
    if (Math.abs(distance) >= APART) continue;
    const mine = moves(own, place, distance);
    const theirs = moves(other, opposite(place), -distance);
    // All cells go the same way: who is level may choose it, who is behind follows.
    for (const to of mine)
      if (distance === 0 || to === other) pending.push({ own: to, other, distance: distance - 1 });
    for (const to of theirs)
      if (distance === 0 || to === own) pending.push({ own, other: to, distance: distance + 1 });
    // Both at once run only when they are level: one that is ahead never may.
    for (const to of mine) if (theirs.includes(to)) pending.push({ own: to, other: to, distance });
  }
  return [...found.values()];
}

function together(pairs: ReadonlyMap<Direction, readonly Pair[]>, modulus: Modulus): Obligation {
  const faults = [...pairs].flatMap(([place, found]) => {
    const distances = [...new Set(found.map(({ distance }) => distance))];
    if (distances.some((distance) => Math.abs(distance) >= APART))
      return [`a cell and its neighbour ${place} can lose touch`];
    const told = new Set(distances.map((distance) => modulo(distance, modulus)));
    return told.size === distances.length
      ? []
      : [`a neighbour ${place} can be ahead or behind, which are the same modulo ${modulus}`];
  });
  const cases = [...pairs.values()].reduce((sum, found) => sum + found.length, 0);
  return unless("neighbours stay within one instruction, and are told apart", cases, faults);
}

function progress(lines: readonly Line[]): Obligation {
  const faults = lines.flatMap(({ label, sources }, at) =>
    comesFirst(sources) ? [] : [`on line ${at}, ${label}, cells can wait for one another in a circle`],
  );
  return unless("nobody waits for ever", lines.length, faults);
}

/** Tells whether the cells of any grid can be put in an order in which these neighbours of a cell come before it. */
export function comesFirst(places: readonly Place[]): boolean {
  const slopes = [-2, -1, 0, 1, 2];
  return slopes.some((down) =>
    slopes.some((right) => places.every((place) => down * OFFSETS[place][0] + right * OFFSETS[place][1] < 0)),
  );
}

/** Instructions follow one another as waves along these axes. */
function wave(rule: Rule, { clock }: Matching): Timing | string {
  const ran = clock;
  const update = rule.updates.find(({ field }) => field === ran?.name);
  if (ran === null || update === undefined) return "no field tells which cells have just run";
  const read = readsOf(rule, update.value).filter(({ field }) => field === ran.name);
  const predecessors = AXES.filter((axis) => read.some(({ place }) => place === axis));
  if (predecessors.length === 0) return "nobody hands the wave on";
  if (predecessors.some((place) => predecessors.includes(opposite(place))))
    return "waves come from both sides";
  const period = read.some(({ place }) => place === "here") ? 2 : 1;
  const lead = (place: Place): number =>
    predecessors.reduce((sum, axis) => sum + along(OFFSETS[place], OFFSETS[axis]), 0);
  return {
    obligations: [
      unless(
        `a wave every ${period === 1 ? "step" : "second step"} from ${predecessors.join(" and ")}`,
        predecessors.length,
        predecessors.filter((place) => lead(place) !== 1).map((place) => `${place} is not one step before`),
      ),
    ],
    distances(_, place) {
      const distance = Math.floor((lead(place) - 1) / period) + 1;
      // Near its first and its last instruction a neighbour is not as far away.
      const nearer = Array.from({ length: Math.abs(distance) }, (_, at) => Math.sign(distance) * (at + 1));
      return distance === 0 || distance === 1 ? [distance] : nearer.concat(distance < 0 ? [0] : []);
    },
    ready(patch) {
      const { diagrams } = patch;
      const here = patch.value(ran.name, "here");
      const first = period === 1 ? diagrams.constant(1) : diagrams.map(here, (bit) => 1 - bit);
      return predecessors.reduce(
        (otherwise, place) => diagrams.choose(patch.inside(place), patch.value(ran.name, place), otherwise),
        first,
      );
    },
    /** Neighbours at the same delay have run together. */
    assumed(patch) {
      const { diagrams } = patch;
      const pairs = predecessors.slice(1).map((place, at) => {
        const other = predecessors[at]!;
        const both = diagrams.apply(MIN, patch.inside(place), patch.inside(other));
        const values = [place, other].map((each) => patch.value(ran.name, each)) as [Diagram, Diagram];
        const differ = diagrams.apply(MIN, both, diagrams.apply(DIFFERS, ...values));
        return diagrams.map(differ, (bit) => 1 - bit);
      });
      return conjunction(patch, pairs);
    },
    tick: (_, runs) => runs,
  };
}

/** All reads of an expression and of the signals in it. */
const readsOf = (rule: Rule, expression: Expression): Read[] =>
  leaves([expression]).flatMap((leaf) => {
    if (leaf.tag === "read") return [leaf];
    const signal = leaf.tag === "signal" && rule.signals.find(({ name }) => name === leaf.name);
    return signal ? readsOf(rule, signal.value) : [];
  });

const along = (offset: readonly [number, number], axis: readonly [number, number]): number =>
  offset[0] * axis[0] + offset[1] * axis[1];

const conjunction = ({ diagrams }: Patch, parts: readonly Diagram[]): Diagram =>
  parts.reduce((a, b) => diagrams.apply(MIN, a, b), diagrams.constant(1));
