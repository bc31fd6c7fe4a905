// Lemma 1 of the paper, as tests of a learner: what training writes, what the gradient is while it does, and what the
// network says once its memory is full.

import { beforeAll, expect, test } from "vitest";
import { loadBackend } from "../../src/engines/backend.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { tensorEngine } from "../../src/engines/tensor.ts";
import type { Backend } from "../../src/engines/tensorflow.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { trainByAutodiff, trainByJacobian } from "../../src/learning/learner/algorithm-1.ts";
import { differentiator } from "../../src/learning/learner/autodiff.ts";
import { output, predict } from "../../src/learning/learner/evaluate.ts";
import { dummyExample, emptyMemory, type Memory } from "../../src/learning/learner/memory-layer.ts";
import { stepsFor } from "../../src/learning/learner/step-count.ts";
import { allQueries, type Learner, randomExamples, referenceAnswer } from "./learners.ts";

/** 1/3 in float32. */
const THIRD = Math.fround(1 / 3);

/** Bit patterns: -0 is not 0 here. */
const bits = ({ weight }: Memory): number[] => [...new Uint32Array(weight.slice().buffer)];

/** Numbers of examples and of features. */
type Sizes = readonly (readonly [count: number, features: number])[];

interface LemmaOptions {
  readonly learner: () => Learner;
  readonly seed: number;
  /** Sizes of problems on which training is looked at, and those on which all queries are. */
  readonly trained: Sizes;
  readonly queried: Sizes;
  /** Engines of the digital part, which says the same alone. */
  readonly engines: (network: Learner["network"]) => Promise<readonly Engine[]>;
}

/** Random examples of some shape, and the number of steps for them. */
export async function learnerProblem(
  { network, front }: Learner,
  seed: number,
  count: number,
  features: number,
) {
  const examples = randomExamples(seededRandom(seed), count, features);
  const steps = await stepsFor(network, front.checked.steps, trainByJacobian(examples), examples);
  return { examples, steps, network };
}

/** The tests of both parts, for a `describe`. */
export function testLemma({ learner, seed: first, trained, queried, engines }: LemmaOptions): void {
  let wasm: Backend;
  beforeAll(async () => {
    wasm = await loadBackend({ force: "wasm" });
  });
  const problem = (seed: number, count: number, features: number) =>
    learnerProblem(learner(), seed, count, features);

  test("1.1: step i writes y z / 3 to row i alone, by both paths, bit for bit", async () => {
    for (const [at, [count, features]] of trained.entries()) {
      const { examples, steps, network } = await problem(first + at, count, features);
      const byJacobian: Memory[] = [];
      const byAutodiff: Memory[] = [];
      trainByJacobian(examples, { onStep: (_, memory) => byJacobian.push(memory) });
      const onStep = (_: number, memory: Memory) => byAutodiff.push(memory);
      await trainByAutodiff(network, steps, examples, { onStep });
      const rows = [...examples, dummyExample(features)];
      expect(byAutodiff.length).toBe(rows.length);
      for (const [step, memory] of byAutodiff.entries()) {
        const expected = rows.flatMap(({ features: x, label }, row) =>
          [...x, 1].map((z) => (row <= step ? label * z * THIRD : 0)),
        );
        expect([...memory.weight], `seed ${first + at}, step ${step + 1}`).toEqual(expected);
        expect(bits(memory)).toEqual(bits(byJacobian[step]!));
      }
    }
  });

  test("1.1: while row i is empty, f = 0 and df/dV is 1 there and 0 elsewhere; then df/dV is 0", async () => {
    const [count, features] = [3, 2];
    const { examples, steps, network } = await problem(first, count, features);
    const gradient = differentiator(network, { rows: count + 1, cols: features + 1 }, steps);
    const memories = [emptyMemory(count, features)];
    trainByJacobian(examples, { onStep: (_, memory) => memories.push(memory) });
    for (const [row, memory] of memories.entries()) {
      const isFull = row === memory.rows;
      for (const query of allQueries(features)) {
        const found = gradient.valueGradient(memory, query);
        const expected = Array.from({ length: memory.weight.length }, (_, at) =>
          Math.floor(at / memory.cols) === row ? 1 : 0,
        );
        expect([...found.gradient], `row ${row}, query ${query}`).toEqual(expected);
        expect(found.output).toBe(isFull ? referenceAnswer(learner(), examples, query) : 0);
        expect(await output(network, memory, steps, directEngine(network.step), query)).toBe(found.output);
      }
    }
  });

  test("1.2: with a full memory f is the learner's prediction, for every query", async () => {
    const digital = await engines(learner().network);
    for (const [at, [count, features]] of queried.entries()) {
      const { examples, steps, network } = await problem(first + at, count, features);
      const memory = trainByJacobian(examples);
      const queries = allQueries(features);
      const expected = queries.map((query) => referenceAnswer(learner(), examples, query));
      const direct = await predict(network, memory, steps, directEngine(network.step), queries);
      expect(direct, `seed ${first + at}`).toEqual(expected);
      const engine = tensorEngine(network.step, wasm, { approximate: true });
      expect(await predict(network, memory, steps, engine, queries)).toEqual(expected);
      engine.close();
      for (const each of digital)
        expect(await predict(network, memory, steps, each, queries, { digital: true })).toEqual(expected);
    }
  });
}
