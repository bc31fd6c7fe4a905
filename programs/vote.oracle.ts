import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

/** How many of the examples that equal the query have either label. */
function count(x: readonly (readonly number[])[]): { readonly no: number; readonly yes: number } {
  const query = x[x.length - 1]!.slice(0, -1).join("");
  const labels = x
    .slice(0, -1)
    .filter((row) => row.slice(0, -1).join("") === query)
    .map((row) => row[row.length - 1]);
  const yes = labels.filter((label) => label === 1).length;
  return { no: labels.length - yes, yes };
}

export default {
  generate(random, shape = { rows: size(random, 16), cols: size(random, 6) }) {
    const { rows, cols } = shape;
    const noise = random() / 2;
    // Few different rows, so that the query is often among the examples, mostly with one label.
    const kinds = Array.from({ length: size(random, 3) }, () => ({
      features: Array.from({ length: cols - 1 }, () => Math.floor(random() * 2)),
      label: Math.floor(random() * 2),
    }));
    const x = Array.from({ length: rows }, (_, row) => {
      const { features, label } = kinds[Math.floor(random() * kinds.length)]!;
      return [...features, row === rows - 1 ? 0 : random() < noise ? 1 - label : label];
    });
    return { rows, cols, planes: { x } };
  },
  solve({ x }) {
    const { no, yes } = count(x!);
    return { prediction: yes > no ? 1 : 0 };
  },
  // Two sweeps, and as many rounds as the more frequent label has votes, and one.
  steps: (_, __, { x }) => {
    const { no, yes } = count(x!);
    return 3 + Math.max(no, yes);
  },
} satisfies Oracle;
