// `tapeloom predict`: answers queries with a trained learner, without the data it was trained on.

import { examplesOf, hasLabels, queriesOf, showLabel } from "../learner/dataset.ts";
import { readModelFile } from "../learner/modelfile.ts";
import { readBytes } from "./files.ts";
import { EXIT, type Io, interruptible, remark } from "./io.ts";
import { printJson } from "./json.ts";
import { answer, loadTable } from "./learn.ts";
import { rightAnswers } from "./learn-result.ts";
import type { CommonOptions } from "./load.ts";
import { showCount } from "./table.ts";

export interface PredictOptions extends CommonOptions {
  readonly data: string;
}

export async function predictCommand(io: Io, file: string, { data, json }: PredictOptions): Promise<number> {
  const model = readModelFile(await readBytes(io, file), file);
  const table = await loadTable(io, data, model.format);
  const queries = queriesOf(table, model.format);
  const labels = hasLabels(table, model.format) ? examplesOf(table, model.format) : null;
  const begin = performance.now();
  const answers = await interruptible(io, (signal) => answer(io, model, queries, signal));
  const seconds = (performance.now() - begin) / 1000;
  const predictions = answers.map((each) => showLabel(model.format, each));
  const right = labels === null ? null : rightAnswers(answers, labels);
  if (json) {
    const accuracy = right === null ? {} : { accuracy: right / answers.length };
    printJson(io, { ...accuracy, predictions, steps: model.steps, seconds });
    return EXIT.done;
  }
  io.stdout.write(`${predictions.join("\n")}\n`);
  if (right !== null)
    remark(io, `${showCount(right)} of ${showCount(answers.length)} answers are the label in ${data}`);
  return EXIT.done;
}
