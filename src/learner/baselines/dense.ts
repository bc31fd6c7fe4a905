// Dense networks trained by Adam on the logistic loss: two layers, or one, which is logistic regression. Every layer
// has a column of ones among its inputs for the biases. The derivatives are written out, because the library's own are
// not part of what it exports in Node.

import type { Tensor2D } from "@tensorflow/tfjs-core";
import { breathe } from "../../diagnostics/breathe.ts";
import type { Backend, Tf } from "../../engines/backend.ts";
import { gaussian, type Random, shuffled } from "../../grid/random.ts";
import type { Example, Sign } from "../memory.ts";

/** One way to train. */
export interface DenseSettings {
  /** Units of the hidden layer; 0 for logistic regression. */
  readonly hidden: number;
  readonly learningRate: number;
  /** Weight of the squared weights' sum in the loss, halved. */
  readonly decay: number;
  readonly batch: number;
  /** Passes through the examples at most. */
  readonly epochs: number;
  /** Training ends when a pass's mean loss is below this. */
  readonly goal: number;
}

interface DenseNetwork {
  /** Whether the loss got below the goal. */
  readonly fits: boolean;
  readonly epochs: number;
  /** The logits of queries: positive for +1. */
  scores(queries: readonly (readonly Sign[])[]): Float32Array;
  close(): void;
}

/** Adam (Kingma and Ba 2015) with its usual constants. */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** Trains a dense network; after every pass others get their turn, and `signal` may abort. */
export async function trainDense(
  { tf, name }: Backend,
  examples: readonly Example[],
  settings: DenseSettings,
  random: Random,
  signal?: AbortSignal,
): Promise<DenseNetwork> {
  if (tf.getBackend() !== name) void tf.setBackend(name);
  const width = examples[0]!.features.length + 1;
  const adam = optimiser(tf, initialWeights(settings.hidden, width, random), settings);
  let epoch = 0;
  let fits = false;
  try {
    while (epoch < settings.epochs && !fits) {
      epoch++;
      fits = onePass(tf, adam, shuffled(examples, random), settings.batch) < settings.goal;
      await breathe(signal);
    }
  } catch (error) {
    adam.close();
    throw error;
  }
  const scores = (queries: readonly (readonly Sign[])[]): Float32Array =>
    tf.tidy(() => forward(tf, adam.weights(), inputs(tf, queries)).at(-1)!.dataSync() as Float32Array);
  return { fits, epochs: epoch, scores, close: adam.close };
}

/** Gaussian weights with the variance of K. He et al. (2015); of a single layer, zeros. */
function initialWeights(hidden: number, width: number, random: Random) {
  const layer = (rows: number, cols: number) => {
    const deviation = hidden === 0 ? 0 : Math.sqrt(2 / rows);
    // Biases, in the last row, begin at 0.
    const values = Float32Array.from({ length: rows * cols }, (_, at) =>
      at < (rows - 1) * cols ? deviation * gaussian(random) : 0,
    );
    return { values, shape: [rows, cols] as [number, number] };
  };
  return hidden === 0 ? [layer(width, 1)] : [layer(width, hidden), layer(hidden + 1, 1)];
}

interface Optimiser {
  weights(): readonly Tensor2D[];
  /** Goes one step against the gradients, one for each weight. */
  step(gradients: readonly Tensor2D[]): void;
  close(): void;
}

function optimiser(
  tf: Tf,
  initial: readonly { readonly values: Float32Array; readonly shape: [number, number] }[],
  { learningRate, decay }: DenseSettings,
): Optimiser {
  let state = initial.map(({ values, shape }) => ({
    weight: tf.tensor2d(values, shape),
    mean: tf.zeros(shape) as Tensor2D,
    square: tf.zeros(shape) as Tensor2D,
  }));
  const free = (): void => tf.dispose(state.flatMap(({ weight, mean, square }) => [weight, mean, square]));
  let steps = 0;
  return {
    weights: () => state.map(({ weight }) => weight),
    step: (gradients) => {
      steps++;
      const rate = (learningRate * Math.sqrt(1 - BETA2 ** steps)) / (1 - BETA1 ** steps);
      const next = state.map(({ weight, mean, square }, at) =>
        tf.tidy(() => {
          const gradient = tf.add(gradients[at]!, tf.mul(weight, decay));
          const m = tf.add(tf.mul(mean, BETA1), tf.mul(gradient, 1 - BETA1)) as Tensor2D;
          const v = tf.add(tf.mul(square, BETA2), tf.mul(tf.square(gradient), 1 - BETA2)) as Tensor2D;
          const change = tf.mul(tf.div(m, tf.add(tf.sqrt(v), EPSILON)), rate);
          return { weight: tf.sub(weight, change) as Tensor2D, mean: m, square: v };
        }),
      );
      free();
      state = next;
    },
    close: free,
  };
}

/** One pass through the examples; the mean loss on the way. */
function onePass(tf: Tf, adam: Optimiser, examples: readonly Example[], batch: number): number {
  let sum = 0;
  for (let at = 0; at < examples.length; at += batch) {
    const part = examples.slice(at, at + batch);
    const { loss, gradients } = lossAndGradients(tf, adam.weights(), part);
    adam.step(gradients);
    tf.dispose([...gradients]);
    sum += loss * part.length;
  }
  return sum / examples.length;
}

/** The mean of log(1 + exp(-y f(x))) and its derivatives. */
function lossAndGradients(tf: Tf, weights: readonly Tensor2D[], examples: readonly Example[]) {
  let loss = 0;
  const gradients = tf.tidy(() => {
    const labels = tf.tensor2d(
      examples.map(({ label }) => label),
      [examples.length, 1],
    );
    const layers = forward(
      tf,
      weights,
      inputs(
        tf,
        examples.map(({ features }) => features),
      ),
    );
    const margin = tf.mul(layers.at(-1)!, labels);
    loss = softplus(margin.dataSync() as Float32Array);
    const slope = tf.mul(tf.sigmoid(tf.neg(margin)), tf.mul(labels, -1 / examples.length)) as Tensor2D;
    return backward(tf, weights, layers, slope);
  });
  return { loss, gradients };
}

/** The mean of log(1 + exp(-margin)). */
const softplus = (margins: Float32Array): number =>
  margins.reduce((sum, margin) => sum + Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin))), 0) /
  margins.length;

/** The inputs of every layer, ones included, and the logits. */
function forward(tf: Tf, weights: readonly Tensor2D[], input: Tensor2D): readonly Tensor2D[] {
  const layers = [input];
  for (const [at, weight] of weights.entries()) {
    const sum = tf.matMul(layers[at]!, weight) as Tensor2D;
    layers.push(at === weights.length - 1 ? sum : withOnes(tf, tf.relu(sum)));
  }
  return layers;
}

/** The derivatives by all weights, the last layer's first computed, given that by the logits. */
function backward(
  tf: Tf,
  weights: readonly Tensor2D[],
  layers: readonly Tensor2D[],
  ofLogits: Tensor2D,
): Tensor2D[] {
  const gradients: Tensor2D[] = [];
  let upstream = ofLogits;
  for (let at = weights.length - 1; at >= 0; at--) {
    const [rows] = weights[at]!.shape;
    gradients.unshift(tf.matMul(tf.transpose(layers[at]!), upstream) as Tensor2D);
    if (at === 0) break;
    const below = tf.slice(weights[at]!, [0, 0], [rows - 1, -1]);
    const active = tf.cast(tf.greater(tf.slice(layers[at]!, [0, 0], [-1, rows - 1]), 0), "float32");
    upstream = tf.mul(tf.matMul(upstream, tf.transpose(below)), active) as Tensor2D;
  }
  return gradients;
}

const withOnes = (tf: Tf, rows: Tensor2D): Tensor2D => tf.concat([rows, tf.ones([rows.shape[0], 1])], 1);

const inputs = (tf: Tf, rows: readonly (readonly Sign[])[]): Tensor2D =>
  withOnes(tf, tf.tensor2d(Float32Array.from(rows.flat()), [rows.length, rows[0]!.length]));
