// Figures of what was measured: shares of trainings, runs and searches against what they depend on, the odds of random
// weights, and how a training went.

import type * as Observable from "@observablehq/plot";
import type { Rate } from "../learning/learner/wilson-interval.ts";
import type { TraceProgress } from "../learning/train/trace.ts";
import { plotted, ratesAlong, shares, spreadOf, stacked, wholeTicks } from "./plot.ts";

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
  return ratesFigure({
    title,
    x: logarithmic("noise (standard deviation)"),
    y: shares("share of seeds exact"),
    colours: BASIN_COLOURS,
    rates: points.flatMap(({ sigma, before, after }) =>
      sigma === null || before === null
        ? []
        : [
            { line: BEFORE, at: sigma, ...spreadOf(before) },
            { line: AFTER, at: sigma, ...spreadOf(after) },
          ],
    ),
    reference: (Plot) =>
      random && Plot.ruleY([random.rate], { stroke: BASIN_COLOURS[RANDOM], strokeDasharray: "4 3" }),
  });
}

/** Draws shares of runs that fail, of a robust network and of the plain one with the same noise; an SVG. */
export const renderFailures = (points: readonly FailurePoint[], title: string): Promise<string> =>
  ratesFigure({
    title: `${title}; dashed: errors in one direction`,
    x: logarithmic("noise / proved radius"),
    y: shares("share of runs that fail"),
    colours: { robust: "#0072b2", plain: "#d55e00" },
    // No place on a logarithmic axis for runs without noise.
    rates: points
      .filter(({ multiple }) => multiple > 0)
      .map(({ network, signs, multiple, share }) => {
        return { line: network, at: multiple, ...spreadOf(share), isDashed: signs === "worst" };
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
  ratesFigure({
    title,
    x: logarithmic("problems that a candidate must be right on"),
    y: shares("share of searches"),
    colours: { "right on all problems": "#d55e00", "and on larger ones": "#0072b2" },
    rates: points.flatMap(({ problems, kept, exact }) => [
      { line: "right on all problems", at: problems, ...spreadOf(kept) },
      { line: "and on larger ones", at: problems, ...spreadOf(exact) },
    ]),
    reference: () => undefined,
  });

interface RatesFigure {
  readonly title: string;
  readonly x: Observable.ScaleOptions;
  readonly y: Observable.ScaleOptions;
  readonly height?: number;
  /** By line. */
  readonly colours: Readonly<Record<string, string>>;
  readonly rates: readonly (ReturnType<typeof spreadOf> & {
    readonly line: string;
    readonly at: number;
    readonly isDashed?: boolean;
  })[];
  /** Returns what the rates are compared with. */
  reference(Plot: typeof Observable): Observable.Markish | undefined;
}

const logarithmic = (label: string): Observable.ScaleOptions => ({ type: "log", label, tickFormat: "~g" });

async function ratesFigure(figure: RatesFigure): Promise<string> {
  const { title, x, y, height = 330, colours, rates, reference } = figure;
  const plot = await plotted((Plot) => ({
    width: WIDTH,
    height,
    marginRight: 20,
    x,
    y,
    color: { domain: Object.keys(colours), range: Object.values(colours) },
    marks: [
      Plot.frame({ stroke: "#c4c4c4" }),
      reference(Plot),
      ...["none", "5 3"].flatMap((dashes) => {
        const own = rates.filter(({ isDashed = false }) => isDashed === (dashes !== "none"));
        return ratesAlong(Plot, own, { place: { x: "at" }, colour: "line", dashes });
      }),
    ],
  }));
  const legend = Object.entries(colours).map(([name, colour]) => ({ name, colour }));
  return stacked([plot], WIDTH, height, title, legend);
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
const BOUND_COLOUR = "#333333";
const SCAN_COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

/** Draws odds on a logarithmic axis; scans that nobody did have no dot. An SVG. */
export function renderOdds(points: readonly OddsPoint[], title: string): Promise<string> {
  const scans = [...new Set(points.map(({ scan }) => scan))];
  const bounds = points.filter(({ scan }) => scan === scans[0]);
  const ticks = [...new Set(points.map(({ weights }) => weights))];
  return ratesFigure({
    title,
    x: { label: "weights", ticks, tickFormat: "d", inset: 10 },
    y: { type: "log", label: "odds", tickFormat: "~e", grid: true },
    height: 360,
    colours: {
      ...Object.fromEntries(scans.map((name, at) => [name, SCAN_COLOURS[at % SCAN_COLOURS.length]!])),
      [BOUND]: BOUND_COLOUR,
    },
    rates: points
      .filter(({ odds }) => odds.rate > 0)
      .map(({ scan, weights, odds }) => ({ line: scan, at: weights, ...spreadOf(odds) })),
    reference: (Plot) =>
      Plot.lineY(bounds, { x: "weights", y: "bound", stroke: BOUND_COLOUR, strokeDasharray: "4 3" }),
  });
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
