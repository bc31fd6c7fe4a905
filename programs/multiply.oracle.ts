import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 10), cols: size(random, 16) }) {
    const density = random();
    const bits = () =>
      Array.from({ length: shape.rows }, () =>
        Array.from({ length: shape.cols }, () => (random() < density ? 1 : 0)),
      );
    return { ...shape, planes: { a: bits(), b: bits() } };
  },
  solve({ a, b }) {
    const cols = a![0]!.length;
    const left = BigInt(`0b${a![0]!.join("")}`);
    const bits = b!.map((row) => row[cols - 1]!);
    const total = bits.map((_, row) => {
      const right = BigInt(
        `0b${bits
          .slice(0, row + 1)
          .reverse()
          .join("")}`,
      );
      return [
        ...BigInt.asUintN(cols, left * right)
          .toString(2)
          .padStart(cols, "0"),
      ].map(Number);
    });
    return { planes: { total } };
  },
  steps: () => 1,
} satisfies Oracle;
