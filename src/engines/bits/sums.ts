// Digits of sums of weighted bits: by adders, or as functions of the bits where that takes fewer gates.

import type { Bdd, Bool } from "../../logic/bdd.ts";
import { sumDigits, type WeightedBit } from "./adders.ts";
import {
  type Circuit,
  FALSE,
  gateBuilder,
  gateOf,
  isNegated,
  not,
  reachable,
  type Signal,
} from "./bit-gates.ts";
import { boolean, MOST_VALUES, sumValues, type Values } from "./digital.ts";

/** `bias + factor * (sum of the terms)`, all weights positive. */
export interface PositiveSum {
  readonly bias: number;
  readonly factor: 1 | -1;
  readonly terms: readonly WeightedBit[];
}

/** A function of more bits than this is not looked at as a diagram, if there are adders. */
export const MOST_BITS = 12;
/** Adders are for sums up to here: their values are looked at one by one. */
export const MOST_SUM = 255;

/** The largest sum of the terms. */
export const mostOf = ({ terms }: PositiveSum): number => terms.reduce((sum, { weight }) => sum + weight, 0);

/** The same sum with positive weights, one term a gate; most weights keep their sign, or all but those change it. */
export function positiveSum(bias: number, terms: readonly WeightedBit[]): PositiveSum {
  const byGate = new Map<number, WeightedBit>();
  let constant = bias;
  for (const { weight, bit, row } of terms) {
    if (isNegated(bit)) constant += weight;
    const gate = gateOf(bit);
    const more = isNegated(bit) ? -weight : weight;
    if (gate !== 0) byGate.set(gate, { bit: 2 * gate, row, weight: (byGate.get(gate)?.weight ?? 0) + more });
  }
  const signed = [...byGate.values()].filter(({ weight }) => weight !== 0);
  const negative = signed.filter(({ weight }) => weight < 0).length;
  const factor = 2 * negative > signed.length ? -1 : 1;
  const positive = signed.map(({ weight, bit, row }) => {
    const inPlace = weight * factor > 0;
    if (!inPlace) constant += weight;
    return { weight: Math.abs(weight), bit: inPlace ? bit : not(bit), row };
  });
  return { bias: constant, factor, terms: positive };
}

/** Digits of what `worth` makes of the sum, which is never negative; least first. `bdd` is for diagrams on the way. */
export function digitsOf(
  circuit: Circuit,
  bdd: Bdd,
  sum: PositiveSum,
  worth: (sum: number) => number,
): Signal[] {
  const ways: (() => Signal[])[] = [];
  if (mostOf(sum) > MOST_SUM || sum.terms.length <= MOST_BITS)
    ways.push(() => byDiagram(circuit, bdd, sum, worth));
  if (mostOf(sum) <= MOST_SUM) ways.push(() => byAdders(circuit, bdd, sum, worth));
  return cheapest(circuit, ways);
}

/** Digits of the sum where it is positive, else of 0; least first. */
export function positiveDigits(circuit: Circuit, bdd: Bdd, sum: PositiveSum): Signal[] {
  const byValues = () => digitsOf(circuit, bdd, sum, (value) => Math.max(value, 0));
  if (mostOf(sum) <= MOST_SUM) return byValues();
  const isSmall = sum.terms.length <= MOST_BITS && mostOf(sum) < MOST_VALUES;
  return cheapest(circuit, [() => bySign(circuit, sum), ...(isSmall ? [byValues] : [])]);
}

/** Cleared where the sign is 1. */
function bySign(circuit: Circuit, sum: PositiveSum): Signal[] {
  const digits = signedDigits(circuit, sum);
  const isPositive = not(digits.at(-1)!);
  return digits.slice(0, -1).map((digit) => circuit.and(digit, isPositive));
}

/** The sum in two's complement, with as many digits as it and its sign take; the sign is the last one. */
export function signedDigits(circuit: Circuit, sum: PositiveSum): Signal[] {
  const { bias, factor } = sum;
  const digits = sumDigits(circuit, sum.terms);
  const size = 2 + Math.floor(Math.log2(mostOf(sum) + Math.abs(bias) + 1));
  // bias - s is bias + 1 plus all digits of s turned round.
  const constant = factor === 1 ? bias : bias + 1;
  let carry: Signal = FALSE;
  return Array.from({ length: size }, (_, at) => {
    const plain = digits[at] ?? FALSE;
    const digit = factor === 1 ? plain : not(plain);
    const isOn = Math.floor(constant / 2 ** at) % 2 !== 0;
    const both = circuit.xor(digit, carry);
    const next = isOn ? circuit.or(digit, carry) : circuit.and(digit, carry);
    carry = next;
    return isOn ? not(both) : both;
  });
}

/** Tries ways to make signals, and takes the one that adds the fewest gates. */
export function cheapest(circuit: Circuit, ways: readonly (() => Signal[])[]): Signal[] {
  const before = circuit.size;
  let best = { cost: Number.POSITIVE_INFINITY, at: 0 };
  let last: Signal[] = [];
  for (const [at, way] of ways.entries()) {
    circuit.rollBack(before);
    last = way();
    if (ways.length === 1) return last;
    const cost = reachable(circuit, last, before).length;
    if (cost < best.cost) best = { cost, at };
  }
  if (best.at === ways.length - 1) return last;
  circuit.rollBack(before);
  return ways[best.at]!();
}

function byDiagram(
  circuit: Circuit,
  bdd: Bdd,
  { bias, factor, terms }: PositiveSum,
  worth: (sum: number) => number,
): Signal[] {
  // Heavy bits decide most, so they stand near the root.
  const sorted = terms.toSorted((a, b) => b.weight - a.weight);
  const values = sumValues(
    bdd,
    { bias, terms: sorted.map(({ weight }, input) => ({ weight: factor * weight, input, row: 0, col: 0 })) },
    ({ input }) => boolean(bdd, bdd.variable(input)),
  );
  const build = gateBuilder(circuit, bdd, (variable) => sorted[variable]!.bit);
  return digitFunctions(bdd, values, worth).map(build);
}

/** The sum is added up, and its value looked at as a function of the sum's digits. */
function byAdders(circuit: Circuit, bdd: Bdd, sum: PositiveSum, worth: (sum: number) => number): Signal[] {
  const { bias, factor } = sum;
  const digits = sumDigits(circuit, sum.terms);
  const { values, care } = valuesOfDigits(
    bdd,
    (digit) => digits.length - 1 - digit,
    digits.length,
    mostOf(sum),
  );
  const shifted = new Map([...values].map(([value, when]) => [bias + factor * value, when]));
  const build = gateBuilder(circuit, bdd, (variable) => digits[digits.length - 1 - variable]!);
  return digitFunctions(bdd, shifted, worth).map((f) => build(bdd.restrict(f, care)));
}

/** A number up to `most` by its digits, which are variables; `care` is where they make no larger one. */
export function valuesOfDigits(
  bdd: Bdd,
  variableOf: (digit: number) => number,
  digits: number,
  most: number,
): { readonly values: Values; readonly care: Bool } {
  const values = new Map<number, Bool>();
  for (let value = 0; value <= most; value++) {
    const literals = Array.from({ length: digits }, (_, digit) => {
      const variable = bdd.variable(variableOf(digit));
      return Math.floor(value / 2 ** digit) % 2 === 1 ? variable : bdd.not(variable);
    });
    values.set(value, bdd.and(...literals));
  }
  return { values, care: bdd.or(...values.values()) };
}

/** The digits of `worth` a number, as functions. */
function digitFunctions(bdd: Bdd, values: Values, worth: (sum: number) => number): Bool[] {
  const made = [...values].map(([value, when]) => ({ value: worth(value), when }));
  const most = Math.max(...made.map(({ value }) => value));
  const length = most === 0 ? 0 : Math.floor(Math.log2(most)) + 1;
  return Array.from({ length }, (_, digit) =>
    bdd.or(...made.filter(({ value }) => Math.floor(value / 2 ** digit) % 2 === 1).map(({ when }) => when)),
  );
}

/** The last digit of a whole sum with weights of any sign. */
export function parityOf(circuit: Circuit, bias: number, terms: readonly WeightedBit[]): Signal {
  const odd = terms.filter(({ weight }) => weight % 2 !== 0).map(({ bit }) => bit);
  const start = bias % 2 === 0 ? FALSE : not(FALSE);
  return odd.reduce((sum, bit) => circuit.xor(sum, bit), start);
}
