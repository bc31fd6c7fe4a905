import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 12), cols: size(random, 24) }) {
    const density = random();
    const x = Array.from({ length: shape.rows }, () =>
      Array.from({ length: shape.cols }, () => (random() < density ? 1 : 0)),
    );
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    const y = [x![0]!];
    for (const _ of x!.slice(1)) {
      // A generation as one number, widened by a 0 on either side; a window of three moves along it.
      const wide = BigInt(`0b0${y[y.length - 1]!.join("")}0`);
      const cols = y[0]!.length;
      y.push(y[0]!.map((_, col) => (110 >> Number((wide >> BigInt(cols - 1 - col)) & 7n)) & 1));
    }
    return { planes: { y } };
  },
  steps: () => 1,
} satisfies Oracle;
