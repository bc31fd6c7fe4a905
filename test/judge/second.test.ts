// Programs of the second generator, which are larger: what they do in runs of the network. All else that is compared takes
// too long for a test, and is a campaign's: `npm run campaign -- --generator 2`.

import { expect, test } from "vitest";
import { again, cases, SEED } from "../seed.ts";
import { compareProgram } from "./compare/program.ts";
import { generator } from "./generate/generators.ts";

test("larger programs: the network does what the judge says", { timeout: 600_000 }, async () => {
  let agreed = 0;
  for (let index = 0; index < cases(8); index++) {
    const drawn = generator(2)(SEED, index);
    const outcome = await compareProgram(drawn, SEED, index, { only: "network" });
    if (outcome.kind === "failed")
      expect.fail(
        `${outcome.failure.kind}, program ${index}, ${again(SEED)}: ${outcome.failure.message}\n${drawn.text}`,
      );
    if (outcome.kind === "agreed") agreed += Number(outcome.done.has("network"));
  }
  expect(agreed).toBeGreaterThan(0);
});
