// Numbers along the axes of figures: each stands once, and where the axis has that value.

import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { renderGrowth } from "../../bench/growth-figure.ts";
import type { Comparison } from "../../src/learning/compare/compare.ts";
import { METHODS } from "../../src/learning/learner/sample-curve.ts";
import { wilson } from "../../src/learning/learner/wilson-interval.ts";
import { exactnessFigure, unitsFigure, weightsFigure } from "../../src/report/comparison-page.ts";
import { renderCurve } from "../../src/report/curve-figure.ts";
import { renderTraining } from "../../src/report/figures.ts";
import { measuredTicks, wholeTicks } from "../../src/report/plot.ts";

interface Axis {
  readonly side: "x" | "y";
  readonly labels: readonly string[];
  /** Pixels, label by label. */
  readonly places: readonly number[];
}

/** The axes of all panels in a figure; ticks of logarithmic axes without a number are left out. */
function axesOf(svg: string): Axis[] {
  const { document } = parseHTML(`<!doctype html><html><body>${svg}</body></html>`);
  return (["x", "y"] as const).flatMap((side) => {
    const all = [...document.querySelectorAll(`g[aria-label="${side}-axis tick label"] text`)];
    const texts = all.filter((text) => text.textContent !== "");
    const parents = [...new Set(texts.map((text) => text.parentElement))];
    return parents.map((parent) => {
      const panel = texts.filter((text) => text.parentElement === parent);
      const places = panel.map((text) => {
        const [x, y] = /translate\(([^,]+),([^)]+)\)/
          .exec(text.getAttribute("transform")!)!
          .slice(1)
          .map(Number);
        return side === "x" ? x! : y!;
      });
      return { side, labels: panel.map((text) => text.textContent!), places };
    });
  });
}

/** What a reader takes a label for. */
function readAs(label: string): number {
  const [, digits, unit] = /^([−\d.,e+-]+)([kMG%]?)$/.exec(label) ?? expect.fail(`${label} is no number`);
  const factor = { k: 1e3, M: 1e6, G: 1e9, "%": 0.01, "": 1 }[unit!]!;
  return Number(digits!.replace("−", "-").replaceAll(",", "")) * factor;
}

/** The axis is linear in the values, or in their logarithms or roots: between outer ticks, no other is a pixel off. */
function expectRight({ labels, places }: Axis, story: string): void {
  expect(new Set(labels).size, `${story}: ${labels}`).toBe(labels.length);
  const values = labels.map(readAs);
  const off = [(value: number) => value, Math.log, Math.sqrt].map((scale) => {
    const [from, to] = [scale(values[0]!), scale(values.at(-1)!)];
    const expected = values.map(
      (value) => places[0]! + ((scale(value) - from) / (to - from)) * (places.at(-1)! - places[0]!),
    );
    return Math.max(0, ...places.map((place, at) => Math.abs(place - expected[at]!)));
  });
  if (labels.length > 2)
    expect(Math.min(...off.filter(Number.isFinite)), `${story}: ${labels} at ${places}`).toBeLessThan(1);
}

const rate = (share: number) => wilson(Math.round(share * 20), 20);

function comparisonOf(scales: readonly number[], units: number, counts: readonly number[]): Comparison {
  const edges = [...counts, 0].map((_, at) => at);
  const portrait = {
    name: "n",
    behaviour: { scales: scales.map((scale) => ({ scale, exact: rate(1 / scale), runs: [] })) },
    structure: { weights: { edges, counts } },
  };
  const matches = Array.from({ length: units }, (_, unit) => ({
    first: { layer: 0, unit, detects: "x" },
    second: { layer: 0, unit },
    correlation: 1 / (unit + 1),
  }));
  return {
    networks: [portrait, portrait],
    similarity: { matches, matchedByChance: 0.2 },
  } as unknown as Comparison;
}

describe("every number stands once, and where it belongs", () => {
  test.each([
    [[1, 2, 4], 2, [1, 1]],
    [[1], 1, [1]],
    [[2, 3], 3, [3, 1]],
    [[5, 6, 7], 9, [40, 2, 7]],
    [[1, 3, 100, 128], 31, [2_345, 1]],
  ])("comparisons of sizes %j, %i units", async (scales, units, counts) => {
    const comparison = comparisonOf(scales, units, counts);
    for (const figure of [exactnessFigure, unitsFigure, weightsFigure])
      for (const axis of axesOf((await figure(comparison)).svg)) expectRight(axis, figure.name);
    const [sizes] = axesOf((await exactnessFigure(comparison)).svg);
    expect(sizes!.labels).toEqual(scales.map(String));
  });

  test.each([[[0, 1, 2, 3, 4]], [[0]], [[1, 2]], [[-3, -1, 0]], [[10, 0, 5, 70, 1000]]])(
    "a curve, %j more",
    async (extras) => {
      const points = extras.map((extra) => ({
        features: 8,
        examples: 8 + extra,
        methods: METHODS.slice(0, 1).map((method) => ({
          method,
          problems: 5,
          accuracy: rate(0.8),
          exact: rate(0.5),
        })),
        size: {},
      }));
      const curve = { program: "p", task: "t", queries: 1, seed: 1, points };
      const svg = await renderCurve(curve as unknown as Parameters<typeof renderCurve>[0], "svg");
      const axes = axesOf(svg);
      for (const axis of axes) expectRight(axis, "curve");
      // The dots of a single method stand on their ticks, which are half a pixel off as all are.
      const { document } = parseHTML(`<!doctype html><html><body>${svg}</body></html>`);
      const dots = [...document.querySelectorAll('g[aria-label="dot"] circle')].map((dot) =>
        Number(dot.getAttribute("cx")),
      );
      for (const place of axes.find(({ side }) => side === "x")!.places)
        expect(Math.min(...dots.map((dot) => Math.abs(dot - place)))).toBeLessThan(1);
    },
  );

  test.each([
    [[100, 10_000, 1e6], [10, 100, 1000], 0.001],
    [[100, 200], [1, 3], 1],
    [[1500, 2500, 4096], [10, 20], 0.0001],
  ])("growth over %j cells and %j steps", async (cells, steps, seconds) => {
    const svg = await renderGrowth({
      title: "t",
      grids: cells.map((count, at) => ({ engine: "direct", cells: count, rate: 1.5e6 * (at + 1) })),
      steps: steps.map((count) => ({ engine: "direct", steps: count, seconds: seconds * count })),
    });
    for (const axis of axesOf(svg)) expectRight(axis, "growth");
  });

  test.each([[[0, 100, 200]], [[0, 1]], [[0, 50_000, 100_000]]])("training for %j steps", async (steps) => {
    const points = steps.map((step, at) => ({
      step,
      loss: 10 ** -at,
      exact: 1 - 0.5 ** at,
      inputs: 1 + at,
      phase: "fit",
    }));
    const svg = await renderTraining(points as unknown as Parameters<typeof renderTraining>[0], "t");
    for (const axis of axesOf(svg)) expectRight(axis, "training");
  });
});

test("whole ticks are whole, even and few", () => {
  expect(wholeTicks(1, 3)).toEqual([1, 2, 3]);
  expect(wholeTicks(0, 0)).toEqual([0]);
  expect(wholeTicks(-3, 21)).toEqual([0, 5, 10, 15, 20]);
  expect(wholeTicks(0, 123_456, 5)).toEqual([0, 50_000, 100_000]);
  expect(measuredTicks([3, 1, 2, 3], 2)).toEqual([1, 3]);
});
