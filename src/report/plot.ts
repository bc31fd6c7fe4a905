// Figures by Observable Plot, in a document that needs no browser.

import type * as Observable from "@observablehq/plot";
import type { Rate } from "../learning/learner/wilson-interval.ts";
import { escapeXml } from "./svg.ts";

/** How all figures look. */
const FIGURE_STYLE = {
  fontFamily: "system-ui, sans-serif",
  fontSize: "11px",
  background: "#ffffff",
  color: "#333333",
} as const;

type PlotModule = typeof Observable;

/** The SVG element of a plot, as text. */
export async function plotted(options: (Plot: PlotModule) => Observable.PlotOptions): Promise<string> {
  const [Plot, { parseHTML }] = await Promise.all([import("@observablehq/plot"), import("linkedom")]);
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return Plot.plot({ style: FIGURE_STYLE, marginLeft: 55, ...options(Plot), document }).outerHTML;
}

/** The axis of shares between 0 and 1. */
export const shares = (label: string | null): Observable.ScaleOptions => ({
  domain: [0, 1],
  label,
  tickFormat: "%",
  grid: true,
});

/** A rate and the ends of its interval. */
export const spreadOf = ({ rate, interval: [from, to] }: Rate) => ({ rate, from, to });

interface RatesOptions {
  /** Where the rates stand: the names of what holds their places. */
  readonly place: { readonly [channel: string]: string | number };
  /** What holds their colours. */
  readonly colour: string;
  readonly r?: number;
  readonly dashes?: string;
}

/** The marks of rates along a line, each with its interval. */
export const ratesAlong = (
  Plot: PlotModule,
  data: readonly ReturnType<typeof spreadOf>[],
  { place, colour, r = 3, dashes = "none" }: RatesOptions,
): Observable.Markish[] => [
  Plot.ruleX(data, { ...place, y1: "from", y2: "to", stroke: colour, strokeOpacity: 0.5 }),
  Plot.lineY(data, { ...place, y: "rate", stroke: colour, strokeWidth: 1.5, strokeDasharray: dashes }),
  Plot.dot(data, { ...place, y: "rate", fill: colour, r }),
];

/**
 * Whole numbers for the axis of something that is counted: at most `most`, evenly spaced by 1, 2 or 5 times a power of
 * ten. (Those that Plot chooses may lie between whole numbers.)
 */
export function wholeTicks(low: number, high: number, most = 10): number[] {
  let step = 1;
  for (let at = 0; Math.floor(high / step) - Math.ceil(low / step) >= most; at++)
    step *= at % 3 === 1 ? 2.5 : 2;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, at) => (first + at) * step);
}

/** Chooses at most `most` of the measured values as ticks, in ascending order. */
export function measuredTicks(values: readonly number[], most = 10): number[] {
  const all = [...new Set(values)].sort((a, b) => a - b);
  return all.filter((_, at) => at % Math.ceil(all.length / most) === 0);
}

interface LegendEntry {
  readonly name: string;
  readonly colour: string;
}

/** Plots of one size below each other, under a title and what colours mean: a file of its own. */
export function stacked(
  plots: readonly string[],
  width: number,
  height: number,
  title: string,
  legend: readonly LegendEntry[] = [],
): string {
  const top = legend.length === 0 ? 28 : 46;
  const total = top + height * plots.length;
  // The plots' own rules are for pages: inside a figure, a height of `auto` would be the figure's.
  const placed = plots.map((plot, at) =>
    plot
      .replace(/<style>.*?<\/style>/s, "")
      .replace(/<\/svg>$/, "</g>")
      .replace(/^<svg [^>]*/, (svg) =>
        svg
          .replace("<svg", `<g transform="translate(0 ${top + at * height})"`)
          .replace(/ (?:width|height|viewBox)="[^"]*"/g, ""),
      ),
  );
  const heading = `<text x="8" y="18" font-weight="700" fill="#333333">${escapeXml(title)}</text>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" ` +
    `font-family="system-ui, sans-serif" font-size="12"><rect width="${width}" height="${total}" fill="#ffffff"/>` +
    `${heading}${drawLegend(legend)}${placed.join("")}</svg>\n`
  );
}

function drawLegend(entries: readonly LegendEntry[]): string {
  let x = 12;
  return entries
    .map(({ name, colour }) => {
      const drawn =
        `<circle cx="${x}" cy="33" r="4" fill="${colour}"/>` +
        `<text x="${x + 9}" y="37" font-size="11" fill="#333333">${escapeXml(name)}</text>`;
      x += 28 + 5.6 * name.length;
      return drawn;
    })
    .join("");
}
