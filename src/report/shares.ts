// Figures of shares against what they depend on: of trainings that end in an exact network and of runs that fail, against
// noise; of searches whose first find is exact, against the number of problems.

import type * as Observable from "@observablehq/plot";
import type { Rate } from "../learner/interval.ts";
import { plotted, stacked } from "./plot.ts";

export interface BasinPoint {
  /** Standard deviation of the noise on the compiled weights; null for random weights. */
  readonly sigma: number | null;
  readonly seeds: number;
  /** Null for random weights, which nobody expects to be exact. */
  readonly before: Rate | null;
  readonly after: Rate;
}

export interface FailurePoint {
  readonly network: "robust" | "plain";
  /** Whether errors are random, or as large as allowed and in one direction. */
  readonly signs: "random" | "worst";
  /** Noise divided by the proved radius. */
  readonly multiple: number;
  /** Runs that fail. */
  readonly share: Rate;
}

const [BEFORE, AFTER, RANDOM] = ["before", "after fine-tuning", "random start (dashed)"] as const;
const COLOURS = { [BEFORE]: "#d55e00", [AFTER]: "#0072b2", [RANDOM]: "#333333" };

/** Draws shares of seeds that are exact before and after fine-tuning, beside a random start; an SVG. */
export function renderBasin(points: readonly BasinPoint[], title: string): Promise<string> {
  const random = points.find(({ sigma }) => sigma === null)?.after;
  return sharesFigure({
    title,
    x: "noise (standard deviation)",
    y: "share of seeds exact",
    colours: COLOURS,
    shares: points.flatMap(({ sigma, before, after }) =>
      sigma === null || before === null
        ? []
        : [
            { line: BEFORE, at: sigma, share: before },
            { line: AFTER, at: sigma, share: after },
          ],
    ),
    reference: (Plot) =>
      random && Plot.ruleY([random.rate], { stroke: COLOURS[RANDOM], strokeDasharray: "4 3" }),
  });
}

/** Draws shares of runs that fail, of a robust network and of the plain one with the same noise; an SVG. */
export const renderFailures = (points: readonly FailurePoint[], title: string): Promise<string> =>
  sharesFigure({
    title: `${title}; dashed: errors in one direction`,
    x: "noise / proved radius",
    y: "share of runs that fail",
    colours: { robust: "#0072b2", plain: "#d55e00" },
    // No place on a logarithmic axis for runs without noise.
    shares: points
      .filter(({ multiple }) => multiple > 0)
      .map(({ network, signs, multiple, share }) => {
        return { line: network, at: multiple, share, isDashed: signs === "worst" };
      }),
    reference: (Plot) => Plot.ruleX([1], { stroke: "#333333", strokeDasharray: "2 3" }),
  });

/** How many searches ended with an exact find, and how many with any. */
export interface FindsPoint {
  readonly problems: number;
  readonly kept: Rate;
  readonly exact: Rate;
}

/** Draws shares of searches that find a candidate, and an exact one first, against the number of problems; an SVG. */
export const renderFinds = (points: readonly FindsPoint[], title: string): Promise<string> =>
  sharesFigure({
    title,
    x: "problems that a candidate must be right on",
    y: "share of searches",
    colours: { "right on all problems": "#d55e00", "and on larger ones": "#0072b2" },
    shares: points.flatMap(({ problems, kept, exact }) => [
      { line: "right on all problems", at: problems, share: kept },
      { line: "and on larger ones", at: problems, share: exact },
    ]),
    reference: () => undefined,
  });

interface SharesFigure {
  readonly title: string;
  /** Labels of the axes. */
  readonly x: string;
  readonly y: string;
  /** By line. */
  readonly colours: Readonly<Record<string, string>>;
  readonly shares: readonly {
    readonly line: string;
    readonly at: number;
    readonly share: Rate;
    readonly isDashed?: boolean;
  }[];
  /** What the shares are compared with. */
  reference(Plot: typeof Observable): Observable.Markish | undefined;
}

const [WIDTH, HEIGHT] = [720, 330];

async function sharesFigure({ title, x, y, colours, shares, reference }: SharesFigure): Promise<string> {
  const data = shares.map(({ share: { rate, interval }, ...each }) => {
    return { ...each, rate, from: interval[0], to: interval[1] };
  });
  const dashed = data.filter(({ isDashed }) => isDashed);
  const solid = data.filter(({ isDashed }) => !isDashed);
  const plot = await plotted((Plot) => ({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 55,
    marginRight: 20,
    x: { type: "log", label: x, tickFormat: "~g" },
    y: { domain: [0, 1], label: y, tickFormat: "%", grid: true },
    color: { domain: Object.keys(colours), range: Object.values(colours) },
    marks: [
      Plot.frame({ stroke: "#c4c4c4" }),
      reference(Plot),
      Plot.ruleX(data, { x: "at", y1: "from", y2: "to", stroke: "line", strokeOpacity: 0.5 }),
      Plot.lineY(solid, { x: "at", y: "rate", stroke: "line", strokeWidth: 1.5 }),
      Plot.lineY(dashed, { x: "at", y: "rate", stroke: "line", strokeDasharray: "5 3" }),
      Plot.dot(data, { x: "at", y: "rate", fill: "line", r: 3 }),
    ],
  }));
  const legend = Object.entries(colours).map(([name, colour]) => ({ name, colour }));
  return stacked([plot], WIDTH, HEIGHT, title, legend);
}
