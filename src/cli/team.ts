// Jobs, and who does them: threads or workers at a queue, of which pool.ts chooses.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { DataOf, JobOf, ResultOf, WorkName } from "./work.ts";

/** A work, what makes it ready, and who is to do it. */
export interface Assignment<Name extends WorkName> {
  readonly work: Name;
  readonly data: DataOf<Name>;
  /** What people call it. */
  readonly label: string;
  readonly hands: Hands;
  /** How this thread does a job, where it is ready already. */
  readonly alone?: (job: JobOf<Name>) => Promise<ResultOf<Name>>;
}

/** The options that say who works. */
export interface Hands {
  /** The number of threads; by default one for each core. */
  readonly workers?: number | undefined;
  /** The address of a queue, whose workers do it. */
  readonly queue?: string | undefined;
  readonly seed?: number | undefined;
}

/** Who does jobs. */
export interface Team<Job, Result> {
  answer(job: Job): Promise<Answer<Result>>;
  /** How many jobs are given out at once where nobody knows how many there will be. */
  readonly most: number;
  close(): Promise<void>;
}

/** Bad input comes back as its message, because neither threads nor queues hand on what kind of error it was. */
export type Answer<Result> = Result | { readonly refused: string };

/** Returns what a worker answers. */
export async function answering<Result>(work: () => Promise<Result>): Promise<Answer<Result>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InputError) return { refused: error.message };
    throw error;
  }
}
