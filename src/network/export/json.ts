// A network as one JSON document, for programs that read nothing else: the metadata of the weight file, and its
// numbers as nested arrays. The schema says exactly what is in it.

import { z } from "zod";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { keyTwice } from "../../diagnostics/keys.ts";
import { type InputRules, inputRulesOf } from "../../grid/prepare.ts";
import { metadataSchemas } from "../metadata.ts";
import type { Layer, Network } from "../network.ts";
import { requireDense, SPARSE_INSTEAD } from "../operators.ts";
import { sparseOf } from "../sparse.ts";
import { networkFaults, requireSound } from "../validate.ts";
import { metadataOf } from "../weightwriter.ts";

const numbers = z.array(z.number());

const documentSchema = z.strictObject({
  /** What wrote it, and the version of the format. */
  format: z.literal("tapeloom"),
  version: z.literal(1),
  ...metadataSchemas,
  input: metadataSchemas.input.optional(),
  parts: metadataSchemas.parts.exactOptional(),
  /** Whether channels are rounded to 0 or 1 at 1/2 after every step; left out where they are not. */
  snap: metadataSchemas.snap.optional(),
  layers: z.array(
    z.strictObject({
      ...metadataSchemas.layers.element.shape,
      /** `weight[output][input][row][column]` of the kernel; row 0 is above, column 0 to the left. */
      weight: z.array(z.array(z.array(numbers))),
      /** `bias[output]` */
      bias: numbers,
    }),
  ),
  /** `residual[channel]`: 1 where the old value is a summand of the new one. */
  residual: numbers,
});

/** What checks a document, with `parse` and `safeParse` of zod. */
export interface NetworkSchema {
  /** The document; throws an error that says where it is wrong. */
  parse(document: unknown): unknown;
  safeParse(document: unknown): { readonly success: boolean; readonly error?: Error | undefined };
}

export const networkSchema: NetworkSchema = documentSchema;

/** The text of a network's document. */
export function exportJson(network: Network): string {
  requireDense(requireSound(network), "a JSON document", SPARSE_INSTEAD);
  const metadata = {
    format: "tapeloom",
    version: 1,
    ...metadataOf(network),
    residual: [...network.residual],
  };
  const members = Object.entries(metadata).map(([key, value]) => {
    const text = key === "layers" ? `[${network.layers.map(layerText).join()}]` : JSON.stringify(value);
    return `${JSON.stringify(key)}:${text}`;
  });
  return `{${members.join()}}\n`;
}

/** The text of a layer, output by output, as all of its weights as JavaScript's arrays would take gigabytes. */
function layerText({ kernel, inputs, outputs, units, weight, bias }: Layer): string {
  const row = new Float32Array(inputs * kernel * kernel);
  const { starts, columns, values } = weight;
  const texts = Array.from({ length: outputs }, (_, out) => {
    row.fill(0);
    for (let at = starts[out]!; at < starts[out + 1]!; at++) row[columns[at]!] = values[at]!;
    return JSON.stringify(nest([...row], [inputs, kernel, kernel]));
  });
  const opening = JSON.stringify({ kernel, inputs, outputs, units }).slice(0, -1);
  return `${opening},"weight":[${texts.join()}],"bias":${JSON.stringify([...bias])}}`;
}

/**
 * Reads a document back; `name` is what the user calls it.
 * @throws InputError if it is not JSON, does not follow the schema, or is no sound network
 */
export function readNetworkJson(text: string, name: string): Network {
  const { format, version, program, input, snap = false, layers, residual, ...rest } = parse(text, name);
  const network: Network = {
    ...rest,
    program: program.name,
    sourceHash: program.sha256,
    predict: program.predict,
    layers: layers.map(
      (layer): Layer => ({
        ...layer,
        weight: sparseOf(layer.weight.flat(3), layer.outputs),
        bias: Float32Array.from(layer.bias),
      }),
    ),
    residual: Float32Array.from(residual),
    snap,
    ...(input === undefined ? {} : inputRulesOf(input as InputRules)),
  };
  const [fault] = networkFaults(network);
  if (fault === undefined) return network;
  throw new InputError(`${name} does not hold a sound network: ${fault}; export it again`);
}

function parse(text: string, name: string): z.infer<typeof documentSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${name} is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const twice = keyTwice(text);
  if (twice !== null)
    throw new InputError(
      `${name} is not a network: the key ${JSON.stringify(twice)} stands twice in one object`,
    );
  const result = documentSchema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new InputError(`${name} is not a network, at ${path.join(".") || "the top"}: ${message}`);
}

/** Row-major numbers as arrays of arrays. */
function nest(flat: readonly number[], [size, ...rest]: readonly number[]): unknown[] {
  if (size === undefined || rest.length === 0) return [...flat];
  const stride = rest.reduce((product, each) => product * each, 1);
  return Array.from({ length: size }, (_, at) => nest(flat.slice(at * stride, (at + 1) * stride), rest));
}
