// The learners of the gallery with their networks, and random examples, for tests.

import { checkProgram, hashOf } from "../../src/compile.ts";
import { cached } from "../../src/diagnostics/memo.ts";
import type { Random } from "../../src/grid/random.ts";
import { compileLearner, type LearnerSource } from "../../src/learning/learner/compile-learner.ts";
import type { LearnerNetwork } from "../../src/learning/learner/learner-network.ts";
import type { Example, Sign } from "../../src/learning/learner/memory-layer.ts";
import { interpretLearner } from "../../src/learning/learner/sample-curve.ts";
import { programNames, readProgram } from "../programs/programs.ts";

export interface Learner {
  readonly front: LearnerSource;
  readonly network: LearnerNetwork;
}

/** Checks a text; less effort of the compiler gives a larger network, which must do the same. */
export function learnerOf(
  name: string,
  text: string,
  one: Sign = 1,
  arch: "channels" | "paper" = "channels",
): Learner {
  const front = checkProgram({ name, text });
  return { front, network: compileLearner(front, { sourceHash: hashOf(text), effort: 0.25, one, arch }) };
}

const loaded = new Map<string, Learner>();

/** A learner of the gallery, compiled once for all tests that share a process. */
export const loadLearner = (name: string, one: Sign = 1, arch: "channels" | "paper" = "channels"): Learner =>
  cached(loaded, `${name} ${one} ${arch}`, () => learnerOf(`${name}.alg`, readProgram(name).text, one, arch));

/** Programs of the gallery that learn from bits and predict one. */
export const learnerNames = programNames.filter((name) => {
  const { fields, predict } = checkProgram(readProgram(name)).checked;
  const inputs = fields.filter(({ role }) => role === "input");
  const predicted = fields.find((field) => field.name === predict);
  return (
    predicted !== undefined &&
    predicted.type.kind !== "range" &&
    inputs.length === 1 &&
    inputs[0]!.type.kind === "bit"
  );
});

/** A Turing machine on the last column: it cancels labels against each other in pairs, and says which are left. */
export const VOTING_MACHINE = `program voting_machine {
  input x: bit
  workspace top 1
  state tape: enum { blank, spent, no, yes, goal, says_no, says_yes }
  predict tape
  each {
    tape = if not at right or at top then blank else if at bottom then goal else if x then yes else no
  }
  machine on tape {
    start seek at top right
    seek spent -> spent down seek
    seek no -> spent down one_no
    seek yes -> spent down one_yes
    seek goal -> says_no stay done
    one_no spent -> spent down one_no
    one_no no -> no down one_no
    one_no yes -> spent up back
    one_no goal -> says_no stay done
    one_yes spent -> spent down one_yes
    one_yes yes -> yes down one_yes
    one_yes no -> spent up back
    one_yes goal -> says_yes stay done
    back spent -> spent up back
    back no -> no up back
    back yes -> yes up back
    back blank -> blank down seek
    halt done
    otherwise halt
  }
}`;

/** A learner whose cells keep step: the first example's label goes down the last column, a row in a pass. */
export const SPREADING = `program spreading {
  input x: bit
  state done, label: bit
  predict label
  ends when all(done)
  each { label = x }
  loop {
    each {
      label = if at top or not at right then x else up.label
      done = at top or up.done
    }
  }
}`;

/** A learner with workspace on both sides: the label of the first example that has a 1 in the first column. */
export const ROOMY = `program roomy {
  input x: bit
  workspace left 2, top cols
  state first: bit
  state found, label: bit
  place first = 1 at left
  predict label
  sweep down { first = first or up.first }
  sweep right { found = left.found or (first and x) }
  sweep down {
    label = if up.found then up.label else x
    found = found or up.found
  }
}`;

export function randomExamples(random: Random, count: number, features: number): Example[] {
  const sign = (): Sign => (random.int(2) === 0 ? -1 : 1);
  return Array.from({ length: count }, () => ({
    features: Array.from({ length: features }, sign),
    label: sign(),
  }));
}

/** All inputs of so many features. */
export const allQueries = (features: number): Sign[][] =>
  Array.from({ length: 2 ** features }, (_, bits) =>
    Array.from({ length: features }, (_, at): Sign => ((bits >> at) & 1 ? 1 : -1)),
  );

/** What the learner says by the reference interpreter, on the grid of examples and query. */
export const referenceAnswer = (
  { front: { checked }, network: { one } }: Learner,
  examples: readonly Example[],
  query: readonly Sign[],
): Sign => interpretLearner(checked, examples, query, one);
