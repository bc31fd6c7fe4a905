// Radii are upper bounds: whatever errors within them a search finds, the state is never farther off than was proved.

import { describe, expect, test, vi } from "vitest";
import { compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { encode } from "../../src/network/state.ts";
import { readNotes } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { proveNetwork } from "../../src/proof/prove/prove.ts";
import { attack } from "../../src/proof/robust/attack.ts";
import { ErrorBounds } from "../../src/proof/robust/error-bounds.ts";
import { NoisyRunner, off, perturbed } from "../../src/proof/robust/noise.ts";
import { boundsOf, makeRobust, noiseOf, verifyRadii } from "../../src/proof/robust/radii.ts";
import { restoring } from "../../src/proof/robust/restore.ts";
import { compileProgram } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

const PROGRAMS = ["parity", "life", "sort", "gf2"].map((name) => {
  const compilation = compileProgram(name);
  const made = makeRobust(compilation, compilation.network);
  if (!made.found) throw new Error(`${name}: ${made.reason}`);
  return { name, compilation, ...made };
});

const MOVING = ["all", "nonzero"] as const;

describe.each(PROGRAMS)("$name", ({ name, compilation, network, robustness }) => {
  test("the robust network is proved, in whole numbers, without any errors", async () => {
    const { outcome } = await proveNetwork(compilation, network);
    expect(outcome).toBe("proved");
    expect(network.exact.formats).toContain("float32");
    expect([...network.residual]).toEqual(network.channels.map(() => 0));
  });

  test("bounds with another gain are those of the network with that gain", () => {
    const bounds = boundsOf(compilation, restoring(compilation.network, 3), null)!;
    const random = seededRandom(SEED);
    for (const gain of [3, 5, 13]) {
      const other = restoring(compilation.network, gain);
      const plain = boundsOf(compilation, other, null)!;
      const made = bounds.withGain(other, 3, gain);
      // First in all cases, and then in those that were the hardest.
      for (const all of [true, true, false, false]) {
        const radii = { epsilon: 0.01 * random.next(), delta: 0.3 * random.next() };
        for (const moving of MOVING)
          expect(made.afterStep(radii, moving, all), again(SEED)).toBe(plain.afterStep(radii, moving, all));
      }
    }
  });

  test.each(MOVING)("a bound does not depend on what was followed before (%s)", (moving) => {
    const random = seededRandom(SEED);
    const used = boundsOf(compilation, network, null)!;
    const times = robustness[moving];
    for (let trial = 0; trial < 6; trial++) {
      const radii = { epsilon: 3 * random.next() * times.epsilon, delta: 3 * random.next() * times.delta };
      const fresh = boundsOf(compilation, network, null)!.afterStep(radii, moving, true);
      // In the cases that were hard before it is less, at most.
      expect(used.afterStep(radii, moving, false), again(SEED)).toBeLessThanOrEqual(fresh);
      expect(used.afterStep(radii, moving, true), again(SEED)).toBe(fresh);
      expect(used.afterStep(radii, moving, false), again(SEED)).toBe(fresh);
    }
  });

  test.each(MOVING)("no attack beats a bound, within the radii and beyond (%s)", (moving) => {
    const bounds = boundsOf(compilation, network, null)!;
    const { epsilon, delta } = robustness[moving];
    for (const times of [0.3, 1, 3]) {
      for (const [a, b] of [
        [1, 1],
        [1, 0],
        [0, 1],
      ] as const) {
        const radii = { epsilon: a * times * epsilon, delta: b * times * delta };
        const bound = bounds.afterStep(radii, moving, true);
        const { channel, expected, got } = attack(compilation, network, radii, moving, {
          seed: SEED,
          cases: 30,
        });
        expect(
          Math.abs(got - expected),
          `${channel}, ${JSON.stringify(radii)}, ${again(SEED)}`,
        ).toBeLessThanOrEqual(bound);
      }
    }
  });

  test("attacks are not idle: far beyond the radii they break the network", () => {
    const { epsilon, delta } = robustness.all;
    const radii = { epsilon: 30 * epsilon, delta: Math.min(0.5, 30 * delta) };
    const { expected, got } = attack(compilation, network, radii, "all", { seed: SEED, cases: 20 });
    expect(Math.abs(got - expected)).toBeGreaterThan(0.5);
  });

  test.each(MOVING)(
    "one step from the corners of the radii stays within what was proved (%s)",
    async (moving) => {
      const radii = robustness[moving];
      const random = seededRandom(SEED);
      const engine = ruleEngine(compilation.rule);
      const inputs = compilation.checked.fields.filter(({ role }) => role === "input");
      for (let trial = 0; trial < 40; trial++) {
        const signs = trial % 2 === 0 ? ("random" as const) : ("worst" as const);
        const noise = { weights: radii.epsilon, state: 0, moving, signs };
        let grid = engine.start(
          prepareInput(compilation.checked, randomGrid({ rows: 3, cols: 4 }, inputs, random, "density")),
        );
        for (let step = random.int(8); step > 0; step--) grid = engine.step(grid);
        const state = encode(network, grid).map((bit) => off(bit, radii.delta, random.int(2) === 0 ? -1 : 1));
        const run = directEngine(perturbed(network, noise, random)).start(grid, [state]);
        await run.advance(1);
        const wanted = encode(network, engine.step(grid));
        const [got] = await run.read();
        const error = got!.reduce((most, value, at) => Math.max(most, Math.abs(value - wanted[at]!)), 0);
        expect(error, again(SEED)).toBeLessThanOrEqual(radii.after);
      }
    },
  );

  test("runs with noise at the radii never fail; the plain network does", () => {
    const runner = new NoisyRunner(compilation, { steps: 60, max: { rows: 4, cols: 4 } });
    let failures = 0;
    for (const moving of MOVING) {
      for (const signs of ["random", "worst"] as const) {
        const radii = robustness[moving];
        const noise = { weights: radii.epsilon, state: noiseOf(radii), moving, signs };
        for (let run = 0; run < 6; run++) {
          const { failedAt, farthest } = runner.run(network, noise, SEED + run);
          expect(failedAt, again(SEED)).toBe(null);
          expect(farthest, again(SEED)).toBeLessThanOrEqual(radii.delta * (1 + 1e-6));
          if (runner.run(compilation.network, noise, SEED + run).failedAt !== null) failures++;
        }
      }
    }
    // Life's is made of ramps that are flat around whole counts: it keeps nothing of the old state's errors.
    if (name !== "life") expect(failures).toBeGreaterThan(12);
  });

  test("radii are proved again, and too large ones are not", () => {
    const { all, nonzero } = robustness;
    const verified = verifyRadii(compilation, network, [
      { radii: all, moving: "all" },
      { radii: nonzero, moving: "nonzero" },
      { radii: { ...all, epsilon: 8 * all.epsilon }, moving: "all" },
      { radii: { ...all, delta: 0.4 }, moving: "all" },
    ]);
    if (!verified.found) throw new Error(verified.reason);
    const [first, second, third, fourth] = verified.errors as [number, number, number, number];
    expect(first).toBeLessThanOrEqual(all.after);
    expect(second).toBeLessThanOrEqual(nonzero.after);
    expect(third).toBeGreaterThan(all.after);
    expect(fourth).toBeGreaterThan(0.4);
  });
});

test("a plain network has no radii: errors of the state stay", () => {
  const { compilation } = PROGRAMS[0]!;
  const bounds = boundsOf(compilation, compilation.network, null)!;
  for (const delta of [0.001, 0.01, 0.1])
    expect(bounds.afterStep({ epsilon: 0, delta }, "nonzero", true)).toBeGreaterThan(delta);
});

test("where no radii are found, all cases are looked at no further", () => {
  const text = `program products {
    input x: 0..7
    input y: 0..7
    input z: bit
    loop { each { z = if x * y > left.x * left.y then 1 else 0 } }
  }`;
  const compilation = compile({ name: "products.alg", text });
  const looks = vi.spyOn(ErrorBounds.prototype, "afterStep");
  const made = makeRobust(compilation, compilation.network);
  const inAllCases = looks.mock.calls.filter(([, , all]) => all).length;
  looks.mockRestore();
  expect(made).toMatchObject({ found: false, reason: /no radii above zero/ });
  expect(inAllCases).toBeLessThan(10);
});

test("a network whose digits are wrong has no radii", () => {
  const { compilation, network } = PROGRAMS[1]!;
  const [first, ...others] = network.layers;
  const bias = first!.bias.map((value) => value + 1);
  const wrong = { ...network, layers: [{ ...first!, bias }, ...others] };
  expect(verifyRadii(compilation, wrong, [])).toMatchObject({ found: false, reason: /refuted/ });
});

test("gains are odd and above 1", () => {
  const { compilation } = PROGRAMS[0]!;
  for (const gain of [1, 2, 2.5])
    expect(() => restoring(compilation.network, gain)).toThrow("internal: a gain");
});

test("weight files keep radii, and refuse those that make no sense", () => {
  const { network, robustness } = PROGRAMS[0]!;
  expect(readNotes(writeWeightFile(network, { robust: robustness }), "it")).toEqual({ robust: robustness });
  const backwards = { ...robustness, all: { epsilon: 0.1, delta: 0.1, after: 0.2 } };
  expect(() => readNotes(writeWeightFile(network, { robust: backwards }), "it")).toThrow(
    "the metadata robust are damaged",
  );
});
