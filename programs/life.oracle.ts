import { size } from "./draw.ts";
import type { Oracle, Rows } from "./oracle.ts";

function generation(cells: Rows): number[][] {
  return cells.map((row, r) =>
    row.map((cell, c) => {
      const around = [r - 1, r, r + 1].flatMap((nr) => [c - 1, c, c + 1].map((nc) => cells[nr]?.[nc] ?? 0));
      const others = around.reduce((sum, value) => sum + value, 0) - cell;
      return others === 3 || (others === 2 && cell === 1) ? 1 : 0;
    }),
  );
}

export default {
  generate(random, shape = { rows: size(random, 12), cols: size(random, 12) }) {
    const density = random();
    const cell = () => (random() < density ? 1 : 0);
    const alive = Array.from({ length: shape.rows }, () => Array.from({ length: shape.cols }, cell));
    return { ...shape, planes: { alive } };
  },
  solve({ alive }, instructions) {
    let cells = alive!;
    for (let i = 0; i < instructions; i++) cells = generation(cells);
    return { planes: { alive: cells } };
  },
} satisfies Oracle;
