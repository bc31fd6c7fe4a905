// Scenes as SVG: text stays text, and neighbouring marks of one colour become one path, so that files stay small.

import { unreachable } from "../diagnostics/diagnostic.ts";
import { THEME } from "./colours.ts";
import type { Mark, Scene } from "./scene.ts";

/** At this size text of 10 units is easy to read. */
const ZOOM = 1.5;
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** A document of its own. */
export function renderSvg({ width, height, title, marks }: Scene): string {
  const card =
    `<rect x="0.5" y="0.5" width="${number(width - 1)}" height="${number(height - 1)}" rx="6" ` +
    `fill="${THEME.background}" stroke="${THEME.border}"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${number(width * ZOOM)}" height="${number(height * ZOOM)}" ` +
      `viewBox="0 0 ${number(width)} ${number(height)}" role="img" font-family="${FONT}" font-size="10">`,
    `<title>${escapeXml(title)}</title>`,
    card,
    ...groups(marks).map(renderGroup),
    "</svg>\n",
  ].join("\n");
}

/** Runs of marks that one element can hold. */
function groups(marks: readonly Mark[]): (readonly [Mark, ...Mark[]])[] {
  const runs: [Mark, ...Mark[]][] = [];
  for (const mark of marks) {
    const last = runs[runs.length - 1];
    if (last !== undefined && alike(last[0], mark)) last.push(mark);
    else runs.push([mark]);
  }
  return runs;
}

function alike(one: Mark, other: Mark): boolean {
  if (one.tag === "rectangle") return other.tag === "rectangle" && one.fill === other.fill;
  if (one.tag !== "outline" || other.tag !== "outline") return false;
  return one.colour === other.colour && one.stroke === other.stroke;
}

function renderGroup(marks: readonly [Mark, ...Mark[]]): string {
  const [first] = marks;
  switch (first.tag) {
    case "rectangle":
      return `<path fill="${first.fill}" d="${marks.map((mark) => boxPath(mark, 0)).join("")}"/>`;
    case "outline":
      return (
        `<path fill="none" stroke="${first.colour}" stroke-width="${number(first.stroke)}" ` +
        `d="${marks.map((mark) => boxPath(mark, first.stroke / 2)).join("")}"/>`
      );
    case "dot":
      return `<circle cx="${number(first.x)}" cy="${number(first.y)}" r="${number(first.radius)}" fill="${first.fill}"/>`;
    case "text": {
      const anchor = first.anchor === "start" ? "" : ` text-anchor="${first.anchor}"`;
      const weight = first.bold ? ' font-weight="700"' : "";
      const place = `x="${number(first.x)}" y="${number(first.y)}"`;
      return `<text ${place}${anchor}${weight} fill="${first.fill}">${escapeXml(first.text)}</text>`;
    }
    default:
      return unreachable(first);
  }
}

/** The edge of a box, drawn `inset` units inside it. */
function boxPath(mark: Mark, inset: number): string {
  if (mark.tag !== "rectangle" && mark.tag !== "outline")
    throw new Error(`internal: a ${mark.tag} is no box`);
  const [width, height] = [mark.width - 2 * inset, mark.height - 2 * inset];
  return `M${number(mark.x + inset)} ${number(mark.y + inset)}h${number(width)}v${number(height)}h${number(-width)}z`;
}

/** At most two decimals. */
const number = (value: number): string => String(Math.round(value * 100) / 100);

/** Text for XML: its special characters as entities, characters that XML does not allow as U+FFFD. */
export const escapeXml = (text: string): string =>
  text.replace(NOT_IN_XML, "\ufffd").replace(/[&<>"]/g, (character) => ENTITIES[character]!);

/** The first control characters but white space, halves of surrogate pairs, and two that are no characters. */
const NOT_IN_XML = /[^\P{Cc}\t\n\r\u007f-\u009f]|\p{Cs}|[\ufffe\uffff]/gu;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
