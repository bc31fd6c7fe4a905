// Who does the work of a long command: threads, or this one alone. Threads need the compiled worker beside this file;
// where the source itself runs, as in tests, this thread does everything.

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { breathe } from "../diagnostics/breathe.ts";
import { InputError } from "../diagnostics/diagnostic.ts";

interface Pool<Job, Result> {
  /** Results in the order of the jobs; `onDone` is called after each. Throws InputError if a job does. */
  run(
    jobs: readonly Job[],
    onDone: (job: Job, result: Result) => void,
    signal: AbortSignal,
  ): Promise<Result[]>;
  close(): Promise<void>;
}

interface PoolOptions<Job, Result> {
  /** The worker's module beside this one, without its ending. */
  readonly worker: string;
  /** What every thread gets at its start. */
  readonly data: unknown;
  readonly workers?: number | undefined;
  /** How this thread does a job. */
  readonly alone: (job: Job) => Promise<Result>;
}

/** Bad input comes back as its message, because threads do not hand on what kind of error it was. */
export type Answer<Result> = Result | { readonly refused: string };

/** What a worker answers. */
export async function answering<Result>(work: () => Promise<Result>): Promise<Answer<Result>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InputError) return { refused: error.message };
    throw error;
  }
}

export async function openPool<Job, Result extends object>({
  worker,
  data,
  workers = availableParallelism(),
  alone,
}: PoolOptions<Job, Result>): Promise<Pool<Job, Result>> {
  const file = fileURLToPath(new URL(`./${worker}.js`, import.meta.url));
  if (workers === 1 || import.meta.url.endsWith(".ts")) return inThisThread(alone);
  const { Tinypool } = await import("tinypool");
  const pool = new Tinypool({
    filename: file,
    runtime: "worker_threads",
    minThreads: workers,
    maxThreads: workers,
    workerData: data,
  });
  return {
    run: (jobs, onDone, signal) => {
      const work = async (job: Job): Promise<Result> => {
        const result: Answer<Result> = await pool.run(job);
        if ("refused" in result) throw new InputError(result.refused);
        onDone(job, result);
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

function inThisThread<Job, Result>(alone: (job: Job) => Promise<Result>): Pool<Job, Result> {
  return {
    run: async (jobs, onDone, signal) => {
      const results: Result[] = [];
      for (const job of jobs) {
        const result = await alone(job);
        results.push(result);
        onDone(job, result);
        await breathe(signal);
      }
      return results;
    },
    close: async () => {},
  };
}
