import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

const WALL = 0;
const OPEN = 1;

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
    const rows = cell!.length;
    const cols = cell![0]!.length;
    // A list of what is open around every open cell, which loses the dead ends round by round.
    const ways = new Map<string, readonly string[]>();
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) {
        const beside = [`${r - 1} ${c}`, `${r + 1} ${c}`, `${r} ${c - 1}`, `${r} ${c + 1}`];
        if (cell![r]![c] !== WALL) ways.set(`${r} ${c}`, beside);
      }
    for (let i = 0; i < instructions; i++) {
      const dead = [...ways].filter(([at, beside]) => {
        const [r, c] = at.split(" ").map(Number);
        return cell![r!]![c!] === OPEN && beside.filter((place) => ways.has(place)).length <= 1;
      });
      for (const [at] of dead) ways.delete(at);
    }
    const left = cell!.map((row, r) => row.map((value, c) => (ways.has(`${r} ${c}`) ? value : WALL)));
    return { planes: { cell: left } };
  },
} satisfies Oracle;
