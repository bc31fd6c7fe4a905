// The figure of a benchmark: how fast the engines are on growing grids, and how long they take for more steps.

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

/** An SVG with both panels, on logarithmic scales: the same work at the same speed is a straight line. */
export async function renderGrowth({ title, grids, steps }: Growth): Promise<string> {
  const engines = [...new Set([...grids, ...steps].map(({ engine }) => engine))];
  const cells = measuredTicks(
    grids.map((point) => point.cells),
    MOST_TICKS,
  );
  const counts = measuredTicks(
    steps.map((point) => point.steps),
    MOST_TICKS,
  );
  const shared = {
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 60,
    marginRight: 110,
    marginTop: 30,
    color: { domain: engines, range: engines.map((_, at) => COLOURS[at % COLOURS.length]!) },
  };
  const panels = [
    plotted((Plot) => ({
      ...shared,
      x: { type: "log", label: "cells of the grid", grid: true, ticks: cells, tickFormat: "~s" },
      y: { type: "log", label: "cell-steps a second", grid: true, tickFormat: "~s" },
      marks: marksOf(Plot, grids, "cells", "rate"),
    })),
    plotted((Plot) => ({
      ...shared,
      x: { type: "log", label: "steps", grid: true, ticks: counts, tickFormat: "~s" },
      y: { type: "log", label: "seconds", grid: true, tickFormat: "~g" },
      marks: marksOf(Plot, steps, "steps", "seconds"),
    })),
  ];
  return stacked(await Promise.all(panels), WIDTH, HEIGHT, title);
}

/** A line for every engine, with its name at the end. */
function marksOf<Point extends { readonly engine: string }>(
  Plot: typeof import("@observablehq/plot"),
  points: readonly Point[],
  x: keyof Point & string,
  y: keyof Point & string,
) {
  return [
    Plot.frame({ stroke: "#c4c4c4" }),
    Plot.lineY(points, { x, y, stroke: "engine", strokeWidth: 1.5 }),
    Plot.dot(points, { x, y, fill: "engine", r: 2.5 }),
    Plot.text(
      points,
      Plot.selectLast({ x, y, z: "engine", text: "engine", fill: "engine", textAnchor: "start", dx: 6 }),
    ),
  ];
}
