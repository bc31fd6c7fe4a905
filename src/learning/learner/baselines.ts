// What to compare a learner with, on the same examples and queries: a dense network and logistic regression, both
// trained by gradients, and the nearest neighbour. All three are TensorFlow.js.
//
// The trained ones get a fair chance: every learning rate (and weight decay) on offer is tried with a fifth of the
// examples held out, and the best of them trains on all examples until these are fitted.

import { breathe } from "../../diagnostics/breathe.ts";
import { unreachable } from "../../diagnostics/diagnostic.ts";
import type { Backend } from "../../engines/tensorflow.ts";
import { gaussian, type Random, seededRandom, shuffled } from "../../grid/random.ts";
import { type Dense, onDevice } from "../train/dense.ts";
import { optimiser } from "../train/optimiser.ts";
import { addInto, type DenseLayer, type Weights } from "../train/weights.ts";
import type { Example, Sign } from "./memory-layer.ts";

export const BASELINES = ["dense", "logistic", "neighbour"] as const;
export type Baseline = (typeof BASELINES)[number];

/** What people call them. */
export const BASELINE_NAMES: Readonly<Record<Baseline, string>> = {
  dense: "dense network",
  logistic: "logistic regression",
  neighbour: "nearest neighbour",
};

export interface BaselineOptions {
  readonly seed: number;
  /** Hidden units of the dense network. */
  readonly width?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface BaselineAnswers {
  readonly answers: readonly Sign[];
  /** How it was trained, in words. */
  readonly settings: string;
}

const WIDTH = 512;
const DENSE_RATES = [1e-2, 3e-3, 1e-3, 3e-4];
const LOGISTIC_DECAYS = [0, 1e-3, 1e-2, 1e-1];

/** The answers of a baseline to queries, after it has seen the examples. */
export async function answersOf(
  baseline: Baseline,
  backend: Backend,
  examples: readonly Example[],
  queries: readonly (readonly Sign[])[],
  options: BaselineOptions,
): Promise<BaselineAnswers> {
  switch (baseline) {
    case "dense": {
      const hidden = options.width ?? WIDTH;
      const candidates = DENSE_RATES.map((learningRate) => ({
        ...training(examples.length),
        hidden,
        learningRate,
        decay: 0,
      }));
      return bestOf(backend, candidates, examples, queries, options);
    }
    case "logistic": {
      const candidates = LOGISTIC_DECAYS.map((decay) => ({
        ...CONVEX,
        hidden: 0,
        decay,
      }));
      return bestOf(backend, candidates, examples, queries, options);
    }
    case "neighbour":
      return {
        answers: nearestLabels(backend, examples, queries),
        settings: "Hamming distance, first of equals",
      };
    default:
      return unreachable(baseline);
  }
}

/** Steps in all, and passes, that there should be at least and at most; most often the goal is met much earlier. */
const STEPS = { least: 1000, most: 30_000 } as const;
const EPOCHS = { least: 50, most: 500 } as const;

function training(examples: number): Pick<DenseSettings, "batch" | "epochs" | "goal"> {
  const batch = Math.min(32, examples);
  const stepsOfEpoch = Math.ceil(examples / batch);
  const most = Math.max(EPOCHS.least, Math.min(EPOCHS.most, Math.ceil(STEPS.most / stepsOfEpoch)));
  return { batch, epochs: Math.max(most, Math.ceil(STEPS.least / stepsOfEpoch)), goal: 0.01 };
}

/** Logistic regression has one minimum, which large batches find. */
const CONVEX = { batch: 512, epochs: 300, goal: 0.01, learningRate: 0.03 } as const;

/** Passes of the trials, which only have to rank the candidates. */
const TRIAL = 0.1;

/** Trains with the settings that do best on held-out examples. */
async function bestOf(
  backend: Backend,
  candidates: readonly DenseSettings[],
  examples: readonly Example[],
  queries: readonly (readonly Sign[])[],
  { seed, signal }: BaselineOptions,
): Promise<BaselineAnswers> {
  const random = seededRandom(seed);
  const settings = await choose(backend, candidates, examples, random, signal);
  const network = await trainDense(backend, examples, settings, random, signal);
  return { answers: signsOf(network.scores(queries)), settings: describe(settings, network) };
}

async function choose(
  backend: Backend,
  candidates: readonly DenseSettings[],
  examples: readonly Example[],
  random: Random,
  signal: AbortSignal | undefined,
): Promise<DenseSettings> {
  const heldOut = Math.floor(examples.length / 5);
  if (heldOut === 0) return candidates[0]!;
  const [validation, rest] = [examples.slice(0, heldOut), examples.slice(heldOut)];
  let [best, leastLoss] = [candidates[0]!, Number.POSITIVE_INFINITY];
  for (const candidate of candidates) {
    const trial = { ...candidate, epochs: Math.ceil(candidate.epochs * TRIAL) };
    const network = await trainDense(backend, rest, trial, random, signal);
    const scores = network.scores(validation.map(({ features }) => features));
    const loss = validationLoss(scores, validation);
    if (loss < leastLoss) [best, leastLoss] = [candidate, loss];
  }
  return best;
}

/** Wrong answers, and where these are equally many the logistic loss. */
function validationLoss(scores: Float32Array, examples: readonly Example[]): number {
  const margins = examples.map(({ label }, at) => label * scores[at]!);
  const wrong = margins.filter((margin) => margin <= 0).length;
  const loss = margins.reduce((sum, margin) => sum + Math.log1p(Math.exp(-Math.max(margin, -30))), 0);
  return wrong + loss / (1 + loss);
}

const signsOf = (scores: Float32Array): Sign[] => Array.from(scores, (score) => (score > 0 ? 1 : -1));

function describe(
  { hidden, learningRate, decay, batch }: DenseSettings,
  { epochs, fits }: { readonly epochs: number; readonly fits: boolean },
): string {
  const common = `Adam ${learningRate}, batches of ${batch}, ${epochs} epochs`;
  if (hidden === 0) return `weight decay ${decay}, ${common}`;
  return `${hidden} hidden units, ${common}: the examples are ${fits ? "" : "not "}fitted`;
}

/** The label of the example that shares most values with the query, the first of those. */
function nearestLabels(
  { tf, name }: Backend,
  examples: readonly Example[],
  queries: readonly (readonly Sign[])[],
): Sign[] {
  if (tf.getBackend() !== name) void tf.setBackend(name);
  const matrix = (rows: readonly (readonly Sign[])[]) =>
    tf.tensor2d(Float32Array.from(rows.flat()), [rows.length, rows[0]!.length]);
  const places = tf.tidy(() => {
    const known = matrix(examples.map(({ features }) => features));
    return tf.argMax(tf.matMul(matrix(queries), tf.transpose(known)), 1).dataSync();
  });
  return Array.from(places, (at) => examples[at]!.label);
}

// Dense networks trained by Adam on the logistic loss: two layers, or one, which is logistic regression.

/** One way to train. */
interface DenseSettings {
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
async function trainDense(
  backend: Backend,
  examples: readonly Example[],
  { hidden, learningRate, decay, batch, epochs, goal }: DenseSettings,
  random: Random,
  signal: AbortSignal | undefined,
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
