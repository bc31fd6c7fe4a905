// What a network consists of: its size, and how its numbers are distributed.

import { type Network, type NetworkSize, sizeOf } from "../network/network.ts";
import { inputsRead } from "../train/fit.ts";
import { weightsOf } from "../train/weights.ts";

export interface Structure {
  readonly size: NetworkSize;
  /** Channels of the neighbourhood that have weights in the first layer, of how many. */
  readonly inputs: number;
  readonly allInputs: number;
  readonly weights: Distribution;
}

/** Of all weights and biases that are not 0. */
interface Distribution {
  readonly areIntegers: boolean;
  /** Different values. */
  readonly different: number;
  readonly largest: number;
  /** Median of their sizes. */
  readonly median: number;
  /** How many there are in each of the bins between these edges, from `-largest` to `largest`. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

const BINS = 41;

export function structureOf(network: Network): Structure {
  const weights = weightsOf(network);
  return {
    size: sizeOf(network),
    inputs: inputsRead(weights),
    allInputs: weights[0]!.inputs,
    weights: distributionOf(network),
  };
}

function distributionOf({ layers }: Network): Distribution {
  const values = layers
    .flatMap(({ weight, bias }) => [...weight.values, ...bias])
    .filter((value) => value !== 0);
  const sizes = values.map(Math.abs).sort((a, b) => a - b);
  const largest = sizes.at(-1) ?? 1;
  const edges = Array.from({ length: BINS + 1 }, (_, at) => largest * ((2 * at) / BINS - 1));
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor(((value / largest + 1) / 2) * BINS))]!++;
  return {
    areIntegers: values.every(Number.isInteger),
    different: new Set(values).size,
    largest,
    median: sizes[Math.floor(sizes.length / 2)] ?? 0,
    edges,
    counts,
  };
}
