// The network: named channels on a grid of cells, one set of shared weights.
//
//   z' = residual * z + A_n * relu(... A_2 * relu(A_1 * z + b_1) + b_2 ...) + b_n
//
// A_1 is a 3x3 convolution with zero padding; the others are 1x1 (paper, Definition 5: RC layers). Learned weights come
// near to 0 and 1 but seldom hit them, and errors would add up: networks of them snap, which is to say that
//
//   z' = [residual * z + A_n * relu(...) + b_n > 1/2]
//
// is 1 where the sum is above 1/2, else 0.

import { unreachable } from "../diagnostics/diagnostic.ts";
import type { ValueType } from "../grid/grid.ts";
import type { InputRules } from "../grid/prepare.ts";
import { type SparseRows, weightCount } from "./sparse.ts";

/** How one channel takes part in a field's code; every channel but an integer one holds 0 or 1. */
export type ChannelCode =
  /** 1 inside the grid, 0 in the padding. */
  | { readonly kind: "inside" }
  /** The bit itself. */
  | { readonly kind: "bit"; readonly field: string }
  /** Thermometer code of a range: 1 where the field is at least `atLeast`. */
  | { readonly kind: "thermometer"; readonly field: string; readonly atLeast: number }
  /** One-hot code of an enum, its first value being all zeros: 1 where the field has index `equals`. */
  | { readonly kind: "one-hot"; readonly field: string; readonly equals: number }
  /** Binary code: bit `bit`, the lowest being 0, of the field's value less `from`, its first one. */
  | { readonly kind: "binary"; readonly field: string; readonly bit: number; readonly from: number }
  /** The field's value less `from`, its first one: a number from 0 up to `to - from`. */
  | { readonly kind: "integer"; readonly field: string; readonly from: number; readonly to: number };

/** A code that belongs to a field. */
export type FieldCode = Exclude<ChannelCode, { kind: "inside" }>;

/** How all channels of one field code it. */
export type CodeKind = FieldCode["kind"];

/** The least value of the field for which a channel of that code is not 0. */
export function standsFor(code: FieldCode): number {
  switch (code.kind) {
    case "bit":
      return 1;
    case "thermometer":
      return code.atLeast;
    case "one-hot":
      return code.equals;
    case "binary":
      return code.from + 2 ** code.bit;
    case "integer":
      return code.from + 1;
    default:
      return unreachable(code);
  }
}

/** Returns what a channel of that code holds where its field has that value. */
export function heldBy(code: FieldCode, value: number): number {
  switch (code.kind) {
    case "bit":
      return value;
    case "thermometer":
      return value >= code.atLeast ? 1 : 0;
    case "one-hot":
      return value === code.equals ? 1 : 0;
    case "binary":
      return Math.floor((value - code.from) / 2 ** code.bit) % 2;
    case "integer":
      return value - code.from;
    default:
      return unreachable(code);
  }
}

/** Tells which of these channels code a field. */
export const channelsFor = (channels: readonly { readonly code?: ChannelCode }[], field: string): number[] =>
  [...channels.keys()].filter((channel) => {
    const { code } = channels[channel]!;
    return code !== undefined && code.kind !== "inside" && code.field === field;
  });

/** Returns how many bits the whole numbers up to `most` take. */
export const bitsFor = (most: number): number => (most < 1 ? 0 : Math.floor(Math.log2(most)) + 1);

/** Returns what a channel of that code adds to its field's value for each that it holds. */
export function worthOf(code: FieldCode): number {
  if (code.kind === "one-hot") return code.equals;
  return code.kind === "binary" ? 2 ** code.bit : 1;
}

/** The largest number that a channel of that code holds. */
export const largestOf = (code: ChannelCode): number => (code.kind === "integer" ? code.to - code.from : 1);

export interface Channel {
  readonly name: string;
  readonly code: ChannelCode;
}

/** What would be a channel, and is counted in the number of its cell instead: see cell-number.ts. */
export interface Part extends Channel {
  /** How much more the number is for each that the channel would hold. */
  readonly worth: number;
  /** The terms of its next value: the number's last layer adds up those of all parts, times their worths. */
  readonly next: {
    readonly bias: number;
    /** Units of the last hidden layer, counted from 0. */
    readonly weights: readonly (readonly [unit: number, weight: number])[];
  };
}

/** A field of the program or of the compiler (`clock`, `halted`, ...). */
export interface NetworkField {
  readonly name: string;
  /** `hidden` fields were added by the compiler. */
  readonly role: "input" | "output" | "state" | "hidden";
  readonly type: ValueType;
  /** Value in every cell at the start, unless an input file gives it. */
  readonly initial: number;
}

/** One convolution. The last layer of a network has no activation function, all others end in relu. */
export interface Layer {
  readonly kernel: 3 | 1;
  readonly inputs: number;
  readonly outputs: number;
  /** The weights that are not zero; `denseOf` gives all. */
  readonly weight: SparseRows;
  /** `bias[out]`. */
  readonly bias: Float32Array;
  /** What each output detects, in the program's names; for people only. */
  readonly units: readonly string[];
}

export type HandshakeKind = "lockstep" | "free-running" | "alternating-bit" | "clock-of-three";

/** A hidden field that `changes` in every step in which its cell completes an instruction, or is then `on`. */
export interface Clock {
  readonly field: string;
  readonly event: "changes" | "on";
}

export interface ScheduleSummary {
  readonly kind: HandshakeKind;
  /** Why this handshake is right and none cheaper is, in a sentence. */
  readonly reason: string;
  /** How to see that a cell has completed an instruction; null when every step is one, or none ever ends. */
  readonly clock: Clock | null;
}

/** Channels that must be 1 and channels that must be 0, by name. */
export interface Cube {
  readonly on: readonly string[];
  readonly off: readonly string[];
}

/** When a run is over. */
export type StopRule =
  /** Every cell satisfies one of the cubes. */
  | { readonly kind: "halted"; readonly cubes: readonly Cube[] }
  /** A step changes nothing. */
  | { readonly kind: "fixpoint" }
  /** Never: the user says how many steps. */
  | { readonly kind: "never" };

/** Bounds that make the arithmetic exact: all numbers are integers of at most this magnitude. */
export interface Exactness {
  readonly largestWeight: number;
  readonly largestActivation: number;
  /** Number formats in which every step is computed without rounding. */
  readonly formats: readonly ("float32" | "float16" | "bfloat16" | "int8")[];
}

/** The rules of its input say what happens to it before the first step: see `prepareInput`. */
export interface Network extends InputRules {
  readonly program: string;
  /** SHA-256 of the program's text, hexadecimal. */
  readonly sourceHash: string;
  readonly fields: readonly NetworkField[];
  /** The field a learner predicts, or null. */
  readonly predict: string | null;
  readonly channels: readonly Channel[];
  /** What the number counts in a network with a single channel, whose number holds the whole cell. */
  readonly parts?: readonly Part[];
  readonly layers: readonly Layer[];
  /** `residual[channel]`: 1 keeps the channel's old value as a summand, 0 does not. */
  readonly residual: Float32Array;
  /** Whether channels are rounded to 0 or 1 at 1/2 after every step; compiled weights need no rounding. */
  readonly snap: boolean;
  readonly schedule: ScheduleSummary;
  readonly stop: StopRule;
  readonly exact: Exactness;
}

/** What makes a step. Without `snap`, channels stay as they are computed; those without a code hold 0 or 1. */
export interface Step extends Pick<Network, "layers" | "residual">, Partial<Pick<Network, "snap">> {
  readonly channels?: readonly { readonly code?: ChannelCode }[];
}

/** Tells whether all weights and biases of these layers are whole numbers. */
export const areWhole = (layers: Step["layers"]): boolean =>
  layers.every(({ weight, bias }) => [weight.values, bias].every((values) => values.every(Number.isInteger)));

export const isOfWholeNumbers = ({ layers, residual }: Step): boolean =>
  residual.every(Number.isInteger) && areWhole(layers);

/** The largest number that each channel of a step holds. */
export const largestInputs = ({ residual, channels }: Step): number[] =>
  Array.from(residual, (_, channel) => {
    const code = channels?.[channel]?.code;
    return code === undefined ? 1 : largestOf(code);
  });

export interface NetworkSize {
  readonly channels: number;
  /** Hidden units: outputs of all layers but the last. */
  readonly hidden: number;
  /** All numbers of the network: weights, biases and residual flags. */
  readonly weights: number;
  /** Those that are not zero. */
  readonly nonzero: number;
  readonly layers: readonly string[];
}

const count = (values: Float32Array): number => values.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);

/** Size of a network; every number that is stored counts, biases and residual flags too. */
export function sizeOf(network: Network): NetworkSize {
  const { layers, residual } = network;
  const stored = [residual, ...layers.flatMap(({ weight, bias }) => [weight.values, bias])];
  return {
    channels: network.channels.length,
    hidden: network.layers.slice(0, -1).reduce((sum, layer) => sum + layer.outputs, 0),
    weights: layers.reduce((sum, layer) => sum + weightCount(layer) + layer.bias.length, residual.length),
    nonzero: stored.reduce((sum, values) => sum + count(values), 0),
    layers: network.layers.map(
      (layer) => `${layer.kernel}x${layer.kernel} ${layer.inputs} -> ${layer.outputs}`,
    ),
  };
}
