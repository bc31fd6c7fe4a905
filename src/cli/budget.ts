// What a command may take for work that does not pause, and how `--budget` says it.

import { InvalidArgumentError } from "commander";

export interface Budget {
  /** Seconds of processor time. */
  readonly seconds: number;
  /** Bytes of the whole process. */
  readonly bytes: number;
}

/** With what Node itself takes, a command ends within 10 s and 1 GiB. */
export const USUAL_BUDGET: Budget = { seconds: 9, bytes: 900 * 2 ** 20 };

/** What a command may take beside that for proofs: every program of the library is proved within a part of it. */
export const PROOF_BUDGET: Budget = { seconds: 60, bytes: 2 * 2 ** 30 };

const UNITS: Readonly<Record<string, number>> = { mib: 2 ** 20, gib: 2 ** 30 };

/** Reads `60`, `60s`, `4GiB` or `60s,4GiB`. */
export function budget(text: string): Budget {
  let found: Partial<Budget> = {};
  for (const part of text.split(",")) {
    const [, number, unit = ""] = /^(\d{1,9}(?:\.\d{1,9})?)(s|mib|gib|)$/i.exec(part.trim()) ?? [];
    const factor = UNITS[unit.toLowerCase()];
    const key = factor === undefined ? "seconds" : "bytes";
    if (!(Number(number) > 0) || key in found)
      throw new InvalidArgumentError("Expected seconds, memory or both, such as 60s or 60s,4GiB.");
    found = { ...found, [key]: Number(number) * (factor ?? 1) };
  }
  return { ...USUAL_BUDGET, ...found };
}
