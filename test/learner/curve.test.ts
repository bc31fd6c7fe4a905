// The work of the sample curve: the network answers as the program does, problem by problem.

import { beforeAll, describe, expect, test } from "vitest";
import { loadBackend } from "../../src/engines/backend.ts";
import { trainByJacobian } from "../../src/learning/learner/algorithm-1.ts";
import { digitalEngine, engineChooser } from "../../src/learning/learner/digital-engine.ts";
import {
  type Contestants,
  type CurveJob,
  type JobResult,
  measurementOf,
  runJob,
} from "../../src/learning/learner/sample-curve.ts";
import { stepsUntilDone } from "../../src/learning/learner/step-count.ts";
import { drawProblem, taskCalled } from "../../src/learning/learner/tasks/tasks.ts";
import { withDense } from "../network/dense.ts";
import { type Learner, learnerOf, loadLearner, VOTING_MACHINE } from "./learners.ts";

const SEED = 77;
const contestants = ({ network, front }: Learner): Contestants => ({
  network,
  program: front.checked,
  loadTensors: () => loadBackend({ force: "wasm" }),
  chooseEngine: engineChooser(network),
});

async function jobFor(learner: Learner, task: string, features: number, examples: number, count: number) {
  const size = { features, examples, queries: 5 };
  const first = drawProblem(taskCalled(task), size, SEED, 0).examples;
  const steps = await stepsUntilDone(learner.network, trainByJacobian(first), first);
  return { method: "network", task, size, seed: SEED, first: 0, count, steps } as const;
}

describe.each([
  ["gf2", "parity"],
  ["gf2", "lfsr"],
  ["conjunction", "conjunction"],
  ["decision_list", "decision-list"],
  ["nearest", "nearest"],
  ["automaton", "automaton"],
  ["average", "threshold"],
  ["gfp", "mod3"],
  ["halving", "literal"],
  ["k_nearest", "noisy-nearest"],
  ["perceptron", "threshold"],
  ["stump", "noisy-literal"],
  ["vote", "noisy-table"],
  ["winnow", "monotone-disjunction"],
])("%s on %s", (name, task) => {
  let learner: Learner;
  beforeAll(() => {
    learner = loadLearner(name);
  }, 120_000);

  test("network and program give the same answers, however problems are put together", async () => {
    const job: CurveJob = await jobFor(learner, task, 5, 6, 9);
    const rivals = contestants(learner);
    const whole = await runJob(job, rivals);
    expect(whole.right.length).toBe(9);
    expect((await runJob({ ...job, method: "reference" }, rivals)).right).toEqual(whole.right);
    const parts = [
      await runJob({ ...job, count: 4 }, rivals),
      await runJob({ ...job, first: 4, count: 5 }, rivals),
    ];
    expect(parts.flatMap(({ right }) => right)).toEqual(whole.right);
    expect(parts[0]!.determined + parts[1]!.determined).toBe(whole.determined);
  }, 60_000);

  test("steps that are too few are noticed, and more are made", async () => {
    const job = await jobFor(learner, task, 4, 5, 3);
    const enough = await runJob(job, contestants(learner));
    const few = await runJob({ ...job, steps: 3 }, contestants(learner));
    expect(few.right).toEqual(enough.right);
    expect(few.steps).toBeGreaterThan(3);
  }, 60_000);
});

test("a network that does not fit into bytes runs too", async () => {
  const { network, front } = learnerOf("voting_machine.alg", VOTING_MACHINE);
  const [first, second, ...others] = network.digital.layers;
  const times = (values: Float32Array, factor: number) => values.map((value) => factor * value);
  const larger = { ...withDense(first!, (weight) => times(weight, 256)), bias: times(first!.bias, 256) };
  const smaller = withDense(second!, (weight) => times(weight, 1 / 256));
  const digital = { ...network.digital, layers: [larger, smaller, ...others] };
  const learner = { front, network: { ...network, digital } };
  expect(digitalEngine(learner.network).name).toBe("direct");
  const job: CurveJob = await jobFor(learner, "conjunction", 3, 2, 2);
  const { right } = await runJob(job, contestants(learner));
  expect((await runJob({ ...job, method: "reference" }, contestants(learner))).right).toEqual(right);
}, 120_000);

test("bits, which run much work, say the same as bytes", async () => {
  const learner = loadLearner("gf2");
  const job: CurveJob = await jobFor(learner, "parity", 6, 6, 8);
  const bits = await engineChooser(learner.network)(Number.POSITIVE_INFINITY);
  expect(bits.name).toMatch(/^bits/);
  const chooseEngine = async () => bits;
  const found = await runJob(job, { ...contestants(learner), chooseEngine });
  expect(found.right).toEqual((await runJob(job, contestants(learner))).right);
}, 120_000);

test("parity: never wrong where the examples have full rank, and never right on all else", async () => {
  const learner = loadLearner("gf2");
  const job = await jobFor(learner, "parity", 6, 7, 1);
  let [full, guessed] = [0, 0];
  for (let first = 0; first < 60; first++) {
    const { right, determined } = await runJob({ ...job, first }, contestants(learner));
    if (determined === 1) {
      full++;
      expect(right, `seed ${SEED}, problem ${first}`).toEqual([5]);
    } else if (right[0]! < 5) guessed++;
  }
  expect(full).toBeGreaterThan(20);
  expect(guessed).toBeGreaterThan(0);
}, 120_000);

test("results of jobs add up", () => {
  const result = (right: number[], determined: number, steps: number): JobResult => ({
    right,
    determined,
    steps,
    seconds: 2,
  });
  const found = measurementOf("network", 4, [result([4, 4], 2, 10), result([2, 4], 0, 12)]);
  expect(found).toMatchObject({ problems: 4, determined: 0.5, steps: 12, seconds: 4 });
  expect(found.exact.rate).toBe(3 / 4);
  expect(found.accuracy.rate).toBe(14 / 16);
});
