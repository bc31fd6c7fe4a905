// What is compared.

import type { Notes } from "../network/metadata.ts";
import type { Network } from "../network/network.ts";

/** A network to be compared. */
export interface ComparedNetwork {
  /** What people call it. */
  readonly name: string;
  readonly network: Network;
  readonly notes: Notes;
  /** Whether it is known to be what the compiler makes of its program; where it is left out, it is not. */
  readonly isCompiled?: boolean;
  /** Seconds that compiling its program takes, which also comes before training. */
  readonly compileSeconds: number;
}
