// `tapeloom learn --folds`: every row is answered by a learner that was trained without it. And `--test SHARE`, which holds
// back some rows once.

import { percent, plural } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { seededRandom, shuffled } from "../grid/random.ts";
import type { DataFormat } from "../learning/learner/dataset.ts";
import type { LabelledRow } from "../learning/learner/label-classes.ts";
import { labelNames } from "../learning/learner/labels.ts";
import { showRate, wilson } from "../learning/learner/wilson-interval.ts";
import type { CommandResult } from "./commands/command.ts";
import { confusionOf, rightAnswers, showConfusion } from "./learn-result.ts";
import { showTable } from "./table.ts";

type Labelled = Pick<LabelledRow, "label">;

export interface Fold<Row extends Labelled = LabelledRow> {
  readonly training: readonly Row[];
  readonly held: readonly Row[];
}

/**
 * Rows in `count` parts of about the same size, each with about the same share of each label; the same seed draws the
 * same parts.
 * @throws InputError if there are fewer rows than parts
 */
export function foldsOf<Row extends Labelled>(
  examples: readonly Row[],
  count: number,
  seed: number,
  file: string,
): readonly Fold<Row>[] {
  if (examples.length < count)
    throw new InputError(
      `--folds ${count}: ${file} has ${plural(examples.length, "row")}, expected at least ${count}`,
    );
  // Dealt out one by one, those of one label after those of another.
  const order = shuffledByLabel(examples, seed);
  return Array.from({ length: count }, (_, fold) =>
    heldBack(examples, new Set(order.filter((__, at) => at % count === fold))),
  );
}

/** Both parts in the order of the table: learners that go through their examples once depend on it. */
const heldBack = <Row extends Labelled>(examples: readonly Row[], held: ReadonlySet<Row>): Fold<Row> => ({
  held: examples.filter((each) => held.has(each)),
  training: examples.filter((each) => !held.has(each)),
});

const shuffledByLabel = <Row extends Labelled>(examples: readonly Row[], seed: number): Row[] =>
  shuffled(examples, seededRandom(seed)).sort((one, other) => other.label - one.label);

/** The share that `--test` names, between 0 and 1; null where it names a file. */
export function shareOf(test: string | undefined): number | null {
  if (test === undefined || !/^\d*\.?\d+%?$/.test(test)) return null;
  const share = test.endsWith("%") ? Number(test.slice(0, -1)) / 100 : Number(test);
  if (share > 0 && share < 1) return share;
  throw new InputError(
    `--test ${test}: found a share of ${share}, expected one between 0 and 1, such as 0.25; write ./${test} for a file`,
  );
}

/**
 * Holds back a share of the rows, spread evenly over those of each label; the same seed draws the same rows.
 * @throws InputError if nothing is held back, or nothing left
 */
export function splitOf<Row extends Labelled>(
  examples: readonly Row[],
  share: number,
  seed: number,
  file: string,
): Fold<Row> {
  const count = Math.round(share * examples.length);
  if (count === 0 || count === examples.length)
    throw new InputError(
      `--test ${share}: of the ${plural(examples.length, "row")} of ${file}, that is ${count}; give a share that leaves ` +
        "rows on both sides",
    );
  const isHeld = (_: Row, at: number): boolean =>
    Math.floor(((at + 1) * count) / examples.length) > Math.floor((at * count) / examples.length);
  return heldBack(examples, new Set(shuffledByLabel(examples, seed).filter(isHeld)));
}

interface Validation {
  readonly format: DataFormat;
  readonly seed: number;
  /** Answers to the held rows of each fold. */
  readonly folds: readonly (Pick<Fold, "held"> & { readonly answers: readonly number[] })[];
  readonly seconds: number;
}

/** Returns what cross-validation has found: how many held rows were answered rightly, in all and fold by fold. */
export function validationResult({ format, seed, folds, seconds }: Validation): CommandResult {
  const held = folds.flatMap((fold) => fold.held);
  const answers = folds.flatMap((fold) => fold.answers);
  const right = rightAnswers(answers, held);
  const each = folds.map((fold) => ({
    rows: fold.held.length,
    accuracy: rightAnswers(fold.answers, fold.held) / fold.held.length,
  }));
  const rate = wilson(right / held.length, held.length);
  const majority = Math.max(
    ...labelNames(format).map((_, place) => held.filter(({ label }) => label === place).length),
  );
  const confusion = confusionOf(format, answers, held);
  return {
    json: () => ({
      folds: each,
      seed,
      rows: held.length,
      accuracy: right / held.length,
      interval: rate.interval,
      majority: majority / held.length,
      confusion,
      seconds,
    }),
    text: () =>
      showTable([
        [
          "accuracy",
          `${showRate(rate, 1)}: ${right} of ${held.length} rows, each by a learner trained without it`,
        ],
        ["", `${percent(majority / held.length, 1)} by always answering the more frequent label`],
        ["folds", each.map(({ accuracy }) => percent(accuracy, 1)).join(", ")],
        ...showConfusion(confusion),
        ["seed", String(seed)],
        ["time", `${seconds.toFixed(1)} s`],
      ]),
  };
}
