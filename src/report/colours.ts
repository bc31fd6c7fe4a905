// The colours of pictures. Enums take the palette of Okabe and Ito (Color Universal Design, 2008), which people
// with any kind of colour vision can tell apart; its vermillion is kept for the wavefront. Ranges take the ramp
// "viridis" of matplotlib, light to dark; bits are paper and ink. There are few enough colours in all for one
// palette of 256, so that every picture made of pixels shares it.

import { bounds, type ValueType } from "../grid/grid.ts";

/** `#rrggbb` */
export type Colour = `#${string}`;

/** Everything that is not a value. */
export const THEME = {
  background: "#ffffff",
  border: "#c4c4c4",
  frame: "#8c8c8c",
  text: "#333333",
  wavefront: "#d55e00",
  answer: "#0072b2",
} as const satisfies Record<string, Colour>;

const PAPER = "#eeece4";
const INK = "#262626";

const NAMES: readonly Colour[] = [
  PAPER,
  "#56b4e9",
  "#e69f00",
  "#009e73",
  "#0072b2",
  "#f0e442",
  "#cc79a7",
  INK,
];

const VIRIDIS: readonly Colour[] = [
  "#fde725",
  "#bddf26",
  "#7ad151",
  "#44bf70",
  "#22a884",
  "#21918c",
  "#2a788e",
  "#355f8d",
  "#414487",
  "#482475",
  "#440154",
];

/** Shades of the ramp: a range of more values shares them. */
const SHADES = 48;
const ramp: readonly Colour[] = Array.from({ length: SHADES }, (_, at) => shadeAt(at / (SHADES - 1)));

/** The colour of each value of a type, from its smallest one on. */
export function valueColours(type: ValueType): readonly Colour[] {
  const { lo, hi } = bounds(type);
  const size = hi - lo + 1;
  if (type.kind === "bit") return [PAPER, INK];
  if (type.kind === "enum" && size <= NAMES.length) return NAMES.slice(0, size);
  const last = Math.max(1, size - 1);
  return Array.from({ length: size }, (_, at) => ramp[Math.round((at / last) * (SHADES - 1))]!);
}

/** A colour of something that is no longer at work. */
export const dimmed = (colour: Colour): Colour => mix(colour, THEME.background, 0.6);

/** Ink or background, whichever can be read on a colour. */
export const inkOn = (colour: Colour): Colour => (luminance(colour) > 0.22 ? INK : THEME.background);

const values: readonly Colour[] = [...new Set([...NAMES, ...ramp])];

/** Every colour that a picture can have. */
export const PALETTE: readonly Colour[] = [
  ...new Set<Colour>([...Object.values(THEME), ...values, ...values.map(dimmed)]),
];

/** Red, green and blue, 0 to 255 each. */
export function rgbOf(colour: Colour): [red: number, green: number, blue: number] {
  const number = Number.parseInt(colour.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

function shadeAt(place: number): Colour {
  const at = Math.min(place * (VIRIDIS.length - 1), VIRIDIS.length - 1 - 1e-9);
  const below = Math.floor(at);
  return mix(VIRIDIS[below]!, VIRIDIS[below + 1]!, at - below);
}

function mix(one: Colour, other: Colour, share: number): Colour {
  const [from, to] = [rgbOf(one), rgbOf(other)];
  const mixed = from.map((value, at) => Math.round(value + (to[at]! - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Relative luminance (WCAG 2), 0 to 1. */
function luminance(colour: Colour): number {
  const [red, green, blue] = rgbOf(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
