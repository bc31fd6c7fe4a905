import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, nearestName } from "../../src/diagnostics/suggest.ts";
import { cases } from "../seed.ts";

/** The definition, without a table: the cheapest way to end both words. */
function distanceByDefinition(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const [x, y] = [a.slice(1), b.slice(1)];
  const options = [
    distanceByDefinition(x, b) + 1,
    distanceByDefinition(a, y) + 1,
    distanceByDefinition(x, y) + (a[0] === b[0] ? 0 : 1),
  ];
  if (a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0])
    options.push(distanceByDefinition(a.slice(2), b.slice(2)) + 1);
  return Math.min(...options);
}

const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 5 });

test("the edit distance is the one its definition gives", () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(distanceByDefinition(a, b));
    }),
    { numRuns: cases(300) },
  );
});

describe("the nearest name", () => {
  test("is found through one typing mistake of each kind", () => {
    const known = ["alive", "count", "lead"];
    for (const wrong of ["aliv", "alivee", "alibe", "ailve"]) expect(nearestName(wrong, known)).toBe("alive");
  });

  test("is at most a third of the letters away", () => {
    expect(nearestName("abcdef", ["abxyef"])).toBe("abxyef");
    expect(nearestName("abcde", ["abxye"])).toBeNull();
    expect(nearestName("n", ["m", "x"])).toBeNull();
  });

  test("is the nearest of several", () => {
    expect(nearestName("leads", ["heads", "lead", "leaf"])).toBe("heads");
    expect(nearestName("leadss", ["heads", "leads"])).toBe("leads");
  });

  test("may differ in case only", () => {
    expect(nearestName("True", ["tree", "true"])).toBe("true");
    expect(nearestName("N", ["n"])).toBe("n");
  });
});

test("names of any length are compared at once", () => {
  const long = "x".repeat(100_000);
  expect(nearestName(`${long}y`, [long, "y"])).toBeNull();
  expect(nearestName("alive", [long, "alibe"])).toBe("alibe");
  expect(nearestName(long.toUpperCase(), [long])).toBe(long);
});
