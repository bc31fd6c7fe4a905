// Where the panels of a picture go: a table of panels, cut into bands where it is too wide, with cells as large as
// fits. Lengths are in units.

import { plural } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import { TEXT, textWidth } from "./scene.ts";

export interface PanelTable {
  /** The shape of every panel's grid, in cells. */
  readonly shape: Shape;
  /** A caption above each column of panels; empty texts for none. */
  readonly columns: readonly string[];
  /** A label left of each row of panels; empty texts for none. */
  readonly rows: readonly string[];
}

/** Lengths that a layout tries to keep to. */
interface Wishes {
  readonly width: number;
  readonly height: number;
  /** The largest side of a cell, and one that is large enough to save a band. */
  readonly largest: number;
  readonly enough: number;
}

export interface PictureLayout {
  /** Side of a cell: a whole number of half units. */
  readonly cell: number;
  readonly width: number;
  readonly height: number;
  /** Corner of a panel, and whether it is the first of its band. */
  readonly panelAt: (
    column: number,
    row: number,
  ) => { readonly x: number; readonly y: number; readonly isFirst: boolean };
}

const GAP = 12;
/** The largest side of a picture: 4096 pixels. */
const LARGEST_SIDE = 2048;
const SMALLEST_CELL = 0.5;
/** Cells of a grid's side that fit with room for what is written beside it. */
const MOST_CELLS_ACROSS = 4000;
/** Cells in all panels: more would not fit into memory as marks. */
const MOST_CELLS = 2 ** 21;

/**
 * The first arrangement in bands whose cells are large enough, or the one with the largest cells.
 * @throws InputError if even the smallest cells make too large a picture
 */
export function layOutPanels(table: PanelTable, wishes: Wishes): PictureLayout {
  checkSize(table);
  const caption = widest(table.columns);
  const label = widest(table.rows);
  const layouts = table.columns
    .map((_, at) => arrange(table, { caption, label }, at + 1, wishes))
    .filter(({ width, height }) => Math.max(width, height) <= LARGEST_SIDE);
  const found =
    layouts.find(({ cell, width }) => cell >= wishes.enough && width <= wishes.width) ??
    layouts.reduce(
      (best: PictureLayout | null, each) => (best === null || isBetter(each, best) ? each : best),
      null,
    );
  if (found !== null) return found;
  throw new InputError(
    `${describeTable(table)} cannot be drawn in a picture of at most ${2 * LARGEST_SIDE} pixels a side; ${ADVICE}`,
  );
}

const ADVICE = "show fewer steps or fields, or run a smaller grid";

/** Throws InputError if the panels of a table can never be drawn. */
export function checkSize(table: PanelTable): void {
  const { rows, cols } = table.shape;
  if (Math.max(rows, cols) > MOST_CELLS_ACROSS)
    throw new InputError(
      `a grid of ${rows}x${cols} cells cannot be drawn: the largest side is ${MOST_CELLS_ACROSS} cells; ` +
        "run a smaller grid, or write it as .txt, .csv or .json",
    );
  const cells = table.columns.length * table.rows.length * rows * cols;
  if (cells <= MOST_CELLS) return;
  throw new InputError(
    `${describeTable(table)} cannot be drawn: found ${cells} cells in all, expected at most ${MOST_CELLS}; ${ADVICE}`,
  );
}

function describeTable({ shape, columns, rows }: PanelTable): string {
  return `${plural(columns.length * rows.length, "grid")} of ${shape.rows}x${shape.cols} cells`;
}

/** Larger cells first, then the smaller of two pictures. */
function isBetter(one: PictureLayout, other: PictureLayout): boolean {
  if (one.cell !== other.cell) return one.cell > other.cell;
  return Math.max(one.width, one.height) < Math.max(other.width, other.height);
}

const widest = (texts: readonly string[]): number =>
  texts.reduce((most, each) => Math.max(most, textWidth(each)), 0);

function arrange(
  { shape, columns, rows }: PanelTable,
  { caption, label }: { readonly caption: number; readonly label: number },
  bands: number,
  wishes: Wishes,
): PictureLayout {
  const perBand = Math.ceil(columns.length / bands);
  const used = Math.ceil(columns.length / perBand);
  const left = label === 0 ? 0 : label + 8;
  const top = caption === 0 ? 0 : TEXT.line;
  const across = (wishes.width - left - (perBand - 1) * GAP) / perBand / shape.cols;
  const down = (wishes.height - (used - 1) * GAP - used * top) / used / rows.length;
  const cell = halfUnits(Math.min(wishes.largest, across, (down - (rows.length - 1)) / shape.rows));
  const column = Math.max(cell * shape.cols, caption) + GAP;
  const row = cell * shape.rows + GAP / 2;
  const band = top + rows.length * row - GAP / 2 + GAP;
  return {
    cell,
    width: left + perBand * column - GAP,
    height: used * band - GAP,
    panelAt: (at, field) => ({
      isFirst: at % perBand === 0,
      x: left + (at % perBand) * column,
      y: Math.floor(at / perBand) * band + top + field * row,
    }),
  };
}

const halfUnits = (side: number): number => Math.max(SMALLEST_CELL, Math.floor(side * 2) / 2);
