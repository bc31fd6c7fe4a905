// Whether an image has all its pixels: the decoder takes those that its file lacks for 0, and does not look behind the last.

import { inflateSync } from "node:zlib";
import { InputError } from "../diagnostics/diagnostic.ts";
import { sizeOfPng } from "../grid/patterns/image.ts";

/** Numbers of a pixel, by the colour type. */
const NUMBERS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Where the seven passes of an interlaced image begin, and how far apart their pixels are (ISO/IEC 15948, 8.2). */
const PASSES = [
  { row: 0, col: 0, down: 8, right: 8 },
  { row: 0, col: 4, down: 8, right: 8 },
  { row: 4, col: 0, down: 8, right: 4 },
  { row: 0, col: 2, down: 4, right: 4 },
  { row: 2, col: 0, down: 4, right: 2 },
  { row: 0, col: 1, down: 2, right: 2 },
  { row: 1, col: 0, down: 2, right: 1 },
];
const WHOLE = [{ row: 0, col: 0, down: 1, right: 1 }];

/**
 * Looks at the pixels of a PNG file whose chunks are sound.
 * @throws InputError if there are fewer or more than the image is large
 */
export function requireAllPixels(bytes: Uint8Array, file: string): void {
  const { rows, cols } = sizeOfPng(bytes)!;
  const bits = bytes[24]! * (NUMBERS[bytes[25]!] ?? 1);
  // Each row has a byte before it, which says how it is filtered.
  const expected = (bytes[28] === 1 ? PASSES : WHOLE).reduce((sum, { row, col, down, right }) => {
    const [height, width] = [Math.ceil((rows - row) / down), Math.ceil((cols - col) / right)];
    return width > 0 && height > 0 ? sum + height * (1 + Math.ceil((width * bits) / 8)) : sum;
  }, 0);
  const found = lengthOf(() => inflateSync(packedPixels(bytes), { maxOutputLength: expected + 1 }));
  if (found === expected) return;
  throw new InputError(
    `${file}: found ${found === null ? "damaged pixels" : `${found < expected ? "fewer" : "more"} pixels than the image is large`}, ` +
      `expected ${rows} rows of ${cols}; save it again`,
  );
}

/** The length of what is unpacked; more than may be where it is too long, and null where it is damaged. */
function lengthOf(unpack: () => Uint8Array): number | null {
  try {
    return unpack().length;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? Number.POSITIVE_INFINITY : null;
  }
}

/** What the chunks of pixels hold, one after another. */
function packedPixels(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === "IEND") break;
    if (name === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return Buffer.concat(parts);
}
