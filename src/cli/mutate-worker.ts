// A worker thread of `tapeloom mutate`: the program and its network come once, with the thread; then jobs come one
// after another.

import { workerData } from "node:worker_threads";
import { checkProgram } from "../compile.ts";
import { lower } from "../compiler/lower/lower.ts";
import { schedule } from "../compiler/schedule/schedule.ts";
import type { Source } from "../diagnostics/diagnostic.ts";
import type { Network } from "../network/network.ts";
import {
  type MutantVerdict,
  type MutateJob,
  type MutateOptions,
  mutantJudge,
} from "../proof/prove/mutate.ts";
import type { Params } from "./options.ts";
import { type Answer, answering } from "./pool.ts";

/** What is sent to every thread. */
export interface MutateTask {
  readonly source: Source;
  readonly params: Params;
  readonly network: Network;
  readonly options: MutateOptions;
}

/** Behind what the pool keeps there for itself. */
const { source, params, network, options } = workerData[1] as MutateTask;
const { checked } = checkProgram(source, params);
const judge = mutantJudge({ checked, rule: schedule(lower(checked)), network }, options);

export default function work(job: MutateJob): Promise<Answer<MutantVerdict[]>> {
  return answering(() => judge(job));
}
