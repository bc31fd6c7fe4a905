// Notices that a run repeats itself (R. P. Brent, An improved Monte Carlo factorization algorithm, 1980): states are compared
// with one that is kept, and which is renewed after 1, 2, 4, 8, ... steps.

/** The state that later ones are compared with, how many steps ago it was, and when it is renewed. */
export interface Kept<T> {
  readonly state: T;
  readonly age: number;
  readonly span: number;
}

/** Keeps a run's first state. */
export const keptFirst = <T>(state: T): Kept<T> => ({ state, age: 0, span: 1 });

/** Counts the steps after which a kept state is renewed. */
export class Renewal {
  /** Steps since the state was kept. */
  age: number;
  #span: number;

  constructor({ age, span }: Omit<Kept<unknown>, "state">) {
    [this.age, this.#span] = [age, span];
  }

  /** Steps until the state is renewed. */
  get left(): number {
    return this.#span - this.age;
  }

  /** Begins to count anew if the state is to be renewed now; answers whether it is. */
  isOver(): boolean {
    if (this.left > 0) return false;
    [this.age, this.#span] = [0, 2 * this.#span];
    return true;
  }

  kept<T>(state: T): Kept<T> {
    return { state, age: this.age, span: this.#span };
  }
}

interface CycleDetector<T> {
  /** Takes the states one after another; answers the period once one of them repeats, 0 before. */
  returns(state: T): number;
  kept(): Kept<T>;
}

/** Notices when a state comes back, of those that follow on `before`. */
export function cycleDetector<T>(isSame: (a: T, b: T) => boolean, before: Kept<T>): CycleDetector<T> {
  let kept = before.state;
  const renewal = new Renewal(before);
  return {
    returns(state) {
      renewal.age++;
      if (isSame(kept, state)) return renewal.age;
      if (renewal.isOver()) kept = state;
      return 0;
    },
    kept: () => renewal.kept(kept),
  };
}
