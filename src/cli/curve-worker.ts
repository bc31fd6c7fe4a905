// A worker thread of `tapeloom curve`: the network comes once, with the thread; then jobs come one after another.

import { workerData } from "node:worker_threads";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { Backend } from "../engines/backend.ts";
import { type CurveJob, type JobResult, runJob } from "../learner/curve.ts";
import { engineChooser } from "../learner/engine.ts";
import type { Subject } from "./pool.ts";

/** Behind what the pool keeps there for itself. */
const { network, program } = workerData[1] as Subject;
const chooseEngine = engineChooser(network);
let backend: Promise<Backend> | null = null;

/** Bad input comes back as its message, because threads do not hand on what kind of error it was. */
export default async function work(job: CurveJob): Promise<JobResult | { readonly refused: string }> {
  try {
    return await runJob(job, { network, program, loadTensors, chooseEngine });
  } catch (error) {
    if (error instanceof InputError) return { refused: error.message };
    throw error;
  }
}

function loadTensors(): Promise<Backend> {
  backend ??= import("../engines/backend.ts").then(({ loadBackend }) => loadBackend());
  return backend;
}
