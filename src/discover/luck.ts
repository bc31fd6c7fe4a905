// What chance finds: among N candidates that answer at random, N / 2^points are right on so many points by luck. Where
// that is not small, to be right says nothing.

import { InputError } from "../diagnostics/diagnostic.ts";

/** Lucky candidates that may be expected. */
const MOST_LUCKY = 0.01;

/** How many lucky candidates are expected, as a power of two: among so many, with so many points that are right half of the time. */
export const luckOf = (tried: number, points: number): number => Math.log2(tried) - points;

/** Refuses a search whose problems are too few for the candidates that it may try. */
export function refuseLuck(tried: number, points: number): void {
  const luck = luckOf(tried, points);
  if (luck <= Math.log2(MOST_LUCKY)) return;
  const needed = Math.ceil(Math.log2(tried) - Math.log2(MOST_LUCKY));
  throw new InputError(
    `found ${points} answers in all problems, expected ${needed} or more: of 2^${Math.log2(tried).toFixed(0)} candidates ` +
      `that answer at random about ${expected(luck)} would be right on all of them; give more --problems or --queries`,
  );
}

const expected = (luck: number): string =>
  luck > 10 ? `2^${luck.toFixed(0)}` : (2 ** luck).toLocaleString("en-US", { maximumSignificantDigits: 1 });
