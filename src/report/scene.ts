// What a picture shows, before it is SVG or pixels: rectangles, outlines, dots and text, painted in order.
// Lengths are in units; a picture made of pixels has two pixels to the unit, an SVG is shown at 1.5 times.

import type { Colour } from "./colours.ts";

export interface Scene {
  readonly width: number;
  readonly height: number;
  /** What the picture shows, for those who cannot see it. */
  readonly title: string;
  readonly marks: readonly Mark[];
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** All text has one size: every character is so wide, capitals and digits are so high. */
export const TEXT = { advance: 6, capital: 7, line: 14 } as const;

export const rectangle = (box: Box, fill: Colour) => ({ tag: "rectangle", ...boxOf(box), fill }) as const;

/** The edge of a box, `stroke` units wide, inside it. */
export const outline = (box: Box, colour: Colour, stroke: number) =>
  ({ tag: "outline", ...boxOf(box), stroke, colour }) as const;

/** A dot with its centre. */
export const dot = (x: number, y: number, radius: number, fill: Colour) =>
  ({ tag: "dot", x, y, radius, fill }) as const;

/** A text with the place where it starts, or its middle, or its end; `y` is the baseline. */
export const textMark = (
  x: number,
  y: number,
  text: string,
  fill: Colour,
  {
    anchor = "start",
    bold = false,
  }: { readonly anchor?: "start" | "middle" | "end"; readonly bold?: boolean } = {},
) => ({ tag: "text", x, y, text, fill, anchor, bold }) as const;

export type Mark = ReturnType<typeof rectangle | typeof outline | typeof dot | typeof textMark>;

const boxOf = ({ x, y, width, height }: Box): Box => ({ x, y, width, height });

/** Width of a text in units. */
export const textWidth = (content: string): number => [...content].length * TEXT.advance;

/** A text, cut short with three full stops where it is wider than `width`. */
export function fitText(content: string, width: number): string {
  if (textWidth(content) <= width) return content;
  const room = Math.max(0, Math.floor(width / TEXT.advance) - 3);
  return `${[...content].slice(0, room).join("").trimEnd()}...`;
}
