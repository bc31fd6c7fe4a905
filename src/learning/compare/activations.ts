// One step of a network on single neighbourhoods, with the activations of all its units and its derivatives: plain
// loops, because thousands of neighbourhoods are few.

import { backThrough, type Transposed, through, transposed } from "../../network/columns.ts";
import type { Network } from "../../network/network.ts";
import type { CaseRows } from "../train/cases.ts";
import { ownInput } from "../train/cases.ts";

export interface DenseStep {
  /** Units of the hidden layers. */
  readonly widths: readonly number[];
  /** Activations of the hidden layers in a case, and the next values of all channels, before any rounding. */
  run(cases: CaseRows, at: number): Activations;
  /** Derivatives of the next values: `[channel * width + input]`. Relu has derivative 0 at 0. */
  jacobian(cases: CaseRows, at: number): Float64Array;
}

interface Activations {
  readonly hidden: readonly Float64Array[];
  readonly next: Float64Array;
}

export function denseStep(network: Network): DenseStep {
  const layers = network.layers.map(transposed);
  const { residual } = network;
  const run = (cases: CaseRows, at: number): Activations => {
    const hidden: Float64Array[] = [];
    let sums = inputsOf(cases, at);
    for (const [nth, layer] of layers.entries()) {
      sums = through(layer, sums);
      if (nth < layers.length - 1) hidden.push(sums.map((sum) => Math.max(0, sum)));
    }
    const next = sums.map(
      (sum, channel) => sum + residual[channel]! * cases.inputs[at * cases.width + ownInput(cases, channel)]!,
    );
    return { hidden, next };
  };
  return {
    widths: network.layers.slice(0, -1).map(({ outputs }) => outputs),
    run,
    jacobian: (cases, at) => jacobianOf(layers, residual, cases, run(cases, at).hidden),
  };
}

const inputsOf = ({ inputs, width }: CaseRows, at: number): Float64Array =>
  Float64Array.from(inputs.subarray(at * width, (at + 1) * width));

function jacobianOf(
  layers: readonly Transposed[],
  residual: Float32Array,
  cases: CaseRows,
  hidden: readonly Float64Array[],
): Float64Array {
  const { width, channels } = cases;
  const all = new Float64Array(channels * width);
  for (let channel = 0; channel < channels; channel++) {
    let slopes: Float64Array = new Float64Array(channels);
    slopes[channel] = 1;
    for (let nth = layers.length - 1; nth >= 0; nth--) {
      slopes = backThrough(layers[nth]!, slopes);
      if (nth > 0) slopes = slopes.map((slope, unit) => (hidden[nth - 1]![unit]! > 0 ? slope : 0));
    }
    slopes[ownInput(cases, channel)]! += residual[channel]!;
    all.set(slopes, channel * width);
  }
  return all;
}
