import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 4), cols: size(random, 24) }) {
    // Long runs of ones at the right now and then, so that carries go far.
    const x = Array.from({ length: shape.rows }, () => {
      const ones = random() < 0.5 ? Math.floor(random() * (shape.cols + 1)) : 0;
      return Array.from({ length: shape.cols }, (_, i) => (i >= shape.cols - ones || random() < 0.5 ? 1 : 0));
    });
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    const y = x!.map((row) => {
      const sum = BigInt.asUintN(row.length, BigInt(`0b${row.join("")}`) + 1n);
      return [...sum.toString(2).padStart(row.length, "0")].map(Number);
    });
    return { planes: { y } };
  },
  steps: () => 1,
} satisfies Oracle;
