// A worker thread of `tapeloom discover`: it makes the machine of the sketch once, then jobs come by their numbers.

import { workerData } from "node:worker_threads";
import type { CheckedProgram } from "../language/analyse/checked.ts";
import { type RunJob, type RunResult, runOnce } from "../learning/discover/runs.ts";
import { Search, type SearchPlan, type SearchResult } from "../learning/discover/search.ts";
import { drawWeights, type WeightsJob, type WeightsResult } from "../learning/discover/weights.ts";
import { type Answer, answering } from "./pool.ts";

/** What is sent to every thread. */
export interface DiscoverData {
  readonly sketch: CheckedProgram;
  readonly plan: SearchPlan;
}

/** Behind what the pool keeps there for itself. */
const data = workerData[1] as DiscoverData | null;
let search: Search | null = null;

/** A job of one search, by its number, a search of its own, or networks to be drawn. */
export default function work(
  job: number | RunJob | WeightsJob,
): Promise<Answer<SearchResult | RunResult | WeightsResult>> {
  return answering(async () => {
    if (typeof job === "object" && "scan" in job) return drawWeights(job);
    const { sketch, plan } = data!;
    if (typeof job === "object") return runOnce(sketch, plan, job);
    search ??= new Search(sketch, plan);
    return search.job(job);
  });
}
