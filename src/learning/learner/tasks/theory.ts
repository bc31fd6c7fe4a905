// What is known of the learners that tasks are for: chances at a number of features and examples, and where they come from.

export interface Theory {
  /** Says of which learner this holds, and who has proved it. */
  readonly says: string;
  /** Whether chances are lower bounds; else they are exact. */
  readonly isBound?: true;
  chances(size: { readonly features: number; readonly examples: number }): Chances;
}

/** Probabilities over random problems; those that nothing is known of are absent. */
export interface Chances {
  /** Probability that the examples have as many independent rows as features. */
  readonly determined?: number;
  /** Probability that all queries are answered rightly. */
  readonly exact?: number;
  /** Probability that one query is. */
  readonly accuracy?: number;
}

/**
 * A learner that agrees with its examples by a rule out of a finite class is wrong with probability e or more with probability
 * |H| (1 - e)^m at most (A. Blumer et al. 1987): on average with probability (ln |H| + 1) / m at most.
 */
export const ofFiniteClass = (logarithm: number, examples: number): Chances => ({
  accuracy: atLeastZero(1 - (logarithm + 1) / examples),
});

/** A learner with a mistake bound errs in that share of m examples at most, on average over its time. */
export const ofMistakes = (mistakes: number, examples: number): Chances => ({
  accuracy: atLeastZero(1 - mistakes / examples),
});

/** The chance that most of `votes` independent votes are right, each with that chance; a tie counts half. */
export function chanceOfMajority(votes: number, right: number): number {
  return binomial(votes, right).reduce(
    (sum, chance, k) => sum + chance * (2 * k > votes ? 1 : 2 * k === votes ? 0.5 : 0),
    0,
  );
}

/** The chances of 0, 1, ... and `count` successes. */
export function binomial(count: number, chance: number): number[] {
  let chances = [1];
  for (let at = 0; at < count; at++)
    chances = [...chances, 0].map((each, k) => each * (1 - chance) + (chances[k - 1] ?? 0) * chance);
  return chances;
}

/** Bounds that say nothing are 0. */
export const atLeastZero = (bound: number): number => Math.max(0, bound);
