// Lemma 1 of the paper, for every learner of the gallery: what training writes, what the gradient is while it does,
// and what the network says once its memory is full.

import { beforeAll, describe, expect, test } from "vitest";
import { directEngine } from "../../src/engines/direct.ts";
import { trainByJacobian } from "../../src/learning/learner/algorithm-1.ts";
import { digitalEngine, engineChooser, MUCH_WORK } from "../../src/learning/learner/digital-engine.ts";
import { predict } from "../../src/learning/learner/evaluate.ts";
import {
  allQueries,
  type Learner,
  learnerNames,
  learnerOf,
  loadLearner,
  ROOMY,
  SPREADING,
  VOTING_MACHINE,
} from "./learners.ts";
import { learnerProblem, testLemma } from "./lemma.ts";

const SEED = 20_221_101;

/** Others than the gallery's: a Turing machine, cells that keep step, workspace. */
const TEXTS: Readonly<Record<string, string>> = {
  voting_machine: VOTING_MACHINE,
  spreading: SPREADING,
  roomy: ROOMY,
};
const LEARNERS = [...learnerNames, ...Object.keys(TEXTS)];

/** Learners of the gallery whose numbers are beyond bytes. */
const WIDE = ["average", "gfp", "halving", "k_nearest", "perceptron", "winnow"];

describe.each(LEARNERS)("%s", (name) => {
  let learner: Learner;
  beforeAll(() => {
    const text = TEXTS[name];
    learner = text === undefined ? loadLearner(name) : learnerOf(`${name}.alg`, text);
  }, 300_000);

  testLemma({
    learner: () => learner,
    seed: SEED,
    trained: [
      [1, 1],
      [2, 3],
      [5, 2],
    ],
    queried: [
      [1, 1],
      [1, 3],
      [4, 3],
      [7, 4],
      [3, 5],
    ],
    engines: async (network) => {
      // Most of the gallery's learners on sixteen grids at once.
      const digital = digitalEngine(network);
      if (learnerNames.includes(name)) expect(digital.name).toBe(WIDE.includes(name) ? "direct" : "bytes");
      // And on both sides of where the choice changes.
      const choose = engineChooser(network);
      return [digital, await choose(MUCH_WORK - 1), await choose(MUCH_WORK)];
    },
  });

  test("too few steps are refused, saying so", async () => {
    const { examples, network } = await learnerProblem(learner, SEED, 2, 2);
    const memory = trainByJacobian(examples);
    await expect(predict(network, memory, 2, directEngine(network.step), allQueries(2))).rejects.toThrow(
      /was not done after the 2 steps of the network for 2 examples of 2 features/,
    );
  });
});
