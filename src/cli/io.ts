// What a command may touch of the world: two output streams, standard input, the interrupt key, the working
// directory. Tests hand in their own; `processIo` is the real one.

import { fstatSync, writeSync } from "node:fs";
import { freemem } from "node:os";
import { styleText } from "node:util";
import type { Budget } from "../diagnostics/budget.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { Guard, Interrupted, type Out, type Tell } from "./guard.ts";

export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Out;
  readonly stderr: Out;
  /** All of standard input. */
  readStdin(): Promise<Uint8Array>;
  /** Calls back when the user interrupts, until the returned function is called. */
  onInterrupt(callback: () => void): () => void;
  /** Calls back for each key that is pressed, until the returned function is called; null where there is no keyboard. */
  onKey(callback: (key: string) => void): (() => void) | null;
  /** Bytes of memory that are free. */
  freeMemory(): number;
  /** Sets what `bounded` allows, as the user wants it. */
  allow(budget: Budget): void;
  /** Sets what `bounded` allows from here on, unless the user has said what he wants. */
  allowByDefault(budget: Budget): void;
  /** Seconds of processor time that are left for `bounded`. */
  secondsLeft(): number;
  /** Lets `bounded` allow as much again as at first, for each of several subjects. */
  allowAnew(): void;
  /**
   * Runs work that does not pause; `what` names it in messages, and on a terminal, with what the work tells, while it
   * takes more than half a second. Throws OverBudget if it takes more time or memory than is allowed. `asks`: the work asks
   * by `spend` every few moments, or is done in a few.
   */
  bounded<T>(what: string, work: (tell: Tell) => T, asks?: boolean): T;
}

/** Exit codes: done, a check failed, bad input, our own bug, interrupted (128 + SIGINT). */
export const EXIT = { done: 0, failed: 1, badInput: 2, internal: 70, interrupted: 130 } as const;

export function processIo(): Io {
  const guard = new Guard(process.stderr);
  return {
    allow: (budget) => guard.allow(budget),
    allowByDefault: (budget) => guard.allowByDefault(budget),
    allowAnew: () => guard.allowAnew(),
    secondsLeft: () => guard.secondsLeft,
    bounded: (what, work, asks) => guard.run(what, work, asks),
    cwd: process.cwd(),
    env: process.env,
    stdout: writingAll(process.stdout),
    stderr: process.stderr,
    readStdin: () => gathered(process.stdin, "standard input"),
    onInterrupt(callback) {
      process.on("SIGINT", callback);
      return () => process.off("SIGINT", callback);
    },
    onKey(callback) {
      const { stdin } = process;
      if (!stdin.isTTY) return null;
      const heard = (text: Buffer) => {
        for (const key of keysIn(text.toString())) callback(key);
      };
      stdin.setRawMode(true);
      stdin.on("data", heard);
      return () => {
        stdin.off("data", heard);
        stdin.setRawMode(false);
        stdin.pause();
      };
    },
    // Newer versions of Node know of limits on the process, too.
    freeMemory: () => Math.min(freemem(), process.availableMemory?.() ?? Number.POSITIVE_INFINITY),
  };
}

/** What cannot be written to standard output, of which nobody could read there. */
export class OutputLost extends InputError {}

/**
 * Standard output, which writes all of a text or throws OutputLost where it is a file: Node leaves out, without an error,
 * what does not fit on a disk that becomes full, and tells of a full one when the process may be over.
 */
function writingAll(stdout: NodeJS.WriteStream & { readonly fd: number }): Out {
  if (stdout.isTTY) return stdout;
  const kind = fstatSync(stdout.fd);
  if (!kind.isFile() && !kind.isCharacterDevice()) return stdout;
  stdout.write = (text: string | Uint8Array, ...rest: readonly unknown[]) => {
    for (let bytes = Buffer.from(text); bytes.length > 0; )
      bytes = bytes.subarray(writtenOf(stdout.fd, bytes));
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(() => done());
    return true;
  };
  return stdout;
}

/** Writes some of the bytes; returns how many. */
function writtenOf(file: number, bytes: Uint8Array): number {
  try {
    return writeSync(file, bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOSPC" ? "the disk is full" : code;
    throw new OutputLost(
      `standard output cannot be written: ${why}; make room, or send it elsewhere: what stands there is not whole`,
    );
  }
}

/** Bytes of what comes piece by piece: a text of that length is as long as texts can be. */
const MOST_GATHERED = 2 ** 29;

/**
 * All bytes of what comes piece by piece, which may be without end.
 * @throws InputError if there are too many
 */
export async function gathered(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  most = MOST_GATHERED,
): Promise<Uint8Array> {
  const found: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > most)
      throw new InputError(
        `${name} goes on after ${most} bytes, expected at most as many; give a file with an end`,
      );
    found.push(chunk);
  }
  return Buffer.concat(found);
}

/** The keys of a text: several may come at once, and arrows are an escape, a bracket and a letter. */
function keysIn(text: string): string[] {
  const [first, ...more] = text.split("\x1b[");
  return [...first!, ...more.flatMap(([letter, ...others]) => [`\x1b[${letter}`, ...others])];
}

/** A seed by chance, for runs that are given none. */
export const anySeed = (): number => Math.floor(Math.random() * 2 ** 32);

/** A remark for people: on standard error, so that standard output holds results alone. */
export function remark(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}

type Style = Parameters<typeof styleText>[0];

/** Colours a text for a stream, if it is a terminal and colours are not turned off. */
export function paint(io: Io, out: Out, style: Style, text: string): string {
  if (out.isTTY !== true || (io.env.NO_COLOR ?? "") !== "") return text;
  return styleText(style, text, { validateStream: false });
}

/** Runs work that an interrupt aborts; the work throws the signal's reason then. */
export async function interruptible<T>(io: Io, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const release = io.onInterrupt(() => controller.abort(new Interrupted()));
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
