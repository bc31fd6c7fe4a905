// What stands beside every program here: random problems and their right answers, by a textbook method
// that shares nothing with the compiler or the program. Types only.

/** Values of one field, row by row; an enum value is the index of its name. */
export type Rows = readonly (readonly number[])[];

export interface Problem {
  readonly rows: number;
  readonly cols: number;
  /** Every input field. */
  readonly planes: Readonly<Record<string, Rows>>;
}

/** The same, where a cell that may hold anything is null. */
export type Wanted = readonly (readonly (number | null)[])[];

export type Answer =
  /** What fields must hold at the end; fields that are not named may hold anything. */
  | { readonly planes: Readonly<Record<string, Wanted>> }
  /** What a learner must say: its predicted field in the last row and column. */
  | { readonly prediction: number };

export interface Oracle {
  /**
   * A random problem, of the shape asked for (one that the program takes) or a random one; `random` is uniform in
   * [0, 1). Without the rows and columns that the program's workspace adds; answers have them.
   */
  generate(random: () => number, shape?: { readonly rows: number; readonly cols: number }): Problem;
  /** The right answer, after so many instructions (which only matters to programs that never end). */
  solve(planes: Problem["planes"], instructions: number): Answer;
  /**
   * How many instructions the program runs until it ends; null where nobody has counted. Absent for programs that
   * never end, or too late to wait for it.
   */
  steps?(rows: number, cols: number, planes: Problem["planes"]): number | null;
}
