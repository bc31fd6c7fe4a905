// The examples written in grammars/alg.ohm: `//+` must match the rule below it, `//-` must not.

import { readFileSync } from "node:fs";
import { extractExamples } from "ohm-js/extras";
import { expect, test } from "vitest";
import grammar from "../../grammars/alg.ohm-bundle.js";

const text = readFileSync(new URL("../../grammars/alg.ohm", import.meta.url), "utf8");
const examples = extractExamples(text);

test("the grammar has examples of both kinds", () => {
  expect(examples.filter((each) => each.shouldMatch).length).toBeGreaterThan(50);
  expect(examples.filter((each) => !each.shouldMatch).length).toBeGreaterThan(50);
});

test.each(examples)("$rule: $example", ({ rule, example, shouldMatch }) => {
  expect(grammar.match(example, rule).succeeded()).toBe(shouldMatch);
});
