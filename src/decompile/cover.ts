// Functions of the neighbourhood as few cubes: an irredundant sum of products (Minato 1993, Morreale 1970).

import { type Diagram, type Diagrams, MAX, MIN } from "../prove/diagrams.ts";

/** A conjunction: variables that must be 1, and variables that must be 0. */
export interface Cube {
  readonly ones: readonly number[];
  readonly zeros: readonly number[];
}

/** More cubes than this are no longer read by anybody. */
const MOST_CUBES = 64;

/** Cubes that cover all of `least` and nothing outside of `most`, two functions of values 0 and 1; null if many. */
export function coverOf(diagrams: Diagrams, least: Diagram, most: Diagram): readonly Cube[] | null {
  const found = irredundant(diagrams, least, most, new Map());
  return found.cubes.length > MOST_CUBES ? null : found.cubes;
}

interface Cover {
  readonly cubes: readonly Cube[];
  /** What the cubes cover. */
  readonly covered: Diagram;
}

function irredundant(diagrams: Diagrams, least: Diagram, most: Diagram, done: Map<string, Cover>): Cover {
  if (diagrams.constantOf(least) === 0) return { cubes: [], covered: least };
  if (diagrams.constantOf(most) === 1) return { cubes: [{ ones: [], zeros: [] }], covered: most };
  const key = `${least} ${most}`;
  const known = done.get(key);
  if (known !== undefined) return known;
  const top = Math.min(diagrams.topOf(least), diagrams.topOf(most));
  const [least0, least1] = cofactors(diagrams, least, top);
  const [most0, most1] = cofactors(diagrams, most, top);
  const without = (a: Diagram, b: Diagram) => diagrams.choose(b, diagrams.constant(0), a);
  const low = irredundant(diagrams, without(least0, most1), most0, done);
  const high = irredundant(diagrams, without(least1, most0), most1, done);
  const left = diagrams.apply(MAX, without(least0, low.covered), without(least1, high.covered));
  const both = irredundant(diagrams, left, diagrams.apply(MIN, most0, most1), done);
  const cubes = [
    ...both.cubes,
    ...high.cubes.map(({ ones, zeros }) => ({ ones: [top, ...ones], zeros })),
    ...low.cubes.map(({ ones, zeros }) => ({ ones, zeros: [top, ...zeros] })),
  ];
  const covered = diagrams.apply(MAX, diagrams.branch(top, low.covered, high.covered), both.covered);
  const made = { cubes: cubes.slice(0, MOST_CUBES + 1), covered };
  done.set(key, made);
  return made;
}

function cofactors(diagrams: Diagrams, of: Diagram, variable: number): readonly [Diagram, Diagram] {
  return diagrams.topOf(of) === variable ? diagrams.childrenOf(of) : [of, of];
}
