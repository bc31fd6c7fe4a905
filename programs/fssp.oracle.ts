// When the squad fires, by the lengths of its parts alone: a part of n soldiers, with its ends, is halved in
// 3 (n - 1) / 2 rounds if n is odd, and both halves share the middle, or else in 3 n / 2 - 1 rounds.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

/** Rounds until all soldiers of a part with a new general at one end are generals. */
function rounds(soldiers: number): number {
  if (soldiers <= 2) return 0;
  return soldiers % 2 === 1
    ? (3 * (soldiers - 1)) / 2 + rounds((soldiers + 1) / 2)
    : (3 * soldiers) / 2 - 1 + rounds(soldiers / 2);
}

export default {
  generate(random, shape = { rows: size(random, 3), cols: size(random, 4) }) {
    const order = Array.from({ length: shape.rows }, () =>
      Array.from({ length: shape.cols }, (_, col) => (col === 0 && random() < 0.8 ? 1 : 0)),
    );
    return { ...shape, planes: { order } };
  },
  solve({ order }, instructions) {
    const fires = instructions >= 2 + rounds(order![0]!.length);
    return { planes: { fire: order!.map((row) => row.map(() => (fires ? row[0]! : 0))) } };
  },
} satisfies Oracle;
