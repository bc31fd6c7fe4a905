// How far float32 arithmetic can be from exact arithmetic in one step, whatever the order of summation.
//
// Numbers that are all multiples of one power of two, and small enough, are added without rounding: 24 bits of
// mantissa hold every partial sum. Otherwise each of n operations may err by one part in 2^24 (Higham, Accuracy and
// Stability of Numerical Algorithms, section 3.1).

import type { Layer, Step } from "./network.ts";

/**
 * Largest error of any channel after one step from a state of zeros and ones, before it may be rounded to one; 0 where
 * arithmetic is exact.
 */
export function roundingError({ layers, residual }: Step): number {
  if (isExact(layers, residual)) return 0;
  let reach: readonly number[] = residual.length === 0 ? [] : Array.from(residual, () => 1);
  let error: readonly number[] = reach.map(() => 0);
  for (const layer of layers) {
    const rows = absoluteRows(layer);
    const next = rows.map(({ bias, terms }) => {
      const total = bias + terms.reduce((sum, { input, weight }) => sum + weight * reach[input]!, 0);
      const inherited = terms.reduce((sum, { input, weight }) => sum + weight * error[input]!, 0);
      return { total: total + inherited, error: inherited + (terms.length + 2) * UNIT * (total + inherited) };
    });
    reach = next.map(({ total }) => total);
    error = next.map((unit) => unit.error);
  }
  return error.reduce((most, each, at) => Math.max(most, each + 2 * UNIT * (reach[at]! + 1)), 0);
}

/** Unit roundoff of float32, a little enlarged for terms of higher order. */
const UNIT = 2 ** -24 * 1.001;

/** Whether all partial sums are multiples of a power of two that 24 bits of mantissa can count. */
function isExact(layers: readonly Layer[], residual: Float32Array): boolean {
  let digits = 0;
  let reach: readonly number[] = Array.from(residual, () => 1);
  for (const layer of layers) {
    digits += Math.max(fractionDigits(layer.weight), fractionDigits(layer.bias) - digits, 0);
    const rows = absoluteRows(layer);
    reach = rows.map(
      ({ bias, terms }) => bias + terms.reduce((sum, { input, weight }) => sum + weight * reach[input]!, 0),
    );
    if (reach.some((total) => !(total * 2 ** digits <= 2 ** 24))) return false;
  }
  digits = Math.max(digits, fractionDigits(residual));
  return reach.every((total, at) => (total + Math.abs(residual[at]!)) * 2 ** digits <= 2 ** 24);
}

/** Binary digits after the point, of the number that has most; more than 60 are as good as infinite. */
function fractionDigits(values: Float32Array): number {
  let digits = 0;
  for (const value of values) {
    while (digits <= 60 && !Number.isInteger(value * 2 ** digits)) digits++;
  }
  return digits;
}

function absoluteRows({ kernel, inputs, outputs, weight, bias }: Layer) {
  const area = kernel * kernel;
  return Array.from({ length: outputs }, (_, unit) => ({
    bias: Math.abs(bias[unit]!),
    terms: Array.from({ length: inputs * area }, (_, at) => ({
      input: Math.floor(at / area),
      weight: Math.abs(weight[unit * inputs * area + at]!),
    })).filter(({ weight: size }) => size !== 0),
  }));
}
