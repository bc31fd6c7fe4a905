import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 4), cols: size(random, 16) }) {
    const noise = random() < 0.5 ? 0 : random() / 8;
    const x = Array.from({ length: shape.rows }, () => {
      const half = Array.from({ length: shape.cols }, () => Math.floor(random() * 2));
      return half.map((_, col) => half[Math.min(col, shape.cols - 1 - col)]! ^ (random() < noise ? 1 : 0));
    });
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    const verdict = (row: readonly number[]) => (row.join("") === [...row].reverse().join("") ? 0 : 1);
    const differs = x!.map((row) => row.map((_, col) => (col === row.length - 1 ? verdict(row) : null)));
    return { planes: { differs } };
  },
  steps: (_, cols) => Math.floor(cols / 2) + 1,
} satisfies Oracle;
