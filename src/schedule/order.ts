// Which neighbour goes first. In local time a neighbour may be an instruction ahead; where a cell needs the
// neighbour's old value of something it writes, either the neighbour must wait for the cell, or the old value
// must have been copied to a shadow field before.

import { DIRECTIONS, type Direction, OFFSETS, opposite, type Place } from "../grid/direction.ts";
import { leaves } from "../logic/expression.ts";
import type { Instruction, InstructionProgram, Read, Write } from "../lower/instructions.ts";

/** The reads of an instruction that look at neighbours, each once. */
export function neighbourReads(writes: readonly Write[]): (Read & { readonly place: Direction })[] {
  return leaves(writes.map(({ value }) => value)).filter(
    (leaf): leaf is Read & { readonly place: Direction } => leaf.tag === "read" && leaf.place !== "here",
  );
}

/** The places whose reads mean the value of that age of a field this instruction writes. */
export function placesRead(instruction: Instruction, age: "old" | "new"): Direction[] {
  const found = neighbourReads(instruction.writes).filter((read) => read.age === age);
  return [...new Set(found.map((read) => read.place))];
}

/** Neighbours that take part in the handshake: read ones whose fields ever change, and their opposites. */
export function handshakeNeighbours(program: InstructionProgram): Direction[] {
  const written = new Set(program.instructions.flatMap(({ writes }) => writes.map(({ field }) => field)));
  const read = program.instructions
    .flatMap(({ writes }) => neighbourReads(writes))
    .filter(({ field }) => written.has(field))
    .map(({ place }) => place);
  return DIRECTIONS.filter((place) => read.includes(place) || read.includes(opposite(place)));
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
  const cost = (walk: readonly Direction[]): number =>
    instructions.reduce((sum, instruction) => sum + shadowedFields(instruction, walk).length, 0);
  return fitting.reduce<readonly Direction[] | null>(
    (best, walk) => (best === null || cost(walk) < cost(best) ? walk : best),
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

/** Fields whose old value is read from a neighbour that may be ahead: all but those that wait for the cell. */
export function shadowedFields(instruction: Instruction, sources: readonly Place[]): string[] {
  const found = neighbourReads(instruction.writes).filter((read) => isShadowed(read, sources));
  return [...new Set(found.map(({ field }) => field))];
}

export function isShadowed(read: Read, sources: readonly Place[]): boolean {
  return read.age === "old" && !sources.includes(opposite(read.place));
}
