// Batches that do not fill the lanes of their last vectors stay on bits: the direct engine, to which runs in doubt are left, is
// not there.

import { expect, test, vi } from "vitest";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { interpret } from "../../src/engines/reference.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { decode, encode } from "../../src/network/state.ts";
import { compileProgram, gridOf, loadOracle } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

vi.mock("../../src/engines/direct.ts", async (original) => ({
  ...(await original<typeof import("../../src/engines/direct.ts")>()),
  directEngine() {
    throw new Error("the run has been left to the direct engine");
  },
}));

test.each([1, 3, 127, 128, 129, 200])("perceptron on a batch of %i", async (batch) => {
  const { network, checked } = compileProgram("perceptron");
  const engine = await bitEngine(network);
  if ("reason" in engine) throw new Error(engine.reason);
  const oracle = await loadOracle("perceptron");
  const random = seededRandom(SEED);
  const shape = { rows: 4, cols: 3 };
  const inputs = Array.from({ length: batch }, () =>
    prepareInput(checked, gridOf(oracle.generate(random.next, shape))),
  );
  const run = engine.start(
    shape,
    inputs.map((input) => encode(network, input)),
  );
  for (let steps = 0; steps < 40; steps += 10) await run.advance(10);
  const ends = await run.read();
  run.close();
  for (const [at, input] of inputs.entries()) {
    const expected = interpret(checked, input).grid.planes.yes;
    expect(decode(network, shape, ends[at]!).planes.yes, `${again(SEED)}, grid ${at}`).toEqual(expected);
  }
});
