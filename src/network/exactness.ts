// In which number formats a network computes without rounding: all numbers whole, none too large. Float32 can do more,
// see arithmetic.ts: this is what can be said in a line.

import { type Exactness, type Layer, largestInputs, type Step } from "./network.ts";
import { termsOf } from "./sparse.ts";

/** Bounds that hold for every partial sum in any order, since they add up magnitudes. */
export function exactnessOf(step: Step): Exactness {
  const { layers, residual } = step;
  const inputs = largestInputs(step);
  let largestWeight = residual.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let largestActivation = inputs.reduce((most, each) => Math.max(most, each), 1);
  let reach = inputs;
  for (const layer of layers) {
    const next = rowReaches(layer, reach);
    for (const value of [...layer.weight.values, ...layer.bias])
      largestWeight = Math.max(largestWeight, Math.abs(value));
    for (const { total } of next) largestActivation = Math.max(largestActivation, total);
    reach = next.map(({ positive }) => positive);
  }
  largestActivation += residual.reduce(
    (most, value, channel) => Math.max(most, Math.abs(value) * inputs[channel]!),
    0,
  );
  const whole = [residual, ...layers.flatMap(({ weight, bias }) => [weight.values, bias])].every((values) =>
    values.every(Number.isInteger),
  );
  const fits = (limit: number): boolean => whole && largestWeight <= limit && largestActivation <= limit;
  const limits = { float32: 2 ** 24, float16: 2 ** 11, bfloat16: 2 ** 8, int8: 127 } as const;
  const formats = (Object.keys(limits) as (keyof typeof limits)[]).filter((format) => fits(limits[format]));
  return { largestWeight, largestActivation, formats };
}

/** Per unit: the largest value after relu, and the largest magnitude of any partial sum. */
function rowReaches(layer: Layer, reach: readonly number[]): { positive: number; total: number }[] {
  return Array.from({ length: layer.outputs }, (_, unit) => {
    let positive = layer.bias[unit]!;
    let total = Math.abs(layer.bias[unit]!);
    for (const { input, weight } of termsOf(layer, unit)) {
      positive += Math.max(weight, 0) * reach[input]!;
      total += Math.abs(weight) * reach[input]!;
    }
    return { positive: Math.max(positive, 0), total };
  });
}

/**
 * Least and largest sum of every unit before its activation function, layer by layer, from states of the numbers that
 * channels hold in any combination: an interval, so that it holds for all states there are.
 */
export function preactivationBounds(step: Step): readonly (readonly [lo: number, hi: number])[][] {
  let reach: readonly (readonly [lo: number, hi: number])[] = largestInputs(step).map((most) => [0, most]);
  return step.layers.map((layer) => {
    const sums = Array.from({ length: layer.outputs }, (_, unit) => sumBounds(layer, unit, reach));
    reach = sums.map(([lo, hi]) => [Math.max(lo, 0), Math.max(hi, 0)]);
    return sums;
  });
}

function sumBounds(
  layer: Layer,
  unit: number,
  reach: readonly (readonly [lo: number, hi: number])[],
): readonly [lo: number, hi: number] {
  let [least, most] = [layer.bias[unit]!, layer.bias[unit]!];
  for (const { input, weight } of termsOf(layer, unit)) {
    const [lo, hi] = reach[input]!;
    // Activations are never negative, and channels can be 0 anywhere, so that the padding adds no case.
    least += Math.min(weight * lo, weight * hi);
    most += Math.max(weight * lo, weight * hi);
  }
  return [least, most];
}
