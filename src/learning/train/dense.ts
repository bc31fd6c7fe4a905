// Layers as matrix products on TensorFlow.js: rows of inputs in, rows of outputs out, and the derivatives back. These
// are written out, because the library's own are not part of what it exports in Node.

import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import type { Backend, Tf } from "../../engines/tensorflow.ts";
import type { DenseLayer, Weights } from "./weights.ts";

/** What a pass through the layers leaves for the way back. */
export interface LayerPass {
  /** Sums of the last layer, row by row. */
  readonly outputs: Float32Array;
  /** Inputs of all layers. */
  readonly values: readonly Tensor2D[];
}

/** Layers on the device. */
export interface Dense {
  /** Layers for a number of rows of inputs, with relu between them. */
  forward(rows: Float32Array, count: number): LayerPass;
  /** Only the outputs of such a pass, of which nothing is left on the device. */
  outputs(rows: Float32Array, count: number): Float32Array;
  /** The derivatives by all numbers, given those by the outputs. */
  backward(pass: LayerPass, slopes: Float32Array): Weights;
  /** The derivatives by the inputs as well. */
  backwardToInputs(
    pass: LayerPass,
    slopes: Float32Array,
  ): { readonly gradient: Weights; readonly inputs: Float32Array };
}

/** Does something with weights on the device; all that is made there is freed in the end. */
export function onDevice<T>({ tf, name }: Backend, weights: Weights, work: (dense: Dense) => T): T {
  if (tf.getBackend() !== name) void tf.setBackend(name);
  let result: T | undefined;
  tf.tidy(() => {
    result = work(onTensors(tf, weights));
  });
  return result!;
}

interface DeviceLayer {
  readonly weight: Tensor2D;
  readonly transposed: Tensor2D;
  readonly bias: Tensor1D;
}

function onTensors(tf: Tf, weights: Weights): Dense {
  const layers = weights.map((layer): DeviceLayer => {
    const { inputs, outputs, weight, bias } = layer;
    return {
      weight: tf.tensor2d(weight, [outputs, inputs]),
      transposed: tf.tensor2d(transposedOf(layer), [inputs, outputs]),
      bias: tf.tensor1d(bias),
    };
  });
  const back = (
    { values }: LayerPass,
    slopes: Float32Array,
  ): { gradient: DenseLayer[]; upstream: Tensor2D } => {
    const [rows] = values[0]!.shape;
    const ones = tf.ones([1, rows]) as Tensor2D;
    const gradient: DenseLayer[] = [];
    let upstream = tf.tensor2d(slopes, [rows, weights.at(-1)!.outputs]);
    for (let at = layers.length - 1; at >= 0; at--) {
      const { inputs, outputs } = weights[at]!;
      const weight = tf.matMul(tf.transpose(upstream), values[at]!).dataSync() as Float32Array;
      const bias = tf.matMul(ones, upstream).dataSync() as Float32Array;
      gradient.unshift({ inputs, outputs, weight, bias });
      if (at > 0)
        upstream = tf.mul(tf.matMul(upstream, layers[at]!.weight), tf.step(values[at]!)) as Tensor2D;
    }
    return { gradient, upstream };
  };
  const forward = (rows: Float32Array, count: number): LayerPass => {
    const values = [tf.tensor2d(rows, [count, weights[0]!.inputs])];
    for (const [at, { transposed, bias }] of layers.entries()) {
      const activation = at === layers.length - 1 ? "linear" : "relu";
      values.push(tf.fused.matMul({ a: values[at]!, b: transposed, bias, activation }) as Tensor2D);
    }
    return { outputs: values.pop()!.dataSync() as Float32Array, values };
  };
  return {
    forward,
    outputs: (rows, count) => {
      let outputs: Float32Array | undefined;
      tf.tidy(() => {
        ({ outputs } = forward(rows, count));
      });
      return outputs!;
    },
    backward: (pass, slopes) => back(...withSlopes(tf, pass, slopes)).gradient,
    backwardToInputs: (pass, slopes) => {
      const { gradient, upstream } = back(pass, slopes);
      return { gradient, inputs: tf.matMul(upstream, layers[0]!.weight).dataSync() as Float32Array };
    },
  };
}

/** The part of a pass whose rows have slopes other than 0, where that is less: others add nothing to derivatives. */
function withSlopes(tf: Tf, pass: LayerPass, slopes: Float32Array): [LayerPass, Float32Array] {
  const [count] = pass.values[0]!.shape;
  const width = slopes.length / count;
  const rows: number[] = [];
  for (let row = 0; row < count; row++)
    for (let at = row * width; at < (row + 1) * width; at++) {
      if (slopes[at] === 0) continue;
      rows.push(row);
      break;
    }
  if (rows.length > MOST_PART * count) return [pass, slopes];
  // A row at least, whose slopes may be 0.
  const kept = rows.length === 0 ? [0] : rows;
  const part = (all: Float32Array): Float32Array => {
    const length = all.length / count;
    const made = new Float32Array(kept.length * length);
    for (const [to, row] of kept.entries())
      made.set(all.subarray(row * length, (row + 1) * length), to * length);
    return made;
  };
  // The library's own way to take rows takes longer than what is saved.
  const values = pass.values.map((value) =>
    tf.tensor2d(part(value.dataSync() as Float32Array), [kept.length, value.shape[1]]),
  );
  return [{ ...pass, values }, part(slopes)];
}

/** Of more rows, it is no use to leave out the others. */
const MOST_PART = 0.9;

function transposedOf({ inputs, outputs, weight }: DenseLayer): Float32Array {
  const flipped = new Float32Array(weight.length);
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++)
      flipped[input * outputs + output] = weight[output * inputs + input]!;
  return flipped;
}
