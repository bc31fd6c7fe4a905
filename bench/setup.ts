// What the single benchmarks share: a program of the library on the bit engine, and how results are shown.

import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { CommonOptions } from "../src/cli/commands/command.ts";
import { type Io, interruptible } from "../src/cli/io.ts";
import { printJson } from "../src/cli/json.ts";
import { progressBar } from "../src/cli/progress.ts";
import { showTable } from "../src/cli/table.ts";
import { compile } from "../src/compile.ts";
import { InputError, type Source } from "../src/diagnostics/diagnostic.ts";
import { type BitEngine, type BitOptions, bitEngine } from "../src/engines/bits/bit-engine.ts";
import { loadWorkers } from "../src/engines/bits/workers.ts";
import type { Network } from "../src/network/network.ts";

/** Options of all benchmarks. */
export interface BenchOptions extends CommonOptions {
  /** Threads at most; as many as the machine has by default. */
  readonly threads?: number;
  /** Rows and columns of `trillion` and `speed`. */
  readonly size?: number;
  readonly seed?: number;
  /** Where `classic` finds the sets that it does not make. */
  readonly sets?: string;
  /** Of the table: small grids and short runs. */
  readonly quick?: boolean;
  /** What of the table is to be measured; all by default. */
  readonly programs?: readonly string[];
  readonly engines?: readonly string[];
  /** The file of earlier results, or false for none. */
  readonly history?: string | false;
  /** Where to draw how the engines grow. */
  readonly output?: string;
}

/** The library, seen from the sources and from dist/bench. */
export const LIBRARY = new URL(
  import.meta.url.endsWith(".ts") ? "../programs/" : "../../../programs/",
  import.meta.url,
);

/** The path of a program of the library. */
export const libraryPath = (name: string): string => fileURLToPath(new URL(`${name}.alg`, LIBRARY));

/** Names of the programs in a folder. */
export const programsIn = (folder: URL): string[] =>
  readdirSync(folder)
    .flatMap((file) => /^(.*)\.alg$/.exec(file)?.[1] ?? [])
    .sort();

/** What has been compiled, seen from the sources and from dist/bench. */
export const DIST = new URL(import.meta.url.endsWith(".ts") ? "../dist/" : "../../", import.meta.url);

/** A program of the library. */
export function librarySource(name: string): Source {
  const text = readFileSync(new URL(`${name}.alg`, LIBRARY), "utf8");
  return { name: `${name}.alg`, text };
}

/** The network of a program of the library. */
export const libraryNetwork = (name: string): Network => compile(librarySource(name)).network;

export const threadsOf = ({ threads = availableParallelism() }: BenchOptions): number => threads;

/** The bit engine for a compiled network, which is always digital. */
export async function bitsFor(network: Network, options: BitOptions): Promise<BitEngine> {
  const engine = await bitEngine(network, { ...options, startThreads: await loadWorkers() });
  if ("reason" in engine) throw new Error(`internal: ${network.program} is not digital: ${engine.reason}`);
  return engine;
}

/** Seconds that some work takes, and its result. */
export async function timed<T>(work: () => T | Promise<T>): Promise<{ seconds: number; result: T }> {
  const begin = performance.now();
  const result = await work();
  return { seconds: (performance.now() - begin) / 1000, result };
}

export const showSeconds = (seconds: number): string => `${seconds.toFixed(2)} s`;

/** Prints a result as a table, or as JSON. */
export function printResult(
  io: Io,
  { json }: BenchOptions,
  document: object,
  rows: readonly (readonly [string, string])[],
): void {
  if (json) printJson(io, document);
  else io.stdout.write(showTable(rows));
}

/** Measures one after another, with progress on standard error; an interrupt aborts the signal. */
export async function oneByOne<T, R>(
  io: Io,
  all: readonly T[],
  unit: string,
  titleOf: (each: T) => string,
  measure: (each: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const bar = progressBar(io, "bench", `${unit}, {title}`);
  const measured: R[] = [];
  try {
    await interruptible(io, async (signal) => {
      for (const [at, each] of all.entries()) {
        bar.update(at, all.length, { title: titleOf(each) });
        measured.push(await measure(each, signal));
      }
    });
  } finally {
    bar.stop();
  }
  return measured;
}

/** What is measured, or why it cannot be: an engine is not installed or refuses it, or it takes too long. */
export type MeasuredOrReason<T> =
  | { readonly measured: T; readonly reason: null }
  | { readonly measured: null; readonly reason: string };

export async function measuredOrReason<T>(measure: () => Promise<T>): Promise<MeasuredOrReason<T>> {
  try {
    return { measured: await measure(), reason: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { measured: null, reason: error.message };
  }
}

/** @throws InputError if a figure's file has another ending */
export function requireSvg({ output }: BenchOptions): void {
  if (output !== undefined && !output.toLowerCase().endsWith(".svg"))
    throw new InputError(`-o ${output}: a figure's name ends in .svg; rename it`);
}

/** What of a list was asked for, in the list's order. */
export function chosen<T extends string>(
  wanted: readonly string[] | undefined,
  all: readonly T[],
  option: string,
): T[] {
  const unknown = wanted?.find((name) => !(all as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new InputError(`${option}: found ${unknown}, expected some of ${all.join(", ")}`);
  return all.filter((name) => wanted === undefined || wanted.includes(name));
}
