// Ramps against the functions they are drawn through, value by value.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  FREE,
  findRamps,
  type Points,
  type RampInput,
  type Ramps,
  rampShape,
  rampsThrough,
} from "../../src/compiler/synthesise/exact/ramp-chains.ts";
import { cases, SEED } from "../seed.ts";

const relu = (value: number): number => Math.max(0, value);
const drawn = ({ constant, pieces }: Ramps, v: number): number =>
  pieces.reduce(
    (sum, { direction, bias, coefficient }) => sum + coefficient * relu(direction * v + bias),
    constant,
  );

const points = fc
  .uniqueArray(fc.tuple(fc.integer({ min: -6, max: 12 }), fc.integer({ min: -1, max: 3 })), {
    selector: ([v]) => v,
    minLength: 1,
    maxLength: 10,
  })
  .map((pairs) => new Map(pairs));
/** The same as a row of values. */
function line(through: ReadonlyMap<number, number>): Points {
  const [lo, hi] = [Math.min(...through.keys()), Math.max(...through.keys())];
  return {
    lo,
    values: Int32Array.from({ length: hi - lo + 1 }, (_, at) => through.get(lo + at) ?? FREE),
  };
}
const PLAIN = { perPiece: 1, offset: 0, fixed: 0 };

test("ramps pass through every point, in integers", () => {
  fc.assert(
    fc.property(points, (through) => {
      const { ramps } = rampsThrough(line(through), PLAIN)!;
      for (const [v, value] of through) expect(drawn(ramps, v)).toBe(value);
      const numbers = [
        ramps.constant,
        ...ramps.pieces.flatMap(({ bias, coefficient }) => [bias, coefficient]),
      ];
      expect(numbers.every(Number.isInteger)).toBe(true);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test("the cost counts a coefficient for every piece and a bias where it is not zero", () => {
  fc.assert(
    fc.property(points, fc.integer({ min: -2, max: 2 }), (through, offset) => {
      const price = { perPiece: 3, offset, fixed: 5 };
      const { ramps, cost } = rampsThrough(line(through), price)!;
      // The unit gives u = v - offset, so a piece reads direction * u + (bias + direction * offset).
      const biases = ramps.pieces.map(({ direction, bias }) => bias + direction * offset);
      const nonzero = biases.filter((bias) => bias !== 0).length;
      expect(cost).toBe(5 + 3 * ramps.pieces.length + nonzero);
      expect(rampsThrough(line(through), price, cost)).toBeNull();
    }),
    { seed: SEED, numRuns: cases(200) },
  );
});

test("a straight start or end costs nothing", () => {
  const step = new Map([0, 1, 2, 3, 4, 5, 6, 7, 8].map((v) => [v, v >= 3 ? 1 : 0]));
  expect(rampsThrough(line(step), PLAIN)!.ramps.pieces).toHaveLength(2);
  const bump = new Map([0, 1, 2, 3, 4, 5, 6, 7, 8].map((v) => [v, v === 3 ? 1 : 0]));
  expect(rampsThrough(line(bump), PLAIN)!.ramps.pieces).toHaveLength(3);
  const constant = new Map([0, 4, 9].map((v) => [v, 1]));
  expect(rampsThrough(line(constant), PLAIN)!.ramps).toEqual({ constant: 1, pieces: [] });
  // What lies between two points is free.
  expect(
    rampsThrough(
      line(
        new Map([
          [0, 0],
          [3, 3],
        ]),
      ),
      PLAIN,
    )!.ramps.pieces.length,
  ).toBeLessThanOrEqual(2);
});

const inputs = fc.array(
  fc.record({
    lo: fc.constantFrom(0, -1),
    size: fc.integer({ min: 1, max: 3 }),
    reach: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 3 },
);

function found(ranges: readonly RampInput[], f: (values: readonly number[]) => number | null) {
  const shape = rampShape("", ranges);
  return findRamps(shape, shape.assignments.map(f), [() => PLAIN]);
}

test("found weights give the function of the weighted sum, wherever the inputs can occur", () => {
  let count = 0;
  fc.assert(
    fc.property(
      inputs,
      fc.array(fc.constantFrom(0, 1, null), { minLength: 64, maxLength: 64 }),
      (shape, table) => {
        const ranges: RampInput[] = shape.map(({ lo, size, reach }) => ({ lo, hi: lo + size, reach }));
        const f = (values: readonly number[]): number | null =>
          table[values.reduce((index, value, at) => index * 4 + value - ranges[at]!.lo, 0)]!;
        const [ramps] = found(ranges, f) ?? [];
        if (ramps === undefined) return;
        count++;
        for (const values of assignments(ranges)) {
          const expected = f(values);
          const v = values.reduce((sum, value, at) => sum + value * ramps.weights[at]!, 0);
          if (expected !== null) expect(drawn(ramps.ramps, v)).toBe(expected);
        }
        expect(
          ramps.weights.every((weight, at) => weight !== 0 && Math.abs(weight) <= ranges[at]!.reach),
        ).toBe(true);
      },
    ),
    { seed: SEED, numRuns: 500 },
  );
  expect(count).toBeGreaterThan(50);
});

test("the Game of Life is four ramps of twice the count plus the cell", () => {
  const ranges = [
    { lo: 0, hi: 8, reach: 3 },
    { lo: 0, hi: 1, reach: 3 },
  ];
  const life = ([count, alive]: readonly number[]) => Number(count === 3 || (alive === 1 && count === 2));
  const [best] = found(ranges, life)!;
  expect(best!.weights).toEqual([2, 1]);
  expect(best!.ramps.pieces).toHaveLength(4);
});

function assignments(ranges: readonly RampInput[]): number[][] {
  const [first, ...rest] = ranges;
  if (first === undefined) return [[]];
  const values = Array.from({ length: first.hi - first.lo + 1 }, (_, step) => first.lo + step);
  return values.flatMap((value) => assignments(rest).map((row) => [value, ...row]));
}
