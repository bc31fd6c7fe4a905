// The figure of a sample curve: what is measured is drawn, and the file needs nothing else.

import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { parityChances } from "../../src/learning/learner/rank.ts";
import { METHOD_NAMES, type Method } from "../../src/learning/learner/sample-curve.ts";
import { wilson } from "../../src/learning/learner/wilson-interval.ts";
import { type Curve, renderCurve } from "../../src/report/curve-figure.ts";

const measurement = (method: Method, accuracy: number, exact: number) => ({
  method,
  problems: 50,
  accuracy: wilson(accuracy, 500),
  exact: wilson(exact, 50),
  determined: 0.5,
  steps: 9,
  seconds: 1,
});

const size = {
  shared: 9,
  units: 9,
  memory: 9,
  cells: 9,
  nodes: 9,
  without: { recurrent: 9, convolutional: 9, both: 9, dense: 9 },
};

const curve: Curve = {
  program: "p<q>",
  task: "parity",
  queries: 10,
  seed: 4,
  points: [8, 16].flatMap((features) =>
    [0, 1, 2].map((extra) => ({
      features,
      examples: features + extra,
      theory: parityChances(features, features + extra),
      methods: [measurement("network", 0.8, 0.6), measurement("dense", 0.5, 0)],
      size,
    })),
  ),
};

const parse = (svg: string) => parseHTML(`<!doctype html><html><body>${svg}</body></html>`).document;

describe("svg", () => {
  test("has a dot for every rate, a bar for every interval, and lines of the theory", async () => {
    const document = parse(await renderCurve(curve, "svg"));
    // 2 columns x 3 sizes x 2 measures x 2 methods; two more dots are the legend's, one is the theory's.
    expect(document.querySelectorAll('g[aria-label="dot"] circle').length).toBe(24);
    expect(document.querySelectorAll('g[aria-label="rule"] line').length).toBe(24);
    const dashes = [...document.querySelectorAll("[stroke-dasharray]")].map((group) =>
      group.getAttribute("stroke-dasharray"),
    );
    expect(dashes).toEqual(["4 3", "4 3", "4 3", "4 3", "1 3", "1 3"]);
  });

  test("higher rates are drawn higher, in the panel of their measure", async () => {
    const document = parse(await renderCurve(curve, "svg"));
    const [network, dense] = [...document.querySelectorAll('g[aria-label="dot"]')].map((group) =>
      [...group.querySelectorAll("circle")].map((dot) => Number(dot.getAttribute("cy"))),
    );
    for (const [at, y] of network!.entries()) expect(y).toBeLessThan(dense![at]!);
  });

  test("names the methods that took part, and no others, with special characters written out", async () => {
    const svg = await renderCurve(curve, "svg");
    expect(svg).toContain("p&lt;q&gt; on parity");
    for (const name of [METHOD_NAMES.network, METHOD_NAMES.dense, "theory (dotted: full rank)"])
      expect(svg).toContain(`>${name}</text>`);
    expect(svg).not.toContain(METHOD_NAMES.reference);
    expect(svg).not.toMatch(/NaN|undefined|null/);
  });

  test("is a file of its own", async () => {
    const svg = await renderCurve(curve, "svg");
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|<script|href=/);
  });

  test("other tasks have no theory", async () => {
    const points = curve.points.map(({ theory: _, ...point }) => point);
    const svg = await renderCurve({ ...curve, task: "nearest", points }, "svg");
    expect(svg).not.toContain("theory");
    expect(svg).not.toMatch(/stroke-dasharray/);
  });
});

test("html has the figure and a row of numbers for every measurement", async () => {
  const html = await renderCurve(curve, "html");
  const { document } = parseHTML(html);
  expect(document.querySelectorAll("svg").length).toBe(1);
  const rows = [...document.querySelectorAll("tbody tr")].map((row) =>
    [...row.querySelectorAll("td")].map((cell) => cell.textContent),
  );
  expect(rows.length).toBe(12);
  expect(rows[0]).toEqual([
    "8",
    "8",
    "compiled network",
    "50",
    "80.00% (76.27% to 83.27%)",
    "60.00% (46.18% to 72.39%)",
    "61.12%",
    "80.56%",
  ]);
});
