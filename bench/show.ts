// How figures are shown in the tables of benchmarks.

import { showCount } from "../src/diagnostics/count.ts";
import type { Change } from "./history.ts";

/** A figure beside those of earlier runs; empty where there are too few. */
export function showChange(change: Change | null): string {
  if (change === null) return "";
  const percent = `${Math.round(100 * change.ratio)}%`;
  return change.isSlower ? `SLOWER: ${percent}, noise ${Math.round(100 * change.noise)}%` : percent;
}

const UNITS = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
] as const;

/** Three digits and a unit, such as `76.1 G`. */
export function showRate(rate: number): string {
  const [factor, unit] = UNITS.find(([least]) => rate >= least) ?? [1, ""];
  return `${(rate / factor).toPrecision(3)} ${unit}`.trim();
}

/** How many times as fast, in two digits or as a whole number. */
export const showTimes = (times: number): string =>
  times >= 100 ? showCount(Math.round(times)) : String(Number(times.toPrecision(2)));

/** A square, such as `4,096 x 4,096`. */
export const showSize = (side: number): string => `${showCount(side)} x ${showCount(side)}`;

/** A figure that misses its goal is marked. */
export const marked = (text: string, isMissed: boolean): string => (isMissed ? `${text} !` : text);
