// How much work compiling takes: counted, not timed, so that the bounds hold on every machine however busy it is.
// The bounds leave half as much again above the library's worst: 57,000 forms (majority_bit), 44,000 nodes (decision_list). Programs
// of which the structure alone makes the network take none.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { synthesise } from "../../src/compiler/synthesise/synthesise.ts";

const MOST_FORMS = 86_000;
const MOST_NODES = 66_000;

const PROGRAMS = new URL("../../programs/", import.meta.url);
const names = readdirSync(PROGRAMS).filter((name) => name.endsWith(".alg"));

test.each(names)("%s takes a bounded amount of work", { timeout: 60_000 }, (name) => {
  const text = readFileSync(new URL(name, PROGRAMS), "utf8");
  const { work } = synthesise(schedule(lower(checkProgram({ name, text }).checked)), "");
  expect(work.forms).toBeLessThan(MOST_FORMS);
  expect(work.nodes).toBeLessThan(MOST_NODES);
});
