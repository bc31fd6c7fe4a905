// What `check` hands on when a network does not emulate its program.

import type { AssertionName } from "../../engines/assertion.ts";
import type { Grid } from "../../grid/grid.ts";

export interface Counterexample {
  /**
   * A wrong value, a channel that is no code, a run that ends at the wrong time, more steps than claimed, or an
   * assertion that the program itself breaks.
   */
  readonly kind: "value" | "code" | "halt" | "steps" | "assert";
  /** The smallest input found that shows the difference: every field that is given, before any workspace. */
  readonly input: Grid;
  /** Network steps until the difference, counted from 1; 0 where the run as a whole is wrong, or the program. */
  readonly step: number;
  /** The cell, counted from 0, workspace included. */
  readonly row: number;
  readonly col: number;
  /** The field that differs, `halted` where the network stops at another time than the program, `steps` or `assert`. */
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

/** What a program claims about its steps, beside the worst that was seen. */
export interface StepClaim {
  /** As the program writes it, such as `3 * rows + cols`. */
  readonly claim: string;
  /** The run that came nearest to the bound: its steps, the bound, and the shape of its input. */
  readonly worst: {
    readonly steps: number;
    readonly bound: number;
    readonly rows: number;
    readonly cols: number;
  } | null;
}

/** An assertion of the text: `held` in all runs, broken in the one that is shown, or one to which no cell came. */
export interface AssertionCheck extends AssertionName {
  readonly outcome: "held" | "broken" | "never reached";
}

/** How many runs of a Turing machine halted in which state; `open` ones had no head left, several, or were left running. */
export interface EndCounts {
  readonly states: Readonly<Record<string, number>>;
  readonly open: number;
}

export interface CheckResult {
  readonly agree: boolean;
  /** Grids run, network steps made on them, and cell values compared. */
  readonly grids: number;
  readonly steps: number;
  readonly cells: number;
  readonly seed: number;
  readonly counterexample: Counterexample | null;
  /** All assertions of the text, in its order. */
  readonly assertions: readonly AssertionCheck[];
  /** Null where the program claims nothing about its steps. */
  readonly claim: StepClaim | null;
  /** How the runs ended, where the program is a Turing machine; null elsewhere. */
  readonly ends: EndCounts | null;
}
