// The numbers of a network as training sees them. A neighbourhood of a cell is a row of numbers, channel by channel
// and within a channel place by place, so that the 3x3 layer is a matrix like the others.

import { gaussian, type Random } from "../../grid/random.ts";
import { LEAST_NORMAL } from "../../network/arithmetic.ts";
import { exactnessOf } from "../../network/exactness.ts";
import type { Layer, Network } from "../../network/network.ts";
import { denseOf, sparseOf } from "../../network/sparse.ts";

/** One layer: `weight[output * inputs + input]`, `bias[output]`. */
export interface DenseLayer {
  /** Numbers it reads: channels times places in the first layer. */
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** The layers in order; training changes the numbers in place. */
export type Weights = readonly DenseLayer[];

/** Copies of a network's numbers. */
export const weightsOf = ({ layers }: Pick<Network, "layers">): Weights =>
  layers.map((layer) => ({
    inputs: layer.inputs * layer.kernel ** 2,
    outputs: layer.outputs,
    weight: denseOf(layer),
    bias: layer.bias.slice(),
  }));

export const copyOfWeights = (weights: Weights): Weights =>
  weights.map((layer) => ({ ...layer, weight: layer.weight.slice(), bias: layer.bias.slice() }));

/** Sets all numbers to those of weights of the same shape. */
export function assign(target: Weights, source: Weights): void {
  for (const [at, { weight, bias }] of source.entries()) {
    target[at]!.weight.set(weight);
    target[at]!.bias.set(bias);
  }
}

/** Adds numbers of the same shape, times a factor. */
export function addInto(target: Weights, more: Weights, factor = 1): void {
  for (const [at, { weight, bias }] of more.entries()) {
    const { weight: sums, bias: biases } = target[at]!;
    for (let each = 0; each < weight.length; each++) sums[each]! += factor * weight[each]!;
    for (let each = 0; each < bias.length; each++) biases[each]! += factor * bias[each]!;
  }
}

/** The network with other numbers, and as many hidden units as these have. */
export function withWeights(network: Network, weights: Weights): Network {
  const layers = network.layers.map((layer, at): Layer => {
    const { inputs, outputs, weight, bias } = weights[at]!;
    const learned = (unit: number) => `learned ${unit + 1}`;
    return {
      kernel: layer.kernel,
      inputs: inputs / (layer.kernel * layer.kernel),
      outputs,
      weight: sparseOf(weight.map(normal), outputs),
      bias: bias.map(normal),
      units:
        at === network.layers.length - 1
          ? layer.units
          : Array.from({ length: outputs }, (_, unit) => learned(unit)),
    };
  });
  return { ...network, layers, exact: exactnessOf({ ...network, layers }) };
}

/** Numbers below the normal range are 0: some engines read them so. */
const normal = (value: number): number => (Math.abs(value) < LEAST_NORMAL ? 0 : value);

/** How many units each hidden layer has. */
export type Widths = readonly number[];

/** The compiled network's widths, each times a factor. */
export const widthsOf = ({ layers }: Pick<Network, "layers">, factor = 1): Widths =>
  layers.slice(0, -1).map(({ outputs }) => Math.ceil(outputs * factor));

/**
 * Random weights for a network's channels with hidden layers of these widths: Gaussian with the variance of K. He et
 * al. (2015). The last layer starts at 0, so that every channel starts by keeping what its residual keeps (as in H.
 * Zhang et al., Fixup, 2019).
 */
export function randomWeights({ layers }: Pick<Network, "layers">, widths: Widths, random: Random): Weights {
  return layers.map(({ kernel, inputs: channels, outputs }, at) => {
    const inputs = at === 0 ? channels * kernel * kernel : widths[at - 1]!;
    const isLast = at === layers.length - 1;
    const units = isLast ? outputs : widths[at]!;
    const deviation = isLast && at > 0 ? 0 : Math.sqrt(2 / inputs);
    const weight = Float32Array.from({ length: units * inputs }, () => deviation * gaussian(random));
    const bias = Float32Array.from({ length: units }, () => (isLast ? 0 : 0.1 * gaussian(random)));
    return { inputs, outputs: units, weight, bias };
  });
}

/** Adds Gaussian noise of this standard deviation to every number, zeros included. */
export function addNoise(weights: Weights, sigma: number, random: Random): void {
  for (const { weight, bias } of weights) {
    for (const values of [weight, bias])
      for (let at = 0; at < values.length; at++) values[at]! += sigma * gaussian(random);
  }
}

/** Tells whether all numbers are finite. */
export const allFinite = (weights: Weights): boolean =>
  weights.every(({ weight, bias }) => weight.every(Number.isFinite) && bias.every(Number.isFinite));
