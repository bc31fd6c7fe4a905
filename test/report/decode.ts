// Pictures read back by other people's decoders.

import { GifReader } from "omggif";
import { PNG } from "pngjs";

export interface Image {
  readonly width: number;
  readonly height: number;
  /** Colour of a pixel as `#rrggbb`. */
  readonly at: (x: number, y: number) => string;
  readonly rgba: Uint8Array;
}

const image = (width: number, height: number, rgba: Uint8Array): Image => ({
  width,
  height,
  rgba,
  at(x, y) {
    const start = (y * width + x) * 4;
    return `#${Buffer.from(rgba.subarray(start, start + 3)).toString("hex")}`;
  },
});

export function decodePng(bytes: Uint8Array): Image {
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
  return image(width, height, data);
}

export interface Animation {
  readonly frames: readonly Image[];
  /** Milliseconds of each frame. */
  readonly delays: readonly number[];
  readonly repeats: boolean;
}

/** Every frame as it is seen, painted over the one before. */
export function decodeGif(bytes: Uint8Array): Animation {
  const reader = new GifReader(Buffer.from(bytes));
  const canvas = new Uint8Array(reader.width * reader.height * 4);
  const frames: Image[] = [];
  const delays: number[] = [];
  for (let at = 0; at < reader.numFrames(); at++) {
    // This reader leaves frames standing whatever they ask for; 1 asks for it.
    const { disposal } = reader.frameInfo(at);
    if (disposal !== 1) throw new Error(`frame ${at} is disposed of by method ${disposal}`);
    reader.decodeAndBlitFrameRGBA(at, canvas);
    frames.push(image(reader.width, reader.height, canvas.slice()));
    delays.push(reader.frameInfo(at).delay * 10);
  }
  return { frames, delays, repeats: reader.loopCount() === 0 };
}

/** The frame around panels. */
const FRAME = "#8c8c8c";

/**
 * The colours of the cells in the first panel of a picture, row by row: the first corner of its frame in reading
 * order is found, then the frame's sides are followed. Cells are looked at off their middle, where dots and digits
 * are, and off their edges, where outlines are.
 */
export function readPanel(picture: Image, rows: number, cols: number): string[] {
  const [left, top] = firstPixel(picture, FRAME);
  let [right, bottom] = [left, top];
  while (picture.at(right + 1, top) === FRAME) right++;
  while (picture.at(left, bottom + 1) === FRAME) bottom++;
  const [cellWidth, cellHeight] = [(right - left - 1) / cols, (bottom - top - 1) / rows];
  return Array.from({ length: rows * cols }, (_, at) =>
    picture.at(
      left + 1 + Math.floor(((at % cols) + 0.28) * cellWidth),
      top + 1 + Math.floor((Math.floor(at / cols) + 0.28) * cellHeight),
    ),
  );
}

function firstPixel({ width, height, at }: Image, colour: string): [x: number, y: number] {
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (at(x, y) === colour) return [x, y];
  throw new Error(`the picture has no pixel of ${colour}`);
}
