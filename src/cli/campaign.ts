// A campaign: the jobs of one command at a queue, done by workers on any number of machines. Its name is derived from the build,
// the work, what makes it ready, and the jobs, seeds and all, so that the same command goes on with a campaign that was stopped.

import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import type { Job as AtQueue } from "bullmq";
import { plural, showCount } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { Bull, buildVersion, type CampaignData, showAddress, withinPatience } from "./bull.ts";
import { type Io, remark } from "./io.ts";
import type { Answer, Assignment, Team } from "./team.ts";
import type { JobOf, ResultOf, WorkName } from "./work.ts";

/** Any value that threads can be sent, as text. */
export const pack = (value: unknown): string => serialize(value).toString("base64");
export const unpack = (text: string) => deserialize(Buffer.from(text, "base64"));

/** A name of a value: equal for equal ones. */
const digest = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value, plain)).digest("hex").slice(0, 16);

const plain = (_: string, value: unknown): unknown => {
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value))
    return [...(value as Iterable<unknown>)];
  const isExact = typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value));
  return isExact ? String(value) : value;
};

/** Milliseconds that a stopped campaign is kept for: 30 days. */
const KEPT = 30 * 24 * 3600 * 1000;
/** Milliseconds between two looks at the queue. */
const BETWEEN_LOOKS = 10_000;
/** Jobs at the queue where nobody knows how many there will be. */
const MOST = 256;

/** The answer to a job that is waited for. */
class Awaited {
  resolve: (text: string) => void = () => {};
  reject: (error: Error) => void = () => {};
  readonly answer = new Promise<string>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

interface About {
  readonly id: string;
  readonly label: string;
  /** How many different jobs it has, if anybody knows. */
  readonly total: number | null;
  readonly seed: number | undefined;
  /** Aborted where it is stopped. */
  readonly signal: AbortSignal;
}

/** Begins a campaign, or goes on with one; `jobs` are all of them, null where nobody knows. */
export async function openCampaign<Name extends WorkName>(
  io: Io,
  address: string,
  { work, data, label, hands: { seed } }: Assignment<Name>,
  jobs: readonly JobOf<Name>[] | null,
  signal: AbortSignal,
): Promise<Team<JobOf<Name>, ResultOf<Name>>> {
  const version = buildVersion();
  const id = digest([version, work, data, jobs]);
  const total = jobs === null ? null : new Set(jobs.map(digest)).size;
  const bull = await Bull.connect(io, address);
  const campaign = new Campaign<JobOf<Name>, ResultOf<Name>>(io, bull, { id, label, total, seed, signal });
  try {
    await campaign.begin({ version, work, label, data: pack(data) });
  } catch (error) {
    await bull.close();
    throw error;
  }
  return campaign;
}

const GONE =
  "the campaign is no longer at the queue: the server was emptied, or the same command has ended it; give it again";

class Campaign<Job, Result> implements Team<Job, Result> {
  readonly most = MOST;
  readonly #io: Io;
  readonly #bull: Bull;
  readonly #about: About;
  readonly #answers = new Map<string, Awaited>();
  readonly #done = new Set<string>();
  #own: AtQueue<CampaignData> | null = null;
  #looks: NodeJS.Timeout | undefined;
  /** Whether nothing was heard since the last look. */
  #isQuiet = true;
  #isAlone = false;

  constructor(io: Io, bull: Bull, about: About) {
    this.#io = io;
    this.#bull = bull;
    this.#about = about;
  }

  async begin(data: CampaignData): Promise<void> {
    const { campaigns, options, packages, time } = this.#bull;
    const { id, label } = this.#about;
    // All that happens from here on; else an answer between two readings would be lost.
    const since = { ...options, lastEventId: String(time - 1) };
    const events = this.#bull.watched(new packages.QueueEvents("jobs", since));
    events.on("completed", ({ jobId, returnvalue }) => this.#take(jobId, returnvalue));
    events.on("failed", ({ jobId, failedReason }) => this.#fail(jobId, failedReason));
    await campaigns.clean(KEPT, 1000, "wait");
    this.#own = await campaigns.add(label, data, { jobId: id });
    await this.#look();
    if (this.#done.size > 0) remark(this.#io, `${label}: goes on, ${this.#sayDone()}`);
    this.#looks = setInterval(() => void this.#look().catch(() => {}), BETWEEN_LOOKS);
  }

  async answer(job: Job): Promise<Answer<Result>> {
    const { id: campaign, label, total } = this.#about;
    const id = `${campaign}-${digest(job)}`;
    const isAsked = this.#answers.has(id);
    const awaited = this.#at(id);
    if (!isAsked) {
      const parent = { id: campaign, queue: this.#bull.campaigns.qualifiedName };
      const options = { jobId: id, removeOnComplete: true, removeOnFail: true, parent };
      await this.#bull.jobs.add(label, { campaign, job: pack(job) }, options).catch((error: Error) => {
        throw /parent/.test(error.message) ? new InputError(GONE) : error;
      });
    }
    const text = await awaited.answer;
    // Where there is no end of jobs, none comes twice.
    if (total === null) this.#answers.delete(id);
    return unpack(text);
  }

  async close(): Promise<void> {
    clearInterval(this.#looks);
    const { label, seed, signal } = this.#about;
    await withinPatience(this.#leave(signal.aborted).catch(() => {}));
    await this.#bull.close();
    if (!signal.aborted) return;
    const same = `the same command${seed === undefined ? "" : ` with --seed ${seed}`}`;
    remark(this.#io, `${label}: stopped, ${this.#sayDone()}; ${same} goes on from there, within 30 days`);
  }

  /** Takes back what nobody has begun; forgets the campaign unless somebody may go on with it. */
  async #leave(isStopped: boolean): Promise<void> {
    const { campaigns, jobs } = this.#bull;
    await this.#own?.removeUnprocessedChildren();
    if (isStopped) return;
    await campaigns.remove(this.#about.id, { removeChildren: false });
    if ((await campaigns.count()) === 0) await jobs.trimEvents(0);
  }

  /** Looks what the queue has of the campaign, if nothing was heard, and whether anybody works there. */
  async #look(): Promise<void> {
    const { campaigns, jobs, address } = this.#bull;
    const { id, label } = this.#about;
    if ((await campaigns.getJobState(id)) === "unknown")
      for (const awaited of this.#answers.values()) awaited.reject(new InputError(GONE));
    const known = this.#isQuiet ? await this.#own!.getChildrenValues<string>() : {};
    for (const [key, text] of Object.entries(known)) this.#take(key.slice(key.lastIndexOf(":") + 1), text);
    this.#isQuiet = true;
    const isAlone = (await jobs.getWorkers()).length === 0;
    const start = `tapeloom worker --queue ${showAddress(address)}`;
    if (isAlone && !this.#isAlone) remark(this.#io, `${label}: waits for workers; start some by ${start}`);
    this.#isAlone = isAlone;
  }

  #at(id: string): Awaited {
    const awaited = this.#answers.get(id) ?? new Awaited();
    this.#answers.set(id, awaited);
    return awaited;
  }

  #take(id: string, text: string): void {
    if (!id.startsWith(this.#about.id) || this.#done.has(id)) return;
    this.#isQuiet = false;
    this.#done.add(id);
    this.#at(id).resolve(text);
  }

  #fail(id: string, reason: string): void {
    const message = `a worker has failed: ${reason}`;
    const isDeadly = reason.includes("stalled");
    this.#answers
      .get(id)
      ?.reject(
        isDeadly
          ? new InputError(
              `${this.#about.label}: a job has ended all workers that took it; look at what they said`,
            )
          : new Error(message),
      );
  }

  #sayDone(): string {
    const { total } = this.#about;
    const { size } = this.#done;
    return total === null
      ? `${plural(size, "job")} done`
      : `${showCount(size)} of ${plural(total, "job")} done`;
  }
}
