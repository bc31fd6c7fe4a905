// The baselines learn what they should be able to learn: a weak opponent would prove nothing.

import { beforeAll, describe, expect, test } from "vitest";
import { loadBackend } from "../../src/engines/backend.ts";
import type { Backend } from "../../src/engines/tensorflow.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { answersOf, type Baseline } from "../../src/learning/learner/baselines.ts";
import type { Example } from "../../src/learning/learner/memory-layer.ts";
import { randomSigns, signOfBit } from "../../src/learning/learner/tasks/task.ts";
import { drawProblem, taskCalled } from "../../src/learning/learner/tasks/tasks.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend({ force: "wasm" });
});

interface Data {
  readonly examples: readonly Example[];
  readonly queries: readonly Example[];
}

async function accuracy(baseline: Baseline, { examples, queries }: Data, width = 512): Promise<number> {
  const features = queries.map((query) => query.features);
  const { answers } = await answersOf(baseline, backend, examples, features, { seed: 1, width });
  return answers.filter((answer, at) => answer === queries[at]!.label).length / queries.length;
}

const problem = (task: string, features: number, examples: number): Data =>
  drawProblem(taskCalled(task), { features, examples, queries: 200 }, 3, 0);

/** The sign of a random hyperplane. */
function halfSpace(features: number, examples: number): Data {
  const random = seededRandom(9);
  const normal = Array.from({ length: features }, () => random.next() - 0.5);
  const draw = (count: number): Example[] =>
    Array.from({ length: count }, () => {
      const x = randomSigns(random, features);
      return {
        features: x,
        label: signOfBit(x.reduce((sum, value, at) => sum + value * normal[at]!, 0.1) > 0),
      };
    });
  return { examples: draw(examples), queries: draw(200) };
}

describe("dense network", () => {
  test("learns a parity of 8 features from 250 examples", async () => {
    expect(await accuracy("dense", problem("parity", 8, 250))).toBeGreaterThan(0.97);
  }, 60_000);

  test("learns a half-space, and fits its examples", async () => {
    expect(await accuracy("dense", halfSpace(10, 300), 64)).toBeGreaterThan(0.9);
    const { examples } = problem("parity", 12, 40);
    expect(await accuracy("dense", { examples, queries: examples }, 128)).toBe(1);
  }, 60_000);

  test("does not learn a parity of 16 features from 40 examples", async () => {
    const found = await accuracy("dense", problem("parity", 16, 40), 64);
    expect(Math.abs(found - 0.5)).toBeLessThan(0.15);
  }, 60_000);
});

test("logistic regression learns a half-space, and no parity", async () => {
  expect(await accuracy("logistic", halfSpace(10, 300))).toBeGreaterThan(0.93);
  expect(await accuracy("logistic", problem("parity", 8, 250))).toBeLessThan(0.65);
}, 60_000);

test("nearest neighbour says the label of the first example that shares most values", async () => {
  const examples: Example[] = [
    { features: [1, 1, 1, 1], label: 1 },
    { features: [-1, -1, 1, 1], label: -1 },
    { features: [-1, -1, -1, -1], label: 1 },
  ];
  const queries: Example[] = [
    { features: [1, 1, 1, -1], label: 1 },
    { features: [-1, -1, 1, 1], label: -1 },
    { features: [-1, 1, 1, 1], label: 1 },
    { features: [-1, -1, -1, 1], label: -1 },
  ];
  expect(await accuracy("neighbour", { examples, queries })).toBe(1);
});

test("the same seed gives the same answers and settings", async () => {
  const { examples, queries } = problem("conjunction", 10, 40);
  const features = queries.map((query) => query.features);
  const train = () => answersOf("dense", backend, examples, features, { seed: 5, width: 32 });
  const [one, other] = [await train(), await train()];
  expect(one).toEqual(other);
  expect(one.settings).toMatch(/^32 hidden units, Adam 0\.\d+, batches of 32, \d+ epochs: the examples are /);
  const [only] = examples;
  const single = await answersOf("logistic", backend, [only!], [only!.features], { seed: 5 });
  expect(single.answers).toEqual([only!.label]);
}, 60_000);
