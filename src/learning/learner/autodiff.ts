// The gradient path by automatic differentiation: TensorFlow.js differentiates the whole network, memory layer, L
// times the shared step, head and loss, with respect to the memory's weights. Nothing knows the lemma here.
//
// Each of those parts is one operation on the tape, given with its derivative. Of L steps, every sqrt(L) together are
// one operation, which keeps only its input; on the way back the inputs of its steps, and the activations of one step
// after another, are computed again. So there are 2 sqrt(L) states at a time (checkpointing: T. Chen et al., Training
// deep nets with sublinear memory cost, 2016). The derivative of a convolution by its input is the convolution with the filter flipped and
// transposed. (The library's own derivatives are not used: in Node they are not part of what it exports.)

import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Backend, Tf } from "../../engines/backend.ts";
import type { Shape } from "../../grid/grid.ts";
import { preparedShape } from "../../grid/prepare.ts";
import type { Layer } from "../../network/network.ts";
import { denseOf } from "../../network/sparse.ts";
import { startState } from "./evaluate.ts";
import { type Example, inputVector, LEARNING_RATE, type Memory, memoryGrid } from "./memory.ts";
import type { LearnerNetwork } from "./network.ts";

interface Differentiator {
  /**
   * One step of stochastic gradient descent on the loss 1/2 (y - f)^2, with the learning rate 1/3.
   * @throws InputError if the gradient is not finite
   */
  sgdStep(memory: Memory, example: Example): Memory;
  /** f and its derivative by every cell of V, row by row. */
  valueGradient(
    memory: Memory,
    features: Example["features"],
  ): { readonly output: number; readonly gradient: Float32Array };
  /** Frees the weights on the device. */
  close(): void;
}

/** Bytes of states that are allowed; the WebAssembly heap ends at 4 GiB. */
const MOST_BYTES = 2 ** 31;

/**
 * Differentiates the network for memories of one shape.
 * @throws InputError if the states that are kept of all steps would not fit into memory
 */
export function differentiator(
  backend: Backend,
  network: LearnerNetwork,
  { rows, cols }: Shape,
  steps: number,
): Differentiator {
  const { tf, name } = backend;
  const width = network.step.channels.length;
  const grid = preparedShape(network.digital, { rows, cols });
  refuseTooLarge(grid.rows * grid.cols * width * 4, steps);
  if (tf.getBackend() !== name) void tf.setBackend(name);
  const start = tf.tensor4d(startState(network, { rows, cols }), [1, grid.rows, grid.cols, width]);
  const step = block(tf, network.step.layers, network.step.residual);
  const head = block(tf, network.head, null);
  const length = Math.ceil(Math.sqrt(steps));
  const segment = checkpointed(tf, step, length);
  const rest = checkpointed(tf, step, steps % length);
  const read = checkpointed(tf, head, 1);

  /** From W, or V where z is all ones, to the network's output. */
  const outputOf = (w: Tensor, z: Tensor): Tensor => {
    let state = memoryLayer(tf, start, z)(w) as Tensor4D;
    for (let done = length; done <= steps; done += length) state = segment(state);
    return total(tf)(read(rest(state)));
  };

  return {
    sgdStep: (before, { features, label }) => {
      const after = tf.tidy(() => {
        const z = tf.tensor1d(inputVector(features));
        const loss = (w: Tensor): Tensor => squaredLoss(tf, label)(outputOf(w, z));
        const w = tf.tensor2d(before.weight, [rows, cols]);
        return tf.sub(w, tf.mul(LEARNING_RATE, tf.grad(loss)(w))).dataSync() as Float32Array;
      });
      requireFinite(after, network, steps);
      return { rows, cols, weight: after };
    },
    valueGradient: (memory, features) =>
      tf.tidy(() => {
        const grid: Tensor = tf.tensor2d(memoryGrid(memory, inputVector(features)), [rows, cols]);
        const ones = tf.ones([cols]);
        const { value, grad } = tf.valueAndGrad((v: Tensor) => outputOf(v, ones))(grid);
        return { output: value.dataSync()[0]!, gradient: grad.dataSync() as Float32Array };
      }),
    close: () => {
      step.close();
      head.close();
      start.dispose();
    },
  };
}

function refuseTooLarge(bytesOfState: number, steps: number): void {
  const needed = 2 * Math.ceil(Math.sqrt(steps)) * bytesOfState;
  if (needed <= MOST_BYTES) return;
  throw new InputError(
    `automatic differentiation through ${steps} steps keeps ${needed} bytes, but there is room for ${MOST_BYTES}; ` +
      "give fewer examples or features, or use --path jacobian",
  );
}

function requireFinite(weight: Float32Array, { digital }: LearnerNetwork, steps: number): void {
  if (weight.every(Number.isFinite)) return;
  throw new InputError(
    `the gradient through ${steps} steps of ${digital.program} overflows float32; ` +
      "give fewer examples or features, or use --path jacobian",
  );
}

type Operation = (input: Tensor) => Tensor;
type Save = (tensors: Tensor[]) => void;

/** W -> V = W diag(z), added to the last channel of the start state; workspace lies above and to the left. */
function memoryLayer(tf: Tf, start: Tensor4D, z: Tensor): Operation {
  const [, height, breadth, width] = start.shape;
  return tf.customGrad((w) => {
    const [rows, cols] = (w as Tensor).shape as [number, number];
    const [top, left] = [height - rows, breadth - cols];
    const margins: [number, number][] = [
      [0, 0],
      [top, 0],
      [left, 0],
      [width - 1, 0],
    ];
    const value = tf.pad(tf.reshape(tf.mul(w as Tensor, z), [1, rows, cols, 1]), margins);
    return {
      value: tf.add(start, value),
      gradFunc: (upstream: Tensor) => {
        const ofValue = tf.slice(upstream, [0, top, left, width - 1], [1, rows, cols, 1]);
        return tf.mul(tf.reshape(ofValue, [rows, cols]), z);
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

function squaredLoss(tf: Tf, label: number): Operation {
  return tf.customGrad((output, save) => {
    (save as Save)([output as Tensor]);
    return {
      value: tf.mul(0.5, tf.square(tf.sub(label, output as Tensor))),
      gradFunc: (upstream: Tensor, [f]: Tensor[]) => tf.mul(upstream, tf.sub(f!, label)),
    };
  });
}

interface DeviceLayer {
  readonly filter: Tensor4D;
  readonly bias: Tensor1D;
  /** Flipped and transposed: the filter of the way back. */
  readonly back: Tensor4D;
}

/** Layers with relu between them, and what of the input is added at the end. */
interface Block {
  forward(state: Tensor4D): Tensor4D;
  /** The derivative by the input, from that by the output; activations are computed again. */
  backward(state: Tensor4D, upstream: Tensor4D): Tensor4D;
  close(): void;
}

function block(tf: Tf, stored: readonly Layer[], flags: Float32Array | null): Block {
  const layers = stored.map((layer) => upload(tf, layer));
  const residual = flags === null ? null : tf.tensor1d(flags);
  const hidden = layers.slice(0, -1);
  const last = layers.at(-1)!;
  const withResidual = (sum: Tensor4D, of: Tensor4D): Tensor4D =>
    residual === null ? sum : tf.add(sum, tf.mul(of, residual));
  return {
    forward: (state) =>
      tf.tidy(() => withResidual(convolve(tf, activations(tf, hidden, state).at(-1) ?? state, last), state)),
    backward: (state, upstream) =>
      tf.tidy(() => {
        const active = activations(tf, hidden, state);
        let gradient = convolve(tf, upstream, { filter: last.back });
        for (let at = hidden.length - 1; at >= 0; at--) {
          const slope = tf.cast(tf.greater(active[at]!, 0), "float32");
          gradient = convolve(tf, tf.mul(gradient, slope), { filter: hidden[at]!.back });
        }
        return withResidual(gradient, upstream);
      }),
    close: () =>
      tf.dispose([...layers.flatMap(({ filter, bias, back }) => [filter, bias, back]), residual ?? []]),
  };
}

/** A block repeated, as one operation that keeps nothing but its input. */
function checkpointed(tf: Tf, { forward, backward }: Block, times: number): (state: Tensor4D) => Tensor4D {
  const repeat = (state: Tensor4D, count: number, onState: (state: Tensor4D) => void): Tensor4D => {
    let now = state;
    for (let done = 0; done < count; done++) {
      onState(now);
      now = forward(now);
    }
    return now;
  };
  const operation = tf.customGrad((input, save) => {
    (save as unknown as Save)([input as Tensor4D]);
    return {
      value: tf.tidy(() => {
        let before: Tensor4D | null = null;
        return repeat(input as Tensor4D, times, (state) => {
          before?.dispose();
          before = state === input ? null : state;
        });
      }),
      gradFunc: (upstream: Tensor, [start]: Tensor[]) =>
        tf.tidy(() => {
          const states: Tensor4D[] = [];
          repeat(start as Tensor4D, times, (state) => states.push(state));
          return states.reduceRight<Tensor4D>((gradient, state) => {
            const next = backward(state, gradient);
            if (gradient !== upstream) gradient.dispose();
            return next;
          }, upstream as Tensor4D);
        }),
    };
  });
  return (state) => (times === 0 ? state : (operation(state) as Tensor4D));
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
