// A worker thread of `tapeloom train` and `tapeloom basin`: it compiles the program once, then jobs come one after
// another.

import { workerData } from "node:worker_threads";
import { compile } from "../compile.ts";
import type { Source } from "../diagnostics/diagnostic.ts";
import { runTrial, type Trial, type TrialResult } from "../learning/train/basin.ts";
import type { Params } from "./options.ts";
import { type Answer, answering } from "./pool.ts";
import { tensorLoader } from "./tensors.ts";

/** What is sent to every thread. */
interface Lesson {
  readonly source: Source;
  readonly params: Params;
}

/** Behind what the pool keeps there for itself. */
const { source, params } = workerData[1] as Lesson;
const compilation = compile(source, { params, tokens: false });
const loadTensors = tensorLoader();

export default function work(trial: Trial): Promise<Answer<TrialResult>> {
  return answering(async () => runTrial(await loadTensors(), compilation, trial));
}
