// Units as functions of weighted sums of bits. Units that add up the same bits with the same weights are ramps of one sum,
// and what they add up to is often a step: relu(s - 2) - relu(s - 3) is 1 where s is at least 3. A comparison takes few
// gates, while each of the ramps would be a number of several digits.

import type { Bdd } from "../../logic/bdd.ts";
import { bitsFor } from "../../network/network.ts";
import { sumDigits, type WeightedBit } from "./adders.ts";
import { type Circuit, FALSE, gateOf, isNegated, not, type Signal, TRUE } from "./bit-gates.ts";
import { MOST_VALUES } from "./digital.ts";
import {
  digitsOf,
  MOST_BITS,
  mostOf,
  type PositiveSum,
  positiveDigits,
  positiveSum,
  signedDigits,
} from "./sums.ts";

/** A whole number of some bits and a constant, all of it between `least` and `most`. */
export interface RampPart {
  readonly bits: readonly WeightedBit[];
  readonly constant: number;
  readonly least: number;
  readonly most: number;
}

/** The same number n times. */
export function scaled({ bits, constant, least, most }: RampPart, weight: number): RampPart {
  const ends = [least * weight, most * weight];
  return {
    bits: bits.map((each) => ({ ...each, weight: each.weight * weight })),
    constant: constant * weight,
    least: Math.min(...ends),
    most: Math.max(...ends),
  };
}

/** A number that is never negative, by its digits. */
export function partOfDigits(digits: readonly Signal[], least: number, most: number, row = 0): RampPart {
  const bits = digits.map((bit, digit) => ({ weight: 2 ** digit, bit, row }));
  return { bits, constant: 0, least, most };
}

/** A weighted sum of bits that are not negated, the first one with a positive weight, and between which numbers it is. */
interface BitSum {
  readonly key: string;
  readonly terms: readonly WeightedBit[];
  readonly least: number;
  readonly most: number;
}

/** `relu(sign * sum + constant)` */
export interface Ramp {
  readonly of: BitSum;
  readonly sign: 1 | -1;
  readonly constant: number;
}

/** The ramp over a sum of parts. */
export function rampOf(bias: number, parts: readonly RampPart[]): Ramp {
  const weights = new Map<number, WeightedBit>();
  let constant = parts.reduce((all, part) => all + part.constant, bias);
  for (const { weight, bit, row } of parts.flatMap(({ bits }) => bits)) {
    const gate = gateOf(bit);
    if (isNegated(bit)) constant += weight;
    const more = (weights.get(gate)?.weight ?? 0) + (isNegated(bit) ? -weight : weight);
    if (gate !== 0) weights.set(gate, { weight: more, bit: 2 * gate, row });
  }
  const found = [...weights.values()].filter(({ weight }) => weight !== 0).sort((a, b) => a.bit - b.bit);
  const sign = found.length > 0 && found[0]!.weight < 0 ? -1 : 1;
  const terms = found.map((term) => ({ ...term, weight: term.weight * sign }));
  const ends = [
    sign * (parts.reduce((all, { least }) => all + least, bias) - constant),
    sign * (parts.reduce((all, { most }) => all + most, bias) - constant),
  ];
  const key = terms.map(({ weight, bit }) => `${weight} ${bit}`).join();
  // Parts know which of their bits go together, terms which bits parts share: neither says all of where the sum ends.
  const lowest = terms.reduce((sum, { weight }) => sum + Math.min(weight, 0), 0);
  const highest = terms.reduce((sum, { weight }) => sum + Math.max(weight, 0), 0);
  const [least, most] = [Math.max(lowest, Math.min(...ends)), Math.min(highest, Math.max(...ends))];
  return { of: { key, terms, least, most }, sign, constant };
}

/** The largest and the least sum under a ramp. */
const most = ({ of, sign, constant }: Ramp): number => (sign === 1 ? of.most : -of.least) + constant;
const least = ({ of, sign, constant }: Ramp): number => (sign === 1 ? of.least : -of.most) + constant;

/** Makes ramps and steps of sums into gates; what is asked for again is the same. */
export class RampSums {
  readonly #circuit: Circuit;
  readonly #bdd: Bdd;

  constructor(circuit: Circuit, bdd: Bdd) {
    this.#circuit = circuit;
    this.#bdd = bdd;
  }

  /** Returns what ramps of one sum add up to: as steps, if those are no more than the ramps. */
  add(weighted: readonly { readonly ramp: Ramp; readonly weight: number }[]): RampPart[] {
    const { of } = weighted[0]!.ramp;
    const valueAt = (sum: number): number =>
      weighted.reduce((all, { ramp: { sign, constant }, weight }) => {
        return all + weight * Math.max(sign * sum + constant, 0);
      }, 0);
    const jumps = jumpsOf(
      of,
      weighted.map(({ ramp }) => -ramp.sign * ramp.constant),
      valueAt,
      weighted.length,
    );
    if (jumps === null) return weighted.map(({ ramp, weight }) => scaled(this.ramp(ramp), weight));
    const bits = jumps.map(({ at, weight }) => ({ weight, bit: this.#isAtLeast(of, at), row: 0 }));
    const values = [of.least, ...jumps.map(({ at }) => at)].map(valueAt);
    return [{ bits, constant: values[0]!, least: Math.min(...values), most: Math.max(...values) }];
  }

  /** One ramp as a number. */
  ramp(ramp: Ramp): RampPart {
    const [low, high] = [Math.max(least(ramp), 0), Math.max(most(ramp), 0)];
    const digits = high === 0 ? [] : this.#digits(positiveOf(ramp), least(ramp));
    return partOfDigits(digits.slice(0, bitsFor(high)), low, high);
  }

  /** The digits of a sum that is at least so much, or of 0. */
  #digits(sum: PositiveSum, least: number): Signal[] {
    if (least >= 0) return signedDigits(this.#circuit, sum).slice(0, -1);
    return positiveDigits(this.#circuit, this.#bdd, sum);
  }

  #isAtLeast(of: BitSum, bound: number): Signal {
    if (bound <= of.least) return TRUE;
    if (bound > of.most) return FALSE;
    const sum = positiveOf({ of, sign: 1, constant: 0 });
    if (sum.terms.length <= MOST_BITS && mostOf(sum) < MOST_VALUES)
      return digitsOf(this.#circuit, this.#bdd, sum, (value) => (value >= bound ? 1 : 0))[0] ?? FALSE;
    const isUp = sum.factor === 1;
    const digits = sumDigits(this.#circuit, sum.terms);
    const above = isBeyond(this.#circuit, digits, isUp ? bound - sum.bias - 1 : sum.bias - bound);
    return isUp ? above : not(above);
  }
}

const positiveOf = ({ of, sign, constant }: Ramp): PositiveSum =>
  positiveSum(
    constant,
    of.terms.map((term) => ({ ...term, weight: sign * term.weight })),
  );

/** Tells where a function of a sum, straight between some places, changes, and by how much; null if that is too often. */
function jumpsOf(
  of: BitSum,
  breaks: readonly number[],
  valueAt: (sum: number) => number,
  many: number,
): readonly { readonly at: number; readonly weight: number }[] | null {
  const inside = breaks.filter((at) => at > of.least && at < of.most);
  const ends = [...new Set([of.least, ...inside, of.most])].sort((a, b) => a - b);
  const jumps: { at: number; weight: number }[] = [];
  for (const [at, end] of ends.slice(1).entries()) {
    const start = ends[at]!;
    const weight = valueAt(start + 1) - valueAt(start);
    if (weight === 0) continue;
    if (jumps.length + end - start > many) return null;
    for (let place = start + 1; place <= end; place++) jumps.push({ at: place, weight });
  }
  return jumps;
}

/** Tells whether digits make a number beyond another one, which is not negative. */
export const isBeyond = (circuit: Circuit, digits: readonly Signal[], bound: number): Signal =>
  Array.from({ length: Math.max(digits.length, bitsFor(bound)) }).reduce<Signal>((beyond, _, at) => {
    const digit = digits[at] ?? FALSE;
    const isOn = Math.floor(bound / 2 ** at) % 2 === 1;
    return isOn ? circuit.and(digit, beyond) : circuit.or(digit, beyond);
  }, FALSE);
