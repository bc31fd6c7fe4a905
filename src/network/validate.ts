// Structural checks of a network, whoever made it: the compiler, a training run or a file.
//
// Each check returns sentences with the sizes or names that disagree. Whether the network computes its program
// is not a matter of structure: that is what checking and proving are for.

import { InputError, isPlainText } from "../diagnostics/diagnostic.ts";
import { groupBy } from "../diagnostics/group.ts";
import { bounds, type EnumType, showType, type ValueType } from "../grid/grid.ts";
import { isReadAlike } from "./arithmetic.ts";
import { ALL_FIELDS, partFaults, withParts } from "./cell-number.ts";
import { exactnessOf } from "./exactness.ts";
import {
  bitsFor,
  type Channel,
  type CodeKind,
  type FieldCode,
  type Layer,
  largestOf,
  type Network,
  type NetworkField,
  standsFor,
} from "./network.ts";
import { sparseFaults } from "./sparse.ts";

/** Everything that is structurally wrong with a network, as sentences; empty if nothing is. */
export function networkFaults(network: Network): readonly string[] {
  const coded = withParts(network);
  const faults = [
    ...partFaults(network),
    ...spellingFaults(network),
    ...nameFaults(coded),
    ...codeFaults(coded),
    ...network.layers.flatMap(layerFaults),
    ...chainFaults(network),
    ...numberFaults(network),
    ...stopFaults(coded),
    ...placeFaults(network),
    ...snapFaults(network),
    ...tokenFaults(network),
  ];
  return faults.length > 0 ? faults : exactFaults(network);
}

/**
 * Hands the network through if it is well formed.
 * @throws an internal error that names every fault: networks that users bring are checked by `networkFaults`
 */
export function validateNetwork(network: Network): Network {
  const faults = networkFaults(network);
  if (faults.length > 0)
    throw new Error(`internal: malformed network ${network.program}: ${faults.join("; ")}`);
  return network;
}

/** @throws InputError if a caller has handed in something else, such as what `compile` returns as a whole */
export function requireNetwork(network: {
  readonly layers: readonly unknown[];
  readonly channels: readonly unknown[];
}): void {
  if (!Array.isArray(network?.layers) || !Array.isArray(network.channels))
    throw new InputError(
      "found no network, expected one such as compile(...).network or what readWeightFile gives",
    );
}

/**
 * Hands through a network of a caller.
 * @throws InputError if it is not well formed
 */
export function requireSound(network: Network): Network {
  requireNetwork(network);
  const [fault] = networkFaults(network);
  if (fault === undefined) return network;
  throw new InputError(`${network.program} is no sound network: ${fault}; compile it again, or mend it`);
}

/**
 * Refuses networks whose channels hold numbers other than 0 and 1; `what` cannot do with these.
 * @throws InputError that names the code to use instead
 */
export function requireBits(
  { program, channels }: Pick<Network, "program" | "channels">,
  what: string,
): void {
  requireChannels({ program, channels }, what);
  const number = channels.find(({ code }) => largestOf(code) > 1);
  if (number === undefined) return;
  throw new InputError(
    `${what} needs channels of 0 and 1, but channel ${number.name} of ${program} holds numbers up to ` +
      `${largestOf(number.code)}; compile the program with --codes binary (\`codes: { others: "binary" }\`)`,
  );
}

/**
 * Refuses networks whose one channel holds all fields of a cell; `what` cannot do with these.
 * @throws InputError that names the form to use instead
 */
export function requireChannels(
  { program, channels }: Pick<Network, "program" | "channels">,
  what: string,
): void {
  if (!channels.some(({ code }) => code.kind === "integer" && code.field === ALL_FIELDS)) return;
  throw new InputError(
    `${what} needs channels for each field, but ${program} has a single one, which holds all of them as one number; ` +
      "compile the program without --arch paper",
  );
}

/** `layer 2 weight, output 3, input 1`: where a number of the network is stored, counting from 1. */
type Place = (index: number) => string;

function nameFaults(network: Network): string[] {
  const names = new Set(network.fields.map((field) => field.name));
  const hidden = new Set(network.fields.filter(({ role }) => role === "hidden").map((field) => field.name));
  const faults = [
    ...duplicates(network.fields.map((field) => field.name)).map((name) => `two fields are called ${name}`),
    ...duplicates(network.channels.map((channel) => channel.name)).map(
      (name) => `two channels are called ${name}`,
    ),
    ...[network.schedule.clock?.field ?? []]
      .flat()
      .filter((name) => !hidden.has(name))
      .map((name) => `the clock field ${name} is not a hidden field`),
    ...network.fields.flatMap(fieldFaults),
  ];
  const { predict } = network;
  if (predict !== null && !names.has(predict)) faults.push(`the predicted field ${predict} does not exist`);
  return faults;
}

function fieldFaults({ name, type, initial }: NetworkField): string[] {
  const { lo, hi } = bounds(type);
  if (hi < lo || !Number.isSafeInteger(hi - lo)) return [`field ${name} has no values: ${showType(type)}`];
  const fits = Number.isInteger(initial) && initial >= lo && initial <= hi;
  return fits ? [] : [`field ${name} starts as ${initial}, which is not a value of ${showType(type)}`];
}

/** Values placed in single cells must be of fields that exist. */
function placeFaults({ fields, places = [] }: Network): string[] {
  return places.flatMap(({ field: name, value }) => {
    const field = fields.find((each) => each.name === name);
    if (field === undefined) return [`a value is placed in field ${name}, which does not exist`];
    const { lo, hi } = bounds(field.type);
    return value >= lo && value <= hi
      ? []
      : [`${value} is placed in field ${name}, which is not a value of ${showType(field.type)}`];
  });
}

/** Rounding to 0 or 1 would take numbers away. */
function snapFaults({ snap, channels }: Network): string[] {
  const number = channels.find(({ code }) => largestOf(code) > 1);
  return snap && number !== undefined
    ? [`channel ${number.name} holds numbers, but channels are rounded to 0 or 1 after every step`]
    : [];
}

/** Fields that at most one cell may have must exist. */
function tokenFaults({ fields, tokens = [] }: Network): string[] {
  const unknown = tokens.filter((token) => !fields.some(({ name }) => name === token));
  return [
    ...unknown.map((token) => `field ${token}, which only one cell may have, does not exist`),
    ...duplicates(tokens).map(
      (token) => `field ${token} is named twice among those which only one cell may have`,
    ),
  ];
}

function codeFaults(network: Network): string[] {
  const names = new Set(network.fields.map((field) => field.name));
  const unknown = network.channels.flatMap(({ name, code }) =>
    code.kind === "inside" || names.has(code.field)
      ? []
      : [`channel ${name} is of field ${code.field}, which does not exist`],
  );
  const inside = network.channels.filter(({ code }) => code.kind === "inside");
  const twice = inside.length > 1 ? [`${inside.length} channels mark the inside of the grid`] : [];
  const own = groupBy(network.channels.filter(isCoded), ({ code }) => code.field);
  return [
    ...unknown,
    ...twice,
    ...network.fields.flatMap((field) => coverFaults(field, own.get(field.name) ?? [])),
  ];
}

/** A channel that takes part in a field's code. */
type CodedChannel = Channel & { readonly code: FieldCode };

const isCoded = (channel: Channel): channel is CodedChannel => channel.code.kind !== "inside";

/** A field's channels must be of one kind that its type can have, and each must be one of that code's, once. */
function coverFaults(field: NetworkField, own: readonly CodedChannel[]): string[] {
  const { lo, hi } = bounds(field.type);
  const [kind] = KINDS[field.type.kind].filter((each) => own.every(({ code }) => code.kind === each));
  if (kind === undefined) {
    const wrong = own.find(({ code }) => !KINDS[field.type.kind].includes(code.kind)) ?? own.at(-1)!;
    return [`channel ${wrong.name} of ${showType(field.type)} ${field.name} is a ${wrong.code.kind} code`];
  }
  const faults = own.flatMap(({ name, code }) => baseFaults(name, code, lo, hi));
  const expected = kind === "integer" ? Math.min(hi - lo, 1) : kind === "binary" ? bitsFor(hi - lo) : hi - lo;
  const values = own.map(({ code }) => standsFor(code));
  for (const [index, value] of values.entries()) {
    if (!Number.isInteger(value) || value <= lo || value > hi)
      faults.push(
        `channel ${own[index]!.name} stands for ${value}, outside ${lo + 1}..${hi} of ${field.name}`,
      );
  }
  for (const value of duplicates(values)) faults.push(`two channels stand for ${value} of ${field.name}`);
  if (own.length !== expected)
    faults.push(
      `field ${field.name} (${showType(field.type)}) has ${own.length} channels, expected ${expected}`,
    );
  return faults;
}

/** Numbers and bits count from the first value of their field, and numbers up to its last. */
function baseFaults(name: string, code: FieldCode, lo: number, hi: number): string[] {
  const wrong = (word: string, found: number, expected: number): string[] =>
    found === expected ? [] : [`channel ${name} counts ${word} ${found}, expected ${expected}`];
  if (code.kind === "integer") return [...wrong("from", code.from, lo), ...wrong("to", code.to, hi)];
  return code.kind === "binary" ? wrong("from", code.from, lo) : [];
}

/** The codes that a field of that type can have; the usual one is the first. */
const KINDS: Readonly<Record<ValueType["kind"], readonly CodeKind[]>> = {
  bit: ["bit"],
  range: ["thermometer", "binary", "integer"],
  enum: ["one-hot", "binary", "integer"],
};

function layerFaults(layer: Layer, index: number): string[] {
  const { kernel, inputs, outputs } = layer;
  const sizes = [
    { what: "biases", found: layer.bias.length, expected: outputs },
    { what: "unit names", found: layer.units.length, expected: outputs },
  ];
  const named = `layer ${index + 1} (${kernel}x${kernel} ${inputs} -> ${outputs})`;
  return [
    ...sparseFaults(layer).map((fault) => `${named} ${fault}`),
    ...sizes
      .filter(({ found, expected }) => found !== expected)
      .map(({ what, found, expected }) => `${named} has ${found} ${what}, expected ${expected}`),
  ];
}

function chainFaults({ layers, channels, residual }: Network): string[] {
  if (layers.length === 0) return ["there are no layers, expected at least one 3x3 layer"];
  const faults = layers.flatMap((layer, index) => {
    const kernel = index === 0 ? 3 : 1;
    const inputs = index === 0 ? channels.length : layers[index - 1]!.outputs;
    const source = index === 0 ? `${inputs} channels` : `layer ${index} has ${inputs} outputs`;
    return [
      ...(layer.kernel === kernel
        ? []
        : [`layer ${index + 1} has kernel ${layer.kernel}, expected ${kernel} there`]),
      ...(layer.inputs === inputs ? [] : [`layer ${index + 1} reads ${layer.inputs} inputs, but ${source}`]),
    ];
  });
  const outputs = layers.at(-1)!.outputs;
  if (outputs !== channels.length)
    faults.push(`the last layer has ${outputs} outputs, but there are ${channels.length} channels`);
  if (residual.length !== channels.length)
    faults.push(`there are ${residual.length} residual flags, but ${channels.length} channels`);
  return faults;
}

function numberFaults({ layers, residual, channels, exact }: Network): string[] {
  const faults = [residual.findIndex((value) => !isReadAlike(value))]
    .filter((index) => index >= 0)
    .map((at) => `the residual of channel ${channels[at]?.name ?? at + 1} is ${residual[at]}`);
  for (const bound of [exact.largestWeight, exact.largestActivation])
    if (!(Number.isFinite(bound) && bound >= 0)) faults.push(`a bound of the exact arithmetic is ${bound}`);
  const tensors = layers.flatMap((layer, index): [Float32Array, Place][] => [
    [layer.weight.values, weightPlace(layer, index)],
    [layer.bias, (at) => `layer ${index + 1} bias ${at + 1}`],
  ]);
  for (const [values, place] of tensors) {
    const endless = values.findIndex((value) => !isReadAlike(value));
    if (endless >= 0) faults.push(`${place(endless)} is ${values[endless]}`);
    if (endless >= 0 || exact.formats.length === 0) continue;
    const inexact = values.findIndex(
      (value) => !Number.isInteger(value) || Math.abs(value) > exact.largestWeight,
    );
    if (inexact >= 0)
      faults.push(
        `${place(inexact)} is ${values[inexact]}, but the network claims exact arithmetic with` +
          ` integer weights up to ${exact.largestWeight}`,
      );
  }
  return faults;
}

/** Lists what a network claims of its arithmetic and is not so. */
function exactFaults(network: Network): string[] {
  const { exact } = network;
  const found = exactnessOf(network);
  const lacking = exact.formats.find((format) => !found.formats.includes(format));
  return lacking === undefined
    ? []
    : [
        `the network claims exact arithmetic in ${lacking}, but its weights reach ${found.largestWeight} and its ` +
          `activations ${found.largestActivation}`,
      ];
}

const weightPlace =
  ({ kernel, weight: { starts, columns } }: Layer, index: number): Place =>
  (at) => {
    const output = starts.findIndex((start) => start > at);
    return `layer ${index + 1} weight (output ${output}, input ${Math.floor(columns[at]! / kernel ** 2) + 1})`;
  };

function stopFaults({ stop, channels }: Network): string[] {
  if (stop.kind !== "halted") return [];
  const names = new Set(channels.map((channel) => channel.name));
  return stop.cubes.flatMap(({ on, off }) => [
    ...[...on, ...off]
      .filter((name) => !names.has(name))
      .map((name) => `the stop rule names channel ${name}, which does not exist`),
    ...on.filter((name) => off.includes(name)).map((name) => `the stop rule wants ${name} both on and off`),
  ]);
}

function duplicates<T>(values: readonly T[]): T[] {
  const seen = new Set<T>();
  const twice = new Set<T>();
  for (const value of values) (seen.has(value) ? twice : seen).add(value);
  return [...twice];
}

// How names in a network may be spelt. Exports write them into programs of other languages, reports into pages and terminals:
// in a file that somebody else has made, a name must not be able to end a comment, a string or a line there.

/** Names as programs have them; those that the compiler makes may begin with a digit, and have several words: `seen 0`. */
const isName = (text: string): boolean => /^[\p{L}\p{N}_]+( [\p{L}\p{N}_]+)*$/u.test(text);

/** Names of a network that are spelt as no program of ours spells them, as sentences. */
function spellingFaults({ program, fields, channels, parts = [], layers, schedule }: Network): string[] {
  const texts = [
    ...channels.map(({ name }) => ["channel", name] as const),
    ...parts.map(({ name }) => ["part", name] as const),
    ...layers.flatMap(({ units }) => units.map((unit) => ["unit", unit] as const)),
    ["reason of the schedule", schedule.reason] as const,
  ];
  return [
    ...nameFault("program", program),
    ...fields.flatMap(typeFaults),
    ...texts.flatMap(([what, text]) => textFault(what, text)),
  ];
}

function typeFaults({ name, type }: NetworkField): string[] {
  const faults = nameFault("field", name);
  return type.kind === "enum" ? [...faults, ...enumFaults(name, type)] : faults;
}

function enumFaults(field: string, { names, symbols }: EnumType): string[] {
  const count = symbols?.length ?? names.length;
  return [
    ...names.flatMap((name) => nameFault(`value of field ${field}`, name)),
    ...(symbols ?? []).flatMap((symbol) => textFault(`symbol of field ${field}`, symbol)),
    ...(new Set(names).size < names.length ? [`two values of field ${field} have one name`] : []),
    ...(count === names.length ? [] : [`field ${field} has ${count} symbols, expected ${names.length}`]),
  ];
}

const nameFault = (what: string, name: string): string[] =>
  isName(name)
    ? []
    : [`a ${what} is called ${JSON.stringify(name)}, expected a name of letters, digits and _`];

const textFault = (what: string, text: string): string[] =>
  isPlainText(text) ? [] : [`a ${what} is ${JSON.stringify(text)}, expected no control characters`];
