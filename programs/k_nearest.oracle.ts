// The examples in order of their distances.

import { randomTable, size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

const K = 3;

const distance = (one: readonly number[], other: readonly number[]) =>
  one.slice(0, -1).filter((value, at) => value !== other[at]).length;

/** The K nearest examples with their distances; sorting keeps the order of those that are equally far. */
function neighbours(x: readonly (readonly number[])[]) {
  const query = x[x.length - 1]!;
  return x
    .slice(0, -1)
    .map((row) => ({ label: row[row.length - 1]!, far: distance(row, query) }))
    .sort((one, other) => one.far - other.far)
    .slice(0, K);
}

export default {
  generate(random, shape = { rows: size(random, 10), cols: size(random, 8) }) {
    return { ...shape, planes: { x: randomTable(random, shape) } };
  },
  solve({ x }) {
    const labels = neighbours(x!).map(({ label }) => label);
    return { prediction: labels.filter((label) => label === 1).length > labels.length / 2 ? 1 : 0 };
  },
  // One sweep, two a round. A row that is n away is counted in round n + 1; the query counts for those that are not
  // there, and is as far as there are columns. The round after is the last.
  steps: (_, cols, { x }) => {
    const found = neighbours(x!);
    const last = found.length < K ? cols : found[K - 1]!.far;
    return 1 + 2 * (last + 2);
  },
} satisfies Oracle;
