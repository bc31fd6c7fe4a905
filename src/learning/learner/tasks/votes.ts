// Tasks in which the examples' labels are votes: each is flipped with a fixed probability. Those of the queries are not.

import type { Random } from "../../../grid/random.ts";
import type { Example, Sign } from "../memory-layer.ts";
import {
  type LearningProblem,
  type ProblemSize,
  randomSigns,
  requireFeatures,
  signOfBit,
  type Task,
} from "./task.ts";
import { binomial, chanceOfMajority } from "./theory.ts";

/** One label in this number is flipped. */
const FLIPPED = 4;

/** The labels of examples, one in `flipped` of them the wrong one. */
export function withFlippedLabels(random: Random, { examples, queries }: LearningProblem, flipped: number) {
  const noisy = examples.map(({ features, label }): Example => {
    return { features, label: random.int(flipped) === 0 ? signOfBit(label === -1) : label };
  });
  return { examples: noisy, queries };
}

function drawn({ examples, queries }: ProblemSize, draw: () => Example): LearningProblem {
  const several = (count: number) => Array.from({ length: count }, draw);
  return { examples: several(examples), queries: several(queries) };
}

export const noisyVote: Task = {
  name: "noisy-vote",
  about: `one hidden label for all, of which one in ${FLIPPED} examples has the opposite`,
  isNoisy: true,
  theory: {
    says: "majority: the binomial distribution",
    chances({ examples }) {
      const chance = chanceOfMajority(examples, 1 - 1 / FLIPPED);
      return { exact: chance, accuracy: chance };
    },
  },
  draw(random, size) {
    const label = signOfBit(random.int(2));
    const problem = drawn(size, () => ({ features: randomSigns(random, size.features), label }));
    return withFlippedLabels(random, problem, FLIPPED);
  },
};

/** Inputs that come up. */
const INPUTS = 4;

export const noisyTable: Task = {
  name: "noisy-table",
  about: `a hidden table of ${INPUTS} inputs with their labels, of which one in ${FLIPPED} examples has the opposite`,
  isNoisy: true,
  theory: {
    says: "vote: binomial distributions of the query's copies, and of their labels",
    chances: ({ examples }) => ({
      accuracy: binomial(examples, 1 / INPUTS).reduce(
        (sum, chance, copies) => sum + chance * chanceOfMajority(copies, 1 - 1 / FLIPPED),
        0,
      ),
    }),
  },
  draw(random, size) {
    requireFeatures("noisy-table", size.features, Math.log2(INPUTS));
    const table = new Map<string, Example>();
    while (table.size < INPUTS) {
      const features: Sign[] = randomSigns(random, size.features);
      table.set(features.join(), { features, label: signOfBit(random.int(2)) });
    }
    const rows = [...table.values()];
    return withFlippedLabels(
      random,
      drawn(size, () => rows[random.int(INPUTS)]!),
      FLIPPED,
    );
  },
};
