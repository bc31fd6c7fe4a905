// A difference between two who should agree.

import type { Fields, Shape } from "../language/world.ts";

/** The input on which it was seen. */
export interface Case {
  readonly shape: Shape;
  readonly inputs: Fields;
}

export class Failure extends Error {
  /** What differs from what, such as `bits, skips`: failures of one kind are shrunk as one. */
  readonly kind: string;
  readonly on: Case | null;

  constructor(kind: string, detail: string, on: Case | null = null) {
    super(detail);
    this.kind = kind;
    this.on = on;
  }
}

/** Milliseconds of processor time that comparisons of each kind took, of all threads. */
const spent = new Map<string, number>();

/**
 * What a comparison of a program spent, by kind. To ask for processor time takes as long as a short comparison, so that nobody is asked
 * otherwise.
 */
export async function spending<T>(compare: () => Promise<T>): Promise<readonly [T, [string, number][]]> {
  spent.clear();
  isTimed = true;
  try {
    return [await compare(), [...spent]];
  } finally {
    isTimed = false;
  }
}

let isTimed = false;

/** Runs one comparison; exceptions of the compared become failures of its kind. */
export async function comparing<T>(kind: string, on: Case | null, run: () => T | Promise<T>): Promise<T> {
  const begin = isTimed ? process.cpuUsage().user : null;
  try {
    return await run();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      `${kind}: exception`,
      error instanceof Error ? (error.stack ?? error.message) : String(error),
      on,
    );
  } finally {
    if (begin !== null) spent.set(kind, (spent.get(kind) ?? 0) + (process.cpuUsage().user - begin) / 1000);
  }
}
