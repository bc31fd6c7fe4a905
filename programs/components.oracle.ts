// Levialdi's formula as he wrote it, with thresholds, and turned round so that shapes drift the other way.

import { size } from "./draw.ts";
import type { Oracle, Rows } from "./oracle.ts";

const threshold = (sum: number) => (sum > 0 ? 1 : 0);

export default {
  generate(random, shape = { rows: size(random, 12), cols: size(random, 12) }) {
    const density = random();
    const x = Array.from({ length: shape.rows }, () =>
      Array.from({ length: shape.cols }, () => (random() < density ? 1 : 0)),
    );
    return { ...shape, planes: { x } };
  },
  solve({ x }, instructions) {
    let now: Rows = x!;
    let last: Rows = now.map((row) => row.map(() => 0));
    for (let i = 0; i < instructions; i++) {
      const at = (r: number, c: number) => now[r]?.[c] ?? 0;
      last = now.map((row, r) =>
        row.map((value, c) => {
          const around = [r - 1, r, r + 1].flatMap((nr) => [c - 1, c, c + 1].map((nc) => at(nr, nc)));
          return value === 1 && around.reduce((a, b) => a + b) === 1 ? 1 : 0;
        }),
      );
      now = now.map((row, r) =>
        row.map((value, c) =>
          threshold(
            threshold(at(r, c - 1) + value + at(r - 1, c) - 1) + threshold(value + at(r - 1, c - 1) - 1),
          ),
        ),
      );
    }
    return { planes: { x: now, last } };
  },
} satisfies Oracle;
