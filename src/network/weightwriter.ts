// Networks as files: a safetensors container that any tensor library opens, with all that makes the numbers a
// network in its metadata. The format allows only strings there, so every entry but two is JSON:
//
//   format "tapeloom"   version "1"   program {name, sha256, predict}   fields [...]   channels [...]
//   layers [{kernel, inputs, outputs, units, bounds}]   schedule {...}   stop {...}   exact {...}
//   input {grid, workspace, places, tokens}, where there are rules for the input
//   parts [{name, code, worth, next}], where the number of the one channel holds the whole cell (paper, Definition 5)
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

import { InputError } from "../diagnostics/diagnostic.ts";
import { inputRulesOf } from "../grid/prepare.ts";
import type { Layer, Network } from "./network.ts";
import type { Notes } from "./notes.ts";
import { NUMBER_TYPES, type NumberTypeName } from "./number-types.ts";
import { requireDense } from "./operators.ts";
import { sumRanges } from "./reach.ts";
import { type StoredTensor, type Tensor, writeSafetensors } from "./safetensors.ts";
import { denseOf, weightCount } from "./sparse.ts";
import { requireSound } from "./validate.ts";

/** The versions of the format that this code writes and reads, by form. */
export const VERSIONS = { dense: "1", sparse: "2" } as const;

/** How a weight file holds the weights. */
export type WeightForm = keyof typeof VERSIONS;

/** Numbers, zeros included, above which files are sparse: 16 MiB. */
const MOST_DENSE = 2 ** 22;

/** The form that files of a network have if nothing else is asked for: dense while that is small. */
export const usualForm = ({ layers }: Pick<Network, "layers">): WeightForm =>
  layers.reduce((sum, layer) => sum + weightCount(layer), 0) > MOST_DENSE ? "sparse" : "dense";

/** All that makes a network's numbers a network, by key: texts, all but the first two of them JSON. */
export function networkMetadata(
  network: Network,
  form: WeightForm = "dense",
): Readonly<Record<string, string>> {
  const metadata = Object.entries(metadataOf(network)).map(([key, value]) => [key, JSON.stringify(value)]);
  return { format: "tapeloom", version: VERSIONS[form], ...Object.fromEntries(metadata) };
}

/** The metadata of a weight file as values; rules of the input, and snapping, only where there are any. */
export function metadataOf(network: Network) {
  const { program: name, sourceHash: sha256, predict, fields, channels, schedule, stop, exact } = network;
  const bounds = sumRanges(network);
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
  const parts = network.parts === undefined ? {} : { parts: network.parts };
  return {
    program: { name, sha256, predict },
    fields,
    channels,
    ...parts,
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
 * @throws InputError if the network is malformed, or its steps are not exact in numbers of this type
 */
export function writeWeightFile(
  network: Network,
  notes: Notes = {},
  form: WeightForm = usualForm(network),
  numbers: NumberTypeName = "F32",
): Uint8Array {
  requireSound(network);
  requireExact(network, numbers);
  if (form === "dense") requireDense(network, "a dense weight file", "write the sparse form");
  const texts = Object.entries(notes).map(([key, value]) => [key, JSON.stringify(value)]);
  const tensors = form === "dense" ? networkTensors(network) : sparseTensors(network);
  const metadata = { ...networkMetadata(network, form), ...Object.fromEntries(texts) };
  return writeSafetensors(tensors, metadata, numbers);
}

/** Refuses numbers in which others would not run the network without rounding. */
function requireExact({ program, exact }: Network, numbers: NumberTypeName): void {
  const { format } = NUMBER_TYPES[numbers];
  if (format === null || exact.formats.includes(format)) return;
  const found =
    exact.formats.length === 0
      ? "its numbers are not whole, or sums of them are too large"
      : `it is exact in ${exact.formats.join(", ")}: weights up to ${exact.largestWeight}, activations up to ` +
        `${exact.largestActivation}`;
  throw new InputError(`${program} is not exact in ${format}: ${found}; take another type of numbers`);
}

/** Weights and biases layer by layer, then the residual. */
export const networkTensors = ({ layers, residual }: Network): readonly Tensor[] => [
  ...layerTensors("layers", layers),
  { name: "residual", shape: [residual.length], data: residual },
];

/** Weights and biases, layer by layer, under a name. */
export const layerTensors = (name: string, layers: readonly Layer[]): Tensor[] =>
  layers.flatMap((layer, at) => {
    const { outputs, inputs, kernel, bias } = layer;
    return [
      { name: `${name}.${at}.weight`, shape: [outputs, inputs, kernel, kernel], data: denseOf(layer) },
      { name: `${name}.${at}.bias`, shape: [outputs], data: bias },
    ];
  });

/** The tensors of a weight file in its sparse form. */
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
