import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 12), cols: size(random, 8) }) {
    const { rows, cols } = shape;
    // Few different rows, so that the query is often among the examples, now and then with two labels.
    const kinds = Array.from({ length: size(random, 5) }, () =>
      Array.from({ length: cols - 1 }, () => Math.floor(random() * 2)),
    );
    const x = Array.from({ length: rows }, (_, row) => {
      const features = kinds[Math.floor(random() * kinds.length)]!;
      return [...features, row === rows - 1 ? 0 : Math.floor(random() * 2)];
    });
    return { rows, cols, planes: { x } };
  },
  solve({ x }) {
    const key = (row: readonly number[]) => row.slice(0, -1).join("");
    const seen = new Map<string, number>();
    for (const example of x!.slice(0, -1)) {
      if (!seen.has(key(example))) seen.set(key(example), example[example.length - 1]!);
    }
    return { prediction: seen.get(key(x![x!.length - 1]!)) ?? 0 };
  },
  steps: () => 3,
} satisfies Oracle;
