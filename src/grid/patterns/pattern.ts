// What all pattern files have in common: runs of states of one field. State 0 is the field's first value.

import { shownNames } from "../../diagnostics/count.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { bounds, type Grid, type Shape } from "../grid.ts";
import type { GridField } from "../layers.ts";

/** A short text can say anything. */
const MOST_CELLS = 2 ** 26;

/** The number of cells that are filled at once. */
const MANY_CELLS = 32;

/** Cells of one state side by side, counted from the upper left corner of the pattern. */
export interface PatternRun {
  readonly row: number;
  readonly col: number;
  readonly length: number;
  readonly state: number;
  /** Line of the file, from 1. */
  readonly line: number;
}

/** Takes the numbers of a `PatternRun`: there are too many to make an object of each. */
export type VisitRun = (row: number, col: number, length: number, state: number, line: number) => void;

export interface CellPattern extends Shape {
  /** Calls back for each run of states other than 0. */
  readonly eachRun: (visit: VisitRun) => void;
}

/** The pattern of some runs. */
export const patternOf = (runs: readonly PatternRun[], { rows, cols }: Shape): CellPattern => ({
  rows,
  cols,
  eachRun: (visit) => {
    for (const { row, col, length, state, line } of runs) visit(row, col, length, state, line);
  },
});

/** Moves runs so that the smallest rectangle around them begins at row 0 and column 0. */
export function boxed(runs: readonly PatternRun[]): CellPattern {
  if (runs.length === 0) return patternOf(runs, { rows: 0, cols: 0 });
  let [top, left, bottom, right] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { row, col, length } of runs) {
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
    [left, right] = [Math.min(left, col), Math.max(right, col + length)];
  }
  const moved = runs.map((run) => ({ ...run, row: run.row - top, col: run.col - left }));
  return patternOf(moved, { rows: bottom - top, cols: right - left });
}

/**
 * Returns the one field that a pattern can fill.
 * @throws InputError if the program reads several
 */
export function patternField(fields: readonly GridField[], file: string): GridField {
  const [field] = fields;
  if (field !== undefined && fields.length === 1) return field;
  throw new InputError(
    `${file}: a pattern has the cells of one field, but the program reads ${fields.length} ` +
      `(${shownNames(fields.map(({ name }) => name))}); give them as text, CSV or JSON`,
  );
}

/** Refuses patterns without cells, and those too large to be held. */
export function requireCells({ rows, cols }: Shape, file: string): void {
  if (rows < 1 || cols < 1)
    throw new InputError(`${file}: found a pattern without cells, expected at least one`);
  if (rows * cols > MOST_CELLS)
    throw new InputError(
      `${file}: found a grid of ${rows}x${cols} cells (rows x columns), expected at most ${MOST_CELLS} in all`,
    );
}

/**
 * Fills the plane of a field with a pattern.
 * @throws InputError with the line of a state that the field does not have, or of cells outside of the pattern's size
 */
export function patternGrid(pattern: CellPattern, file: string, field: GridField): Grid {
  const { rows, cols } = pattern;
  requireCells(pattern, file);
  const { lo, hi } = bounds(field.type);
  const values = new Int32Array(rows * cols).fill(lo);
  pattern.eachRun((row, col, length, state, line) => {
    if (state > hi - lo) throw new InputError(`${file}, line ${line}: ${unknownState(state, field)}`);
    if (row >= rows || col + length > cols)
      throw new InputError(`${file}, line ${line}: found cells outside of ${rows}x${cols}`);
    const start = row * cols + col;
    // Most runs are short.
    if (length > MANY_CELLS) values.fill(lo + state, start, start + length);
    else for (let at = start; at < start + length; at++) values[at] = lo + state;
  });
  return { rows, cols, planes: { [field.name]: values } };
}

const unknownState = (state: number, { name, type }: GridField): string => {
  const { lo, hi } = bounds(type);
  return `found state ${state}, but ${name} has ${hi - lo + 1} values: expected states 0 to ${hi - lo}; is the pattern for another rule?`;
};

/** The states of `.` and `*`. */
export const dotOrStar = (symbol: string): number | null => (symbol === "." ? 0 : symbol === "*" ? 1 : null);

/** The runs of one row of symbols, of which `stateOf` knows the states; null for a symbol that is none. */
export function symbolRuns(
  text: string,
  place: { readonly row: number; readonly col: number; readonly line: number },
  stateOf: (symbol: string) => number | null,
  wrong: (column: number, symbol: string) => InputError,
): PatternRun[] {
  const runs: PatternRun[] = [];
  for (let at = 0; at < text.length; ) {
    const begin = at;
    const symbol = text[at]!;
    while (text[at] === symbol) at++;
    const state = stateOf(symbol);
    if (state === null) throw wrong(begin + 1, symbol);
    if (state > 0) runs.push({ ...place, col: place.col + begin, length: at - begin, state });
  }
  return runs;
}
