// From a classifier to an algorithm (paper, section 5): how often the first candidate that is right on K problems is right on
// all others, too. One run is one search; runs differ in their seeds.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { Search, type SearchPlan } from "./search.ts";

/** A search that ends at the first candidate that is kept, without a look at smaller problems. */
export interface RunJob {
  readonly problems: number;
  readonly seed: number;
  /** Candidates that it tries at most. */
  readonly most: number;
}

export interface SearchRun {
  readonly tried: number;
  readonly isKept: boolean;
  /** Whether what is kept is right on larger problems, too. */
  readonly isExact: boolean;
  /** Candidates that are expected to be kept by luck, among those that were tried, as a power of two. */
  readonly luck: number;
}

export function runOnce(
  sketch: CheckedProgram,
  plan: SearchPlan,
  { problems, seed, most }: RunJob,
): SearchRun {
  const search = new Search(sketch, { ...plan, problems, seed, hasSmall: false });
  let tried = 0;
  for (let number = 0; number < search.jobs && tried < most; number++) {
    const result = search.job(number);
    const [first] = result.kept;
    tried += result.tried;
    if (first === undefined) continue;
    return { tried, isKept: true, isExact: first.isExact, luck: luckOf(tried, search.points) };
  }
  return { tried, isKept: false, isExact: false, luck: luckOf(tried, search.points) };
}

// What chance finds: among N candidates that answer at random, N / 2^points are right on all of them by luck. Where
// that is not small, to be right says nothing.

/** Lucky candidates that may be expected. */
const MOST_LUCKY = 0.01;

/**
 * Returns how many lucky candidates are expected, as a power of two: by the number of candidates and of points, each of
 * which is right half of the time.
 */
const luckOf = (tried: number, points: number): number => Math.log2(tried) - points;

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
