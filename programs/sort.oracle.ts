import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 4), cols: size(random, 16) }) {
    // Few different values now and then, so that ties come up often.
    const values = size(random, 8);
    const cell = () => Math.floor(random() * values);
    const x = Array.from({ length: shape.rows }, () => Array.from({ length: shape.cols }, cell));
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    return { planes: { x: x!.map((row) => [...row].sort((a, b) => a - b)) } };
  },
  steps: (_, cols) => 2 * cols,
} satisfies Oracle;
