// Shapes of random inputs: all that fit up to some size, or the next larger ones, as far as that is soon found out.

import { expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { largestShape, shapesFor } from "../../src/proof/verify/shapes.ts";
import { again, cases, SEED } from "../seed.ts";

const constrained = (where: string) =>
  checkProgram({
    name: "shapes.alg",
    text: `program p {\n  grid rows x cols where ${where}\n  input x: bit\n  each { x = 0 }\n}`,
  }).checked;

/** `cols` plus 0, written with so many parts more or less. */
const long = (parts: number) => ["cols", ...new Array<string>(parts).fill("0")].join(" + ");

const MAX = { rows: 8, cols: 8 };

test("of a short constraint, shapes up to 256 x 256 and more are tried; of a long one, fewer", () => {
  expect(largestShape(constrained("rows == cols + 200"), MAX)).toEqual({ rows: 256, cols: 56 });
  expect(largestShape(constrained(`rows == ${long(20)} + 200`), MAX)).toEqual({ rows: 256, cols: 56 });
  expect(() => largestShape(constrained(`rows == ${long(400)} + 200`), MAX)).toThrow(
    /^no grid of up to 128 x 128 cells is one/,
  );
  // What was asked for is looked at, however long that takes.
  expect(largestShape(constrained(`rows == ${long(1000)} + 56`), { rows: 64, cols: 64 })).toEqual({
    rows: 64,
    cols: 8,
  });
});

/** The size up to which no shape was found; null where some were. */
function noneUpTo(find: () => unknown): number | null {
  try {
    find();
    return null;
  } catch (error) {
    return Number(/^no grid of up to (\d+) x \1 cells is one/.exec((error as Error).message)?.[1]);
  }
}

test(`shapes fit, and where none is found, none does, seed ${SEED}`, () => {
  const seen = { found: 0, none: 0 };
  for (let seed = SEED; seed < SEED + cases(12) || seen.found === 0 || seen.none === 0; seed++) {
    const random = seededRandom(seed);
    const more = random.int(120);
    const rules = constrained(`rows == ${long(random.int(2) === 0 ? random.int(50) : 1000)} + ${more}`);
    const none = noneUpTo(() => shapesFor(rules, MAX));
    if (none !== null) {
      expect(none, again(seed)).toBe(64);
      expect(more, again(seed)).toBeGreaterThanOrEqual(none);
      seen.none++;
      continue;
    }
    const shapes = shapesFor(rules, MAX);
    for (let batch = 0; batch < 8; batch++) {
      const { rows, cols } = shapes(batch, random);
      expect(rows, again(seed)).toBe(cols + more);
    }
    seen.found++;
  }
});
