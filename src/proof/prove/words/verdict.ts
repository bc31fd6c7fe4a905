// What is said of a channel whose next value network and rule both make as words.

import type { Bool, BooleanFunctions } from "../../../logic/bdd.ts";
import type { Invariant } from "../invariant.ts";
import type { Slot } from "../neighbourhood.ts";
import type { Sight } from "./neighbourhood-words.ts";
import { possible } from "./possible-neighbourhoods.ts";
import type { Word, Words } from "./words.ts";

/** What is known of a channel: the same number everywhere, or a neighbourhood in which it is another one. */
export interface WordsVerdict {
  /** Bits of the neighbourhood on which either of them depends, and what has these. */
  readonly inputs: number;
  readonly slots: readonly Slot[];
  readonly nodes: number;
  /** Null where there is no difference. */
  readonly difference: {
    readonly value: (slot: Slot) => number;
    readonly expected: number;
    readonly got: number;
  } | null;
}

/** Of a channel, what the network makes and what the rule does. */
export interface Next {
  readonly got: Word;
  readonly wanted: Word;
}

/** Variables besides those of the neighbourhood, which stand for what is made of it. */
interface MoreVariables {
  /** The variables of neighbourhoods behind some. */
  readonly behind?: (variables: readonly number[]) => readonly number[];
  /** Of the variables that are 1, also those of the other kind. */
  readonly completed?: (ones: ReadonlySet<number>) => ReadonlySet<number>;
}

/** Compares the two on all neighbourhoods that can come up. */
export function verdictOf(
  sight: Sight,
  next: () => Next,
  invariant: Invariant | null,
  { behind = (all) => all, completed = (ones) => ones }: MoreVariables = {},
): WordsVerdict {
  const { bdd } = sight.words;
  const before = bdd.size;
  const sides = next();
  const wrong = wrongOf(sight, sides, invariant);
  const read = behind(bdd.supportOf([...sides.got, ...sides.wanted]));
  const ones = wrong === 0 ? null : completed(onesOf(sight, wrong));
  return verdictBy(sight, sides, { read, nodes: bdd.size - before, ones });
}

/** Tells where the two differ and neighbourhoods can come up. */
export function wrongOf(
  sight: Sight<BooleanFunctions>,
  { got, wanted }: Next,
  invariant: Invariant | null,
): Bool {
  const { words } = sight;
  const differs = words.differs(got, wanted);
  if (differs === 0 || invariant === null) return differs;
  return words.bdd.and(differs, possible(invariant, sight, sight.slotsOf(words.bdd.supportOf([differs]))));
}

/** Returns what is said by the variables that are read, and, where the two differ, by those that are 1 there. */
export function verdictBy(
  sight: Sight<BooleanFunctions>,
  { got, wanted }: Next,
  {
    read,
    nodes,
    ones,
  }: {
    readonly read: readonly number[];
    readonly nodes: number;
    readonly ones: ReadonlySet<number> | null;
  },
): WordsVerdict {
  const { words } = sight;
  return {
    inputs: read.length,
    slots: sight.slotsOf(read),
    nodes,
    difference: ones && {
      value: (slot) => sight.valueOf(slot, ones),
      expected: words.evaluate(wanted, ones),
      got: words.evaluate(got, ones),
    },
  };
}

/** A channel after a step: what the network sums up, rounded to 0 or 1 where channels are. */
export const shownBy = (words: Words<BooleanFunctions>, sum: Word, snaps: boolean): Word =>
  snaps ? words.unsigned([words.isAtLeast(sum, 1)]) : sum;

/** The variables that are 1 where a function is, few of them. */
export function onesOf({ words: { bdd } }: Sight, of: Bool): ReadonlySet<number> {
  const ones = new Set<number>();
  let left = of;
  for (const variable of bdd.support(of)) {
    const off = bdd.cofactor(left, variable, 0);
    if (off === 0) ones.add(variable);
    left = off === 0 ? bdd.cofactor(left, variable, 1) : off;
  }
  return ones;
}
