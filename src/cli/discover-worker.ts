// A worker thread of `tapeloom discover`: it makes the machine of the sketch once, then jobs come by their numbers.

import { workerData } from "node:worker_threads";
import type { CheckedProgram } from "../analyse/checked.ts";
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

export default function work(number: number): Promise<Answer<JobResult>> {
  return answering(async () => {
    search ??= new Search(sketch, plan);
    return search.job(number);
  });
}
