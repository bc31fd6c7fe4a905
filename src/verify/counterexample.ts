// What `check` hands on when a network does not emulate its program.

import type { Grid } from "../grid/grid.ts";

export interface Counterexample {
  /** The smallest input found that shows the difference: every field that is given. */
  readonly input: Grid;
  /** Network steps until the difference, counted from 1; 0 where the run as a whole is wrong. */
  readonly step: number;
  /** The cell, counted from 0. */
  readonly row: number;
  readonly col: number;
  /** The field that differs, or `halted` where the network stops at another time than the program. */
  readonly field: string;
  /** As written in the program. */
  readonly expected: string;
  /** As written in the program, or the channel's number where it is no value of the field. */
  readonly got: string;
  /** The instruction whose result is wrong, such as `sweep down right (line 9)`, and its line from 1. */
  readonly instruction: string;
  readonly line: number;
  /** The first hidden unit that differs from the compiled network's, where the two can be compared. */
  readonly unit: string | null;
}

export interface CheckResult {
  readonly agree: boolean;
  /** Grids run, network steps made on them, and cell values compared. */
  readonly grids: number;
  readonly steps: number;
  readonly cells: number;
  readonly seed: number;
  readonly counterexample: Counterexample | null;
}
