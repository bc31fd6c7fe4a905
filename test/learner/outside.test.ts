// A model seen from outside: nothing but the bytes of the file and what its metadata `about` says. Lemma 1 holds of
// that network, evaluated by other code.

import { beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import type { Example } from "../../src/learner/memory.ts";
import { type Model, readModelFile, writeModelFile } from "../../src/learner/modelfile.ts";
import { sizeOfLearner } from "../../src/learner/size.ts";
import { stepsFor } from "../../src/learner/steps.ts";
import { trainByJacobian } from "../../src/learner/train.ts";
import {
  allQueries,
  type Learner,
  learnerOf,
  loadLearner,
  ROOMY,
  randomExamples,
  referenceAnswer,
  VOTING_MACHINE,
} from "./learners.ts";

interface Outside {
  /** Nested arrays: `kernel[out][in][row][col]` and so on. */
  readonly tensors: Readonly<Record<string, Nested>>;
  readonly steps: number;
  readonly about: string;
  readonly step: readonly OutsideLayer[];
  readonly head: readonly OutsideLayer[];
}

/** For every output its bias and its weights that are not zero. */
type OutsideLayer = readonly {
  readonly bias: number;
  readonly taps: readonly {
    readonly channel: number;
    readonly down: number;
    readonly right: number;
    readonly value: number;
  }[];
}[];

type Nested = number | readonly Nested[];

function openFile(bytes: Uint8Array): Outside {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const { __metadata__, ...entries } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const nested = (shape: readonly number[], at: number): Nested => {
    const [size, ...rest] = shape;
    if (size === undefined) return view.getFloat32(8 + length + 4 * at, true);
    const stride = rest.reduce((product, each) => product * each, 1);
    return Array.from({ length: size }, (_, index) => nested(rest, at + index * stride));
  };
  const tensors = Object.fromEntries(
    Object.entries<{ shape: number[]; data_offsets: [number, number] }>(entries).map(
      ([name, { shape, data_offsets }]) => [name, nested(shape, data_offsets[0] / 4)],
    ),
  );
  const [step, head] = [layersOf(tensors, "step"), layersOf(tensors, "head")];
  return { tensors, step, head, steps: JSON.parse(__metadata__.learner).steps, about: __metadata__.about };
}

function layersOf(tensors: Outside["tensors"], name: string): OutsideLayer[] {
  const found: OutsideLayer[] = [];
  for (let at = 0; tensors[`${name}.${at}.weight`] !== undefined; at++) {
    const weight = tensors[`${name}.${at}.weight`] as number[][][][];
    const bias = tensors[`${name}.${at}.bias`] as number[];
    const reach = (weight[0]![0]!.length - 1) / 2;
    found.push(
      weight.map((kernel, out) => ({
        bias: bias[out]!,
        taps: kernel.flatMap((plane, channel) =>
          plane.flatMap((weights, down) =>
            weights.flatMap((value, right) =>
              value === 0 ? [] : [{ channel, down: down - reach, right: right - reach, value }],
            ),
          ),
        ),
      })),
    );
  }
  return found;
}

type State = number[][][];

/** Convolutions with zero padding, relu after all but the last. */
function apply(layers: readonly OutsideLayer[], input: State): State {
  return layers.reduce<State>(
    (before, layer, at) =>
      before.map((line, row) =>
        line.map((_, col) =>
          layer.map(({ bias, taps }) => {
            let sum = bias;
            for (const { channel, down, right, value } of taps)
              sum += value * (before[row + down]?.[col + right]?.[channel] ?? 0);
            return at === layers.length - 1 ? sum : Math.max(sum, 0);
          }),
        ),
      ),
    input,
  );
}

function evaluate(model: Outside, memory: readonly (readonly number[])[], query: readonly number[]): number {
  const start = model.tensors.start as State;
  const residual = model.tensors["step.residual"] as number[];
  const values = memory.map((row) => row.map((weight, col) => weight * (query[col] ?? 1)));
  const [rows, cols] = [Math.max(start.length, memory.length), Math.max(start[0]!.length, memory[0]!.length)];
  const cell = (row: number, col: number): number[] => {
    const line = start.length === 1 ? start[0]! : start[row]!;
    const channels = [...(line.length === 1 ? line[0]! : line[col]!)];
    channels[channels.length - 1] = values[row - rows + memory.length]?.[col - cols + memory[0]!.length] ?? 0;
    return channels;
  };
  let state: State = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: cols }, (_, col) => cell(row, col)),
  );
  for (let step = 0; step < model.steps; step++) {
    const change = apply(model.step, state);
    state = state.map((line, row) =>
      line.map((channels, col) =>
        channels.map((value, channel) => residual[channel]! * value + change[row]![col]![channel]!),
      ),
    );
  }
  return apply(model.head, state)
    .flat(2)
    .reduce((sum, value) => sum + value, 0);
}

describe.each([
  ["gf2", null],
  ["nearest", null],
  ["roomy", ROOMY],
  ["voting_machine", VOTING_MACHINE],
])("%s", (name, text) => {
  let learner: Learner;
  let written: Model;
  let bytes: Uint8Array;
  let model: Outside;
  let examples: Example[];
  let memory: number[][];
  beforeAll(async () => {
    learner = text === null ? loadLearner(name) : learnerOf(`${name}.alg`, text);
    examples = randomExamples(seededRandom(21), 3, 2);
    const full = trainByJacobian(examples);
    const { network, front } = learner;
    const steps = await stepsFor(network, front.checked.steps, full, examples);
    const columns = ["a", "b", "y"].map((each) => ({ name: each, negative: "0", positive: "1" }));
    written = { network, memory: full, steps, format: { columns, label: 2, named: true } };
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
