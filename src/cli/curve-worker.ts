// A worker thread of `tapeloom curve`: the network comes once, with the thread; then jobs come one after another.

import { workerData } from "node:worker_threads";
import { type Contestants, type CurveJob, type JobResult, runJob } from "../learning/learner/curve.ts";
import { engineChooser } from "../learning/learner/engine.ts";
import { type Answer, answering } from "./pool.ts";
import { tensorLoader } from "./tensors.ts";

/** What is sent to every thread. */
export type CurveContest = Pick<Contestants, "network" | "program">;

/** Behind what the pool keeps there for itself. */
const { network, program } = workerData[1] as CurveContest;
const chooseEngine = engineChooser(network);
const loadTensors = tensorLoader();

export default function work(job: CurveJob): Promise<Answer<JobResult>> {
  return answering(() => runJob(job, { network, program, loadTensors, chooseEngine }));
}
