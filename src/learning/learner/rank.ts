// When do random examples determine a parity? When their matrix has full rank over GF(2). The rank of a uniform
// matrix has a known distribution (G. Landsberg 1893), so that the sample curve of parity is known exactly.

import type { Example } from "./memory-layer.ts";

/** Chances of a learner that answers by some parity that agrees with its examples. */
export interface ParityChances {
  /** Probability that m examples of d features have rank d: the product of 1 - 2^-(m - d + i) for i from 1 to d. */
  readonly determined: number;
  /** Probability that it found the hidden parity: also where k dimensions are left open, a guess is right once in 2^k. */
  readonly exact: number;
  /** Probability that it answers a uniform query rightly: always with the hidden parity, else half of the time. */
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

/** The rank over GF(p) of the examples' features, +1 being 1. */
export function rankOf(examples: readonly Pick<Example, "features">[], p = 2): number {
  const mod = (value: number): number => ((value % p) + p) % p;
  const pivots: { readonly lead: number; readonly row: readonly number[] }[] = [];
  for (const { features } of examples) {
    let row = features.map((value): number => (value === 1 ? 1 : 0));
    // To divide by the pivot's leading value, the row is multiplied by it.
    for (const { lead, row: pivot } of pivots) {
      const [by, of] = [pivot[lead]!, row[lead]!];
      if (of !== 0) row = row.map((value, at) => mod(by * value - of * pivot[at]!));
    }
    const lead = row.findIndex((value) => value !== 0);
    if (lead >= 0) pivots.push({ lead, row });
  }
  return pivots.length;
}
