// When do random examples determine a parity? When their matrix has full rank over GF(2). The rank of a uniform
// matrix has a known distribution (G. Landsberg 1893), so that the sample curve of parity is known exactly.

import type { Example } from "./memory.ts";

/** Chances of a learner that answers by some parity that agrees with its examples. */
export interface ParityChances {
  /** That m examples of d features have rank d: the product of 1 - 2^-(m - d + i) for i from 1 to d. */
  readonly determined: number;
  /** That it found the hidden parity: also where k dimensions are left open, a guess is right once in 2^k. */
  readonly exact: number;
  /** That it answers a uniform query rightly: always with the hidden parity, else half of the time. */
  readonly accuracy: number;
}

export function parityChances(features: number, examples: number): ParityChances {
  const chances = rankChances(features, examples);
  const exact = chances.reduce((sum, chance, rank) => sum + chance * 2 ** (rank - features), 0);
  return { determined: chances[features] ?? 0, exact, accuracy: (1 + exact) / 2 };
}

/** `chances[r]`: that a uniform matrix of m rows and d columns has rank r. */
const rankChances = (d: number, m: number): number[] =>
  Array.from({ length: Math.min(d, m) + 1 }, (_, rank) => {
    let chance = 2 ** -((d - rank) * (m - rank));
    for (let i = 0; i < rank; i++)
      chance *= ((1 - 2 ** (i - d)) * (1 - 2 ** (i - m))) / (1 - 2 ** (i - rank));
    return chance;
  });

/** The rank over GF(2) of the examples' features, +1 being 1. */
export function rankOf(examples: readonly Pick<Example, "features">[]): number {
  const pivots: bigint[] = [];
  for (const { features } of examples) {
    let row = BigInt(`0b${features.map((value) => (value === 1 ? 1 : 0)).join("") || "0"}`);
    // Reduced by a pivot, a row is smaller exactly if it had the pivot's leading bit.
    for (const pivot of pivots) if ((row ^ pivot) < row) row ^= pivot;
    if (row === 0n) continue;
    pivots.push(row);
    pivots.sort((one, other) => (one < other ? 1 : -1));
  }
  return pivots.length;
}
