// `tapeloom curve`: how well a learner does after a number of examples of a task, beside its reference program, other
// methods, and what the theory says.

import { hashOf } from "../compile.ts";
import { breathe } from "../diagnostics/breathe.ts";
import { percent, plural, showCount } from "../diagnostics/count.ts";
import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import { preparedShape } from "../grid/prepare.ts";
import { trainByJacobian } from "../learning/learner/algorithm-1.ts";
import { compileLearner } from "../learning/learner/compile-learner.ts";
import type { LearnerNetwork } from "../learning/learner/learner-network.ts";
import { sizeOfLearner } from "../learning/learner/learner-size.ts";
import {
  type CurveJob,
  METHOD_NAMES,
  METHODS,
  type Measurement,
  measurementOf,
} from "../learning/learner/sample-curve.ts";
import { stepsUntilDone } from "../learning/learner/step-count.ts";
import type { ProblemSize, Task } from "../learning/learner/tasks/task.ts";
import { drawProblem, TASKS, taskCalled } from "../learning/learner/tasks/tasks.ts";
import type { Chances } from "../learning/learner/tasks/theory.ts";
import { showRate } from "../learning/learner/wilson-interval.ts";
import { type Curve, type CurvePoint, renderCurve } from "../report/curve-figure.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { curveOptions } from "./commands/learning.ts";
import { requireEnding, writeOutput } from "./files.ts";
import type { Io } from "./io.ts";
import { loadProgram } from "./load.ts";
import { resultsOf } from "./pool.ts";
import { working } from "./progress.ts";
import { showTable } from "./table.ts";
import type { DataOf } from "./work.ts";

type CurveOptions = ValuesOf<typeof curveOptions>;

export async function curveCommand(io: Io, file: string, options: CurveOptions): Promise<CommandResult> {
  const { output, seed } = options;
  requireEnding("-o", output, "a figure", [".svg", ".html"]);
  const task = requireTask(options.task);
  const sizes = sizesOf(task, options);
  const { front } = await loadProgram(io, file, options);
  const begin = performance.now();
  const hash = { sourceHash: hashOf(front.source.text), ...(options.set ? { params: options.set } : {}) };
  const network = io.bounded(`compiling ${file}`, () => compileLearner(front, hash));
  const points = await measure(io, { network, program: front.checked }, { task, sizes, seed }, options);
  const seconds = (performance.now() - begin) / 1000;
  const result = { program: front.checked.name, task: task.name, queries: options.queries, seed, points };
  const format = output?.toLowerCase().endsWith(".html") ? "html" : "svg";
  if (output !== undefined) await writeOutput(io, output, await renderCurve(result, format));
  return {
    json: () => ({ ...result, seconds }),
    text: () => describe(result, seconds) + (options.sizes ? `\n${describeSizes(result)}` : ""),
  };
}

function requireTask(name: string): Task {
  if (TASKS.some((task) => task.name === name)) return taskCalled(name);
  throw new InputError(
    `--task ${name}: there is no such task; give one of ${TASKS.map((task) => task.name).join(", ")}`,
  );
}

const DIMS = [8, 16, 32, 64];

function sizesOf(task: Task, { dims, extra, queries }: CurveOptions): ProblemSize[] {
  const { features: only } = task;
  if (only !== undefined && dims?.some((each) => each !== only))
    throw new InputError(`--dims: problems of ${task.name} have ${only} features; leave --dims out`);
  const sizes = (only === undefined ? (dims ?? DIMS) : [only]).flatMap((features) =>
    extra.map((more) => ({ features, examples: features + more, queries })),
  );
  const none = sizes.find(({ features, examples }) => features < 1 || examples < 1);
  if (none === undefined) return sizes;
  throw new InputError(
    `--dims ${none.features} --extra ${none.examples - none.features}: found ${none.features} features and ` +
      `${none.examples} examples, expected one or more of each; give larger numbers`,
  );
}

interface Plan {
  readonly task: Task;
  readonly sizes: readonly ProblemSize[];
  readonly seed: number;
}

async function measure(
  io: Io,
  contestants: DataOf<"curve">,
  plan: Plan,
  options: CurveOptions,
): Promise<CurvePoint[]> {
  const steps = await stepsOfSizes(io, contestants, plan);
  // The longest first, so that all workers end together.
  const jobs = plan.sizes
    .flatMap((size, at) => jobsOf(contestants, plan, size, steps[at]!, options))
    .sort((one, other) => effort(contestants, other) - effort(contestants, one));
  const total = jobs.reduce((sum, job) => sum + effort(contestants, job), 0);
  const results = await resultsOf<"curve">(io, {
    ...{ label: contestants.program.name, unit: "% of the work, {eta_formatted} left", jobs },
    size: (job) => (100 * effort(contestants, job)) / total,
    ...{ work: "curve", data: contestants, hands: options },
  });
  return plan.sizes.map((size) => {
    const measured = METHODS.flatMap((method) => {
      const own = results.filter((_, at) => jobs[at]!.size === size && jobs[at]!.method === method);
      return own.length === 0 ? [] : [measurementOf(method, size.queries, own)];
    });
    return pointOf(contestants.network, plan.task, size, measured);
  });
}

/** Steps of the network on the first problem of each size, where most others end too. */
function stepsOfSizes(
  io: Io,
  { network }: Pick<DataOf<"curve">, "network">,
  { task, sizes, seed }: Plan,
): Promise<number[]> {
  return working(io, network.digital.program, "sizes: steps of the network", async (update, signal) => {
    const steps: number[] = [];
    for (const size of sizes) {
      const { examples } = drawProblem(task, size, seed, 0);
      steps.push(await stepsUntilDone(network, trainByJacobian(examples), examples));
      update(steps.length, sizes.length);
      await breathe(signal);
    }
    return steps;
  });
}

/** Numbers that the states of one job may hold. */
const JOB_NUMBERS = 2 ** 24;
const MOST_PROBLEMS = 64;

/** The work at one size, in parts. */
function jobsOf(
  { network }: Pick<DataOf<"curve">, "network">,
  { task, seed }: Plan,
  size: ProblemSize,
  steps: number,
  { problems, reference, baselines }: CurveOptions,
): CurveJob[] {
  const { rows, cols } = preparedShape(network.digital, shapeOf(size));
  const numbers = rows * cols * network.step.channels.length * size.queries;
  const batch = Math.max(1, Math.min(MOST_PROBLEMS, Math.floor(JOB_NUMBERS / numbers)));
  return METHODS.flatMap((method) => {
    const [total, part] =
      method === "network"
        ? [problems, batch]
        : [Math.min(problems, method === "reference" ? reference : baselines), 1];
    return Array.from({ length: Math.ceil(total / part) }, (_, at) => ({
      method,
      task: task.name,
      size,
      seed,
      first: at * part,
      count: Math.min(part, total - at * part),
      steps,
    }));
  });
}

/** About how many seconds a job takes, for the order of jobs and the time that is left. */
function effort(
  { network }: Pick<DataOf<"curve">, "network">,
  { method, size, count, steps }: CurveJob,
): number {
  const { rows, cols } = preparedShape(network.digital, shapeOf(size));
  const cells = rows * cols;
  switch (method) {
    case "network":
      return 2e-7 * cells * steps * Math.ceil((count * size.queries) / 16);
    case "reference":
      return 5e-7 * cells * (rows + cols) * count * size.queries;
    case "dense":
      return (1 + 5e-3 * size.examples) * count;
    case "logistic":
      return count;
    case "neighbour":
      return 0.01 * count;
    default:
      return unreachable(method);
  }
}

const shapeOf = ({ features, examples }: ProblemSize): Shape => ({ rows: examples + 1, cols: features + 1 });

function pointOf(
  network: LearnerNetwork,
  task: Task,
  problem: ProblemSize,
  methods: readonly Measurement[],
): CurvePoint {
  const { features, examples } = problem;
  const theory = task.theory === undefined ? {} : { theory: task.theory.chances(problem) };
  const steps = Math.max(...methods.map((method) => method.steps));
  return { features, examples, ...theory, methods, size: sizeOfLearner(network, shapeOf(problem), steps) };
}

/** How the chances of a theory are called, in the order in which they are shown. */
const CHANCES = [
  ["exact", "exact"],
  ["determined", "full rank"],
  ["accuracy", "accuracy"],
] as const satisfies readonly (readonly [key: keyof Chances, name: string])[];

/** Those that a table shows: accuracy only where it is all there is. */
const shownChances = (chances: Chances) =>
  CHANCES.filter(([key]) => chances[key] !== undefined).filter(([key], at) => key !== "accuracy" || at === 0);

function describe({ program, task, queries, seed, points }: Curve, seconds: number): string {
  const { theory } = taskCalled(task);
  const blocks = [...new Set(points.map(({ features }) => features))].map((features) => {
    const own = points.filter((point) => point.features === features);
    const shown = shownChances(own[0]?.theory ?? {}).map(([, name]) => name);
    const head = ["examples", "method", "problems", "accuracy", "exact", "full rank"];
    const title = `theory: ${shown.join(", ")}${theory?.isBound ? " at least" : ""}`;
    return `${task}, ${plural(features, "feature")}\n${showTable([shown.length > 0 ? [...head, title] : head, ...own.flatMap(rowsOf)])}`;
  });
  const steps = Math.max(...points.flatMap(({ methods }) => methods.map((method) => method.steps)));
  const says = theory === undefined ? "" : `\nTheory, ${theory.says}.\n`;
  return (
    `${blocks.join("\n")}${says}\n${program}: ${plural(queries, "query").replace("querys", "queries")} a problem, exact where all are ` +
    `answered rightly; 95% intervals (Wilson); at most ${showCount(steps)} steps; seed ${seed}; ${seconds.toFixed(1)} s\n`
  );
}

const rowsOf = ({ examples, methods, theory = {} }: CurvePoint): string[][] =>
  methods.map(({ method, problems, accuracy, exact, determined }, at) => [
    at === 0 ? showCount(examples) : "",
    METHOD_NAMES[method],
    showCount(problems),
    showRate(accuracy, 1),
    showRate(exact, 1),
    percent(determined, 1),
    ...(method === "network" || method === "reference" ? [showTheory(theory)] : []),
  ]);

const showTheory = (chances: Chances): string =>
  shownChances(chances)
    .map(([key]) => percent(chances[key]!, 1))
    .join(", ");

function describeSizes({ points }: Curve): string {
  const head = ["features", "examples", "steps", "nodes", "memory weights", "shared weights"];
  const without = ["without recurrent sharing", "without convolutional sharing", "dense"];
  const rows = points.map(({ features, examples, methods, size }) => {
    const { nodes, memory, shared, without } = size;
    const steps = Math.max(...methods.map((method) => method.steps));
    const counts = [nodes, memory, shared, without.recurrent, without.convolutional, without.dense];
    return [features, examples, steps, ...counts].map(showCount);
  });
  return showTable([[...head, ...without], ...rows]);
}
