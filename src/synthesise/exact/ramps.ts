// A function of a weighted sum is a chain of ramps. If f depends on its inputs only through the integer
// v = sum of weight * input, then f is piecewise linear in v, and each kink costs one relu:
// Life is [v in 5..7] of v = 2 count + alive, that is four kinks, whatever the number of neighbours.

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

/** What numbers cost: those of every piece besides its bias; `offset` is what v is short of its unit's output. */
interface RampPrice {
  readonly perPiece: number;
  readonly offset: number;
  /** Numbers needed once, whatever the pieces. */
  readonly fixed: number;
}

/** The cheapest ramps found through the given points; values between points are free. */
export function rampsThrough(points: ReadonlyMap<number, number>, price: RampPrice): Ramps {
  const reached = [...points.keys()].sort((a, b) => a - b);
  let best: Ramps | null = null;
  for (const [at, pivot] of reached.entries()) {
    // From the same flat piece the same kinks are met.
    if (at > 0 && points.get(reached[at - 1]!) === points.get(pivot)) continue;
    const right = kinks(points, pivot, reached[reached.length - 1]! - pivot, 1);
    const left = kinks(points, pivot, pivot - reached[0]!, -1);
    const candidate = { constant: points.get(pivot)!, pieces: [...right, ...left] };
    if (best === null || rampCost(candidate, price) < rampCost(best, price)) best = candidate;
  }
  if (best === null) throw new Error("internal: no points to draw ramps through");
  return best;
}

/** Kinks met when walking away from the pivot, which lies on a flat piece that costs nothing. */
function kinks(
  points: ReadonlyMap<number, number>,
  pivot: number,
  length: number,
  direction: 1 | -1,
): Piece[] {
  const pieces: Piece[] = [];
  let slope = 0;
  let value = points.get(pivot)!;
  for (let distance = 0; distance < length; distance++) {
    const next = points.get(pivot + direction * (distance + 1)) ?? value + slope;
    const change = next - value - slope;
    const bias = -(direction * pivot) - distance;
    if (change !== 0) pieces.push({ direction, bias, coefficient: change });
    slope += change;
    value = next;
  }
  return pieces;
}

/** Non-zero numbers of the ramps. */
export function rampCost({ pieces }: Ramps, { perPiece, offset, fixed }: RampPrice): number {
  const biased = pieces.filter(({ direction, bias }) => bias + direction * offset !== 0).length;
  return fixed + pieces.length * perPiece + biased;
}

/** One input of a weighted sum: a bit, or a number counted from `lo` to `hi`. */
export interface RampInput {
  readonly lo: number;
  readonly hi: number;
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
  /** All values that the inputs can have. */
  readonly assignments: readonly (readonly number[])[];
  /** All weights that are tried. */
  readonly weightings: readonly (readonly number[])[];
}

export function rampShape(name: string, inputs: readonly RampInput[]): RampShape {
  return { name, assignments: assignments(inputs), weightings: weightings(inputs) };
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
    const points = pointsOf(shape.assignments, values, weights);
    if (points === null) continue;
    for (const [at, priceOf] of prices.entries()) {
      const price = priceOf(weights);
      const ramps = rampsThrough(points, price);
      const cost = rampCost(ramps, price);
      if (cost >= least[at]!) continue;
      best[at] = { weights, ramps };
      least[at] = cost;
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
  assignments: RampShape["assignments"],
  values: readonly (number | null)[],
  weights: readonly number[],
): Map<number, number> | null {
  const points = new Map<number, number>();
  for (let row = 0; row < assignments.length; row++) {
    const value = values[row]!;
    if (value === null) continue;
    const inputs = assignments[row]!;
    let v = 0;
    for (let at = 0; at < weights.length; at++) v += weights[at]! * inputs[at]!;
    const known = points.get(v);
    if (known === undefined) points.set(v, value);
    else if (known !== value) return null;
  }
  return points.size === 0 ? null : points;
}

function assignments(inputs: readonly RampInput[]): number[][] {
  return inputs.reduce<number[][]>(
    (rows, { lo, hi }) =>
      rows.flatMap((row) => Array.from({ length: hi - lo + 1 }, (_, step) => [...row, lo + step])),
    [[]],
  );
}

/** All weightings without zeros, the first weight positive: v and -v say the same. */
function weightings(inputs: readonly RampInput[]): number[][] {
  return inputs.reduce<number[][]>(
    (rows, { reach }, at) =>
      rows.flatMap((row) => {
        const positive = Array.from({ length: reach }, (_, step) => step + 1);
        const weights = at === 0 ? positive : [...positive, ...positive.map((weight) => -weight)];
        return weights.map((weight) => [...row, weight]);
      }),
    [[]],
  );
}
