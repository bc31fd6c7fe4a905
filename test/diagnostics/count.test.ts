import { expect, test } from "vitest";
import { shownNames } from "../../src/diagnostics/count.ts";

const names = (count: number) => Array.from({ length: count }, (_, at) => `f${at}`);

test("names are shownNames as far as a line can be read", () => {
  expect(shownNames([])).toBe("");
  expect(shownNames(names(2))).toBe("f0, f1");
  // One more takes no more room than to say so.
  expect(shownNames(names(13))).toBe(names(13).join(", "));
  expect(shownNames(names(14))).toBe(`${names(12).join(", ")} and 2 more`);
  expect(shownNames(names(3901))).toBe(`${names(12).join(", ")} and 3,889 more`);
});
