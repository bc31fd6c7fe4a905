// What weight files say of weights that were learned, or that may be off.

import type { Supervision } from "../diagnostics/known-words.ts";

export interface Notes {
  /** How weights were learned. */
  readonly training?:
    | {
        readonly from: string;
        readonly supervision: Supervision;
        readonly seed: number;
        readonly steps: number;
        readonly outcome: string;
        /** Cases or runs that gradients were taken of, with repetitions; the same seed gives the same file, so no time. */
        readonly samples?: number;
        /** Steps after which outputs were looked at, where that is not when runs end. */
        readonly outputsAfter?: number;
        /** The largest grid that was trained on. */
        readonly size?: { readonly rows: number; readonly cols: number };
      }
    | undefined;
  /** What was proved of the weights, for networks of this program: the whole of it can be had again by proving. */
  readonly proof?:
    | {
        /** Whether channels are rounded to 0 or 1 at 1/2 after every step. */
        readonly snap: boolean;
        /** Cases of the schedule's proof and of the step's. */
        readonly schedule: { readonly handshake: string; readonly cases: number };
        readonly channels: readonly {
          readonly channel: string;
          /** "polynomials" is of earlier versions. */
          readonly how: "diagram" | "polynomials" | "enumeration" | "bounds";
          readonly inputs: number;
          readonly cases: number;
        }[];
        /** Whether only cells were looked at that can come up. */
        readonly invariant: boolean;
      }
    | undefined;
  readonly robust?: Robustness | undefined;
}

/** What is known of a robust network. */
export interface Robustness {
  readonly gain: number;
  /** Where all stored numbers may be off, zeros included. */
  readonly all: Proved;
  /** Where only numbers move that are not zero. */
  readonly nonzero: Proved;
}

/** Radii that were proved. */
export interface Proved {
  /** How far every weight, bias and residual flag may be off. */
  readonly epsilon: number;
  /** How far every activation of the state may be off, inside the grid; the padding is exactly zero. */
  readonly delta: number;
  /** How far the state is from the next digital one after a step, at most. */
  readonly after: number;
}
