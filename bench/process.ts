// A process of `npm run bench`: it gets one job, measures, answers and ends. Where the source itself runs, as in tests,
// there is no compiled file for another process, and this one measures.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { optimiseLate } from "../src/cli/bundle.ts";
import { type Answer, answering } from "../src/cli/team.ts";
import { InputError } from "../src/diagnostics/diagnostic.ts";
import type { CompileJob, CompileMeasurement } from "./compile-measure.ts";
import type { MeasureJob, Measurement } from "./engine-measure.ts";
import type { Setting, SpeedCase, SpeedRow } from "./speed/row.ts";

/** The word by which this file knows that it is the process. */
const ROLE = "measure";

/** A case is known by its family and its name. */
type SpeedJob = Pick<SpeedCase, "family" | "name"> & { readonly setting: Setting };

type Job =
  | ({ readonly of: "engine" } & MeasureJob)
  | ({ readonly of: "compiler" } & CompileJob)
  | ({ readonly of: "speed" } & SpeedJob);
type Measured =
  | { readonly runs: readonly Measurement[] }
  | { readonly compiled: CompileMeasurement }
  | { readonly rows: readonly SpeedRow[] };
/** What is measured comes back beside refusals; a later answer replaces an earlier one. */
type Reply = Answer<Measured>;

/** Measures in a process of its own; throws InputError where an engine is not installed or refuses the job. */
export async function measureApart(job: MeasureJob, signal: AbortSignal): Promise<readonly Measurement[]> {
  const measured = await measure({ of: "engine", ...job }, signal, Number.POSITIVE_INFINITY);
  return "runs" in measured ? measured.runs : [];
}

/**
 * Measures a compilation in a process of its own; after a number of seconds, with what there is then. Throws InputError
 * if that is nothing.
 */
export async function compileApart(
  job: CompileJob,
  signal: AbortSignal,
  seconds: number,
): Promise<CompileMeasurement> {
  const measured = await measure({ of: "compiler", ...job }, signal, seconds);
  if ("compiled" in measured) return measured.compiled;
  throw new Error("internal: a compilation was measured as a run");
}

/** Measures a case of `npm run bench -- speed` in a process of its own; throws InputError where that is not possible. */
export async function speedApart(job: SpeedJob, signal: AbortSignal): Promise<readonly SpeedRow[]> {
  const measured = await measure({ of: "speed", ...job }, signal, Number.POSITIVE_INFINITY);
  return "rows" in measured ? measured.rows : [];
}

async function measure(job: Job, signal: AbortSignal, seconds: number): Promise<Measured> {
  signal.throwIfAborted();
  const file = fileURLToPath(new URL("./process.js", import.meta.url));
  const reply = import.meta.url.endsWith(".ts")
    ? await answer(job, () => {})
    : await askProcess(file, job, signal, seconds);
  if ("refused" in reply) throw new InputError(reply.refused);
  return reply;
}

const answer = (job: Job, say: (reply: Reply) => void): Promise<Reply> =>
  answering(async () => {
    if (job.of === "engine") return { runs: await (await import("./engine-measure.ts")).measure(job) };
    optimiseLate();
    if (job.of === "speed") return { rows: await speedRows(job) };
    const { measureCompile } = await import("./compile-measure.ts");
    return { compiled: await measureCompile(job, (compiled) => say({ compiled })) };
  });

async function speedRows({ family, name, setting }: SpeedJob): Promise<readonly SpeedRow[]> {
  const { speedCases } = await import("./speed/cases.ts");
  const found = speedCases([family], setting).find((each) => each.name === name);
  if (found === undefined) throw new Error(`internal: no case ${name} of ${family}`);
  return found.measure(setting);
}

function askProcess(file: string, job: Job, signal: AbortSignal, seconds: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const child = fork(file, [ROLE], { serialization: "advanced", silent: job.of === "compiler" });
    const stop = () => child.kill("SIGKILL");
    signal.addEventListener("abort", stop, { once: true });
    const late = seconds === Number.POSITIVE_INFINITY ? null : setTimeout(stop, 1000 * seconds);
    let reply: Reply | null = null;
    child.on("message", (message) => {
      reply = message as Reply;
    });
    child.on("error", reject);
    child.on("exit", (code, killed) => {
      signal.removeEventListener("abort", stop);
      if (late !== null) clearTimeout(late);
      const why =
        killed === "SIGKILL" && !signal.aborted ? `took more than ${seconds} s` : `${killed ?? code}`;
      if (signal.aborted) reject(signal.reason);
      else resolve(reply ?? { refused: `the process ended with ${why}; is there enough memory?` });
    });
    child.send(job);
  });
}

if (process.argv[2] === ROLE && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.once("message", async (job: Job) => {
    const reply = await answer(job, (first) => process.send!(first));
    process.send!(reply, () => process.exit());
  });
}
