// All rules with the number of their errors.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

type Row = readonly number[];

/** Features and their negations from left to right, then the constants. */
const rulesOf = (features: number): ((row: Row) => number)[] => [
  ...Array.from({ length: features }, (_, col) => [
    (row: Row) => row[col]!,
    (row: Row) => 1 - row[col]!,
  ]).flat(),
  () => 0,
  () => 1,
];

export default {
  generate(random, shape = { rows: size(random, 10), cols: size(random, 8) }) {
    const { rows, cols } = shape;
    const rules = rulesOf(cols - 1);
    const hidden = rules[Math.floor(random() * rules.length)]!;
    const noise = random() / 2;
    const x = Array.from({ length: rows }, (_, row) => {
      const features = Array.from({ length: cols - 1 }, () => Math.floor(random() * 2));
      const label = random() < noise ? 1 - hidden(features) : hidden(features);
      return [...features, row === rows - 1 ? 0 : label];
    });
    return { rows, cols, planes: { x } };
  },
  solve({ x }) {
    const features = x![0]!.length - 1;
    const rules = rulesOf(features);
    const errors = rules.map((rule) => x!.slice(0, -1).filter((row) => rule(row) !== row[features]).length);
    const best = rules[errors.indexOf(Math.min(...errors))]!;
    return { prediction: best(x![x!.length - 1]!) };
  },
  // A round more than any rule has errors.
  steps: (_, cols, { x }) => {
    const errors = rulesOf(cols - 1).map(
      (rule) => x!.slice(0, -1).filter((row) => rule(row) !== row[cols - 1]).length,
    );
    return 2 + Math.max(...errors);
  },
} satisfies Oracle;
