// Going through cases says what diagrams say: networks with one number changed, decided exactly by diagrams, and with
// noise on their numbers, too little to matter, case by case.

import { describe, expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { denseOf, sparseOf } from "../../src/network/sparse.ts";
import { findInvariant } from "../../src/proof/prove/invariant.ts";
import { proveStep } from "../../src/proof/prove/prove-step.ts";
import { numbersOf } from "../network/dense.ts";
import { compileProgram } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

/** Every number that is not zero goes through this. */
function changed(network: Network, change: (value: number) => number): Network {
  const all = (values: Float32Array) => values.map((value) => (value === 0 ? 0 : change(value)));
  const layers = network.layers.map((layer) => ({
    ...layer,
    weight: sparseOf(all(denseOf(layer)), layer.outputs),
    bias: all(layer.bias),
  }));
  return { ...network, layers };
}

describe.each(["conjunction", "rule110", "sort", "count", "multiply"])("%s", (name) => {
  const { checked, rule, network } = compileProgram(name);
  const numbers = numbersOf(network).filter((value) => value !== 0);
  const invariants = [null, findInvariant(checked, rule)];

  test("with one number changed", { timeout: 60_000 }, () => {
    const random = seededRandom(SEED);
    for (let trial = 0; trial < 12; trial++) {
      const chosen = trial === 0 ? -1 : random.int(numbers.length);
      let at = 0;
      const wrong = changed(network, (value) =>
        at++ === chosen ? value + (random.int(2) === 0 ? 1 : -1) : value,
      );
      const noisy = changed(wrong, (value) => value + 1e-4 * (random.next() - 0.5));
      for (const invariant of invariants) {
        const exact = proveStep(rule, wrong, { snap: true, invariant });
        const found = proveStep(rule, noisy, { snap: true, invariant });
        expect(found.channels.map(({ how }) => how)).toEqual(network.channels.map(() => "enumeration"));
        expect(
          found.channels.map(({ outcome }) => outcome),
          `number ${chosen}, ${again(SEED)}`,
        ).toEqual(exact.channels.map(({ outcome }) => outcome));
      }
    }
  });
});
