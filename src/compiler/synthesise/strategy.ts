// The choices that the structural synthesis leaves open. None is best for all programs, and each takes moments: so
// several are tried.

export interface Strategy {
  /** A bit that several read becomes a unit of its own from this number of terms on. */
  readonly bitTerms: number;
  /** A number that several read becomes a unit of its own from this number of terms on. */
  readonly numberTerms: number;
  /** A disjunction of at most this number of products is multiplied out in a conjunction. */
  readonly distribute: number;
  /** Decision lists of more cases than this, where several can meet, are decided by ranks. */
  readonly rankAfter: number;
  /** Terms from which on it is a unit that a field has its first value, which has no channel. */
  readonly firstTerms: number;
  /** What a further layer costs, in non-zero numbers: values that are needed later are copied. */
  readonly levelPrice: number;
  /** Thresholds of fields that are read as numbers are units of 0 or 1: fewer numbers, in a layer more. */
  readonly unitSteps: boolean;
  /** Thresholds of numbers that are made of others are made of theirs: right where those cost nothing. */
  readonly splitSteps: boolean;
  /** Chains become trees: more units, fewer layers. */
  readonly balanced: boolean;
  /** Products and quotients are made of digits: fewer units, more layers. */
  readonly digits: boolean;
}

/** What is decided by how long something is. */
type Length = "bitTerms" | "numberTerms" | "distribute" | "rankAfter" | "firstTerms";

/** What a strategy has decided, and so which other strategies would have decided the same throughout. */
export class Decisions {
  readonly #strategy: Strategy;
  /** What the strategy may be instead, name by name. */
  readonly #least = new Map<keyof Strategy, number>();
  readonly #most = new Map<keyof Strategy, number>();

  constructor(strategy: Strategy) {
    this.#strategy = strategy;
  }

  /** Tells whether a length is at least what the strategy says. */
  reaches(name: Length, length: number): boolean {
    const isReached = length >= this.#strategy[name];
    if (isReached) this.#most.set(name, Math.min(length, this.#most.get(name) ?? length));
    else this.#least.set(name, Math.max(length + 1, this.#least.get(name) ?? length + 1));
    return isReached;
  }

  /** Returns what it says, to reckon with. */
  exactly(name: "levelPrice" | "unitSteps" | "splitSteps" | "balanced" | "digits"): number {
    const value = Number(this.#strategy[name]);
    this.#least.set(name, value);
    this.#most.set(name, value);
    return value;
  }

  areThoseOf(other: Strategy): boolean {
    const isWithin = ([name, value]: [string, number | boolean]): boolean => {
      const key = name as keyof Strategy;
      return (
        Number(value) >= (this.#least.get(key) ?? 0) && Number(value) <= (this.#most.get(key) ?? Infinity)
      );
    };
    return Object.entries(other).every(isWithin);
  }
}

const USUAL: Strategy = {
  bitTerms: 3,
  numberTerms: 3,
  distribute: 3,
  rankAfter: 9,
  firstTerms: Number.POSITIVE_INFINITY,
  levelPrice: 0,
  unitSteps: false,
  splitSteps: true,
  balanced: false,
  digits: false,
};
const SMALL_UNITS = { bitTerms: 2, numberTerms: 2, levelPrice: 4 };
const LARGE_UNITS = { bitTerms: 5, numberTerms: 5 };

/** Those that are best for some program of the library, the usual one first. */
const BEST: readonly Strategy[] = [
  USUAL,
  { ...USUAL, rankAfter: 5 },
  { ...USUAL, ...LARGE_UNITS },
  { ...USUAL, ...LARGE_UNITS, distribute: 0, rankAfter: 5 },
  { ...USUAL, ...SMALL_UNITS },
  { ...USUAL, ...SMALL_UNITS, distribute: 0 },
  { ...USUAL, distribute: 0 },
];

/** The strategies that are tried, by what they are for. */
export const STRATEGIES = {
  best: BEST,
  /** Where some fields are read as numbers. */
  ofNumbers: [
    ...BEST.slice(0, 2),
    { ...USUAL, splitSteps: false },
    ...BEST.slice(2),
    { ...USUAL, unitSteps: true },
    { ...USUAL, ...SMALL_UNITS, splitSteps: false },
    { ...USUAL, unitSteps: true, splitSteps: false },
    { ...USUAL, ...LARGE_UNITS, unitSteps: true },
    { ...USUAL, ...SMALL_UNITS, unitSteps: true },
  ],
  /** Few layers of many units: whatever saves a layer is worth its numbers. */
  flat: { ...USUAL, bitTerms: 99, numberTerms: 99, rankAfter: 99, levelPrice: 99 },
  /** For fields of many values: a layer more, and few terms wherever the first value is asked for. */
  ofFirstValues: { ...USUAL, firstTerms: 4 },
  /** Where there are products and quotients. */
  inDigits: [
    { ...USUAL, digits: true },
    { ...USUAL, ...SMALL_UNITS, digits: true },
    { ...USUAL, splitSteps: false, digits: true },
  ],
  /** For a rule with tables. */
  ofTables: [USUAL, { ...USUAL, ...SMALL_UNITS }, { ...USUAL, ...LARGE_UNITS }],
  /** Where there are many layers. */
  balanced: [
    { ...USUAL, levelPrice: 20, balanced: true },
    { ...USUAL, levelPrice: 20, balanced: true, distribute: 0 },
  ],
} as const satisfies Readonly<Record<string, Strategy | readonly Strategy[]>>;
