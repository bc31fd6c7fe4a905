// The loss of a step on cases, and its derivatives. The loss is a squared hinge: an output should be at least MARGIN
// beyond 1/2 on its target's side.

import type { Backend } from "../../engines/backend.ts";
import { type CaseRows, ownInput } from "./cases.ts";
import { onDevice } from "./dense.ts";
import type { Weights } from "./weights.ts";

/** How far from 1/2 an output should be: as far as 0 and 1 are. */
export const MARGIN = 0.5;

interface Evaluation {
  /** The mean over cases of half the squared distances to the margin, summed over channels. */
  readonly loss: number;
  /** Of each case, how far its worst channel is from the margin; from MARGIN on the case is wrong. */
  readonly shortfalls: Float32Array;
}

interface Gradient extends Evaluation {
  /** In the shape of the weights. */
  readonly gradient: Weights;
}

export interface Differentiator {
  /** The loss of the cases with these indices. */
  gradient(weights: Weights, cases: CaseRows, indices: Int32Array): Gradient;
  evaluate(weights: Weights, cases: CaseRows): Evaluation;
}

/** Cases that are evaluated at once. */
const BATCH = 4096;

/** `residual[channel]`: what the step keeps of the channel; `outputs`: the channels that the last layer's units are. */
export function caseDifferentiator(
  backend: Backend,
  residual: Float32Array,
  outputs: readonly number[] = [...residual.keys()],
): Differentiator {
  const sight: Sight = { residual, outputs };
  return {
    gradient: (weights, cases, indices) =>
      onDevice(backend, weights, (dense) => {
        const pass = dense.forward(inputRows(cases, indices), indices.length);
        const { slopes, ...evaluation } = judge(pass.outputs, cases, indices, sight);
        return { ...evaluation, gradient: dense.backward(pass, slopes) };
      }),
    evaluate: (weights, cases) => {
      const shortfalls = new Float32Array(cases.count);
      let loss = 0;
      for (let begin = 0; begin < cases.count; begin += BATCH) {
        const count = Math.min(BATCH, cases.count - begin);
        const indices = Int32Array.from({ length: count }, (_, at) => begin + at);
        const pass = onDevice(backend, weights, (dense) => dense.forward(inputRows(cases, indices), count));
        const part = judge(pass.outputs, cases, indices, sight);
        shortfalls.set(part.shortfalls, begin);
        loss += part.loss * count;
      }
      return { loss: loss / Math.max(1, cases.count), shortfalls };
    },
  };
}

function inputRows({ inputs, width }: CaseRows, indices: Int32Array): Float32Array {
  const rows = new Float32Array(indices.length * width);
  for (let row = 0; row < indices.length; row++) {
    const from = indices[row]! * width;
    for (let at = 0; at < width; at++) rows[row * width + at] = inputs[from + at]!;
  }
  return rows;
}

/** The channels that are looked at, and what is kept of all. */
interface Sight {
  readonly residual: Float32Array;
  readonly outputs: readonly number[];
}

/** The loss, and its slopes by the outputs before the residual. */
function judge(
  values: Float32Array,
  cases: CaseRows,
  indices: Int32Array,
  { residual, outputs }: Sight,
): Evaluation & { readonly slopes: Float32Array } {
  const { channels, inputs, targets, width } = cases;
  const own = outputs.map((channel) => ownInput(cases, channel));
  const kept = outputs.map((channel) => residual[channel]!);
  const slopes = new Float32Array(values.length);
  const shortfalls = new Float32Array(indices.length);
  let loss = 0;
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row]!;
    let worst = 0;
    for (let nth = 0; nth < outputs.length; nth++) {
      const at = row * outputs.length + nth;
      const sign = targets[index * channels + outputs[nth]!] === 1 ? 1 : -1;
      const short = shortfall(values[at]! + kept[nth]! * inputs[index * width + own[nth]!]!, sign);
      if (short === 0) continue;
      loss += 0.5 * short * short;
      slopes[at] = (-sign * short) / indices.length;
      worst = Math.max(worst, short);
    }
    shortfalls[row] = worst;
  }
  return { loss: loss / indices.length, shortfalls, slopes };
}

/** How far a value is from the margin on its target's side, 1 or -1; infinitely far if it is no number. */
export function shortfall(value: number, sign: number): number {
  const short = MARGIN - sign * (value - 0.5);
  if (Number.isNaN(short)) return Number.POSITIVE_INFINITY;
  return Math.max(0, short);
}
