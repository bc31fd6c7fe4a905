// A recorded run as a file: which kinds there are, how many frames each can hold, and its bytes.

import { encode } from "fast-png";
import gifenc from "gifenc";
import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import { PALETTE, rgbOf } from "./colours.ts";
import { type Frame, spreadFrames } from "./frames.ts";
import { checkSize } from "./layout.ts";
import { animationScenes, stripScene } from "./pictures.ts";
import { type Pixels, rasterise } from "./pixels.ts";
import type { Scene } from "./scene.ts";
import { renderSvg } from "./svg.ts";
import type { PictureView } from "./view.ts";

export type PictureFormat = "svg" | "png" | "gif";

const PICTURE_FORMATS: readonly PictureFormat[] = ["svg", "png", "gif"];

/** The kind of picture that a file's extension stands for, or null. */
export const pictureFormatOf = (path: string): PictureFormat | null =>
  PICTURE_FORMATS.find((format) => path.toLowerCase().endsWith(`.${format}`)) ?? null;

/** Steps in a strip, unless the user says how many. */
const USUAL_STRIP = 8;
/** Frames in an animation, and values in all of them. */
const MOST_FRAMES = 600;
const MOST_VALUES = 2 ** 24;

/** How many frames of a grid with `fields` fields are worth holding: time and memory for them are bounded. */
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
