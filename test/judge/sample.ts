// What the test suite runs of the campaign, in this process. Programs of the second generator are larger, take ten times
// as long and more, and some are not proved in time: `npm run campaign -- --generator 2` runs them.

import { expect } from "vitest";
import { again, cases, SEED } from "../seed.ts";
import { compareProgram } from "./compare/program.ts";
import { generator } from "./generate/generators.ts";

/** Programs of the whole sample. */
const PROGRAMS = cases(1000);

/** Costly comparisons are made half as often as in campaigns, which are there for them. */
const SPARING = 2;

/** Compares every program whose number has this remainder modulo the number of shares. */
export async function compareShare(share: number, shares: number): Promise<void> {
  let refused = 0;
  const failures: string[] = [];
  for (let index = share; index < PROGRAMS; index += shares) {
    const drawn = generator(1)(SEED, index);
    const outcome = await compareProgram(drawn, SEED, index, { sparing: SPARING });
    if (outcome.kind === "refused") refused += 1;
    if (outcome.kind !== "failed") continue;
    const { kind, message } = outcome.failure;
    failures.push(`${kind}, program ${index} of seed ${SEED} (${again(SEED)}): ${message}\n${drawn.text}`);
  }
  expect(failures.join("\n\n")).toBe("");
  // What the generator draws is valid, mostly.
  expect((refused * shares) / PROGRAMS).toBeLessThan(0.2);
}
