// The network of the paper's Definition 5 around a compiled learner: everything but the memory, which is trained.
//
// The digital part is a compiled program with two input bits, `pos` and `neg`. The step of the RC layers has one
// channel more, the real value V, which only the residual carries on. In its first layer four units look at V:
//
//   pos = relu(8V - 1) - relu(8V - 2),   neg = relu(-8V - 1) - relu(-8V - 2)
//
// At V = -1/3, 0 and 1/3 these are exactly 0 or 1, whatever rounds in between (products with 8 and differences of
// neighbours are exact), and their derivative is exactly 0. The further layers hand them on to the channels of
// `pos` and `neg`, which are written anew in every step.
//
// The head of a cell is
//
//   relu(V + 2 current - 1) - relu(2 current - 1)                          V in the row that is to be written, else 0
//   + 2 (relu(4 answer + 4 answering - 5) - relu(4 answer + 4 answering - 6))      2 where both are 1, else 0
//   - (relu(4 answering - 1) - relu(4 answering - 2))                              1 where there is an answer, else 0
//
// which is V itself in the row that is to be written, and 2 answer - 1 in the corner once the memory is full. Its
// derivative by V is 1 there at V = 0, and 0 elsewhere; that by every digital channel is 0, the slopes of two units
// cancelling each other. So no gradient ever enters the digital part, where it would grow from step to step until it
// overflows. The head's sum over the grid is the network's output.
//
// Where -1 stands for the bit 1, the last two lines have the other sign: 1 - 2 answer.

import type { StepNetwork } from "../../engines/engine.ts";
import { bounds } from "../../grid/grid.ts";
import { type Layer, type Network, standsFor } from "../../network/network.ts";
import { networkLayer, rowsOfLayer, type SparseRow } from "../../network/rows.ts";
import type { Sign } from "./memory-layer.ts";
import { type SingleLearner, singleLearner } from "./one-channel-learner.ts";
import type { PreludeNames } from "./prelude.ts";

export interface LearnerNetwork {
  /** The compiled program: prelude and learner. */
  readonly digital: Network;
  readonly names: PreludeNames;
  /** The digital step with the channel V behind all others; or with a single channel, in which V arrives: see one-channel-learner.ts. */
  readonly step: StepNetwork;
  /** How a digital part with a single channel begins, and the numbers that come up in its cells, ascending. */
  readonly single?: Pick<SingleLearner, "beginnings" | "signs"> & { readonly numbers: readonly number[] };
  /** Two 1x1 layers from the step's channels to one number a cell. */
  readonly head: readonly [Layer, Layer];
  /** The sign that stands for the bit 1, in features, labels and the output. */
  readonly one: Sign;
}

/** The name of the real channel, which no field can have. */
const VALUE = "V";

/** `numbers`: those that come up in cells of a digital part with a single channel, ascending. */
export function learnerNetwork(
  digital: Network,
  names: PreludeNames,
  one: Sign,
  numbers: readonly number[] = [],
): LearnerNetwork {
  if (digital.parts !== undefined) {
    const { step, head, beginnings, signs } = singleLearner(digital, names, numbers, one);
    return { digital, names, step, head, one, single: { beginnings, signs, numbers } };
  }
  const channel = channelFinder(digital);
  const width = digital.channels.length + 1;
  const head = headLayers(
    width,
    channel(names.current),
    channel(names.answering),
    answerChannel(digital),
    one,
  );
  return { digital, names, step: withValue(digital, channel(names.pos), channel(names.neg)), head, one };
}

/** Tells where the channel of a bit stands. */
export function channelFinder({ channels }: Network): (field: string) => number {
  return (field) => {
    const at = channels.findIndex(({ code }) => code.kind === "bit" && code.field === field);
    if (at < 0) throw new Error(`internal: the bit ${field} has no channel`);
    return at;
  };
}

/** Tells where the channel of the answer stands: the predicted bit, or the last value of the predicted enum. */
function answerChannel({ channels, fields, predict }: Network): number {
  const type = fields.find(({ name }) => name === predict)?.type;
  const last = type === undefined ? 0 : bounds(type).hi;
  const at = channels.findIndex(
    ({ code }) => code.kind !== "inside" && code.field === predict && standsFor(code) === last,
  );
  if (at < 0) throw new Error(`internal: the answer ${predict} has no channel`);
  return at;
}

/** A layer with more inputs, and outputs behind the others or in the place of others: those read their own cell alone. */
function enlarge(layer: Layer, inputs: number, rows: ReadonlyMap<number, SparseRow>): Layer {
  const places = layer.kernel * layer.kernel;
  const centre = (places - 1) / 2;
  const all = rowsOfLayer(layer);
  for (const [out, { name, bias, entries }] of rows) {
    const here = entries.map(([input, weight]) => [input * places + centre, weight] as const);
    all[out] = { name: all[out]?.name ?? name, bias, entries: here };
  }
  return networkLayer({ kernel: layer.kernel, inputs, rows: all });
}

const THRESHOLDS = [
  { name: "V > 1/8", slope: 8, bias: -1 },
  { name: "V > 1/4", slope: 8, bias: -2 },
  { name: "V < -1/8", slope: -8, bias: -1 },
  { name: "V < -1/4", slope: -8, bias: -2 },
] as const;

function withValue(digital: Network, pos: number, neg: number): StepNetwork {
  const width = digital.channels.length;
  const hidden = digital.layers.slice(0, -1);
  const [first, last] = [hidden[0], digital.layers.at(-1)];
  if (first === undefined || last === undefined)
    throw new Error("internal: the digital part of a learner has no hidden layer");
  const carried = THRESHOLDS.length;
  const layers = hidden.map((layer, at): Layer => {
    const rows = THRESHOLDS.map(({ name, slope, bias }, index): [number, SparseRow] => [
      layer.outputs + index,
      at === 0
        ? { name, bias, entries: [[width, slope]] }
        : { name, bias: 0, entries: [[layer.inputs + index, 1]] },
    ]);
    return enlarge(layer, at === 0 ? width + 1 : layer.inputs + carried, new Map(rows));
  });
  const residual = Float32Array.from([...digital.residual, 1]);
  layers.push(writeThresholds(last, width, carried, [pos, neg], residual));
  return { channels: [...digital.channels.map(({ name }) => ({ name })), { name: VALUE }], layers, residual };
}

/** The last layer: `pos` and `neg` are differences of thresholds, and nothing of what they were is kept. */
function writeThresholds(
  last: Layer,
  width: number,
  carried: number,
  signs: readonly number[],
  residual: Float32Array,
): Layer {
  for (const channel of signs) residual[channel] = 0;
  const rows = signs.map((channel, at): [number, SparseRow] => {
    const upper = last.inputs + 2 * at;
    const entries = [
      [upper, 1],
      [upper + 1, -1],
    ] as const;
    return [channel, { name: VALUE, bias: 0, entries }];
  });
  const kept: [number, SparseRow] = [width, { name: VALUE, bias: 0, entries: [] }];
  return enlarge(last, last.inputs + carried, new Map([...rows, kept]));
}

/** A hidden unit of the head, with its weight in the output. */
interface HeadUnit extends SparseRow {
  readonly out: number;
}

function headLayers(
  width: number,
  current: number,
  answering: number,
  answer: number,
  one: Sign,
): readonly [Layer, Layer] {
  const value = width - 1;
  const both = [
    [answer, 4],
    [answering, 4],
  ] as const;
  const writing = [
    [value, 1],
    [current, 2],
  ] as const;
  const units: readonly HeadUnit[] = [
    { name: "V where it is to be written", entries: writing, bias: -1, out: 1 },
    { name: "row to be written", entries: [[current, 2]], bias: -1, out: -1 },
    { name: "answer + answering > 5/4", entries: both, bias: -5, out: 2 * one },
    { name: "answer + answering > 3/2", entries: both, bias: -6, out: -2 * one },
    { name: "answering > 1/4", entries: [[answering, 4]], bias: -1, out: -one },
    { name: "answering > 1/2", entries: [[answering, 4]], bias: -2, out: one },
  ];
  const output = { name: "output", bias: 0, entries: units.map(({ out }, unit) => [unit, out] as const) };
  return [
    networkLayer({ kernel: 1, inputs: width, rows: units }),
    networkLayer({ kernel: 1, inputs: units.length, rows: [output] }),
  ];
}
