// Labels of more than two values, by learners that each tell some of the values from the others. What they answer is taken for
// the value whose own answers differ from them in the fewest places (Dietterich and Bakiri, Solving Multiclass Learning Problems
// via Error-Correcting Output Codes, 1995); of several such values, for the one with the most rows.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Reduction } from "../../diagnostics/known-words.ts";
import type { Example, Sign } from "./memory-layer.ts";

/** A label of more than two values. */
export interface LabelClasses {
  /** Those with more rows first. */
  readonly values: readonly string[];
  /** Rows of the training data, by value. */
  readonly rows: readonly number[];
  /** For each learner, the places of the values that it answers by +1. */
  readonly splits: readonly (readonly number[])[];
}

/** A row with the place of its label among the labels of its format. */
export type LabelledRow = Example<number>;

/** More values are numbers or names of rows rather than classes. */
const MOST_CLASSES = 64;
/** Classes up to which all ways to part them are taken: 63 for 7. */
const MOST_EXHAUSTIVE = 7;

/**
 * The classes of a label's values, as they come.
 * @param label what it is called, for messages
 * @throws InputError if there are too many
 */
export function labelClasses(found: readonly string[], reduction: Reduction, label: string): LabelClasses {
  const rows = new Map<string, number>();
  for (const value of found) rows.set(value, (rows.get(value) ?? 0) + 1);
  const most = reduction === "exhaustive" ? MOST_EXHAUSTIVE : MOST_CLASSES;
  if (rows.size > most)
    throw new InputError(
      `${label}: found ${rows.size} values, expected at most ${most}${reduction === "exhaustive" ? " for --classes exhaustive" : ""}; ` +
        "take one of them against all others by --positive, or name another column by --label",
    );
  const order = [...rows].sort(([, one], [, other]) => other - one);
  return {
    values: order.map(([value]) => value),
    rows: order.map(([, count]) => count),
    splits: splitsOf(order.length, reduction),
  };
}

function splitsOf(count: number, reduction: Reduction): number[][] {
  const places = Array.from({ length: count }, (_, at) => at);
  const hasDigit = (digit: number) => (place: number) => Math.floor(place / 2 ** digit) % 2 === 1;
  switch (reduction) {
    case "rest":
      return places.map((place) => [place]);
    case "binary":
      return Array.from({ length: Math.ceil(Math.log2(count)) }, (_, digit) =>
        places.filter(hasDigit(digit)),
      );
    case "exhaustive":
      // The last value is never in, so that no way comes twice.
      return Array.from({ length: 2 ** (count - 1) - 1 }, (_, at) =>
        places.filter((place) => hasDigit(place)(at + 1)),
      );
  }
}

/** Returns what a learner is trained on. */
export const examplesFor = (rows: readonly LabelledRow[], split: readonly number[]): Example[] =>
  rows.map(({ features, label }) => ({ features, label: split.includes(label) ? 1 : -1 }));

/**
 * The places of the values that are answered to queries, of the learners' own answers to these.
 * @throws InputError if the answers are not those of all learners
 */
export function decided(
  { rows, splits }: Pick<LabelClasses, "rows" | "splits">,
  answers: readonly (readonly Sign[])[],
): number[] {
  if (answers.length !== splits.length || answers.some(({ length }) => length !== answers[0]!.length))
    throw new InputError(
      `found answers of ${answers.length} learners to ${answers.map(({ length }) => length).join(", ")} queries, expected ` +
        `those of ${splits.length}, each to all queries`,
    );
  return answers[0]!.map((_, query) => {
    const differing = rows.map(
      (__, place) =>
        splits.filter((split, learner) => split.includes(place) !== (answers[learner]![query] === 1)).length,
    );
    const places = rows.map((__, place) => place);
    return places.reduce((best, place) =>
      differing[place]! < differing[best]! ||
      (differing[place] === differing[best] && rows[place]! > rows[best]!)
        ? place
        : best,
    );
  });
}
