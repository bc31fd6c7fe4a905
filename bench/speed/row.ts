// What `npm run bench -- speed` measures: cases, each in a process of its own, and the rows that come of them.

import type { BenchOptions } from "../setup.ts";
import { showSize } from "../show.ts";

export const SPEED_FAMILIES = [
  "life",
  "files",
  "process",
  "ready",
  "dyck",
  "learn",
  "bb5",
  "rounds",
  "memo",
  "slowest",
  "train",
  "elimination",
  "libraries",
] as const;
export type SpeedFamily = (typeof SPEED_FAMILIES)[number];

/** Units of figures, and whether more of them is better. */
export const UNITS = {
  s: false,
  "s of processor": false,
  "ns a cell": false,
  steps: false,
  "MB/s": true,
  "times one": true,
  "cell-steps/s": true,
} as const;
export type Unit = keyof typeof UNITS;

/** Seconds, by what they were spent on. */
export type Parts = Readonly<Record<string, number>>;

/** Somebody else who did the same, in the unit of the row; or why not. */
export type Opponent =
  | { readonly name: string; readonly value: number }
  | { readonly name: string; readonly absent: string };

export interface SpeedRow {
  readonly title: string;
  readonly unit: Unit;
  readonly value: number;
  readonly goal?: number;
  /** A goal that is no number, such as to be proved. */
  readonly wish?: { readonly text: string; readonly isMet: boolean };
  /** The whole time, in seconds. */
  readonly seconds: number;
  /** What the whole time went into, as far as that was measured. */
  readonly parts?: Parts;
  readonly opponents?: readonly Opponent[];
  /** What the result was compared with, and whether it is the same. */
  readonly check: string;
  readonly agrees: boolean;
  /** Rows of one series differ in size alone: their exponents are measured. `of` says what the size counts. */
  readonly growth?: { readonly series: string; readonly size: number; readonly of: string };
}

export interface SpeedCase {
  readonly family: SpeedFamily;
  readonly name: string;
  /** Whether it is done within seconds. */
  readonly isQuick: boolean;
  measure(setting: Setting): Promise<readonly SpeedRow[]>;
}

/** What cases may depend on. */
export interface Setting extends Pick<BenchOptions, "size" | "quick"> {
  readonly seed: number;
  readonly threads: number;
  /** Where programs of others are looked for, as in `PATH`; undefined for nowhere. */
  readonly path: string | undefined;
}

/** A case for each side of a square grid, the first of which is quick. */
export const casesBySide = (
  family: SpeedFamily,
  title: string,
  sides: readonly number[],
  measure: (side: number, setting: Setting) => Promise<readonly SpeedRow[]>,
): SpeedCase[] =>
  sides.map((side, at) => ({
    family,
    name: `${title} ${showSize(side)}`,
    isQuick: at === 0,
    measure: (setting) => measure(side, setting),
  }));

/** A row of a time in seconds. */
export const secondsRow = (row: Omit<SpeedRow, "unit" | "value">): SpeedRow => ({
  ...row,
  unit: "s",
  value: row.seconds,
});

/** How many times as good a figure is as an opponent's. */
export const ratioOf = ({ unit, value }: SpeedRow, other: number): number =>
  UNITS[unit] ? value / other : other / value;

export const isMissed = ({ unit, value, goal, wish }: SpeedRow): boolean =>
  wish?.isMet === false || (goal !== undefined && (UNITS[unit] ? value < goal : value > goal));

/** Runs of something short: this many, or fewer when they have taken so many seconds. */
const [MOST_RUNS, ENOUGH_SECONDS] = [5, 2];

/** The run of median time of several; what takes long is run once. */
export async function medianRun<T extends { readonly seconds: number }>(
  run: () => T | Promise<T>,
): Promise<T> {
  const runs: T[] = [];
  for (let all = 0; runs.length === 0 || (runs.length < MOST_RUNS && all < ENOUGH_SECONDS); ) {
    runs.push(await run());
    all += runs.at(-1)!.seconds;
  }
  return runs.sort((a, b) => a.seconds - b.seconds)[runs.length >> 1]!;
}
