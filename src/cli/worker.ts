// `tapeloom worker`: does jobs of campaigns at a queue, on threads, until it is interrupted. A job that it has begun then goes
// back to the queue; one of a worker that was killed is taken up by another as soon as nobody renews its lock.

import { availableParallelism, hostname } from "node:os";
import type { Job } from "bullmq";
import { plural } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { Bull, buildVersion, type JobData, showAddress, withinPatience } from "./bull.ts";
import { pack, unpack } from "./campaign.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { workerOptions } from "./commands/discovering.ts";
import { Interrupted } from "./guard.ts";
import { type Io, interruptible, remark } from "./io.ts";
import { statusLine } from "./progress.ts";
import type { Team } from "./team.ts";
import { openThreads } from "./threads.ts";

/**
 * Milliseconds after which the job of a worker that has died is free, and between two looks for such jobs. The main thread,
 * which renews locks twice as often, never works.
 */
const LOCK = 4000;
const BETWEEN_LOOKS = 1000;
/** Workers that may die over a job before it is taken to be the job's fault. */
const MOST_DEATHS = 5;
/** Campaigns whose threads are kept ready. */
const MOST_READY = 3;

export async function workerCommand(
  io: Io,
  { queue, threads = availableParallelism(), verbose }: ValuesOf<typeof workerOptions>,
): Promise<CommandResult> {
  const bull = await Bull.connect(io, queue);
  const name = `${hostname()}-${process.pid}`;
  const version = buildVersion();
  remark(
    io,
    `${name}: tapeloom ${version}, ${plural(threads, "thread")}, waits for jobs at ${showAddress(queue)}`,
  );
  const worker = new Worker(io, bull, { name, version, threads, verbose });
  const reason = await worker.run().finally(() => bull.close());
  if (!(reason instanceof Interrupted)) throw reason;
  const { done, returned } = worker;
  return {
    json: () => ({ worker: name, threads, done, returned }),
    text: () => `${name}: ${plural(done, "job")} done, ${returned} given back\n`,
  };
}

interface WorkerOptions {
  readonly name: string;
  /** The version of the campaigns whose jobs it does. */
  readonly version: string;
  readonly threads: number;
  readonly verbose: boolean;
}

/** A campaign, and the threads that are ready for its jobs. */
interface Ready {
  readonly label: string;
  readonly team: Team<unknown, unknown>;
  /** Jobs that are being done. */
  active: number;
}

class Worker {
  readonly #io: Io;
  readonly #bull: Bull;
  readonly #options: WorkerOptions;
  /** Why it stops. */
  readonly #stop = new AbortController();
  /** The campaigns whose jobs came last, by name. */
  readonly #ready = new Map<string, Promise<Ready | null>>();
  /** What gives jobs back that are begun. */
  readonly #begun = new Set<() => void>();
  done = 0;
  returned = 0;

  constructor(io: Io, bull: Bull, options: WorkerOptions) {
    this.#io = io;
    this.#bull = bull;
    this.#options = options;
  }

  /** Works until something stops it; returns what did. */
  async run(): Promise<unknown> {
    const { packages, options } = this.#bull;
    const { name, threads } = this.#options;
    const { signal } = this.#stop;
    const line = statusLine(this.#io);
    const worker = this.#bull.watched(
      new packages.Worker("jobs", (job, token) => this.#answer(job, token), {
        ...{ ...options, name, concurrency: threads, lockDuration: LOCK, stalledInterval: BETWEEN_LOOKS },
        ...{ maxStalledCount: MOST_DEATHS, runRetryDelay: 1000 },
      }),
    );
    worker.on("completed", ({ name: label }) => {
      this.done++;
      line.update(() => `${name}: ${plural(this.done, "job")} done, the last of ${label}`);
    });
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => {
        // Before jobs go back, so that none of them is taken again.
        resolve(worker.close());
        for (const giveBack of this.#begun) giveBack();
      });
    });
    await interruptible(this.#io, async (interrupt) => {
      interrupt.addEventListener("abort", () => this.#stop.abort(interrupt.reason));
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await withinPatience(stopped);
    });
    line.close();
    for (const ready of this.#ready.values()) await (await ready.catch(() => null))?.team.close();
    return signal.reason;
  }

  /** The packed answer to a job; where the worker is stopped, the job goes back to the queue. */
  async #answer(job: Job<JobData>, token?: string): Promise<string> {
    let giveBack = () => {};
    const stopped = new Promise<null>((resolve) => {
      giveBack = () => resolve(null);
    });
    this.#begun.add(giveBack);
    if (this.#stop.signal.aborted) giveBack();
    const answer = await Promise.race([stopped, this.#work(job)]).finally(() => this.#begun.delete(giveBack));
    if (answer !== null) return answer;
    await job.moveToWait(token);
    this.returned++;
    throw new this.#bull.packages.WaitingError();
  }

  async #work({ id, data: { campaign, job } }: Job<JobData>): Promise<string> {
    const ready = await this.#readyFor(campaign);
    if (ready === null) return pack({ refused: "the campaign is over" });
    if (this.#options.verbose) remark(this.#io, `${ready.label}: takes ${id}`);
    ready.active++;
    try {
      return pack(await ready.team.answer(unpack(job)));
    } finally {
      ready.active--;
    }
  }

  #readyFor(campaign: string): Promise<Ready | null> {
    const ready = this.#ready.get(campaign) ?? this.#open(campaign);
    this.#ready.delete(campaign);
    this.#ready.set(campaign, ready);
    const forget = () => this.#ready.delete(campaign);
    void ready.then((found) => found ?? forget(), forget);
    return ready;
  }

  async #open(campaign: string): Promise<Ready | null> {
    const found = await this.#bull.campaigns.getJob(campaign);
    if (found === undefined) return null;
    const { version, work, label, data } = found.data;
    const { version: own, threads } = this.#options;
    if (version !== own) {
      const refusal = `${label}: the campaign is of tapeloom ${version}, this worker ${own}; install the same on all machines`;
      this.#stop.abort(new InputError(refusal));
      throw this.#stop.signal.reason;
    }
    await this.#makeRoom();
    remark(this.#io, `${label}: takes part`);
    return { label, team: await openThreads(work, unpack(data), threads), active: 0 };
  }

  /** Ends the threads of campaigns whose last job was long ago. */
  async #makeRoom(): Promise<void> {
    for (const [campaign, opened] of [...this.#ready].slice(0, -MOST_READY)) {
      const ready = await opened;
      if (ready !== null && ready.active > 0) continue;
      this.#ready.delete(campaign);
      await ready?.team.close();
    }
  }
}
