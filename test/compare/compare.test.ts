// Comparisons find what is known: networks that are the same in disguise, wrong in one way, or wrong in some cases.

import { beforeAll, describe, expect, test } from "vitest";
import { type Compilation, compile } from "../../src/compile.ts";
import { loadBackend } from "../../src/engines/backend.ts";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import type { Backend } from "../../src/engines/tensorflow.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { type Random, seededRandom, shuffled } from "../../src/grid/random.ts";
import { denseStep } from "../../src/learning/compare/activations.ts";
import { behavioursOf } from "../../src/learning/compare/behaviour.ts";
import { aligned, type CompareOptions, compareNetworks } from "../../src/learning/compare/compare.ts";
import { judgeNeighbourhoods, sampleOf } from "../../src/learning/compare/neighbourhoods.ts";
import { similarityOf } from "../../src/learning/compare/similarity.ts";
import { CaseSet } from "../../src/learning/train/cases.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { makeRobust } from "../../src/proof/robust/radii.ts";
import { restoring } from "../../src/proof/robust/restore.ts";
import { withDense } from "../network/dense.ts";
import { type Border, loaderWith } from "../other-sizes.ts";
import { randomProgram } from "../random-program.ts";
import { again, cases, SEED } from "../seed.ts";
import { channelsMoved, compiled, disguised, flipped } from "./networks.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend();
});

const OPTIONS: CompareOptions = {
  size: { rows: 4, cols: 4 },
  scales: [1, 2],
  runs: 6,
  steps: null,
  seed: SEED,
  prove: true,
  openEngine: async (network) => directEngine(network),
};

const subject = (name: string, network: Network) => ({ name, network, notes: {}, compileSeconds: 1 });

const behaviourOptions = (random: Random) => ({ ...OPTIONS, random });

const runners = (...networks: readonly Network[]) =>
  networks.map((network) => ({ network, engine: directEngine(network), isProved: false }));

describe("networks that are the same", () => {
  test.each(["gf2", "sort", "life", "parity"])(
    "%s, with units in another order and size: alike in everything, unit by unit",
    async (name) => {
      const compilation = compiled(name);
      const { network, orders } = disguised(compilation.network, seededRandom(SEED));
      const found = await compareNetworks(
        backend,
        compilation,
        [subject("plain", compilation.network), subject("disguised", network)],
        OPTIONS,
      );
      const { matches, matched, matchedByChance, layers, jacobian } = found.similarity;
      // Units that never change in legal states cannot be told apart.
      const telling = matches.filter(({ correlation }) => correlation !== 0);
      expect(telling.length).toBeGreaterThan(0.8 * matches.length);
      for (const { first, second, correlation } of telling) {
        expect(correlation, again(SEED)).toBeCloseTo(1, 9);
        if (name !== "sort") expect(orders[first.layer]![second.unit]).toBe(first.unit);
      }
      expect(matched).toBeGreaterThan(matchedByChance + 0.2);
      for (const [at, row] of layers.entries()) expect(row[at]).toBeCloseTo(1, 9);
      expect(jacobian).toBeCloseTo(1, 9);
      for (const { behaviour, neighbourhoods, certificate } of found.networks) {
        for (const { exact, runs } of behaviour.scales) {
          expect(exact.rate).toBe(1);
          expect(runs.every(({ diverged }) => diverged === null)).toBe(true);
        }
        expect(behaviour.stability.map(({ exact }) => exact.rate)).toEqual([1, 1, 1]);
        expect(neighbourhoods).toMatchObject({ reachable: { wrong: 0, margin: 0.5 }, legal: { wrong: 0 } });
        expect(certificate).toMatchObject({ outcome: "proved" });
      }
    },
  );

  test("with channels in another order, too", () => {
    const { network } = compiled("gf2");
    const order = shuffled([...network.channels.keys()], seededRandom(SEED));
    const back = aligned(channelsMoved(network, order), network);
    expect(back.channels).toEqual(network.channels);
    expect(back.residual).toEqual(network.residual);
    expect(back.layers).toEqual(network.layers);
  });

  test("other channels are refused, with both lists", () => {
    const [{ network: gf2 }, { network: life }] = [compiled("gf2"), compiled("life")];
    expect(() => aligned(life, gf2)).toThrow(/different channels.*found alive, expected x, todo/);
  });
});

describe("networks that are wrong", () => {
  test("in every step: no run is exact, all diverge at once, the proof is refuted", async () => {
    const compilation = compiled("life");
    const found = await compareNetworks(
      backend,
      compilation,
      [subject("right", compilation.network), subject("wrong", flipped(compilation.network, 0))],
      { ...OPTIONS, steps: 3 },
    );
    const { behaviour, neighbourhoods, certificate } = found.networks[1];
    expect(behaviour.scales.flatMap(({ runs }) => runs.map(({ diverged }) => diverged))).toEqual(
      new Array(12).fill(1),
    );
    expect(behaviour.scales.map(({ exact }) => exact.rate)).toEqual([0, 0]);
    expect(neighbourhoods.reachable.exact.rate).toBe(0);
    expect(certificate).toMatchObject({ outcome: "refuted" });
    expect(found.networks[0].certificate).toMatchObject({ outcome: "proved" });
  });

  test("without their rounding: what is proved is the network as it runs", async () => {
    const compilation = compiled("life");
    const noisy = jittered(compilation.network, seededRandom(SEED));
    const found = await compareNetworks(
      backend,
      compilation,
      [subject("rounded", { ...noisy, snap: true }), subject("not", noisy)],
      { ...OPTIONS, steps: 3 },
    );
    expect(found.networks.map(({ certificate }) => certificate)).toMatchObject([
      { outcome: "proved", snap: true, ifRounded: null },
      { outcome: expect.stringMatching(/refuted|undecided/), snap: false, ifRounded: "proved" },
    ]);
  });

  test("radii that a file states are believed only where they can be proved", async () => {
    const compilation = compiled("parity");
    const { network, robustness } = robustParity();
    const wild = { epsilon: 0.5, delta: 0.4, after: 0.4 };
    const notes = [{ robust: robustness }, { robust: { ...robustness, all: wild, nonzero: wild } }];
    const found = await compareNetworks(
      backend,
      compilation,
      [
        { ...subject("honest", network), notes: notes[0]! },
        { ...subject("wild", network), notes: notes[1]! },
      ],
      OPTIONS,
    );
    expect(found.networks.map(({ certificate }) => certificate!.radii)).toEqual([robustness, null]);
  });

  test("in some neighbourhoods: as many as looking at all of them shows", async () => {
    const compilation = compiled("life");
    const { network } = compilation;
    const layers = network.layers.with(-1, {
      ...network.layers.at(-1)!,
      weight: withDense(network.layers.at(-1)!, (weight) => weight.with(0, 0)).weight,
    });
    const wrong = { ...network, layers };
    const sample = sampleOf(compilation, network, seededRandom(SEED));
    expect(sample.reachable.count, again(SEED)).toBeGreaterThan(400);
    const { reachable } = judgeNeighbourhoods(wrong, sample);
    expect(reachable.wrong).toBe(await wrongByEngine(wrong, sample.reachable));
    expect(reachable.wrong).toBeGreaterThan(0);
    expect(reachable.wrong).toBeLessThan(reachable.cases);
  });
});

/** Counts wrong cases by running the centre of a 3x3 grid, which shares nothing with the comparison. */
async function wrongByEngine(network: Network, { count, inputs, targets }: CaseSet | Cases): Promise<number> {
  let wrong = 0;
  for (let at = 0; at < count; at++) {
    const run = directEngine(network).start({ rows: 3, cols: 3 }, [
      Float32Array.from(inputs.subarray(at * 9, (at + 1) * 9)),
    ]);
    await run.advance(1);
    const [state] = await run.read();
    if (Number(state![4]! > 0.5) !== targets[at]) wrong++;
  }
  return wrong;
}
type Cases = Pick<CaseSet, "count" | "inputs" | "targets">;

describe("runs", () => {
  test("of a program that ends have as many steps as its network takes, and its interpreter's outputs", async () => {
    const { checked, rule, network } = compiled("sort");
    const [behaviour] = await behavioursOf(
      checked,
      rule,
      runners(network),
      behaviourOptions(seededRandom(SEED)),
    );
    // Odd-even transposition of n columns: between n and 2n rounds.
    for (const { shape, steps, exact } of behaviour!.scales) {
      expect(steps[0]).toBeGreaterThanOrEqual(shape.cols);
      expect(steps[1]).toBeLessThanOrEqual(2 * shape.cols);
      expect(exact.rate).toBe(1);
    }
  });

  test("the rule that networks are judged by gives the interpreter's outputs", async () => {
    const { checked, network } = compiled("add");
    const input = randomGrid({ rows: 6, cols: 9 }, checked.fields.slice(0, 1), seededRandom(SEED));
    const run = directEngine(network).start(input, [encode(network, input)]);
    await run.advance(14);
    const { grid } = interpret(checked, input);
    expect((await run.read())[0]).toEqual(encode(network, grid));
  });

  test("go on to ten times the steps; a network that forgets is noticed there", async () => {
    const count = (then: string) =>
      compile({
        name: "count",
        text: `program count { state n: 0..7 loop forever { each { n = if n < 3 then n + 1 else ${then} } } }`,
      });
    // Comes to rest after three steps; the other goes on once it is there.
    const { checked, rule, network } = count("n");
    const [plain, forgetful] = await behavioursOf(
      checked,
      rule,
      runners(network, count("if n == 3 then 4 else n").network),
      { ...behaviourOptions(seededRandom(SEED)), scales: [1] },
    );
    expect(plain!.scales[0]!.steps).toEqual([3, 3]);
    expect(plain!.stability.map(({ exact }) => exact.rate)).toEqual([1, 1, 1]);
    expect(forgetful!.scales[0]!.exact.rate).toBe(1);
    expect(forgetful!.stability[2]!.exact.rate).toBeLessThan(1);
  });

  test("that come back to a state have no end, and are looked at there", async () => {
    // A clock of 12, started by its input, that halts where there is none.
    const text =
      "program round { input runs: bit state n: 0..11 loop { each { n = if n == 11 then 0 else n + 1 } halt when not runs } }";
    const { checked, rule, network } = compile({ name: "round", text });
    const options = { ...behaviourOptions(seededRandom(SEED)), scales: [1] };
    const [behaviour] = await behavioursOf(checked, rule, runners(network), options);
    const { cut, runs, exact } = behaviour!.scales[0]!;
    expect(exact.rate).toBe(1);
    expect(cut).toBeGreaterThan(0);
    for (const { steps } of runs) expect(steps).toBeLessThanOrEqual(36);
  });

  test("of random programs: what is proved is looked at in the end, or followed, on bits and by plain loops", async () => {
    for (let at = 0; at < cases(12); at++) {
      const seed = SEED + at;
      const random = seededRandom(seed);
      const { checked, rule, network } = compile({
        name: "random",
        text: randomProgram(random, "small").text,
      });
      const bits = await bitEngine(network);
      if ("reason" in bits) throw new Error(bits.reason);
      const engines = [bits, directEngine(network)];
      const judged = [false, true].flatMap((isProved) =>
        engines.map((engine) => ({ network, engine, isProved })),
      );
      const wrong = flipped(network, random.int(network.channels.length));
      const found = await behavioursOf(
        checked,
        rule,
        [...judged, { network: wrong, engine: directEngine(wrong), isProved: false }],
        { ...behaviourOptions(seededRandom(seed)), runs: 3, steps: at % 3 === 0 ? 7 : null },
      );
      for (const behaviour of found.slice(0, -1)) expect(behaviour, again(seed)).toEqual(found[0]);
      for (const { exact, runs } of found[0]!.scales) {
        expect(exact.rate, again(seed)).toBe(1);
        expect(runs.every(({ diverged }) => diverged === null)).toBe(true);
      }
      for (const { runs } of found.at(-1)!.scales)
        for (const { steps, diverged } of runs) expect(diverged, again(seed)).toBe(steps === 0 ? null : 1);
    }
  });

  test("the same seed gives the same comparison", async () => {
    const compilation = compiled("parity");
    const run = () =>
      compareNetworks(
        backend,
        compilation,
        [subject("a", compilation.network), subject("b", compilation.network)],
        { ...OPTIONS, prove: false },
      );
    expect(await run()).toEqual(await run());
  });

  test("of random programs: steps of what is proved are made a few at a time, or all at once", async () => {
    const border: Border = ["learning/compare/behaviour.ts", "MOST_AT_ONCE", 20];
    const { load, close } = await loaderWith([border]);
    try {
      const few = await load<{ behavioursOf: typeof behavioursOf }>("/src/learning/compare/behaviour.ts");
      for (let at = 0; at < cases(6); at++) {
        const seed = SEED + 1000 + at;
        const text = randomProgram(seededRandom(seed), "small").text;
        const { checked, rule, network } = compile({ name: "random", text });
        const found = [behavioursOf, few.behavioursOf].map((judge) =>
          judge(checked, rule, [{ network, engine: directEngine(network), isProved: true }], {
            ...behaviourOptions(seededRandom(seed)),
            runs: 3,
            steps: at % 2 === 0 ? 40 : null,
          }),
        );
        const [all, some] = await Promise.all(found);
        expect(some, again(seed)).toEqual(all);
      }
    } finally {
      await close();
    }
  });

  test("an interrupt ends them, and the proofs before them", async () => {
    const compilation = compiled("life");
    const controller = new AbortController();
    const running = compareNetworks(
      backend,
      compilation,
      [subject("a", compilation.network), subject("b", compilation.network)],
      {
        ...OPTIONS,
        scales: [40],
        runs: 1000,
        signal: controller.signal,
        onPart: () => controller.abort("stop"),
      },
    );
    await expect(running).rejects.toBe("stop");
    const later = new AbortController();
    const proving = compareNetworks(
      backend,
      compilation,
      [subject("a", compilation.network), subject("b", compilation.network)],
      { ...OPTIONS, signal: later.signal, onPart: (part) => part === "proofs" && later.abort("late") },
    );
    await expect(proving).rejects.toBe("late");
  });
});

test("derivatives are differences where nothing bends", () => {
  const { network } = compiled("gf2");
  const cases = casesOf(compiled("gf2"), 40);
  const smooth = jittered(network, seededRandom(SEED));
  const step = denseStep(smooth);
  const EPSILON = 1e-4;
  for (let at = 0; at < cases.count; at++) {
    const jacobian = step.jacobian(cases, at);
    const moved = (input: number, by: number) => {
      const inputs = Float64Array.from(cases.inputs.subarray(at * cases.width, (at + 1) * cases.width));
      inputs[input]! += by;
      return step.run({ ...cases, count: 1, inputs: inputs as unknown as Uint8Array }, 0).next;
    };
    for (const input of [0, 13, 40, 71]) {
      // Inputs are never negative.
      const [up, here] = [moved(input, EPSILON), moved(input, 0)];
      for (let channel = 0; channel < cases.channels; channel++)
        expect(jacobian[channel * cases.width + input]).toBeCloseTo(
          (up[channel]! - here[channel]!) / EPSILON,
          4,
        );
    }
  }
});

test.each(["gf2", "sort"])("layers of %s and of a deeper network are as alike from either side", (name) => {
  const compilation = compiled(name);
  const [plain, deeper] = [compilation.network, restoring(compilation.network, 5)];
  const sample = casesOf(compilation, 200);
  const [there, back] = [
    similarityOf(plain, deeper, sample, seededRandom(SEED)).layers,
    similarityOf(deeper, plain, sample, seededRandom(SEED)).layers,
  ];
  expect(there.length).not.toBe(back.length);
  for (const [first, row] of there.entries())
    for (const [second, alike] of row.entries()) {
      expect(alike).toBeCloseTo(back[second]![first]!, 9);
      expect(alike).toBeLessThan(1 + 1e-9);
    }
});

test("a network without hidden layers has no units to match", () => {
  const compilation = compiled("life");
  const { network } = compilation;
  const single: Network = {
    ...network,
    layers: [{ ...network.layers[0]!, outputs: 1, units: ["it"] }],
  };
  const found = similarityOf(single, single, casesOf(compilation, 50), seededRandom(SEED));
  expect(found).toMatchObject({ matches: [], matched: 0, layers: [] });
});

function casesOf(compilation: Compilation, most: number) {
  const { reachable } = sampleOf(compilation, compilation.network, seededRandom(SEED));
  const cases = new CaseSet(compilation.network);
  for (let at = 0; at < Math.min(most, reachable.count); at++) cases.addFrom(reachable, at);
  return {
    ...cases,
    count: cases.count,
    inputs: cases.inputs,
    targets: cases.targets,
    width: cases.width,
    channels: cases.channels,
  };
}

function robustParity() {
  const compilation = compiled("parity");
  const made = makeRobust(compilation, compilation.network);
  if (!made.found) throw new Error(made.reason);
  return made;
}

/** No sum is exactly 0, where relu bends. */
function jittered(network: Network, random: Random): Network {
  const off = (values: Float32Array) => values.map((value) => value + 0.01 + 0.02 * random.next());
  const layers = network.layers.map((layer) => ({ ...layer, bias: off(layer.bias) }));
  return { ...network, layers };
}
