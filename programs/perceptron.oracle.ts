// Rosenblatt's rule, example after example, with weights and running sums in bounds.

import type { Oracle } from "./oracle.ts";

const size = (random: () => number, most: number) => 1 + Math.floor(random() * most);

const within = (bound: number, value: number) => Math.max(-bound, Math.min(value, bound));

/** Features in -1 and +1, the last of them always +1. */
const vectorOf = (row: readonly number[]) => row.map((bit, at) => (at === row.length - 1 || bit ? 1 : -1));

const isPositive = (weights: readonly number[], vector: readonly number[]) =>
  vector.reduce((sum, value, at) => within(63, sum + value * weights[at]!), 0) > 0;

export default {
  generate(random, shape = { rows: size(random, 12), cols: size(random, 8) }) {
    const { rows, cols } = shape;
    const hidden = Array.from({ length: cols }, () => Math.floor(random() * 7) - 3);
    const noise = random() < 0.5 ? 0 : random() / 2;
    const x = Array.from({ length: rows }, (_, row) => {
      const bits = Array.from({ length: cols }, () => Math.floor(random() * 2));
      const sum = vectorOf(bits).reduce((total, value, at) => total + value * hidden[at]!, 0);
      const label = sum > 0 !== random() < noise ? 1 : 0;
      return [...bits.slice(0, -1), row === rows - 1 ? 0 : label];
    });
    return { rows, cols, planes: { x } };
  },
  solve({ x }) {
    let weights = x![0]!.map(() => 0);
    for (const row of x!.slice(0, -1)) {
      const vector = vectorOf(row);
      const label = row[row.length - 1] === 1;
      if (isPositive(weights, vector) === label) continue;
      weights = weights.map((weight, at) => within(15, weight + (label ? 1 : -1) * vector[at]!));
    }
    return { prediction: isPositive(weights, vectorOf(x![x!.length - 1]!)) ? 1 : 0 };
  },
  // A round for each row.
  steps: (rows) => 2 * rows,
} satisfies Oracle;
