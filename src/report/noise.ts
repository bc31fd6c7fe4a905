// The figure of a basin: shares of seeds that are exact before and after fine-tuning, against the noise on the compiled
// weights, beside a random start.

import type { Rate } from "../learner/interval.ts";
import { plotted, stacked } from "./plot.ts";

export interface BasinPoint {
  /** Standard deviation of the noise; null for random weights. */
  readonly sigma: number | null;
  readonly seeds: number;
  /** Null for random weights, which nobody expects to be exact. */
  readonly before: Rate | null;
  readonly after: Rate;
}

const [WIDTH, HEIGHT] = [720, 330];
const [BEFORE, AFTER, RANDOM] = ["before", "after fine-tuning", "random start (dashed)"] as const;
const COLOURS = { [BEFORE]: "#d55e00", [AFTER]: "#0072b2", [RANDOM]: "#333333" };

/** An SVG. */
export async function renderBasin(points: readonly BasinPoint[], title: string): Promise<string> {
  const lines = points.flatMap(({ sigma, before, after }) =>
    sigma === null || before === null
      ? []
      : [
          { sigma, line: BEFORE, rate: before.rate, from: before.interval[0], to: before.interval[1] },
          { sigma, line: AFTER, rate: after.rate, from: after.interval[0], to: after.interval[1] },
        ],
  );
  const random = points.find(({ sigma }) => sigma === null)?.after;
  const plot = await plotted((Plot) => ({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 55,
    marginRight: 20,
    x: { type: "log", label: "noise (standard deviation)", tickFormat: "~g" },
    y: { domain: [0, 1], label: "share of seeds exact", tickFormat: "%", grid: true },
    color: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
    marks: [
      Plot.frame({ stroke: "#c4c4c4" }),
      ...(random === undefined
        ? []
        : [Plot.ruleY([random.rate], { stroke: COLOURS[RANDOM], strokeDasharray: "4 3" })]),
      Plot.ruleX(lines, { x: "sigma", y1: "from", y2: "to", stroke: "line", strokeOpacity: 0.5 }),
      Plot.lineY(lines, { x: "sigma", y: "rate", stroke: "line", strokeWidth: 1.5 }),
      Plot.dot(lines, { x: "sigma", y: "rate", fill: "line", r: 3 }),
    ],
  }));
  return stacked(
    [plot],
    WIDTH,
    HEIGHT,
    title,
    Object.entries(COLOURS).map(([name, colour]) => ({ name, colour })),
  );
}
