// Functions that are sums of channels: a literal, its complement, "one of these enum values", "ahead or off
// the grid". They cost no unit of their own. Only codes that exclude each other make more than literals.

import type { Bool } from "../logic/bdd.ts";
import type { Functions } from "./functions.ts";
import type { Form } from "./gates.ts";

/** More inputs than this are never tried. */
const WIDEST = 6;

/** `f` as `constant + sum of +-channel` on every assignment that can occur, or null. */
export function linearForm(f: Bool, functions: Functions): Form | null {
  const { variables } = functions;
  const support = variables.bdd.support(f);
  if (support.length > WIDEST) return null;
  if (support.some((index) => variables.variable(index).tag !== "literal")) return null;
  if (support.length > 1 && variables.care(support) === 1) return null;
  const rows = functions.occurring(support).map((row) => ({
    inputs: support.map((variable) => row.get(variable)!),
    value: variables.bdd.evaluate(f, (variable) => row.get(variable)!),
  }));
  for (const [constant, ...weights] of SIGNS[support.length + 1]!) {
    const fits = rows.every(
      ({ inputs, value }) =>
        inputs.reduce<number>((sum, input, at) => sum + input * weights[at]!, constant!) === value,
    );
    if (!fits) continue;
    const terms = support.map((variable, at) => [variable, weights[at]!] as const);
    return { constant: constant!, terms: new Map(terms.filter(([, weight]) => weight !== 0)) };
  }
  return null;
}

/** By length: all rows of -1, 0 and 1, the fewest non-zeros first; the first entry is 0 or 1. */
const SIGNS: readonly (readonly (readonly number[])[])[] = Array.from({ length: WIDEST + 2 }, (_, length) =>
  signPatterns(length),
);

function signPatterns(length: number): number[][] {
  const rows = Array.from({ length }).reduce<number[][]>(
    (rows, _, at) => rows.flatMap((row) => (at === 0 ? [0, 1] : [0, 1, -1]).map((sign) => [...row, sign])),
    [[]],
  );
  const size = (row: readonly number[]) => row.filter((sign) => sign !== 0).length;
  return rows.sort((a, b) => size(a) - size(b));
}
