// What candidates are tried on: grids with what some of their cells are to hold in the end.

import type { Grid } from "../../grid/grid.ts";

/** What a field of a cell holds when the run is over, or after some of its passes. */
export interface Wanted {
  readonly field: string;
  readonly cell: number;
  readonly value: number;
  readonly after?: number;
}

/** One run: an input grid that has been prepared, and what counts of its result. */
export interface Case {
  readonly input: Grid;
  readonly wanted: readonly Wanted[];
}

/** Runs that belong together: grids of one shape, and the same cells that count. */
export interface Problem {
  readonly cases: readonly Case[];
  /** Whether cases differ in their last rows alone, as the queries of a learning problem do. */
  readonly isLearning: boolean;
  /** Passes that a run may take whose end depends on the candidate. */
  readonly limit: number;
  /** Programs that never end are looked at after so many passes. */
  readonly passes?: number | undefined;
}
