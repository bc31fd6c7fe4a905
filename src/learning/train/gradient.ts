// The loss of a step on cases, and its derivatives. The loss is a squared hinge: an output should be at least MARGIN
// beyond 1/2 on its target's side.

import type { Backend } from "../../engines/tensorflow.ts";
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

/** The inputs that the first layer reads, rising: the weights of all others are 0, and stay so. Null where it reads all. */
export type ReadInputs = Int32Array | null;

export interface Differentiator {
  /** The loss of the cases with these indices; the derivatives by weights of inputs that are not read are given as 0. */
  gradient(weights: Weights, cases: CaseRows, indices: Int32Array, read?: ReadInputs): Gradient;
  evaluate(weights: Weights, cases: CaseRows, read?: ReadInputs): Evaluation;
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
    gradient: (weights, cases, indices, read = null) =>
      onDevice(backend, gathered(weights, read), (dense) => {
        const pass = dense.forward(inputRows(cases, indices, read), indices.length);
        const { slopes, ...evaluation } = judge(pass.outputs, cases, indices, sight);
        return { ...evaluation, gradient: scattered(dense.backward(pass, slopes), read, cases.width) };
      }),
    evaluate: (weights, cases, read = null) => {
      const few = gathered(weights, read);
      const shortfalls = new Float32Array(cases.count);
      let loss = 0;
      for (let begin = 0; begin < cases.count; begin += BATCH) {
        const count = Math.min(BATCH, cases.count - begin);
        const indices = Int32Array.from({ length: count }, (_, at) => begin + at);
        const rows = inputRows(cases, indices, read);
        const pass = onDevice(backend, few, (dense) => dense.forward(rows, count));
        const part = judge(pass.outputs, cases, indices, sight);
        shortfalls.set(part.shortfalls, begin);
        loss += part.loss * count;
      }
      return { loss: loss / Math.max(1, cases.count), shortfalls };
    },
  };
}

function inputRows({ inputs, width }: CaseRows, indices: Int32Array, read: ReadInputs): Float32Array {
  const length = read?.length ?? width;
  const rows = new Float32Array(indices.length * length);
  for (let row = 0; row < indices.length; row++) {
    const from = indices[row]! * width;
    for (let at = 0; at < length; at++) rows[row * length + at] = inputs[from + (read?.[at] ?? at)]!;
  }
  return rows;
}

/** Weights whose first layer has those inputs alone that are read. */
function gathered([first, ...others]: Weights, read: ReadInputs): Weights {
  if (read === null) return [first!, ...others];
  const { inputs, outputs, weight, bias } = first!;
  const few = new Float32Array(outputs * read.length);
  for (let output = 0; output < outputs; output++)
    for (let at = 0; at < read.length; at++)
      few[output * read.length + at] = weight[output * inputs + read[at]!]!;
  return [{ inputs: read.length, outputs, weight: few, bias }, ...others];
}

/** The reverse of `gathered`, with 0 for all that is not read. */
function scattered([first, ...others]: Weights, read: ReadInputs, inputs: number): Weights {
  if (read === null) return [first!, ...others];
  const { outputs, weight, bias } = first!;
  const all = new Float32Array(outputs * inputs);
  for (let output = 0; output < outputs; output++)
    for (let at = 0; at < read.length; at++)
      all[output * inputs + read[at]!] = weight[output * read.length + at]!;
  return [{ inputs, outputs, weight: all, bias }, ...others];
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

/** Tells how far a value is from the margin on its target's side, 1 or -1; infinitely far if it is no number. */
export function shortfall(value: number, sign: number): number {
  const short = MARGIN - sign * (value - 0.5);
  if (Number.isNaN(short)) return Number.POSITIVE_INFINITY;
  return Math.max(0, short);
}
