// Elimination over GF(3) column by column with inverses, then back substitution with free variables 0. Rows left without a
// pivot are ignored, also where their labels contradict the others. That the two agree on all data is explained in
// gf2.oracle.ts.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

const P = 3;

const mod = (value: number) => ((value % P) + P) % P;

const inverse = (value: number): number =>
  Array.from({ length: P }, (_, at) => at).find((each) => mod(each * value) === 1)!;

type Row = readonly number[];

/** Pivot rows with a leading 1, each of them 0 in the pivot columns before its own. */
function eliminate(data: readonly Row[], variables: number): { readonly col: number; readonly row: Row }[] {
  let rest = data;
  const pivots: { readonly col: number; readonly row: Row }[] = [];
  for (let col = 0; col < variables; col++) {
    const chosen = rest.find((candidate) => candidate[col] !== 0);
    if (chosen === undefined) continue;
    const row = chosen.map((value) => mod(value * inverse(chosen[col]!)));
    pivots.push({ col, row });
    rest = rest
      .filter((other) => other !== chosen)
      .map((other) => other.map((value, at) => mod(value - other[col]! * row[at]!)));
  }
  return pivots;
}

export default {
  generate(random, shape = { rows: size(random, 9), cols: size(random, 8) }) {
    const { rows, cols } = shape;
    const density = random();
    const hidden = Array.from({ length: cols - 1 }, () => Math.floor(random() * P));
    const noise = random() < 0.5 ? 0 : random() / 2;
    const draw = (): number[] => {
      for (let tries = 0; ; tries++) {
        const features = Array.from({ length: cols - 1 }, (): number => (random() < density ? 1 : 0));
        const sum = mod(features.reduce((total, value, at) => total + value * hidden[at]!, 0));
        // Only a few sums are neither 0 nor 1, unless there are hardly any others.
        if (sum < 2 || tries > 20)
          return [...features, random() < noise ? 1 - Math.min(sum, 1) : Math.min(sum, 1)];
      }
    };
    const x = Array.from({ length: rows }, (_, row) =>
      row === rows - 1 ? [...draw().slice(0, -1), 0] : draw(),
    );
    return { rows, cols, planes: { x } };
  },
  solve({ x }) {
    const variables = x![0]!.length - 1;
    const coefficients: number[] = Array(variables).fill(0);
    for (const { col, row } of eliminate(x!.slice(0, -1), variables).reverse()) {
      const known = coefficients.reduce((sum, value, at) => sum + value * row[at]!, 0);
      coefficients[col] = mod(row[variables]! - known);
    }
    const query = x![x!.length - 1]!;
    const sum = coefficients.reduce((total, value, at) => total + value * query[at]!, 0);
    return { prediction: mod(sum) === 0 ? 0 : 1 };
  },
  steps: (rows) => rows + 2,
} satisfies Oracle;
