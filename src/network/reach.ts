// Bounds of the units of a step, from states of the numbers that channels hold in any combination. Intervals alone
// forget that two units read the same sum: relu(s - 3) - relu(s - 4) is 0 or 1, not as much as s. So units are ramps of sums,
// ramps of the same sum are bounded together, and a copy of a ramp is one, too. A ramp is straight but for its kink, and so is
// a sum of ramps between kinks: its extremes are at kinks, or where the sum has its own.

import { pushTo } from "../diagnostics/group.ts";
import { areWhole, largestInputs, type Step } from "./network.ts";
import { stepOf, type WeightedTerm } from "./step.ts";

type Interval = readonly [lo: number, hi: number];

/** A weighted sum of what is below, without its bias and common factors. */
interface Sum {
  readonly range: Interval;
}

/** relu(slope * sum + offset). */
interface Ramp {
  readonly of: Sum;
  readonly slope: number;
  readonly offset: number;
}

/** What a layer reads, and what of it is a ramp. */
interface Source {
  readonly range: Interval;
  readonly ramp: Ramp | null;
}

type WeightedRamp = Ramp & { readonly weight: number };

/** Doubles count exactly up to here. */
const MOST_EXACT = Number.MAX_SAFE_INTEGER;

/** Least and largest sum of every unit before its activation function, layer by layer; never too narrow. */
export function sumRanges(step: Step): readonly (readonly Interval[])[] {
  const isWhole = areWhole(step.layers);
  const most = largestInputs(step);
  const known = step.layers.map(() => new Map<string, Sum>());
  const { sum } = stepOf<Source>(step, {
    input: (channel) => ({ range: [0, most[channel]!], ramp: null }),
    sum(terms, bias, layer) {
      const [lo, hi] = rangeOf(terms);
      return {
        range: [lo + bias, hi + bias],
        ramp: isWhole ? rampOf(terms, bias, [lo, hi], known[layer]!) : null,
      };
    },
    rectify: ({ range: [lo, hi], ramp }) => ({ range: [Math.max(lo, 0), Math.max(hi, 0)], ramp }),
  });
  return step.layers.map(({ outputs }, layer) =>
    Array.from({ length: outputs }, (_, unit) => sum(layer, unit).range),
  );
}

/** The range of a sum, where ramps of one sum are taken together. */
function rangeOf(terms: readonly WeightedTerm<Source>[]): Interval {
  const groups = new Map<Sum, WeightedRamp[]>();
  let [lo, hi] = [0, 0];
  for (const { weight, of } of terms) {
    const { range, ramp } = of;
    if (ramp === null) {
      // Activations are never negative, and channels can be 0 anywhere, so that the padding adds no case.
      lo += Math.min(weight * range[0], weight * range[1]);
      hi += Math.max(weight * range[0], weight * range[1]);
      continue;
    }
    pushTo(groups, ramp.of, { ...ramp, weight });
  }
  for (const [sum, ramps] of groups) {
    const [least, most] = rangeOfRamps(ramps, sum.range);
    lo += least;
    hi += most;
  }
  return [lo, hi];
}

/** Returns what a unit of whole numbers is a ramp of: of what a ramp is that it alone reads, or of its own sum. */
function rampOf(
  terms: readonly WeightedTerm<Source>[],
  bias: number,
  range: Interval,
  sums: Map<string, Sum>,
): Ramp | null {
  const [first] = terms;
  if (first === undefined) return null;
  const below = first.of.ramp;
  if (terms.length === 1 && below !== null && first.weight > 0 && bias <= 0)
    return { of: below.of, slope: first.weight * below.slope, offset: first.weight * below.offset + bias };
  const divisor = terms.reduce((all, { weight }) => greatestDivisor(all, Math.abs(weight)), 0);
  const slope = Math.sign(first.weight) * divisor;
  const key = terms.map(({ source, weight }) => `${source} ${weight / slope}`).join(",");
  const [a, b] = [range[0] / slope, range[1] / slope];
  const of = sums.get(key) ?? { range: slope > 0 ? [a, b] : [b, a] };
  sums.set(key, of);
  return { of, slope, offset: bias };
}

const valueAt = ({ slope, offset }: Ramp, sum: number): number => Math.max(0, slope * sum + offset);

/** The range of ramps of one sum, which is a whole number of `range`. */
function rangeOfRamps(ramps: readonly WeightedRamp[], range: Interval): Interval {
  const farthest = Math.max(Math.abs(range[0]), Math.abs(range[1]));
  const largest = ramps.reduce(
    (sum, { weight, slope, offset }) =>
      sum + Math.abs(weight) * (Math.abs(slope) * farthest + Math.abs(offset)),
    0,
  );
  if (ramps.length === 1 || largest > MOST_EXACT) return apart(ramps, range);
  const rising = ramps.filter(({ slope }) => slope > 0).sort(byKink);
  const falling = ramps.filter(({ slope }) => slope < 0).sort(byKink);
  const line = { slope: 0, offset: 0 };
  const add = ({ weight, slope, offset }: WeightedRamp, sign: 1 | -1): void => {
    line.slope += sign * weight * slope;
    line.offset += sign * weight * offset;
  };
  for (const ramp of falling) add(ramp, 1);
  const kinks = ramps.flatMap(({ slope, offset }) => [
    Math.floor(-offset / slope),
    Math.ceil(-offset / slope),
  ]);
  const points = [...range, ...kinks.filter((at) => at > range[0] && at < range[1])].sort((a, b) => a - b);
  let [up, down, lo, hi] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const at of points) {
    while (up < rising.length && valueAt(rising[up]!, at) > 0) add(rising[up++]!, 1);
    while (down < falling.length && valueAt(falling[down]!, at) === 0) add(falling[down++]!, -1);
    const value = line.slope * at + line.offset;
    lo = Math.min(lo, value);
    hi = Math.max(hi, value);
  }
  return [lo, hi];
}

/** Kinks are at -offset / slope; the slopes of both have the same sign. */
const byKink = (a: Ramp, b: Ramp): number => b.offset * a.slope - a.offset * b.slope;

function apart(ramps: readonly WeightedRamp[], [least, most]: Interval): Interval {
  let [lo, hi] = [0, 0];
  for (const ramp of ramps) {
    const ends = [least, most].map((at) => ramp.weight * valueAt(ramp, at));
    lo += Math.min(...ends);
    hi += Math.max(...ends);
  }
  return [lo, hi];
}

/** The greatest common divisor of two whole numbers that are not negative; of 0 and another, the other. */
export const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));
