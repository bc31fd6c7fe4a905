// Trained learners as files: the weight file of the digital part with the memory as one tensor more, and what is
// needed to use it in the metadata `learner`: the fields that thresholds and head look at, the number of steps, and
// how tables are read. Thresholds and head are made from those again, so that they cannot be damaged.

import { z } from "zod";
import { InputError } from "../diagnostics/diagnostic.ts";
import { readSafetensors, writeSafetensors } from "../network/safetensors.ts";
import { readWeightFile, writeWeightFile } from "../network/weightfile.ts";
import type { DataFormat } from "./dataset.ts";
import type { Memory } from "./memory.ts";
import { type LearnerNetwork, learnerNetwork } from "./network.ts";

/** A learner that has been trained: all that predicting needs, without the training data. */
export interface Model {
  readonly network: LearnerNetwork;
  readonly memory: Memory;
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
  steps: z.int().min(1),
  format: z.strictObject({
    columns: z
      .array(z.strictObject({ name: z.string(), negative: valueSchema, positive: valueSchema }))
      .min(1),
    label: z.int().min(0),
    named: z.boolean(),
  }),
});

export function writeModelFile({ network, memory, steps, format }: Model): Uint8Array {
  const { tensors, metadata } = readSafetensors(writeWeightFile(network.digital));
  const learner = JSON.stringify({ names: network.names, steps, format });
  const { rows, cols, weight } = memory;
  return writeSafetensors([...tensors, { name: "memory", shape: [rows, cols], data: weight }], {
    ...metadata,
    format: FORMAT,
    learner,
  });
}

/**
 * Reads a model back, bit for bit.
 * @param name what the user calls the file
 * @throws InputError if it is no model, or damaged
 */
export function readModelFile(bytes: Uint8Array, name: string): Model {
  const { tensors, metadata } = readSafetensors(bytes, name);
  if (metadata.format !== FORMAT) {
    const found = metadata.format === undefined ? "no format" : `format ${JSON.stringify(metadata.format)}`;
    throw new InputError(
      `${name} is not a trained learner: found ${found} in its metadata, expected ${JSON.stringify(FORMAT)}; ` +
        "make a model with `tapeloom learn`",
    );
  }
  const { names, steps, format } = readLearner(metadata.learner, name);
  const shared = tensors.filter((tensor) => tensor.name !== "memory");
  const { learner: _, ...rest } = metadata;
  const digital = readWeightFile(writeSafetensors(shared, { ...rest, format: "tapeloom" }), name);
  const memory = tensors.find((tensor) => tensor.name === "memory");
  const [rows, cols] = memory?.shape ?? [];
  if (memory === undefined || memory.shape.length !== 2 || cols !== format.columns.length || rows! < 2)
    throw new InputError(
      `${name}: found ${memory ? `a memory of shape [${memory.shape.join(", ")}]` : "no memory"}, expected one of ` +
        `at least two rows and ${format.columns.length} columns; ${AGAIN}`,
    );
  checkMemory(memory.data, name);
  const bits = digital.fields.filter(({ type }) => type.kind === "bit").map((field) => field.name);
  const missing = Object.values(names).find((field) => !bits.includes(field));
  if (missing !== undefined)
    throw new InputError(`${name}: found no bit called ${missing} in the network; ${AGAIN}`);
  const answer = digital.fields.find((field) => field.name === digital.predict);
  if (answer === undefined || answer.type.kind === "range")
    throw new InputError(`${name}: found no field in the network that could be the answer; ${AGAIN}`);
  const network = learnerNetwork(digital, names);
  return { network, memory: { rows: rows!, cols, weight: memory.data }, steps, format };
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
  const result = learnerSchema.safeParse(value);
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    throw bad(`are wrong${path.length === 0 ? "" : ` at ${path.join(".")}`}: ${message}`);
  }
  const { columns, label } = result.data.format;
  if (label >= columns.length) throw bad(`name column ${label + 1} of ${columns.length} as the label`);
  const blank = columns.find(({ negative, positive }) => negative === null && positive === null);
  if (blank !== undefined) throw bad(`give no value of column ${blank.name}`);
  return result.data;
}

/** Training leaves -1/3 and 1/3 in the memory, and nothing else. */
function checkMemory(weight: Float32Array, name: string): void {
  const third = Math.fround(1 / 3);
  const wrong = weight.find((value) => Math.abs(value) !== third);
  if (wrong === undefined) return;
  throw new InputError(`${name}: found ${wrong} in the memory, expected -1/3 or 1/3 everywhere; ${AGAIN}`);
}
