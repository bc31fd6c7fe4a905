import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 8), cols: size(random, 20) }) {
    const density = random();
    const cell = () => (random() < density ? 1 : 0);
    const x = Array.from({ length: shape.rows }, () => Array.from({ length: shape.cols }, cell));
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    const cols = x![0]!.length;
    let sum = 0n;
    const total = x!.map((row) => {
      sum = BigInt.asUintN(cols, sum + BigInt(`0b${row.join("")}`));
      return [...sum.toString(2).padStart(cols, "0")].map(Number);
    });
    return { planes: { total } };
  },
  steps: () => 1,
} satisfies Oracle;
