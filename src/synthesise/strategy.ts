// The choices that the structural synthesis leaves open. None is best for all programs, and each takes moments: so
// several are tried.

export interface Strategy {
  /** A bit that several read becomes a unit of its own from this number of terms on. */
  readonly bitTerms: number;
  /** The same of a number. */
  readonly numberTerms: number;
  /** A disjunction of at most this number of products is multiplied out in a conjunction. */
  readonly distribute: number;
  /** Decision lists of more cases than this, where several can meet, are decided by ranks. */
  readonly rankAfter: number;
  /** What a further layer costs, in non-zero numbers: values that are needed later are copied. */
  readonly levelPrice: number;
  /** Thresholds of fields that are read as numbers are units of 0 or 1: fewer numbers, in a layer more. */
  readonly unitSteps: boolean;
}

const USUAL: Strategy = {
  bitTerms: 3,
  numberTerms: 3,
  distribute: 3,
  rankAfter: 9,
  levelPrice: 0,
  unitSteps: false,
};
const SMALL_UNITS = { bitTerms: 2, numberTerms: 2, levelPrice: 4 };
const LARGE_UNITS = { bitTerms: 5, numberTerms: 5 };

/** Those that are best for some program of the library, the usual one first. */
export const STRATEGIES: readonly Strategy[] = [
  USUAL,
  { ...USUAL, rankAfter: 5 },
  { ...USUAL, ...LARGE_UNITS },
  { ...USUAL, ...LARGE_UNITS, distribute: 0, rankAfter: 5 },
  { ...USUAL, ...SMALL_UNITS },
  { ...USUAL, ...SMALL_UNITS, distribute: 0 },
  { ...USUAL, distribute: 0 },
];

/** Those that are tried where some fields are read as numbers. */
export const NUMBER_STRATEGIES: readonly Strategy[] = [
  ...STRATEGIES,
  { ...USUAL, unitSteps: true },
  { ...USUAL, ...LARGE_UNITS, unitSteps: true },
  { ...USUAL, ...SMALL_UNITS, unitSteps: true },
];
