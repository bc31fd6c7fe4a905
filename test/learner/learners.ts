// The learners of the gallery with their networks, and random examples, for tests.

import { readFileSync } from "node:fs";
import { checkProgram, hashOf } from "../../src/compile.ts";
import { interpret } from "../../src/engines/reference.ts";
import type { Random } from "../../src/grid/random.ts";
import { compileLearner, type LearnerSource } from "../../src/learner/compile.ts";
import type { Example, Sign } from "../../src/learner/memory.ts";
import type { LearnerNetwork } from "../../src/learner/network.ts";
import { programNames } from "../programs/programs.ts";

export interface Learner {
  readonly front: LearnerSource;
  readonly network: LearnerNetwork;
}

/** Checks a text; less effort of the compiler gives a larger network, which must do the same. */
export function learnerOf(name: string, text: string): Learner {
  const front = checkProgram({ name, text });
  return { front, network: compileLearner(front, { sourceHash: hashOf(text), effort: 0.25 }) };
}

const textOf = (name: string): string =>
  readFileSync(new URL(`../../programs/${name}.alg`, import.meta.url), "utf8");

export const loadLearner = (name: string): Learner => learnerOf(`${name}.alg`, textOf(name));

/** Programs of the gallery that learn from bits and predict one. */
export const learnerNames = programNames.filter((name) => {
  const { fields, predict, ends, workspace } = checkProgram({ name, text: textOf(name) }).checked;
  const inputs = fields.filter(({ role }) => role === "input");
  const isBit = (field: (typeof fields)[number] | undefined) => field?.type.kind === "bit";
  const predicted = fields.find((field) => field.name === predict);
  return isBit(predicted) && inputs.length === 1 && isBit(inputs[0]) && !ends && !workspace;
});

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
export function referenceAnswer(
  { front: { checked } }: Learner,
  examples: readonly Example[],
  query: readonly Sign[],
): Sign {
  const cells = [...examples.flatMap(({ features, label }) => [...features, label]), ...query, -1];
  const input = checked.fields.find(({ role }) => role === "input")!.name;
  const planes = { [input]: Int32Array.from(cells, (sign) => (sign === 1 ? 1 : 0)) };
  const { grid } = interpret(checked, { rows: examples.length + 1, cols: query.length + 1, planes });
  return grid.planes[checked.predict!]!.at(-1) === 1 ? 1 : -1;
}
