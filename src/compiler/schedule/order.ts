// Which neighbour goes first. In local time a neighbour may be an instruction ahead; where a cell needs the
// neighbour's old value of something it writes, either the neighbour must wait for the cell, or the old value
// must have been copied to a shadow field before.

import { DIRECTIONS, type Direction, OFFSETS, opposite, type Place } from "../../grid/direction.ts";
import { leaves } from "../../logic/expression.ts";
import { type Instruction, type InstructionProgram, type Read, testsOf } from "../lower/instructions.ts";

/** The reads of an instruction, and of the tests after it, that look at neighbours, each once. */
function neighbourReads({ writes, next }: Instruction): (Read & { readonly place: Direction })[] {
  return leaves([...writes.map(({ value }) => value), ...testsOf(next)]).filter(
    (leaf): leaf is Read & { readonly place: Direction } => leaf.tag === "read" && leaf.place !== "here",
  );
}

/** The places whose reads mean the value of that age of a field this instruction writes. */
export function placesRead(instruction: Instruction, age: "old" | "new"): Direction[] {
  const found = neighbourReads(instruction).filter((read) => read.age === age);
  return [...new Set(found.map((read) => read.place))];
}

/** The neighbours of which a field is read that ever changes. */
function changingNeighbours({ instructions }: InstructionProgram): ReadonlySet<Direction> {
  const written = new Set(instructions.flatMap(({ writes }) => writes.map(({ field }) => field)));
  const read = instructions.flatMap(neighbourReads).filter(({ field }) => written.has(field));
  return new Set(read.map(({ place }) => place));
}

/** Neighbours that take part in the handshake: those that change, and their opposites. */
export function handshakeNeighbours(program: InstructionProgram): Direction[] {
  const read = changingNeighbours(program);
  return DIRECTIONS.filter((place) => read.has(place) || read.has(opposite(place)));
}

/** The eight orders in which a grid can be walked row by row or column by column: who comes before a cell. */
export const WALKS: readonly (readonly Direction[])[] = [0, 1].flatMap((major) =>
  [-1, 1].flatMap((first) =>
    [-1, 1].map((second) =>
      DIRECTIONS.filter((place) => {
        const offset = OFFSETS[place];
        const [along, across] = major === 0 ? offset : [offset[1], offset[0]];
        return along === first || (along === 0 && across === second);
      }),
    ),
  ),
);

/** The walk that fits the sources of all instructions and needs the fewest shadow copies, or null. */
export function commonWalk(instructions: readonly Instruction[]): readonly Direction[] | null {
  const sources = new Set(instructions.flatMap((instruction) => placesRead(instruction, "new")));
  const fitting = WALKS.filter((walk) => [...sources].every((place) => walk.includes(place)));
  return cheapest(fitting, (walk) => shadowCount(instructions, walk));
}

/** How many steps later per row (down) and per column (right) a cell runs than the cell before. */
export type Wave = readonly [down: number, right: number];

/** Steps by which a neighbour runs before the cell; negative where it runs after. */
export function lead([down, right]: Wave, place: Direction): number {
  return -(down * OFFSETS[place][0] + right * OFFSETS[place][1]);
}

/** Straight waves first: they ask one neighbour only. */
const WAVES: readonly Wave[] = [-1, 0, 1]
  .flatMap((down) => [-1, 0, 1].map((right): Wave => [down, right]))
  .filter(([down, right]) => down !== 0 || right !== 0)
  .sort((a, b) => Math.abs(a[0]) + Math.abs(a[1]) - Math.abs(b[0]) - Math.abs(b[1]));

/** Instructions follow one another as waves in one direction, `period` steps apart. */
export interface Rhythm {
  readonly wave: Wave;
  readonly period: 1 | 2;
}

/**
 * The rhythm in which all instructions can follow one another, or null: sources run before the cell, no
 * neighbour that is read has run the next instruction too, and none still has to run the one before. With
 * waves `period` steps apart, these are leads of at most `period`, and of more than minus that.
 */
export function commonRhythm(program: InstructionProgram): Rhythm | null {
  const { instructions } = program;
  const sources = new Set(instructions.flatMap((instruction) => placesRead(instruction, "new")));
  const read = changingNeighbours(program);
  const fits = ({ wave, period }: Rhythm): boolean =>
    [...sources].every((place) => lead(wave, place) >= 1) &&
    [...read].every((place) => lead(wave, place) <= period && lead(wave, place) > -period);
  const rhythms = ([1, 2] as const).flatMap((period) => WAVES.map((wave): Rhythm => ({ wave, period })));
  return cheapest(rhythms.filter(fits), ({ wave }) => shadowCount(instructions, aheadIn(wave)));
}

/** The neighbours that run before the cell. */
export function aheadIn(wave: Wave): readonly Direction[] {
  return DIRECTIONS.filter((place) => lead(wave, place) >= 1);
}

function shadowCount(instructions: readonly Instruction[], ahead: readonly Direction[]): number {
  return instructions.reduce((sum, instruction) => sum + shadowedFields(instruction, ahead).length, 0);
}

/** The first of the cheapest, or null of none. */
function cheapest<T>(candidates: readonly T[], cost: (candidate: T) => number): T | null {
  return candidates.reduce<T | null>(
    (best, each) => (best === null || cost(each) < cost(best) ? each : best),
    null,
  );
}

/**
 * Sources of one instruction under the clock of three. Where the old values come only from neighbours that
 * can be made to wait, these are made to: no copies are needed then.
 */
export function ownSources(instruction: Instruction): Direction[] {
  const sources = placesRead(instruction, "new");
  const wanted = [...new Set([...sources, ...placesRead(instruction, "old").map(opposite)])];
  const feasible = WALKS.some((walk) => wanted.every((place) => walk.includes(place)));
  return feasible ? wanted : sources;
}

/** The neighbours that may have run an instruction before the cell: all but those that wait for the cell. */
export function mayBeAhead(sources: readonly Direction[]): readonly Direction[] {
  return DIRECTIONS.filter((place) => !sources.includes(opposite(place)));
}

/** Fields whose old value is read from a neighbour that may be ahead. */
export function shadowedFields(instruction: Instruction, ahead: readonly Place[]): string[] {
  const found = neighbourReads(instruction).filter((read) => isShadowed(read, ahead));
  return [...new Set(found.map(({ field }) => field))];
}

export function isShadowed(read: Read, ahead: readonly Place[]): boolean {
  return read.age === "old" && ahead.includes(read.place);
}
