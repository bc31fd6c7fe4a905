// Functions of the neighbourhood as few cubes: an irredundant sum of products (Minato 1993, Morreale 1970).

import { cached } from "../../diagnostics/memo.ts";
import { type Diagram, type Diagrams, MAX, MIN } from "../../logic/diagrams.ts";

/** A conjunction: variables that must be 1, and variables that must be 0. */
export interface CoverCube {
  readonly ones: readonly number[];
  readonly zeros: readonly number[];
}

/** More cubes than this are no longer read by anybody. */
const MOST_CUBES = 64;

/** Cubes that cover all of `least` and nothing outside of `most`, two functions of values 0 and 1; null if many. */
export const coverOf = (diagrams: Diagrams, least: Diagram, most: Diagram): readonly CoverCube[] | null =>
  irredundant(diagrams, least, most, new Map())?.cubes ?? null;

interface Cover {
  readonly cubes: readonly CoverCube[];
  /** What the cubes cover. */
  readonly covered: Diagram;
}

function irredundant(
  diagrams: Diagrams,
  least: Diagram,
  most: Diagram,
  done: Map<string, Cover | null>,
): Cover | null {
  if (diagrams.constantOf(least) === 0) return { cubes: [], covered: least };
  if (diagrams.constantOf(most) === 1) return { cubes: [{ ones: [], zeros: [] }], covered: most };
  return cached(done, `${least} ${most}`, () => split(diagrams, least, most, done));
}

/** The cubes with the first variable, those with its opposite, and those without it. */
function split(
  diagrams: Diagrams,
  least: Diagram,
  most: Diagram,
  done: Map<string, Cover | null>,
): Cover | null {
  const top = Math.min(diagrams.topOf(least), diagrams.topOf(most));
  const [least0, least1] = cofactors(diagrams, least, top);
  const [most0, most1] = cofactors(diagrams, most, top);
  const without = (a: Diagram, b: Diagram) => diagrams.choose(b, diagrams.constant(0), a);
  const low = irredundant(diagrams, without(least0, most1), most0, done);
  const high = low && irredundant(diagrams, without(least1, most0), most1, done);
  if (low === null || high === null || low.cubes.length + high.cubes.length > MOST_CUBES) return null;
  const left = diagrams.apply(MAX, without(least0, low.covered), without(least1, high.covered));
  const both = irredundant(diagrams, left, diagrams.apply(MIN, most0, most1), done);
  if (both === null) return null;
  const cubes = [
    ...both.cubes,
    ...high.cubes.map(({ ones, zeros }) => ({ ones: [top, ...ones], zeros })),
    ...low.cubes.map(({ ones, zeros }) => ({ ones, zeros: [top, ...zeros] })),
  ];
  if (cubes.length > MOST_CUBES) return null;
  return {
    cubes,
    covered: diagrams.apply(MAX, diagrams.branch(top, low.covered, high.covered), both.covered),
  };
}

const cofactors = (diagrams: Diagrams, of: Diagram, variable: number): readonly [Diagram, Diagram] =>
  diagrams.topOf(of) === variable ? diagrams.childrenOf(of) : [of, of];
