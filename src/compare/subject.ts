// What is compared.

import type { Notes } from "../network/metadata.ts";
import type { Network } from "../network/network.ts";

/** A network to be compared. */
export interface Subject {
  /** What people call it. */
  readonly name: string;
  readonly network: Network;
  readonly notes: Notes;
  /** Seconds that compiling its program takes, which also comes before training. */
  readonly compileSeconds: number;
}
