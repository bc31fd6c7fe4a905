// What a network computes in one step, unit by unit from its weights: each unit's sum is a polynomial, and so is what
// the rectifier's lemmas make of it.

import type { Network } from "../../../network/network.ts";
import { stepOf, type Weighted } from "../../../network/step.ts";
import { TAPS } from "../functions.ts";
import { addTo, type Growing } from "./algebra.ts";
import type { Reads } from "./reads.ts";
import type { Rectifier } from "./rectifier.ts";
import { type Polynomial, type Space, UNIT } from "./space.ts";

/** A sum of a unit, or what it hands on; `parts` are what it adds up, that of one key together. */
interface UnitValue {
  readonly value: Polynomial;
  readonly mayBeNegative: boolean;
  parts(): Polynomial[];
}

/** The next value of every channel. */
export function channelPolynomials(network: Network, reads: Reads, rectifier: Rectifier): Polynomial[] {
  const { channels } = network;
  const { next } = stepOf<UnitValue>(network, {
    input(channel, tap) {
      const value = reads.channel(channels[channel]!.code, TAPS[tap]!);
      return { value, mayBeNegative: false, parts: () => [value] };
    },
    sum: (terms, bias) => ({
      value: sumOf(terms, bias),
      // Units and channels are never negative.
      mayBeNegative: bias < 0 || terms.some(({ weight }) => weight < 0),
      parts: () => partsOf(terms, rectifier.space),
    }),
    rectify: (sum) =>
      sum.mayBeNegative ? { ...sum, value: rectifier.relu(sum.value, () => sum.parts()) } : sum,
  });
  return channels.map((_, channel) => next(channel).value);
}

function sumOf(terms: readonly Weighted<UnitValue>[], bias: number): Polynomial {
  const sum: Growing = new Map();
  if (bias !== 0) sum.set(UNIT, bias);
  for (const { of, weight } of terms) addTo(sum, of.value, weight);
  return sum;
}

function partsOf(terms: readonly Weighted<UnitValue>[], space: Space): Polynomial[] {
  const groups = new Map<string, Growing>();
  for (const [at, { of, weight }] of terms.entries()) {
    const key = onlyKey(of.value, space);
    const name = key === null ? `unit ${at}` : `key ${key}`;
    groups.set(name, addTo(groups.get(name) ?? new Map(), of.value, weight));
  }
  return [...groups.values()];
}

/** The key of all atoms of a polynomial, or null where there are several. */
function onlyKey(of: Polynomial, space: Space): number | null {
  let only: number | null = null;
  for (const monomial of of.keys()) {
    for (let at = monomial; at !== UNIT; at = space.shorter(at)) {
      const { key } = space.lastAtom(at);
      if (only !== null && only !== key) return null;
      only = key;
    }
  }
  return only;
}
