// Who does the work of `tapeloom curve`: threads, or this one alone. Threads need the compiled worker beside this
// file; where the source itself runs, as in tests, this thread does everything.

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { Backend } from "../engines/backend.ts";
import { type Contestants, type CurveJob, type JobResult, runJob } from "../learner/curve.ts";
import { engineChooser } from "../learner/engine.ts";
import type Work from "./curve-worker.ts";

/** What is sent to every thread. */
export type Subject = Pick<Contestants, "network" | "program">;

export interface Pool {
  /** Results in the order of the jobs; `onDone` is called after each. Throws InputError if a job does. */
  run(jobs: readonly CurveJob[], onDone: (job: CurveJob) => void, signal: AbortSignal): Promise<JobResult[]>;
  close(): Promise<void>;
}

export async function openPool(
  contestants: Subject,
  workers: number = availableParallelism(),
): Promise<Pool> {
  const worker = fileURLToPath(import.meta.url).replace(/pool\.js$/, "curve-worker.js");
  if (workers === 1 || !worker.endsWith("curve-worker.js")) return inThisThread(contestants);
  const { Tinypool } = await import("tinypool");
  const pool = new Tinypool({
    filename: worker,
    runtime: "worker_threads",
    minThreads: workers,
    maxThreads: workers,
    workerData: contestants,
  });
  return {
    run: (jobs, onDone, signal) => {
      const work = async (job: CurveJob): Promise<JobResult> => {
        const result: Awaited<ReturnType<typeof Work>> = await pool.run(job);
        if ("refused" in result) throw new InputError(result.refused);
        onDone(job);
        return result;
      };
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      return Promise.race([Promise.all(jobs.map(work)), aborted]);
    },
    close: () => pool.destroy(),
  };
}

function inThisThread(contestants: Subject): Pool {
  const chooseEngine = engineChooser(contestants.network);
  let backend: Promise<Backend> | null = null;
  const loadTensors = (): Promise<Backend> => {
    backend ??= import("../engines/backend.ts").then(({ loadBackend }) => loadBackend());
    return backend;
  };
  return {
    run: async (jobs, onDone, signal) => {
      const results: JobResult[] = [];
      for (const job of jobs) {
        results.push(await runJob(job, { ...contestants, loadTensors, chooseEngine }));
        onDone(job);
        await new Promise<void>((resolve) => setTimeout(resolve, 0));
        signal.throwIfAborted();
      }
      return results;
    },
    close: async () => {},
  };
}
