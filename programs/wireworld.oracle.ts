import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 10), cols: size(random, 10) }) {
    // A bag of cells to draw from, another one each time.
    const bag = [0, 1, 1, 1, 1, 2, 3].filter(() => random() < 0.7);
    const cell = Array.from({ length: shape.rows }, () =>
      Array.from({ length: shape.cols }, () => bag[Math.floor(random() * bag.length)] ?? 0),
    );
    return { ...shape, planes: { cell } };
  },
  solve({ cell }, instructions) {
    let now = cell!.map((row) => row.map((value) => ".#@~"[value]!));
    const heads = (r: number, c: number) =>
      [-1, 0, 1].flatMap((dr) => [-1, 0, 1].filter((dc) => now[r + dr]?.[c + dc] === "@")).length;
    for (let i = 0; i < instructions; i++) {
      now = now.map((row, r) =>
        row.map((was, c) => {
          if (was === "#") return heads(r, c) === 1 || heads(r, c) === 2 ? "@" : "#";
          return was === "@" ? "~" : was === "~" ? "#" : ".";
        }),
      );
    }
    return { planes: { cell: now.map((row) => row.map((was) => ".#@~".indexOf(was))) } };
  },
} satisfies Oracle;
