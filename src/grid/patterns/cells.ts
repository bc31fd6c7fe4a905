// Patterns as plain text (`.cells`), as LifeWiki writes them: a line for each row, `.` for state 0 and `O` for 1, and
// comments behind `!`.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Grid } from "../grid.ts";
import type { GridField } from "../layers.ts";
import { type PatternRun, patternField, patternGrid, symbolRuns } from "./pattern.ts";

const STATES: Readonly<Record<string, number>> = { ".": 0, O: 1, "*": 1 };

export const looksLikeCells = (text: string): boolean => /^!\s*Name/i.test(text);

/**
 * Reads the one field of a pattern. An empty line is a row of state 0.
 * @throws InputError with line and column, what was found and what was expected
 */
export function readCells(text: string, file: string, fields: readonly GridField[]): Grid {
  const field = patternField(fields, file);
  const lines = text.trimEnd().split("\n");
  const runs: PatternRun[] = [];
  let [rows, cols] = [0, 0];
  for (const [at, raw] of lines.entries()) {
    if (raw.startsWith("!")) continue;
    const row = raw.trimEnd();
    const wrong = (column: number, symbol: string) =>
      new InputError(
        `${file}, line ${at + 1}, column ${column}: found \`${symbol}\`, expected . for state 0, O for state 1, ` +
          "or a comment behind ! at the beginning of a line",
      );
    const place = { row: rows, col: 0, line: at + 1 };
    runs.push(...symbolRuns(row, place, (symbol) => STATES[symbol] ?? null, wrong));
    [rows, cols] = [rows + 1, Math.max(cols, row.length)];
  }
  return patternGrid({ runs, rows, cols }, file, field);
}
