// Figures of what was measured: shares of trainings, runs and searches against what they depend on, the odds of random
// weights, and how a training went.

import type * as Observable from "@observablehq/plot";
import type { Rate } from "../learning/learner/interval.ts";
import type { TraceProgress } from "../learning/train/trace.ts";
import { plotted, stacked, wholeTicks } from "./plot.ts";

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

const WIDTH = 720;

const [BEFORE, AFTER, RANDOM] = ["before", "after fine-tuning", "random start (dashed)"] as const;
const BASIN_COLOURS = { [BEFORE]: "#d55e00", [AFTER]: "#0072b2", [RANDOM]: "#333333" };

/** Draws shares of seeds that are exact before and after fine-tuning, beside a random start; an SVG. */
export function renderBasin(points: readonly BasinPoint[], title: string): Promise<string> {
  const random = points.find(({ sigma }) => sigma === null)?.after;
  return sharesFigure({
    title,
    x: "noise (standard deviation)",
    y: "share of seeds exact",
    colours: BASIN_COLOURS,
    shares: points.flatMap(({ sigma, before, after }) =>
      sigma === null || before === null
        ? []
        : [
            { line: BEFORE, at: sigma, share: before },
            { line: AFTER, at: sigma, share: after },
          ],
    ),
    reference: (Plot) =>
      random && Plot.ruleY([random.rate], { stroke: BASIN_COLOURS[RANDOM], strokeDasharray: "4 3" }),
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
interface FindsPoint {
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

const SHARES_HEIGHT = 330;

async function sharesFigure({ title, x, y, colours, shares, reference }: SharesFigure): Promise<string> {
  const data = shares.map(({ share: { rate, interval }, ...each }) => {
    return { ...each, rate, from: interval[0], to: interval[1] };
  });
  const dashed = data.filter(({ isDashed }) => isDashed);
  const solid = data.filter(({ isDashed }) => !isDashed);
  const plot = await plotted((Plot) => ({
    width: WIDTH,
    height: SHARES_HEIGHT,
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
  return stacked([plot], WIDTH, SHARES_HEIGHT, title, legend);
}

// The figure of drawn networks: the odds that random weights do a scan, against the number of weights, beside the odds of
// drawing one set of weights.

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
const SCAN_COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];
const ODDS_HEIGHT = 360;

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
    height: ODDS_HEIGHT,
    marginLeft: 55,
    marginRight: 20,
    x: {
      label: "weights",
      ticks: [...new Set(points.map(({ weights }) => weights))],
      tickFormat: "d",
      inset: 10,
    },
    y: { type: "log", label: "odds", tickFormat: "~e", grid: true },
    color: { domain: scans, range: SCAN_COLOURS },
    marks: [
      Plot.frame({ stroke: "#c4c4c4" }),
      Plot.lineY(bounds, { x: "weights", y: "bound", stroke: "#333333", strokeDasharray: "4 3" }),
      Plot.ruleX(data, { x: "weights", y1: "from", y2: "to", stroke: "scan", strokeOpacity: 0.5 }),
      Plot.lineY(data, { x: "weights", y: "rate", stroke: "scan" }),
      Plot.dot(data, { x: "weights", y: "rate", fill: "scan", r: 3 }),
    ],
  }));
  const names = scans.map((name, at) => ({ name, colour: SCAN_COLOURS[at]! }));
  return stacked([plot], WIDTH, ODDS_HEIGHT, title, [...names, { name: BOUND, colour: "#333333" }]);
}

// The figure of one training: the loss, the share of neighbourhoods that are wrong, and the inputs that are read, over
// the steps.

const PANEL_HEIGHT = 170;
const [FIT, SELECT] = ["#0072b2", "#d55e00"];

/** An SVG; `title` says what was trained. */
export async function renderTraining(points: readonly TraceProgress[], title: string): Promise<string> {
  const panels = [
    { label: "loss", log: true, isWhole: false, of: ({ loss }: TraceProgress) => Math.max(loss, 1e-9) },
    { label: "unseen cases wrong", log: false, isWhole: false, of: ({ exact }: TraceProgress) => 1 - exact },
    { label: "inputs read", log: false, isWhole: true, of: ({ inputs }: TraceProgress) => inputs },
  ];
  const drawn = panels.map(({ label, log, isWhole, of }) =>
    plotted((Plot) => {
      const data = points.map((point) => ({ step: point.step, value: of(point), phase: point.phase }));
      return {
        width: WIDTH,
        height: PANEL_HEIGHT,
        marginLeft: 60,
        x: {
          label: "steps",
          ticks: wholeTicks(data[0]?.step ?? 0, data.at(-1)?.step ?? 0),
          tickFormat: ",d",
        },
        y: {
          label,
          grid: true,
          ...(log ? { type: "log" as const, tickFormat: "~g" } : { zero: true }),
          ...(isWhole
            ? { ticks: wholeTicks(0, Math.max(0, ...data.map(({ value }) => value)), 5), tickFormat: ",d" }
            : {}),
        },
        marks: [
          Plot.frame({ stroke: "#c4c4c4" }),
          Plot.lineY(data, { x: "step", y: "value", z: null, stroke: FIT, strokeWidth: 1.5 }),
          // Where inputs are being selected.
          Plot.dot(
            data.filter(({ phase }) => phase === "select"),
            { x: "step", y: "value", fill: SELECT, r: 2 },
          ),
        ],
      };
    }),
  );
  return stacked(await Promise.all(drawn), WIDTH, PANEL_HEIGHT, title, [
    { name: "every 100 steps", colour: FIT },
    { name: "while inputs are selected", colour: SELECT },
  ]);
}
