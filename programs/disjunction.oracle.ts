// The hypothesis as a list of literals, each a column and the value it is content with.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

export default {
  generate(random, shape = { rows: size(random, 9), cols: size(random, 8) }) {
    const { rows, cols } = shape;
    const density = random();
    // Each column is content with a 0, with a 1, or does not matter.
    const wants = Array.from({ length: cols - 1 }, () => Math.floor(random() * 3));
    const noise = random() < 0.7 ? 0 : random() / 2;
    const x = Array.from({ length: rows }, (_, row) => {
      const unlike = random() < 0.5;
      const features = wants.map((want) => (unlike && want < 2 ? 1 - want : random() < density ? 1 : 0));
      const label = features.some((value, i) => wants[i] === value) ? 1 : 0;
      return [...features, row === rows - 1 ? 0 : random() < noise ? 1 - label : label];
    });
    return { rows, cols, planes: { x } };
  },
  solve({ x }) {
    const last = x![0]!.length - 1;
    const columns = x![0]!.slice(0, last).map((_, col) => col);
    let literals = columns.flatMap((col) => [0, 1].map((value) => ({ col, value })));
    for (const example of x!.slice(0, -1)) {
      if (example[last] === 0) literals = literals.filter(({ col, value }) => example[col] !== value);
    }
    const query = x![x!.length - 1]!;
    return { prediction: literals.some(({ col, value }) => query[col] === value) ? 1 : 0 };
  },
  steps: () => 3,
} satisfies Oracle;
