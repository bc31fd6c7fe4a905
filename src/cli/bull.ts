// The queue of campaigns: BullMQ on Redis or Valkey, two optional packages that are loaded when --queue is given. A campaign
// is a job of the one queue that no worker takes; its data are what makes its work ready. Its jobs are those of the other
// queue, and BullMQ keeps with a campaign what they gave.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Queue, QueueEvents, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { InputError } from "../diagnostics/diagnostic.ts";
import { importOptional } from "../engines/optional.ts";
import { packageVersion } from "./files.ts";
import { type Io, remark } from "./io.ts";
import type { WorkName } from "./work.ts";

const QUEUES = "bullmq";
const CLIENT = "ioredis";

/** The version with a digest of the command as it was built: before a release, builds of one version differ. */
export function buildVersion(): string {
  const folder = new URL("./", import.meta.url);
  const hash = createHash("sha256");
  for (const part of readdirSync(folder).sort())
    if (/^bundle-.*\.cjs$/.test(part)) hash.update(readFileSync(new URL(part, folder)));
  return `${packageVersion()} (build ${hash.digest("hex").slice(0, 8)})`;
}

/** What a campaign's job at the queue says. */
export interface CampaignData {
  /** Which build has made it; another one refuses it. */
  readonly version: string;
  readonly work: WorkName;
  /** What people call it. */
  readonly label: string;
  /** Packed. */
  readonly data: string;
}

export interface JobData {
  readonly campaign: string;
  /** Packed. */
  readonly job: string;
}

/** An address as people may see it, without a password. */
export function showAddress(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

/** Milliseconds that a server has to answer, and until the next attempt where it does not. */
const PATIENCE = 5000;
const RETRY = 1000;

type Emitter = Queue | QueueEvents | Worker;

/** A connection to a queue. */
export class Bull {
  readonly address: string;
  readonly packages: typeof import("bullmq");
  readonly campaigns: Queue<CampaignData>;
  readonly jobs: Queue<JobData>;
  /** The server's time in milliseconds, when it was asked. */
  readonly time: number;
  readonly #io: Io;
  readonly #opened: Emitter[] = [];
  readonly #told = new Set<string>();
  #isClosed = false;

  private constructor(io: Io, address: string, packages: Bull["packages"], time: number) {
    this.#io = io;
    this.address = address;
    this.packages = packages;
    this.time = time;
    this.campaigns = this.watched(new packages.Queue<CampaignData>("campaigns", this.options));
    this.jobs = this.watched(new packages.Queue<JobData>("jobs", this.options));
  }

  /** Throws InputError if the packages are missing, or there is no server. */
  static async connect(io: Io, address: string): Promise<Bull> {
    const [{ Redis }, packages] = await Promise.all([
      load<typeof import("ioredis")>(CLIENT),
      load<Bull["packages"]>(QUEUES),
    ]);
    const time = await timeOf(
      new Redis(address, {
        ...{ lazyConnect: true, retryStrategy: () => null },
        ...{ connectTimeout: PATIENCE, commandTimeout: PATIENCE },
      }),
      address,
    );
    const bull = new Bull(io, address, packages, time);
    try {
      await Promise.all([bull.campaigns.waitUntilReady(), bull.jobs.waitUntilReady()]);
    } catch (error) {
      await bull.close();
      throw new InputError(`--queue ${showAddress(address)}: ${(error as Error).message}`);
    }
    return bull;
  }

  get options() {
    const retryStrategy = () => (this.#isClosed ? null : RETRY);
    return {
      prefix: "tapeloom",
      connection: { url: this.address, maxRetriesPerRequest: null, retryStrategy },
    };
  }

  /** Says what goes wrong while it tries again, each thing once, and closes it in the end. */
  watched<E extends Emitter>(emitter: E): E {
    (emitter as Worker).on("error", (error: Error) => {
      const message = messageOf(error);
      if (this.#told.has(message)) return;
      this.#told.add(message);
      remark(this.#io, `${showAddress(this.address)}: ${message}${"code" in error ? "; tries again" : ""}`);
    });
    this.#opened.push(emitter);
    return emitter;
  }

  /** Closes all that was opened; where the server does not answer, it is not tried again. */
  async close(): Promise<void> {
    const closed = Promise.allSettled(this.#opened.map((each) => each.close()));
    await withinPatience(closed);
    this.#isClosed = true;
  }
}

/** Waits for an end, but no longer than for an answer of a server. */
export async function withinPatience(end: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE);
  });
  await Promise.race([end, late]).finally(() => clearTimeout(timer));
}

async function load<Package>(name: string): Promise<Package> {
  try {
    return (await importOptional(name)) as Package;
  } catch (error) {
    throw new InputError(
      `--queue needs the packages ${QUEUES} and ${CLIENT} (${messageOf(error as Error).split("\n")[0]}); ` +
        `install them by \`npm install ${QUEUES} ${CLIENT}\``,
    );
  }
}

/** Asks a server for its time. Throws InputError where there is none. */
async function timeOf(client: Redis, address: string): Promise<number> {
  let cause: Error | null = null;
  client.on("error", (error) => {
    cause ??= error;
  });
  try {
    await client.connect();
    const [seconds, microseconds] = await client.time();
    return 1000 * Number(seconds) + Math.floor(Number(microseconds) / 1000);
  } catch (error) {
    const message = messageOf(cause ?? (error as Error));
    throw new InputError(
      `--queue ${showAddress(address)}: expected a Redis or Valkey server that lets us in, found: ${message}; ` +
        "start one (redis-server), or look at the address and the password",
    );
  } finally {
    // What has ended already would take two seconds to end again.
    if (client.status !== "end") client.disconnect();
  }
}

/** The message of an error, or its code: that is all that is known of several attempts, such as at two addresses of a host. */
const messageOf = (error: Error & { readonly code?: string }): string =>
  error.message || error.code || error.name;
