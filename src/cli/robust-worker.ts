// A worker thread of `tapeloom robust`: the program and both networks come once, with the thread; then points come one after
// another.

import { workerData } from "node:worker_threads";
import { checkProgram, scheduleProgram } from "../compile.ts";
import type { NoisyRuns } from "../proof/robust/noise.ts";
import { type Answer, answering } from "./pool.ts";
import { type RobustJob, type RobustTask, runsAt } from "./robust-runs.ts";

/** Behind what the pool keeps there for itself. */
const task = workerData[1] as RobustTask;
const front = checkProgram(task.source, task.params);
const subject = { ...front, ...scheduleProgram(front) };

export default function work(job: RobustJob): Promise<Answer<NoisyRuns>> {
  return answering(() => runsAt(subject, task, job));
}
