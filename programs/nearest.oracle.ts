import { randomTable, size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 9), cols: size(random, 9) }) {
    return { ...shape, planes: { x: randomTable(random, shape) } };
  },
  solve({ x }) {
    const [examples, query] = [x!.slice(0, -1), x![x!.length - 1]!];
    const features = query.length - 1;
    const distances = examples.map((row) => row.slice(0, features).filter((v, i) => v !== query[i]).length);
    const nearest = distances.indexOf(Math.min(...distances));
    return { prediction: examples[nearest]?.[features] ?? 0 };
  },
  // The query gives up a mark in every column; it has to come in itself only where it is alone.
  steps: (rows, cols) => 1 + cols + (rows === 1 ? 1 : 0),
} satisfies Oracle;
