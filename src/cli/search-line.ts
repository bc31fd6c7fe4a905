// The line on a terminal that says how far a search has come.

import type { Io } from "./io.ts";
import { percent, showCount } from "./table.ts";

interface SearchState {
  readonly tried: number;
  readonly kept: number;
  readonly best: number;
}

/** In milliseconds. */
const BETWEEN_DRAWINGS = 200;

export function searchLine(io: Io, name: string): { update(state: SearchState): void; close(): void } {
  if (io.stderr.isTTY !== true) return { update() {}, close() {} };
  const begin = performance.now();
  let drawn = begin;
  return {
    update({ tried, kept, best }) {
      const now = performance.now();
      if (now - drawn < BETWEEN_DRAWINGS) return;
      drawn = now;
      const rate = (1000 * tried) / (now - begin);
      const share = best > 0 ? `  best ${percent(best, 1)}` : "";
      const text = `${name}: ${showCount(tried)} candidates  ${rate.toExponential(1)}/s  ${showCount(kept)} kept${share}`;
      io.stderr.write(`\r${text.slice(0, (io.stderr.columns || 80) - 1)}\x1b[K`);
    },
    close() {
      if (drawn > begin) io.stderr.write("\r\x1b[K");
    },
  };
}
