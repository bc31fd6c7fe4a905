import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, { cols } = { rows: 1, cols: size(random, 24) }) {
    const ones = random() < 0.5 ? Math.floor(random() * (cols + 1)) : 0;
    const digits = Array.from({ length: cols }, (_, i) => (i >= cols - ones || random() < 0.5 ? 2 : 1));
    return { rows: 1, cols, planes: { tape: [digits] } };
  },
  solve({ tape }) {
    const digits = tape![0]!.map((symbol) => symbol - 1);
    const sum = (BigInt(`0b${digits.join("")}`) + 1n).toString(2);
    // A new digit comes up on the left only if there is a carry from the first.
    const shown = sum.length > digits.length ? sum : `_${sum.padStart(digits.length, "0")}`;
    return { planes: { tape: [[...shown].map((digit) => "_01".indexOf(digit))] } };
  },
  steps: (_, cols, { tape }) => {
    const zero = tape![0]!.lastIndexOf(1);
    return cols - zero;
  },
} satisfies Oracle;
