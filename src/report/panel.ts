// One grid of cells in a picture: their colours, and the marks on them. Marks come as the cells have room for them.

import { pushTo } from "../diagnostics/group.ts";
import { bounds, type Grid } from "../grid/grid.ts";
import { showSymbol } from "../grid/symbols.ts";
import { type Colour, dimmed, inkOn, THEME, valueColours } from "./colours.ts";
import type { Frame } from "./frames.ts";
import { type Box, dot, type Mark, outline, rectangle, TEXT, textMark, textWidth } from "./scene.ts";
import { hasDot, isPartlyHalted, type PictureField, type PictureView } from "./view.ts";

/** Sides of cells, in units, from which on they have room for a mark. */
const ROOM = { lines: 3, wavefront: 3, dots: 5, values: 10 } as const;

/** Tells whether cells of a size have room for a kind of mark. */
export const hasRoom = (cell: number, mark: keyof typeof ROOM): boolean => cell >= ROOM[mark];

/** Draws one field of a frame with its corner at (x, y), `cell` units to the cell. */
export function panelMarks(
  view: PictureView,
  field: PictureField,
  frame: Frame,
  x: number,
  y: number,
  cell: number,
): Mark[] {
  const { rows, cols } = frame.grid;
  const place: Placement = {
    grid: frame.grid,
    cell,
    boxOf: (at) => ({
      x: x + (at % cols) * cell,
      y: y + Math.floor(at / cols) * cell,
      width: cell,
      height: cell,
    }),
  };
  const frameBox = { x: x - 0.5, y: y - 0.5, width: cols * cell + 1, height: rows * cell + 1 };
  const colours = cellColours(field, frame);
  const isWrittenOn = writesValues(field, cell);
  return [
    ...areas(colours, place, { x, y, width: cols * cell, height: rows * cell }),
    ...(hasRoom(cell, "lines") ? lines(place, x, y) : []),
    outline(frameBox, THEME.frame, 0.5),
    ...(isWrittenOn ? valueTexts(field, colours, place) : []),
    ...(view.dots !== null && hasRoom(cell, "dots") ? dots(view.dots, place, isWrittenOn) : []),
    ...(view.wavefront && hasRoom(cell, "wavefront") ? wavefront(frame, place) : []),
    ...(view.answer === field.name ? [answerMark(place)] : []),
  ];
}

interface Placement {
  readonly grid: Grid;
  readonly cell: number;
  /** The place of a cell. */
  readonly boxOf: (at: number) => Box;
}

/** The colour of every cell; halted ones are dimmed as long as others are still at work. */
function cellColours({ name, type }: PictureField, frame: Frame): readonly Colour[] {
  const bright = valueColours(type);
  const dim = bright.map(dimmed);
  const { lo } = bounds(type);
  const halted = isPartlyHalted(frame) ? frame.halted : null;
  return Array.from(
    frame.grid.planes[name]!,
    (value, at) => (halted?.[at] === 1 ? dim : bright)[value - lo]!,
  );
}

/** Rectangles: the most common colour as a whole, then the others colour by colour, joined in rows. */
function areas(colours: readonly Colour[], { grid, boxOf }: Placement, whole: Box): Mark[] {
  const runs = new Map<Colour, Mark[]>();
  const sizes = new Map<Colour, number>();
  for (let start = 0, end = 0; start < colours.length; start = end) {
    const colour = colours[start]!;
    const rowEnd = start - (start % grid.cols) + grid.cols;
    while (end < rowEnd && colours[end] === colour) end++;
    const box = boxOf(start);
    const run = rectangle({ ...box, width: box.width * (end - start) }, colour);
    pushTo(runs, colour, run);
    sizes.set(colour, (sizes.get(colour) ?? 0) + end - start);
  }
  const [ground] = [...sizes].reduce((most, each) => (each[1] > most[1] ? each : most));
  return [rectangle(whole, ground), ...[...runs].flatMap(([colour, run]) => (colour === ground ? [] : run))];
}

/** Lines between the cells. */
function lines({ grid, cell }: Placement, x: number, y: number): Mark[] {
  const width = cell >= 8 ? 1 : 0.5;
  const [right, bottom] = [grid.cols * cell, grid.rows * cell];
  const vertical = Array.from({ length: grid.cols - 1 }, (_, at) =>
    rectangle({ x: x + (at + 1) * cell - width / 2, y, width, height: bottom }, THEME.background),
  );
  const horizontal = Array.from({ length: grid.rows - 1 }, (_, at) =>
    rectangle({ x, y: y + (at + 1) * cell - width / 2, width: right, height: width }, THEME.background),
  );
  return [...vertical, ...horizontal];
}

/** Tells whether values are written into cells: not bits, whose two colours say it all, nor names, which are long. */
function writesValues({ type }: PictureField, cell: number): boolean {
  if (type.kind === "bit" || (type.kind === "enum" && type.symbols === undefined)) return false;
  const { lo, hi } = bounds(type);
  const shown = type.kind === "range" ? [lo, hi] : Array.from({ length: hi + 1 }, (_, at) => at);
  return hasRoom(cell, "values") && shown.every((value) => textWidth(showSymbol(type, value)) <= cell);
}

/** A side of cells that is enough to show all that fields can show in a narrow one. */
export const enoughFor = (fields: readonly PictureField[]): number =>
  fields.some((field) => writesValues(field, ROOM.values)) ? ROOM.values : 8;

function valueTexts(
  { name, type }: PictureField,
  colours: readonly Colour[],
  { grid, cell, boxOf }: Placement,
): Mark[] {
  return Array.from(grid.planes[name]!, (value, at): Mark[] => {
    // An enum's first name stands for nothing in particular: its cells stay plain.
    if (type.kind === "enum" && value === 0) return [];
    const { x, y } = boxOf(at);
    const baseline = y + (cell + TEXT.capital) / 2;
    return [
      textMark(x + cell / 2, baseline, showSymbol(type, value), inkOn(colours[at]!), { anchor: "middle" }),
    ];
  }).flat();
}

/** Dots in the middle of their cells, or in the corner where the middle is written on. */
function dots(field: PictureField, { grid, cell, boxOf }: Placement, isWrittenOn: boolean): Mark[] {
  const colours = valueColours(field.type);
  const { lo } = bounds(field.type);
  const radius = isWrittenOn ? 2 : Math.min(6, cell * 0.2);
  const place = isWrittenOn ? { right: 3.5, down: 3.5 } : { right: cell / 2, down: cell / 2 };
  return Array.from(grid.planes[field.name]!, (value, at): Mark[] => {
    if (!hasDot(field, value)) return [];
    const { x, y } = boxOf(at);
    return dotMarks(x + cell - place.right, y + place.down, radius, colours[value - lo]!);
  }).flat();
}

/** A dot with its ring. */
export const dotMarks = (x: number, y: number, radius: number, colour: Colour): Mark[] => [
  dot(x, y, radius + Math.min(1, radius / 2), THEME.background),
  dot(x, y, radius, colour),
];

/** Outlines of the cells that completed an instruction; halted ones only keep time. */
function wavefront({ completed, halted }: Frame, { cell, boxOf }: Placement): Mark[] {
  const stroke = cell >= 8 ? 1.5 : cell >= 5 ? 1 : 0.5;
  return Array.from(completed ?? [], (ticked, at): Mark[] =>
    ticked === 1 && halted?.[at] !== 1
      ? [outline(inside(boxOf(at), stroke / 2), THEME.wavefront, stroke)]
      : [],
  ).flat();
}

function answerMark({ grid, boxOf }: Placement): Mark {
  return outline(inside(boxOf(grid.rows * grid.cols - 1), -1.5), THEME.answer, 2);
}

const inside = ({ x, y, width, height }: Box, by: number): Box => ({
  x: x + by,
  y: y + by,
  width: width - 2 * by,
  height: height - 2 * by,
});
