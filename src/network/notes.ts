// What weight files say of weights that were learned, or that may be off.

export interface Notes {
  readonly training?: TrainingNotes | undefined;
  readonly proof?: ProofNotes | undefined;
  readonly robust?: RobustNotes | undefined;
}

/** How weights were learned. */
export interface TrainingNotes {
  readonly from: string;
  readonly supervision: "trace" | "output";
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

/** What was proved of the weights, for networks of this program: the whole of it can be had again by proving. */
export interface ProofNotes {
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

/** How far numbers and activations may be off, and how far activations are at most after a step. */
interface RadiiNotes {
  readonly epsilon: number;
  readonly delta: number;
  readonly after: number;
}

export interface RobustNotes {
  readonly gain: number;
  readonly all: RadiiNotes;
  readonly nonzero: RadiiNotes;
}
