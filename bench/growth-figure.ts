// Figures of benchmarks: panels of lines on logarithmic scales, such as how fast the engines are on growing grids, and how
// long they take for more steps.

import type { Colour } from "../src/report/colours.ts";
import { measuredTicks, plotted, stacked } from "../src/report/plot.ts";

/** An engine on one grid: how many cells it computes in a second. */
export interface GridPoint {
  readonly engine: string;
  readonly cells: number;
  /** Cells times steps a second. */
  readonly rate: number;
}

/** An engine on the same grid for so many steps. */
export interface StepPoint {
  readonly engine: string;
  readonly steps: number;
  readonly seconds: number;
}

export interface Growth {
  /** What has been run, for the title. */
  readonly title: string;
  readonly grids: readonly GridPoint[];
  readonly steps: readonly StepPoint[];
}

/** A point of a line. */
export interface Point {
  readonly line: string;
  readonly x: number;
  readonly y: number;
}

/** Lines that share their axes, each with its label and the format of its ticks. */
export interface Panel {
  readonly x: string;
  readonly y: readonly [label: string, format: string];
  readonly points: readonly Point[];
}

const [WIDTH, HEIGHT] = [760, 300];
const MOST_TICKS = 8;

/** From the palette of Okabe and Ito (2008), as many as there are engines and ways to run them. */
const COLOURS: readonly Colour[] = [
  "#333333",
  "#e69f00",
  "#56b4e9",
  "#cc79a7",
  "#d55e00",
  "#0072b2",
  "#009e73",
  "#8c6d1f",
  "#7a7a7a",
];

/** An SVG with both panels: the same work at the same speed is a straight line. */
export const renderGrowth = ({ title, grids, steps }: Growth): Promise<string> =>
  renderPanels(title, [
    {
      x: "cells of the grid",
      y: ["cell-steps a second", "~s"],
      points: grids.map(({ engine, cells, rate }) => ({ line: engine, x: cells, y: rate })),
    },
    {
      x: "steps",
      y: ["seconds", "~g"],
      points: steps.map((each) => ({ line: each.engine, x: each.steps, y: each.seconds })),
    },
  ]);

/** An SVG with panels one below the other; a line has one colour in all of them. `margin` is room for its name. */
export async function renderPanels(title: string, panels: readonly Panel[], margin = 110): Promise<string> {
  const lines = [...new Set(panels.flatMap(({ points }) => points.map(({ line }) => line)))];
  const drawn = panels.map(({ x, y: [label, format], points }) => {
    const ticks = measuredTicks(
      points.map((point) => point.x),
      MOST_TICKS,
    );
    return plotted((Plot) => ({
      width: WIDTH,
      height: HEIGHT,
      marginLeft: 60,
      marginRight: margin,
      marginTop: 30,
      color: { domain: lines, range: lines.map((_, at) => COLOURS[at % COLOURS.length]!) },
      x: { type: "log", label: x, grid: true, ticks, tickFormat: "~s" },
      y: { type: "log", label, grid: true, tickFormat: format },
      marks: marksOf(Plot, points),
    }));
  });
  return stacked(await Promise.all(drawn), WIDTH, HEIGHT, title);
}

/** A line for each name, with the name at the end. */
function marksOf(Plot: typeof import("@observablehq/plot"), points: readonly Point[]) {
  const xy = { x: "x", y: "y" };
  return [
    Plot.frame({ stroke: "#c4c4c4" }),
    Plot.lineY(points, { ...xy, stroke: "line", strokeWidth: 1.5 }),
    Plot.dot(points, { ...xy, fill: "line", r: 2.5 }),
    Plot.text(labelsOf(points), { ...xy, text: "line", fill: "line", textAnchor: "start", dx: 6 }),
  ];
}

/** Pixels from one label to the next, and of the axis that they stand at. */
const [LABEL, AXIS] = [12, HEIGHT - 60];

/** The last point of each line, as far up as keeps its label free of those below. */
export function labelsOf(points: readonly Point[]): readonly Point[] {
  const ends = new Map<string, Point>();
  for (const point of points) if (point.x >= (ends.get(point.line)?.x ?? 0)) ends.set(point.line, point);
  const heights = points.map(({ y }) => Math.log(y));
  const apart = Math.exp((LABEL / AXIS) * (Math.max(...heights) - Math.min(...heights)));
  let least = 0;
  return [...ends.values()]
    .sort((a, b) => a.y - b.y)
    .map((end) => {
      const y = Math.max(end.y, least);
      least = y * apart;
      return { ...end, y };
    });
}
