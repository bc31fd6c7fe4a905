// A recorded run as a picture: which kinds of files there are, how many frames each can hold, its bytes, and how it is laid
// out. A strip has steps side by side, an animation one after another.

import { encode } from "fast-png";
import gifenc from "gifenc";
import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import { PALETTE, rgbOf, THEME } from "./colours.ts";
import { type Frame, spreadFrames } from "./frames.ts";
import { layOutLegend } from "./legend.ts";
import { enoughFor, panelMarks } from "./panel.ts";
import { checkSize, layOutPanels, type PanelTable, type PictureLayout } from "./panel-layout.ts";
import type { PictureFormat } from "./picture-format.ts";
import { type Pixels, rasterise } from "./pixels.ts";
import { fitText, type Mark, type Scene, TEXT, textMark, textWidth } from "./scene.ts";
import { renderSvg } from "./svg.ts";
import type { PictureField, PictureView } from "./view.ts";

/** Steps in a strip, unless the user says how many. */
const USUAL_STRIP = 8;
/** Frames in an animation, and values in all of them. */
const MOST_FRAMES = 600;
const MOST_VALUES = 2 ** 24;

/** Returns how many frames of a grid with `fields` fields are worth holding: time and memory for them are bounded. */
export const mostFrames = ({ rows, cols }: Shape, fields: number): number =>
  Math.max(2, Math.min(MOST_FRAMES, Math.floor(MOST_VALUES / (rows * cols * fields))));

/** Throws InputError if not even one step of `fields` fields can be drawn. */
export function checkDrawable(shape: Shape, fields: number): void {
  checkSize({ shape, columns: [""], rows: Array.from({ length: fields }, () => "") });
}

export interface PictureOptions {
  /** The most frames, evenly chosen; 8 for strips and all for animations if left out. */
  readonly frames?: number | undefined;
  /** Frames a second of an animation. */
  readonly fps: number;
}

/**
 * The file's content: text for SVG, bytes for the others.
 * @throws InputError if the grids are too many or too large to be drawn
 */
export function renderPicture(
  format: PictureFormat,
  view: PictureView,
  frames: readonly Frame[],
  { frames: count, fps }: PictureOptions,
): string | Uint8Array {
  if (frames.length === 0) throw new InputError("there is no step to draw; give at least one");
  switch (format) {
    case "svg":
      return renderSvg(stripScene(view, spreadFrames(frames, count ?? USUAL_STRIP)));
    case "png":
      return renderPng(stripScene(view, spreadFrames(frames, count ?? USUAL_STRIP)));
    case "gif":
      return renderGif(animationScenes(view, count === undefined ? frames : spreadFrames(frames, count)), {
        fps,
      });
    default:
      return unreachable(format);
  }
}

// Scenes of one size as an animated GIF. Every frame after the first stores only the pixels that have changed,
// all others being transparent; one frame is held in memory at a time.

interface GifOptions {
  /** Frames a second, at most 50: browsers show faster ones slowly. */
  readonly fps: number;
  /** Milliseconds that the last frame stays. */
  readonly hold?: number;
}

// Node hands out the package's exports as one object, bundlers its default export.
const createEncoder = typeof gifenc === "function" ? gifenc : gifenc.GIFEncoder;

const TRANSPARENT = PALETTE.length;
/** Leaves the pixels of the frame before where this one is transparent. */
const KEEP = 1;

/** The bytes of a GIF file that repeats for ever; `frames` are looked at once, one after another. */
export function renderGif(frames: Iterable<Scene>, { fps, hold = 2000 }: GifOptions): Uint8Array {
  const encoder = createEncoder();
  const palette = [...PALETTE, "#000000" as const].map(rgbOf);
  const delay = Math.max(20, 1000 / fps);
  let before: Pixels | null = null;
  let next: Pixels | null = null;
  const write = (delayNow: number): void => {
    if (next === null) return;
    const indices = before === null ? next.indices : changedPixels(before, next);
    encoder.writeFrame(indices, next.width, next.height, {
      ...(before === null ? { palette } : { transparent: true, transparentIndex: TRANSPARENT }),
      delay: delayNow,
      dispose: KEEP,
    });
    before = next;
  };
  for (const frame of frames) {
    write(delay);
    next = rasterise(frame);
  }
  if (next === null) throw new Error("internal: a GIF needs a frame");
  write(Math.max(delay, hold));
  encoder.finish();
  return encoder.bytes();
}

function changedPixels(before: Pixels, next: Pixels): Uint8Array {
  if (before.width !== next.width || before.height !== next.height)
    throw new Error(
      `internal: frames of ${before.width}x${before.height} and ${next.width}x${next.height} pixels in one GIF`,
    );
  const changed = new Uint8Array(next.indices.length);
  for (let at = 0; at < changed.length; at++) {
    const index = next.indices[at]!;
    changed[at] = index === before.indices[at] ? TRANSPARENT : index;
  }
  return changed;
}

// Scenes as PNG files.

/** The bytes of a PNG file with a palette; equal scenes give equal bytes. */
export function renderPng(scene: Scene): Uint8Array {
  const { width, height, indices } = rasterise(scene);
  const palette = PALETTE.map(rgbOf);
  return encode({ width, height, data: indices, channels: 1, depth: 8, palette }, { zlib: { level: 6 } });
}

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
