// Rosenblatt's rule, example after example, with weights and running sums in bounds.

import { signsOf, size, thresholdTable } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

const within = (bound: number, value: number) => Math.max(-bound, Math.min(value, bound));

const isPositive = (weights: readonly number[], vector: readonly number[]) =>
  vector.reduce((sum, value, at) => within(63, sum + value * weights[at]!), 0) > 0;

export default {
  generate(random, shape = { rows: size(random, 12), cols: size(random, 8) }) {
    return { ...shape, planes: { x: thresholdTable(random, shape) } };
  },
  solve({ x }) {
    let weights = x![0]!.map(() => 0);
    for (const row of x!.slice(0, -1)) {
      const vector = signsOf(row);
      const label = row[row.length - 1] === 1;
      if (isPositive(weights, vector) === label) continue;
      weights = weights.map((weight, at) => within(15, weight + (label ? 1 : -1) * vector[at]!));
    }
    return { prediction: isPositive(weights, signsOf(x![x!.length - 1]!)) ? 1 : 0 };
  },
  // A round for each row.
  steps: (rows) => 2 * rows,
} satisfies Oracle;
