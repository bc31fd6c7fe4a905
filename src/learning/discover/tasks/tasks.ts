// All tasks by name, and the sizes of their problems.

import { InputError } from "../../../diagnostics/diagnostic.ts";
import type { Shape } from "../../../grid/grid.ts";
import { seededRandom } from "../../../grid/random.ts";
import type { CheckedProgram } from "../../../language/analyse/checked.ts";
import { TASKS } from "../../learner/tasks/tasks.ts";
import type { DiscoverTask, Problem } from "../problem.ts";
import { referenceTask } from "./against.ts";
import { type Asked, learningTask } from "./learning.ts";
import { RULES, ruleTask } from "./rules.ts";

/** Which task it is: one of a name, a program, or the program's answers to the problems of that name. */
export interface TaskChoice {
  readonly name: string | null;
  readonly reference: CheckedProgram | null;
  readonly randomLabels: boolean;
}

export function taskOf(sketch: CheckedProgram, { name, reference, randomLabels }: TaskChoice): DiscoverTask {
  const named =
    name === null ? null : namedTask(sketch, name, { randomLabels, hasReference: reference !== null });
  if (reference !== null) return referenceTask(sketch, reference, named);
  if (named !== null) return named;
  throw new Error("internal: neither a task nor a reference");
}

function namedTask(sketch: CheckedProgram, name: string, asked: Asked): DiscoverTask {
  const learning = TASKS.find((task) => task.name === name);
  if (learning !== undefined) return learningTask(sketch, learning, asked);
  const rule = RULES.find((each) => each.name === name);
  if (rule !== undefined && asked.randomLabels)
    throw new InputError(
      `--random-labels is for tasks that are learned from examples; leave it out for ${name}`,
    );
  if (rule !== undefined) return ruleTask(sketch, rule);
  const names = [...TASKS, ...RULES].map((task) => task.name);
  throw new InputError(`--task ${name}: there is no such task; give one of ${names.join(", ")}`);
}

export interface Sizes {
  /** Features of a learning problem, or columns. */
  readonly dims: number;
  /** Examples beyond the features. */
  readonly extra: number;
  readonly cases: number;
}

/** Shapes of grids for the first look, for the problems that count, and for those on which a find must do as well. */
export interface Shapes {
  readonly small: readonly Shape[];
  readonly main: readonly Shape[];
  readonly large: readonly Shape[];
}

export function shapesOf(task: DiscoverTask, { dims, extra }: Sizes): Shapes {
  // As many more examples for each feature as the problems that count have.
  const more = (features: number): number => Math.floor((extra * features) / dims);
  const table = (features: number, examples: number): Shape => ({ rows: examples + 1, cols: features + 1 });
  const range = (from: number, to: number): number[] =>
    Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
  const fitting = (shapes: readonly Shape[]): Shape[] => shapes.filter((shape) => task.fits(shape));
  const [small, main, large] = task.isLearning
    ? [
        range(1, Math.min(dims, 12)).flatMap((d) => range(1, 3).map((few) => table(d, d + more(d) + few))),
        [table(dims, dims + extra)],
        [
          table(Math.max(1, dims >> 1), dims + extra),
          table(dims + 1, dims + extra + 4),
          table(2 * dims, 2 * dims + more(2 * dims)),
        ],
      ]
    : [
        range(1, 4).flatMap((cols) => range(1, 3).map((rows) => ({ rows, cols }))),
        range(1, dims).flatMap((cols) => [1, 1 + (cols % 4)].map((rows) => ({ rows, cols }))),
        [1, 4, dims].flatMap((rows) =>
          [dims, dims + 1, 2 * dims]
            .filter((cols) => rows * cols <= MOST_LARGE)
            .map((cols) => ({ rows, cols })),
        ),
      ];
  const found = { small: fitting(small!).slice(0, MOST_SMALL), main: fitting(main!), large: fitting(large!) };
  if (found.main.length > 0) return found;
  throw new InputError(
    `--dims ${dims}: the sketch and the task ${task.name} have no problems of this size in common; give another size`,
  );
}

/** Cells of large grids, whose answers take a program long. */
const MOST_LARGE = 100;
/** Small shapes at most. */
const MOST_SMALL = 12;

/** Problems that have nothing in common, whatever they are for. */
const STREAMS = { main: 0, small: 1, large: 2, evolved: 3, verified: 9 } as const;
export type Stream = keyof typeof STREAMS;

/** Problem number `index` of a stream: the same whoever draws it. */
export function problemAt(
  task: DiscoverTask,
  shapes: readonly Shape[],
  cases: number,
  [seed, stream, index]: readonly [seed: number, stream: Stream, index: number],
): Problem {
  const mixed =
    Math.imul(seed, 0x9e3779b1) ^
    Math.imul(STREAMS[stream] + 1, 0x85ebca77) ^
    Math.imul(index + 1, 0xc2b2ae3d);
  return task.draw(seededRandom(mixed >>> 0), shapes[index % shapes.length]!, cases);
}
