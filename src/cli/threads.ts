// Threads of this machine, as a team.

import { fileURLToPath } from "node:url";
import type { Team } from "./team.ts";
import type { DataOf, JobOf, ResultOf, WorkName } from "./work.ts";

/** Threads that do a work. */
export async function openThreads<Name extends WorkName>(
  work: Name,
  data: DataOf<Name>,
  threads: number,
): Promise<Team<JobOf<Name>, ResultOf<Name>>> {
  const { Tinypool } = await import("tinypool");
  const pool = new Tinypool({
    filename: fileURLToPath(new URL("./thread.js", import.meta.url)),
    runtime: "worker_threads",
    minThreads: threads,
    maxThreads: threads,
    workerData: { work, data },
  });
  return { answer: (job) => pool.run(job), most: 2 * threads, close: () => pool.destroy() };
}
