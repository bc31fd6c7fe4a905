// What work that does not pause may take: reading, compiling and proving programs. The work asks every few
// microseconds, by `spend`, whether it may go on. It is synchronous, so that one scope at a time is enough, and no stage
// has to hand a clock on to the next.

import { InputError } from "./diagnostic.ts";

export interface Budget {
  /** Seconds of processor time, or of the clock where these are fewer; of the clock alone where nobody tells the former. */
  readonly seconds: number;
  /** Bytes that the process may grow by, where that is known; the command line counts the whole process. */
  readonly bytes: number;
}

/** With what Node itself takes, reading and compiling end within 10 s and 1 GiB. */
export const USUAL_BUDGET: Budget = { seconds: 9, bytes: 800 * 2 ** 20 };

/** What proofs may take: every program of the library is proved within a part of it. */
export const PROOF_BUDGET: Budget = { seconds: 60, bytes: 2 * 2 ** 30 };

/** More time or memory would have been needed than there was. */
export class OverBudget extends InputError {}

/** How to ask for more of something. */
export type AskFor = (more: Partial<Budget>) => string;

const MORE = "make it smaller or simpler, or allow more";

export const overTime = (what: string, { seconds }: Budget, ask: AskFor): OverBudget =>
  new OverBudget(
    `${what} takes more than ${seconds} s of processor time; ${MORE} with ${ask({ seconds: Math.ceil(10 * seconds) })}`,
  );

export const overMemory = (what: string, { seconds, bytes }: Budget, ask: AskFor): OverBudget =>
  new OverBudget(
    `${what} takes more than ${Math.floor(bytes / 2 ** 20)} MiB of memory; ` +
      `${MORE} with ${ask({ seconds: Math.ceil(10 * seconds), bytes: 4 * bytes })}`,
  );

const asOption: AskFor = ({ seconds, bytes }) =>
  `the option budget: { seconds: ${seconds}${bytes === undefined ? "" : `, bytes: ${bytes}`} }`;

/** On a machine that is busy with other things, at most this multiple of it passes. */
export const MOST_DELAY = 30;

/** Pieces of work that share a budget. */
export class Allowance {
  readonly #budget: Budget;
  #seconds: number;

  constructor(budget: Partial<Budget> = {}, usual: Budget = USUAL_BUDGET) {
    this.#budget = { ...usual, ...budget };
    for (const [what, found] of Object.entries(this.#budget))
      if (!(found > 0))
        throw new InputError(`found ${found} as the budget's ${what}, expected a number above 0`);
    this.#seconds = this.#budget.seconds;
  }

  /** Runs a piece of work. Within another one, that one's budget counts. Throws OverBudget if it takes too much. */
  run<T>(what: string, work: () => T): T {
    if (scope !== null) return renamed(scope, what, work);
    const begun = new Scope(what, this.#budget, this.#seconds);
    scope = begun;
    try {
      return work();
    } finally {
      scope = null;
      this.#seconds -= begun.taken();
    }
  }
}

/**
 * Runs work that does not pause, such as a proof, within a budget; by default the one of `compile`.
 * @throws OverBudget if the work takes more
 */
export const within = <T>(budget: Partial<Budget>, what: string, work: () => T): T =>
  new Allowance(budget).run(what, work);

/** Something to do when work has taken `after` milliseconds, the next time that it asks. */
interface Later {
  readonly after: number;
  readonly call: () => void;
}

/** Runs work that somebody else watches: `spend` lets it go on. */
export function unwatched<T>(work: () => T, later: Later | null = null): T {
  const outer = scope;
  const bounds = { seconds: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
  scope = new Scope("", bounds, bounds.seconds, later);
  try {
    return work();
  } finally {
    scope = outer;
  }
}

/** Ends the work if it has taken too much. What takes longer than some microseconds says so by a larger amount. */
export function spend(amount = 1): void {
  if (scope === null) return;
  spent += amount;
  if (spent < LOOK) return;
  spent = 0;
  scope.look();
}

/** Work between two looks at the clock. */
export const LOOK = 64;
/** Milliseconds between two looks at the process. */
const PAUSE = 20;

let scope: Scope | null = null;
let spent = 0;

function renamed<T>(outer: Scope, what: string, work: () => T): T {
  const before = outer.what;
  outer.what = what;
  try {
    return work();
  } finally {
    outer.what = before;
  }
}

class Scope {
  what: string;
  readonly #budget: Budget;
  readonly #seconds: number;
  readonly #clock = performance.now();
  readonly #processor: number;
  readonly #memory: number;
  /** When to look at the process again: never where nothing ends the work. */
  #next: number;
  #later: Later | null;

  /** `seconds` are what is left of the budget. */
  constructor(what: string, budget: Budget, seconds = budget.seconds, later: Later | null = null) {
    this.what = what;
    this.#budget = budget;
    this.#seconds = seconds;
    const isBounded = Math.min(seconds, budget.bytes) < Number.POSITIVE_INFINITY;
    this.#next = this.#clock + (isBounded ? PAUSE : (later?.after ?? Number.POSITIVE_INFINITY));
    this.#later = later;
    this.#processor = isBounded ? processorSeconds() : 0;
    this.#memory = isBounded ? memory() : 0;
  }

  taken(): number {
    const passed = (performance.now() - this.#clock) / 1000;
    return Math.max(Math.min(passed, processorSeconds() - this.#processor), passed / MOST_DELAY);
  }

  look(): void {
    if (performance.now() < this.#next) return;
    if (this.#later !== null) {
      this.#next = Number.POSITIVE_INFINITY;
      this.#later.call();
      this.#later = null;
      return;
    }
    this.#next = performance.now() + PAUSE;
    if (this.taken() > this.#seconds) throw overTime(this.what, this.#budget, asOption);
    if (memory() - this.#memory > this.#budget.bytes) throw overMemory(this.what, this.#budget, asOption);
  }
}

interface Host {
  readonly process?: {
    readonly cpuUsage?: () => { readonly user: number; readonly system: number };
    readonly memoryUsage?: { readonly rss?: () => number };
  };
}

/** Node tells these; browsers have a clock alone. */
const host: Host["process"] = (globalThis as Host).process;

/** Seconds of processor time so far; of the clock where nobody tells. */
export function processorSeconds(): number {
  const usage = host?.cpuUsage?.();
  return usage === undefined ? performance.now() / 1000 : (usage.user + usage.system) / 1e6;
}

const memory = (): number => host?.memoryUsage?.rss?.() ?? 0;
