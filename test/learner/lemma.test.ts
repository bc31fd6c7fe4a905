// Lemma 1 of the paper, for every learner of the gallery: what training writes, what the gradient is while it does,
// and what the network says once its memory is full.

import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, loadBackend } from "../../src/engines/backend.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { tensorEngine } from "../../src/engines/tensor.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { differentiator } from "../../src/learning/learner/autodiff.ts";
import { digitalEngine, engineChooser, MUCH_WORK } from "../../src/learning/learner/engine.ts";
import { output, predict } from "../../src/learning/learner/evaluate.ts";
import { dummyExample, emptyMemory, type Memory } from "../../src/learning/learner/memory.ts";
import { stepsFor } from "../../src/learning/learner/steps.ts";
import { trainByAutodiff, trainByJacobian } from "../../src/learning/learner/train.ts";
import {
  allQueries,
  type Learner,
  learnerNames,
  learnerOf,
  loadLearner,
  ROOMY,
  randomExamples,
  referenceAnswer,
  SPREADING,
  VOTING_MACHINE,
} from "./learners.ts";

/** 1/3 in float32. */
const THIRD = Math.fround(1 / 3);
const SEED = 20_221_101;

let wasm: Backend;
beforeAll(async () => {
  wasm = await loadBackend({ force: "wasm" });
});

/** Bit patterns: -0 is not 0 here. */
const bits = ({ weight }: Memory): number[] => [...new Uint32Array(weight.slice().buffer)];

/** Others than the gallery's: a Turing machine, cells that keep step, workspace. */
const TEXTS: Readonly<Record<string, string>> = {
  voting_machine: VOTING_MACHINE,
  spreading: SPREADING,
  roomy: ROOMY,
};
const LEARNERS = [...learnerNames, ...Object.keys(TEXTS)];

describe.each(LEARNERS)("%s", (name) => {
  let learner: Learner;
  beforeAll(() => {
    const text = TEXTS[name];
    learner = text === undefined ? loadLearner(name) : learnerOf(`${name}.alg`, text);
  }, 300_000);

  /** Random examples of some shape, and the number of steps for them. */
  async function problem(seed: number, count: number, features: number) {
    const examples = randomExamples(seededRandom(seed), count, features);
    const { network, front } = learner;
    const steps = await stepsFor(network, front.checked.steps, trainByJacobian(examples), examples);
    return { examples, steps, network };
  }

  test("1.1: step i writes y z / 3 to row i alone, by both paths, bit for bit", async () => {
    for (const [seed, [count, features]] of [
      [1, 1],
      [2, 3],
      [5, 2],
    ].entries()) {
      const { examples, steps, network } = await problem(SEED + seed, count!, features!);
      const byJacobian: Memory[] = [];
      const byAutodiff: Memory[] = [];
      trainByJacobian(examples, { onStep: (_, memory) => byJacobian.push(memory) });
      const onStep = (_: number, memory: Memory) => byAutodiff.push(memory);
      await trainByAutodiff(wasm, network, steps, examples, { onStep });
      const rows = [...examples, dummyExample(features!)];
      expect(byAutodiff.length).toBe(rows.length);
      for (const [step, memory] of byAutodiff.entries()) {
        const expected = rows.flatMap(({ features: x, label }, row) =>
          [...x, 1].map((z) => (row <= step ? label * z * THIRD : 0)),
        );
        expect([...memory.weight], `seed ${SEED + seed}, step ${step + 1}`).toEqual(expected);
        expect(bits(memory)).toEqual(bits(byJacobian[step]!));
      }
    }
  });

  test("1.1: while row i is empty, f = 0 and df/dV is 1 there and 0 elsewhere; then df/dV is 0", async () => {
    const [count, features] = [3, 2];
    const { examples, steps, network } = await problem(SEED, count, features);
    const gradient = differentiator(wasm, network, { rows: count + 1, cols: features + 1 }, steps);
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
        expect(found.output).toBe(isFull ? referenceAnswer(learner, examples, query) : 0);
        expect(await output(network, memory, steps, directEngine(network.step), query)).toBe(found.output);
      }
    }
    gradient.close();
  });

  test("1.2: with a full memory f is the learner's prediction, for every query", async () => {
    for (const [seed, [count, features]] of [
      [1, 1],
      [1, 3],
      [4, 3],
      [7, 4],
      [3, 5],
    ].entries()) {
      const { examples, steps, network } = await problem(SEED + seed, count!, features!);
      const memory = trainByJacobian(examples);
      const queries = allQueries(features!);
      const expected = queries.map((query) => referenceAnswer(learner, examples, query));
      const direct = await predict(network, memory, steps, directEngine(network.step), queries);
      expect(direct, `seed ${SEED + seed}`).toEqual(expected);
      const engine = tensorEngine(network.step, wasm, { approximate: true });
      expect(await predict(network, memory, steps, engine, queries)).toEqual(expected);
      engine.close();
      // The digital part alone says the same; that of the gallery's learners on sixteen grids at once.
      const digital = digitalEngine(network);
      expect(learnerNames.includes(name) ? digital.name : "bytes").toBe("bytes");
      // And so do the engines on both sides of where the choice changes.
      const choose = engineChooser(network);
      for (const each of [digital, await choose(MUCH_WORK - 1), await choose(MUCH_WORK)])
        expect(await predict(network, memory, steps, each, queries, { digital: true })).toEqual(expected);
    }
  });

  test("too few steps are refused, saying so", async () => {
    const { examples, network } = await problem(SEED, 2, 2);
    const memory = trainByJacobian(examples);
    await expect(predict(network, memory, 2, directEngine(network.step), allQueries(2))).rejects.toThrow(
      /was not done after the 2 steps of the network for 2 examples of 2 features/,
    );
  });
});
