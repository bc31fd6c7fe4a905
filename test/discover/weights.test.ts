// Drawn weights: odds that are known exactly, and the smallest network for parity by hand.

import { expect, test } from "vitest";
import {
  drawWeights,
  WEIGHT_SHAPES,
  type WeightsJob,
  weightCountOf,
} from "../../src/learning/discover/theorem-1.ts";
import { again, SEED } from "../seed.ts";

const DRAWS = 40_000;
const draw = (job: Partial<WeightsJob>) =>
  drawWeights({
    ...{ scan: "parity", shape: WEIGHT_SHAPES[0]!, largest: 1, seed: SEED, number: 0, draws: DRAWS },
    ...job,
  });

test("networks have as many weights as their layers", () => {
  expect(WEIGHT_SHAPES.map(weightCountOf)).toEqual([6, 9, 13, 14, 17, 21]);
});

// |l - x| is relu(l - x) + relu(x - l): of 3^6 sets of weights, two are parity, the units in either order.
test(`parity has the odds that counting gives; ${again(SEED)}`, () => {
  const { right, exact, draws } = draw({});
  const expected = (2 / 3 ** 6) * draws;
  expect(Math.abs(exact - expected)).toBeLessThan(5 * Math.sqrt(expected));
  expect(right).toBe(exact);
});

test(`nothing without an edge tells whether all before are 1; ${again(SEED)}`, () => {
  expect(draw({ scan: "and" }).right).toBe(0);
});

test(`parts of a search are the same alone; ${again(SEED)}`, () => {
  const third = draw({ number: 3, draws: 5000, scan: "or" });
  expect(draw({ number: 3, draws: 5000, scan: "or" })).toEqual(third);
  expect(third.exact).toBeGreaterThan(0);
});
