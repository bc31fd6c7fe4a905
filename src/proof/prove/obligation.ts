// One thing that has to be shown of a schedule, and what came of it.

import { DIFFERS, type Diagram, MIN } from "../../logic/diagrams.ts";
import type { Patch } from "./neighbourhood.ts";
import type { Obligation } from "./result.ts";

/** Holds, in all of `cases` cases. */
export function shown(name: string, cases: number): Obligation {
  return { name, outcome: "proved", cases, reason: null, neighbourhood: null };
}

/** Does not hold; the reason is a clause that says why. */
export function broken(name: string, reason: string, cases = 1): Obligation {
  return { name, outcome: "refuted", cases, reason, neighbourhood: null };
}

/** Left open, because its diagrams are too large. */
export function unwieldy(name: string): Obligation {
  const reason = "it takes diagrams of more nodes than there is room for";
  return { name, outcome: "undecided", cases: 0, reason, neighbourhood: null };
}

/** Holds if nothing was found that speaks against it. */
export const unless = (name: string, cases: number, faults: readonly string[]): Obligation =>
  faults.length === 0 ? shown(name, cases) : broken(name, faults[0]!, cases);

/** Two functions are the same wherever `where` is 1. */
export function equal(
  name: string,
  patch: Patch,
  { got, wanted, where }: { readonly got: Diagram; readonly wanted: Diagram; readonly where: Diagram },
  reason: string,
): Obligation {
  const { diagrams } = patch;
  const read = new Set([...diagrams.support(got), ...diagrams.support(wanted)]);
  const cases = patch.cases([...read].sort((a, b) => a - b));
  const wrong = diagrams.apply(MIN, where, diagrams.apply(DIFFERS, got, wanted));
  const neighbourhood = patch.witness(wrong);
  if (neighbourhood === null) return shown(name, cases);
  return { name, outcome: "refuted", cases, reason, neighbourhood };
}
