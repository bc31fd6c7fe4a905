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

export type Mark = Rectangle | Outline | Dot | Text;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Rectangle extends Box {
  readonly tag: "rectangle";
  readonly fill: Colour;
}

/** The edge of a box, `stroke` units wide, inside it. */
interface Outline extends Box {
  readonly tag: "outline";
  readonly stroke: number;
  readonly colour: Colour;
}

interface Dot {
  readonly tag: "dot";
  /** The centre. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly fill: Colour;
}

interface Text {
  readonly tag: "text";
  /** Where the text starts, or its middle, or its end; `y` is the baseline. */
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly fill: Colour;
  readonly anchor: "start" | "middle" | "end";
  readonly bold: boolean;
}

/** All text has one size: every character is so wide, capitals and digits are so high. */
export const TEXT = { advance: 6, capital: 7, line: 14 } as const;

export const rectangle = (box: Box, fill: Colour): Rectangle => ({ tag: "rectangle", ...boxOf(box), fill });

export const outline = (box: Box, colour: Colour, stroke: number): Outline => ({
  tag: "outline",
  ...boxOf(box),
  stroke,
  colour,
});

export const dot = (x: number, y: number, radius: number, fill: Colour): Dot => ({
  tag: "dot",
  x,
  y,
  radius,
  fill,
});

export const textMark = (
  x: number,
  y: number,
  content: string,
  fill: Colour,
  { anchor = "start", bold = false }: Partial<Pick<Text, "anchor" | "bold">> = {},
): Text => ({ tag: "text", x, y, text: content, fill, anchor, bold });

const boxOf = ({ x, y, width, height }: Box): Box => ({ x, y, width, height });

/** Width of a text in units. */
export const textWidth = (content: string): number => [...content].length * TEXT.advance;

/** A text, cut short with three full stops where it is wider than `width`. */
export function fitText(content: string, width: number): string {
  if (textWidth(content) <= width) return content;
  const room = Math.max(0, Math.floor(width / TEXT.advance) - 3);
  return `${[...content].slice(0, room).join("").trimEnd()}...`;
}
