// A recorded run as a file: which kinds there are, how many frames each can hold, and its bytes.

import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import { type Frame, spreadFrames } from "./frames.ts";
import { renderGif } from "./gif.ts";
import { checkSize } from "./layout.ts";
import { animationScenes, stripScene } from "./pictures.ts";
import { renderPng } from "./png.ts";
import { renderSvg } from "./svg.ts";
import type { View } from "./view.ts";

export type PictureFormat = "svg" | "png" | "gif";

const PICTURE_FORMATS: readonly PictureFormat[] = ["svg", "png", "gif"];

/** The kind of picture that a file's extension stands for, or null. */
export function pictureFormatOf(path: string): PictureFormat | null {
  return PICTURE_FORMATS.find((format) => path.toLowerCase().endsWith(`.${format}`)) ?? null;
}

/** Steps in a strip, unless the user says how many. */
const USUAL_STRIP = 8;
/** Frames in an animation, and values in all of them. */
const MOST_FRAMES = 600;
const MOST_VALUES = 2 ** 24;

/** How many frames of a grid with so many fields are worth holding: time and memory for them are bounded. */
export function mostFrames({ rows, cols }: Shape, fields: number): number {
  return Math.max(2, Math.min(MOST_FRAMES, Math.floor(MOST_VALUES / (rows * cols * fields))));
}

/** Throws InputError if not even one step of so many fields can be drawn. */
export function checkDrawable(shape: Shape, fields: number): void {
  checkSize({ shape, columns: [""], rows: Array.from({ length: fields }, () => "") });
}

export interface PictureOptions {
  /** At most so many frames, evenly chosen; 8 for strips and all for animations if left out. */
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
  view: View,
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
