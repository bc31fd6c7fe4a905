// Patterns as plain text, and in the formats Life 1.05, blocks of rows at given places, and Life 1.06, places of cells
// (`.lif`, `.life`), whose grid is the smallest rectangle around the cells.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Grid } from "../grid.ts";
import type { GridField, GridFileFormat } from "../layers.ts";
import {
  boxed,
  dotOrStar,
  type PatternRun,
  patternField,
  patternGrid,
  patternOf,
  symbolRuns,
} from "./pattern.ts";

/** Farther away than anything that fits into a grid. */
const MOST_AWAY = 1e9;
const PLACE = /^(-?\d+)\s+(-?\d+)$/;

export const LIFE = {
  extensions: [".lif", ".life"],
  isCertain: (text) => /^#Life\b/i.test(text) || /^#P\s+-?\d/im.test(text),
  read: readLife,
} satisfies GridFileFormat;

/**
 * Reads the one field of a pattern.
 * @throws InputError with the line, what was found and what was expected
 */
function readLife(text: string, file: string, fields: readonly GridField[]): Grid {
  const field = patternField(fields, file);
  const lines = text.split("\n").map((line) => line.trim());
  const runs = /^#Life\s+1\.06/i.test(lines[0] ?? "") ? placesOf(lines, file) : blocksOf(lines, file);
  return patternGrid(boxed(runs), file, field);
}

const placesOf = (lines: readonly string[], file: string): PatternRun[] =>
  lines.flatMap((text, at) => {
    if (text === "" || text.startsWith("#")) return [];
    const [col, row] = placeIn(text, at, file, "column and row of a cell, such as `-1 2`");
    return [{ row, col, length: 1, state: 1, line: at + 1 }];
  });

function blocksOf(lines: readonly string[], file: string): PatternRun[] {
  const runs: PatternRun[] = [];
  let [row, col] = [0, 0];
  for (const [at, text] of lines.entries()) {
    const block = /^#P\s+(\S.*)$/i.exec(text);
    if (block !== null)
      [col, row] = placeIn(block[1]!, at, file, "column and row of a block, such as `#P -1 2`");
    if (text === "" || text.startsWith("#")) continue;
    const wrong = (column: number, symbol: string) =>
      new InputError(
        `${file}, line ${at + 1}, column ${column}: found \`${symbol}\`, expected . for state 0, * for state 1, or a ` +
          "line that begins with #",
      );
    runs.push(...symbolRuns(text, { row, col, line: at + 1 }, dotOrStar, wrong));
    row++;
  }
  return runs;
}

function placeIn(text: string, at: number, file: string, expected: string): readonly [number, number] {
  const [, col, row] = (PLACE.exec(text) ?? []).map(Number);
  if (col !== undefined && row !== undefined && Math.max(Math.abs(col), Math.abs(row)) <= MOST_AWAY)
    return [col, row];
  throw new InputError(`${file}, line ${at + 1}: found \`${text.slice(0, 40)}\`, expected ${expected}`);
}

// Patterns as plain text (`.cells`), as LifeWiki writes them: a line for each row, `.` for state 0 and `O` for 1, and
// comments behind `!`.

const STATES: Readonly<Record<string, number>> = { ".": 0, O: 1, "*": 1 };

export const CELLS = {
  extensions: [".cells"],
  isCertain: (text) => /^!\s*Name/i.test(text),
  read: readCells,
} satisfies GridFileFormat;

/**
 * Reads the one field of a pattern. An empty line is a row of state 0.
 * @throws InputError with line and column, what was found and what was expected
 */
function readCells(text: string, file: string, fields: readonly GridField[]): Grid {
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
  return patternGrid(patternOf(runs, { rows, cols }), file, field);
}
