// Scenes as pixels: each is an index into the one palette of all pictures. Edges are rounded to whole pixels and
// nothing is smoothed, so that equal cells look equal and files stay small.

import { unreachable } from "../diagnostics/diagnostic.ts";
import { type Colour, PALETTE, THEME } from "./colours.ts";
import { outline, type Scene, textWidth } from "./scene.ts";

/** Pixels to the unit: text of one font pixel a unit is drawn at twice its size. */
const PIXELS_PER_UNIT = 2;

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `indices[y * width + x]`, into PALETTE. */
  readonly indices: Uint8Array;
}

const indexOf: ReadonlyMap<Colour, number> = new Map(PALETTE.map((colour, at) => [colour, at]));

/** Width and height of a scene's pixels. */
const pixelSize = ({ width, height }: Pick<Scene, "width" | "height">): [number, number] => [
  Math.ceil(width * PIXELS_PER_UNIT),
  Math.ceil(height * PIXELS_PER_UNIT),
];

/** Paints a scene. */
export function rasterise(scene: Scene): Pixels {
  const [width, height] = pixelSize(scene);
  const canvas: Pixels = { width, height, indices: new Uint8Array(width * height) };
  canvas.indices.fill(indexFor(THEME.background));
  const card = outline({ x: 0, y: 0, width: scene.width, height: scene.height }, THEME.border, 0.5);
  for (const mark of [card, ...scene.marks]) {
    switch (mark.tag) {
      case "rectangle":
        fillBox(canvas, mark.x, mark.y, mark.x + mark.width, mark.y + mark.height, mark.fill);
        break;
      case "outline":
        paintOutline(canvas, mark);
        break;
      case "dot":
        paintDot(canvas, mark.x, mark.y, mark.radius, mark.fill);
        break;
      case "text": {
        const back = { start: 0, middle: 0.5, end: 1 }[mark.anchor] * textWidth(mark.text);
        paintText(canvas, mark.x - back, mark.y, mark.text, mark.fill);
        if (mark.bold) paintText(canvas, mark.x - back + 0.5, mark.y, mark.text, mark.fill);
        break;
      }
      default:
        unreachable(mark);
    }
  }
  return canvas;
}

function indexFor(colour: Colour): number {
  const index = indexOf.get(colour);
  if (index === undefined) throw new Error(`internal: ${colour} is not in the palette`);
  return index;
}

const toPixel = (units: number): number => Math.round(units * PIXELS_PER_UNIT);

/** Corners in units. */
function fillBox(
  canvas: Pixels,
  left: number,
  top: number,
  right: number,
  bottom: number,
  fill: Colour,
): void {
  const index = indexFor(fill);
  const from = Math.max(0, toPixel(left));
  const to = Math.min(canvas.width, toPixel(right));
  const last = Math.min(canvas.height, toPixel(bottom));
  if (to <= from) return;
  for (let y = Math.max(0, toPixel(top)); y < last; y++) {
    canvas.indices.fill(index, y * canvas.width + from, y * canvas.width + to);
  }
}

function paintOutline(
  canvas: Pixels,
  { x, y, width, height, stroke, colour }: ReturnType<typeof outline>,
): void {
  const [right, bottom] = [x + width, y + height];
  fillBox(canvas, x, y, right, y + stroke, colour);
  fillBox(canvas, x, bottom - stroke, right, bottom, colour);
  fillBox(canvas, x, y, x + stroke, bottom, colour);
  fillBox(canvas, right - stroke, y, right, bottom, colour);
}

/** All pixels whose middle is in the circle. */
function paintDot(canvas: Pixels, x: number, y: number, radius: number, fill: Colour): void {
  const half = 0.5 / PIXELS_PER_UNIT;
  for (let row = toPixel(y - radius); row < toPixel(y + radius); row++) {
    const dy = row / PIXELS_PER_UNIT + half - y;
    const reach = Math.sqrt(Math.max(0, radius * radius - dy * dy));
    fillBox(canvas, x - reach, row / PIXELS_PER_UNIT, x + reach, (row + 1) / PIXELS_PER_UNIT, fill);
  }
}

/** One font pixel is one unit; `x` is the left edge, `y` the baseline. */
function paintText(canvas: Pixels, x: number, y: number, content: string, fill: Colour): void {
  const top = y - GLYPH.baseline;
  let left = x + (GLYPH.advance - GLYPH.width) / 2;
  for (const character of content) {
    for (const [row, line] of glyphOf(character).entries()) {
      for (let col = 0; col < GLYPH.width; col++) {
        if (line[col] === "#") fillBox(canvas, left + col, top + row, left + col + 1, top + row + 1, fill);
      }
    }
    left += GLYPH.advance;
  }
}

// A font of 5x7 pixels with room for descenders below, for pictures made of pixels: the printable characters of
// ASCII in order, sixteen a band, and last the box that stands for all others.

const SHEET = `
..... ..#.. .#.#. .#.#. ..#.. ##... .#... ..#.. ...#. .#... ..... ..... ..... ..... ..... .....
..... ..#.. .#.#. .#.#. .#### ##..# #.#.. ..#.. ..#.. ..#.. ..#.. ..#.. ..... ..... ..... ....#
..... ..#.. .#.#. ##### #.#.. ...#. #.#.. ..#.. .#... ...#. #.#.# ..#.. ..... ..... ..... ...#.
..... ..#.. ..... .#.#. .###. ..#.. .#... ..... .#... ...#. .###. ##### ..... ##### ..... ..#..
..... ..#.. ..... ##### ..#.# .#... #.#.# ..... .#... ...#. #.#.# ..#.. ..... ..... ..... .#...
..... ..... ..... .#.#. ####. #..## #..#. ..... ..#.. ..#.. ..#.. ..#.. ..#.. ..... ..##. #....
..... ..#.. ..... .#.#. ..#.. ...## .##.# ..... ...#. .#... ..... ..... ..#.. ..... ..##. .....
..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .#... ..... ..... .....

.###. ..#.. .###. .###. ...#. ##### ..##. ##### .###. .###. ..... ..... ...#. ..... .#... .###.
#...# .##.. #...# #...# ..##. #.... .#... ....# #...# #...# ..##. ..... ..#.. ..... ..#.. #...#
#..## ..#.. ....# ....# .#.#. ####. #.... ...#. #...# #...# ..##. ..##. .#... ##### ...#. ....#
#.#.# ..#.. ..##. ..##. #..#. ....# ####. ..#.. .###. .#### ..... ..##. #.... ..... ....# ...#.
##..# ..#.. .#... ....# ##### ....# #...# .#... #...# ....# ..##. ..... .#... ##### ...#. ..#..
#...# ..#.. #.... #...# ...#. #...# #...# .#... #...# ...#. ..##. ..#.. ..#.. ..... ..#.. .....
.###. .###. ##### .###. ...#. .###. .###. .#... .###. .##.. ..... ..#.. ...#. ..... .#... ..#..
..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .#... ..... ..... ..... .....

.###. ..#.. ####. .###. ###.. ##### ##### .###. #...# .###. ....# #...# #.... #...# #...# .###.
#...# .#.#. #...# #...# #..#. #.... #.... #...# #...# ..#.. ....# #..#. #.... ##.## #...# #...#
#.### #...# #...# #.... #...# #.... #.... #.... #...# ..#.. ....# #.#.. #.... #.#.# ##..# #...#
#.#.# #...# ####. #.... #...# ####. ####. #.### ##### ..#.. ....# ##... #.... #.#.# #.#.# #...#
#.### ##### #...# #.... #...# #.... #.... #...# #...# ..#.. ....# #.#.. #.... #...# #..## #...#
#.... #...# #...# #...# #..#. #.... #.... #...# #...# ..#.. #...# #..#. #.... #...# #...# #...#
.###. #...# ####. .###. ###.. ##### #.... .###. #...# .###. .###. #...# ##### #...# #...# .###.
..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....

####. .###. ####. .###. ##### #...# #...# #...# #...# #...# ##### .###. ..... .###. ..#.. .....
#...# #...# #...# #...# ..#.. #...# #...# #...# #...# #...# ....# .#... #.... ...#. .#.#. .....
#...# #...# #...# #.... ..#.. #...# #...# #...# .#.#. #...# ...#. .#... .#... ...#. #...# .....
####. #...# ####. .###. ..#.. #...# #...# #.#.# ..#.. .#.#. ..#.. .#... ..#.. ...#. ..... .....
#.... #.#.# #.#.. ....# ..#.. #...# .#.#. #.#.# .#.#. ..#.. .#... .#... ...#. ...#. ..... .....
#.... #..#. #..#. #...# ..#.. #...# .#.#. #.#.# #...# ..#.. #.... .#... ....# ...#. ..... .....
#.... .##.# #...# .###. ..#.. .###. ..#.. .#.#. #...# ..#.. ##### .###. ..... .###. ..... .....
..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... #####

.#... ..... #.... ..... ....# ..... ..##. ..... #.... ..#.. ...#. #.... .##.. ..... ..... .....
..#.. ..... #.... ..... ....# ..... .#..# ..... #.... ..... ..... #.... ..#.. ..... ..... .....
...#. .###. #.##. .###. .##.# .###. .#... .#### #.##. .##.. ..##. #..#. ..#.. ##.#. #.##. .###.
..... ....# ##..# #...# #..## #...# ###.. #...# ##..# ..#.. ...#. #.#.. ..#.. #.#.# ##..# #...#
..... .#### #...# #.... #...# ##### .#... #...# #...# ..#.. ...#. ##... ..#.. #.#.# #...# #...#
..... #...# #...# #...# #...# #.... .#... .#### #...# ..#.. ...#. #.#.. ..#.. #.#.# #...# #...#
..... .#### ####. .###. .#### .###. .#... ....# #...# .###. #..#. #..#. .###. #.#.# #...# .###.
..... ..... ..... ..... ..... ..... ..... .###. ..... ..... .##.. ..... ..... ..... ..... .....

..... ..... ..... ..... .#... ..... ..... ..... ..... ..... ..... ...#. ..#.. .#... ..... #####
..... ..... ..... ..... .#... ..... ..... ..... ..... ..... ..... ..#.. ..#.. ..#.. ..... #...#
####. .#### #.##. .#### ###.. #...# #...# #...# #...# #...# ##### ..#.. ..#.. ..#.. .#... #...#
#...# #...# ##..# #.... .#... #...# #...# #...# .#.#. #...# ...#. .#... ..#.. ...#. #.#.# #...#
#...# #...# #.... .###. .#... #...# #...# #.#.# ..#.. #...# ..#.. ..#.. ..#.. ..#.. ...#. #...#
####. .#### #.... ....# .#..# #..## .#.#. #.#.# .#.#. .#### .#... ..#.. ..#.. ..#.. ..... #...#
#.... ....# #.... ####. ..##. .##.# ..#.. .#.#. #...# ....# ##### ...#. ..#.. .#... ..... #####
#.... ....# ..... ..... ..... ..... ..... ..... ..... .###. ..... ..... ..... ..... ..... .....
`;

/** Size of a glyph, and the distance from one glyph to the next, in font pixels; the baseline is below row 6. */
const GLYPH = { width: 5, height: 8, advance: 6, baseline: 7 } as const;

const FIRST = 32;
const COUNT = 96;

const glyphs: readonly (readonly string[])[] = SHEET.trim()
  .split("\n\n")
  .flatMap((band) => {
    const lines = band.split("\n").map((line) => line.split(" "));
    return lines[0]!.map((_, at) => lines.map((line) => line[at]!));
  });

/** The eight rows of a character, `#` where it has ink. */
export function glyphOf(character: string): readonly string[] {
  const at = character.codePointAt(0)! - FIRST;
  return glyphs[at >= 0 && at < COUNT - 1 ? at : COUNT - 1]!;
}
