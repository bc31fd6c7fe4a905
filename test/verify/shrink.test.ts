import { expect, test } from "vitest";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid, ValueType } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { smallestFinding } from "../../src/proof/verify/shrink.ts";
import { SEED } from "../seed.ts";

const FIELDS: readonly { name: string; type: ValueType }[] = [
  { name: "a", type: { kind: "bit" } },
  { name: "n", type: { kind: "range", lo: 2, hi: 5 } },
];
const count = ({ planes }: Grid, name: string, value: number): number =>
  planes[name]!.filter((each) => each === value).length;

const FAULTS: readonly [string, (grid: Grid) => boolean, Partial<Grid>, Record<string, readonly number[]>][] =
  [
    ["anything", () => true, { rows: 1, cols: 1 }, { a: [0], n: [2] }],
    ["a single 1", (grid) => count(grid, "a", 1) > 0, { rows: 1, cols: 1 }, { a: [1], n: [2] }],
    ["three columns", ({ cols }) => cols > 2, { rows: 1, cols: 3 }, { a: [0, 0, 0], n: [2, 2, 2] }],
    [
      "a 5 in two rows or more",
      (grid) => grid.rows > 1 && count(grid, "n", 5) > 0,
      { rows: 2, cols: 1 },
      { a: [0, 0] },
    ],
  ];

test.each(FAULTS)("shrinks to what shows %s", async (_, shows, shape, planes) => {
  const random = seededRandom(SEED);
  for (let trial = 0; trial < 20; trial++) {
    const input = randomGrid({ rows: 2 + random.int(4), cols: 3 + random.int(4) }, FIELDS, random);
    if (!shows(input)) continue;
    const kept = Object.entries(input.planes).map(([name, plane]) => [name, [...plane]]);
    const { input: smallest } = await smallestFinding(
      { fields: FIELDS },
      input,
      (grid) => shows(grid) || null,
    );
    expect(shows(smallest)).toBe(true);
    expect(smallest).toMatchObject(shape);
    for (const [name, values] of Object.entries(planes)) expect([...smallest.planes[name]!]).toEqual(values);
    // The input itself is left alone.
    expect(Object.entries(input.planes).map(([name, plane]) => [name, [...plane]])).toEqual(kept);
  }
});

test("takes nothing that does not show the fault, and gives up after a while", async () => {
  const input = randomGrid({ rows: 30, cols: 40 }, FIELDS, seededRandom(SEED));
  let trials = 0;
  const smallest = await smallestFinding({ fields: FIELDS }, input, async (grid) => {
    trials++;
    return grid === input || null;
  });
  expect(smallest.input).toBe(input);
  expect(trials).toBeLessThanOrEqual(2001);
  expect(trials).toBeGreaterThan(1000);
});

test("fields that the input does not give stay away", async () => {
  const input = { rows: 1, cols: 2, planes: { a: Int32Array.of(1, 1) } };
  const smallest = await smallestFinding({ fields: FIELDS }, input, () => true);
  expect(smallest.input).toEqual({ rows: 1, cols: 1, planes: { a: Int32Array.of(0) } });
});
