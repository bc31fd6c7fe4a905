// Exponents of growth: what takes time t for size n takes about t * m^e for size m * n.

/** The exponent, by least squares of logarithms, of values that are not too small; null for fewer than two. */
export function exponentOf(
  points: readonly { readonly size: number; readonly value: number | null }[],
  least: number,
): number | null {
  return slopeOf(
    points.flatMap(({ size, value }) =>
      value === null || value < least ? [] : [[Math.log(size), Math.log(value)] as const],
    ),
  );
}

/** The slope of the line through points that is nearest to them; null for fewer than two. */
function slopeOf(points: readonly (readonly [number, number])[]): number | null {
  if (points.length < 2) return null;
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const spread = points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
  return points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / spread;
}

export const showExponent = (power: number | null): string => (power === null ? "" : power.toFixed(2));
