import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 16), cols: size(random, 5) }) {
    const density = (random() + random()) / 2;
    const x = Array.from({ length: shape.rows }, (_, row) =>
      Array.from({ length: shape.cols }, (_, col) => {
        const asked = row === shape.rows - 1 && col === shape.cols - 1;
        return !asked && random() < density ? 1 : 0;
      }),
    );
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    const labels = x!.slice(0, -1).map((row) => row[row.length - 1]!);
    const yes = labels.filter((label) => label === 1).length;
    return { prediction: yes > labels.length - yes ? 1 : 0 };
  },
  // Every round casts a vote. Features are counted like labels, column by column.
  steps: (_, cols, { x }) => {
    const rounds = Array.from({ length: cols }, (_, col) => {
      const ones = x!.slice(0, -1).filter((row) => row[col] === 1).length;
      return 1 + Math.max(ones, x!.length - 1 - ones);
    });
    return Math.max(...rounds);
  },
} satisfies Oracle;
