// The figure of a sample curve: accuracy and exact recovery against the number of examples, a column for each number
// of features, a line for each method with its 95% intervals, and the theory where there is one. Drawn by Observable Plot in a
// document that needs no browser.

import { percent } from "../diagnostics/count.ts";
import type { LearnerSize } from "../learning/learner/learner-size.ts";
import { METHOD_NAMES, METHODS, type Measurement, type Method } from "../learning/learner/sample-curve.ts";
import type { Chances } from "../learning/learner/tasks/theory.ts";
import { showRate } from "../learning/learner/wilson-interval.ts";
import type { Colour } from "./colours.ts";
import { htmlPage, tableRows } from "./page.ts";
import { measuredTicks, plotted, ratesAlong, shares, spreadOf, stacked } from "./plot.ts";

/** What was measured at one size. */
export interface CurvePoint {
  readonly features: number;
  readonly examples: number;
  /** What is known of the learner that the task is for; may be lower bounds. */
  readonly theory?: Chances;
  readonly methods: readonly Measurement[];
  readonly size: LearnerSize;
}

export interface Curve {
  readonly program: string;
  readonly task: string;
  readonly queries: number;
  readonly seed: number;
  readonly points: readonly CurvePoint[];
}

/** From the palette of Okabe and Ito (2008). */
const COLOURS: Readonly<Record<Method, Colour>> = {
  network: "#0072b2",
  reference: "#e69f00",
  dense: "#d55e00",
  logistic: "#cc79a7",
  neighbour: "#009e73",
};
const THEORY = "theory";
const DETERMINED = "full rank";
const THEORY_COLOUR: Colour = "#333333";

const MEASURES = ["accuracy", "exact"] as const;
const MEASURE_NAMES = { accuracy: "answers right", exact: "problems exact" } as const;

/** The figure as a file of its own: an SVG, or a page with the numbers below it. */
export async function renderCurve(curve: Curve, format: "svg" | "html"): Promise<string> {
  const svg = await drawCurve(curve);
  return format === "svg" ? svg : page(curve, svg);
}

const title = ({ program, task, queries, seed }: Curve): string =>
  `${program} on ${task}: ${queries} queries a problem, 95% intervals, seed ${seed}`;

function dataOf({ points }: Curve) {
  return points.flatMap(({ features, examples, methods }) =>
    methods.flatMap((measurement) =>
      MEASURES.map((measure) => {
        return {
          features: featuresName(features),
          /** Examples beyond the number of features. */
          extra: examples - features,
          measure: MEASURE_NAMES[measure],
          method: METHOD_NAMES[measurement.method],
          ...spreadOf(measurement[measure]),
        };
      }),
    ),
  );
}

const featuresName = (features: number): string => `${features} features`;

/** Returns what is known of accuracy and exact recovery, and for the latter how often a learner need not guess. */
function theoryOf({ points }: Curve) {
  const lines = [
    { name: THEORY, measure: "accuracy", of: ({ accuracy }: Chances) => accuracy },
    { name: THEORY, measure: "exact", of: ({ exact }: Chances) => exact },
    { name: DETERMINED, measure: "exact", of: ({ determined }: Chances) => determined },
  ] as const;
  return points.flatMap(({ features, examples, theory }) =>
    lines.flatMap(({ name, measure, of }) => {
      const rate = of(theory ?? {});
      const place = { features: featuresName(features), extra: examples - features };
      return rate === undefined ? [] : [{ ...place, measure: MEASURE_NAMES[measure], name, rate }];
    }),
  );
}

/** Pixels between methods, which stand side by side, so that their intervals can be told apart. */
const APART = 3;

const MOST_TICKS = 6;
const HEIGHT = 390;

async function drawCurve(curve: Curve): Promise<string> {
  const data = dataOf(curve);
  const theory = theoryOf(curve);
  const columns = [...new Set(data.map(({ features }) => features))];
  const ticks = measuredTicks(
    data.map(({ extra }) => extra),
    MOST_TICKS,
  );
  const shown = METHODS.filter((method) => data.some((datum) => datum.method === METHOD_NAMES[method]));
  const place = { x: "extra", fx: "features", fy: "measure" } as const;
  const width = Math.max(800, 170 + 220 * columns.length);
  const plot = await plotted((Plot) => ({
    width,
    height: HEIGHT,
    marginRight: 110,
    x: { label: "examples more than features", ticks, tickFormat: "d", inset: 10 },
    y: shares(null),
    fx: { label: null, domain: columns },
    fy: { label: null, domain: Object.values(MEASURE_NAMES) },
    color: {
      domain: METHODS.map((method) => METHOD_NAMES[method]),
      range: METHODS.map((method) => COLOURS[method]),
    },
    marks: [
      Plot.frame({ stroke: "#c4c4c4" }),
      ...[THEORY, DETERMINED].map((name, at) =>
        Plot.lineY(
          theory.filter((each) => each.name === name),
          { ...place, y: "rate", stroke: THEORY_COLOUR, strokeDasharray: at === 0 ? "4 3" : "1 3" },
        ),
      ),
      ...shown.flatMap((method, at) => {
        const own = data.filter((datum) => datum.method === METHOD_NAMES[method]);
        const shared = { ...place, dx: APART * (at - (shown.length - 1) / 2) };
        return ratesAlong(Plot, own, { place: shared, colour: "method", r: 2.5 });
      }),
    ],
  }));
  const names = shown.map((method) => ({ name: METHOD_NAMES[method], colour: COLOURS[method] }));
  const all =
    theory.length === 0
      ? names
      : [
          ...names,
          { name: theoryName(theory.some(({ name }) => name === DETERMINED)), colour: THEORY_COLOUR },
        ];
  return stacked([plot], width, HEIGHT, title(curve), all);
}

const theoryName = (hasRank: boolean): string => (hasRank ? "theory (dotted: full rank)" : THEORY);

function page(curve: Curve, svg: string): string {
  const rows = curve.points.flatMap(({ features, examples, methods, theory }) =>
    methods.map(({ method, problems, accuracy, exact }) => [
      ...[String(features), String(examples), METHOD_NAMES[method], String(problems)],
      ...[showRate(accuracy, 2), showRate(exact, 2), showChance(theory?.exact), showChance(theory?.accuracy)],
    ]),
  );
  const head = ["features", "examples", "method", "problems", "answers right", "problems exact"];
  return htmlPage(
    title(curve),
    STYLE,
    `${svg}<table>
<thead>${tableRows([[...head, "exact by theory", "right by theory"]], "th")}</thead>
<tbody>
${tableRows(rows)}
</tbody>
</table>`,
  );
}

const showChance = (chance: number | undefined): string => (chance === undefined ? "" : percent(chance, 2));

const STYLE = `
body { font: 14px system-ui, sans-serif; margin: 2em; color: #333333; }
svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; margin-top: 2em; }
td, th { padding: 0.2em 0.8em; text-align: right; border-bottom: 1px solid #dddddd; }
`;
