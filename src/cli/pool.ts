// Who does the jobs of a long command: threads of this machine, workers at a queue on any number of machines, or this thread
// alone. What a job gives depends on the job alone, so that the results are the same, whoever does which.
//
// Threads need the compiled file beside this one; where the source itself runs, as in tests, this thread does everything.

import { availableParallelism } from "node:os";
import { breathe } from "../diagnostics/breathe.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { Io } from "./io.ts";
import { working } from "./progress.ts";
import type { Assignment, Team } from "./team.ts";
import { openThreads } from "./threads.ts";
import type { JobOf, ResultOf, WorkName } from "./work.ts";

/** Jobs, and how their progress is shown. */
interface Jobs<Name extends WorkName> extends Assignment<Name> {
  readonly unit: string;
  readonly jobs: readonly JobOf<Name>[];
  /** How many of the unit a job is; 1 by default. */
  readonly size?: (job: JobOf<Name>) => number;
  readonly onDone?: (job: JobOf<Name>, result: ResultOf<Name>) => void;
}

/** Does jobs with a progress bar; results are in the order of the jobs. An interrupt ends it. */
export function resultsOf<Name extends WorkName>(io: Io, jobs: Jobs<Name>): Promise<ResultOf<Name>[]> {
  const { label, unit, size = () => 1, onDone } = jobs;
  const total = Math.round(jobs.jobs.reduce((sum, job) => sum + size(job), 0));
  let done = 0;
  return working(io, label, unit, (update, signal) => {
    update(0, total);
    const count = (job: JobOf<Name>, result: ResultOf<Name>): void => {
      done += size(job);
      update(Math.floor(done), total);
      onDone?.(job, result);
    };
    return allDone(io, jobs, jobs.jobs, count, signal);
  });
}

/** Results in the order of the jobs; `onDone` is called after each. Throws InputError if a job does. */
async function allDone<Name extends WorkName>(
  io: Io,
  assignment: Assignment<Name>,
  jobs: readonly JobOf<Name>[],
  onDone: (job: JobOf<Name>, result: ResultOf<Name>) => void,
  signal: AbortSignal,
): Promise<ResultOf<Name>[]> {
  const team = await openTeam(io, assignment, jobs, signal);
  const one = async (job: JobOf<Name>): Promise<ResultOf<Name>> => {
    const result = await resultOf(team, job);
    onDone(job, result);
    return result;
  };
  try {
    return await Promise.race([Promise.all(jobs.map(one)), abortOf(signal)]);
  } finally {
    await team.close();
  }
}

/** Results of jobs 0, 1, 2, ... as they are asked for, until there is no such job; several are done at once. */
export async function* inOrder<Name extends WorkName>(
  io: Io,
  assignment: Assignment<Name>,
  jobAt: (number: number) => JobOf<Name> | null,
  signal: AbortSignal,
): AsyncGenerator<ResultOf<Name>> {
  const team = await openTeam(io, assignment, null, signal);
  const aborted = abortOf(signal);
  aborted.catch(() => {});
  const going: Promise<ResultOf<Name>>[] = [];
  try {
    for (let next = 0; ; ) {
      for (let job = jobAt(next); going.length < team.most && job !== null; job = jobAt(next)) {
        const result = resultOf(team, job);
        // Whoever takes it hears of its failure; nobody may.
        result.catch(() => {});
        going.push(result);
        next++;
      }
      const first = going.shift();
      if (first === undefined) return;
      yield await Promise.race([first, aborted]);
    }
  } finally {
    await team.close();
  }
}

async function resultOf<Job, Result>(team: Team<Job, Result>, job: Job): Promise<Result> {
  const answer: object = (await team.answer(job)) as object;
  if ("refused" in answer) throw new InputError(String(answer.refused));
  return answer as Result;
}

const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

async function openTeam<Name extends WorkName>(
  io: Io,
  assignment: Assignment<Name>,
  jobs: readonly JobOf<Name>[] | null,
  signal: AbortSignal,
): Promise<Team<JobOf<Name>, ResultOf<Name>>> {
  const { work, data, hands, alone } = assignment;
  const { queue, workers = availableParallelism() } = hands;
  if (queue !== undefined) {
    const { openCampaign } = await import("./campaign.ts");
    return openCampaign(io, queue, assignment, jobs, signal);
  }
  if (workers > 1 && !import.meta.url.endsWith(".ts")) return openThreads(work, data, workers);
  return inThisThread(alone ?? (await (await import("./work.ts")).ready(work, data)), signal);
}

/** One job after another, with a pause between them for progress and interrupts. */
function inThisThread<Job, Result>(
  alone: (job: Job) => Promise<Result>,
  signal: AbortSignal,
): Team<Job, Result> {
  let before: Promise<unknown> = Promise.resolve();
  return {
    answer(job) {
      const result = before.then(() => breathe(signal)).then(() => alone(job));
      before = result;
      return result;
    },
    most: 1,
    close: async () => {},
  };
}
