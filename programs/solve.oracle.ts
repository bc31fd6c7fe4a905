// Forward elimination column by column, then back substitution with free variables 0.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

type Row = readonly number[];

/** The pivots of the equations with their columns, and whether a contradiction is left. */
function eliminate(equations: readonly Row[], variables: number) {
  const pivots: { readonly col: number; readonly row: Row }[] = [];
  let rest = equations;
  for (let col = 0; col < variables; col++) {
    const row = rest.find((candidate) => candidate[col] === 1);
    if (row === undefined) continue;
    pivots.push({ col, row });
    rest = rest
      .filter((other) => other !== row)
      .map((other) => (other[col] === 1 ? other.map((bit, i) => bit ^ row[i]!) : other));
  }
  return { pivots, contradiction: rest.some((row) => row[variables] === 1) };
}

export default {
  generate(random, shape = { rows: size(random, 8), cols: size(random, 9) }) {
    const { rows, cols } = shape;
    const density = random();
    const hidden = Array.from({ length: cols - 1 }, () => Math.floor(random() * 2));
    const noise = random() < 0.7 ? 0 : 0.3;
    const x = Array.from({ length: rows }, () => {
      const left: number[] = Array.from({ length: cols - 1 }, () => (random() < density ? 1 : 0));
      const right = left.reduce((sum, bit, i) => sum ^ (bit & hidden[i]!), random() < noise ? 1 : 0);
      return [...left, right];
    });
    return { rows, cols, planes: { x } };
  },
  solve({ x }) {
    const variables = x![0]!.length - 1;
    const { pivots, contradiction } = eliminate(x!, variables);
    const values: number[] = Array(variables).fill(0);
    for (const { col, row } of [...pivots].reverse()) {
      values[col] = values.reduce((sum, value, i) => sum ^ (value & row[i]!), row[variables]!);
    }
    // Where there is no solution, only that is said.
    const bottom = contradiction ? [...values.map(() => null), 1] : [...values, 0];
    const v = x!.map((row, r) => (r === x!.length - 1 ? bottom : row.map(() => null)));
    return { planes: { v } };
  },
  steps: (rows) => rows + 2,
} satisfies Oracle;
