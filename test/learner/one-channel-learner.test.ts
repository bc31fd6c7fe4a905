// Lemma 1 of the paper for learners with a single channel: what training writes, what the gradient is while it does, and
// what the network says once its memory is full; the whole step, with its plateaus, beside the digital part.

import { beforeAll, describe, expect, test } from "vitest";
import { lower } from "../../src/compiler/lower/lower.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { ProgramError } from "../../src/diagnostics/diagnostic.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { preparedShape } from "../../src/grid/prepare.ts";
import { analyse } from "../../src/language/analyse/analyse.ts";
import { trainByJacobian } from "../../src/learning/learner/algorithm-1.ts";
import { digitalForm, startState, withMemory } from "../../src/learning/learner/evaluate.ts";
import { readModelFile, writeModelFile } from "../../src/learning/learner/modelfile.ts";
import { withPrelude } from "../../src/learning/learner/prelude.ts";
import { readSafetensors, writeSafetensors } from "../../src/network/safetensors.ts";
import { lemmasOf } from "../../src/proof/prove/lemma.ts";
import { proveReachable } from "../../src/proof/prove/prove.ts";
import { type Learner, loadLearner } from "./learners.ts";
import { learnerProblem, testLemma } from "./lemma.ts";

const SEED = 20_221_102;

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
    const { examples, steps, network } = await learnerProblem(learner, SEED, 2, 2);
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

  testLemma({
    learner: () => learner,
    seed: SEED,
    trained: [
      [1, 1],
      [3, 2],
    ],
    queried: [
      [1, 3],
      [4, 3],
      [7, 4],
    ],
    engines: async (network) => [directEngine(network.digital)],
  });

  test("from the first step on, the step's numbers are those of the digital part", async () => {
    const { examples, network } = await learnerProblem(learner, SEED, 3, 3);
    const full = trainByJacobian(examples);
    // Memories of all kinds: full, empty, and with some rows.
    for (const rows of [0, 2, 4]) {
      const weight = full.weight.map((value, at) => (at < rows * full.cols ? value : 0));
      const memory = { ...full, weight };
      const { features } = examples[0]!;
      const state = withMemory(network, startState(network, memory), memory, features);
      const shape = preparedShape(network.digital, memory);
      const whole = directEngine(network.step).start(shape, [state]);
      const bits = digitalForm(network, memory).stateOf({ memory, features });
      const digital = directEngine(network.digital).start(shape, [bits]);
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
