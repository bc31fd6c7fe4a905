// Weights as sums over the examples in -1 and +1, bounded after each of them; sums of the query bounded after each feature.

import { signsOf, size, thresholdTable } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

const within = (bound: number, value: number) => Math.max(-bound, Math.min(value, bound));

export default {
  generate(random, shape = { rows: size(random, 12), cols: size(random, 8) }) {
    return { ...shape, planes: { x: thresholdTable(random, shape) } };
  },
  solve({ x }) {
    let weights = x![0]!.map(() => 0);
    for (const row of x!.slice(0, -1)) {
      const sign = row[row.length - 1] === 1 ? 1 : -1;
      const vector = signsOf(row);
      weights = weights.map((weight, at) => within(15, weight + sign * vector[at]!));
    }
    const query = signsOf(x![x!.length - 1]!);
    const sum = query.reduce((total, value, at) => within(255, total + value * weights[at]!), 0);
    return { prediction: sum > 0 ? 1 : 0 };
  },
  steps: () => 3,
} satisfies Oracle;
