// Images as grids: one pixel is one cell, and a palette says which colour is which state.
//
// Without a palette, the palette that an image itself carries counts, or two shades: of two-valued fields, dark pixels are
// the second value, as on paper.

import { InputError } from "../../diagnostics/diagnostic.ts";
import { bounds, type Grid, type Shape } from "../grid.ts";
import type { GridField } from "../layers.ts";
import { patternField, requireCells } from "./pattern.ts";

/**
 * Pixels as a decoder hands them out: row by row, `channels` numbers of `depth` bits each. Those of fewer than 8 bits share bytes,
 * the first in the highest bits, and each row begins with a byte of its own.
 */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
  readonly depth: number;
  /** 1: grey, or a number of a colour in the palette; 2: grey, alpha; 3: RGB; 4: RGB, alpha. */
  readonly channels: number;
  readonly palette?: readonly (readonly number[])[] | undefined;
}

interface ImageReading {
  readonly grid: Grid;
  /** What was understood, such as `#000000 = 1, #ffffff = 0`. */
  readonly meaning: string;
}

/** Colours that are named in messages. */
const MOST_SHOWN = 6;

/** The size of a PNG file, from its first bytes, 0 by 0 if these are missing; null if this is no PNG file. */
export function sizeOfPng(bytes: Uint8Array): Shape | null {
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  if (signature.some((byte, at) => bytes[at] !== byte)) return null;
  if (bytes.length < 24) return { rows: 0, cols: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { rows: view.getUint32(20), cols: view.getUint32(16) };
}

/**
 * Refuses what the decoder would read wrongly: images in seven passes whose pixels share bytes.
 * @throws InputError that says so
 */
export function requireWholeRows(bytes: Uint8Array, file: string): void {
  const [depth, passes] = [bytes[24] ?? 8, bytes[28] ?? 0];
  if (depth < 8 && passes > 0)
    throw new InputError(
      `${file}: found an interlaced image of ${depth}-bit pixels, expected one without interlacing; save it so, or with 8 bits`,
    );
}

/** The place of the byte that says what the numbers of pixels are, and what it says of numbers of colours. */
const COLOUR_TYPE = { at: 25, indexed: 3 } as const;

/**
 * An image with its palette where its pixels are numbers of colours in it: in images of red, green and blue, a palette is
 * only advice for poor screens.
 * @throws InputError if numbers of colours come without a palette
 */
export function withOwnPalette(image: Image, bytes: Uint8Array, file: string): Image {
  const { palette, ...rest } = image;
  if (bytes[COLOUR_TYPE.at] !== COLOUR_TYPE.indexed) return rest;
  if (palette !== undefined) return image;
  throw new InputError(
    `${file}: found pixels that are numbers of colours, but no palette, expected one; save it again`,
  );
}

/** Numbers of colours must be those of colours that the palette has. */
function requireListed({ palette, data, width, height }: Image, file: string): void {
  if (palette === undefined) return;
  for (let at = 0; at < width * height; at++)
    if (data[at]! >= palette.length)
      throw new InputError(
        `${file}, row ${Math.floor(at / width) + 1}, column ${(at % width) + 1}: found colour ${data[at]}, but the image's ` +
          `palette has ${palette.length}, counted from 0; save it again`,
      );
}

/** The same image with a number of its own for each pixel and channel. */
function unpacked(image: Image): Image {
  const { width, height, depth, channels, data } = image;
  if (depth >= 8) return image;
  const values = new Uint8Array(width * height * channels);
  const perRow = width * channels;
  const bytesPerRow = Math.ceil((perRow * depth) / 8);
  for (let row = 0; row < height; row++)
    for (let at = 0; at < perRow; at++) {
      const byte = data[row * bytesPerRow + ((at * depth) >> 3)]!;
      values[row * perRow + at] = (byte >> (8 - depth - ((at * depth) & 7))) & (2 ** depth - 1);
    }
  return { ...image, data: values };
}

/**
 * Reads the one field of an image.
 * @param palette colours such as `#ff8000`, those of state 0, 1, and so on
 * @throws InputError with the pixel, its colour and those that were expected
 */
export function readImage(
  packed: Image,
  file: string,
  fields: readonly GridField[],
  palette: readonly string[] | null,
): ImageReading {
  const field = patternField(fields, file);
  const { lo, hi } = bounds(field.type);
  const shape = { rows: packed.height, cols: packed.width };
  requireCells(shape, file);
  const image = unpacked(packed);
  requireListed(image, file);
  if (palette !== null && palette.length > hi - lo + 1)
    throw new InputError(
      `--palette: found ${palette.length} colours, but ${field.name} has ${hi - lo + 1} values; give at most one for each`,
    );
  const states =
    palette === null ? ownStates(image, file, field) : new Map(palette.map((each, at) => [each, at]));
  const values = new Int32Array(shape.rows * shape.cols);
  for (let at = 0; at < values.length; at++) {
    const colour = colourAt(image, at);
    const state = states.get(colour);
    if (state === undefined) throw unknownColour(file, image, at, [...states.keys()]);
    values[at] = lo + state;
  }
  const shown = [...states].slice(0, MOST_SHOWN).map(([colour, state]) => `${colour} = ${state}`);
  const more = states.size > MOST_SHOWN ? ", ..." : "";
  return { grid: { ...shape, planes: { [field.name]: values } }, meaning: shown.join(", ") + more };
}

const unknownColour = (file: string, { width }: Image, at: number, known: readonly string[]): InputError =>
  new InputError(
    `${file}, row ${Math.floor(at / width) + 1}, column ${(at % width) + 1}: found a pixel of another colour than ` +
      `${known.slice(0, MOST_SHOWN).join(", ")}; name the colours of all states with --palette`,
  );

/** `#rrggbb`; pixels that are mostly transparent are `transparent`. */
function colourAt(image: Image, at: number): string {
  const { data, channels, depth, palette } = image;
  const first = at * channels;
  if (palette !== undefined) return hex(palette[data[first]!] ?? []);
  const grey = channels < 3;
  const byte = (channel: number) => Math.round((data[first + channel]! * 255) / (2 ** depth - 1));
  const rgb = grey ? [byte(0), byte(0), byte(0)] : [byte(0), byte(1), byte(2)];
  const alpha = channels % 2 === 0 ? [byte(channels - 1)] : [];
  return hex([...rgb, ...alpha]);
}

function hex([red = 0, green = 0, blue = 0, alpha = 255]: readonly number[]): string {
  if (alpha < 128) return "transparent";
  return `#${[red, green, blue].map((each) => each.toString(16).padStart(2, "0")).join("")}`;
}

/** The states of colours where nobody names them. */
function ownStates(image: Image, file: string, field: GridField): ReadonlyMap<string, number> {
  const { lo, hi } = bounds(field.type);
  if (image.palette !== undefined && image.palette.length <= hi - lo + 1) {
    const listed = image.palette.map(hex);
    // A palette that names a colour twice tells no states.
    if (new Set(listed).size === listed.length && hi - lo > 1)
      return new Map(listed.map((each, at) => [each, at]));
  }
  const colours = new Set<string>();
  for (let at = 0; at < image.width * image.height && colours.size <= MOST_COLOURS; at++)
    colours.add(colourAt(image, at));
  const shades = new Map([...colours].map((colour) => [colour, isDark(colour) ? 1 : 0] as const));
  if (hi - lo === 1 && colours.size <= 2 && new Set(shades.values()).size === colours.size) return shades;
  throw new InputError(
    `${file}: found ${colours.size > MOST_COLOURS ? `more than ${MOST_COLOURS}` : colours.size} colours ` +
      `(${[...colours].slice(0, MOST_SHOWN).join(", ")}${colours.size > MOST_SHOWN ? ", ..." : ""}), and nothing tells ` +
      `which state of ${field.name} each is; name the colours of states 0 to ${hi - lo} with --palette, such as ` +
      "--palette #ffffff,#000000",
  );
}

const MOST_COLOURS = 1000;

/** Tells whether a colour is nearer to black than to white, as eyes see it. */
function isDark(colour: string): boolean {
  if (colour === "transparent") return false;
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return 0.299 * red! + 0.587 * green! + 0.114 * blue! < 128;
}
