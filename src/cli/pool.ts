// Who does the work of a long command: threads, or this one alone. Threads need the compiled worker beside this file;
// where the source itself runs, as in tests, this thread does everything.

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { breathe } from "../diagnostics/breathe.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { DataOf, JobOf, ResultOf, WorkName } from "./work.ts";

interface Pool<Job, Result> {
  /** Results in the order of the jobs; `onDone` is called after each. Throws InputError if a job does. */
  run(
    jobs: readonly Job[],
    onDone: (job: Job, result: Result) => void,
    signal: AbortSignal,
  ): Promise<Result[]>;
  /** Results of jobs 0, 1, 2, ... as they are asked for, until there is no such job; several are done at once. */
  inOrder(jobAt: (number: number) => Job | null, signal: AbortSignal): AsyncGenerator<Result>;
  close(): Promise<void>;
}

/** A work, and what makes it ready. */
export interface PoolOptions<Name extends WorkName> {
  readonly work: Name;
  readonly data: DataOf<Name>;
  readonly workers?: number | undefined;
  /** How this thread does a job, where it is ready already. */
  readonly alone?: (job: JobOf<Name>) => Promise<ResultOf<Name>>;
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

export async function openPool<Name extends WorkName>({
  work,
  data,
  workers = availableParallelism(),
  alone,
}: PoolOptions<Name>): Promise<Pool<JobOf<Name>, ResultOf<Name>>> {
  if (workers === 1 || import.meta.url.endsWith(".ts")) {
    if (alone !== undefined) return inThisThread(alone);
    const { ready } = await import("./work.ts");
    return inThisThread(await ready(work, data));
  }
  const { Tinypool } = await import("tinypool");
  const pool = new Tinypool({
    filename: fileURLToPath(new URL("./worker.js", import.meta.url)),
    runtime: "worker_threads",
    minThreads: workers,
    maxThreads: workers,
    workerData: { work, data },
  });
  const one = async (job: JobOf<Name>): Promise<ResultOf<Name>> => {
    const result: Answer<ResultOf<Name>> = await pool.run(job);
    if ("refused" in result) throw new InputError(result.refused);
    return result;
  };
  return {
    run: (jobs, onDone, signal) => {
      const counted = async (job: JobOf<Name>): Promise<ResultOf<Name>> => {
        const result = await one(job);
        onDone(job, result);
        return result;
      };
      return Promise.race([Promise.all(jobs.map(counted)), abortOf(signal)]);
    },
    inOrder: (jobAt, signal) => ahead(one, jobAt, 2 * workers, signal),
    close: () => pool.destroy(),
  };
}

const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

/** Keeps `most` jobs going while their results are taken in order. */
async function* ahead<Job, Result>(
  one: (job: Job) => Promise<Result>,
  jobAt: (number: number) => Job | null,
  most: number,
  signal: AbortSignal,
): AsyncGenerator<Result> {
  const aborted = abortOf(signal);
  aborted.catch(() => {});
  const going: Promise<Result>[] = [];
  for (let next = 0; ; ) {
    for (let job = jobAt(next); going.length < most && job !== null; job = jobAt(next)) {
      const result = one(job);
      // Whoever takes it hears of its failure; nobody may.
      result.catch(() => {});
      going.push(result);
      next++;
    }
    const first = going.shift();
    if (first === undefined) return;
    yield await Promise.race([first, aborted]);
  }
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
    async *inOrder(jobAt, signal) {
      let number = 0;
      for (let job = jobAt(number); job !== null; job = jobAt(++number)) {
        yield await alone(job);
        await breathe(signal);
      }
    },
    close: async () => {},
  };
}
