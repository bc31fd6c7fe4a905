// What pruning leaves does the same, and what it leaves nothing of was not needed.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { type Layer, type Network, sizeOf } from "../../src/network/network.ts";
import { denseOf, sparseOf } from "../../src/network/sparse.ts";
import { validateNetwork } from "../../src/network/validate.ts";
import { findInvariant } from "../../src/proof/prove/invariant.ts";
import { proveStep } from "../../src/proof/prove/prove-step.ts";
import { prune } from "../../src/proof/prove/prune.ts";
import { checkNetwork } from "../../src/proof/verify/check.ts";
import { withDense } from "../network/dense.ts";
import { compileProgram } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";

/** The network with every hidden unit there twice, each with half of the listeners' weights. */
function doubled(network: Network): Network {
  const last = network.layers.length - 1;
  const layers = network.layers.map((layer, at): Layer => {
    const outputs = at === last ? layer.outputs : 2 * layer.outputs;
    const inputs = at === 0 ? layer.inputs : 2 * layer.inputs;
    const area = layer.kernel ** 2;
    const before = denseOf(layer);
    const weight = new Float32Array(outputs * inputs * area);
    const bias = new Float32Array(outputs);
    for (let unit = 0; unit < outputs; unit++) {
      const old = unit % layer.outputs;
      bias[unit] = layer.bias[old]!;
      for (let input = 0; input < inputs; input++) {
        for (let tap = 0; tap < area; tap++) {
          const value = before[(old * layer.inputs + (input % layer.inputs)) * area + tap]!;
          // The second copies are heard with a weight that cancels, or they are not heard.
          const factor = at === 0 || input < layer.inputs ? 1 : 0;
          weight[(unit * inputs + input) * area + tap] = factor * value;
        }
      }
    }
    return {
      ...layer,
      inputs,
      outputs,
      weight: sparseOf(weight, outputs),
      bias,
      units: [...layer.units, ...(at === last ? [] : layer.units)],
    };
  });
  return { ...network, layers };
}

test("units to which nobody listens go", () => {
  const { rule, network } = compileProgram("gf2");
  const pruned = prune(rule, network, null);
  expect(prune(rule, doubled(network), null).layers).toEqual(pruned.layers);
});

test("where nothing changes, one layer is left", () => {
  const source = {
    name: "still.alg",
    text: "program still { input x: bit state a: bit sweep right { a = left.a and x } }",
  };
  const { checked, rule, network } = compile(source);
  expect(network.layers).toMatchObject([{ kernel: 3, inputs: 2, outputs: 2 }]);
  validateNetwork(network);
  expect(proveStep(rule, network).outcome).toBe("differs");
  expect(proveStep(rule, network, { invariant: findInvariant(checked, rule) }).outcome).toBe("proved");
});

test.each(["gf2", "sort", "life", "majority_bit", "palindrome", "nearest"])(
  "of %s no number can be left out twice",
  async (name) => {
    const compilation = compileProgram(name);
    const { checked, rule, network } = compilation;
    const invariant = findInvariant(checked, rule);
    const pruned = prune(rule, network, invariant);
    expect(() => validateNetwork(pruned)).not.toThrow();
    expect(sizeOf(pruned).nonzero).toBeLessThanOrEqual(sizeOf(network).nonzero);
    expect(proveStep(rule, pruned, { invariant }).outcome).toBe("proved");
    expect(prune(rule, pruned, invariant).layers).toEqual(pruned.layers);
    const result = await checkNetwork(compilation, pruned, directEngine(pruned), {
      grids: 24,
      maxRows: 6,
      maxCols: 6,
      seed: SEED,
    });
    expect(result.counterexample, again(SEED)).toBeNull();
  },
);

test("every number that is left is needed", () => {
  const { checked, rule, network } = compileProgram("sort");
  const invariant = findInvariant(checked, rule);
  const pruned = prune(rule, network, invariant);
  for (const [at, layer] of pruned.layers.entries()) {
    const parts = {
      weight: [...denseOf(layer).entries()].map(([index, value]) => ({
        value,
        without: () => withDense(layer, (weight) => weight.with(index, 0)),
      })),
      bias: [...layer.bias.entries()].map(([index, value]) => ({
        value,
        without: () => ({ ...layer, bias: layer.bias.with(index, 0) }),
      })),
    };
    for (const [part, numbers] of Object.entries(parts)) {
      for (const [index, { value, without }] of numbers.entries()) {
        if (value === 0) continue;
        const changed = { ...pruned, layers: pruned.layers.with(at, without()) };
        expect(proveStep(rule, changed, { invariant }).outcome, `layer ${at + 1}, ${part} ${index}`).toBe(
          "differs",
        );
      }
    }
  }
});

test(`pruned networks of random programs agree with them, seed ${SEED}`, { timeout: 60_000 }, async () => {
  let smaller = 0;
  for (let at = 0, done = 0; done < 20; at++) {
    const source = { name: "random", text: randomProgram(seededRandom(SEED + at), "small").text };
    const compilation = compile(source, { effort: 0 });
    const { checked, rule, network } = compilation;
    const pruned = prune(rule, network, findInvariant(checked, rule));
    const options = { grids: 12, maxRows: 5, maxCols: 5, seed: SEED };
    const { counterexample } = await checkNetwork(compilation, pruned, directEngine(pruned), options);
    expect(counterexample, `${again(SEED + at)}\n${source.text}`).toBeNull();
    if (sizeOf(pruned).nonzero < sizeOf(network).nonzero) smaller++;
    done++;
  }
  expect(smaller).toBeGreaterThan(0);
});
