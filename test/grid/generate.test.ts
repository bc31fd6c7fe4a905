import { describe, expect, test } from "vitest";
import { randomGrid } from "../../src/grid/generate.ts";
import { seededRandom } from "../../src/grid/random.ts";

const fields = [
  { name: "x", type: { kind: "bit" } },
  { name: "n", type: { kind: "range", lo: -2, hi: 3 } },
  { name: "one", type: { kind: "range", lo: 4, hi: 4 } },
  { name: "way", type: { kind: "enum", names: ["a", "b", "c"] } },
] as const;

/** How often each value occurs in a plane. */
function tally(plane: Int32Array): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const value of plane) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

describe("random grids", () => {
  test("uniform: every value about equally often, none else", () => {
    const { rows, cols, planes } = randomGrid({ rows: 60, cols: 100 }, fields, seededRandom(3));
    expect([rows, cols, Object.keys(planes)]).toEqual([60, 100, ["x", "n", "one", "way"]]);
    for (const [name, size, lo] of [
      ["x", 2, 0],
      ["n", 6, -2],
      ["one", 1, 4],
      ["way", 3, 0],
    ] as const) {
      const counts = tally(planes[name]!);
      expect(Object.keys(counts).map(Number).sort()).toEqual(
        Array.from({ length: size }, (_, i) => lo + i).sort(),
      );
      // Five standard deviations of a binomial.
      for (const count of Object.values(counts))
        expect(Math.abs(count - 6000 / size)).toBeLessThanOrEqual(5 * Math.sqrt(6000 / size));
    }
  });

  test("density: planes from sparse to dense, the other values still equally often", () => {
    const random = seededRandom(5);
    const grids = Array.from({ length: 200 }, () =>
      randomGrid({ rows: 20, cols: 20 }, fields, random, "density"),
    );
    const shares = grids.map(({ planes }) => (tally(planes.n!)[-2] ?? 0) / 400);
    for (const [lo, hi] of [
      [0, 0.1],
      [0.45, 0.55],
      [0.9, 1],
    ] as const)
      expect(shares.filter((share) => share >= lo && share <= hi).length).toBeGreaterThan(5);
    const others = [0, 1, 2, 3].map((value) =>
      grids.reduce((sum, { planes }) => sum + (tally(planes.n!)[value] ?? 0), 0),
    );
    expect(Math.max(...others) / Math.min(...others)).toBeLessThan(1.1);
    expect(grids.every(({ planes }) => planes.one!.every((value) => value === 4))).toBe(true);
  });

  test("the same seed gives the same grid", () => {
    const draw = () => randomGrid({ rows: 3, cols: 3 }, fields, seededRandom(9), "density");
    expect(draw()).toEqual(draw());
  });
});
