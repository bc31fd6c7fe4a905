// A list of ants, each with its place and the way it is about to leave, counted clockwise.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

const STEPS = [
  [-1, 0],
  [0, 1],
  [1, 0],
  [0, -1],
] as const; // north, east, south, west
/** Who wins where ants meet, by their way of coming: from the left, from above, from the right, from below. */
const PRECEDENCE = [1, 2, 3, 0];

export default {
  generate(random, shape = { rows: size(random, 12), cols: size(random, 12) }) {
    const [density, ants] = [random(), random() ** 3 / 2];
    const plane = (cell: () => number) =>
      Array.from({ length: shape.rows }, () => Array.from({ length: shape.cols }, cell));
    const black = plane(() => (random() < density ? 1 : 0));
    const ant = plane(() => (random() < ants ? size(random, 4) : 0));
    const [r, c] = [size(random, shape.rows) - 1, size(random, shape.cols) - 1];
    ant[r]![c] = size(random, 4);
    return { ...shape, planes: { black, ant } };
  },
  solve({ black, ant }, instructions) {
    const paint = black!.map((row) => [...row]);
    let ants = ant!.flatMap((row, r) => row.flatMap((way, c) => (way > 0 ? [{ r, c, way: way - 1 }] : [])));
    for (let i = 0; i < instructions; i++) {
      const arrived = new Map<string, (typeof ants)[number]>();
      const moved = ants.map(({ r, c, way }) => ({ r: r + STEPS[way]![0], c: c + STEPS[way]![1], way }));
      moved.sort((a, b) => PRECEDENCE.indexOf(b.way) - PRECEDENCE.indexOf(a.way));
      for (const { r, c, way } of moved)
        if (paint[r]?.[c] !== undefined) {
          const turn = paint[r][c] === 1 ? 3 : 1;
          arrived.set(`${r} ${c}`, { r, c, way: (way + turn) % 4 });
        }
      ants = [...arrived.values()];
      for (const { r, c } of ants) paint[r]![c] = 1 - paint[r]![c]!;
    }
    const ways = black!.map((row) => row.map(() => 0));
    for (const { r, c, way } of ants) ways[r]![c] = way + 1;
    return { planes: { black: paint, ant: ways } };
  },
} satisfies Oracle;
