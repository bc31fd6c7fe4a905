// The direct engine: plain loops over the non-zero weights, in float32 arithmetic.
//
// The non-zero weights are gathered once into flat arrays. States are kept inside a border of zeros, so that
// reading a neighbour is adding an offset, and the padding of the convolution needs no test. Every product and
// every sum is rounded to float32. The order of summation is: bias, then the weights by kernel row, kernel
// column and input, at last the residual; without rounding (integers below 2^24) the order does not matter.
// Where a network snaps, that sum becomes 0 or 1. Cells around which nothing has changed in the step before stay as they are.
// From states that are no codes, whatever numbers they hold, the same holds:
// that order of float32 operations is the definition, which other engines leave such states to.

import { cached } from "../diagnostics/memo.ts";
import type { Shape } from "../grid/grid.ts";
import type { Layer } from "../network/network.ts";
import { requireNetwork } from "../network/validate.ts";
import { checkedStart, type Engine, type Run, type StepNetwork } from "./engine.ts";
import { fullSums, isMadeFull } from "./full.ts";

/** A layer's non-zero weights, grouped by output: those of `out` lie at `starts[out]` to `starts[out + 1]`. */
export interface GatheredLayer {
  readonly outputs: number;
  readonly starts: Int32Array;
  readonly rows: Int8Array;
  readonly cols: Int8Array;
  readonly inputs: Int32Array;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  /** Whether every output reads all inputs, all of them in the same order. */
  readonly isFull: boolean;
}

/** An engine that needs no library and no memory to speak of; the fastest on small grids. */
export function directEngine(network: StepNetwork): Engine {
  requireNetwork(network);
  const layers = network.layers.map(gather);
  return {
    name: "direct",
    start: checkedStart(network, (shape, states) => startRun(network, layers, shape, states)),
    close: () => {},
  };
}

const gathered = new WeakMap<Layer, GatheredLayer>();

/** A layer's weights in the order of summation; made once, as networks that differ in one layer share the others. */
export const gather = (layer: Layer): GatheredLayer => cached(gathered, layer, () => inOrder(layer));

/** Weights lie by output, input and tap; here they come by output, tap and input. */
function inOrder({ kernel, inputs, outputs, weight, bias }: Layer): GatheredLayer {
  const { starts, columns, values } = weight;
  const area = kernel * kernel;
  const middle = (kernel - 1) / 2;
  const isFull = columns.length === outputs * inputs * area;
  const [rows, cols] = [new Int8Array(columns.length), new Int8Array(columns.length)];
  // With a single tap they lie in that order.
  if (area === 1) return { outputs, starts, bias, isFull, rows, cols, inputs: columns, weights: values };
  const made = {
    rows,
    cols,
    inputs: new Int32Array(columns.length),
    weights: new Float32Array(columns.length),
  };
  const places = new Int32Array(area + 1);
  for (let out = 0; out < outputs; out++) {
    places.fill(0);
    for (let at = starts[out]!; at < starts[out + 1]!; at++) places[(columns[at]! % area) + 1]!++;
    places[0] = starts[out]!;
    for (let tap = 0; tap < area; tap++) places[tap + 1]! += places[tap]!;
    for (let at = starts[out]!; at < starts[out + 1]!; at++) {
      const tap = columns[at]! % area;
      const to = places[tap]!++;
      made.rows[to] = Math.floor(tap / kernel) - middle;
      made.cols[to] = (tap % kernel) - middle;
      made.inputs[to] = (columns[at]! - tap) / area;
      made.weights[to] = values[at]!;
    }
  }
  return { outputs, starts, bias, isFull, ...made };
}

function startRun(
  network: StepNetwork,
  layers: readonly GatheredLayer[],
  shape: Shape,
  states: readonly Float32Array[],
): Run {
  const border = borderOf(shape, network.channels.length);
  const step = directStep(layers, network, border);
  const grids = states.map((state) => {
    const [now, other]: [Float32Array, Float32Array] = [
      withBorder(state, border),
      new Float32Array(border.size),
    ];
    return { now, other, active: allActive(border), next: allActive(border) };
  });
  return {
    advance: async (steps) => {
      for (const grid of grids) {
        for (let done = 0; done < steps; done++) {
          step(grid.now, grid.other, grid.active, grid.next);
          [grid.now, grid.other] = [grid.other, grid.now];
          [grid.active, grid.next] = [grid.next, grid.active];
        }
      }
    },
    read: async () => grids.map(({ now }) => withoutBorder(now, border)),
    close: () => {},
  };
}

/** Returns what a cell becomes, given the channels of the nine cells around it and its own, row by row. */
export function directCell(network: StepNetwork): (around: Float32Array) => Float32Array {
  requireNetwork(network);
  const border = borderOf({ rows: 1, cols: 1 }, network.channels.length);
  const step = directStep(network.layers.map(gather), network, border);
  const next = new Float32Array(border.size);
  const [all, changed] = [allActive(border), allActive(border)];
  return (around) => {
    step(around, next, all, changed);
    return withoutBorder(next, border);
  };
}

/** Takes states of a shape one step on, each by itself, whatever it was given before. */
export function directSteps(network: StepNetwork, shape: Shape): (state: Float32Array) => Float32Array {
  requireNetwork(network);
  const border = borderOf(shape, network.channels.length);
  const step = directStep(network.layers.map(gather), network, border);
  const next = new Float32Array(border.size);
  const [all, changed] = [allActive(border), allActive(border)];
  return (state) => {
    step(withBorder(state, border), next, all, changed);
    return withoutBorder(next, border);
  };
}

/** Where cells lie in a state that has one cell of zeros all around. */
export interface Border extends Shape {
  readonly channels: number;
  /** Numbers from one row to the next. */
  readonly stride: number;
  readonly size: number;
}

export function borderOf({ rows, cols }: Shape, channels: number): Border {
  const stride = (cols + 2) * channels;
  return { rows, cols, channels, stride, size: (rows + 2) * stride };
}

export function withBorder(
  state: Float32Array,
  { rows, cols, channels, stride, size }: Border,
): Float32Array {
  const grid = new Float32Array(size);
  const width = cols * channels;
  for (let row = 0; row < rows; row++)
    grid.set(state.subarray(row * width, (row + 1) * width), (row + 1) * stride + channels);
  return grid;
}

function withoutBorder(grid: Float32Array, { rows, cols, channels, stride }: Border): Float32Array {
  const width = cols * channels;
  const state = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const start = (row + 1) * stride + channels;
    state.set(grid.subarray(start, start + width), row * width);
  }
  return state;
}

/** Tells where the inputs of a layer's weights lie in a state with border, from the first channel of a cell. */
export function offsetsOf({ inputs, rows, cols }: GatheredLayer, { stride, channels }: Border): Int32Array {
  const made = new Int32Array(inputs.length);
  for (let at = 0; at < made.length; at++) made[at] = rows[at]! * stride + cols[at]! * channels + inputs[at]!;
  return made;
}

/** Tells whether cells are active, border included: all are before the first step. */
export const allActive = ({ rows, cols }: Shape): Uint8Array =>
  new Uint8Array((rows + 2) * (cols + 2)).fill(1);

/**
 * One step of the network, from a state with border into another. What is not 0 in `active` is computed; of all other cells
 * `to` must hold what they become. `next` is set to where something around a cell has changed: all other cells stay as
 * they are in the step after.
 */
export type DirectStep = (from: Float32Array, to: Float32Array, active: Uint8Array, next: Uint8Array) => void;

/** The step on grids of a shape; it leaves borders alone. */
export function directStep(
  layers: readonly GatheredLayer[],
  { residual, snap }: StepNetwork,
  border: Border,
): DirectStep {
  const { rows, cols, channels } = border;
  const first = layers[0]!;
  const offsets = offsetsOf(first, border);
  const outputs = layers.map((layer) => new Float32Array(layer.outputs));
  const last = outputs.at(-1)!;
  const write = (from: Float32Array, to: Float32Array, cell: number): boolean => {
    let isChanged = false;
    for (let channel = 0; channel < channels; channel++) {
      const before = from[cell + channel]!;
      const sum = Math.fround(last[channel]! + Math.fround(residual[channel]! * before));
      const after = snap ? Number(sum > 0.5) : sum;
      if (!Object.is(before, after)) isChanged = true;
      to[cell + channel] = after;
    }
    return isChanged;
  };
  const across = cols + 2;
  return (from, to, active, next) => {
    next.fill(0);
    for (let row = 1; row <= rows; row++) {
      for (let place = row * across + 1, end = place + cols; place < end; place++) {
        if (active[place] === 0) continue;
        const cell = place * channels;
        applyLayer(first, offsets, from, cell, outputs[0]!, layers.length > 1);
        for (let index = 1; index < layers.length; index++) {
          const layer = layers[index]!;
          applyLayer(layer, layer.inputs, outputs[index - 1]!, 0, outputs[index]!, index + 1 < layers.length);
        }
        if (write(from, to, cell))
          for (let at = place - across; at <= place + across; at += across) {
            next[at - 1] = 1;
            next[at] = 1;
            next[at + 1] = 1;
          }
      }
    }
  };
}

/** All outputs of one layer in one cell; `offsets` say where each weight's input lies from `base`. */
export function applyLayer(
  layer: GatheredLayer,
  offsets: Int32Array,
  source: Float32Array,
  base: number,
  target: Float32Array,
  relu: boolean,
): void {
  const isFull = isMadeFull(layer);
  if (isFull) fullSums(layer, offsets, source, base, target);
  for (let out = 0; out < layer.outputs; out++) {
    const sum = isFull ? target[out]! : sumOf(layer, out, offsets, source, base);
    target[out] = relu && sum < 0 ? 0 : sum;
  }
}

/** One output of a layer, before it is rectified. */
export function sumOf(
  { starts, weights, bias }: GatheredLayer,
  out: number,
  offsets: Int32Array,
  source: Float32Array,
  base: number,
): number {
  const end = starts[out + 1]!;
  let sum = bias[out]!;
  for (let index = starts[out]!; index < end; index++)
    sum = Math.fround(sum + Math.fround(weights[index]! * source[base + offsets[index]!]!));
  return sum;
}
