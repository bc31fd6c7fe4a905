// A worker thread of `tapeloom discover`: it makes the machine of the sketch once, then jobs come by their numbers.

import { workerData } from "node:worker_threads";
import type { CheckedProgram } from "../analyse/checked.ts";
import { type RunJob, type RunResult, runOnce } from "../discover/runs.ts";
import { type JobResult, Search, type SearchPlan } from "../discover/search.ts";
import { type Answer, answering } from "./pool.ts";

/** What is sent to every thread. */
export interface DiscoverData {
  readonly sketch: CheckedProgram;
  readonly plan: SearchPlan;
}

/** Behind what the pool keeps there for itself. */
const { sketch, plan } = workerData[1] as DiscoverData;
let search: Search | null = null;

/** A job of one search, by its number, or a search of its own. */
export default function work(job: number | RunJob): Promise<Answer<JobResult | RunResult>> {
  return answering(async () => {
    if (typeof job !== "number") return runOnce(sketch, plan, job);
    search ??= new Search(sketch, plan);
    return search.job(job);
  });
}
