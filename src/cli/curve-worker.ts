// A worker thread of `tapeloom curve`: the network comes once, with the thread; then jobs come one after another.

import { workerData } from "node:worker_threads";
import type { Backend } from "../engines/backend.ts";
import { type Contestants, type CurveJob, type JobResult, runJob } from "../learner/curve.ts";

/** Behind what the pool keeps there for itself. */
const { network, program } = workerData[1] as Omit<Contestants, "loadTensors">;
let backend: Promise<Backend> | null = null;

export default function work(job: CurveJob): Promise<JobResult> {
  return runJob(job, { network, program, loadTensors });
}

function loadTensors(): Promise<Backend> {
  backend ??= import("../engines/backend.ts").then(({ loadBackend }) => loadBackend());
  return backend;
}
