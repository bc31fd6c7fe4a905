// What earlier benchmarks on the same machine have measured: a file with a line of JSON for each. A line is appended
// in one piece; one that is not whole, because the machine was switched off, is passed over.

import { open } from "node:fs/promises";
import { homedir, loadavg } from "node:os";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { decodeText, makeFolder, readBytesIfThere } from "../src/cli/files.ts";
import type { Io } from "../src/cli/io.ts";
import { thisMachine } from "./machine.ts";
import type { BenchOptions } from "./setup.ts";

const machineSchema = z.object({
  cpu: z.string(),
  cores: z.number(),
  node: z.string(),
  platform: z.string(),
});

/** What has to be the same for figures to be comparable. */
export type Machine = z.infer<typeof machineSchema>;

const entrySchema = z.object({
  time: z.string(),
  machine: machineSchema,
  /** Processes that wanted to run in the minute before, on average. */
  load: z.number(),
  /** Of each contest, program or row what is better the larger it is: cell-steps or compilations a second. */
  rates: z.record(z.string(), z.number()),
  /** Numbers of compiled networks that are not zero. */
  sizes: z.record(z.string(), z.number()).optional(),
});

export type Entry = z.infer<typeof entrySchema>;

/** Where the history is unless somebody says otherwise: where programs keep such things (XDG base directories). */
function historyFile({ env }: Io): string {
  const states = env.XDG_STATE_HOME || join(env.HOME || homedir(), ".local", "state");
  return join(states, "tapeloom", "bench-history.jsonl");
}

/** What a benchmark needs to know of earlier runs, and where it keeps its own. */
export interface History {
  readonly machine: Machine;
  /** Processes that wanted to run before the benchmark did. */
  readonly load: number;
  /** The file; null where nothing is kept. */
  readonly path: string | null;
  readonly earlier: readonly Entry[];
  /** Earlier rates of a title, oldest first. */
  rates(title: string): readonly number[];
  keep(found: Pick<Entry, "rates" | "sizes">): Promise<void>;
}

/** Opens the history of this machine, before anything is measured. */
export async function openHistory(io: Io, { history }: BenchOptions): Promise<History> {
  const [machine, load] = [thisMachine(), loadavg()[0]!];
  const path = history === false ? null : (history ?? historyFile(io));
  const earlier = path === null ? [] : await readHistory(io, path, machine);
  return {
    ...{ machine, load, path, earlier },
    rates: (title) => earlier.flatMap(({ rates }) => rates[title] ?? []),
    keep: async (found) => {
      const time = new Date().toISOString();
      if (path !== null) await appendHistory(io, path, { time, machine, load, ...found });
    },
  };
}

/** The entries of a machine, oldest first. */
async function readHistory(io: Io, path: string, machine: Machine): Promise<Entry[]> {
  const bytes = await readBytesIfThere(io, path);
  if (bytes === null) return [];
  return decodeText(bytes, path)
    .split("\n")
    .flatMap(entryOf)
    .filter((entry) => isSame(entry.machine, machine));
}

function entryOf(line: string): Entry[] {
  try {
    const { success, data } = entrySchema.safeParse(JSON.parse(line));
    return success ? [data] : [];
  } catch {
    return [];
  }
}

const isSame = (a: Machine, b: Machine): boolean =>
  a.cpu === b.cpu && a.cores === b.cores && a.node === b.node && a.platform === b.platform;

/** Adds an entry at the end; two processes that do so at once do not mix their lines. */
async function appendHistory(io: Io, path: string, entry: Entry): Promise<void> {
  await makeFolder(io, dirname(path));
  const file = await open(resolve(io.cwd, path), "a+");
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const broken = size > 0 && last.toString() !== "\n";
    await file.write(`${broken ? "\n" : ""}${JSON.stringify(entry)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** How a rate stands to those of earlier runs. */
export interface Change {
  /** The rate, divided by the median of the earlier ones. */
  readonly ratio: number;
  /** Earlier runs. */
  readonly runs: number;
  /** Part of the median by which runs differ without a reason. */
  readonly noise: number;
  readonly isSlower: boolean;
}

/** Fewer earlier runs say nothing about noise. */
const LEAST_RUNS = 3;
/** Differences that mean nothing on any machine. */
const LEAST_NOISE = 0.1;
/** A median absolute deviation that belongs to a standard deviation of 1. */
const DEVIATION = 0.6745;

/** Null where there are too few earlier runs. `spread`: the part of the rate by which the runs just made differ. */
export function changeOf(rate: number, spread: number, earlier: readonly number[]): Change | null {
  if (earlier.length < LEAST_RUNS) return null;
  const middle = median(earlier);
  const deviation = median(earlier.map((each) => Math.abs(each - middle))) / DEVIATION / middle;
  const noise = Math.max(LEAST_NOISE, 3 * deviation, spread);
  const ratio = rate / middle;
  return { ratio, runs: earlier.length, noise, isSlower: ratio < 1 / (1 + noise) };
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value that a part of the values is below, between two of them if need be. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (at - Math.floor(at)) * (high - low);
}
