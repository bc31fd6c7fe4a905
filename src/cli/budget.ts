// How `--budget` says what a command may take for work that does not pause.

import { InvalidArgumentError } from "commander";
import { type Budget, USUAL_BUDGET } from "../diagnostics/budget.ts";

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
