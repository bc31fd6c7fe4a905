// `tapeloom learn`: trains the memory of a learner's network on a table of examples and answers queries with it.

import { hashOf } from "../compile.ts";
import { plural } from "../diagnostics/count.ts";
import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import { memo } from "../diagnostics/memo.ts";
import { preparedShape } from "../grid/prepare.ts";
import { trainByAutodiff, trainByJacobian } from "../learning/learner/algorithm-1.ts";
import { compileLearner } from "../learning/learner/compile-learner.ts";
import { type DataFormat, oneOf } from "../learning/learner/dataset.ts";
import type { DataTable } from "../learning/learner/delimited-tables.ts";
import { type ChooseEngine, engineChooser } from "../learning/learner/digital-engine.ts";
import { encodedFormat, encodeTable, showEncoding, splitExamples } from "../learning/learner/encode.ts";
import { NotDone, predict } from "../learning/learner/evaluate.ts";
import { decided, examplesFor, type LabelledRow } from "../learning/learner/label-classes.ts";
import { labelledRows, learnersOf } from "../learning/learner/labels.ts";
import type { LearnerNetwork } from "../learning/learner/learner-network.ts";
import type { Example, Memory, Sign } from "../learning/learner/memory-layer.ts";
import { type Model, writeModelFile } from "../learning/learner/modelfile.ts";
import { remarksOn } from "../learning/learner/remarks.ts";
import { claimedSteps, stepsFor } from "../learning/learner/step-count.ts";
import { singleWarnings } from "../proof/prove/one-channel-network.ts";
import { kept } from "./cache.ts";
import type { CommandResult } from "./commands/command.ts";
import { reportWarnings } from "./errors.ts";
import { requireEnding, writeOutput } from "./files.ts";
import type { Fold } from "./folds.ts";
import { type Io, remark } from "./io.ts";
import {
  type BaselineResult,
  type Baselines,
  describeLearning,
  type LearnOptions,
  learningJson,
  rightAnswers,
} from "./learn-result.ts";
import { allThreads, type LoadedProgram, loadProgram } from "./load.ts";
import { working } from "./progress.ts";
import { loadTable, sayTable } from "./table-input.ts";
import { tensorLoader } from "./tensors.ts";

export async function learnCommand(io: Io, file: string, options: LearnOptions): Promise<CommandResult> {
  const { output } = options;
  requireEnding("-o", output, "a model", [".safetensors"], ", so that it can be read again");
  checkOptions(options);
  const data = await loadData(io, options);
  const { format, examples, queries } = data;
  const program = await loadProgram(io, file, options);
  const begin = performance.now();
  if (options.folds !== undefined) return crossValidate(io, options.folds, program, data, options);
  const network = compileIt(io, program, format, options);
  const { model, answers } = await trainAndTest(io, { program, network, format, examples, queries }, options);
  const seconds = (performance.now() - begin) / 1000;
  const baselines = options.baselines ? await compare(io, format, examples, queries, options) : null;
  const result = { model, answers, queries, seconds, baselines, tables: data.tables };
  if (output !== undefined) await writeOutput(io, output, writeModelFile(model));
  return { json: () => learningJson(result, options), text: () => describeLearning(result, options) };
}

function checkOptions({
  folds,
  test,
  output,
  baselines,
  levels,
  encode,
  classes,
  positive,
}: LearnOptions): void {
  if (folds !== undefined && (test !== undefined || output !== undefined || baselines))
    throw new InputError(
      "--folds trains a learner for each part of the data, so that there is none for --test, -o or --baselines; leave " +
        "these out",
    );
  if (classes !== undefined && positive !== undefined)
    throw new InputError(
      "--positive takes one value of the label against all others, and --classes tells all of them apart; leave out one",
    );
  if (levels !== undefined && encode !== "thermometer")
    throw new InputError("--levels are those of --encode thermometer; add it, or leave them out");
}

/** Reads the examples and those to be tested on, and says how they are understood. */
async function loadData(io: Io, given: LearnOptions) {
  const options = { ...given, classes: given.classes ?? "rest" } as const;
  const loaded = await loadTable(io, options.data, options);
  const whole = encodedFormat(loaded.table, options);
  const examples = labelledRows(whole.table, whole.format);
  const training = (format: DataFormat, table: DataTable, said: string) => {
    const encoded = format.encoded === undefined ? [] : [`encoded${said}: ${showEncoding(format.encoded)}`];
    const remarks = [...loaded.remarks, ...encoded, ...remarksOn(table, format, options)];
    sayTable(io, { ...loaded, table, remarks }, format);
    return { ...loaded, table, remarks };
  };
  const split = (places: Fold<RowLabel>): Part =>
    splitRows(io, loaded.table, whole.format, examples, places, options);
  const rows = { split, labels: examples.map(({ label }, at) => ({ label, at })) };
  const { shareOf, splitOf } = await import("./folds.ts");
  const share = shareOf(options.test);
  if (share !== null) {
    const { seed } = options;
    const { format, training: own, held } = split(splitOf(rows.labels, share, seed, options.data));
    const table =
      format.encoded === undefined ? loaded.table : encodeTable(loaded.table, format.encoded, () => {});
    const tables = {
      training: training(format, table, " by the rows that are left"),
      split: { share, seed },
    };
    return { format, examples: own, queries: held, tables, rows };
  }
  const said = options.folds === undefined ? "" : ", but in each part by the rows that it is trained on";
  const tables = { training: training(whole.format, whole.table, said) };
  if (options.test === undefined) return { format: whole.format, examples, queries: examples, tables, rows };
  const test = await loadTable(io, options.test, options, { format: whole.format, needsLabel: true });
  const queries = labelledRows(test.table, whole.format);
  sayTable(io, test, whole.format);
  return { format: whole.format, examples, queries, tables: { ...tables, test }, rows };
}

/** A row by its place, from 0. */
interface RowLabel {
  readonly at: number;
  readonly label: number;
}

type Part = ReturnType<typeof splitExamples<number>>;

/** Reads held rows as the others say, and remarks on values that those do not have. */
function splitRows(
  io: Io,
  table: DataTable,
  whole: DataFormat,
  examples: readonly LabelledRow[],
  { training, held }: Fold<RowLabel>,
  options: LearnOptions,
): Part {
  const places = { training: training.map(({ at }) => at), held: held.map(({ at }) => at) };
  const labels = examples.map(({ label }) => label);
  const part = splitExamples(table, whole, labels, places, options);
  if (part.unknown > 0)
    remark(
      io,
      `in the ${plural(held.length, "row")} held back: ${plural(part.unknown, "value")} that no training row has, taken for 0`,
    );
  return part;
}

function compileIt(
  io: Io,
  { front }: LoadedProgram,
  format: DataFormat,
  { set, arch, verbose }: LearnOptions,
): LearnerNetwork {
  const begin = performance.now();
  const { source } = front;
  const options = {
    sourceHash: hashOf(source.text),
    one: oneOf(format),
    arch,
    ...(set === undefined ? {} : { params: set }),
  };
  const network = io.bounded(
    `compiling ${source.name}`,
    () =>
      kept(io, {
        key: { of: "learner", source, checked: front.checked, options },
        make: () => compileLearner(front, options),
      }),
    true,
  );
  if (arch === "paper") reportWarnings(io, source, singleWarnings(front.ast, network.digital));
  if (verbose) remark(io, `compiled in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  return network;
}

/** Trains on all rows but a part, and answers those, part by part. */
async function crossValidate(
  io: Io,
  count: number,
  program: LoadedProgram,
  { format, rows }: Pick<Awaited<ReturnType<typeof loadData>>, "format" | "rows">,
  options: LearnOptions,
): Promise<CommandResult> {
  const { foldsOf, validationResult } = await import("./folds.ts");
  const { seed, data } = options;
  const begin = performance.now();
  const networkFor = memo((one: Sign) => compileIt(io, program, { ...format, one }, options));
  const folds: { held: readonly LabelledRow[]; answers: readonly number[] }[] = [];
  for (const places of foldsOf(rows.labels, count, seed, data)) {
    const { training, held, format: own } = rows.split(places);
    const task = { program, network: networkFor(oneOf(own)), format: own, examples: training, queries: held };
    const { answers } = await trainAndTest(io, task, options);
    folds.push({ held, answers });
    if (options.verbose) remark(io, `${plural(folds.length, "fold")} of ${count}`);
  }
  return validationResult({ format, seed, folds, seconds: (performance.now() - begin) / 1000 });
}

interface Task {
  readonly program: LoadedProgram;
  readonly network: LearnerNetwork;
  readonly format: DataFormat;
  readonly examples: readonly LabelledRow[];
  readonly queries: readonly LabelledRow[];
}

/**
 * Finds the number of steps, trains a learner for each split of the labels, and answers; that learners are done after as many as
 * they claim is seen by the answers.
 */
async function trainAndTest(io: Io, task: Task, options: LearnOptions): Promise<Trained> {
  const { program, network, format, examples } = task;
  const { name, steps: claim } = program.front.checked;
  const each = learnersOf(format).splits.map((split) => examplesFor(examples, split));
  // What the memory will be is known (Lemma 1), so the number of steps can be found before training.
  const full = each.map((own) => trainByJacobian(own));
  const chooseEngine = engineChooser(network, await allThreads());
  const trainFor = async (steps: number): Promise<Trained> => {
    const { rows, cols } = full[0]!;
    if (options.verbose)
      remark(io, `${plural(steps, "step")} of the network for a memory of ${rows}x${cols}`);
    return trainAndTestFor(io, task, each, steps, chooseEngine, options);
  };
  // By automatic differentiation the training takes longer than finding out.
  if (claim && options.path === "jacobian")
    try {
      return await trainFor(claimedSteps(claim, full[0]!));
    } catch (error) {
      if (!(error instanceof NotDone)) throw error;
    }
  // Steps after the last that is needed change nothing.
  let steps = 0;
  for (const [at, own] of each.entries()) {
    const needed = await working(io, name, "steps, to find out how many are needed", (update, signal) =>
      stepsFor(network, claim, full[at]!, own, { onStep: update, signal, chooseEngine }),
    );
    steps = Math.max(steps, needed);
  }
  return trainFor(steps);
}

interface Trained {
  readonly model: Model;
  /** Places of labels. */
  readonly answers: readonly number[];
}

async function trainAndTestFor(
  io: Io,
  { program, network, format, queries }: Task,
  each: readonly (readonly Example[])[],
  steps: number,
  chooseEngine: ChooseEngine,
  { path }: LearnOptions,
): Promise<Trained> {
  const memories: Memory[] = [];
  for (const examples of each)
    memories.push(
      await working(io, program.front.checked.name, "SGD steps", (update, signal) =>
        train(path, network, steps, examples, update, signal),
      ),
    );
  const [memory, ...others] = memories;
  const model: Model = { network, memory: memory!, steps, format, ...(format.classes && { others }) };
  const features = queries.map((query) => query.features);
  return { model, answers: await answer(io, model, features, chooseEngine) };
}

async function train(
  path: LearnOptions["path"],
  network: LearnerNetwork,
  steps: number,
  examples: readonly Example[],
  update: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Memory> {
  const onStep = (done: number) => update(done, examples.length + 1);
  switch (path) {
    case "jacobian":
      return trainByJacobian(examples);
    case "autodiff":
      return trainByAutodiff(network, steps, examples, { onStep, signal });
    default:
      return unreachable(path);
  }
}

/** The places of the labels that a model answers to queries, with a progress bar. */
export async function answer(
  io: Io,
  { network, memory, others = [], steps, format }: Model,
  queries: readonly (readonly Sign[])[],
  chooseEngine?: ChooseEngine,
): Promise<number[]> {
  const { rows, cols } = preparedShape(network.digital, memory);
  const choose = chooseEngine ?? engineChooser(network, await allThreads());
  const engine = await choose(rows * cols * steps * queries.length * (1 + others.length));
  const batch = engine.name === "bytes" ? 32 : 128;
  const answers: Sign[][] = [];
  try {
    for (const each of [memory, ...others])
      answers.push(
        await working(io, network.digital.program, "queries", (onProgress, signal) =>
          predict(network, each, steps, engine, queries, { digital: true, batch, onProgress, signal }),
        ),
      );
  } finally {
    engine.close();
  }
  return decided(learnersOf(format), answers);
}

async function compare(
  io: Io,
  format: DataFormat,
  examples: readonly LabelledRow[],
  queries: readonly LabelledRow[],
  { seed }: LearnOptions,
): Promise<Baselines> {
  const { answersOf, BASELINE_NAMES, BASELINES } = await import("../learning/learner/baselines.ts");
  const backend = await tensorLoader()();
  const features = queries.map((query) => query.features);
  return working(io, "baselines", "methods", async (update, signal) => {
    const methods: BaselineResult[] = [];
    for (const baseline of BASELINES) {
      update(methods.length, BASELINES.length);
      const begin = performance.now();
      const found: Awaited<ReturnType<typeof answersOf>>[] = [];
      for (const split of learnersOf(format).splits)
        found.push(
          await answersOf(baseline, backend, examplesFor(examples, split), features, { seed, signal }),
        );
      const answers = decided(
        learnersOf(format),
        found.map((each) => each.answers),
      );
      const { settings } = found[0]!;
      methods.push({
        method: BASELINE_NAMES[baseline],
        accuracy: rightAnswers(answers, queries) / queries.length,
        predictions: answers,
        seconds: (performance.now() - begin) / 1000,
        settings,
      });
    }
    return { seed, methods };
  });
}
