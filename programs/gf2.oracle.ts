// Textbook elimination, column by column: the pivot of a column is the topmost row that has a 1 there and is
// not yet a pivot. Then back substitution, with free variables 0, gives a parity, which is applied to the
// query. Rows left without a pivot are ignored, also where their labels contradict the others.
//
// The program goes row by row instead, and reduces the query along the way. Both use the same pivot rows and
// columns: the topmost independent rows, and the leading columns of their span, which do not depend on the
// order of elimination. So the reduced query is 0 in all pivot columns, the free variables contribute nothing
// to its label, and the two agree on all data, also where these do not determine the answer.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

interface Pivot {
  readonly col: number;
  /** The coefficients and the label. */
  readonly row: readonly number[];
}

/** The pivot rows, each of them 0 in the pivot columns before its own. */
function eliminate(data: readonly (readonly number[])[], variables: number): Pivot[] {
  let rest = data;
  const pivots: Pivot[] = [];
  for (let col = 0; col < variables; col++) {
    const row = rest.find((candidate) => candidate[col] === 1);
    if (row === undefined) continue;
    pivots.push({ col, row });
    rest = rest
      .filter((other) => other !== row)
      .map((other) => (other[col] === 1 ? other.map((bit, i) => (bit + row[i]!) % 2) : other));
  }
  return pivots;
}

function backSubstitute(pivots: readonly Pivot[], variables: number): number[] {
  const parity: number[] = Array(variables).fill(0);
  for (const { col, row } of [...pivots].reverse()) {
    const known = parity.reduce((sum, bit, i) => sum + bit * row[i]!, 0);
    parity[col] = (row[variables]! + known) % 2;
  }
  return parity;
}

export default {
  generate(random, shape = { rows: size(random, 9), cols: size(random, 8) }) {
    const { rows, cols } = shape;
    const density = random();
    const bit = (): number => (random() < density ? 1 : 0);
    const hidden = Array.from({ length: cols - 1 }, () => Math.floor(random() * 2));
    const noise = random() < 0.5 ? 0 : random() / 2;
    const x = Array.from({ length: rows }, (_, row) => {
      const features = Array.from({ length: cols - 1 }, bit);
      const label = features.reduce((sum, value, i) => sum + value * hidden[i]!, 0) % 2;
      const asked = row === rows - 1;
      return [...features, asked ? 0 : random() < noise ? 1 - label : label];
    });
    return { rows, cols, planes: { x } };
  },
  solve({ x }) {
    const variables = x![0]!.length - 1;
    const parity = backSubstitute(eliminate(x!.slice(0, -1), variables), variables);
    const query = x![x!.length - 1]!;
    return { prediction: parity.reduce((sum, bit, i) => sum + bit * query[i]!, 0) % 2 };
  },
  steps: (rows) => rows + 1,
} satisfies Oracle;
