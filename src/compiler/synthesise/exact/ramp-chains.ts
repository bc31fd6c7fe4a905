// A function of a weighted sum is a chain of ramps. If f depends on its inputs only through the integer
// v = sum of weight * input, then f is piecewise linear in v, and each kink costs one relu:
// Life is [v in 5..7] of v = 2 count + alive, that is four kinks, whatever the number of neighbours.

import type { Bounds } from "../../../grid/grid.ts";

/** `coefficient * relu(direction * v + bias)`. */
interface Piece {
  readonly direction: 1 | -1;
  readonly bias: number;
  readonly coefficient: number;
}

export interface Ramps {
  readonly constant: number;
  readonly pieces: readonly Piece[];
}

/** What non-zero numbers cost: those of every piece besides its bias; `offset` is what v is short of its unit's output. */
interface RampPrice {
  readonly perPiece: number;
  readonly offset: number;
  /** Numbers needed once, whatever the pieces. */
  readonly fixed: number;
}

/** The values at `lo`, `lo + 1` and so on; FREE where any will do, which is neither the first nor the last. */
export interface Points {
  readonly lo: number;
  readonly values: Int32Array;
}

export const FREE = -(2 ** 31);

/** The cheapest ramps found through the given points, and their cost; null where that is not below `most`. */
export function rampsThrough(
  points: Points,
  price: RampPrice,
  most = Number.POSITIVE_INFINITY,
): { readonly ramps: Ramps; readonly cost: number } | null {
  const { values } = points;
  let [pivot, least, before] = [-1, most, FREE];
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    // From the same flat piece the same kinks are met.
    if (value === FREE || value === before) continue;
    before = value;
    const right = price.fixed + walk(points, at, 1, price, null);
    if (right >= least) continue;
    const cost = right + walk(points, at, -1, price, null);
    if (cost >= least) continue;
    least = cost;
    pivot = at;
  }
  if (pivot < 0) return null;
  const pieces: Piece[] = [];
  walk(points, pivot, 1, price, pieces);
  walk(points, pivot, -1, price, pieces);
  return { ramps: { constant: values[pivot]!, pieces }, cost: least };
}

/** Adds the kinks met when walking away from the pivot, which lies on a flat piece that costs nothing; returns their cost. */
function walk(
  { lo, values }: Points,
  pivot: number,
  direction: 1 | -1,
  { perPiece, offset }: RampPrice,
  pieces: Piece[] | null,
): number {
  let [slope, cost] = [0, 0];
  let value = values[pivot]!;
  for (let at = pivot + direction; at >= 0 && at < values.length; at += direction) {
    const coefficient = values[at] === FREE ? 0 : values[at]! - value - slope;
    if (coefficient !== 0) {
      const bias = 1 - direction * (lo + at);
      cost += bias + direction * offset === 0 ? perPiece : perPiece + 1;
      pieces?.push({ direction, bias, coefficient });
    }
    slope += coefficient;
    value += slope;
  }
  return cost;
}

/** One input of a weighted sum: a bit, or a number counted from `lo` to `hi`. */
export interface RampInput extends Bounds {
  /** Largest magnitude of its weight that is tried. */
  readonly reach: number;
}

export interface WeightedRamps {
  readonly weights: readonly number[];
  readonly ramps: Ramps;
}

/** All that can be said of inputs before their function is known: many functions have inputs of the same kind. */
export interface RampShape {
  readonly name: string;
  readonly inputs: readonly RampInput[];
  /** All values that the inputs can have. */
  readonly assignments: readonly (readonly number[])[];
  /** All weights that are tried. */
  readonly weightings: readonly (readonly number[])[];
}

export function rampShape(name: string, inputs: readonly RampInput[]): RampShape {
  return { name, inputs, assignments: assignmentsOf(inputs), weightings: weightingsOf(inputs) };
}

/**
 * Weights for which a function depends on the weighted sum alone, with the cheapest ramps at each price; null if there
 * are none. `values` are those of the function, assignment by assignment, null where the inputs cannot occur. Tries all
 * weights within reach, so keep the number of inputs small.
 */
export function findRamps(
  shape: RampShape,
  values: readonly (number | null)[],
  prices: readonly ((weights: readonly number[]) => RampPrice)[],
): readonly WeightedRamps[] | null {
  const best: (WeightedRamps | null)[] = prices.map(() => null);
  const least = prices.map(() => Number.POSITIVE_INFINITY);
  for (const weights of shape.weightings) {
    const points = pointsOf(shape, values, weights);
    if (points === null) continue;
    for (const [at, priceOf] of prices.entries()) {
      const found = rampsThrough(points, priceOf(weights), least[at]!);
      if (found === null) continue;
      best[at] = { weights, ramps: found.ramps };
      least[at] = found.cost;
    }
  }
  return best.every((found) => found !== null) ? best : null;
}

/** The least value that the weighted sum can take. */
export function lowestSum(
  inputs: readonly Pick<RampInput, "lo" | "hi">[],
  weights: readonly number[],
): number {
  return inputs.reduce((sum, { lo, hi }, at) => sum + Math.min(weights[at]! * lo, weights[at]! * hi), 0);
}

function pointsOf(
  { inputs, assignments }: RampShape,
  values: readonly (number | null)[],
  weights: readonly number[],
): Points | null {
  const lowest = lowestSum(inputs, weights);
  const points = new Int32Array(highestSum(inputs, weights) - lowest + 1).fill(FREE);
  let [first, last] = [points.length, -1];
  for (let row = 0; row < assignments.length; row++) {
    const value = values[row]!;
    if (value === null) continue;
    const numbers = assignments[row]!;
    let at = -lowest;
    for (let input = 0; input < weights.length; input++) at += weights[input]! * numbers[input]!;
    if (points[at] !== FREE && points[at] !== value) return null;
    points[at] = value;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  return last < 0 ? null : { lo: lowest + first, values: points.subarray(first, last + 1) };
}

const highestSum = (inputs: readonly RampInput[], weights: readonly number[]): number =>
  -lowestSum(
    inputs,
    weights.map((weight) => -weight),
  );

const assignmentsOf = (inputs: readonly RampInput[]): number[][] =>
  rowsOf(inputs.map(({ lo, hi }) => Array.from({ length: hi - lo + 1 }, (_, step) => lo + step)));

/** All weightings without zeros, the first weight positive: v and -v say the same. */
function weightingsOf(inputs: readonly RampInput[]): number[][] {
  return rowsOf(
    inputs.map(({ reach }, at) => {
      const positive = Array.from({ length: reach }, (_, step) => step + 1);
      return at === 0 ? positive : [...positive, ...positive.map((weight) => -weight)];
    }),
  );
}

/** All rows of one number from each list; the last changes first. */
function rowsOf(lists: readonly (readonly number[])[]): number[][] {
  let rows: number[][] = [[]];
  for (const list of lists) {
    const longer: number[][] = [];
    for (const row of rows) for (const number of list) longer.push([...row, number]);
    rows = longer;
  }
  return rows;
}
