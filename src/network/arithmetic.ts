// The arithmetic of networks: how large and how wrong the numbers of a step can be, whichever engine computes it.
//
// A step is computed in float32, from channels that hold 0 or 1, or whole numbers of a range. The order of every sum is free, products may be fused
// into sums or rounded before, and results below the normal range may be kept or flushed to 0. For every unit one of
// three things holds, and this file finds which:
//
// - It is exact: all partial sums are multiples of one power of two, 24 bits of mantissa count them, and none leaves the
//   normal range. Every engine then has the same result. Compiled networks are such: whole numbers below 2^24.
// - It rounds: of n products and their sum, each operation errs by one part in 2^24 (Higham, Accuracy and Stability of
//   Numerical Algorithms, section 3.1), or by the least normal number where a result is flushed. That bounds how far
//   any two engines are apart.
// - It may overflow: a partial sum can exceed the largest float32. Infinity and NaN come of that in one order and not
//   in another, so that nothing can be said of such a network.

import { isOfWholeNumbers, largestInputs, type Step } from "./network.ts";
import { sumRanges } from "./reach.ts";
import { stepOf } from "./step.ts";

interface Arithmetic {
  /**
   * By channel: how far the sum that may be rounded to 0 or 1 can be from the exact one. 0 where it is exact, Infinity
   * where something overflows.
   */
  readonly errors: readonly number[];
  /** The first unit that may overflow, counted from 0; the last layer's are channels. Null where none does. */
  readonly overflow: { readonly layer: number; readonly unit: number } | null;
}

/** The least normal float32: what is smaller may be flushed to 0. */
export const LEAST_NORMAL = 2 ** -126;
/** Tells whether every engine reads a number as what it is: neither infinite nor NaN, nor so small that some read 0. */
export const isReadAlike = (value: number): boolean =>
  value === 0 || (Number.isFinite(value) && Math.abs(value) >= LEAST_NORMAL);

/** The largest float32. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;
/** Numbers of this number of bits have no rounding error. */
const MANTISSA = 24;
/** Unit roundoff, enlarged by more than what a proof rounds that computes in double precision. */
const ROUNDOFF = 2 ** -MANTISSA * 1.001;

/** A number that a unit hands on: a multiple of 2^grain, at most `reach`, and wrong by at most `error`. */
interface Reached {
  readonly grain: number;
  readonly reach: number;
  readonly error: number;
}

interface Summand {
  readonly weight: number;
  readonly of: Reached;
}

/** What a bias is multiplied with. */
const ONE: Reached = { grain: 0, reach: 1, error: 0 };

/** Bounds the numbers and errors of a step from any state of numbers that its channels hold. */
export function arithmeticOf(step: Step): Arithmetic {
  const { layers, residual } = step;
  const inputs = largestInputs(step);
  const isOfWhole = isOfWholeNumbers(step);
  if (isOfWhole && hasSmallSums(step)) return { errors: Array.from(residual, () => 0), overflow: null };
  const ranges = isOfWhole ? sumRanges(step) : null;
  const { sum, next } = stepOf<Reached>(step, {
    input: (channel) => ({ grain: 0, reach: inputs[channel]!, error: 0 }),
    // The bias counts as a summand, of a number that is always 1.
    sum(terms, bias, layer, unit) {
      const made = reachOfSum([{ weight: bias, of: ONE }, ...terms]);
      if (ranges === null || layer === layers.length - 1) return made;
      return { ...made, reach: Math.min(made.reach, Math.max(ranges[layer]![unit]![1], 0)) };
    },
    rectify: (made) => made,
  });
  for (const [layer, { outputs }] of layers.entries()) {
    const errorOf = (unit: number) => (layer === layers.length - 1 ? next(unit) : sum(layer, unit)).error;
    const errors = Array.from({ length: outputs }, (_, unit) => errorOf(unit));
    const unit = errors.indexOf(Number.POSITIVE_INFINITY);
    if (unit >= 0) return { errors: Array.from(residual, () => errors[unit]!), overflow: { layer, unit } };
    if (layer === layers.length - 1) return { errors, overflow: null };
  }
  return { errors: Array.from(residual, () => 0), overflow: null };
}

/**
 * Tells whether no partial sum of a step of whole numbers can pass 2^24, by bounds of each unit alone. They are wider than
 * those below, made in a fraction of the time, and enough for nearly all compiled networks.
 */
function hasSmallSums(step: Step): boolean {
  const inputs = largestInputs(step);
  let reaches: readonly number[] = inputs;
  for (const [at, { kernel, weight, bias }] of step.layers.entries()) {
    const below = reaches;
    const isLast = at === step.layers.length - 1;
    const next: number[] = [];
    for (const [unit, first] of bias.entries()) {
      let reach = first;
      let most = Math.abs(first) + (isLast ? Math.abs(step.residual[unit]!) * inputs[unit]! : 0);
      for (let nth = weight.starts[unit]!; nth < weight.starts[unit + 1]!; nth++) {
        const largest = weight.values[nth]! * below[Math.floor(weight.columns[nth]! / kernel ** 2)]!;
        reach += Math.max(largest, 0);
        most += Math.abs(largest);
      }
      if (most > 2 ** MANTISSA) return false;
      next.push(Math.max(reach, 0));
    }
    reaches = next;
  }
  return true;
}

/** The largest error of any channel; 0 where the whole step is exact. */
export const roundingError = (step: Step): number =>
  arithmeticOf(step).errors.reduce((most, each) => Math.max(most, each), 0);

/** Tells whether all numbers are whole and every engine adds them without rounding. */
export const isWhole = (step: Step): boolean => isOfWholeNumbers(step) && roundingError(step) === 0;

/**
 * When another order of sums might give something else in a step from numbers that channels hold. `near-half`: a sum
 * within `margin` of 1/2, before it is rounded to 0 or 1. `not-digital`: a channel that becomes no whole number from 0 to
 * its largest one: from there on, nothing is known of the arithmetic.
 */
export type Doubt =
  | { readonly kind: "none" }
  | { readonly kind: "near-half"; readonly margin: number }
  | { readonly kind: "not-digital"; readonly largest: readonly number[] };

/** Returns what leaves the results of a step in doubt, given that it cannot overflow. */
export function doubtOf(step: Step): Doubt {
  if (!step.snap) return { kind: "not-digital", largest: largestInputs(step) };
  const error = roundingError(step);
  if (error === 0) return { kind: "none" };
  // Two results are at most twice the error apart. Within a quarter of 1/2, float32 has the difference from it exactly.
  return { kind: "near-half", margin: error > 0.1 ? Number.POSITIVE_INFINITY : error * 2.01 };
}

/** Why engines may differ on a network, and what to do about it; null where its arithmetic is bounded. */
export function showOverflow({ overflow }: Arithmetic): string | null {
  if (overflow === null) return null;
  return (
    `layer ${overflow.layer + 1}, unit ${overflow.unit + 1} can exceed the largest float32 number, 3.4e38; ` +
    "divide its weights by a power of two, and multiply those that read it"
  );
}

/** Bounds of a sum before or after relu: inputs are never negative, so that the largest sum has positive summands. */
function reachOfSum(summands: readonly Summand[]): Reached {
  const terms = summands.filter(({ weight, of }) => weight !== 0 && of.reach + of.error > 0);
  const largest = terms.reduce(
    (sum, { weight, of }) => sum + (of === ONE ? weight : Math.max(weight, 0) * of.reach),
    0,
  );
  const reach = Math.max(largest, 0);
  const most = terms.reduce((sum, { weight, of }) => sum + Math.abs(weight) * (of.reach + of.error), 0);
  const grain = terms.reduce((least, { weight, of }) => Math.min(least, grainOf(weight) + of.grain), 1e9);
  const isExact =
    terms.every(({ weight, of }) => of.error === 0 && Math.abs(weight) >= LEAST_NORMAL) &&
    grain >= Math.log2(LEAST_NORMAL) &&
    most <= 2 ** (MANTISSA + grain);
  if (isExact && most <= LARGEST) return { grain, reach, error: 0 };
  const inherited = terms.reduce((sum, { weight, of }) => sum + Math.abs(weight) * of.error, 0);
  // A product and as many sums as there are summands, at most, one after another.
  const roundings = (terms.length + 1) * ROUNDOFF;
  const relative = roundings < 1 ? roundings / (1 - roundings) : Number.POSITIVE_INFINITY;
  // Products, sums, and what is read again; weights below the normal range may count as 0.
  const flushed = (2 * terms.length + 3) * LEAST_NORMAL * (1 + relative);
  const unread = terms.reduce(
    (sum, { weight, of }) =>
      sum + (Math.abs(weight) < LEAST_NORMAL ? LEAST_NORMAL * (of.reach + of.error) : 0),
    0,
  );
  const error = inherited + relative * most + flushed + unread;
  const isBounded = most + error <= LARGEST;
  return { grain: Number.NEGATIVE_INFINITY, reach, error: isBounded ? error : Number.POSITIVE_INFINITY };
}

const number = new Float32Array(1);
const pattern = new Uint32Array(number.buffer);

/** The largest e such that a float32 other than 0 is a multiple of 2^e. */
function grainOf(value: number): number {
  number[0] = value;
  const exponent = (pattern[0]! >>> 23) & 0xff;
  const mantissa = (pattern[0]! & 0x7fffff) | (exponent === 0 ? 0 : 0x800000);
  const zeros = 31 - Math.clz32(mantissa & -mantissa);
  return Math.max(exponent, 1) - 150 + zeros;
}
