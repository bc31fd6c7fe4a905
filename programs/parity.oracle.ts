import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 4), cols: size(random, 40) }) {
    const density = random();
    const cell = () => (random() < density ? 1 : 0);
    const x = Array.from({ length: shape.rows }, () => Array.from({ length: shape.cols }, cell));
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    const p = x!.map((row) =>
      row.map((_, col) => row.slice(0, col + 1).filter((bit) => bit === 1).length % 2),
    );
    return { planes: { p } };
  },
  steps: () => 1,
} satisfies Oracle;
