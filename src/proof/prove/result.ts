// What `prove` hands on.

import type { Grid } from "../../grid/grid.ts";
import type { Invariant } from "./invariant.ts";
import type { Neighbourhood } from "./neighbourhood.ts";

/** A run that the network's stop rule ends at another step than the program's. */
export interface StopReached {
  readonly input: Grid;
  /** Steps made when one of them ends the run. */
  readonly step: number;
  readonly endedBy: "network" | "program";
}

/** `refuted` is shown by a run, or by what frames a run; `proved` never rests on sampling. */
export type Outcome = "proved" | "refuted" | "undecided";

/** What is known of a step: `differs` where it is wrong on some neighbourhood, whether or not a run reaches that. */
export type StepOutcome = "proved" | "differs" | "undecided";

/** One thing that had to be shown. */
export interface Obligation {
  readonly name: string;
  readonly outcome: Outcome;
  /** Cases looked at, one by one or by a diagram. */
  readonly cases: number;
  /** Why it is not shown; null if it is. */
  readonly reason: string | null;
  /** A neighbourhood in which the cell does something else than it should, where there is one. */
  readonly neighbourhood: Neighbourhood | null;
}

/** The proof that a rule is its program in local time: every cell goes its own pace, and sees what the program says. */
export interface ScheduleProof {
  readonly outcome: Outcome;
  /** The handshake, such as `alternating bit`. */
  readonly handshake: string;
  /** Lines of the schedule: instructions, and copies made before them. */
  readonly lines: number;
  readonly cases: number;
  readonly obligations: readonly Obligation[];
  readonly milliseconds: number;
}

/** What the program asserts, and whether it is so; `never reached` where no cell of any run reaches it. */
export interface AssertionProof extends Omit<Obligation, "outcome"> {
  readonly outcome: Outcome | "never reached";
  /** In the text of the program, from 1. */
  readonly line: number;
  /** A run that breaks it, where one was found. */
  readonly reached: Violation | null;
}

/** An input on which the program breaks an assertion. */
export interface Violation {
  readonly input: Grid;
  /** The cell, workspace included, from 0. */
  readonly row: number;
  readonly col: number;
  /** Passes before, the one that it stands in left out. */
  readonly count: number;
  /** What the assertion read there. */
  readonly values: string;
}

/** How one channel's next value was compared with the rule's. */
export interface ChannelProof {
  readonly channel: string;
  readonly outcome: StepOutcome;
  /** By a diagram of all cases, as polynomials, one case after another, or by bounds over boxes of cases. */
  readonly how: "diagram" | "enumeration" | "bounds";
  /** Channels of the neighbourhood that the network's or the rule's value depends on. */
  readonly inputs: number;
  /** Cases that these inputs stand for: the size of the table that was decided. */
  readonly cases: number;
  /** Nodes of diagrams, terms, cases, or boxes. */
  readonly work: number;
  readonly milliseconds: number;
}

/** A legal neighbourhood on which network and rule differ. */
export interface StepCounterexample {
  /** Up to 3x3 cells of all fields; at its cell the two differ after one step. */
  readonly neighbourhood: Neighbourhood;
  readonly channel: string;
  readonly expected: number;
  /** As the network computes it, before any snapping. */
  readonly got: number;
  /** Units whose values differ from the compiled network's there, where the two can be compared. */
  readonly units: readonly string[];
  /** An input and the step after which a cell shows the difference; null where none was found. */
  readonly reached: Reached | null;
}

export interface Reached {
  readonly input: Grid;
  /** Network steps, counted from 1, after which the cell (workspace included, from 0) differs. */
  readonly step: number;
  readonly row: number;
  readonly col: number;
}

export interface StepProof {
  readonly outcome: StepOutcome;
  readonly channels: readonly ChannelProof[];
  /** Why nothing is known, where that is so. */
  readonly reason: string | null;
  readonly counterexample: StepCounterexample | null;
}

export interface ProveResult {
  /** `refuted` only where a run reaches a difference, or where the frames of runs differ. */
  readonly outcome: Outcome;
  /** Why it is not proved, in plain words; null if it is. */
  readonly reason: string | null;
  /** The proof that the rule with which the network is compared is the program's. */
  readonly schedule: ScheduleProof;
  /** How fields, start, stop and input differ from the program's, as sentences. */
  readonly differences: readonly string[];
  /** Null where the fields differ already. */
  readonly step: StepProof | null;
  /** A run that the network ends at another step than the program; null where none was found. */
  readonly stopReached: StopReached | null;
  /** What is assumed of cells, proved to hold for ever; null where all legal neighbourhoods were decided. */
  readonly invariant: Invariant | null;
  /** What the program asserts, in the order of the text. */
  readonly assertions: readonly AssertionProof[];
  /** Time for the proof itself, without the search for an input that shows a difference. */
  readonly milliseconds: number;
}
