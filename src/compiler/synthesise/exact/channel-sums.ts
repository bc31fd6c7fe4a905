// Functions that are sums of channels: a literal, its complement, "one of these enum values", "ahead or off
// the grid". They cost no unit of their own. Only codes that exclude each other make more than literals.

import { memo } from "../../../diagnostics/memo.ts";
import type { Bool } from "../../../logic/bdd.ts";
import type { Functions } from "./boolean-functions.ts";
import type { GateForm } from "./exact-gates.ts";

/** Functions of more channels than this have too many signs to try. */
const MOST_SIGNS = 6;

/** Functions of more assignments than this are never tried. */
const MOST_CASES = 128;

interface Case {
  readonly inputs: readonly number[];
  readonly value: number;
}

/** `f` as `constant + sum of +-channel` on every assignment that can occur, or null. */
export function linearForm(f: Bool, functions: Functions): GateForm | null {
  const { variables } = functions;
  const support = variables.bdd.support(f);
  if (support.some((index) => variables.variable(index).tag !== "literal")) return null;
  if (support.length > 1 && !sameCode(support, functions)) return null;
  const rows = functions.occurring(support, MOST_CASES);
  if (rows === null) return null;
  const cases = rows.map((row) => ({
    inputs: support.map((variable) => row.get(variable)!),
    value: variables.bdd.evaluate(f, (variable) => row.get(variable)!),
  }));
  const found = support.length <= MOST_SIGNS ? fewest(cases, support.length) : oneByOne(cases);
  if (found === null) return null;
  const [constant, ...weights] = found;
  return {
    constant: constant!,
    terms: support.filter((_, at) => weights[at] !== 0),
    weights: weights.filter((weight) => weight !== 0),
  };
}

/** Only the channels of one cell can exclude each other. */
function sameCode(support: readonly number[], { variables }: Functions): boolean {
  const places = new Set(
    support.map((index) => {
      const variable = variables.variable(index);
      return variable.tag === "literal" ? variable.place : "";
    }),
  );
  return places.size === 1 && variables.care(support) !== 1;
}

/** Finds the row with the fewest non-zeros among all signs that fit. */
function fewest(cases: readonly Case[], length: number): readonly number[] | null {
  return signsOf(length + 1).find((signs) => fits(cases, signs)) ?? null;
}

/** Reads the weights off the cases in order of their ones: each may bring one new weight. */
function oneByOne(cases: readonly Case[]): readonly number[] | null {
  const ones = ({ inputs }: Case): number => inputs.reduce((sum, input) => sum + input, 0);
  const known = new Map<number, number>();
  for (const { inputs, value } of cases.toSorted((a, b) => ones(a) - ones(b))) {
    const lit = [0, ...inputs.flatMap((input, at) => (input === 1 ? [at + 1] : []))];
    const unknown = lit.filter((at) => !known.has(at));
    if (unknown.length > 1) return null;
    const sum = lit.reduce((total, at) => total + (known.get(at) ?? 0), 0);
    if (unknown[0] !== undefined) known.set(unknown[0], value - sum);
  }
  const weights = [0, ...(cases[0]?.inputs ?? []).map((_, at) => at + 1)].map((at) => known.get(at) ?? 0);
  return weights.every((weight) => Math.abs(weight) <= 1) && fits(cases, weights) ? weights : null;
}

function fits(cases: readonly Case[], [constant, ...weights]: readonly number[]): boolean {
  return cases.every(
    ({ inputs, value }) =>
      inputs.reduce<number>((sum, input, at) => sum + input * weights[at]!, constant!) === value,
  );
}

/** All rows of -1, 0 and 1 of a length, the fewest non-zeros first; the first entry is 0 or 1. */
const signsOf = memo((length: number): readonly (readonly number[])[] => {
  let rows: number[][] = [[]];
  for (let at = 0; at < length; at++)
    rows = rows.flatMap((row) => (at === 0 ? [0, 1] : [0, 1, -1]).map((sign) => [...row, sign]));
  const size = (row: readonly number[]) => row.filter((sign) => sign !== 0).length;
  return rows.sort((a, b) => size(a) - size(b));
});
