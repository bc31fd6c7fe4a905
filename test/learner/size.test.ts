// What is shared does not depend on the data or on the number of steps; what is not grows as it must.

import { beforeAll, describe, expect, test } from "vitest";
import { sizeOfLearner } from "../../src/learning/learner/learner-size.ts";
import { denseOf } from "../../src/network/sparse.ts";
import { type Learner, learnerOf, loadLearner, ROOMY } from "./learners.ts";

let gf2: Learner;
beforeAll(() => {
  gf2 = loadLearner("gf2");
}, 120_000);

test("shared weights are the same for all d, m and L", () => {
  const sizes = [1, 8, 64, 1000].flatMap((d) =>
    [1, 20, 500].flatMap((m) =>
      [1, 30, 4000].map((steps) => sizeOfLearner(gf2.network, { rows: m + 1, cols: d + 1 }, steps)),
    ),
  );
  expect(new Set(sizes.map(({ shared }) => shared)).size).toBe(1);
  expect(new Set(sizes.map(({ units }) => units)).size).toBe(1);
  expect(new Set(sizes.map(({ nodes }) => nodes)).size).toBeGreaterThan(30);
});

describe("counted one by one", () => {
  const [rows, cols, steps] = [3, 2, 4];

  /** Every connection of the unrolled network, as the name of the weight that it uses. */
  function weights(nameOf: (step: number, cell: number, number: string) => string): number {
    const { step, head } = gf2.network;
    const names = new Set<string>();
    for (let cell = 0; cell < rows * cols; cell++) {
      for (let time = 0; time <= steps; time++) {
        const blocks = time < steps ? [...step.layers] : [...head];
        for (const [at, layer] of blocks.entries()) {
          const { bias } = layer;
          for (const index of denseOf(layer).keys())
            names.add(nameOf(time, cell, `${time < steps}.${at}.w.${index}`));
          for (const index of bias.keys()) names.add(nameOf(time, cell, `${time < steps}.${at}.b.${index}`));
        }
        if (time < steps)
          for (const index of step.residual.keys()) names.add(nameOf(time, cell, `residual.${index}`));
      }
    }
    return names.size;
  }

  test("with sharing, without the one, the other, or both", () => {
    const { shared, without } = sizeOfLearner(gf2.network, { rows, cols }, steps);
    expect(shared).toBe(weights((_time, _cell, number) => number));
    expect(without.recurrent).toBe(weights((time, _cell, number) => `${time} ${number}`));
    expect(without.convolutional).toBe(weights((_time, cell, number) => `${cell} ${number}`));
    expect(without.both).toBe(weights((time, cell, number) => `${time} ${cell} ${number}`));
  });

  test("dense: every unit sees all of the layer before it", () => {
    const { step, head } = gf2.network;
    const widths = (layers: readonly { inputs: number; outputs: number }[]) =>
      layers.reduce((sum, { inputs, outputs }) => {
        const [from, to] = [rows * cols * inputs, rows * cols * outputs];
        return sum + from * to + to;
      }, 0);
    const ofStep = widths(step.layers) + rows * cols * step.residual.length;
    expect(sizeOfLearner(gf2.network, { rows, cols }, steps).without.dense).toBe(
      steps * ofStep + widths(head),
    );
  });

  test("workspace counts as cells, but not as memory", () => {
    const { network } = learnerOf("roomy.alg", ROOMY);
    const { cells, memory, nodes, units } = sizeOfLearner(network, { rows, cols }, steps);
    expect(memory).toBe(6);
    // Two columns on the left, and as many rows on the top as the data have columns.
    expect(cells).toBe((3 + 2) * (2 + 2));
    expect(nodes).toBe(cells * units * steps);
  }, 120_000);
});
