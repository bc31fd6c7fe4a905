// `tapeloom learn`: trains the memory of a learner's network on a table of examples and answers queries with it.

import { randomInt } from "node:crypto";
import { hashOf } from "../compile.ts";
import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import type { Backend } from "../engines/backend.ts";
import { preparedShape } from "../grid/prepare.ts";
import { compileLearner } from "../learner/compile.ts";
import { type DataFormat, examplesOf, formatOfTable, oneOf, remarksOn } from "../learner/dataset.ts";
import { engineChooser } from "../learner/engine.ts";
import { predict } from "../learner/evaluate.ts";
import type { Example, Memory, Sign } from "../learner/memory.ts";
import { type Model, writeModelFile } from "../learner/modelfile.ts";
import type { LearnerNetwork } from "../learner/network.ts";
import { stepsFor } from "../learner/steps.ts";
import { trainByAutodiff, trainByJacobian } from "../learner/train.ts";
import { isWeightFile, writeAtomically } from "./files.ts";
import { EXIT, type Io, interruptible, remark } from "./io.ts";
import { printJson } from "./json.ts";
import { asJson, type Baselines, type Comparison, describe, rightAnswers } from "./learn-result.ts";
import { type CommonOptions, loadProgram, type Program } from "./load.ts";
import type { Params } from "./options.ts";
import { type Progress, progressBar } from "./progress.ts";
import { plural } from "./table.ts";
import { type DataOptions, type LoadedTable, loadTable, sayTable } from "./table-input.ts";

export type Path = "autodiff" | "jacobian";

export interface LearnOptions extends CommonOptions, DataOptions {
  readonly data: string;
  readonly test?: string;
  readonly label?: string;
  readonly positive?: string;
  readonly path: Path;
  readonly output?: string;
  readonly baselines: boolean;
  /** Of the dense network among the baselines. */
  readonly seed?: number;
  readonly set?: Params;
}

export async function learnCommand(io: Io, file: string, options: LearnOptions): Promise<number> {
  const { output } = options;
  if (output !== undefined && !isWeightFile(output))
    throw new InputError(
      `-o ${output}: a model's name ends in .safetensors, so that it can be read again; rename it`,
    );
  const data = await loadData(io, options);
  const { format, examples, queries } = data;
  const program = await loadProgram(io, file, options.set ?? {}, options);
  const begin = performance.now();
  const network = compileIt(io, program, format, options);
  const { model, answers } = await trainAndTest(io, { program, network, format, examples, queries }, options);
  const seconds = (performance.now() - begin) / 1000;
  const baselines = options.baselines ? await compare(io, examples, queries, options) : null;
  const result = { model, answers, queries, seconds, baselines, tables: data.tables };
  if (output !== undefined) {
    await writeAtomically(io, output, writeModelFile(model));
    remark(io, `wrote ${output}`);
  }
  if (options.json) printJson(io, asJson(result, options));
  else io.stdout.write(describe(result, options));
  return EXIT.done;
}

/** Reads the examples and those to be tested on, and says how they are understood. */
async function loadData(io: Io, options: LearnOptions) {
  const loaded = await loadTable(io, options.data, options);
  const format = formatOfTable(loaded.table, options);
  const examples = examplesOf(loaded.table, format);
  const remarks = [...loaded.remarks, ...remarksOn(loaded.table, format, options)];
  const training = { ...loaded, remarks };
  sayTable(io, training, format);
  if (options.test === undefined) return { format, examples, queries: examples, tables: { training } };
  const test = await loadTable(io, options.test, options, { format, needsLabel: true });
  const queries = examplesOf(test.table, format);
  sayTable(io, test, format);
  return { format, examples, queries, tables: { training, test } };
}

/** The tables of a training, as they were read. */
export interface Tables {
  readonly training: LoadedTable;
  readonly test?: LoadedTable;
}

function compileIt(
  io: Io,
  { front }: Program,
  format: DataFormat,
  { set, verbose }: LearnOptions,
): LearnerNetwork {
  const begin = performance.now();
  const { source } = front;
  const options = {
    sourceHash: hashOf(source.text),
    one: oneOf(format),
    ...(set === undefined ? {} : { params: set }),
  };
  const network = io.bounded(`compiling ${source.name}`, () => compileLearner(front, options));
  if (verbose) remark(io, `compiled in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  return network;
}

interface Task {
  readonly program: Program;
  readonly network: LearnerNetwork;
  readonly format: DataFormat;
  readonly examples: readonly Example[];
  readonly queries: readonly Example[];
}

async function trainAndTest(
  io: Io,
  { program, network, format, examples, queries }: Task,
  { path, verbose }: LearnOptions,
): Promise<{ readonly model: Model; readonly answers: readonly Sign[] }> {
  const { name, steps: claim } = program.front.checked;
  return interruptible(io, async (signal) => {
    // What the memory will be is known (Lemma 1), so the number of steps can be found before training.
    const full = trainByJacobian(examples);
    const steps = await stepsFor(network, claim, full, examples);
    if (verbose)
      remark(io, `${plural(steps, "step")} of the network for a memory of ${full.rows}x${full.cols}`);
    const progress = progressBar(io, name, "SGD steps");
    const memory = await withProgress(progress, () =>
      train(path, network, steps, examples, progress, signal),
    );
    const model: Model = { network, memory, steps, format };
    return {
      model,
      answers: await answer(
        io,
        model,
        queries.map(({ features }) => features),
        signal,
      ),
    };
  });
}

async function train(
  path: Path,
  network: LearnerNetwork,
  steps: number,
  examples: readonly Example[],
  progress: Progress,
  signal: AbortSignal,
): Promise<Memory> {
  const onStep = (done: number) => progress.update(done, examples.length + 1);
  switch (path) {
    case "jacobian":
      return trainByJacobian(examples, { onStep });
    case "autodiff":
      return trainByAutodiff(await loadTensors(), network, steps, examples, { onStep, signal });
    default:
      return unreachable(path);
  }
}

async function loadTensors(): Promise<Backend> {
  const { loadBackend } = await import("../engines/backend.ts");
  return loadBackend();
}

/** A model's answers to queries, with a progress bar. */
export async function answer(
  io: Io,
  { network, memory, steps }: Model,
  queries: readonly (readonly Sign[])[],
  signal: AbortSignal,
): Promise<Sign[]> {
  const { rows, cols } = preparedShape(network.digital, memory);
  const engine = await engineChooser(network)(rows * cols * steps * queries.length);
  const progress = progressBar(io, network.digital.program, "queries");
  try {
    return await withProgress(progress, () =>
      predict(network, memory, steps, engine, queries, {
        digital: true,
        batch: engine.name === "bytes" ? 32 : 128,
        onProgress: progress.update,
        signal,
      }),
    );
  } finally {
    engine.close();
  }
}

async function withProgress<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    progress.stop();
  }
}

async function compare(
  io: Io,
  examples: readonly Example[],
  queries: readonly Example[],
  { seed = randomInt(2 ** 32) }: LearnOptions,
): Promise<Baselines> {
  const { answersOf, BASELINE_NAMES, BASELINES } = await import("../learner/baselines/baselines.ts");
  const backend = await loadTensors();
  const progress = progressBar(io, "baselines", "methods");
  const features = queries.map((query) => query.features);
  return interruptible(io, (signal) =>
    withProgress(progress, async () => {
      const methods: Comparison[] = [];
      for (const baseline of BASELINES) {
        progress.update(methods.length, BASELINES.length);
        const begin = performance.now();
        const { answers, settings } = await answersOf(baseline, backend, examples, features, {
          seed,
          signal,
        });
        methods.push({
          method: BASELINE_NAMES[baseline],
          accuracy: rightAnswers(answers, queries) / queries.length,
          predictions: answers,
          seconds: (performance.now() - begin) / 1000,
          settings,
        });
      }
      return { seed, methods };
    }),
  );
}
