// Notices that a run repeats itself (R. P. Brent, An improved Monte Carlo factorization algorithm, 1980): states are compared
// with one that is kept, and which is renewed after 1, 2, 4, 8, ... steps.

/** The state that later ones are compared with, how many steps ago it was, and when it is renewed. */
export interface Kept<T> {
  readonly state: T;
  readonly age: number;
  readonly span: number;
}

interface CycleDetector<T> {
  /** Takes the states one after another; answers the period once one of them repeats, 0 before. */
  returns(state: T): number;
  kept(): Kept<T>;
}

/** Notices when a state comes back, of those that follow on `before`. */
export function cycleDetector<T>(isSame: (a: T, b: T) => boolean, before: Kept<T>): CycleDetector<T> {
  let { state: kept, age, span } = before;
  return {
    returns(state) {
      age++;
      if (isSame(kept, state)) return age;
      if (age === span) {
        kept = state;
        age = 0;
        span *= 2;
      }
      return 0;
    },
    kept: () => ({ state: kept, age, span }),
  };
}
