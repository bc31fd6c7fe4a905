// Scenes of one size as an animated GIF. Every frame after the first stores only the pixels that have changed,
// all others being transparent; one frame is held in memory at a time.

import gifenc from "gifenc";
import { channelsOf, PALETTE } from "./colours.ts";
import { type Pixels, rasterise } from "./pixels.ts";
import type { Scene } from "./scene.ts";

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
  const palette = [...PALETTE, "#000000" as const].map(channelsOf);
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
