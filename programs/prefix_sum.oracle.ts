import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 4), cols: size(random, 24) }) {
    const x = Array.from({ length: shape.rows }, () =>
      Array.from({ length: shape.cols }, () => Math.floor(random() * 5)),
    );
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    const sum = x!.map((row) => row.map((_, col) => row.slice(0, col + 1).reduce((a, b) => a + b) % 5));
    return { planes: { sum } };
  },
  steps: () => 1,
} satisfies Oracle;
