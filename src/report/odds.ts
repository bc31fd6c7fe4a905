// The figure of drawn networks: the odds that random weights do a scan, against the number of weights, beside the odds of
// drawing one set of weights.

import type { Rate } from "../learner/interval.ts";
import { plotted, stacked } from "./plot.ts";

export interface OddsPoint {
  readonly scan: string;
  readonly weights: number;
  /** Networks of one number of weights may be of different shapes. */
  readonly shape: string;
  readonly odds: Rate;
  /** The odds of one set of weights. */
  readonly bound: number;
}

const BOUND = "one set of weights (dashed)";
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];
const [WIDTH, HEIGHT] = [720, 360];

/** Draws odds on a logarithmic axis; scans that nobody did have no dot. An SVG. */
export async function renderOdds(points: readonly OddsPoint[], title: string): Promise<string> {
  const scans = [...new Set(points.map(({ scan }) => scan))];
  const data = points
    .filter(({ odds }) => odds.rate > 0)
    .map(({ odds, ...point }) => ({
      ...point,
      rate: odds.rate,
      from: odds.interval[0],
      to: odds.interval[1],
    }));
  const bounds = points.filter(({ scan }) => scan === scans[0]);
  const plot = await plotted((Plot) => ({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 55,
    marginRight: 20,
    x: {
      label: "weights",
      ticks: [...new Set(points.map(({ weights }) => weights))],
      tickFormat: "d",
      inset: 10,
    },
    y: { type: "log", label: "odds", tickFormat: "~e", grid: true },
    color: { domain: scans, range: COLOURS },
    marks: [
      Plot.frame({ stroke: "#c4c4c4" }),
      Plot.lineY(bounds, { x: "weights", y: "bound", stroke: "#333333", strokeDasharray: "4 3" }),
      Plot.ruleX(data, { x: "weights", y1: "from", y2: "to", stroke: "scan", strokeOpacity: 0.5 }),
      Plot.lineY(data, { x: "weights", y: "rate", stroke: "scan" }),
      Plot.dot(data, { x: "weights", y: "rate", fill: "scan", r: 3 }),
    ],
  }));
  const names = scans.map((name, at) => ({ name, colour: COLOURS[at]! }));
  return stacked([plot], WIDTH, HEIGHT, title, [...names, { name: BOUND, colour: "#333333" }]);
}
