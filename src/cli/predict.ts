// `tapeloom predict`: answers queries with a trained learner, without the data it was trained on.

import { InputError } from "../diagnostics/diagnostic.ts";
import { type DataFormat, examplesOf, hasLabels, oneOf, queriesOf, showLabel } from "../learner/dataset.ts";
import { readModelFile } from "../learner/modelfile.ts";
import { canonical } from "../learner/values.ts";
import { kindOf } from "./file-kind.ts";
import { isWeightFile, readBytes } from "./files.ts";
import { EXIT, type Io, interruptible, remark } from "./io.ts";
import { printJson } from "./json.ts";
import { answer } from "./learn.ts";
import { rightAnswers } from "./learn-result.ts";
import type { CommonOptions } from "./load.ts";
import { showCount } from "./table.ts";
import { type DataOptions, loadTable, sayTable, tableToJson } from "./table-input.ts";

export interface PredictOptions extends CommonOptions, DataOptions {
  readonly data: string;
  readonly positive?: string;
}

export async function predictCommand(io: Io, file: string, options: PredictOptions): Promise<number> {
  const { data, json } = options;
  if (!isWeightFile(file))
    throw new InputError(
      `${file}${await kindOf(io, file)}: expected the model of a trained learner, whose name ends in .safetensors;` +
        " make one with `tapeloom learn`",
    );
  const bytes = await readBytes(io, file);
  const model = io.bounded(`reading ${file}`, () => readModelFile(bytes, file));
  requirePositive(model.format, options);
  const loaded = await loadTable(io, data, options, { format: model.format, needsLabel: false });
  const { table } = loaded;
  const queries = queriesOf(table, model.format);
  const labels = hasLabels(table, model.format) ? examplesOf(table, model.format) : null;
  sayTable(io, loaded, model.format);
  const begin = performance.now();
  const answers = await interruptible(io, (signal) => answer(io, model, queries, signal));
  const seconds = (performance.now() - begin) / 1000;
  const predictions = answers.map((each) => showLabel(model.format, each));
  const right = labels === null ? null : rightAnswers(answers, labels);
  if (json) {
    const accuracy = right === null ? {} : { accuracy: right / answers.length };
    const read = tableToJson(loaded, model.format);
    printJson(io, { ...accuracy, predictions, steps: model.steps, seconds, data: read });
    return EXIT.done;
  }
  io.stdout.write(`${predictions.join("\n")}\n`);
  if (right !== null)
    remark(io, `${showCount(right)} of ${showCount(answers.length)} answers are the label in ${data}`);
  return EXIT.done;
}

/** What is positive was settled when the model was trained. */
function requirePositive(format: DataFormat, { positive }: PredictOptions): void {
  if (positive === undefined) return;
  const trained = showLabel(format, oneOf(format));
  if (canonical(positive.trim()) === canonical(trained)) return;
  throw new InputError(
    `--positive ${positive}: the model was trained with ${trained} as the label's bit 1; leave the option out, or train ` +
      `again with learn --positive ${positive}`,
  );
}
