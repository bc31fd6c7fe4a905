// What `tapeloom learn` has found, as JSON and as tables.

import { percent, plural, showCount } from "../diagnostics/count.ts";
import { groupBy } from "../diagnostics/group.ts";
import { clipText } from "../diagnostics/render.ts";
import { type DataFormat, oneOf } from "../learning/learner/dataset.ts";
import type { LabelledRow } from "../learning/learner/label-classes.ts";
import { labelNames } from "../learning/learner/labels.ts";
import { type LearnerSize, sizeOfLearner } from "../learning/learner/learner-size.ts";
import type { Model } from "../learning/learner/modelfile.ts";
import type { ValuesOf } from "./commands/command.ts";
import type { learnOptions } from "./commands/learning.ts";
import { showTable } from "./table.ts";
import { type LoadedTable, tableToJson } from "./table-input.ts";

export type LearnOptions = ValuesOf<typeof learnOptions>;

/** What another method does with the same examples and queries. */
export interface BaselineResult {
  readonly method: string;
  readonly accuracy: number;
  /** Places of labels. */
  readonly predictions: readonly number[];
  readonly seconds: number;
  readonly settings: string;
}

export interface Baselines {
  readonly seed: number;
  readonly methods: readonly BaselineResult[];
}

/** The tables of a training, as they were read. */
interface LoadedTables {
  readonly training: LoadedTable;
  readonly test?: LoadedTable;
  /** Which share of the training data is held back, and the seed that draws its rows. */
  readonly split?: { readonly share: number; readonly seed: number };
}

interface Result {
  readonly model: Model;
  readonly queries: readonly LabelledRow[];
  /** Places of labels. */
  readonly answers: readonly number[];
  readonly seconds: number;
  readonly baselines: Baselines | null;
  readonly tables: LoadedTables;
}

/** Returns how many answers are right, of all. */
export const rightAnswers = (
  answers: readonly number[],
  queries: readonly Pick<LabelledRow, "label">[],
): number => answers.filter((each, at) => each === queries[at]!.label).length;

const sizeOf = ({ model: { network, memory, steps } }: Result): LearnerSize =>
  sizeOfLearner(network, memory, steps);

type Confusion = ReturnType<typeof confusionOf>;

/** Returns how many rows of each label got each answer. */
export const confusionOf = (
  format: DataFormat,
  answers: readonly number[],
  queries: readonly Pick<LabelledRow, "label">[],
) =>
  labelNames(format).map((label, own, names) => ({
    label,
    answers: names.map((answer, place) => ({
      answer,
      rows: queries.filter((each, at) => each.label === own && answers[at] === place).length,
    })),
  }));

/** Rows of a table: of more than two labels, those answers that there are. */
export const showConfusion = (confusion: Confusion): string[][] =>
  confusion.map(({ label, answers }, at) => {
    const shown = confusion.length === 2 ? answers : answers.filter(({ rows }) => rows > 0);
    const counts = shown.map(({ answer, rows }) => `${showCount(rows)} answered ${answer}`);
    return [at === 0 ? "answers" : "", `${label}: ${counts.join(", ") || "no rows"}`];
  });

/** The document of `--json`. */
export function learningJson(result: Result, { path }: LearnOptions) {
  const { model, answers, queries, seconds, baselines, tables } = result;
  const { shared, memory, nodes, without } = sizeOf(result);
  const names = labelNames(model.format);
  const show = (places: readonly number[]): string[] => places.map((place) => names[place]!);
  const compared = baselines && {
    seed: baselines.seed,
    methods: baselines.methods.map((each) => ({ ...each, predictions: show(each.predictions) })),
  };
  return {
    accuracy: rightAnswers(answers, queries) / queries.length,
    predictions: show(answers),
    confusion: confusionOf(model.format, answers, queries),
    samples: model.memory.rows - 1,
    nodes,
    shared,
    memory,
    steps: model.steps,
    path,
    seconds,
    data: tableToJson(tables.training, model.format),
    ...(tables.split === undefined ? {} : { split: { ...tables.split, rows: queries.length } }),
    ...(tables.test === undefined ? {} : { test: tableToJson(tables.test, model.format) }),
    columns: model.format.columns,
    one: oneOf(model.format),
    label: model.format.columns[model.format.label]!.name,
    ...(model.format.classes === undefined
      ? {}
      : { classes: names, learners: model.format.classes.splits.map(show) }),
    without,
    ...(compared ? { baselines: compared } : {}),
  };
}

/** For people: a table, and one more of the baselines. */
export function describeLearning(result: Result, { path, test, data }: LearnOptions): string {
  const { model, answers, queries, seconds, baselines, tables } = result;
  const { shared, memory, nodes, without } = sizeOf(result);
  const { split } = tables;
  const where = split === undefined ? (test ?? data) : `${data} that were held back (seed ${split.seed})`;
  const right = rightAnswers(answers, queries);
  const { columns, label, classes } = model.format;
  const each = classes === undefined ? "" : " of each learner";
  const mapping = groupColumns(model.format).map((text, at) => [at === 0 ? "values" : "", text]);
  const table = showTable([
    [
      "accuracy",
      `${showPercent(right / queries.length)}: ${showCount(right)} of ${showCount(queries.length)} rows of ${where}`,
    ],
    [
      "samples",
      `${showCount(model.memory.rows - 1)} of ${plural(columns.length - 1, "feature")}, label ${columns[label]!.name}`,
    ],
    ...(classes === undefined
      ? []
      : [
          ["learners", `${showCount(classes.splits.length)} for ${plural(classes.values.length, "label")}`],
          ...showConfusion(confusionOf(model.format, answers, queries)),
        ]),
    ...mapping,
    ["nodes", `${showCount(nodes)} in the unrolled network${each}`],
    ["shared weights", `${showCount(shared)}, the same for all data and any number of steps`],
    ["", `${showCount(without.recurrent)} without recurrent sharing: a set for every step`],
    ["", `${showCount(without.convolutional)} without convolutional sharing: a set for every cell`],
    ["", `${showCount(without.dense)} without either, in dense layers`],
    ["memory weights", `${showCount(memory)}${each}`],
    ["steps", showCount(model.steps)],
    ["path", path],
    ["time", `${seconds.toFixed(1)} s`],
  ]);
  if (baselines === null) return table;
  const own = { method: "this network", accuracy: right / queries.length, seconds, settings: `${path} path` };
  const rows = [own, ...baselines.methods].map(({ method, accuracy, seconds: taken, settings }) => [
    method,
    showPercent(accuracy),
    `${taken.toFixed(1)} s`,
    settings,
  ]);
  return `${table}\n${showTable([["method", "accuracy", "time", `settings (seed ${baselines.seed})`], ...rows])}`;
}

const showPercent = (rate: number): string => percent(rate, rate === 1 ? 0 : 2);

/** Columns with the same two values in one line each. */
function groupColumns({ columns, label, classes, one = 1 }: DataFormat): string[] {
  const groups = groupBy(
    classes === undefined ? columns : columns.filter((_, at) => at !== label),
    ({ negative, positive }) => `${shown(negative)} is -1, ${shown(positive)} is +1`,
  );
  if (groups.size === 1)
    return [...groups.keys()].map((text) => (one === 1 ? text : `${text}; -1 is the bit 1`));
  return [...groups].map(([values, own]) => {
    const names = own.map(({ name }) => name);
    const some = names.length > 6 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
    return `${values}: ${some.map((name) => clipText(name)).join(", ")}`;
  });
}

const shown = (value: string | null): string => (value === null ? "(none)" : clipText(value));
