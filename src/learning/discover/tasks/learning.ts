// Learning problems of the sample curve as problems of candidates: examples above, a query in the last row, and the
// answer in its last cell.

import { InputError } from "../../../diagnostics/diagnostic.ts";
import { cached } from "../../../diagnostics/memo.ts";
import { bounds } from "../../../grid/grid.ts";
import { fitsGrid } from "../../../grid/prepare.ts";
import { type Random, seededRandom } from "../../../grid/random.ts";
import type { CheckedProgram } from "../../../language/analyse/checked.ts";
import type { Example, Sign } from "../../learner/memory-layer.ts";
import { questionGrid } from "../../learner/question.ts";
import { rankOf } from "../../learner/rank.ts";
import {
  type ProblemSize,
  signOfBit,
  type LearningProblem as Table,
  type Task,
} from "../../learner/tasks/task.ts";
import { type DiscoverTask, limitOf, type ProblemCase } from "../problem.ts";

/** Tables that are drawn at most for one whose examples decide enough queries, and for a first look whether there are any. */
const MOST_DRAWS = 1000;
const FEW_DRAWS = 32;
/** Queries that are drawn for one that the examples decide, where they need not decide all. */
const SPARE = 8;

/** Which answers count. */
export interface Asked {
  /** Whether labels are random: nothing can be learned then. */
  readonly randomLabels: boolean;
  /** Whether a program says what is to be answered, also where the examples do not. */
  readonly hasReference: boolean;
}

export function learningTask(
  program: CheckedProgram,
  task: Task,
  { randomLabels, hasReference }: Asked,
): DiscoverTask {
  const answer = answerOf(program);
  if (!hasReference && task.decides === undefined)
    throw new InputError(
      `--task ${task.name}: its examples do not decide the answer, so that nobody is right on all queries; give --against, ` +
        "a program (.alg) that answers as it is to answer",
    );
  const possible = new Map<string, boolean>();
  const isPossible = (size: ProblemSize): boolean =>
    cached(possible, `${size.features} ${size.examples}`, () => hasTables(task, size, hasReference));
  return {
    name: task.name,
    isLearning: true,
    fits: ({ rows, cols }) =>
      rows > 1 &&
      cols > 1 &&
      fitsGrid(program, { rows, cols }) &&
      isPossible({ features: cols - 1, examples: rows - 1, queries: 1 }),
    draw(random, shape, cases) {
      const size = { features: shape.cols - 1, examples: shape.rows - 1, queries: cases };
      const table = drawTable(task, random, size, hasReference, MOST_DRAWS);
      const labelled = randomLabels ? relabelled(table, () => signOfBit(random.int(2))) : table;
      return {
        cases: labelled.queries.map((query) => caseOf(program, labelled.examples, query, answer)),
        isLearning: true,
        limit: limitOf(program, shape),
      };
    },
  };
}

/** A table whose examples decide its queries, unless others say what is to be answered. Throws InputError if there is none. */
function drawTable(
  task: Task,
  random: Random,
  size: ProblemSize,
  hasReference: boolean,
  draws: number,
): Table {
  const determines = task.isLinear === true && size.examples >= size.features;
  const queries = determines || hasReference ? size.queries : SPARE * size.queries;
  let table = task.draw(random, { ...size, queries });
  for (let draw = 1; draw < draws; draw++) {
    if (!determines || rankOf(table.examples) === size.features) {
      const asked = hasReference ? table.queries : table.queries.filter(task.decides!(table.examples));
      if (asked.length >= size.queries) return { ...table, queries: asked.slice(0, size.queries) };
    }
    table = task.draw(random, { ...size, queries });
  }
  if (hasReference) return table;
  throw new InputError(
    `--task ${task.name}: ${size.examples} examples of ${size.features} features do not decide ${size.queries} queries; ` +
      "give larger --extra",
  );
}

/** Tells whether the task has tables of a size, and some whose examples decide a query. */
function hasTables(task: Task, size: ProblemSize, hasReference: boolean): boolean {
  if (task.features !== undefined && size.features !== task.features) return false;
  try {
    drawTable(task, seededRandom(0), size, hasReference, FEW_DRAWS);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

const relabelled = ({ examples, queries }: Table, label: () => Sign): Table => {
  const again = (list: readonly Example[]) => list.map(({ features }) => ({ features, label: label() }));
  return { examples: again(examples), queries: again(queries) };
};

/** The field that answers, of two values. */
function answerOf({ name, predict, fields, source }: CheckedProgram) {
  const answer = fields.find((field) => field.name === predict);
  if (answer === undefined)
    throw new InputError(
      `${source.name}: ${name} is no learner, but the task is learned from examples; let it say \`predict\` and a field`,
    );
  const { lo, hi } = bounds(answer.type);
  if (hi - lo === 1) return { field: answer.name, no: lo, yes: hi };
  throw new InputError(
    `${source.name}: ${name} predicts ${answer.name}, which has ${hi - lo + 1} values, expected two; predict a bit`,
  );
}

function caseOf(
  program: CheckedProgram,
  examples: readonly Example[],
  { features, label }: Example,
  { field, no, yes }: ReturnType<typeof answerOf>,
): ProblemCase {
  const input = questionGrid(program, examples, features);
  return { input, wanted: [{ field, cell: input.rows * input.cols - 1, value: label === 1 ? yes : no }] };
}
