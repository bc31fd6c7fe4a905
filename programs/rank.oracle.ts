// A basis as numbers, which every row is reduced by: what is left of a row is independent of those above it.

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
    const cols = x![0]!.length;
    const basis: bigint[] = [];
    const leading = x!.map((row) => {
      let rest = BigInt(`0b${row.join("")}`);
      // The exclusive or is smaller where the row has the leading bit of this member of the basis.
      for (const member of basis) if ((rest ^ member) < rest) rest ^= member;
      if (rest === 0n) return row.map(() => 0);
      basis.push(rest);
      basis.sort((a, b) => (a < b ? 1 : -1));
      const lead = cols - rest.toString(2).length;
      return row.map((_, col) => (col === lead ? 1 : 0));
    });
    return { planes: { x: leading } };
  },
  steps: (rows) => rows + 1,
} satisfies Oracle;
