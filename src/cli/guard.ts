// Bounds work that does not pause: what reads programs and files, compiles and proves. However such a loop is written,
// it ends when it has taken too much time or memory.
//
// The work runs as a script of `node:vm`, which an interrupt ends at once. A thread of its own looks at the process
// every few milliseconds, and sends that interrupt. Time is that of the processors, so that a busy machine does not
// change what can be compiled; or that of the clock where it is less, as the engine collects garbage beside the work.
//
// Most commands need that thread for nothing, and it takes as long to start as a tenth of them does. So it starts only when the
// first quarter of a second is over, where the work asks by `spend` every few moments; whatever does not ask, is watched from
// its beginning.
//
// That thread also says on a terminal what is being done, from half a second on, since the one that works has no time;
// once the work has ended, the line is wiped out.

import { getHeapStatistics } from "node:v8";
import { createContext, type RunningScriptOptions, Script } from "node:vm";
import { Worker } from "node:worker_threads";
import {
  type AskFor,
  type Budget,
  MOST_DELAY,
  OverBudget,
  overMemory,
  overTime,
  processorSeconds,
  USUAL_BUDGET,
  unwatched,
} from "../diagnostics/budget.ts";

/** An output stream; the sizes are known on terminals only. */
export interface Out extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The reason of an abort by the user. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** States of a piece of work, as the two threads tell each other. */
const IDLE = 0;
const WORKING = 1;
const OUT_OF_TIME = 2;
const OUT_OF_MEMORY = 3;

/** Seconds of the first pieces of work for which nobody watches those that ask, and by how much shorter than the budget they are. */
const UNWATCHED = 0.25;
const MANY = 10;

/** The share of V8's heap limit that may be used; near that limit, the process would be aborted. */
const SAFE_HEAP = 0.85;

/** Where the line for the terminal is in the shared memory, behind the state, the limits, and when the piece began. */
const LINE_AT = 40;

/** Bytes of the shared memory that the line takes: two numbers, then its text. */
const LINE_BYTES = 8 + 240;

/** What is done to the numbers: whether somebody is writing to the terminal, and how long the text is, negative if shown. */
const SHOW = `
const { writeSync } = require("node:fs");
const showing = new Int32Array(workerData, LINE_AT, 2), letters = new Uint8Array(workerData, LINE_AT + 8);
const begun = performance.now() - 1000 * (clockNow() - limits[3]);
let shown = 0;
const show = (isOn, since) => {
  const now = performance.now();
  if (now - begun < 500 || now - since < 100 || now - shown < 250) return;
  Atomics.store(showing, 0, 1);
  const length = Math.abs(Atomics.load(showing, 1));
  if (length > 0 && isOn()) {
    shown = now;
    const seconds = now - begun < 2000 ? "" : " " + Math.floor((now - begun) / 1000) + " s";
    writeSync(2, "\\r\\x1b[K" + Buffer.from(letters.slice(0, length)).toString() + " ..." + seconds);
    Atomics.store(showing, 1, -length);
  }
  Atomics.store(showing, 0, 0);
};`;

/** Looks at the process until the work is done or has taken too much. It interrupts again if that was not heard. */
const WATCH = `
const { workerData } = require("node:worker_threads");
const state = new Int32Array(workerData), limits = new Float64Array(workerData, 8);
const clockNow = () => { const [seconds, rest] = process.hrtime(); return seconds + rest / 1e9; };
${SHOW.replaceAll("LINE_AT", String(LINE_AT))}
const processor = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };
for (;;) {
  Atomics.wait(state, 0, ${IDLE});
  const round = Atomics.load(state, 1), begin = limits[2], clock = limits[3], began = performance.now();
  const isOn = () => Atomics.load(state, 0) === ${WORKING} && Atomics.load(state, 1) === round;
  while (isOn()) {
    Atomics.wait(state, 1, round, 25);
    show(isOn, began);
    const taken = processor() - begin, passed = clockNow() - clock;
    const late = Math.min(taken, passed) > limits[0] || passed > ${MOST_DELAY} * limits[0];
    const why = process.memoryUsage.rss() > limits[1] ? ${OUT_OF_MEMORY} : late ? ${OUT_OF_TIME} : ${IDLE};
    if (why !== ${IDLE} && isOn()) Atomics.compareExchange(state, 0, ${WORKING}, why);
  }
  while (Atomics.load(state, 0) > ${WORKING}) {
    process.kill(process.pid, "SIGINT");
    Atomics.wait(state, 1, round, 250);
  }
}`;

/** The line, as the working thread sees it. */
class WorkingLine {
  readonly #out: Out;
  readonly #numbers: Int32Array;
  readonly #letters: Uint8Array;

  constructor(out: Out, shared: SharedArrayBuffer, at: number) {
    this.#out = out;
    this.#numbers = new Int32Array(shared, at, 2);
    this.#letters = new Uint8Array(shared, at + 8, LINE_BYTES - 8);
  }

  /** Sets what is being done. */
  tell(text: string): void {
    if (this.#out.isTTY !== true) return;
    const most = Math.min(this.#letters.length, (this.#out.columns || 80) - 16);
    const bytes = new TextEncoder()
      .encode(text.slice(0, Math.max(most, 1)))
      .subarray(0, this.#letters.length);
    this.#wait();
    this.#letters.set(bytes);
    const isShown = Atomics.load(this.#numbers, 1) < 0;
    Atomics.store(this.#numbers, 1, isShown ? -bytes.length : bytes.length);
  }

  /** Wipes the line out, if it has been shown. To be called when nobody may write it any more. */
  clear(): void {
    this.#wait();
    if (Atomics.exchange(this.#numbers, 1, 0) < 0) this.#out.write("\r\x1b[K");
  }

  /** Waits until the other thread has written what it is about to. */
  #wait(): void {
    while (Atomics.load(this.#numbers, 0) === 1);
  }
}

/** Takes what a piece of work is doing just now. */
export type Tell = (stage: string) => void;

/** The work of one command that does not pause: its pieces share the time. */
export class Guard {
  #budget = USUAL_BUDGET;
  #isAsked = false;
  readonly #shared = new SharedArrayBuffer(LINE_AT + LINE_BYTES);
  /** What the watching thread knows: the state, the number of the piece; seconds left, most bytes, when the piece began. */
  readonly #state = new Int32Array(this.#shared);
  readonly #limits = new Float64Array(this.#shared, 8);
  readonly #line: WorkingLine;
  #isWatched = false;
  /** Seconds for which work that asks may still go on before it is watched. */
  #unwatched = UNWATCHED;

  /** `terminal` is where people are told what is being done. */
  constructor(terminal: Out) {
    this.#line = new WorkingLine(terminal, this.#shared, LINE_AT);
    this.#set(USUAL_BUDGET);
  }

  /** Sets what there is for all pieces to come, as the user wants it. */
  allow(budget: Budget): void {
    this.#isAsked = true;
    this.#set(budget);
  }

  /** Sets what there is for the pieces to come, unless the user has said what there is for all. */
  allowByDefault(budget: Budget): void {
    if (!this.#isAsked) this.#set(budget);
  }

  /** Gives the pieces to come all that there was at first: another subject begins. */
  allowAnew(): void {
    this.#set(this.#budget);
  }

  /** Seconds that are left for the pieces to come. */
  get secondsLeft(): number {
    return Math.max(0, this.#limits[0]!);
  }

  #set(budget: Budget): void {
    this.#budget = budget;
    this.#limits[0] = budget.seconds;
    this.#limits[1] = Math.min(budget.bytes, getHeapStatistics().heap_size_limit * SAFE_HEAP);
  }

  /**
   * Runs a piece of work; `asks` where it asks by `spend` every few moments, or is done in a few. Throws OverBudget if it
   * takes too much, and Interrupted if the user interrupts it.
   */
  run<T>(what: string, work: (tell: Tell) => T, asks = false): T {
    const tell: Tell = (stage) => this.#line.tell(`${what}: ${stage}`);
    // A piece within a piece is watched already.
    if (Atomics.load(this.#state, 0) === WORKING) return work(tell);
    const before = processorSeconds();
    const began = clock();
    this.#limits.set([before, began], 2);
    const after = Math.min(this.#unwatched, this.#limits[0]! / MANY);
    if (!asks || after <= 0) this.#watch();
    const later = this.#isWatched ? null : { after: 1000 * after, call: () => this.#watch() };
    this.#line.tell(what);
    try {
      // What does not ask after all ends by the clock.
      const most = later && 1000 * MOST_DELAY * this.#limits[0]!;
      const outcome = interruptibly(this.#state, () => unwatched(() => work(tell), later), most);
      if (outcome.reason === OUT_OF_TIME) throw overTime(what, this.#budget, asOption);
      if (outcome.reason === OUT_OF_MEMORY) throw outOfMemory(what, this.#budget, this.#limits[1]!);
      return outcome.result as T;
    } finally {
      this.#line.clear();
      const passed = clock() - began;
      this.#limits[0]! -= Math.min(processorSeconds() - before, passed);
      this.#unwatched -= passed;
    }
  }

  #watch(): void {
    if (!this.#isWatched) startWatch(this.#shared);
    this.#isWatched = true;
  }
}

function startWatch(workerData: SharedArrayBuffer): void {
  new Worker(WATCH, { eval: true, workerData, execArgv: [] }).unref();
}

/** Seconds of a clock that all threads of the process have. */
function clock(): number {
  const [seconds, rest] = process.hrtime();
  return seconds + rest / 1e9;
}

/** Returns what all pieces of work run in, one after another: it takes most of a millisecond to make. */
function makeScript() {
  const scope: { finish?: () => void } = {};
  const [context, code] = [createContext(scope), new Script("finish()")];
  return { scope, run: (options: RunningScriptOptions) => code.runInContext(context, options) };
}

let made: ReturnType<typeof makeScript> | null = null;

function script(): ReturnType<typeof makeScript> {
  made ??= makeScript();
  return made;
}

/**
 * Waits until an interrupt that has come meanwhile is heard: between two immediates the loop looks for signals. A script
 * forgets those that nobody has heard when it begins, so that all is ready for it first.
 */
export async function heard(): Promise<void> {
  script();
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Runs work until it is done, the other thread interrupts it and says why, or `most` milliseconds are over. */
function interruptibly<T>(
  state: Int32Array,
  work: () => T,
  most: number | null,
): { reason: number; result?: T } {
  const turn = (to: number): void => {
    Atomics.store(state, 0, to);
    Atomics.add(state, 1, 1);
    Atomics.notify(state, 0);
    Atomics.notify(state, 1);
  };
  let result: T | undefined;
  const finish = () => {
    result = work();
    // If an interrupt is on its way, it is waited for.
    while (Atomics.compareExchange(state, 0, WORKING, IDLE) > WORKING);
  };
  const { scope, run } = script();
  try {
    scope.finish = finish;
    turn(WORKING);
    const timeout = most === null ? {} : { timeout: Math.ceil(Math.min(Math.max(most, 1), 2 ** 31 - 1)) };
    run({ breakOnSigint: true, ...timeout });
    return { reason: IDLE, result: result as T };
  } catch (error) {
    const reason = Atomics.load(state, 0);
    if (codeOf(error) === "ERR_SCRIPT_EXECUTION_TIMEOUT") return { reason: OUT_OF_TIME };
    if (codeOf(error) !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
    if (reason <= WORKING) throw new Interrupted();
    return { reason };
  } finally {
    delete scope.finish;
    const isInterrupted = Atomics.compareExchange(state, 0, WORKING, IDLE) > WORKING;
    turn(IDLE);
    if (isInterrupted) ignoreOnce();
  }
}

/** A signal of the other thread may come when the work has just ended. All others are the user's. */
function ignoreOnce(): void {
  const late = () => {};
  process.on("SIGINT", late);
  setImmediate(() => process.off("SIGINT", late));
}

/** The error comes from the script's own realm, so that it is no `Error` of ours. */
const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown } | null)?.code;

const asOption: AskFor = ({ seconds, bytes }) =>
  `--budget ${seconds}s${bytes === undefined ? "" : `,${megabytes(bytes)}MiB`}`;

function outOfMemory(what: string, budget: Budget, bytes: number): OverBudget {
  if (bytes >= budget.bytes) return overMemory(what, budget, asOption);
  const more = asOption({ seconds: Math.ceil(10 * budget.seconds), bytes: budget.bytes });
  return new OverBudget(
    `${what} takes more than ${megabytes(bytes)} MiB of memory, which is what Node allows; make it smaller or ` +
      `simpler, or set NODE_OPTIONS=--max-old-space-size=${megabytes(2 * budget.bytes)} and ${more}`,
  );
}

const megabytes = (bytes: number): number => Math.floor(bytes / 2 ** 20);
