// One thing that has to be shown of a schedule, and what came of it.

import { DIFFERS, type Diagram, MIN } from "./diagrams.ts";
import { assumption, type Invariant } from "./invariant.ts";
import type { Patch } from "./patch.ts";
import type { Obligation } from "./result.ts";

/** Holds, after so many cases were looked at. */
export function shown(name: string, cases: number): Obligation {
  return { name, outcome: "proved", cases, reason: null, neighbourhood: null };
}

/** Does not hold; the reason is a clause that says why. */
export function broken(name: string, reason: string, cases = 1): Obligation {
  return { name, outcome: "refuted", cases, reason, neighbourhood: null };
}

/** Holds if nothing was found that speaks against it. */
export function unless(name: string, cases: number, faults: readonly string[]): Obligation {
  return faults.length === 0 ? shown(name, cases) : broken(name, faults[0]!, cases);
}

/** What is compared, and where. */
interface Comparison {
  readonly got: Diagram;
  readonly wanted: Diagram;
  /** 1 on the neighbourhoods that count. */
  readonly where: Diagram;
  /** What all cells of a neighbourhood satisfy that counts. */
  readonly invariant?: Invariant | null;
}

/** Two functions are the same wherever it counts. */
export function equal(
  name: string,
  patch: Patch,
  { got, wanted, where, invariant = null }: Comparison,
  reason: string,
): Obligation {
  const { diagrams } = patch;
  const read = new Set([...diagrams.support(got), ...diagrams.support(wanted)]);
  const cases = patch.cases([...read].sort((a, b) => a - b));
  let wrong = diagrams.apply(MIN, where, diagrams.apply(DIFFERS, got, wanted));
  if (invariant !== null && diagrams.constantOf(wrong) !== 0)
    wrong = diagrams.apply(MIN, wrong, assumption(invariant, patch, diagrams.support(wrong)));
  const neighbourhood = patch.witness(wrong);
  if (neighbourhood === null) return shown(name, cases);
  return { name, outcome: "refuted", cases, reason, neighbourhood };
}
