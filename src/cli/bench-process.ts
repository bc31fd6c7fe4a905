// A process of `tapeloom bench`: it gets one job, measures, answers and ends. Where the source itself runs, as in tests,
// there is no compiled file for another process, and this one measures.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { MeasureJob, Measurement } from "./bench-measure.ts";
import { type Answer, answering } from "./pool.ts";

/** The word by which this file knows that it is the process. */
const ROLE = "measure";

/** What is measured comes back in an object, beside refusals. */
type Reply = Answer<{ readonly measurements: readonly Measurement[] }>;

/** Measures in a process of its own; throws InputError where an engine is not installed or refuses the job. */
export async function measureApart(job: MeasureJob, signal: AbortSignal): Promise<readonly Measurement[]> {
  signal.throwIfAborted();
  const file = fileURLToPath(import.meta.url);
  const reply = file.endsWith(".js") ? await askProcess(file, job, signal) : await answer(job);
  if ("refused" in reply) throw new InputError(reply.refused);
  return reply.measurements;
}

const answer = (job: MeasureJob): Promise<Reply> =>
  answering(async () => ({ measurements: await (await import("./bench-measure.ts")).measure(job) }));

function askProcess(file: string, job: MeasureJob, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const child = fork(file, [ROLE], { serialization: "advanced" });
    const stop = () => child.kill();
    signal.addEventListener("abort", stop, { once: true });
    let reply: Reply | null = null;
    child.on("message", (message) => {
      reply = message as Reply;
    });
    child.on("error", reject);
    child.on("exit", (code, killed) => {
      signal.removeEventListener("abort", stop);
      if (signal.aborted) reject(signal.reason);
      else resolve(reply ?? { refused: `the process ended with ${killed ?? code}; is there enough memory?` });
    });
    child.send(job);
  });
}

if (process.argv[2] === ROLE && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.once("message", async (job: MeasureJob) => {
    const reply = await answer(job);
    process.send!(reply, () => process.exit());
  });
}
