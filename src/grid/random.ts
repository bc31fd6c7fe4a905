// Seeded random numbers: every random run takes its generator as an argument and prints the seed.

import { InputError } from "../diagnostics/diagnostic.ts";

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, below). */
  int(below: number): number;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, enough for tests and shuffles. */
export function seededRandom(seed: number): Random {
  if (!Number.isInteger(seed)) throw new InputError(`found ${seed} as the seed, expected a whole number`);
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return { next, int: (below) => Math.floor(next() * below) };
}

/** A number from the standard normal distribution (Box and Muller 1958). */
export const gaussian = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** The items in random order, every order equally likely (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const all = [...items];
  for (let at = all.length - 1; at > 0; at--) {
    const other = random.int(at + 1);
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all;
}
