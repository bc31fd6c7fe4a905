// In which number formats a network computes without rounding: all numbers whole, none too large. Float32 can do more,
// see arithmetic.ts: this is what can be said in a line.

import { type Exactness, isOfWholeNumbers, type Layer, largestInputs, type Step } from "./network.ts";
import { sumRanges } from "./reach.ts";
import { termsOf } from "./sparse.ts";

/** Bounds that hold for every partial sum in any order, since they add up magnitudes. */
export function exactnessOf(step: Step): Exactness {
  const { layers, residual } = step;
  const inputs = largestInputs(step);
  const sums = sumRanges(step);
  let largestWeight = residual.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let largestActivation = inputs.reduce((most, each) => Math.max(most, each), 1);
  for (const [at, layer] of layers.entries()) {
    const reach = at === 0 ? inputs : sums[at - 1]!.map(([, hi]) => Math.max(hi, 0));
    for (const value of [...layer.weight.values, ...layer.bias])
      largestWeight = Math.max(largestWeight, Math.abs(value));
    for (const unit of layer.bias.keys())
      largestActivation = Math.max(largestActivation, largestPartialSum(layer, unit, reach));
  }
  largestActivation += residual.reduce(
    (most, value, channel) => Math.max(most, Math.abs(value) * inputs[channel]!),
    0,
  );
  const whole = isOfWholeNumbers(step);
  const fits = (limit: number): boolean => whole && largestWeight <= limit && largestActivation <= limit;
  const limits = { float32: 2 ** 24, float16: 2 ** 11, bfloat16: 2 ** 8, int8: 127 } as const;
  const formats = (Object.keys(limits) as (keyof typeof limits)[]).filter((format) => fits(limits[format]));
  return { largestWeight, largestActivation, formats };
}

/** The largest magnitude of any partial sum of a unit, in any order. */
const largestPartialSum = (layer: Layer, unit: number, reach: readonly number[]): number =>
  termsOf(layer, unit).reduce(
    (sum, { input, weight }) => sum + Math.abs(weight) * reach[input]!,
    Math.abs(layer.bias[unit]!),
  );
