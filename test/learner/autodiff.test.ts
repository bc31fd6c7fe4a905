// The derivatives through a learner's network against those of TensorFlow.js: not only where the lemma holds, but with
// random numbers in the memory and noise on all weights, so that slopes reach everything.

import { beforeAll, describe, expect, test } from "vitest";
import { loadBackend } from "../../src/engines/backend.ts";
import type { Backend } from "../../src/engines/tensorflow.ts";
import { gaussian, type Random, seededRandom } from "../../src/grid/random.ts";
import { differentiator } from "../../src/learning/learner/autodiff.ts";
import type { LearnerNetwork } from "../../src/learning/learner/learner-network.ts";
import { emptyMemory, type Sign } from "../../src/learning/learner/memory-layer.ts";
import type { Layer } from "../../src/network/network.ts";
import { again, cases, SEED } from "../seed.ts";
import { type Learner, learnerOf, loadLearner, ROOMY } from "./learners.ts";
import { tensorGradient } from "./tensor-differentiator.ts";

const LEARNERS: Readonly<Record<string, () => Learner>> = {
  majority: () => loadLearner("majority"),
  "majority of a single channel": () => loadLearner("majority", 1, "paper"),
  roomy: () => learnerOf("roomy.alg", ROOMY),
};

let wasm: Backend;
beforeAll(async () => {
  wasm = await loadBackend({ force: "wasm" });
});

describe.each(Object.keys(LEARNERS))("%s", (name) => {
  let learner: Learner;
  beforeAll(() => {
    learner = LEARNERS[name]!();
  });

  test("slopes are those of TensorFlow.js, however much of the states is kept", () => {
    let flowing = 0;
    for (let at = 0; at < cases(12); at++) {
      const seed = SEED + at;
      const random = seededRandom(seed);
      const noise = [0, 0.01, 0.1][at % 3]!;
      const network = noisy(learner.network, noise, random);
      const [count, features] = [1 + random.int(4), 1 + random.int(4)];
      // Numbers of a single channel are large, and noise soon makes them infinite.
      const steps = random.int(network.single === undefined || noise === 0 ? 12 : 3);
      const memory = emptyMemory(count, features);
      memory.weight.forEach((_, place) => {
        memory.weight[place] = noise === 0 ? (random.int(3) - 1) / 3 : gaussian(random);
      });
      const query = Array.from({ length: features }, (): Sign => (random.int(2) === 0 ? 1 : -1));
      const gradientOf = (keptBytes?: number) =>
        differentiator(network, memory, steps, keptBytes).valueGradient(memory, query);
      const found = gradientOf();
      for (const keptBytes of [0, 3000]) expect(gradientOf(keptBytes), `seed ${seed}`).toEqual(found);
      const expected = tensorGradient(wasm, network, memory, query, steps);
      const where = `${steps} steps, noise ${noise}; ${again(seed)}`;
      expectNear([found.output], [expected.output], where);
      expectNear(found.gradient, expected.gradient, where);
      flowing += found.gradient.filter((slope) => slope !== 0 && slope !== 1).length;
    }
    expect(flowing).toBeGreaterThan(0);
  });

  test("what would not fit into memory is refused", () => {
    expect(() => differentiator(learner.network, { rows: 5000, cols: 5000 }, 100_000)).toThrow(
      /automatic differentiation through 100000 steps keeps \d+ bytes, but there is room for 2147483648/,
    );
  });
});

/** The network with noise on its weights. */
function noisy(network: LearnerNetwork, sigma: number, random: Random): LearnerNetwork {
  const layer = ({ weight, ...rest }: Layer): Layer => ({
    ...rest,
    weight: { ...weight, values: weight.values.map((value) => value + sigma * gaussian(random)) },
  });
  const [hidden, output] = network.head;
  return {
    ...network,
    step: { ...network.step, layers: network.step.layers.map(layer) },
    head: [layer(hidden), layer(output)],
  };
}

/** The same but for rounding, as measured against the largest. */
function expectNear(found: ArrayLike<number>, expected: ArrayLike<number>, where: string): void {
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  for (let at = 0; at < expected.length; at++)
    expect(Math.abs(found[at]! - expected[at]!) / scale, `place ${at}, ${where}`).toBeLessThan(1e-3);
}
