// Progress on standard error, and only on a terminal: elsewhere it would end up in log files.

import { SingleBar } from "cli-progress";
import { type Io, interruptible } from "./io.ts";

interface Progress {
  /** `figures` are what the unit's text names in braces. */
  update(done: number, total: number, figures?: Readonly<Record<string, string>>): void;
  stop(): void;
}

/** A bar such as `gf2  [=====>    ]  100/200 grids`. */
export function progressBar(io: Io, label: string, unit: string): Progress {
  if (io.stderr.isTTY !== true) return { update() {}, stop() {} };
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

/** Seconds as `2m05s`; the bar gives words where it does not know. */
function showTime(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const [minutes, rest] = [Math.floor(seconds / 60), Math.floor(seconds % 60)];
  return minutes === 0 ? `${rest}s` : `${minutes}m${String(rest).padStart(2, "0")}s`;
}
