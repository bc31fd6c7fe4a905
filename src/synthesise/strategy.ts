// The choices that the structural synthesis leaves open. None is best for all programs, and each takes moments: so
// several are tried.

export interface Strategy {
  /** A bit that several read becomes a unit of its own from so many terms on. */
  readonly bitTerms: number;
  /** The same of a number. */
  readonly numberTerms: number;
  /** A disjunction of so many products at most is multiplied out in a conjunction. */
  readonly distribute: number;
  /** Decision lists of more cases than this, where several can meet, are decided by ranks. */
  readonly rankAfter: number;
  /** What a further layer costs, in non-zero numbers: values that are needed later are copied. */
  readonly levelPrice: number;
}

const USUAL: Strategy = { bitTerms: 3, numberTerms: 3, distribute: 3, rankAfter: 5, levelPrice: 0 };

/** The usual one first. */
export const STRATEGIES: readonly Strategy[] = [3, 2, 5].flatMap((bitTerms) =>
  [3, 0].flatMap((distribute) =>
    [5, 9].flatMap((rankAfter) =>
      [0, 4].map((levelPrice) => ({ ...USUAL, bitTerms, numberTerms: bitTerms, distribute, rankAfter, levelPrice })),
    ),
  ),
);
