// How sure a measured rate is: Wilson's interval (E. B. Wilson 1927), which holds for rates of 0 and 1 too.

import { percent } from "../../diagnostics/count.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";

export interface Rate {
  /** Between 0 and 1. */
  readonly rate: number;
  /** Both ends of the interval that contains the true rate with a confidence of 95%. */
  readonly interval: readonly [from: number, to: number];
}

/** The normal distribution's quantile for 95%. */
const Z = 1.959963984540054;

/** A rate out of `trials` trials, which need not be a whole number. */
export function wilson(rate: number, trials: number): Rate {
  const shrink = 1 / (1 + Z ** 2 / trials);
  const centre = shrink * (rate + Z ** 2 / (2 * trials));
  const half = shrink * Z * Math.sqrt((rate * (1 - rate)) / trials + Z ** 2 / (4 * trials ** 2));
  // At a rate of 0 or 1 the interval ends there, whatever is rounded.
  return {
    rate,
    interval: [rate === 0 ? 0 : Math.max(0, centre - half), rate === 1 ? 1 : Math.min(1, centre + half)],
  };
}

/** A rate with its interval: `40% (17% to 69%)`. */
export const showRate = ({ rate, interval: [from, to] }: Rate, digits = 0): string =>
  `${percent(rate, digits)} (${percent(from, digits)} to ${percent(to, digits)})`;

/**
 * The rate of right answers to several queries for each problem. Answers to one problem are alike, so that they count
 * as fewer trials than there are: as many independent ones as would spread that much between problems.
 * @throws InputError if more are right than there are
 */
export function clusteredRate(right: readonly number[], queries: number): Rate {
  const problems = right.length;
  const most = right.find((each) => each > queries);
  if (most !== undefined)
    throw new InputError(
      `found ${most} right answers to a problem of ${queries} queries, expected at most as many`,
    );
  const rate = right.reduce((sum, each) => sum + each, 0) / (problems * queries);
  const spread = right.reduce((sum, each) => sum + (each / queries - rate) ** 2, 0);
  const all = problems * queries;
  if (spread === 0 || problems < 2) return wilson(rate, rate === 0 || rate === 1 ? problems : all);
  const variance = spread / (problems - 1) / problems;
  return wilson(rate, Math.min(all, (rate * (1 - rate)) / variance));
}
