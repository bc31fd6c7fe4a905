// Gauss-Jordan elimination column by column, with rows swapped into place.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 9), cols: size(random, 9) }) {
    const density = random();
    const x = Array.from({ length: shape.rows }, () =>
      Array.from({ length: shape.cols }, () => (random() < density ? 1 : 0)),
    );
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    const rows = x!.map((row) => [...row]);
    let rank = 0;
    for (let col = 0; col < rows[0]!.length; col++) {
      const found = rows.findIndex((row, r) => r >= rank && row[col] === 1);
      if (found < 0) continue;
      [rows[rank], rows[found]] = [rows[found]!, rows[rank]!];
      const pivot = rows[rank]!;
      for (const row of rows) {
        if (row !== pivot && row[col] === 1) for (const [i, bit] of pivot.entries()) row[i] = row[i]! ^ bit;
      }
      rank++;
    }
    return { planes: { x: rows } };
  },
  steps: (rows) => rows,
} satisfies Oracle;
