// Lemma 1 holds of the network in a model's file, evaluated, differentiated and trained by other code.

import { beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { trainByJacobian } from "../../src/learning/learner/algorithm-1.ts";
import { sizeOfLearner } from "../../src/learning/learner/learner-size.ts";
import type { Example, Sign } from "../../src/learning/learner/memory-layer.ts";
import { type Model, readModelFile, writeModelFile } from "../../src/learning/learner/modelfile.ts";
import { stepsFor } from "../../src/learning/learner/step-count.ts";
import { again, SEED } from "../seed.ts";
import {
  allQueries,
  type Learner,
  learnerNames,
  learnerOf,
  loadLearner,
  ROOMY,
  randomExamples,
  referenceAnswer,
  VOTING_MACHINE,
} from "./learners.ts";
import { differentiate, evaluate, type Matrix, type Outside, openFile } from "./outside.ts";

describe.each<[string, string | null, Sign]>([
  ["gf2", null, 1],
  ["gf2", null, -1],
  ["nearest", null, 1],
  ["roomy", ROOMY, -1],
  ["voting_machine", VOTING_MACHINE, 1],
  ["voting_machine", VOTING_MACHINE, -1],
])("%s, %d standing for the bit 1", (name, text, one) => {
  let learner: Learner;
  let written: Model;
  let bytes: Uint8Array;
  let model: Outside;
  let examples: Example[];
  let memory: number[][];
  beforeAll(async () => {
    learner = text === null ? loadLearner(name, one) : learnerOf(`${name}.alg`, text, one);
    examples = randomExamples(seededRandom(21), 3, 2);
    const full = trainByJacobian(examples);
    const { network, front } = learner;
    const steps = await stepsFor(network, front.checked.steps, full, examples);
    const columns = ["a", "b", "y"].map((each) => ({ name: each, negative: "0", positive: "1" }));
    written = { network, memory: full, steps, format: { columns, label: 2, named: true, one } };
    bytes = writeModelFile(written);
    model = openFile(bytes);
    memory = model.tensors.memory as number[][];
  }, 120_000);

  test("read again it is the same model", () => {
    expect(readModelFile(bytes, "m.safetensors")).toEqual(written);
  });

  test("the memory is y z / 3, and below it a row of 1 / 3", () => {
    const rows = examples.map(({ features, label }) => [...features, 1].map((z) => label * z));
    const third = Math.fround(1 / 3);
    expect(memory).toEqual([...rows, [1, 1, 1]].map((row) => row.map((sign) => sign * third)));
  });

  test("with the whole memory f is the learner's prediction", () => {
    for (const query of allQueries(2))
      expect(evaluate(model, memory, query), String(query)).toBe(referenceAnswer(learner, examples, query));
  });

  test("with its first rows alone f is 0, and a small change of V counts in the next row alone", () => {
    const query = [-1, 1];
    const eps = 2 ** -10;
    for (const filled of [0, 3]) {
      const before = memory.map((row, at) => row.map((value) => (at < filled ? value : 0)));
      expect(evaluate(model, before, query)).toBe(0);
      for (const [row, line] of memory.entries()) {
        for (const col of line.keys()) {
          // V = W diag(z) and z is 1 or -1, so that V changes by eps where W does by eps times z.
          const changed = before.map((each) => [...each]);
          changed[row]![col]! += eps * (query[col] ?? 1);
          const expected = row === filled ? eps : 0;
          expect(evaluate(model, changed, query), `filled ${filled}, cell ${row}, ${col}`).toBe(expected);
        }
      }
    }
  });

  test("the file says how, and its shared numbers are those that are reported", () => {
    expect(model.about).toMatch(/memory \[examples \+ 1, features \+ 1\]: W\. .*y_i \* \(x_i, 1\) \/ 3/);
    const shared = Object.entries(model.tensors)
      .filter(([tensor]) => tensor.startsWith("step.") || tensor.startsWith("head."))
      .map(([, tensor]) => [tensor].flat(5).length);
    expect(sizeOfLearner(learner.network, { rows: 4, cols: 3 }, model.steps).shared).toBe(
      shared.reduce((sum, each) => sum + each, 0),
    );
  });
});

/** Examples and features: those of decision_list make a run of more than two hundred steps. */
const SIZES: Readonly<Record<string, readonly [count: number, features: number]>> = { decision_list: [8, 3] };

describe.each(learnerNames)("%s, trained outside", (name) => {
  test("by plain gradient descent, has the memory of the file, and answers as the program does", async () => {
    const learner = loadLearner(name);
    const [count, features] = SIZES[name] ?? [3, 2];
    const examples = randomExamples(seededRandom(SEED), count, features);
    const memory = trainByJacobian(examples);
    const { network, front } = learner;
    const steps = await stepsFor(network, front.checked.steps, memory, examples);
    const columns = [..."abcy"]
      .slice(3 - features)
      .map((each) => ({ name: each, negative: "0", positive: "1" }));
    const format = { columns, label: features, named: true };
    const model = openFile(writeModelFile({ network, memory, steps, format }));
    expect(trainedOutside(model, examples), again(SEED)).toEqual(model.tensors.memory);
    for (const query of allQueries(features))
      expect(evaluate(model, model.tensors.memory as Matrix, query), `${again(SEED)}, ${query}`).toBe(
        referenceAnswer(learner, examples, query),
      );
  }, 120_000);
});

/** W after the training that `about` describes. */
function trainedOutside(model: Outside, examples: readonly Example[]): Matrix {
  const third = Math.fround(1 / 3);
  const dummy = { features: examples[0]!.features.map(() => 1), label: 1 };
  let memory: Matrix = (model.tensors.memory as Matrix).map((row) => row.map(() => 0));
  for (const { features, label } of [...examples, dummy]) {
    const { output, gradient } = differentiate(model, memory, features);
    memory = memory.map((line, row) =>
      line.map((weight, col) => Math.fround(weight - third * (output - label) * gradient[row]![col]!)),
    );
  }
  return memory;
}
