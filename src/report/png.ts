// Scenes as PNG files.

import { encode } from "fast-png";
import { channelsOf, PALETTE } from "./colours.ts";
import { rasterise } from "./pixels.ts";
import type { Scene } from "./scene.ts";

/** The bytes of a PNG file with a palette; equal scenes give equal bytes. */
export function renderPng(scene: Scene): Uint8Array {
  const { width, height, indices } = rasterise(scene);
  const palette = PALETTE.map(channelsOf);
  return encode({ width, height, data: indices, channels: 1, depth: 8, palette }, { zlib: { level: 6 } });
}
