// Dense networks trained by Adam on the logistic loss: two layers, or one, which is logistic regression.

import { breathe } from "../../../diagnostics/breathe.ts";
import type { Backend } from "../../../engines/backend.ts";
import { gaussian, type Random, shuffled } from "../../../grid/random.ts";
import { type Dense, onDevice } from "../../train/dense.ts";
import { optimiser } from "../../train/optimiser.ts";
import { addInto, type DenseLayer, type Weights } from "../../train/weights.ts";
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
}

/** Trains a dense network; after every pass others get their turn, and `signal` may abort. */
export async function trainDense(
  backend: Backend,
  examples: readonly Example[],
  { hidden, learningRate, decay, batch, epochs, goal }: DenseSettings,
  random: Random,
  signal?: AbortSignal,
): Promise<DenseNetwork> {
  const weights = initialWeights(hidden, examples[0]!.features.length, random);
  const adam = optimiser("adam", weights);
  let epoch = 0;
  let loss = Number.POSITIVE_INFINITY;
  for (; epoch < epochs && loss >= goal; epoch++) {
    const order = shuffled(examples, random);
    loss = 0;
    for (let at = 0; at < order.length; at += batch) {
      const part = order.slice(at, at + batch);
      const found = onDevice(backend, weights, (dense) => lossAndGradient(dense, part));
      if (decay > 0) addInto(found.gradient, weights, decay);
      adam.step(weights, found.gradient, learningRate);
      loss += (found.loss * part.length) / order.length;
    }
    await breathe(signal);
  }
  const scores = (queries: readonly (readonly Sign[])[]): Float32Array =>
    onDevice(backend, weights, (dense) => dense.forward(rowsOf(queries), queries.length).outputs);
  return { fits: loss < goal, epochs: epoch, scores };
}

/** Gaussian weights with the variance of K. He et al. (2015) and no biases; of a single layer, zeros. */
function initialWeights(hidden: number, features: number, random: Random): Weights {
  const layer = (inputs: number, outputs: number): DenseLayer => {
    const deviation = hidden === 0 ? 0 : Math.sqrt(2 / (inputs + 1));
    const weight = Float32Array.from({ length: inputs * outputs }, () => deviation * gaussian(random));
    return { inputs, outputs, weight, bias: new Float32Array(outputs) };
  };
  return hidden === 0 ? [layer(features, 1)] : [layer(features, hidden), layer(hidden, 1)];
}

/** The mean of log(1 + exp(-y f(x))) and its derivatives. */
function lossAndGradient(dense: Dense, examples: readonly Example[]) {
  const pass = dense.forward(rowsOf(examples.map(({ features }) => features)), examples.length);
  const margins = pass.outputs.map((output, at) => output * examples[at]!.label);
  const slopes = margins.map((margin, at) => -examples[at]!.label / (1 + Math.exp(margin)) / examples.length);
  return { loss: softplus(margins), gradient: dense.backward(pass, slopes) };
}

/** The mean of log(1 + exp(-margin)). */
const softplus = (margins: Float32Array): number =>
  margins.reduce((sum, margin) => sum + Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin))), 0) /
  margins.length;

const rowsOf = (rows: readonly (readonly Sign[])[]): Float32Array => Float32Array.from(rows.flat());
