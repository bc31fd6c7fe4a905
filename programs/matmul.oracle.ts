import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 8), cols: size(random, 8) }) {
    const density = random();
    const bits = () =>
      Array.from({ length: shape.rows }, () =>
        Array.from({ length: shape.cols }, () => (random() < density ? 1 : 0)),
      );
    return { ...shape, planes: { a: bits(), b: bits() } };
  },
  solve({ a, b }) {
    const c = a!.map((row) => {
      const sum: number[] = row.map(() => 0);
      for (const [k, factor] of row.entries())
        if (factor === 1) for (const [col, bit] of (b![k] ?? []).entries()) sum[col] = (sum[col]! + bit) % 2;
      return sum;
    });
    return { planes: { c } };
  },
  steps: (_, cols) => cols,
} satisfies Oracle;
