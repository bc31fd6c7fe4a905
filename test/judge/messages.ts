// What the campaign and its workers say to each other.

/** Compare a program, or make it smaller while that kind of failure stays. */
export type Request =
  | (Drawn & { readonly kind: "compare" })
  | (Drawn & { readonly kind: "shrink"; readonly failure: string });

/** Which program it is, and with what it is compared. */
interface Drawn {
  readonly generator: number;
  readonly seed: number;
  readonly index: number;
  readonly sparing: number;
}

export type Answer =
  | {
      readonly kind: "compared";
      readonly index: number;
      /** What kind of program it is. */
      readonly program: string;
      readonly outcome:
        | { readonly kind: "agreed"; readonly done: readonly string[] }
        | { readonly kind: "refused"; readonly codes: readonly string[] }
        | { readonly kind: "failed"; readonly failure: string; readonly detail: string; readonly on: string };
      /** Milliseconds by comparison. */
      readonly spent: readonly (readonly [kind: string, milliseconds: number])[];
    }
  | {
      readonly kind: "smaller";
      readonly index: number;
      readonly text: string;
      readonly detail: string;
      readonly on: string;
    }
  | { readonly kind: "shrunk"; readonly index: number };
