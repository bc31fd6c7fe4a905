// The two kinds of pictures: a strip of steps side by side, and the frames of an animation.

import { THEME } from "./colours.ts";
import type { Frame } from "./frames.ts";
import { layOutPanels, type PanelTable, type PictureLayout } from "./layout.ts";
import { layOutLegend } from "./legend.ts";
import { enoughFor, panelMarks } from "./panel.ts";
import { fitText, type Mark, type Scene, TEXT, textMark, textWidth } from "./scene.ts";
import type { PictureField, PictureView } from "./view.ts";

const MARGIN = 12;
/** Narrower pictures would cut legends to pieces, and wider ones hold most titles. */
const LEAST_WIDTH = 280;
const TITLE_WIDTH = 400;

/** All frames side by side, one row of panels for each field. */
export function stripScene(view: PictureView, frames: readonly Frame[]): Scene {
  const table: PanelTable = {
    shape: firstOf(frames).grid,
    columns: frames.map(({ step }) => `${view.unit} ${step}`),
    rows: view.fields.length === 1 ? [""] : view.fields.map(({ name }) => name),
  };
  const layout = layOutPanels(table, {
    width: 640,
    height: 800,
    largest: 16,
    enough: enoughFor(view.fields),
  });
  const panels = frames.flatMap((frame, column) =>
    view.fields.map((field, row): Panel => ({ frame, field, column, row })),
  );
  return compose(view, table, layout, panels, []);
}

/** One scene for each frame, all of one size, one panel for each field; they are made as they are asked for. */
export function* animationScenes(view: PictureView, frames: readonly Frame[]): Iterable<Scene> {
  const table: PanelTable = {
    shape: firstOf(frames).grid,
    columns: view.fields.length === 1 ? [""] : view.fields.map(({ name }) => name),
    rows: [""],
  };
  const width = view.fields.length === 1 ? LEAST_WIDTH : 320;
  const enough = enoughFor(view.fields);
  const layout = layOutPanels(table, { width, height: 220, largest: 32, enough });
  const last = frames[frames.length - 1]!.step;
  for (const frame of frames) {
    const panels = view.fields.map((field, column): Panel => ({ frame, field, column, row: 0 }));
    yield compose(view, table, layout, panels, [`${view.unit} ${frame.step} of ${last}`]);
  }
}

/** One grid of cells, and its place in the table. */
interface Panel {
  readonly frame: Frame;
  readonly field: PictureField;
  readonly column: number;
  readonly row: number;
}

function firstOf(frames: readonly Frame[]): Frame {
  const [first] = frames;
  if (first === undefined) throw new Error("internal: a picture needs a frame");
  return first;
}

/** The whole picture: title, remarks, panels with what is written beside them, legend. */
function compose(
  view: PictureView,
  table: PanelTable,
  layout: PictureLayout,
  panels: readonly Panel[],
  remarks: readonly string[],
): Scene {
  const inner = Math.max(LEAST_WIDTH, layout.width, Math.min(TITLE_WIDTH, textWidth(view.title)));
  const heads = [view.title, ...remarks].map((line, at) =>
    textMark(MARGIN, MARGIN + at * TEXT.line + TEXT.capital, fitText(line, inner), THEME.text, {
      bold: at === 0,
    }),
  );
  const top = MARGIN + heads.length * TEXT.line + 4;
  const legend = layOutLegend(view, layout.cell, inner);
  const legendTop = top + layout.height + 8;
  return {
    width: inner + 2 * MARGIN,
    height: legendTop + legend.height + MARGIN - 4,
    title: view.title,
    marks: [
      ...heads,
      ...panels.flatMap((panel) => drawPanel(view, table, layout, panel, MARGIN, top)),
      ...legend.marksAt(MARGIN, legendTop),
    ],
  };
}

/** A panel of the layout that has its corner at (left, top), with its caption and label where it stands first. */
function drawPanel(
  view: PictureView,
  { shape, columns, rows }: PanelTable,
  { cell, panelAt }: PictureLayout,
  { frame, field, column, row }: Panel,
  left: number,
  top: number,
): Mark[] {
  const at = panelAt(column, row);
  const [x, y] = [left + at.x, top + at.y];
  const caption = columns[column]!;
  const label = rows[row]!;
  const middle = y + (shape.rows * cell + TEXT.capital) / 2;
  return [
    ...(row === 0 && caption !== "" ? [textMark(x, y - 5, caption, THEME.text)] : []),
    ...(at.isFirst && label !== "" ? [textMark(x - 8, middle, label, THEME.text, { anchor: "end" })] : []),
    ...panelMarks(view, field, frame, x, y, cell),
  ];
}
