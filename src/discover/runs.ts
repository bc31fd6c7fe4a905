// From a classifier to an algorithm (paper, section 5): how often the first candidate that is right on K problems is right on
// all others, too. One run is one search; runs differ in their seeds.

import type { CheckedProgram } from "../analyse/checked.ts";
import { luckOf } from "./luck.ts";
import { Search, type SearchPlan } from "./search.ts";

/** A search that ends at the first candidate that is kept, without a look at smaller problems. */
export interface RunJob {
  readonly problems: number;
  readonly seed: number;
  /** Candidates that it tries at most. */
  readonly most: number;
}

export interface RunResult {
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
): RunResult {
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
