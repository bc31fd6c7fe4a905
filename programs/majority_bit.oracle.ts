import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

const ones = (row: readonly number[]) => row.filter((bit) => bit === 1).length;

export default {
  generate(random, shape = { rows: size(random, 4), cols: size(random, 20) }) {
    const density = (random() + random()) / 2;
    const x = Array.from({ length: shape.rows }, () =>
      Array.from({ length: shape.cols }, () => (random() < density ? 1 : 0)),
    );
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    const verdict = (row: readonly number[]) => (ones(row) > row.length - ones(row) ? 1 : 0);
    const most = x!.map((row) => row.map((_, col) => (col === row.length - 1 ? verdict(row) : null)));
    return { planes: { most } };
  },
  steps: (_, cols, { x }) => 1 + Math.max(...x!.map((row) => Math.max(ones(row), cols - ones(row)))),
} satisfies Oracle;
