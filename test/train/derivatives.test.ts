// Derivatives against differences of the loss, and the optimisers against their formulas.

import { beforeAll, describe, expect, test } from "vitest";
import { loadBackend } from "../../src/engines/backend.ts";
import type { Backend } from "../../src/engines/tensorflow.ts";
import { gaussian, type Random, seededRandom } from "../../src/grid/random.ts";
import { CaseSet } from "../../src/learning/train/cases.ts";
import { onDevice } from "../../src/learning/train/dense.ts";
import { sourceOf } from "../../src/learning/train/draw.ts";
import { caseDifferentiator } from "../../src/learning/train/gradient.ts";
import { clipGradient, optimiser } from "../../src/learning/train/optimiser.ts";
import { lossThroughTime, type Runs } from "../../src/learning/train/unroll.ts";
import {
  addNoise,
  copyOfWeights,
  randomWeights,
  type Weights,
  widthsOf,
} from "../../src/learning/train/weights.ts";
import type { Network } from "../../src/network/network.ts";
import { compileProgram } from "../programs/programs.ts";
import { expectSame } from "../same.ts";
import { again, SEED } from "../seed.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend();
});

/** Weights of which none is zero, not even in the last layer. */
function anyWeights(network: Network, random: Random): Weights {
  const weights = randomWeights(network, widthsOf(network, 3), random);
  addNoise(weights, 0.2, random);
  return weights;
}

/** Compares a gradient with central differences of the loss, number by number. */
function expectDerivatives(weights: Weights, gradient: Weights, lossOf: (weights: Weights) => number): void {
  let compared = 0;
  for (const [layer, { weight, bias }] of gradient.entries()) {
    for (const kind of ["weight", "bias"] as const) {
      const found = kind === "weight" ? weight : bias;
      for (let at = 0; at < found.length; at += 1 + Math.floor(found.length / 25)) {
        const moved = (by: number) => {
          const copy = copyOfWeights(weights);
          copy[layer]![kind][at]! += by;
          return lossOf(copy);
        };
        const slope = (step: number) => (moved(step) - moved(-step)) / (2 * step);
        const difference = slope(2e-3);
        // Where a unit is about to be switched on or off, the loss has a corner, and no derivative.
        if (Math.abs(difference - slope(1e-3)) > 1e-3) continue;
        expect(Math.abs(difference - found[at]!), `layer ${layer}, ${kind} ${at}`).toBeLessThan(
          2e-3 + 0.03 * Math.abs(difference),
        );
        if (Math.abs(difference) > 1e-3) compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(20);
}

test.each(["add", "wireworld", "gf2"])("the loss of cases: %s", (name) => {
  const { checked, rule, network } = compileProgram(name);
  const random = seededRandom(SEED);
  const cases = new CaseSet(network);
  const source = sourceOf(checked, rule, random);
  while (cases.count < 40) source.anywhere(cases);
  const indices = Int32Array.from({ length: 40 }, (_, at) => at);
  const { gradient, evaluate } = caseDifferentiator(backend, network.residual);
  const weights = anyWeights(network, random);
  const found = gradient(weights, cases, indices);
  const lossOf = (some: Weights) => gradient(some, cases, indices).loss;
  expectDerivatives(weights, found.gradient, lossOf);
  const all = evaluate(weights, cases);
  expect([...all.shortfalls.subarray(0, 40)]).toEqual([...found.shortfalls]);
});

test("inputs that are not read are left out, and change nothing", () => {
  const { checked, rule, network } = compileProgram("gf2");
  const random = seededRandom(SEED + 3);
  const cases = new CaseSet(network);
  const source = sourceOf(checked, rule, random);
  while (cases.count < 40) source.anywhere(cases);
  const { gradient, evaluate } = caseDifferentiator(backend, network.residual);
  const { width } = cases;
  const indices = Int32Array.from({ length: 30 }, () => random.int(cases.count));
  for (const share of [0, 1, 2, 7, width - 1, width]) {
    const read = [...Array(width).keys()]
      .sort(() => random.next() - 0.5)
      .slice(0, Math.max(1, share))
      .sort((a, b) => a - b);
    const weights = anyWeights(network, random);
    for (let at = 0; at < weights[0]!.weight.length; at++)
      if (share === 0 || !read.includes(at % width)) weights[0]!.weight[at] = 0;
    const given = Int32Array.from(read);
    const [few, all] = [gradient(weights, cases, indices, given), gradient(weights, cases, indices)];
    expect(few.loss).toBeCloseTo(all.loss, 4);
    for (const [layer, { weight, bias, inputs }] of few.gradient.entries()) {
      const expected = all.gradient[layer]!;
      const note = `layer ${layer}, ${share} inputs, ${again(SEED + 3)}`;
      const expectSmall = (error: number, label: string) => {
        if (!(Math.abs(error) < 1e-3)) expect(Math.abs(error), label).toBeLessThan(1e-3);
      };
      const isRead = (at: number) => layer > 0 || read.includes(at % inputs);
      expect(weight.length).toBe(expected.weight.length);
      for (const [at, value] of weight.entries())
        if (isRead(at)) expectSmall(value - expected.weight[at]!, `weight ${at}, ${note}`);
        else expectSame(value, 0, `weight ${at}, ${note}`);
      for (const [at, value] of bias.entries())
        expectSmall(value - expected.bias[at]!, `bias ${at}, ${note}`);
    }
    const [shortfalls, others] = [evaluate(weights, cases, given), evaluate(weights, cases)].map((each) => [
      ...each.shortfalls,
    ]) as [number[], number[]];
    for (const [at, value] of shortfalls.entries())
      expect(Math.abs(value - others[at]!), `${share} inputs, ${again(SEED + 3)}`).toBeLessThan(1e-4);
  }
});

test("rows without slopes may be left out", () => {
  const { network } = compileProgram("gf2");
  const random = seededRandom(SEED + 2);
  const weights = anyWeights(network, random);
  const [count, width] = [30, network.channels.length];
  for (let left = 0; left <= count; left += 3) {
    const inputs = Float32Array.from({ length: count * weights[0]!.inputs }, () => random.int(2));
    const chosen = new Set(Array.from({ length: left }, () => random.int(count)));
    const slopes = Float32Array.from({ length: count * width }, (_, at) =>
      chosen.has(Math.floor(at / width)) && random.int(3) > 0 ? gaussian(random) : 0,
    );
    onDevice(backend, weights, (dense) => {
      const pass = dense.forward(inputs, count);
      const [found, expected] = [dense.backward(pass, slopes), dense.backwardToInputs(pass, slopes).gradient];
      for (const [at, layer] of expected.entries())
        for (const kind of ["weight", "bias"] as const) {
          const scale = Math.max(1, ...layer[kind].map(Math.abs));
          const worst = layer[kind].reduce(
            (most, value, place) => Math.max(most, Math.abs(value - found[at]![kind][place]!)),
            0,
          );
          expect(worst / scale, `${left} rows, layer ${at}, ${kind}`).toBeLessThan(1e-4);
          expect(found[at]![kind].length).toBe(layer[kind].length);
        }
    });
  }
});

test("the loss of runs: through all steps and their noise", () => {
  const { network } = compileProgram("add");
  const random = seededRandom(SEED + 1);
  // Weights so small that nothing is clipped: clipping has corners, where differences say nothing.
  const weights = randomWeights(network, widthsOf(network, 3), random);
  addNoise(weights, 0.03, random);
  weights.at(-1)!.bias.set(network.channels.map((_, channel) => 0.4 * (1 - network.residual[channel]!)));
  const [shape, grids] = [{ rows: 2, cols: 3 }, 4];
  const numbers = grids * shape.rows * shape.cols * network.channels.length;
  const draw = (of: () => number) => Float32Array.from({ length: numbers }, of);
  const noises = Array.from({ length: 5 }, () => draw(() => 0.01 * gaussian(random)));
  const [start, end] = [draw(() => 0.4 + 0.2 * random.next()), draw(() => random.int(2))];
  const runs: Runs = { shape, grids, start, end, known: [0, 1], steps: 4, needed: 3 };
  const through = (some: Weights) =>
    onDevice(backend, some, (dense) => lossThroughTime(dense, some, network, runs, (step) => noises[step]!));
  expectDerivatives(weights, through(weights).gradient, (some) => through(some).loss);
});

describe("optimisers", () => {
  const shape = (values: readonly number[]): Weights => [
    { inputs: values.length, outputs: 1, weight: Float32Array.from(values), bias: Float32Array.of(0) },
  ];

  test("Adam's first steps are as long as the rate, whatever the gradient's size", () => {
    const weights = shape([1, -2, 3]);
    const adam = optimiser("adam", weights);
    adam.step(weights, shape([1e-3, -50, 4]), 0.1);
    expect([...weights[0]!.weight]).toEqual([0.9, -1.9, 2.9].map((value) => expect.closeTo(value, 4)));
    adam.step(weights, shape([1e-3, -50, 4]), 0.1);
    expect([...weights[0]!.weight]).toEqual([0.8, -1.8, 2.8].map((value) => expect.closeTo(value, 3)));
  });

  test("gradient descent gathers momentum", () => {
    const weights = shape([0]);
    const descent = optimiser("sgd", weights);
    descent.step(weights, shape([1]), 0.5);
    expect(weights[0]!.weight[0]).toBeCloseTo(-0.5);
    descent.step(weights, shape([1]), 0.5);
    expect(weights[0]!.weight[0]).toBeCloseTo(-0.5 - 0.5 * 1.9);
  });

  test("long gradients are shortened, short ones are not", () => {
    const long = shape([3, 4]);
    expect(clipGradient(long, 1)).toBeCloseTo(5);
    expect([...long[0]!.weight]).toEqual([expect.closeTo(0.6), expect.closeTo(0.8)]);
    const short = shape([0.3, 0.4]);
    clipGradient(short, 1);
    expect([...short[0]!.weight]).toEqual([expect.closeTo(0.3), expect.closeTo(0.4)]);
  });
});
