// Lemma 1 of the paper for learners with a single channel: what training writes, what the gradient is while it does, and
// what the network says once its memory is full; the whole step, with its plateaus, beside the digital part.

import { beforeAll, describe, expect, test } from "vitest";
import { lower } from "../../src/compiler/lower/lower.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { ProgramError } from "../../src/diagnostics/diagnostic.ts";
import { type Backend, loadBackend } from "../../src/engines/backend.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { tensorEngine } from "../../src/engines/tensor.ts";
import { preparedShape } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { analyse } from "../../src/language/analyse/analyse.ts";
import { differentiator } from "../../src/learning/learner/autodiff.ts";
import {
  onDigitalPart,
  output,
  predict,
  startState,
  withMemory,
} from "../../src/learning/learner/evaluate.ts";
import { dummyExample, emptyMemory, type Memory } from "../../src/learning/learner/memory.ts";
import { readModelFile, writeModelFile } from "../../src/learning/learner/modelfile.ts";
import { withPrelude } from "../../src/learning/learner/prelude.ts";
import { stepsFor } from "../../src/learning/learner/steps.ts";
import { trainByAutodiff, trainByJacobian } from "../../src/learning/learner/train.ts";
import { readSafetensors, writeSafetensors } from "../../src/network/safetensors.ts";
import { lemmasOf } from "../../src/proof/prove/lemma.ts";
import { proveReachable } from "../../src/proof/prove/prove.ts";
import { allQueries, type Learner, loadLearner, randomExamples, referenceAnswer } from "./learners.ts";

const THIRD = Math.fround(1 / 3);
const SEED = 20_221_102;

let wasm: Backend;
beforeAll(async () => {
  wasm = await loadBackend({ force: "wasm" });
});

const bits = ({ weight }: Memory): number[] => [...new Uint32Array(weight.slice().buffer)];

describe.each([
  ["gf2", 1],
  ["gf2", -1],
  ["memorize", 1],
  ["majority", -1],
  ["nearest", 1],
] as const)("%s, %s for the bit 1", (name, one) => {
  let learner: Learner;
  beforeAll(() => {
    learner = loadLearner(name, one, "paper");
  }, 300_000);

  async function problem(seed: number, count: number, features: number) {
    const examples = randomExamples(seededRandom(seed), count, features);
    const { network, front } = learner;
    const steps = await stepsFor(network, front.checked.steps, trainByJacobian(examples), examples);
    return { examples, steps, network };
  }

  test("the step and the digital part are of Definition 5", () => {
    const { digital, step, head } = learner.network;
    for (const { channels, layers, residual } of [digital, step]) {
      expect(channels.map((each) => each.name)).toEqual(["cell"]);
      expect(layers.map(({ kernel }) => kernel)).toEqual([3, 1, 1, 1, 1]);
      expect([...residual]).toEqual([0]);
    }
    expect(head.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
      [1, head[0].outputs],
      [head[0].outputs, 1],
    ]);
    expect(digital.exact.formats).toContain("float32");
  });

  test("the digital part is proved", () => {
    const { source, ast } = learner.front;
    const { program } = analyse(withPrelude(ast, one, true).ast, source);
    const rule = schedule(lower(program!));
    const { step } = proveReachable(rule, learner.network.digital, {}, lemmasOf(program!, rule, true));
    expect(step.outcome).toBe("proved");
  });

  test("its model is read back as it was written, and not with other numbers", async () => {
    const { examples, steps, network } = await problem(SEED, 2, 2);
    const column = (name: string) => ({ name, negative: "0", positive: "1" });
    const columns = ["a", "b", "c"].map(column);
    const format = { columns, label: 2, named: true, ...(one === -1 && { one }) };
    const model = { network, memory: trainByJacobian(examples), steps, format };
    const file = writeModelFile(model);
    expect(readModelFile(file, "model")).toEqual(model);
    const { tensors, metadata } = readSafetensors(file, "model");
    const learned = JSON.parse(metadata.learner!);
    for (const numbers of [learned.numbers.toReversed(), learned.numbers.slice(1), undefined]) {
      const changed = { ...metadata, learner: JSON.stringify({ ...learned, numbers }) };
      expect(() => readModelFile(writeSafetensors(tensors, changed), "model")).toThrow(
        "make the model again",
      );
    }
  });

  test("1.1: step i writes y z / 3 to row i alone, by both paths, bit for bit", async () => {
    for (const [seed, [count, features]] of [
      [1, 1],
      [3, 2],
    ].entries()) {
      const { examples, steps, network } = await problem(SEED + seed, count!, features!);
      const byJacobian: Memory[] = [];
      const byAutodiff: Memory[] = [];
      trainByJacobian(examples, { onStep: (_, memory) => byJacobian.push(memory) });
      const onStep = (_: number, memory: Memory) => byAutodiff.push(memory);
      await trainByAutodiff(wasm, network, steps, examples, { onStep });
      const rows = [...examples, dummyExample(features!)];
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
      [1, 3],
      [4, 3],
      [7, 4],
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
      const digital = directEngine(network.digital);
      expect(await predict(network, memory, steps, digital, queries, { digital: true })).toEqual(expected);
    }
  });

  test("from the first step on, the step's numbers are those of the digital part", async () => {
    const { examples, network } = await problem(SEED, 3, 3);
    const full = trainByJacobian(examples);
    // Memories of all kinds: full, empty, and with some rows.
    for (const rows of [0, 2, 4]) {
      const weight = full.weight.map((value, at) => (at < rows * full.cols ? value : 0));
      const memory = { ...full, weight };
      const state = withMemory(network, startState(network, memory), memory, examples[0]!.features);
      const shape = preparedShape(network.digital, memory);
      const whole = directEngine(network.step).start(shape, [state]);
      const digital = onDigitalPart(network, directEngine(network.digital))(shape, [state]);
      for (let step = 0; step < 40; step++) {
        await whole.advance(1);
        await digital.advance(1);
        expect(await whole.read(), `${rows} rows, step ${step + 1}`).toEqual(await digital.read());
      }
    }
  });
});

test("learners whose cells have too many states are refused", () => {
  expect(() => loadLearner("decision_list", 1, "paper")).toThrow(ProgramError);
});
