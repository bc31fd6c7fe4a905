// Temporary files that this process is writing: an interrupt removes them, as nothing else would before the next run.

import { rmSync } from "node:fs";

/** Paths of files that are not complete yet. */
export const unfinished = new Set<string>();

export function removeUnfinished(): void {
  for (const path of unfinished) rmSync(path, { force: true });
}
