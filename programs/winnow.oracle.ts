// WINNOW1 with threshold 8 as Littlestone states it. Weights are not bounded: beyond the threshold they change nothing.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

const THRESHOLD = 8;

const reaches = (weights: readonly number[], features: readonly number[]) =>
  features.reduce((sum, value, at) => sum + value * weights[at]!, 0) >= THRESHOLD;

export default {
  generate(random, shape = { rows: size(random, 16), cols: size(random, 16) }) {
    const { rows, cols } = shape;
    const density = random();
    const matters = Array.from({ length: cols - 1 }, () => random() < 0.3);
    const noise = random() < 0.7 ? 0 : random() / 3;
    const x = Array.from({ length: rows }, (_, row) => {
      const features = Array.from({ length: cols - 1 }, () => (random() < density ? 1 : 0));
      const isPositive = features.some((value, at) => value === 1 && matters[at]);
      return [...features, row < rows - 1 && isPositive !== random() < noise ? 1 : 0];
    });
    return { rows, cols, planes: { x } };
  },
  solve({ x }) {
    const last = x![0]!.length - 1;
    let weights = Array.from({ length: last }, () => 1);
    for (const row of x!.slice(0, -1)) {
      const [features, isPositive] = [row.slice(0, last), row[last] === 1];
      if (reaches(weights, features) === isPositive) continue;
      weights = weights.map((weight, at) => (features[at] === 0 ? weight : isPositive ? 2 * weight : 0));
    }
    return { prediction: reaches(weights, x![x!.length - 1]!.slice(0, last)) ? 1 : 0 };
  },
  // A round for each row.
  steps: (rows) => 2 * rows,
} satisfies Oracle;
