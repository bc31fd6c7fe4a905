// A comparison as one page that needs nothing else: what was found in words, then tables and figures, part by part.

import type { Comparison } from "../learning/compare/compare.ts";
import {
  exactnessFigure,
  type Figure,
  layersFigure,
  NETWORK_COLOURS,
  stabilityFigure,
  survivalFigure,
  unitsFigure,
  weightsFigure,
} from "./comparison-figures.ts";
import { describeComparison, type PartName, type TablePart, type Tables } from "./comparison-table.ts";
import { htmlPage, tableRows } from "./page.ts";
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
