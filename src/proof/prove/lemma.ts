// What proofs may assume of the states that runs reach: found once, when the first of them asks for it, and proved.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { cached, memo, once } from "../../diagnostics/memo.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { findPairs, findStates, type Invariant, LARGE_ROOM } from "./invariant.ts";
import { tokenTest } from "./single-token-proof.ts";

/** Invariants of a rule's cells, each proved, however it was found; null where there is none of that kind. */
export interface Lemmas {
  /** A relation between all fields of a cell. */
  readonly states: () => Invariant | null;
  /** That, or relations between any two fields of a cell. */
  readonly cells: () => Invariant | null;
  /** Whether at most one cell of the grid holds another value of a field than the first. */
  readonly isToken: (field: string) => boolean;
}

/** By rule and program: compiling, proving and checking one ask for the same. */
const known = new WeakMap<Rule, WeakMap<CheckedProgram, Map<boolean, Lemmas>>>();

/** `isSingle`: for a network with a single channel, which is made of the states that come up. */
export function lemmasOf(program: CheckedProgram, rule: Rule, isSingle = false): Lemmas {
  const ofRule = cached(known, rule, () => new WeakMap<CheckedProgram, Map<boolean, Lemmas>>());
  const ofProgram = cached(ofRule, program, () => new Map<boolean, Lemmas>());
  return cached(ofProgram, isSingle, () => newLemmas(program, rule, isSingle));
}

function newLemmas(program: CheckedProgram, rule: Rule, isSingle: boolean): Lemmas {
  const room = isSingle ? LARGE_ROOM : undefined;
  const states = once(() => findStates(program, rule, room));
  return {
    states,
    cells: once(() => states() ?? findPairs(program, rule, room)),
    isToken: memo(tokenTest(program, rule)),
  };
}

/** An invariant of cells, and these tokens besides; null where that says nothing. */
export function withTokens(rule: Rule, cells: Invariant | null, tokens: readonly string[]): Invariant | null {
  if (tokens.length === 0) return cells;
  return { fields: rule.fields, relations: [], ...cells, tokens };
}
