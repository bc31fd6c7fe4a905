// What proofs may assume of the states of cells: found once, when the first of them asks for it, and proved.

import type { CheckedProgram } from "../analyse/checked.ts";
import type { Rule } from "../schedule/rule.ts";
import { findInvariant, holdsForever, type Invariant } from "./invariant.ts";

/** An invariant of the rule's cells that was proved; null if there is none. */
export type Lemma = () => Invariant | null;

/** However an invariant was found, it is only used if it is proved. */
export function lemmaOf(program: CheckedProgram, rule: Rule): Lemma {
  let known: Invariant | null | undefined;
  return () => {
    if (known !== undefined) return known;
    const found = findInvariant(program, rule);
    known = found !== null && holdsForever(program, rule, found) ? found : null;
    return known;
  };
}
