// Networks as files: a safetensors container that any tensor library opens, with all that makes the numbers a
// network in its metadata. The format allows only strings there, so every entry but two is JSON:
//
//   format "tapeloom"   version "1"   program {name, sha256, predict}   fields [...]   channels [...]
//   layers [{kernel, inputs, outputs, units, bounds}]   schedule {...}   stop {...}   exact {...}
//   input {grid, workspace, places}, where the program has rules for its input
//   snap true, where channels are rounded to 0 or 1 at 1/2 after every step; files without it do not round
//   training {...}, proof {...}: how the weights were learned, and what was proved of them; for learned weights only
//   robust {gain, all, nonzero}: the radii within which a robust network may be wrong; for robust networks only
//
// Tensors: `layers.0.weight` of shape [outputs, inputs, kernel, kernel], `layers.0.bias`, ..., `residual`.
//
// Version "2" is the sparse form, for layers whose zeros would fill the disk. Instead of `layers.0.weight` it has what is
// not zero as compressed sparse rows: `layers.0.weight.values` (float32), `layers.0.weight.columns` (int32, for each value
// (input * kernel + row) * kernel + column, ascending within an output), and `layers.0.weight.starts` (int32, outputs + 1
// numbers: the values of output o lie from starts[o] up to starts[o + 1]).

import { z } from "zod";
import { InputError } from "../diagnostics/diagnostic.ts";
import { type InputRules, inputRulesOf } from "../grid/prepare.ts";
import { isPlain } from "./arithmetic.ts";
import { exactnessOf, preactivationBounds } from "./exactness.ts";
import { metadataSchemas, type Notes, notesSchema } from "./metadata.ts";
import type { Layer, Network } from "./network.ts";
import {
  isFloat,
  readSafetensors,
  readSafetensorsHeader,
  type SafetensorsHeader,
  type StoredTensor,
  type Tensor,
  type TensorEntry,
  writeSafetensors,
} from "./safetensors.ts";
import { denseOf, sparseFaults, sparseOf, weightCount } from "./sparse.ts";
import { networkFaults, validateNetwork } from "./validate.ts";

/** The versions of the format that this code writes and reads, by form. */
const VERSIONS = { dense: "1", sparse: "2" } as const;

/** How a weight file holds the weights. */
export type WeightForm = keyof typeof VERSIONS;

/** Of more numbers than this, zeros included, files are sparse: 16 MiB. */
const MOST_DENSE = 2 ** 22;

/** The form that files of a network have if nothing else is asked for: dense while that is small. */
export const usualForm = ({ layers }: Pick<Network, "layers">): WeightForm =>
  layers.reduce((sum, layer) => sum + weightCount(layer), 0) > MOST_DENSE ? "sparse" : "dense";

const AGAIN = "compile the program again to make a fresh weight file";

/** All that makes a network's numbers a network, by key: texts, all but the first two of them JSON. */
export function networkMetadata(
  network: Network,
  form: WeightForm = "dense",
): Readonly<Record<string, string>> {
  const metadata = Object.entries(metadataOf(network)).map(([key, value]) => [key, JSON.stringify(value)]);
  return { format: "tapeloom", version: VERSIONS[form], ...Object.fromEntries(metadata) };
}

/** The same as values; rules of the input, and snapping, only where there are any. */
export function metadataOf(network: Network) {
  const { program: name, sourceHash: sha256, predict, fields, channels, schedule, stop, exact } = network;
  const bounds = preactivationBounds(network.layers);
  const layers = network.layers.map(({ kernel, inputs, outputs, units }, at) => ({
    kernel,
    inputs,
    outputs,
    units,
    bounds: bounds[at]!,
  }));
  const rules = inputRulesOf(network);
  const input = Object.keys(rules).length === 0 ? {} : { input: rules };
  // Said only where it is so: files of compiled networks are older than snapping, and stay as they are.
  const snap = network.snap ? { snap: true } : {};
  return {
    program: { name, sha256, predict },
    fields,
    channels,
    layers,
    schedule,
    stop,
    exact,
    ...input,
    ...snap,
  };
}

/**
 * The bytes of a network's weight file; equal networks and notes give equal bytes, on every machine.
 * @throws an internal error if the network is malformed
 */
export function writeWeightFile(
  network: Network,
  notes: Notes = {},
  form: WeightForm = usualForm(network),
): Uint8Array {
  validateNetwork(network);
  const texts = Object.entries(notes).map(([key, value]) => [key, JSON.stringify(value)]);
  return writeSafetensors(form === "dense" ? networkTensors(network) : sparseTensors(network), {
    ...networkMetadata(network, form),
    ...Object.fromEntries(texts),
  });
}

/**
 * What a weight file says of its weights besides what they are; nothing for plainly compiled ones.
 * @throws InputError if it is no weight file, or says something else
 */
export function readNotes(bytes: Uint8Array, name: string): Notes {
  const { metadata } = readSafetensorsHeader(bytes, name);
  const texts = Object.keys(notesSchema.shape).filter((key) => metadata[key] !== undefined);
  try {
    return notesSchema.parse(Object.fromEntries(texts.map((key) => [key, JSON.parse(metadata[key]!)])));
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
    fields: readMetadata(header, "fields", name),
    schedule: readMetadata(header, "schedule", name),
    stop: readMetadata(header, "stop", name),
    exact: exactnessOf(layers, residual),
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
  throw new InputError(
    `${name}: found version ${JSON.stringify(version)} in the metadata, expected "1" or "2"; ${AGAIN}`,
  );
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
  if (result.success) return result.data as z.infer<(typeof metadataSchemas)[K]>;
  const { path, message } = result.error.issues[0]!;
  throw bad(`are wrong${path.length === 0 ? "" : ` at ${path.join(".")}`}: ${message}`);
}

interface ExpectedTensor extends Pick<Tensor, "name"> {
  readonly dtype: "F32" | "I32";
  /** Null where any length will do. */
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

/** Weights and biases layer by layer, then the residual. */
export function networkTensors({ layers, residual }: Network): readonly Tensor[] {
  const ofLayers = layers.flatMap((layer, index) => {
    const { kernel, inputs, outputs, bias } = layer;
    return [
      { name: `layers.${index}.weight`, shape: [outputs, inputs, kernel, kernel], data: denseOf(layer) },
      { name: `layers.${index}.bias`, shape: [outputs], data: bias },
    ];
  });
  return [...ofLayers, { name: "residual", shape: [residual.length], data: residual }];
}

/** The same in the sparse form. */
function sparseTensors({ layers, residual }: Network): readonly StoredTensor[] {
  const ofLayers = layers.flatMap(({ outputs, weight, bias }, index): StoredTensor[] => {
    const count = weight.values.length;
    return [
      { name: `layers.${index}.weight.starts`, shape: [outputs + 1], data: weight.starts },
      { name: `layers.${index}.weight.columns`, shape: [count], data: weight.columns },
      { name: `layers.${index}.weight.values`, shape: [count], data: weight.values },
      { name: `layers.${index}.bias`, shape: [outputs], data: bias },
    ];
  });
  return [...ofLayers, { name: "residual", shape: [residual.length], data: residual }];
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
    if (entry.dtype !== dtype)
      throw bad(`the tensor ${tensor} has number type ${entry.dtype}, expected ${dtype}`);
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
  const at = data.findIndex((value) => !isPlain(value));
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
