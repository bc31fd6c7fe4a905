// `npm run bench -- classic`: the learners of the library on the classic sets, beside a decision tree and logistic regression, by
// cross-validation. Sets that do not follow from rules are read from a folder, as the UCI repository has them.
//
// Learners are their oracles: the library's tests hold the compiled networks to them.

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import average from "../programs/average.oracle.ts";
import conjunction from "../programs/conjunction.oracle.ts";
import decisionList from "../programs/decision_list.oracle.ts";
import disjunction from "../programs/disjunction.oracle.ts";
import gf2 from "../programs/gf2.oracle.ts";
import halving from "../programs/halving.oracle.ts";
import kNearest from "../programs/k_nearest.oracle.ts";
import majority from "../programs/majority.oracle.ts";
import memorize from "../programs/memorize.oracle.ts";
import nearest from "../programs/nearest.oracle.ts";
import type { Oracle } from "../programs/oracle.ts";
import perceptron from "../programs/perceptron.oracle.ts";
import stump from "../programs/stump.oracle.ts";
import vote from "../programs/vote.oracle.ts";
import winnow from "../programs/winnow.oracle.ts";
import { foldsOf } from "../src/cli/folds.ts";
import type { Io } from "../src/cli/io.ts";
import { printJson } from "../src/cli/json.ts";
import { showTable } from "../src/cli/table.ts";
import { seededRandom, shuffled } from "../src/grid/random.ts";
import { type DataTable, readTable } from "../src/learning/learner/delimited-tables.ts";
import { encodedFormat, splitExamples } from "../src/learning/learner/encode.ts";
import { decided, examplesFor } from "../src/learning/learner/label-classes.ts";
import { labelledRows, learnersOf } from "../src/learning/learner/labels.ts";
import type { Example, Sign } from "../src/learning/learner/memory-layer.ts";
import { balanceScale, type ClassicSet, csvOf, monk, ticTacToe } from "./classic-sets.ts";
import { decisionTree, logisticRegression, type Method } from "./plain-methods.ts";
import type { BenchOptions } from "./setup.ts";

const ORACLES: Readonly<Record<string, Oracle>> = {
  majority,
  memorize,
  vote,
  nearest,
  k_nearest: kNearest,
  stump,
  conjunction,
  disjunction,
  decision_list: decisionList,
  winnow,
  perceptron,
  average,
  halving,
  gf2,
};

const byOracle =
  (oracle: Oracle): Method =>
  (examples) =>
  (query) => {
    const answer = oracle.solve({ x: [...examples, [...query.slice(0, -1), 0]] }, Number.POSITIVE_INFINITY);
    if (!("prediction" in answer)) throw new Error("internal: an oracle of no learner");
    return answer.prediction;
  };

const METHODS: Readonly<Record<string, Method>> = {
  ...Object.fromEntries(Object.entries(ORACLES).map(([name, oracle]) => [name, byOracle(oracle)])),
  "decision tree": decisionTree,
  "logistic regression": logisticRegression,
};

const FOLDS = 10;
/** Rows of larger sets are drawn: oracles look at all rows for every answer. */
const MOST_ROWS = 1000;

/** Files of the UCI repository: which column is the label, which is no feature, and the value that is asked for. */
const FILES = [
  { name: "votes", file: "house-votes-84.data", label: 0, left: -1, positive: "democrat" },
  { name: "zoo", file: "zoo.data", label: 17, left: 0, positive: "1" },
  { name: "car", file: "car.data", label: 6, left: -1, positive: "unacc" },
  { name: "mushroom", file: "agaricus-lepiota.data", label: 0, left: -1, positive: "p" },
  { name: "zoo (7)", file: "zoo.data", label: 17, left: 0, positive: null },
  { name: "car (4)", file: "car.data", label: 6, left: -1, positive: null },
] as const;

/** A set of a file. What these files have as `?` is a value of its own, as their authors say of the votes. */
function readSet(
  folder: string,
  { name, file, label, left, positive }: (typeof FILES)[number],
): ClassicSet | null {
  const path = resolve(folder, file);
  if (!existsSync(path)) return null;
  const rows = readFileSync(path, "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(",").map((cell) => (cell === "?" ? "unknown" : cell)))
    .map((cells) => [...cells.filter((_, at) => at !== label && at !== left), cells[label]!]);
  return {
    name,
    columns: rows[0]!.map((_, at) => (at === rows[0]!.length - 1 ? "class" : `a${at + 1}`)),
    rows,
    positive,
  };
}

interface SetResult {
  readonly name: string;
  readonly rows: number;
  /** Columns of 0 and 1 that features become. */
  readonly features: number;
  /** Share of right answers, by method. */
  readonly accuracy: Readonly<Record<string, number>>;
}

/** Bits of an example or a query, the label last. */
const bitsOf = ({ features, label }: Example): number[] =>
  [...features, label].map((sign) => (sign === 1 ? 1 : 0));

/** How often each method answers rows rightly that it has not seen. */
export function crossValidate(
  set: ClassicSet,
  seed: number,
  methods: Readonly<Record<string, Method>> = METHODS,
): SetResult {
  const all: DataTable = readTable(csvOf(set), set.name, undefined, { header: true });
  // In any order: some learners go through their examples once.
  const rows = shuffled(all.rows, seededRandom(seed)).slice(0, MOST_ROWS);
  const table = { ...all, rows };
  const options = {
    encode: "onehot",
    ...(set.positive === null ? { classes: "rest" as const } : { positive: set.positive }),
  } as const;
  const whole = encodedFormat(table, options);
  const labels = labelledRows(whole.table, whole.format).map(({ label }) => label);
  const places = labels.map((label, at) => ({ label, at }));
  const right = Object.fromEntries(Object.keys(methods).map((name) => [name, 0]));
  for (const fold of foldsOf(places, FOLDS, seed, set.name)) {
    const { training, held, format } = splitExamples(
      table,
      whole.format,
      labels,
      { training: fold.training.map(({ at }) => at), held: fold.held.map(({ at }) => at) },
      options,
    );
    const learners = learnersOf(format);
    const queries = examplesFor(held, []).map(bitsOf);
    for (const [name, method] of Object.entries(methods)) {
      const answers = learners.splits.map((split) => {
        const answer = method(examplesFor(training, split).map(bitsOf));
        return queries.map((query): Sign => (answer(query) === 1 ? 1 : -1));
      });
      const found = decided(learners, answers);
      right[name]! += held.filter(({ label }, at) => found[at] === label).length;
    }
  }
  const accuracy = Object.fromEntries(
    Object.entries(right).map(([name, count]) => [name, count / rows.length]),
  );
  return { name: set.name, rows: rows.length, features: whole.format.columns.length - 1, accuracy };
}

export function benchClassic(io: Io, { sets = ".", seed = 1, quick, json }: BenchOptions): number {
  const own = [monk(1), monk(2), monk(3), ...(quick ? [] : [ticTacToe(), balanceScale()])];
  const read = quick ? [] : FILES.flatMap((file) => readSet(resolve(io.cwd, sets), file) ?? []);
  const results = [...own, ...read].map((set) => crossValidate(set, seed));
  if (json) printJson(io, { seed, folds: FOLDS, results });
  else {
    const percent = (share: number) => (100 * share).toFixed(1);
    io.stdout.write(
      showTable([
        ["", ...results.map(({ name }) => name)],
        ["rows", ...results.map(({ rows }) => String(rows))],
        ["features", ...results.map(({ features }) => String(features))],
        ...Object.keys(METHODS).map((name) => [
          name,
          ...results.map(({ accuracy }) => percent(accuracy[name]!)),
        ]),
      ]),
    );
  }
  return 0;
}
