import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 40), cols: size(random, 6) }) {
    const density = random();
    const x = Array.from({ length: shape.rows }, () =>
      Array.from({ length: shape.cols }, () => (random() < density ? 1 : 0)),
    );
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    const cols = x![0]!.length;
    const total = x!.map((_, row) => {
      const ones = x!.slice(0, row + 1).filter((bits) => bits[cols - 1] === 1).length;
      return [...(ones % 2 ** cols).toString(2).padStart(cols, "0")].map(Number);
    });
    return { planes: { total } };
  },
  steps: () => 1,
} satisfies Oracle;
