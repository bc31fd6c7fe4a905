// Trained learners as files, which other programs can open and evaluate with nothing but the file: the memory W, the
// shared step with its thresholds, the head, the state before the first step, and an explanation in the metadata
// `about`. Beside these stands the weight file of the digital part, from which step and head are made; so when a model
// is read they are made again, and compared.
//
// The metadata `learner` are JSON: the fields that thresholds and head look at, the number of steps, and how tables
// are read.

import { z } from "zod";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { keyTwice } from "../../diagnostics/keys.ts";
import { ENCODINGS } from "../../diagnostics/known-words.ts";
import { preparedShape } from "../../grid/prepare.ts";
import { holding, sumOfParts } from "../../network/cell-number.ts";
import type { Network } from "../../network/network.ts";
import {
  isFloat,
  readSafetensors,
  type StoredTensor,
  type Tensor,
  writeSafetensors,
} from "../../network/safetensors.ts";
import { readWeightFile } from "../../network/weightfile.ts";
import { layerTensors, writeWeightFile } from "../../network/weightwriter.ts";
import { type DataFormat, oneOf } from "./dataset.ts";
import { startState } from "./evaluate.ts";
import type { LabelClasses } from "./label-classes.ts";
import { type LearnerNetwork, learnerNetwork } from "./learner-network.ts";
import type { Memory } from "./memory-layer.ts";

/** A learner that has been trained: all that predicting needs, without the training data. */
export interface Model {
  readonly network: LearnerNetwork;
  readonly memory: Memory;
  /** Where the label has classes: the memories of the learners after the first, all of one shape. */
  readonly others?: readonly Memory[];
  /** L: how often the shared step is applied. */
  readonly steps: number;
  readonly format: DataFormat;
}

const FORMAT = "tapeloom-learner";
const AGAIN = "make the model again with `tapeloom learn`";

const valueSchema = z.string().nullable();

const learnerSchema = z.strictObject({
  names: z.strictObject({
    pos: z.string(),
    neg: z.string(),
    data: z.string().exactOptional(),
    current: z.string(),
    answering: z.string(),
  }),
  /** The numbers that come up in the cells of a network with a single channel, ascending. */
  numbers: z.array(z.int().min(0)).exactOptional(),
  steps: z.int().min(1),
  format: z.strictObject({
    columns: z
      .array(z.strictObject({ name: z.string(), negative: valueSchema, positive: valueSchema }))
      .min(1),
    label: z.int().min(0),
    named: z.boolean(),
    one: z.union([z.literal(-1), z.literal(1)]).exactOptional(),
    written: z.record(z.string(), z.string()).exactOptional(),
    encoded: z
      .strictObject({
        columns: z.array(
          z.strictObject({
            name: z.string(),
            kind: z.enum([...ENCODINGS, "one-vs-rest", "classes"]).nullable(),
            values: z.array(z.string()),
          }),
        ),
        label: z.int().min(0),
        named: z.boolean(),
      })
      .exactOptional(),
    classes: z
      .strictObject({
        values: z.array(z.string()).min(3),
        rows: z.array(z.int().min(0)),
        splits: z.array(z.array(z.int().min(0))).min(1),
      })
      .exactOptional(),
  }),
});

const about = (
  { single }: LearnerNetwork,
  classes: LabelClasses | undefined,
): string => `A learner network (paper, Definition 5) after training (Algorithm 1), in float32.
memory [examples + 1, features + 1]: W. Row i is y_i * (x_i, 1) / 3 for the training example x_i with label y_i, all of
them -1 or +1 (see format.columns in "learner": a column's negative value is -1, its positive one +1), and the last row is (1, ..., 1) / 3, of the dummy example.
step.N.weight [outputs, inputs, kernel, kernel], step.N.bias, step.residual [channels]: the shared step.
head.N.weight, head.N.bias: the head.
start [1 or rows, 1 or cols, channels]: the state before the first step, alike in all cells along sides of 1.
To evaluate f at a query x: V = memory * (x, 1), column by column, is added to the last channel of the last rows and columns of
the state. Repeat "steps" times (see "learner"): state = step.residual * state + layers(state), where the layers of the
step are convolutions with zero padding, and relu follows all but the last. f is the sum over all cells of the layers of
the head, which have the same form and no residual: -1 or +1 once the memory is full, and 0 before. All of it is exact in
float32, ${
  single === undefined
    ? "in any order of summation"
    : "where sums are taken in the order of inputs, bias first (that is shown of this order alone)"
}; keep devices from computing in less (TF32, float16). Nothing is clipped or rounded.
To train: W = 0 at first, then a step of gradient descent by W on (y - f)^2 / 2 with the learning rate 1/3 for every
example, and one for the dummy example, whose features and label are all +1. The derivative of relu at 0 is 0. Gradients of
digital channels are 0 throughout, so that none overflows.
To the program +1 is the bit 1, or -1 where format.one in "learner" says so; the weights are made that way already.
${
  classes === undefined
    ? ""
    : `The label has more than two values, format.classes.values in "learner". Learner k, whose memory is memory for k = 0 and memory.k
else, was trained to say +1 for the values whose places from 0 are in splits[k], and -1 for all others. The answer is the value of which
most learners say what they were trained to, and of several such values the one with the most rows.
`
}layers.N and residual are the network that the program alone was compiled into; the step is that ${
  single === undefined
    ? "with channel V"
    : 'with a plateau around each number that comes up in cells (numbers in "learner"), and the sign of V around where they start'
}.`;

/** The model as a safetensors file. */
export function writeModelFile({ network, memory, others = [], steps, format }: Model): Uint8Array {
  if (network.one !== oneOf(format))
    throw new InputError(
      `${network.digital.program}: the network takes ${network.one} for the bit 1, but the data ${oneOf(format)}; compile the ` +
        "learner with `one` of the data's format",
    );
  const { tensors, metadata } = readSafetensors(writeWeightFile(network.digital, {}, "dense"));
  const { names, single } = network;
  const numbers = single === undefined ? {} : { numbers: single.numbers };
  const learner = JSON.stringify({ names, ...numbers, steps, format });
  const { rows, cols, weight } = memory;
  const own = [
    { name: "memory", shape: [rows, cols], data: weight },
    ...others.map((each, at) => ({ name: `memory.${at + 1}`, shape: [rows, cols], data: each.weight })),
    ...layerTensors("step", network.step.layers),
    { name: "step.residual", shape: [network.step.residual.length], data: network.step.residual },
    ...layerTensors("head", network.head),
    startTensor(network, memory),
  ];
  return writeSafetensors([...tensors, ...own], {
    ...metadata,
    format: FORMAT,
    learner,
    about: about(network, format.classes),
  });
}

/** The start state; a single cell where all are alike. */
function startTensor(network: LearnerNetwork, memory: Memory): Tensor {
  const state = startState(network, memory);
  const width = network.step.channels.length;
  const { rows, cols } = preparedShape(network.digital, memory);
  const isUniform = state.every((value, at) => value === state[at % width]);
  return isUniform
    ? { name: "start", shape: [1, 1, width], data: state.slice(0, width) }
    : { name: "start", shape: [rows, cols, width], data: state };
}

/** Tells whether a model's tensor is one of the digital part's weight file. */
const isDigital = ({ name }: StoredTensor): boolean => name.startsWith("layers.") || name === "residual";

/**
 * Reads a model back, bit for bit.
 * @param name what the user calls the file
 * @throws InputError if it is no model, or damaged
 */
export function readModelFile(bytes: Uint8Array, name: string): Model {
  const { tensors, metadata } = readSafetensors(bytes, name);
  if (metadata.format === "tapeloom")
    throw new InputError(
      `${name} is the weight file of a program, not the model of a trained learner; ` +
        "run it with `tapeloom run`, or make a model with `tapeloom learn`",
    );
  if (metadata.format !== FORMAT) {
    const found = metadata.format === undefined ? "no format" : `format ${JSON.stringify(metadata.format)}`;
    throw new InputError(
      `${name} is not a trained learner: found ${found} in its metadata, expected ${JSON.stringify(FORMAT)}; ` +
        "make a model with `tapeloom learn`",
    );
  }
  const { names, numbers, steps, format } = readLearner(metadata.learner, name);
  const { learner: _learner, about: _about, ...rest } = metadata;
  const ofDigital = writeSafetensors(tensors.filter(isDigital), { ...rest, format: "tapeloom" });
  const digital = readWeightFile(ofDigital, name);
  if (digital.snap)
    throw new InputError(
      `${name}: found snap in the metadata, but V is no number to be rounded to 0 or 1; ${AGAIN}`,
    );
  const memoryCalled = (called: string, likeRows?: number): Memory => {
    const memory = tensors.filter(isFloat).find((tensor) => tensor.name === called);
    const [rows, cols] = memory?.shape ?? [];
    const hasShape =
      memory?.shape.length === 2 &&
      cols === format.columns.length &&
      rows! >= 2 &&
      rows === (likeRows ?? rows);
    if (!hasShape)
      throw new InputError(
        `${name}: found ${memory ? `a ${called} of shape [${memory.shape.join(", ")}]` : `no ${called}`}, expected one of ` +
          `${likeRows ?? "at least two"} rows and ${format.columns.length} columns; ${AGAIN}`,
      );
    checkMemory(memory.data, name);
    return { rows: rows!, cols: cols!, weight: memory.data };
  };
  const memory = memoryCalled("memory");
  const others = format.classes?.splits
    .slice(1)
    .map((_, at) => memoryCalled(`memory.${at + 1}`, memory.rows));
  const bits = digital.fields.filter(({ type }) => type.kind === "bit").map((field) => field.name);
  const missing = Object.values(names).find((field) => !bits.includes(field));
  if (missing !== undefined)
    throw new InputError(`${name}: found no bit called ${missing} in the network; ${AGAIN}`);
  const answer = digital.fields.find((field) => field.name === digital.predict);
  if (answer === undefined || answer.type.kind === "range")
    throw new InputError(`${name}: found no field in the network that could be the answer; ${AGAIN}`);
  if ((digital.parts !== undefined) !== (numbers !== undefined) || !areNumbers(digital, numbers ?? []))
    throw new InputError(`${name}: the numbers of cells are not those of the network; ${AGAIN}`);
  const network = learnerNetwork(digital, names, oneOf(format), numbers);
  const model = { network, memory, ...(others && { others }), steps, format };
  requireSame(tensors, readSafetensors(writeModelFile(model)).tensors, name);
  return model;
}

/** Tells whether these ascend, and each is the number of a cell. */
function areNumbers({ parts = [], fields }: Network, numbers: readonly number[]): boolean {
  const held = holding(parts, fields);
  return numbers.every(
    (number, at) => !(number <= (numbers[at - 1] ?? -1)) && sumOfParts(parts, held(number)) === number,
  );
}

/** Step, head and start state must be what the digital part and the names make of them. */
function requireSame(found: readonly StoredTensor[], expected: readonly StoredTensor[], file: string): void {
  for (const { name, shape, data } of expected) {
    const tensor = found.find((each) => each.name === name);
    const isSame =
      tensor !== undefined &&
      tensor.shape.length === shape.length &&
      tensor.shape.every((size, at) => size === shape[at]) &&
      tensor.data.every((value, at) => value === data[at]);
    if (isSame) continue;
    throw new InputError(
      `${file}: the tensor ${name} is ${tensor === undefined ? "missing" : "not what the digital part makes of it"}; ${AGAIN}`,
    );
  }
}

function readLearner(text: string | undefined, name: string): z.infer<typeof learnerSchema> {
  const bad = (why: string) => new InputError(`${name}: the metadata "learner" ${why}; ${AGAIN}`);
  if (text === undefined) throw bad("are missing");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad(`are not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const twice = keyTwice(text);
  if (twice !== null) throw bad(`have the key ${JSON.stringify(twice)} twice`);
  const result = learnerSchema.safeParse(value);
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    throw bad(`are wrong${path.length === 0 ? "" : ` at ${path.join(".")}`}: ${message}`);
  }
  const { columns, label } = result.data.format;
  if (label >= columns.length) throw bad(`name column ${label + 1} of ${columns.length} as the label`);
  const blank = columns.find(({ negative, positive }) => negative === null && positive === null);
  if (blank !== undefined) throw bad(`give no value of column ${blank.name}`);
  const same = columns.find(({ negative, positive }) => negative === positive);
  if (same !== undefined)
    throw bad(`give ${JSON.stringify(same.positive)} as both values of column ${same.name}`);
  const { values, rows, splits } = result.data.format.classes ?? { values: [], rows: [], splits: [] };
  if (new Set(values).size < values.length) throw bad("name a class twice");
  if (rows.length !== values.length || splits.flat().some((place) => place >= values.length))
    throw bad("have classes that do not fit together");
  return result.data;
}

/** Training leaves -1/3 and 1/3 in the memory, and nothing else. */
function checkMemory(weight: Float32Array, name: string): void {
  const third = Math.fround(1 / 3);
  const wrong = weight.find((value) => Math.abs(value) !== third);
  if (wrong === undefined) return;
  throw new InputError(`${name}: found ${wrong} in the memory, expected -1/3 or 1/3 everywhere; ${AGAIN}`);
}
