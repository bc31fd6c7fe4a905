// The sample curve: how well a method does after a number of examples of a task, measured on many random problems. This is
// the work on some problems of one size, so that it can be shared out; every problem has a seed of its own, so that
// the result does not depend on who does what.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import { interpret } from "../../engines/reference.ts";
import type { Backend } from "../../engines/tensorflow.ts";
import { bounds } from "../../grid/grid.ts";
import { preparedShape } from "../../grid/prepare.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { trainByJacobian } from "./algorithm-1.ts";
import { answersOf, BASELINE_NAMES, BASELINES, type Baseline } from "./baselines.ts";
import type { ChooseEngine } from "./digital-engine.ts";
import { answerAll } from "./evaluate.ts";
import type { LearnerNetwork } from "./learner-network.ts";
import type { Example, Sign } from "./memory-layer.ts";
import { questionGrid } from "./question.ts";
import { rankOf } from "./rank.ts";
import type { LearningProblem, ProblemSize } from "./tasks/task.ts";
import { drawProblem, taskCalled } from "./tasks/tasks.ts";
import { clusteredRate, type Rate, wilson } from "./wilson-interval.ts";

export const METHODS = ["network", "reference", ...BASELINES] as const;
export type Method = (typeof METHODS)[number];

export const METHOD_NAMES: Readonly<Record<Method, string>> = {
  network: "compiled network",
  reference: "reference program",
  ...BASELINE_NAMES,
};

/** Some problems of one size for one method. */
export interface CurveJob {
  readonly method: Method;
  readonly task: string;
  readonly size: ProblemSize;
  readonly seed: number;
  /** The number of the first problem. */
  readonly first: number;
  readonly count: number;
  /** Steps that the network probably needs. */
  readonly steps: number;
}

/** What the methods are made of. */
export interface Contestants {
  readonly network: LearnerNetwork;
  readonly program: CheckedProgram;
  /** Loads TensorFlow.js, for the baselines. */
  readonly loadTensors: () => Promise<Backend>;
  /** Chooses what runs the network. */
  readonly chooseEngine: ChooseEngine;
}

export interface JobResult {
  /** Right answers for each problem. */
  readonly right: readonly number[];
  /** For how many problems the examples have as many independent rows as features. */
  readonly determined: number;
  /** Steps that the network made; 0 for other methods. */
  readonly steps: number;
  readonly seconds: number;
}

export async function runJob(job: CurveJob, contestants: Contestants): Promise<JobResult> {
  const begin = performance.now();
  const task = taskCalled(job.task);
  const problems = Array.from({ length: job.count }, (_, at) =>
    drawProblem(task, job.size, job.seed, job.first + at),
  );
  const { answers, steps } = await answerProblems(job, problems, contestants);
  const right = problems.map(
    ({ queries }, problem) => queries.filter(({ label }, at) => answers[problem]![at] === label).length,
  );
  const determined = problems.filter(
    ({ examples }) => rankOf(examples, task.modulus) === job.size.features,
  ).length;
  return { right, determined, steps, seconds: (performance.now() - begin) / 1000 };
}

interface Answers {
  /** By problem and query. */
  readonly answers: readonly (readonly Sign[])[];
  readonly steps: number;
}

async function answerProblems(
  job: CurveJob,
  problems: readonly LearningProblem[],
  contestants: Contestants,
): Promise<Answers> {
  const { method } = job;
  switch (method) {
    case "network":
      return byNetwork(job, problems, contestants);
    case "reference":
      return { answers: problems.map((problem) => byReference(problem, contestants.program)), steps: 0 };
    case "dense":
    case "logistic":
    case "neighbour":
      return byBaseline(method, job, problems, await contestants.loadTensors());
    default:
      return unreachable(method);
  }
}

/** All queries of all problems are grids of one shape, so they run together. */
async function byNetwork(
  { size, steps }: CurveJob,
  problems: readonly LearningProblem[],
  { network, chooseEngine }: Contestants,
): Promise<Answers> {
  const { rows, cols } = preparedShape(network.digital, {
    rows: size.examples + 1,
    cols: size.features + 1,
  });
  const engine = await chooseEngine(rows * cols * steps * size.queries * problems.length);
  const queries = problems.flatMap((problem) => {
    const memory = trainByJacobian(problem.examples);
    return problem.queries.map(({ features }) => ({ memory, features }));
  });
  const found = await answerAll(network, engine, steps, queries);
  const answers = problems.map((_, at) => found.answers.slice(at * size.queries, (at + 1) * size.queries));
  return { answers, steps: found.steps };
}

const byReference = ({ examples, queries }: LearningProblem, program: CheckedProgram): Sign[] =>
  queries.map(({ features }) => interpretLearner(program, examples, features));

/** Returns what the interpreter says to a query, given as the last row below the examples; `one` is the sign of the bit 1. */
export function interpretLearner(
  program: CheckedProgram,
  examples: readonly Example[],
  query: readonly Sign[],
  one: Sign = 1,
): Sign {
  const grid = questionGrid(program, examples, query, one);
  const answer = program.fields.find(({ name }) => name === program.predict)!;
  const isYes = interpret(program, grid).grid.planes[answer.name]!.at(-1) === bounds(answer.type).hi;
  return isYes === (one === 1) ? 1 : -1;
}

async function byBaseline(
  baseline: Baseline,
  { seed, first }: CurveJob,
  problems: readonly LearningProblem[],
  backend: Backend,
): Promise<Answers> {
  const answers: (readonly Sign[])[] = [];
  for (const [at, { examples, queries }] of problems.entries()) {
    const inputs = queries.map(({ features }) => features);
    const found = await answersOf(baseline, backend, examples, inputs, { seed: seed + first + at });
    answers.push(found.answers);
  }
  return { answers, steps: 0 };
}

/** One method at one size. */
export interface Measurement {
  readonly method: Method;
  readonly problems: number;
  /** The share of single answers that are right. */
  readonly accuracy: Rate;
  /** The share of problems all of whose queries are answered rightly. */
  readonly exact: Rate;
  /** The share of problems whose examples have full rank. */
  readonly determined: number;
  /** The most steps of the network; 0 for other methods. */
  readonly steps: number;
  /** Computing time of all problems. */
  readonly seconds: number;
}

/** All jobs of one method and size together. */
export function measurementOf(method: Method, queries: number, results: readonly JobResult[]): Measurement {
  const right = results.flatMap((result) => result.right);
  const sum = (of: (result: JobResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  return {
    method,
    problems: right.length,
    accuracy: clusteredRate(right, queries),
    exact: wilson(right.filter((each) => each === queries).length / right.length, right.length),
    determined: sum(({ determined }) => determined) / right.length,
    steps: Math.max(...results.map(({ steps }) => steps)),
    seconds: sum(({ seconds }) => seconds),
  };
}
