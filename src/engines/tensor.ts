// The tensor engine: the network as convolutions of TensorFlow.js, on whatever backend is given.
//
// A batch of grids is one tensor [batch, rows, cols, channels]. A step is a fused convolution for each layer, the
// residual, and a comparison where the network snaps; tensors between layers are freed as soon as they have been read.
// The library adds in an order of its own, so that steps whose result depends on it are the direct engine's (certain.ts).

import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { plural } from "../diagnostics/count.ts";
import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import type { Doubt } from "../network/arithmetic.ts";
import type { Layer } from "../network/network.ts";
import { atLeastOne, filterOf, requireDense, residualKind, widen } from "../network/operators.ts";
import { certainRun, doubtFor, type OrderOptions, type OwnOrder } from "./certain.ts";
import { checkedStart, type Engine, type Run, type StepNetwork } from "./engine.ts";
import type { Backend } from "./tensorflow.ts";

/** The WebAssembly heap ends here. Beyond it nothing is reported: memory is overwritten, or the process aborts. */
const HEAP_LIMIT = 4 * 2 ** 30;

interface TensorOptions extends OrderOptions {
  /** Bytes that all tensors of the WebAssembly backend may take (4 GiB); tests do with less. */
  readonly heap?: number;
}

/** Tensors of different sizes tear the heap: in long runs of many networks it grew to 2.8 times what they hold. */
const FRAGMENTATION = 3;

interface TensorLayer {
  /** [kernel, kernel, inputs, outputs] */
  readonly filter: Tensor4D;
  readonly bias: Tensor1D;
  readonly activation: "relu" | "linear";
}

/** The network on the device: all tensors that live as long as the engine. */
interface Model {
  readonly network: StepNetwork;
  readonly backend: Backend;
  readonly layers: readonly TensorLayer[];
  /** Null where every channel is kept, or none is. */
  readonly residual: Tensor1D | null;
  readonly doubt: Doubt;
  /** What channels hold at most, where that is not 1 and matters. */
  readonly largest: Tensor1D | null;
}

/**
 * An engine on TensorFlow.js. Two engines on different backends may be used in turn.
 * Starting a run throws InputError if its activations would not fit into the WebAssembly heap.
 * @throws InputError if the network's result depends on the order of sums, unless approximations will do
 */
export function tensorEngine(network: StepNetwork, backend: Backend, options: TensorOptions = {}): Engine {
  requireDense(network, "the tensor engine", "take the direct engine");
  const doubt = doubtFor(network, "tensor", options);
  select(backend);
  const { tf } = backend;
  const last = network.layers.length - 1;
  const layers = network.layers.map((layer, index) => upload(backend, layer, index === last));
  const residual = residualKind(network.residual) === "mixed" ? tf.tensor1d(network.residual) : null;
  const hasNumbers = doubt.kind === "not-digital" && doubt.largest.some((most) => most > 1);
  const largest = hasNumbers ? tf.tensor1d([...doubt.largest]) : null;
  const model: Model = { network, backend, layers, residual, doubt, largest };
  let isClosed = false;
  const start = (shape: Shape, states: readonly Float32Array[]) => startRun(model, shape, states, options);
  return {
    name: `tensor (${backend.name})`,
    start: checkedStart(network, start, () => isClosed),
    close: () => {
      if (isClosed) return;
      isClosed = true;
      tf.dispose(layers.map(({ filter, bias }) => [filter, bias]));
      residual?.dispose();
      largest?.dispose();
    },
  };
}

/** The library has one current backend, which somebody else may have changed. */
function select({ tf, name }: Backend): void {
  if (tf.getBackend() !== name) void tf.setBackend(name);
}

function upload({ tf }: Backend, layer: Layer, last: boolean): TensorLayer {
  const wide = widen(layer);
  const { kernel, inputs, outputs, bias } = wide;
  return {
    filter: tf.tensor4d(filterOf(wide), [kernel, kernel, inputs, outputs]),
    bias: tf.tensor1d(bias),
    activation: last ? "linear" : "relu",
  };
}

function startRun(model: Model, shape: Shape, states: readonly Float32Array[], options: TensorOptions): Run {
  const { network, backend } = model;
  const size = shape.rows * shape.cols * network.channels.length;
  refuseTooLarge(model, shape, states.length, options.heap ?? HEAP_LIMIT);
  const own: OwnOrder<Tensor4D> = {
    start: (from) => {
      select(backend);
      return uploadStates(model, shape, from);
    },
    advance: (from, steps) => {
      select(backend);
      return advance(model, from, steps);
    },
    read: async (state) => {
      select(backend);
      const all = await state.data();
      // To the cpu backend, a comparison is of bytes for ever, whatever type it is cast to.
      return states.map((_, index) => Float32Array.from(all.subarray(index * size, (index + 1) * size)));
    },
    release: (state) => state.dispose(),
  };
  return certainRun(network, shape, states, own, options);
}

/** Some steps, and whether all results are beyond doubt; `from` is kept. */
async function advance(model: Model, from: Tensor4D, steps: number) {
  const { tf } = model.backend;
  let state = from;
  let doubts: Tensor | null = null;
  for (let done = 0; done < steps; done++) {
    const { after, doubtful } = stepWithDoubts(model, state, doubts);
    if (state !== from) state.dispose();
    doubts?.dispose();
    [state, doubts] = [after, doubtful];
  }
  if (doubts === null) return { state, isSure: true };
  const any = tf.any(doubts);
  const [isDoubtful] = await any.data();
  tf.dispose([doubts, any]);
  return { state, isSure: isDoubtful === 0 };
}

/** A step, and where its result or one before it is in doubt. */
function stepWithDoubts(model: Model, state: Tensor4D, before: Tensor | null): Stepped {
  const { tf } = model.backend;
  // `tidy` looks for tensors in what it is given back; null it does not like.
  const { after, doubtful } = tf.tidy(() => {
    const made = step(model, state);
    if (made.doubtful === null) return { after: made.after };
    return { ...made, doubtful: before === null ? made.doubtful : tf.logicalOr(made.doubtful, before) };
  }) as Partial<Stepped>;
  return { after: after!, doubtful: doubtful ?? null };
}

interface Stepped {
  readonly after: Tensor4D;
  readonly doubtful: Tensor | null;
}

function uploadStates({ network, backend }: Model, { rows, cols }: Shape, states: readonly Float32Array[]) {
  const width = atLeastOne(network.channels.length);
  const batch = new Float32Array(states.length * rows * cols * width);
  states.forEach((state, index) => {
    batch.set(state, index * state.length);
  });
  return backend.tf.tensor4d(batch, [states.length, rows, cols, width]);
}

/** A step, and where its result is in doubt; null where nothing is. */
function step(model: Model, state: Tensor4D): Stepped {
  const { tf } = model.backend;
  const { doubt, network, largest } = model;
  const sum = sums(model, state);
  const rounded = (): Tensor4D => tf.cast(tf.greater(sum, 0.5), "float32");
  const after = network.snap ? rounded() : sum;
  switch (doubt.kind) {
    case "none":
      return { after, doubtful: null };
    case "not-digital":
      return {
        after,
        doubtful: tf.notEqual(after, largest === null ? rounded() : whole(model, sum, largest)),
      };
    case "near-half":
      return { after, doubtful: tf.lessEqual(tf.abs(tf.sub(sum, 0.5)), doubt.margin) };
    default:
      return unreachable(doubt);
  }
}

/** The nearest number that a channel can hold. */
const whole = ({ backend: { tf } }: Model, sum: Tensor4D, largest: Tensor1D): Tensor4D =>
  tf.minimum(tf.relu(tf.round(sum)), largest);

/** Returns what the layers and the residual add up to. */
function sums({ network, backend: { tf }, layers, residual }: Model, state: Tensor4D): Tensor4D {
  const output = layers.reduce((input, { filter, bias, activation }) => {
    const next = tf.fused.conv2d({ x: input, filter, bias, activation, strides: 1, pad: "same" });
    if (input !== state) input.dispose();
    return next;
  }, state);
  if (residual !== null) return tf.add(output, tf.mul(state, residual));
  return network.residual[0] === 1 ? tf.add(output, state) : output;
}

/**
 * Heap for a run, in bytes, from what a step holds at its worst moment: the old state, the input and output of a
 * layer or the summands of the residual, with what these are rounded to and where that is in doubt, the state before all
 * steps, and nine pointers a cell by which the 3x3 convolution finds its patches.
 */
function bytesNeeded({ network, residual, doubt }: Model, { rows, cols }: Shape, batch: number): number {
  const channels = network.channels.length;
  const moments = network.layers.map((layer, index) => (index === 0 ? 0 : layer.inputs) + layer.outputs);
  const watched = doubt.kind === "none" ? 0 : 4;
  const summands = Math.max((residual === null ? 2 : 3) + (network.snap ? 2 : 0), watched);
  const numbers = (doubt.kind === "none" ? 2 : 3) * channels + Math.max(...moments, channels * summands);
  return FRAGMENTATION * 4 * rows * cols * (batch * numbers + 9);
}

function refuseTooLarge(model: Model, shape: Shape, batch: number, heap: number): void {
  const { tf, name } = model.backend;
  const needed = bytesNeeded(model, shape, batch);
  const free = heap - tf.memory().numBytes;
  if (name !== "wasm" || needed <= free) return;
  throw new InputError(
    `${plural(batch, "grid")} of ${shape.rows}x${shape.cols} cells need${batch === 1 ? "s" : ""}` +
      ` ${needed} bytes on the tensor engine, but its WebAssembly memory has ${Math.max(0, free)} left;` +
      " run smaller grids or fewer at once, or choose another engine",
  );
}
