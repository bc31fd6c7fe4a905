// The derivatives of a learner's network by TensorFlow.js, which shares nothing with those that training takes. Each part
// is one operation on the tape, given with its derivative; that of a convolution by its input is the convolution with the
// filter flipped and transposed. (The library's own derivatives are not used: in Node they are not part of what it exports.)

import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Backend, Tf } from "../../src/engines/tensorflow.ts";
import { preparedShape } from "../../src/grid/prepare.ts";
import { startState } from "../../src/learning/learner/evaluate.ts";
import type { LearnerNetwork } from "../../src/learning/learner/learner-network.ts";
import {
  type Example,
  inputVector,
  type Memory,
  memoryGrid,
} from "../../src/learning/learner/memory-layer.ts";
import type { Layer } from "../../src/network/network.ts";
import { denseOf } from "../../src/network/sparse.ts";

interface ValueGradient {
  readonly output: number;
  /** By every cell of V, row by row. */
  readonly gradient: Float32Array;
}

/** The output for a memory and features, and its derivative by V. */
export function tensorGradient(
  { tf, name }: Backend,
  network: LearnerNetwork,
  memory: Memory,
  features: Example["features"],
  steps: number,
): ValueGradient {
  const { rows, cols } = memory;
  const width = network.step.channels.length;
  const grid = preparedShape(network.digital, memory);
  if (tf.getBackend() !== name) void tf.setBackend(name);
  const found: ValueGradient[] = [];
  tf.tidy(() => {
    const start = tf.tensor4d(startState(network, memory), [1, grid.rows, grid.cols, width]);
    const step = operation(tf, network.step.layers, network.step.residual);
    const head = operation(tf, network.head, null);
    const outputOf = (v: Tensor): Tensor => {
      let state = memoryLayer(tf, start)(v);
      for (let done = 0; done < steps; done++) state = step(state);
      return total(tf)(head(state));
    };
    const v = tf.tensor2d(memoryGrid(memory, inputVector(features)), [rows, cols]);
    const { value, grad } = tf.valueAndGrad(outputOf)(v);
    found.push({ output: value.dataSync()[0]!, gradient: grad.dataSync() as Float32Array });
  });
  return found[0]!;
}

type Operation = (input: Tensor) => Tensor;
type Save = (tensors: Tensor[]) => void;

/** V, added to the last channel of the start state; workspace lies above and to the left. */
function memoryLayer(tf: Tf, start: Tensor4D): Operation {
  const [, height, breadth, width] = start.shape;
  return tf.customGrad((v) => {
    const [rows, cols] = (v as Tensor).shape as [number, number];
    const [top, left] = [height - rows, breadth - cols];
    const margins: [number, number][] = [
      [0, 0],
      [top, 0],
      [left, 0],
      [width - 1, 0],
    ];
    const value = tf.pad(tf.reshape(v as Tensor, [1, rows, cols, 1]), margins);
    return {
      value: tf.add(start, value),
      gradFunc: (upstream: Tensor) => {
        const ofValue = tf.slice(upstream, [0, top, left, width - 1], [1, rows, cols, 1]);
        return tf.reshape(ofValue, [rows, cols]);
      },
    };
  });
}

/** The sum over the grid. */
const total = (tf: Tf): Operation =>
  tf.customGrad((cells) => ({
    value: tf.sum(cells as Tensor),
    gradFunc: (upstream: Tensor) => tf.mul(tf.ones((cells as Tensor).shape), upstream),
  }));

interface DeviceLayer {
  readonly filter: Tensor4D;
  readonly bias: Tensor1D;
  /** Flipped and transposed: the filter of the way back. */
  readonly back: Tensor4D;
}

/** Layers with relu between them; `flags`: what of the input is added at the end. */
function operation(tf: Tf, stored: readonly Layer[], flags: Float32Array | null): Operation {
  const layers = stored.map((layer) => upload(tf, layer));
  const hidden = layers.slice(0, -1);
  const last = layers.at(-1)!;
  const residual = flags === null ? null : tf.tensor1d(flags);
  const withResidual = (sum: Tensor4D, of: Tensor4D): Tensor4D =>
    residual === null ? sum : tf.add(sum, tf.mul(of, residual));
  return tf.customGrad((input, save) => {
    const state = input as Tensor4D;
    const active = activations(tf, hidden, state);
    (save as unknown as Save)(active);
    return {
      value: withResidual(convolve(tf, active.at(-1) ?? state, last), state),
      gradFunc: (upstream: Tensor, saved: Tensor[]) => {
        let gradient = convolve(tf, upstream as Tensor4D, { filter: last.back });
        for (let at = hidden.length - 1; at >= 0; at--) {
          const slope = tf.cast(tf.greater(saved[at]!, 0), "float32");
          gradient = convolve(tf, tf.mul(gradient, slope), { filter: hidden[at]!.back });
        }
        return withResidual(gradient, upstream as Tensor4D);
      },
    };
  });
}

/** The outputs of all layers but the last. */
function activations(tf: Tf, hidden: readonly DeviceLayer[], state: Tensor4D): Tensor4D[] {
  let input = state;
  return hidden.map((layer) => {
    input = convolve(tf, input, layer, "relu");
    return input;
  });
}

const convolve = (
  tf: Tf,
  x: Tensor4D,
  { filter, bias }: { readonly filter: Tensor4D; readonly bias?: Tensor1D },
  activation: "relu" | "linear" = "linear",
): Tensor4D => tf.fused.conv2d({ x, filter, ...(bias ? { bias } : {}), activation, strides: 1, pad: "same" });

function upload(tf: Tf, layer: Layer): DeviceLayer {
  const { kernel, inputs, outputs, bias } = layer;
  return tf.tidy(() => {
    const stored = tf.tensor4d(denseOf(layer), [outputs, inputs, kernel, kernel]);
    return {
      filter: tf.transpose(stored, [2, 3, 1, 0]),
      back: tf.transpose(tf.reverse(stored, [2, 3]), [2, 3, 0, 1]),
      bias: tf.tensor1d(bias),
    };
  });
}
