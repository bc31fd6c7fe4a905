// Learning problems of the sample curve as problems of candidates: examples above, a query in the last row, and the
// answer in its last cell.

import { InputError } from "../../../diagnostics/diagnostic.ts";
import { bounds } from "../../../grid/grid.ts";
import { fitsGrid } from "../../../grid/prepare.ts";
import { seededRandom } from "../../../grid/random.ts";
import type { CheckedProgram } from "../../../language/analyse/checked.ts";
import type { Example, Sign } from "../../learner/memory.ts";
import { questionGrid } from "../../learner/question.ts";
import { rankOf } from "../../learner/rank.ts";
import { signOfBit, type LearningProblem as Table, type Task } from "../../learner/tasks/task.ts";
import { type DiscoverTask, limitOf, type ProblemCase } from "../problem.ts";

/** Tables that are drawn at most for one whose examples have full rank, where these determine the rule. */
const MOST_DRAWS = 1000;

/** @param randomLabels whether labels are random: nothing can be learned then */
export function learningTask(program: CheckedProgram, task: Task, randomLabels: boolean): DiscoverTask {
  const answer = answerOf(program);
  return {
    name: task.name,
    isLearning: true,
    fits: ({ rows, cols }) =>
      rows > 1 && cols > 1 && fitsGrid(program, { rows, cols }) && isPossible(task, cols - 1),
    draw(random, shape, cases) {
      const size = { features: shape.cols - 1, examples: shape.rows - 1, queries: cases };
      const determined = task.isLinear && size.examples >= size.features;
      for (let draw = 0; ; draw++) {
        const table = task.draw(random, size);
        if (determined && rankOf(table.examples) < size.features && draw < MOST_DRAWS) continue;
        const labelled = randomLabels ? relabelled(table, () => signOfBit(random.int(2))) : table;
        return {
          cases: labelled.queries.map((query) => caseOf(program, labelled.examples, query, answer)),
          isLearning: true,
          limit: limitOf(program, shape),
        };
      }
    },
  };
}

/** Whether the task has problems of so many features. */
function isPossible(task: Task, features: number): boolean {
  if (task.features !== undefined) return features === task.features;
  try {
    task.draw(seededRandom(0), { features, examples: 1, queries: 1 });
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
