// A proof says what looking at every neighbourhood says, for right networks and for wrong ones.

import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { arithmeticOf } from "../../src/network/arithmetic.ts";
import type { Layer, Network } from "../../src/network/network.ts";
import { denseOf, sparseOf } from "../../src/network/sparse.ts";
import { encode } from "../../src/network/state.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import { proveNetwork } from "../../src/proof/prove/prove.ts";
import { proveStep } from "../../src/proof/prove/prove-step.ts";
import type { StepCounterexample } from "../../src/proof/prove/result.ts";
import { withDense } from "../network/dense.ts";
import { compileProgram, programNames } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";
import { expectedChannels, wrongCases } from "./exhaustive.ts";

const source = (name: string, text: string) => ({ name, text: `program ${name} { ${text} }` });

/** Small enough that all neighbourhoods can be looked at, and different enough: counts, edges, ranges, an enum. */
const SMALL = [
  source("stripes", "output p: bit sweep down right { p = not left.p or (up.p and at left) }"),
  source("life", "state x: bit loop { each { x = count(around.x) == 3 or (x and count(around.x) == 2) } }"),
  source(
    "edges",
    "state y: bit loop { each { if at right or upleft.y { y = not y } else if at top { y = 1 } } }",
  ),
  source("ranges", "state y: 0..2 loop { each { y = max(max(left.y, right.y) - min(y, 1), 0) } }"),
  source(
    "names",
    "state y: enum { a, b, c } loop { each { if left.y == b { y = c } else if right.y == c { y = a } } }",
  ),
].map(compileSmall);

function compileSmall(text: { name: string; text: string }) {
  const { rule, network } = compile(text, { prune: false });
  return { name: text.name, rule, network };
}

/** A neighbourhood that a proof gives must be one indeed. */
async function expectDifference(rule: Rule, network: Network, found: StepCounterexample, snap: boolean) {
  const { grid, row, col } = found.neighbourhood;
  const run = directEngine(network).start(grid, [encode(network, grid)]);
  await run.advance(1);
  const channel = network.channels.findIndex(({ name }) => name === found.channel);
  const at = (row * grid.cols + col) * network.channels.length + channel;
  const got = (await run.read())[0]![at]!;
  expect(got).toBeCloseTo(found.got, 4);
  expect(snap ? Number(got > 0.5) : got).not.toBe(found.expected);
  expect(encode(network, ruleEngine(rule).step(grid))[at]).toBe(found.expected);
}

describe.each(SMALL)("$name", { timeout: 120_000 }, ({ rule, network }) => {
  const cases = expectedChannels(rule, network);

  test("is proved", async () => {
    expect(await wrongCases(network, cases, false)).toBe(0);
    expect(proveStep(rule, network)).toMatchObject({ outcome: "proved", counterexample: null });
  });

  test("its mutants are proved where no neighbourhood differs, and refuted where one does", async () => {
    const outcomes = { proved: 0, differs: 0, undecided: 0 };
    for (const { name, network: mutant } of mutantsOf(network)) {
      const wrong = await wrongCases(mutant, cases, false);
      const { outcome, counterexample } = proveStep(rule, mutant);
      expect(outcome, name).toBe(wrong === 0 ? "proved" : "differs");
      if (counterexample !== null) await expectDifference(rule, mutant, counterexample, false);
      outcomes[outcome]++;
    }
    expect(outcomes.differs).toBeGreaterThan(outcomes.proved);
  });

  test(`noisy weights, rounded after the step, seed ${SEED}`, async () => {
    const outcomes = new Set<string>();
    for (let trial = 0; trial < 8; trial++) {
      const random = seededRandom(SEED + trial);
      const noisy = withNoise(network, 0.02 * 2 ** (trial % 6), random);
      const wrong = await wrongCases(noisy, cases, true);
      const { outcome, counterexample } = proveStep(rule, noisy, { snap: true });
      expect(outcome, again(SEED + trial)).toBe(wrong === 0 ? "proved" : "differs");
      if (counterexample !== null) await expectDifference(rule, noisy, counterexample, true);
      outcomes.add(outcome);
    }
    expect([...outcomes].sort()).toEqual(["differs", "proved"]);
  });
});

/** Every weight, zeros too, moved by a Gaussian of that width. */
function withNoise(network: Network, width: number, random: Random): Network {
  const moved = (values: Float32Array) =>
    values.map((value) => {
      const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
      return value + width * radius * Math.cos(2 * Math.PI * random.next());
    });
  const layers = network.layers.map((layer) => ({
    ...layer,
    weight: sparseOf(moved(denseOf(layer)), layer.outputs),
    bias: moved(layer.bias),
  }));
  return { ...network, layers };
}

test("noise on many inputs is bounded, not enumerated", { timeout: 30_000 }, () => {
  const { rule, network } = compileProgram("gf2");
  const noisy = withNoise(network, 0.001, seededRandom(SEED));
  const { outcome, channels } = proveStep(rule, noisy, { snap: true });
  expect(outcome).toBe("proved");
  // Sixty bits and more, in some hundred boxes.
  for (const { how, cases, work } of channels) {
    expect(how).toBe("bounds");
    expect(cases).toBeGreaterThan(2 ** 60);
    expect(work).toBeLessThan(10_000);
  }
});

test("weights that float32 cannot add without rounding are not proved unless they are snapped", () => {
  const { rule, network } = SMALL[1]!;
  const third = Math.fround(1 / 3);
  const [first, second, ...rest] = network.layers as [Layer, Layer, ...Layer[]];
  const times = (values: Float32Array, factor: number) => values.map((value) => value * factor);
  const scaled = (factor: number): Network => ({
    ...network,
    layers: [
      { ...withDense(first, (weight) => times(weight, factor)), bias: times(first.bias, factor) },
      withDense(second, (weight) => times(weight, 1 / factor)),
      ...rest,
    ],
  });
  // Two changes that make up for each other: exactly, for a power of two.
  expect(proveStep(rule, scaled(0.5)).outcome).toBe("proved");
  expect(proveStep(rule, scaled(third)).outcome).toBe("undecided");
  expect(proveStep(rule, scaled(third), { snap: true }).outcome).toBe("proved");
  expect(proveStep(rule, { ...scaled(third), snap: true }).outcome).toBe("proved");
});

test("what float32 rounds in one channel leaves no other one in doubt", async () => {
  const compilation = compile({
    name: "two",
    text: "program two { input x: bit  output a, b: bit  each { a = x  b = left.x } }",
  });
  const { rule, network } = compilation;
  const channel = (name: string) => network.channels.findIndex((each) => each.name === name);
  const [a, b] = [channel("a"), channel("b")];
  // As far from 1/2 as rounding can move sums of thousands, and no further than can be told.
  const [large, little] = [3000, 2e-5];
  const strange = (isLarge: boolean): Network => {
    const layers = network.layers.map((layer, at): Layer => {
      if (at < network.layers.length - 1) return layer;
      const bias = layer.bias.slice();
      const dense = denseOf(layer);
      const width = dense.length / layer.outputs;
      for (let input = 0; input < width; input++) {
        dense[b * width + input]! *= 0.5 + little;
        if (isLarge) dense[a * width + input]! *= large + 1 / 3;
      }
      if (isLarge) bias[a]! -= large / 7;
      return { ...layer, weight: sparseOf(dense, layer.outputs), bias };
    });
    return { ...network, layers, snap: true };
  };
  const { errors } = arithmeticOf(strange(true));
  expect(errors[a]).toBeGreaterThan(little);
  expect(errors[b]).toBeLessThan(little);
  for (const isLarge of [false, true]) {
    const made = strange(isLarge);
    expect(proveStep(rule, made).channels.map(({ outcome }) => outcome)).toEqual(
      network.channels.map(() => "proved"),
    );
    expect(await bitEngine(made)).not.toHaveProperty("reason");
  }
});

test("channels in another order are the same network; names in another order are not", () => {
  const { rule, network } = compileProgram("gf2");
  const order = network.channels.map((_, at) => at).reverse();
  const [first, ...rest] = network.layers;
  const last = rest.at(-1)!;
  const inner = rest.slice(0, -1);
  const area = first!.kernel ** 2;
  const reordered: Network = {
    ...network,
    channels: order.map((at) => network.channels[at]!),
    residual: Float32Array.from(order, (at) => network.residual[at]!),
    layers: [
      withDense(first!, (weight) =>
        weight.map((_, at) => {
          const [unit, input, tap] = [
            Math.floor(at / (area * first!.inputs)),
            Math.floor(at / area) % first!.inputs,
            at % area,
          ];
          return weight[(unit * first!.inputs + order[input]!) * area + tap]!;
        }),
      ),
      ...inner,
      {
        ...withDense(last, (weight) =>
          order.flatMap((at) => [...weight.subarray(at * last.inputs, (at + 1) * last.inputs)]),
        ),
        bias: Float32Array.from(order, (at) => last.bias[at]!),
      },
    ],
  };
  expect(proveStep(rule, reordered).outcome).toBe("proved");
  expect(proveStep(rule, { ...reordered, channels: network.channels }).outcome).toBe("differs");
});

test.each(programNames)("the library's %s is proved", { timeout: 30_000 }, (name) => {
  const { rule, network } = compileProgram(name, { prune: false });
  const { outcome, channels, counterexample } = proveStep(rule, network);
  expect({ outcome, counterexample }).toEqual({ outcome: "proved", counterexample: null });
  expect(channels.map(({ channel }) => channel)).toEqual(
    network.channels.map(({ name: channel }) => channel),
  );
});

test.each(programNames)("so is what is left of %s after pruning", { timeout: 30_000 }, async (name) => {
  const compilation = compileProgram(name);
  expect(await proveNetwork(compilation, compilation.network)).toMatchObject({
    outcome: "proved",
    differences: [],
  });
});

test("some channels by small diagrams, and all others, however many, by larger ones", {
  timeout: 120_000,
}, () => {
  const text = `input x: 2..11  output y: 2..11 = 5  state t: bit  output m: 0..2
    each {
      if down.t xor downright.t {
        if count(beside.x >= 9) >= 2 {
          x = max(-max(downleft.x, x), 2)
          x = max(max(count(around.x >= 2 and t), -t), 2)
        } else {
          m = min(if t then y else 1, 2)
        }
      } else {
        x = max((m + right.t) - max(m, t), 2)
      }
      y = max(upright.y - downright.x, 2)
      if x > 2 { x = x - 1 } else { x = 11 }
    }
    repeat while any(m < 2) { each { if m < 2 { m = m + 1 } } }`;
  const { rule, network } = compile(source("wide", text), { effort: 0, prune: false });
  const { outcome, channels, reason } = proveStep(rule, network);
  expect([outcome, reason]).toEqual(["proved", null]);
  expect(channels.length).toBeGreaterThan(30);
});

test(`networks of random programs are proved, seed ${SEED}`, { timeout: 60_000 }, () => {
  for (let at = 0, proved = 0; proved < 40; at++) {
    const { text } = randomProgram(seededRandom(SEED + at), "small");
    const { rule, network } = compile({ name: "random", text }, { effort: 0, prune: false });
    expect(proveStep(rule, network).outcome, `${again(SEED + at)}\n${text}`).toBe("proved");
    proved++;
  }
});
