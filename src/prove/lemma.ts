// What proofs may assume of the states of cells: found once, when the first of them asks for it, and proved.

import type { CheckedProgram } from "../analyse/checked.ts";
import type { Rule } from "../schedule/rule.ts";
import { findPairs, findStates, holdsForever, type Invariant } from "./invariant.ts";

/** Invariants of a rule's cells, each proved, however it was found; null where there is none of that kind. */
export interface Lemmas {
  /** A relation between all fields of a cell. */
  readonly states: () => Invariant | null;
  /** That, or relations between any two fields of a cell. */
  readonly cells: () => Invariant | null;
}

export function lemmasOf(program: CheckedProgram, rule: Rule): Lemmas {
  const proved = (found: Invariant | null): Invariant | null =>
    found !== null && holdsForever(program, rule, found) ? found : null;
  const states = once(() => proved(findStates(program, rule)));
  return { states, cells: once(() => states() ?? proved(findPairs(program, rule))) };
}

function once<T>(find: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => {
    known ??= { value: find() };
    return known.value;
  };
}
