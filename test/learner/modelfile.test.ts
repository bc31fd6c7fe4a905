import { beforeAll, describe, expect, test } from "vitest";
import { directEngine } from "../../src/engines/direct.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { trainByJacobian } from "../../src/learning/learner/algorithm-1.ts";
import { predict } from "../../src/learning/learner/evaluate.ts";
import { type Model, readModelFile, writeModelFile } from "../../src/learning/learner/modelfile.ts";
import { stepsFor } from "../../src/learning/learner/step-count.ts";
import { isFloat, readSafetensors, type Tensor, writeSafetensors } from "../../src/network/safetensors.ts";
import { allQueries, loadLearner, randomExamples } from "./learners.ts";

let model: Model;
let bytes: Uint8Array;
beforeAll(async () => {
  const { network, front } = loadLearner("memorize");
  const examples = randomExamples(seededRandom(5), 4, 3);
  const memory = trainByJacobian(examples);
  const steps = await stepsFor(network, front.checked.steps, memory, examples);
  const columns = ["a", "b", "c", "y"].map((name) => ({ name, negative: "0", positive: "1" }));
  model = { network, memory, steps, format: { columns, label: 3, named: true } };
  bytes = writeModelFile(model);
});

test("a model comes back as it was, and says the same", async () => {
  const again = readModelFile(bytes, "m.safetensors");
  expect(again).toEqual(model);
  expect(writeModelFile(again)).toEqual(bytes);
  const answers = ({ network, memory, steps }: Model) =>
    predict(network, memory, steps, directEngine(network.step), allQueries(3));
  expect(await answers(again)).toEqual(await answers(model));
});

test("a model that says it takes far too many steps ends when all cells have halted", async () => {
  const { network, memory, steps } = model;
  const few = { ...directEngine(network.step) };
  let made = 0;
  const counted: Engine = {
    ...few,
    start(shape, states) {
      const run = few.start(shape, states);
      return { ...run, read: () => run.read(), close: () => run.close(), advance };
      function advance(count: number): Promise<void> {
        made += count;
        return run.advance(count);
      }
    },
  };
  const answers = await predict(network, memory, steps, few, allQueries(3));
  expect(await predict(network, memory, 2 ** 31, counted, allQueries(3))).toEqual(answers);
  expect(made).toBeLessThan(2 ** 26);
});

describe("damaged files are refused, saying what is wrong", () => {
  interface Parts {
    tensors: readonly Tensor[];
    metadata: Record<string, string>;
  }
  const read = (change: (parts: Parts) => void) => () => {
    const { tensors, metadata } = readSafetensors(bytes);
    const parts = { tensors: tensors.filter(isFloat), metadata: { ...metadata } };
    change(parts);
    return readModelFile(writeSafetensors(parts.tensors, parts.metadata), "m.safetensors");
  };
  const memory = (change: (tensor: Tensor) => Tensor) =>
    read((parts) => {
      parts.tensors = parts.tensors.map((tensor) => (tensor.name === "memory" ? change(tensor) : tensor));
    });
  const learner = (change: (value: Record<string, unknown>) => void) =>
    read(({ metadata }) => {
      const value = JSON.parse(metadata.learner!);
      change(value);
      metadata.learner = JSON.stringify(value);
    });

  test.each<[string, () => unknown, RegExp]>([
    [
      "a step that rounds",
      read(({ metadata }) => {
        metadata.snap = "true";
      }),
      /found snap in the metadata, but V is no number to be rounded/,
    ],
    [
      "another format",
      read(({ metadata }) => {
        metadata.format = "tapeloom";
      }),
      /is the weight file of a program, not the model of a trained learner.*make a model with `tapeloom learn`/,
    ],
    ["no learner", read(({ metadata }) => delete metadata.learner), /"learner" are missing/],
    [
      "no JSON",
      read(({ metadata }) => {
        metadata.learner = "{";
      }),
      /"learner" are not JSON/,
    ],
    [
      "steps of no kind",
      learner((value) => {
        value.steps = 0;
      }),
      /"learner" are wrong at steps/,
    ],
    [
      "names of no field",
      learner((value) => {
        value.names = { pos: "pos", neg: "neg", current: "nobody", answering: "answering" };
      }),
      /found no bit called nobody/,
    ],
    [
      "one value for both of a column",
      learner((value) => {
        const columns = ["a", "b", "c", "y"].map((name) => ({ name, negative: "1", positive: "1" }));
        value.format = { columns, label: 3, named: true };
      }),
      /give "1" as both values of column a/,
    ],
    [
      "a label that is no column",
      learner((value) => {
        value.format = { ...(value.format as object), label: 4 };
      }),
      /name column 5 of 4 as the label/,
    ],
    [
      "no memory",
      read((parts) => {
        parts.tensors = parts.tensors.filter(({ name }) => name !== "memory");
      }),
      /found no memory/,
    ],
    [
      "a memory of another shape",
      memory((tensor) => ({ ...tensor, shape: [4, 5] })),
      /found a memory of shape \[4, 5\], expected .* 4 columns/,
    ],
    [
      "numbers that training does not leave",
      memory((tensor) => ({ ...tensor, data: tensor.data.map((value, at) => (at === 7 ? 0.5 : value)) })),
      /found 0.5 in the memory/,
    ],
    [
      "a changed step",
      read((parts) => {
        parts.tensors = parts.tensors.map((tensor) =>
          tensor.name === "step.1.weight"
            ? { ...tensor, data: tensor.data.map((value) => value + 1) }
            : tensor,
        );
      }),
      /the tensor step.1.weight is not what the digital part makes of it/,
    ],
    [
      "no head",
      read((parts) => {
        parts.tensors = parts.tensors.filter(({ name }) => name !== "head.0.bias");
      }),
      /the tensor head.0.bias is missing/,
    ],
    [
      "a damaged network",
      read(({ metadata }) => {
        metadata.stop = "[]";
      }),
      /m.safetensors: the metadata "stop" are wrong/,
    ],
  ])("%s", (_, reading, message) => {
    expect(reading).toThrow(message);
  });

  test("a file cut short", () => {
    expect(() => readModelFile(bytes.subarray(0, bytes.length - 4), "m.safetensors")).toThrow(/truncated/);
  });
});
