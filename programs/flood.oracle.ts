import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

const [DRY, WET] = [1, 2];

export default {
  generate(random, shape = { rows: size(random, 10), cols: size(random, 10) }) {
    // A bag of cells to draw from, another one each time.
    const bag = [0, 0, 1, 1, 1, 1, 1, 2].filter(() => random() < 0.7);
    const cell = Array.from({ length: shape.rows }, () =>
      Array.from({ length: shape.cols }, () => bag[Math.floor(random() * bag.length)] ?? 0),
    );
    return { ...shape, planes: { cell } };
  },
  solve({ cell }, instructions) {
    // Breadth first: the cells at distance 1 from a source, then those at distance 2, and so on.
    const now = cell!.map((row) => [...row]);
    let shore = now.flatMap((row, r) => row.flatMap((value, c) => (value === WET ? [[r, c] as const] : [])));
    for (let distance = 1; distance <= instructions; distance++) {
      shore = shore.flatMap(([r, c]) => {
        const beside = [
          [r - 1, c],
          [r + 1, c],
          [r, c - 1],
          [r, c + 1],
        ] as const;
        return beside.filter(([nr, nc]) => {
          if (now[nr]?.[nc] !== DRY) return false;
          now[nr]![nc] = WET!;
          return true;
        });
      });
    }
    return { planes: { cell: now } };
  },
} satisfies Oracle;
