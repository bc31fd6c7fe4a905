// Reads weight files: weightwriter.ts says what stands in them. Schemas are large, so that whoever only writes files does
// without this module.

import { z } from "zod";
import { InputError } from "../diagnostics/diagnostic.ts";
import { keyTwice } from "../diagnostics/keys.ts";
import { type InputRules, inputRulesOf } from "../grid/prepare.ts";
import { isReadAlike } from "./arithmetic.ts";
import { exactnessOf } from "./exactness.ts";
import { metadataSchemas, notesSchema } from "./metadata.ts";
import type { Layer, Network } from "./network.ts";
import type { Notes } from "./notes.ts";
import { isNumberType } from "./number-types.ts";
import {
  isFloat,
  readSafetensors,
  readSafetensorsHeader,
  type SafetensorsHeader,
  type Tensor,
  type TensorEntry,
} from "./safetensors.ts";
import { sparseFaults, sparseOf } from "./sparse.ts";
import { networkFaults } from "./validate.ts";
import { VERSIONS, type WeightForm } from "./weightwriter.ts";

const AGAIN = "compile the program again to make a fresh weight file";

/**
 * Returns what a weight file says of its weights besides what they are; nothing for plainly compiled ones.
 * @throws InputError if it is no weight file, or says something else
 */
export function readNotes(bytes: Uint8Array, name: string): Notes {
  const { metadata } = readSafetensorsHeader(bytes, name);
  const texts = Object.keys(notesSchema.shape).filter((key) => metadata[key] !== undefined);
  try {
    const values = texts.map((key) => [key, JSON.parse(metadata[key]!)]);
    if (texts.some((key) => keyTwice(metadata[key]!) !== null)) throw new SyntaxError("a key twice");
    return notesSchema.parse(Object.fromEntries(values));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    throw new InputError(`${name}: the metadata ${texts.join(", ")} are damaged; make the network again`);
  }
}

/**
 * Reads a weight file back, bit for bit.
 * @param name what the user calls the file
 * @throws InputError if it is not a weight file, of a newer version, damaged or inconsistent
 */
export function readWeightFile(bytes: Uint8Array, name: string): Network {
  const header = readSafetensorsHeader(bytes, name);
  const form = formOf(header, name);
  const { name: program, sha256: sourceHash, predict } = readMetadata(header, "program", name);
  const channels = readMetadata(header, "channels", name);
  const sizes = readMetadata(header, "layers", name);
  checkTensors(header.entries, expectedTensors(sizes, channels.length, form), name);
  const tensors = new Map(readSafetensors(bytes, name).tensors.map((tensor) => [tensor.name, tensor]));
  for (const tensor of tensors.values()) if (isFloat(tensor)) checkPlain(tensor, name);
  // Types and shapes have been looked at.
  const floats = (tensor: string) => tensors.get(tensor)!.data as Float32Array;
  const integers = (tensor: string) => tensors.get(tensor)!.data as Int32Array;
  const layers = sizes.map(({ kernel, inputs, outputs, units }, index) => {
    const weight = `layers.${index}.weight`;
    const bias = floats(`layers.${index}.bias`);
    if (form === "dense")
      return { kernel, inputs, outputs, units, bias, weight: sparseOf(floats(weight), outputs) };
    const rows = {
      starts: integers(`${weight}.starts`),
      columns: integers(`${weight}.columns`),
      values: floats(`${weight}.values`),
    };
    const [fault] = sparseFaults({ kernel, inputs, outputs, weight: rows });
    if (fault === undefined) return { kernel, inputs, outputs, units, bias, weight: rows };
    throw new InputError(`${name} does not hold a sound network: layer ${index + 1} ${fault}; ${AGAIN}`);
  });
  const residual = floats("residual");
  const network: Network = {
    program,
    sourceHash,
    predict,
    channels,
    ...(header.metadata.parts === undefined ? {} : { parts: readMetadata(header, "parts", name) }),
    fields: readMetadata(header, "fields", name),
    schedule: readMetadata(header, "schedule", name),
    stop: readMetadata(header, "stop", name),
    exact: exactnessOf({ layers, residual, channels }),
    layers,
    residual,
    snap: header.metadata.snap !== undefined && readMetadata(header, "snap", name),
    ...(header.metadata.input === undefined
      ? {}
      : inputRulesOf(readMetadata(header, "input", name) as InputRules)),
  };
  const faults = networkFaults(network);
  if (faults.length === 0) return network;
  throw new InputError(`${name} does not hold a sound network: ${faults.slice(0, 3).join("; ")}; ${AGAIN}`);
}

/** The form of a file's weights. Throws InputError if the file is not one of tapeloom, or of a newer one. */
function formOf({ metadata, entries }: SafetensorsHeader, name: string): WeightForm {
  if (metadata.format === "tapeloom-learner")
    throw new InputError(
      `${name} is the model of a trained learner, not the weight file of a program; ` +
        "ask it with `tapeloom predict`, or compile the program for a weight file",
    );
  if (metadata.format !== "tapeloom") {
    const found = metadata.format === undefined ? "no format" : `format ${JSON.stringify(metadata.format)}`;
    throw new InputError(
      `${name} is a safetensors file, but not one of tapeloom: found ${found} in its metadata and` +
        ` ${tensorList(entries)}, expected format "tapeloom"; give a weight file written by tapeloom`,
    );
  }
  const { version } = metadata;
  const form = (Object.keys(VERSIONS) as WeightForm[]).find((each) => VERSIONS[each] === version);
  if (form !== undefined) return form;
  if (version !== undefined && /^[1-9]\d*$/.test(version)) {
    throw new InputError(
      `${name} has version ${version} of the weight format, but this tapeloom reads versions 1 and 2;` +
        ` install a newer tapeloom, or compile the program with this one`,
    );
  }
  const found = version === undefined ? "no version" : `version ${JSON.stringify(version)}`;
  throw new InputError(`${name}: found ${found} in the metadata, expected "1" or "2"; ${AGAIN}`);
}

function readMetadata<K extends keyof typeof metadataSchemas>(
  { metadata }: SafetensorsHeader,
  key: K,
  name: string,
): z.infer<(typeof metadataSchemas)[K]> {
  const text = metadata[key];
  const bad = (why: string) =>
    new InputError(`${name}: the metadata ${JSON.stringify(key)} ${why}; ${AGAIN}`);
  if (text === undefined) throw bad(`are missing, expected ${Object.keys(metadataSchemas).join(", ")}`);
  let result: ReturnType<(typeof metadataSchemas)[K]["safeParse"]>;
  try {
    // Schemas of what is nested go down as deep as a text does.
    result = metadataSchemas[key].safeParse(JSON.parse(text)) as typeof result;
  } catch (error) {
    if (error instanceof RangeError) throw bad("are nested too deeply");
    throw bad(`are not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const twice = keyTwice(text);
  if (twice !== null) throw bad(`have the key ${JSON.stringify(twice)} twice`);
  if (result.success) return result.data as z.infer<(typeof metadataSchemas)[K]>;
  const { path, message } = result.error.issues[0]!;
  throw bad(`are wrong${path.length === 0 ? "" : ` at ${path.join(".")}`}: ${message}`);
}

interface ExpectedTensor extends Pick<Tensor, "name"> {
  readonly dtype: "F32" | "I32";
  /** Null for a list of any length. */
  readonly shape: readonly number[] | null;
}

function expectedTensors(
  layers: readonly Pick<Layer, "kernel" | "inputs" | "outputs">[],
  channels: number,
  form: WeightForm,
): readonly ExpectedTensor[] {
  const ofLayers = layers.flatMap(({ kernel, inputs, outputs }, index): ExpectedTensor[] => {
    const weight = `layers.${index}.weight`;
    const weights: ExpectedTensor[] =
      form === "dense"
        ? [{ name: weight, dtype: "F32", shape: [outputs, inputs, kernel, kernel] }]
        : [
            { name: `${weight}.starts`, dtype: "I32", shape: [outputs + 1] },
            { name: `${weight}.columns`, dtype: "I32", shape: null },
            { name: `${weight}.values`, dtype: "F32", shape: null },
          ];
    return [...weights, { name: `layers.${index}.bias`, dtype: "F32", shape: [outputs] }];
  });
  return [...ofLayers, { name: "residual", dtype: "F32", shape: [channels] }];
}

/** Neither more nor fewer tensors than the layer list says, of the right type and shape. */
function checkTensors(
  entries: readonly TensorEntry[],
  expected: readonly ExpectedTensor[],
  name: string,
): void {
  const found = new Map(entries.map((entry) => [entry.name, entry]));
  const bad = (why: string) => new InputError(`${name}: ${why}; ${AGAIN}`);
  for (const { name: tensor, dtype, shape } of expected) {
    const entry = found.get(tensor);
    if (entry === undefined) throw bad(`the tensor ${tensor} is missing: found ${tensorList(entries)}`);
    found.delete(tensor);
    const isRight = dtype === "F32" ? isNumberType(entry.dtype) : entry.dtype === dtype;
    if (!isRight) throw bad(`the tensor ${tensor} has number type ${entry.dtype}, expected ${dtype}`);
    if (shape === null && entry.shape.length !== 1)
      throw bad(`the tensor ${tensor} has shape ${showShape(entry.shape)}, expected a list of numbers`);
    if (shape !== null && showShape(entry.shape) !== showShape(shape)) {
      throw bad(`the tensor ${tensor} has shape ${showShape(entry.shape)}, expected ${showShape(shape)}`);
    }
  }
  const surplus = [...found.keys()][0];
  if (surplus === undefined) return;
  throw bad(
    `the tensor ${JSON.stringify(surplus)} does not belong to a network of ${expected.length} tensors` +
      ` (${tensorList(expected)})`,
  );
}

function checkPlain({ name: tensor, shape, data }: Tensor, name: string): void {
  const at = data.findIndex((value) => !isReadAlike(value));
  if (at < 0) return;
  throw new InputError(
    `${name}: the tensor ${tensor} has ${data[at]} at ${showShape(indexOf(at, shape))},` +
      ` expected 0 or a number of at least 1.2e-38 and at most 3.4e38 in magnitude; ${AGAIN}`,
  );
}

/** The index along every axis, counting from 0, of the number at a row-major position. */
function indexOf(at: number, shape: readonly number[]): readonly number[] {
  let rest = at;
  return shape
    .toReversed()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .reverse();
}

const showShape = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** The first few tensors by name, for messages. */
function tensorList(tensors: readonly { readonly name: string }[]): string {
  if (tensors.length === 0) return "no tensors";
  const shown = tensors.slice(0, 4).map((tensor) => tensor.name);
  return `the tensors ${[...shown, ...(tensors.length > 4 ? ["..."] : [])].join(", ")}`;
}
