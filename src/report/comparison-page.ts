// A comparison as one page that needs nothing else: what was found in words, then tables and figures, part by part.

import type { Comparison } from "../learning/compare/compare.ts";
import { describeComparison, type PartName, type TablePart, type Tables } from "./comparison-table.ts";
import { htmlPage, tableRows } from "./page.ts";
import { measuredTicks, plotted, ratesAlong, shares, spreadOf, wholeTicks } from "./plot.ts";
import { escapeXml } from "./svg.ts";

/** The page, as HTML. */
export async function renderComparison(comparison: Comparison): Promise<string> {
  const tables = describeComparison(comparison);
  const figures: Readonly<Record<PartName, readonly Figure[]>> = {
    behaviour: await Promise.all([
      exactnessFigure(comparison),
      survivalFigure(comparison),
      stabilityFigure(comparison),
    ]),
    structure: [await weightsFigure(comparison)],
    likeness: await Promise.all([unitsFigure(comparison), layersFigure(comparison)]),
    certificates: [],
    cost: [],
  };
  return page(comparison, tables, (name) => figures[name]);
}

function page(
  comparison: Comparison,
  { title, summary, parts }: Tables,
  figuresOf: (name: PartName) => readonly Figure[],
): string {
  const { networks, seed } = comparison;
  const names = networks.map(
    ({ name }, at) =>
      `<span class="network"><span class="swatch" style="background:${NETWORK_COLOURS[at]}"></span>${escapeXml(name)}</span>`,
  );
  const more: Partial<Record<PartName, string>> = { likeness: unitsTable(comparison, names) };
  return htmlPage(
    title,
    STYLE,
    `<h1>${escapeXml(title)}</h1>
<p class="legend">${names.join(" ")}</p>
<ul>${summary.map((sentence) => `<li>${escapeXml(sentence)}</li>`).join("")}</ul>
${parts.map((part) => section(part, names, figuresOf(part.name)) + (more[part.name] ?? "")).join("\n")}
<p class="note">Seed ${seed}. Made by tapeloom compare.</p>`,
  );
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #333333; max-width: 860px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; }
table { border-collapse: collapse; margin: 1em 0; font-size: 13px; }
td, th { padding: 0.25em 0.8em 0.25em 0; text-align: left; border-bottom: 1px solid #dddddd; vertical-align: top; }
figure { margin: 1em 0; overflow-x: auto; } figcaption, .note { font-size: 13px; color: #666666; }
svg { max-width: 100%; height: auto; }
.row { display: flex; }
.network { margin-right: 1.5em; white-space: nowrap; }
.swatch { display: inline-block; width: 0.8em; height: 0.8em; border-radius: 50%; margin-right: 0.4em; }
`;

function section(
  { heading, explanation, rows, remark }: TablePart,
  names: readonly string[],
  figures: readonly Figure[],
): string {
  const isOfBoth = rows.every((row) => row.length === 3);
  const head = isOfBoth
    ? `<thead><tr><th></th>${names.map((name) => `<th>${name}</th>`).join("")}</tr></thead>`
    : "";
  return `<h2>${heading}</h2>
<p>${escapeXml(explanation)}</p>
${figures.map(({ svg, caption }) => `<figure>${svg}<figcaption>${escapeXml(caption)}</figcaption></figure>`).join("\n")}
<table>${head}<tbody>
${tableRows(rows)}
</tbody></table>
${remark === "" ? "" : `<p class="note">${escapeXml(remark)}</p>`}`;
}

/** Every matched unit, for those who want to look closer. */
function unitsTable({ similarity }: Comparison, names: readonly string[]): string {
  const rows = similarity.matches.map(({ first, second, correlation }) => [
    `layer ${first.layer + 1}, unit ${first.unit + 1}: ${first.detects}`,
    `layer ${second.layer + 1}, unit ${second.unit + 1}`,
    correlation.toFixed(2),
  ]);
  return `<details><summary>All matched units</summary>
<table><thead><tr>${names.map((name) => `<th>${name}</th>`).join("")}<th>correlation</th></tr></thead><tbody>
${tableRows(rows)}
</tbody></table></details>`;
}

// The figures of a comparison: exactness by size, runs that are still right after a number of steps, exactness after more
// steps than needed, the distribution of weights, which units match, and which layers hold the same.

const WIDTH = 760;
/** First and second network, as everywhere else: blue and vermilion of Okabe and Ito (2008). */
const NETWORK_COLOURS = ["#0072b2", "#d55e00"] as const;

interface Figure {
  readonly caption: string;
  readonly svg: string;
}

const colours = ({ networks }: Comparison) => ({
  domain: networks.map((_, at) => at),
  range: [...NETWORK_COLOURS],
});

/** Shares of exact runs against the size of inputs. */
export async function exactnessFigure(comparison: Comparison): Promise<Figure> {
  const data = comparison.networks.flatMap(({ behaviour }, network) =>
    behaviour.scales.map(({ scale, exact }) => ({ network, scale, ...spreadOf(exact) })),
  );
  const ticks = measuredTicks(data.map(({ scale }) => scale));
  const svg = await plotted((Plot) => ({
    width: WIDTH,
    height: 240,
    x: { type: "log", label: "size of inputs, times what was trained on", ticks, tickFormat: String },
    y: shares("runs that are exact"),
    color: colours(comparison),
    marks: [
      Plot.frame({ stroke: "#c4c4c4" }),
      ...[0, 1].flatMap((network) => {
        const own = data.filter((each) => each.network === network);
        const place = { x: "scale", dx: network === 0 ? -3 : 3 };
        return ratesAlong(Plot, own, { place, colour: "network", r: 3.5 });
      }),
    ],
  }));
  return { caption: "Exact runs by size of the input; bars are 95% intervals (Wilson).", svg };
}

/** Shares of runs in which no step has been wrong so far. */
async function survivalFigure(comparison: Comparison): Promise<Figure> {
  const data = comparison.networks.flatMap(({ behaviour }, network) =>
    behaviour.scales.flatMap(({ scale, runs }) =>
      survival(runs).map((point) => ({ ...point, network, size: `${scale}x` })),
    ),
  );
  const svg = await plotted((Plot) => ({
    width: WIDTH,
    height: 210,
    marginTop: 36,
    x: { label: "part of the steps made", tickFormat: "%", ticks: [0.5, 1] },
    y: shares("runs without a wrong step"),
    fx: { label: null, domain: [...new Set(data.map(({ size }) => size))] },
    color: colours(comparison),
    marks: [
      Plot.frame({ stroke: "#c4c4c4" }),
      // The second is drawn over the first, and thinner, so that both are seen where they agree.
      ...[0, 1].map((network) =>
        Plot.lineY(
          data.filter((each) => each.network === network),
          {
            x: "part",
            y: "share",
            fx: "size",
            stroke: "network",
            curve: "step-after",
            strokeWidth: network === 0 ? 3.5 : 1.8,
          },
        ),
      ),
    ],
  }));
  return { caption: "How long runs go on without a wrong step in any cell, by size of the input.", svg };
}

/** Tells where the share of runs without a wrong step falls, from all of them at the start. */
function survival(
  runs: readonly { readonly steps: number; readonly diverged: number | null }[],
): { readonly part: number; readonly share: number }[] {
  const falls = runs
    .flatMap(({ steps, diverged }) => (diverged === null ? [] : [diverged / Math.max(1, steps)]))
    .sort((a, b) => a - b);
  const points = falls.map((part, at) => ({ part, share: 1 - (at + 1) / runs.length }));
  return [{ part: 0, share: 1 }, ...points, { part: 1, share: 1 - falls.length / runs.length }];
}

/** Tells whether results stay once they are there. */
async function stabilityFigure(comparison: Comparison): Promise<Figure> {
  const data = comparison.networks.flatMap(({ behaviour }, network) =>
    behaviour.stability.map(({ times, exact }) => ({
      ...{ network, times: `${times} times the steps`, ...spreadOf(exact) },
    })),
  );
  const svg = await plotted((Plot) => ({
    width: WIDTH,
    height: 200,
    marginTop: 36,
    x: { axis: null },
    y: shares("runs that are exact"),
    fx: { label: null, domain: [...new Set(data.map(({ times }) => times))] },
    color: colours(comparison),
    marks: [
      Plot.barY(data, {
        x: "network",
        y: "rate",
        fx: "times",
        fill: "network",
        insetLeft: 12,
        insetRight: 12,
      }),
      Plot.ruleX(data, { x: "network", y1: "from", y2: "to", fx: "times", stroke: "#333333" }),
      Plot.ruleY([0], { stroke: "#777777" }),
    ],
  }));
  return { caption: "Whether outputs stay right when runs go on, at the size that was trained on.", svg };
}

/** Shows how weights are distributed: few integers, or a cloud. */
export async function weightsFigure(comparison: Comparison): Promise<Figure> {
  const data = comparison.networks.flatMap(({ structure: { weights } }, network) =>
    weights.counts.flatMap((count, bin) =>
      count === 0 ? [] : [{ network, from: weights.edges[bin]!, to: weights.edges[bin + 1]!, count }],
    ),
  );
  const most = (network: number) =>
    Math.max(0, ...data.filter((each) => each.network === network).map(({ count }) => count));
  const panels = await Promise.all(
    comparison.networks.map((_, network) =>
      plotted((Plot) => ({
        width: WIDTH / 2,
        height: 200,
        x: { label: "weight", nice: true },
        y: {
          label: "how many (root scale)",
          type: "sqrt",
          grid: true,
          ticks: wholeTicks(0, most(network), 6),
        },
        marks: [
          Plot.rectY(
            data.filter((each) => each.network === network),
            { x1: "from", x2: "to", y: "count", fill: NETWORK_COLOURS[network]! },
          ),
          Plot.ruleY([0], { stroke: "#777777" }),
        ],
      })),
    ),
  );
  return {
    caption: "Weights and biases that are not zero.",
    svg: `<div class="row">${panels.join("")}</div>`,
  };
}

/** Units of the first network, by how well the best assignment finds them in the second. */
export async function unitsFigure({ similarity, networks }: Comparison): Promise<Figure> {
  const sorted = similarity.matches
    .map(({ first, second, correlation }) => ({
      size: Math.abs(correlation),
      layer: `layer ${first.layer + 1}`,
      title: `${networks[0].name}: ${first.detects}\n${networks[1].name}: layer ${second.layer + 1}, unit ${second.unit + 1}\ncorrelation ${correlation.toFixed(2)}`,
    }))
    .toSorted((a, b) => b.size - a.size)
    .map((each, rank) => ({ ...each, rank: rank + 1 }));
  const svg = await plotted((Plot) => ({
    width: WIDTH,
    height: 230,
    x: { label: "units, the best matched first", ticks: wholeTicks(1, sorted.length), tickFormat: "d" },
    y: { domain: [0, 1], label: "size of the correlation", grid: true },
    color: { legend: false, scheme: "Observable10" },
    marks: [
      Plot.frame({ stroke: "#c4c4c4" }),
      Plot.ruleY([similarity.matchedByChance], { stroke: "#333333", strokeDasharray: "4 3" }),
      Plot.dot(sorted, { x: "rank", y: "size", fill: "layer", r: 4, title: "title" }),
    ],
  }));
  return {
    caption:
      "Every matched unit, coloured by its layer; point at one to read what it detects. Dashed: the mean by chance, among random weights.",
    svg,
  };
}

/** Shows which layers hold the same information. */
async function layersFigure({ similarity }: Comparison): Promise<Figure> {
  const data = similarity.layers.flatMap((row, a) =>
    row.map((value, b) => ({ first: `layer ${a + 1}`, second: `layer ${b + 1}`, value })),
  );
  const columns = similarity.layers[0]?.length ?? 0;
  const svg = await plotted((Plot) => ({
    width: 110 + 90 * columns,
    height: 60 + 46 * similarity.layers.length,
    marginLeft: 70,
    x: { label: "of the second network", axis: "top" },
    y: { label: "of the first network" },
    color: { type: "linear", domain: [0, 1], scheme: "Blues" },
    marks: [
      Plot.cell(data, { x: "second", y: "first", fill: "value", inset: 1 }),
      Plot.text(data, {
        x: "second",
        y: "first",
        text: ({ value }: { readonly value: number }) => value.toFixed(2),
        fill: ({ value }: { readonly value: number }) => (value > 0.55 ? "#ffffff" : "#333333"),
      }),
    ],
  }));
  return { caption: "Alignment of hidden layers (linear CKA).", svg };
}
