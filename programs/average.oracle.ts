// Weights as sums over the examples in -1 and +1, bounded after each of them; sums of the query bounded after each feature.

import type { Oracle } from "./oracle.ts";

const size = (random: () => number, most: number) => 1 + Math.floor(random() * most);

const within = (bound: number, value: number) => Math.max(-bound, Math.min(value, bound));

/** Features in -1 and +1, the last of them always +1. */
const vectorOf = (row: readonly number[]) => row.map((bit, at) => (at === row.length - 1 || bit ? 1 : -1));

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
      const sign = row[row.length - 1] === 1 ? 1 : -1;
      const vector = vectorOf(row);
      weights = weights.map((weight, at) => within(15, weight + sign * vector[at]!));
    }
    const query = vectorOf(x![x!.length - 1]!);
    const sum = query.reduce((total, value, at) => within(255, total + value * weights[at]!), 0);
    return { prediction: sum > 0 ? 1 : 0 };
  },
  steps: () => 3,
} satisfies Oracle;
