import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 4), cols: size(random, 16) }) {
    const x = Array.from({ length: shape.rows }, () =>
      Array.from({ length: shape.cols }, () => Math.floor(random() * 4)),
    );
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    return { planes: { x: x!.map((row) => [...row].reverse()) } };
  },
  steps: (_, cols) => cols,
} satisfies Oracle;
