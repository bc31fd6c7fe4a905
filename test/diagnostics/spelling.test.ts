import { expect, test } from "vitest";
import { nearest } from "../../src/diagnostics/spelling.ts";

test.each([
  ["aliv", ["dead", "alive"], "alive"],
  ["laive", ["dead", "alive"], "alive"],
  ["Alive", ["dead", "alive"], "alive"],
  ["aliive", ["alive", "alter"], "alive"],
  ["todos", ["todo", "todot"], "todo"],
  ["ab", ["ba", "abcd"], "ba"],
  ["x", ["y"], null],
  ["x", ["xs"], "xs"],
  ["wall", ["floor"], null],
  ["x", [], null],
])("the word nearest to %s among %j is %s", (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
