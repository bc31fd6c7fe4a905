// `tapeloom predict`: answers queries with a trained learner, without the data it was trained on.

import { showCount } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { type DataFormat, hasLabels, oneOf, queriesOf, showLabel } from "../learning/learner/dataset.ts";
import { labelledRows, labelNames } from "../learning/learner/labels.ts";
import { readModelFile } from "../learning/learner/modelfile.ts";
import { canonical } from "../learning/learner/table-values.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { predictOptions } from "./commands/learning.ts";
import { isWeightFile, kindOf, readBytes } from "./files.ts";
import { type Io, remark } from "./io.ts";
import { answer } from "./learn.ts";
import { rightAnswers } from "./learn-result.ts";
import { loadTable, sayTable, tableToJson } from "./table-input.ts";

type PredictOptions = ValuesOf<typeof predictOptions>;

export async function predictCommand(io: Io, file: string, options: PredictOptions): Promise<CommandResult> {
  if (!isWeightFile(file))
    throw new InputError(
      `${file}${await kindOf(io, file)}: expected the model of a trained learner, whose name ends in .safetensors;` +
        " make one with `tapeloom learn`",
    );
  const bytes = await readBytes(io, file);
  const model = io.bounded(`reading ${file}`, () => readModelFile(bytes, file));
  requirePositive(model.format, options);
  const loaded = await loadTable(io, options.data, options, { format: model.format, needsLabel: false });
  const { table } = loaded;
  const queries = queriesOf(table, model.format);
  const labels = hasLabels(table, model.format) ? labelledRows(table, model.format) : null;
  sayTable(io, loaded, model.format);
  const begin = performance.now();
  const answers = await answer(io, model, queries);
  const seconds = (performance.now() - begin) / 1000;
  const names = labelNames(model.format);
  const predictions = answers.map((place) => names[place]!);
  const right = labels === null ? null : rightAnswers(answers, labels);
  if (right !== null && !options.json)
    remark(
      io,
      `${showCount(right)} of ${showCount(answers.length)} answers are the label in ${options.data}`,
    );
  const accuracy = right === null ? {} : { accuracy: right / answers.length };
  const data = tableToJson(loaded, model.format);
  return {
    json: () => ({ ...accuracy, predictions, steps: model.steps, seconds, data }),
    text: () => `${predictions.join("\n")}\n`,
  };
}

/** Refuses another positive value than the model's: what is positive was settled when it was trained. */
function requirePositive(format: DataFormat, { positive }: PredictOptions): void {
  if (positive === undefined) return;
  if (format.classes !== undefined)
    throw new InputError(
      `--positive ${positive}: the model was trained to tell ${labelNames(format).join(", ")} apart; leave the option out`,
    );
  const trained = showLabel(format, oneOf(format));
  if (canonical(positive.trim()) === canonical(trained)) return;
  throw new InputError(
    `--positive ${positive}: the model was trained with ${trained} as the label's bit 1; leave the option out, or train ` +
      `again with learn --positive ${positive}`,
  );
}
