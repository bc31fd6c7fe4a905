// Progress on standard error: a bar on a terminal; elsewhere, where it may end up in a log file, a line a minute.

import { SingleBar } from "cli-progress";
import { type Io, interruptible, remark } from "./io.ts";

/** Milliseconds between remarks on how far work is, where they may end up in a log file. */
const BETWEEN_LINES = 60_000;

interface Progress {
  /** `figures` are what the unit's text names in braces. */
  update(done: number, total: number, figures?: Readonly<Record<string, string>>): void;
  stop(): void;
}

/** A bar such as `gf2  [=====>    ]  100/200 grids`; off a terminal, lines such as `gf2: 100/200 grids`. */
export function progressBar(io: Io, label: string, unit: string): Progress {
  if (io.stderr.isTTY !== true) return progressLines(io, label, unit);
  const bar = new SingleBar({
    format: `${label} [{bar}] {value}/{total} ${unit}`,
    barCompleteChar: "=",
    barIncompleteChar: " ",
    stream: io.stderr,
    clearOnComplete: true,
    hideCursor: true,
    formatTime: showTime,
  });
  let started = false;
  return {
    update(done, total, figures = {}) {
      if (!started) bar.start(total, done, figures);
      started = true;
      bar.update(done, figures);
    },
    stop: () => bar.stop(),
  };
}

/** Progress as a line each minute, and none of what is done sooner; `now` is in milliseconds. */
export function progressLines(io: Io, label: string, unit: string, now = () => performance.now()): Progress {
  const begin = now();
  const line = statusLine(io, 0, now);
  return {
    update: (done, total, figures = {}) =>
      line.update((time) => {
        const left = (((time - begin) / 1000) * (total - done)) / done;
        const known: Readonly<Record<string, string>> = { ...figures, eta_formatted: showTime(left) };
        const shown = unit.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? "");
        return `${label}: ${done}/${total} ${shown}`;
      }),
    stop: () => line.close(),
  };
}

/** Work that an interrupt aborts, and that shows its progress as a bar. */
export function working<T>(
  io: Io,
  label: string,
  unit: string,
  work: (update: Progress["update"], signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const bar = progressBar(io, label, unit);
  return interruptible(io, (signal) => work(bar.update, signal)).finally(() => bar.stop());
}

/** A line of text on standard error that is drawn anew again and again. */
interface StatusLine {
  /** Draws what `text` says at a time, unless the line has been drawn a moment before. */
  update(text: (time: number) => string): void;
  /** Wipes the line out. To be called whatever happens. */
  close(): void;
}

/** In milliseconds. */
const BETWEEN_DRAWINGS = 200;

/**
 * A line for work that takes more than `patience`; off a terminal, one that is said each minute. Times are in
 * milliseconds.
 */
export function statusLine(io: Io, patience = BETWEEN_DRAWINGS, now = () => performance.now()): StatusLine {
  const isTerminal = io.stderr.isTTY === true;
  const begin = now();
  const between = isTerminal ? BETWEEN_DRAWINGS : BETWEEN_LINES;
  let drawn = isTerminal ? Number.NEGATIVE_INFINITY : begin;
  return {
    update(text) {
      const time = now();
      if (time - begin < patience || time - drawn < between) return;
      drawn = time;
      if (isTerminal) io.stderr.write(`\r${text(time).slice(0, (io.stderr.columns || 80) - 1)}\x1b[K`);
      else remark(io, text(time));
    },
    close() {
      if (isTerminal && drawn > Number.NEGATIVE_INFINITY) io.stderr.write("\r\x1b[K");
    },
  };
}

/** Seconds as `2m05s`; the bar gives words where it does not know. */
function showTime(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const [minutes, rest] = [Math.floor(seconds / 60), Math.floor(seconds % 60)];
  return minutes === 0 ? `${rest}s` : `${minutes}m${String(rest).padStart(2, "0")}s`;
}
