// The list as a data structure. A round collects the rules that hold for the examples that are left at its start.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

interface Rule {
  readonly col: number;
  readonly value: number;
  readonly label: number;
}

type Example = readonly number[];

const covers = ({ col, value }: Rule, row: Example) => row[col] === value;

/** The rules that the examples allow, from left to right, if any covers something. */
function findRules(examples: readonly Example[], features: number): Rule[] {
  const rules: Rule[] = [];
  for (let col = 0; col < features; col++)
    for (const value of [0, 1]) {
      const labels = new Set(examples.filter((row) => row[col] === value).map((row) => row[features]!));
      const [label] = labels;
      if (label !== undefined && labels.size === 1) rules.push({ col, value, label });
    }
  return rules;
}

export default {
  generate(random, shape = { rows: size(random, 10), cols: size(random, 8) }) {
    const { rows, cols } = shape;
    // A hidden list of a few rules, whose labels alternate.
    const hidden = Array.from({ length: size(random, cols) }, (_, i) => ({
      col: Math.floor(random() * (cols - 1)),
      value: Math.floor(random() * 2),
      label: i % 2,
    }));
    const noise = random() < 0.7 ? 0 : random() / 3;
    const x = Array.from({ length: rows }, (_, row) => {
      const features = Array.from({ length: cols - 1 }, () => Math.floor(random() * 2));
      const label = hidden.find((rule) => covers(rule, features))?.label ?? 0;
      return [...features, row === rows - 1 ? 0 : random() < noise ? 1 - label : label];
    });
    return { rows, cols, planes: { x } };
  },
  solve({ x }) {
    const features = x![0]!.length - 1;
    const list: Rule[] = [];
    let left = x!.slice(0, -1);
    for (let found = findRules(left, features); found.length > 0; found = findRules(left, features)) {
      list.push(...found);
      left = left.filter((row) => !found.some((rule) => covers(rule, row)));
    }
    return { prediction: list.find((rule) => covers(rule, x![x!.length - 1]!))?.label ?? 0 };
  },
  steps: (rows) => 2 * rows,
} satisfies Oracle;
