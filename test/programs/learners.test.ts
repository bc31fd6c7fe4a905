// The learners' networks on data sets of up to 64 features, sixteen at once, against textbook code.

import { expect, test } from "vitest";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { byteEngine, fitsBytes } from "../../src/engines/bytes.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { evaluateSize } from "../../src/grid/size.ts";
import type { Network } from "../../src/network/network.ts";
import { decode, encode } from "../../src/network/state.ts";
import { compileProgram, gridOf, loadOracle, loadProgram, programNames } from "./programs.ts";

const learners = programNames.filter((name) => loadProgram(name).predict !== null);

/** Rows, the query among them, and columns, the label among them. */
const SHAPES = [
  { rows: 12, cols: 65 },
  { rows: 24, cols: 33 },
  { rows: 90, cols: 65 },
];

/** Those that take rows times columns steps, and more. */
const SLOW = ["decision_list", "k_nearest", "perceptron", "winnow"];

test("there are the sixteen learners of the library", () => {
  expect(learners).toEqual([
    "automaton",
    "average",
    "conjunction",
    "decision_list",
    "disjunction",
    "gf2",
    "gfp",
    "halving",
    "k_nearest",
    "majority",
    "memorize",
    "nearest",
    "perceptron",
    "stump",
    "vote",
    "winnow",
  ]);
});

/** Bytes run sixteen data sets at once; networks with larger sums run as circuits. */
async function engineFor(network: Network): Promise<Engine> {
  if (fitsBytes(network)) return byteEngine(network);
  const engine = await bitEngine(network);
  if ("reason" in engine) throw new Error(engine.reason);
  return engine;
}

test.each(learners)(
  "%s answers as the textbook does, with up to 64 features",
  async (name) => {
    const { network, checked } = compileProgram(name);
    const oracle = await loadOracle(name);
    const engine = await engineFor(network);
    const seed = 64;
    const random = seededRandom(seed);
    let ones = 0;
    let asked = 0;
    for (const shape of SLOW.includes(name) ? SHAPES.slice(0, 2) : SHAPES) {
      const problems = Array.from({ length: 16 }, () => oracle.generate(random.next, shape));
      const states = problems.map((problem) => encode(network, prepareInput(checked, gridOf(problem))));
      const run = engine.start(shape, states);
      await run.advance(evaluateSize(checked.steps!.most, shape));
      const ends = await run.read();
      // The claim about the steps is held too: nothing is left to do.
      await run.advance(1);
      const later = await run.read();
      for (const [at, { planes }] of problems.entries()) {
        const note = `seed ${seed}, ${shape.rows}x${shape.cols}, data set ${at}`;
        const answer = (state: Float32Array) =>
          decode(network, shape, state).planes[checked.predict!]!.at(-1);
        const expected = oracle.solve(planes, 0);
        expect({ prediction: answer(ends[at]!) }, note).toEqual(expected);
        expect(answer(later[at]!), note).toBe(answer(ends[at]!));
        ones += "prediction" in expected ? expected.prediction : 0;
        asked++;
      }
      run.close();
    }
    engine.close();
    // Neither answer is rare, so that agreement means something.
    expect(Math.min(ones, asked - ones), `${ones} of ${asked}`).toBeGreaterThan(2);
  },
  60_000,
);
