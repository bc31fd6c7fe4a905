// The figure of a robust network: shares of runs that fail against the noise, as multiples of the proved radii, beside
// those of the plain network with the same noise.

import type { Rate } from "../learner/interval.ts";
import { plotted, stacked } from "./plot.ts";

export interface FailurePoint {
  readonly network: "robust" | "plain";
  /** Whether errors are random, or as large as allowed and in one direction. */
  readonly signs: "random" | "worst";
  /** Noise divided by the proved radius. */
  readonly multiple: number;
  /** Runs that fail. */
  readonly share: Rate;
}

const [WIDTH, HEIGHT] = [720, 330];

/** An SVG. */
export async function renderFailures(points: readonly FailurePoint[], title: string): Promise<string> {
  // No place on a logarithmic axis for runs without noise.
  const data = points
    .filter(({ multiple }) => multiple > 0)
    .map(({ network, signs, multiple, share: { rate, interval } }) => {
      return { network, line: `${network} ${signs}`, multiple, rate, from: interval[0], to: interval[1] };
    });
  const dashed = data.filter(({ line }) => line.endsWith("worst"));
  const solid = data.filter(({ line }) => !line.endsWith("worst"));
  const plot = await plotted((Plot) => ({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 55,
    marginRight: 20,
    x: { type: "log", label: "noise / proved radius", tickFormat: "~g" },
    y: { domain: [0, 1], label: "share of runs that fail", tickFormat: "%", grid: true },
    color: { domain: ["robust", "plain"], range: ["#0072b2", "#d55e00"], legend: false },
    marks: [
      Plot.frame({ stroke: "#c4c4c4" }),
      Plot.ruleX([1], { stroke: "#333333", strokeDasharray: "2 3" }),
      Plot.ruleX(data, { x: "multiple", y1: "from", y2: "to", stroke: "network", strokeOpacity: 0.5 }),
      Plot.lineY(solid, { x: "multiple", y: "rate", stroke: "network", strokeWidth: 1.5 }),
      Plot.lineY(dashed, { x: "multiple", y: "rate", stroke: "network", strokeDasharray: "5 3" }),
      Plot.dot(data, { x: "multiple", y: "rate", fill: "network", r: 3 }),
    ],
  }));
  const legend = [
    { name: "robust", colour: "#0072b2" },
    { name: "plain", colour: "#d55e00" },
  ];
  return stacked([plot], WIDTH, HEIGHT, `${title}; dashed: errors in one direction`, legend);
}
