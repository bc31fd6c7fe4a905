// The line that shows how far a run has come: a bar where its end is known, its rate, and the time left.

import type { Io } from "./io.ts";
import { plural, showCount } from "./table.ts";

export interface RunProgress {
  update(steps: number): void;
  /** Wipes the line out. To be called whatever happens. */
  close(): void;
}

export interface RunLength {
  /** Cells of the grid. */
  readonly cells: number;
  /** Where the run begins: 0, or where an earlier one has come to. */
  readonly from: number;
  /** The most steps, if anybody knows. */
  readonly most: number | null;
}

/** Runs that are over before need no line. In milliseconds. */
const PATIENCE = 1000;
const BETWEEN_DRAWINGS = 200;
/** The rate is that of the last seconds, so that it follows a run whose steps get slower. */
const WINDOW = 5000;
const BAR_WIDTH = 24;

/** A line on standard error, if it is a terminal; `now` is in milliseconds. */
export function runProgress(
  io: Io,
  name: string,
  length: RunLength,
  now = () => performance.now(),
): RunProgress {
  if (io.stderr.isTTY !== true) return { update() {}, close() {} };
  const begin = now();
  let past = [{ time: begin, steps: length.from }];
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    update(steps) {
      const time = now();
      if (time - begin < PATIENCE || time - drawn < BETWEEN_DRAWINGS) return;
      past = [...past.filter((each) => time - each.time < WINDOW || each === past.at(-1)), { time, steps }];
      const first = past[0]!;
      const rate = (1000 * (steps - first.steps)) / (time - first.time);
      io.stderr.write(
        `\r${progressLine(name, steps, rate, length).slice(0, (io.stderr.columns || 80) - 1)}\x1b[K`,
      );
      drawn = time;
    },
    close() {
      if (drawn > 0) io.stderr.write("\r\x1b[K");
    },
  };
}

/** Such as `life [====>     ] 1,234/5,000 steps  1.3e+9 cell-steps/s  0:12 left`; `rate` is in steps a second. */
export function progressLine(name: string, steps: number, rate: number, { cells, most }: RunLength): string {
  const speed = `${(rate * cells).toExponential(1)} cell-steps/s`;
  if (most === null) return `${name}: ${plural(steps, "step")}  ${speed}`;
  const filled = Math.round((BAR_WIDTH * steps) / Math.max(1, most));
  const bar = "=".repeat(filled).padEnd(BAR_WIDTH);
  const left = rate > 0 ? `  ${clock((most - steps) / rate)} left` : "";
  return `${name} [${bar}] ${showCount(steps)}/${plural(most, "step")}  ${speed}${left}`;
}

/** Seconds as `0:07`, `12:34` or `1:02:03`. */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
